// Elements with data-key="n" can be reached by that key; ? lists them. Never while somebody is typing.
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])"));
}

const described: [string, string][] = [];

/** Keys that a desk handles itself, for the list. */
export function describeKeys(keys: [string, string][]): void {
  described.push(...keys);
}

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")];
}

function nameOf(element: HTMLElement): string {
  return element.getAttribute("aria-label") ?? element.getAttribute("placeholder") ?? element.textContent?.trim() ?? "";
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      showKeys();
      return;
    }
    const target = keyed().find((element) => element.dataset.key === event.key);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea, select, fieldset")) target.focus();
    else target.click();
  });
}

function showKeys(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  const title = document.createElement("h2");
  title.id = "keys-title";
  dialog.setAttribute("aria-labelledby", title.id);
  title.textContent = "Keys on this page";
  const list = document.createElement("dl");
  list.className = "facts";
  const rows = [...keyed().map((element) => [element.dataset.key ?? "", nameOf(element)]), ...described, ["?", "This list"]];
  for (const [key, does] of rows) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.className = "kbd";
    kbd.textContent = key ?? "";
    term.append(kbd);
    const meaning = document.createElement("dd");
    meaning.textContent = does ?? "";
    row.append(term, meaning);
    list.append(row);
  }
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.className = "button";
  close.textContent = "Close";
  form.append(close);
  dialog.append(title, list, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
