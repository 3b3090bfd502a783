// Pages are built from nodes, never from strings of HTML.
type Attributes = Record<string, string | boolean | undefined>;

/** An element with attributes, and what is in it. `true` is an attribute without a value; `false` none. */
export function node<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Attributes = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

export function button(label: string, act: () => void, kind = ""): HTMLButtonElement {
  const made = node("button", { type: "button", class: kind ? `button button--${kind}` : "button" }, label);
  made.addEventListener("click", act);
  return made;
}

/** Where the focus was, or the text, when what had it is gone: it is never lost to the top of the page. */
export function giveBackFocus(before: Element | null): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  const there = before instanceof HTMLElement && before !== document.body && before.isConnected;
  (there ? before : document.querySelector<HTMLElement>(".cm-content, main form textarea"))?.focus({ preventScroll: true });
}

/** A dialog over the page that is gone once it is closed; the focus returns to where it was. */
export function openDialog(name: string, title: string, ...inside: Node[]): HTMLDialogElement {
  const heading = node("h2", { id: `${name}-title`, tabindex: "-1" }, title);
  const dialog = node("dialog", { class: `sheet sheet--${name}`, "aria-labelledby": heading.id }, heading, ...inside);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
    giveBackFocus(before);
  });
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
  return dialog;
}
