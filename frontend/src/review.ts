// The review desk: autosave, and keys for the scores. Without this file the page is a plain form that works.
import { Autosave } from "./autosave";
import { describeKeys, isTyping } from "./keys";
import { reloadOldCopy } from "./oldcopy";
import type { Payload } from "./saving";

const form = document.querySelector<HTMLFormElement>("form[data-review]");
if (form?.dataset.saveUrl && !reloadOldCopy()) open(form, form.dataset.saveUrl);

function read(form: HTMLFormElement): Payload {
  const fields: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrfmiddlewaretoken" && typeof value === "string") fields[name] = value.replaceAll("\r\n", "\n");
  }
  return { fields };
}

/** The same as the server wrote it. */
function rendered(form: HTMLFormElement): Payload {
  const fields: Record<string, string> = {};
  for (const element of form.elements) {
    if (element instanceof HTMLTextAreaElement) fields[element.name] = element.defaultValue;
    else if (element instanceof HTMLInputElement && element.type === "radio" && element.defaultChecked) fields[element.name] = element.value;
  }
  return { fields };
}

function lock(form: HTMLFormElement): void {
  for (const element of form.elements) {
    // Read-only, not disabled: what was written can still be selected and copied.
    if (element instanceof HTMLTextAreaElement) element.readOnly = true;
    else if (element instanceof HTMLInputElement && element.type === "radio") element.disabled = true;
  }
}

function write(form: HTMLFormElement, payload: Payload): void {
  const fields = (payload.fields ?? {}) as Record<string, string>;
  for (const element of form.elements) {
    if (element instanceof HTMLTextAreaElement) element.value = fields[element.name] ?? "";
    else if (element instanceof HTMLInputElement && element.type === "radio") element.checked = fields[element.name] === element.value;
  }
}

function open(form: HTMLFormElement, url: string): void {
  const autosave = new Autosave(
    {
      form,
      rendered: () => rendered(form),
      read: () => read(form),
      write: (payload) => write(form, payload),
      lock: () => lock(form),
    },
    url,
    Number(form.dataset.version),
  );
  form.addEventListener("input", () => autosave.changed());
  void autosave.restore();
  startScoring(form);
}

/** 1-5 score the criterion in focus, 0 is *cannot judge*, j and k move, c and v go to the comment and the verdict. */
function startScoring(form: HTMLFormElement): void {
  const scales = [...form.querySelectorAll<HTMLElement>(".scale[data-criterion]")];
  let at = 0;
  const go = (index: number): void => {
    at = Math.max(0, Math.min(scales.length - 1, index));
    const scale = scales[at];
    (scale?.querySelector<HTMLInputElement>("input:checked") ?? scale?.querySelector("input"))?.focus();
    scale?.scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("focusin", (event) => {
    const index = scales.findIndex((scale) => event.target instanceof Node && scale.contains(event.target));
    if (index >= 0) at = index;
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const radio = /^[0-5]$/.test(event.key)
      ? scales[at]?.querySelector<HTMLInputElement>(`input[value="${event.key === "0" ? "cannot" : event.key}"]`)
      : undefined;
    if (radio) {
      radio.checked = true;
      radio.focus();
      radio.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "c") form.querySelector<HTMLElement>("[name=comment]")?.focus();
    else if (event.key === "v") form.querySelector<HTMLElement>("[name=verdict]")?.focus();
    else return;
    event.preventDefault();
  });
  describeKeys([
    ["1 to 5", "Score this criterion"],
    ["0", "Cannot judge it"],
    ["j", "Next criterion"],
    ["k", "Criterion before"],
    ["v", "Verdict"],
    ["c", "Comment to the author"],
    ["Ctrl S", "Save now"],
  ]);
}
