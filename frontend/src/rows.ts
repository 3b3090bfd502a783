// Rows that a reviewer adds to the form, comments and statements, cloned from the templates that the server wrote.
import type { Fields } from "./fields";

export type Kind = "note" | "own";

const NAMES: Record<Kind, string> = { note: "Comment", own: "Added statement" };
const KEYED = ["id", "name", "for", "aria-labelledby", "data-row"];

export class Rows {
  constructor(private readonly form: HTMLFormElement, private readonly changed: () => void) {
    form.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-remove]") : null;
      const row = button?.closest<HTMLElement>("[data-row]");
      if (row) this.remove(row);
    });
  }

  of(kind: Kind): HTMLElement[] {
    return [...this.place(kind).querySelectorAll<HTMLElement>(":scope > [data-row]")];
  }

  all(): HTMLElement[] {
    return [...this.of("note"), ...this.of("own")];
  }

  /** A new row after the others, with these columns filled in. */
  add(kind: Kind, columns: Fields = {}): HTMLElement {
    const last = Math.max(0, ...this.of(kind).map((row) => indexOf(row)));
    // Numbered by the moment: a row added in another tab meanwhile is another row.
    const row = this.make(kind, Math.max(last + 1, Date.now()));
    for (const [column, value] of Object.entries(columns)) set(row, column, value);
    this.place(kind).append(row);
    this.tidy();
    return row;
  }

  /** Have exactly the rows that these fields speak of. Their contents are written by whoever writes the form. */
  fit(fields: Fields): void {
    for (const kind of ["note", "own"] as const) {
      const wanted = new Set<number>();
      for (const name of Object.keys(fields)) {
        const index = new RegExp(`^${kind}_(\\d+)_`).exec(name)?.[1];
        if (index !== undefined) wanted.add(Number(index));
      }
      const held = new Map(this.of(kind).map((row) => [indexOf(row), row]));
      for (const child of [...this.place(kind).children]) child.remove();
      for (const index of [...wanted].sort((a, b) => a - b)) this.place(kind).append(held.get(index) ?? this.make(kind, index));
    }
    this.tidy();
  }

  /** Number the rows as they are seen, and show of each what it needs. */
  tidy(): void {
    for (const kind of ["note", "own"] as const) {
      this.of(kind).forEach((row, index) => {
        const name = row.querySelector("[data-name]");
        if (name) name.textContent = `${NAMES[kind]} ${index + 1}`;
        for (const scripted of row.querySelectorAll<HTMLElement>("[data-only-script]")) scripted.hidden = false;
        const quote = field(row, "quote") as HTMLTextAreaElement;
        const placed = field(row, "span")?.value !== "";
        // Words that were selected are not to be retyped. Who cannot select, quotes: the server finds the place.
        quote.readOnly = placed;
        const show = row.querySelector<HTMLElement>("[data-show]");
        if (show) show.hidden = !placed;
      });
    }
  }

  private remove(row: HTMLElement): void {
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button button--quiet";
    undo.textContent = "Undo";
    const line = document.createElement("p");
    line.className = "cluster";
    line.setAttribute("role", "status");
    line.append(`${row.querySelector("[data-name]")?.textContent ?? ""} is removed.`, undo);
    undo.addEventListener("click", () => {
      line.replaceWith(row);
      this.tidy();
      this.changed();
      field(row, "quote")?.focus();
    });
    row.replaceWith(line);
    this.tidy();
    this.changed();
    undo.focus();
  }

  private make(kind: Kind, index: number): HTMLElement {
    const template = this.form.querySelector<HTMLTemplateElement>(`template[data-template=${kind}]`);
    const row = (template?.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    for (const element of [row, ...row.querySelectorAll<HTMLElement>("*")]) {
      for (const attribute of KEYED) {
        const value = element.getAttribute(attribute);
        if (value?.startsWith(`${kind}_0`)) element.setAttribute(attribute, value.replace(`${kind}_0`, `${kind}_${index}`));
      }
    }
    return row;
  }

  private place(kind: Kind): HTMLElement {
    return this.form.querySelector(`[data-rows=${kind}]`) as HTMLElement;
  }
}

type Field = HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement;

/** A column of a row; of several radio buttons the chosen one. */
export function field(row: HTMLElement, column: string): Field | null {
  const name = `${row.dataset.row ?? `check_${row.dataset.check ?? ""}`}_${column}`;
  return row.querySelector<Field>(`[name="${name}"]:is(:checked, :not([type=radio]))`);
}

function set(row: HTMLElement, column: string, value: string): void {
  const name = `${row.dataset.row ?? ""}_${column}`;
  const radio = row.querySelector<HTMLInputElement>(`[name="${name}"][value="${CSS.escape(value)}"][type=radio]`);
  if (radio) radio.checked = true;
  else {
    const found = field(row, column);
    if (found) found.value = value;
  }
}

function indexOf(row: HTMLElement): number {
  return Number(row.dataset.row?.split("_")[1]);
}
