// A form as flat fields, whatever rows it has: what a desk saves, keeps on the device and writes back.
export type Fields = Record<string, string>;

const TOKEN = "csrfmiddlewaretoken";

export function readFields(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== TOKEN && typeof value === "string") fields[name] = value.replaceAll("\r\n", "\n");
  }
  return fields;
}

/** The same as the server wrote it, whatever the browser made of it since. */
export function renderedFields(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const element of form.elements) {
    if (element instanceof HTMLTextAreaElement) fields[element.name] = element.defaultValue;
    else if (element instanceof HTMLSelectElement) {
      const chosen = [...element.options].find((option) => option.defaultSelected) ?? element.options[0];
      fields[element.name] = chosen?.value ?? "";
    } else if (element instanceof HTMLInputElement && element.name && element.name !== TOKEN) {
      if (!isChoice(element)) fields[element.name] = element.defaultValue;
      else if (element.defaultChecked) fields[element.name] = element.value;
    }
  }
  return fields;
}

export function writeFields(form: HTMLFormElement, fields: Fields): void {
  for (const element of form.elements) {
    if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) element.value = fields[element.name] ?? "";
    else if (element instanceof HTMLInputElement && element.name && element.name !== TOKEN) {
      if (isChoice(element)) element.checked = fields[element.name] === element.value;
      else element.value = fields[element.name] ?? "";
    }
  }
}

/** Read-only, not disabled, where words can be: what was written can still be selected and copied. */
export function lockFields(form: HTMLFormElement): void {
  for (const element of form.elements) {
    if (element instanceof HTMLTextAreaElement) element.readOnly = true;
    else if (element instanceof HTMLInputElement && !isChoice(element)) element.readOnly = true;
    else if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLButtonElement) element.disabled = true;
  }
}

function isChoice(element: HTMLInputElement): boolean {
  return element.type === "radio" || element.type === "checkbox";
}
