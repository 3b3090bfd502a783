// The list of statements beside the text: what they say, where that comes from, how sure the author is. It follows the
// text as it is edited; what the server keeps of it is in tasks/statements.py.
import type { EditorView } from "@codemirror/view";
import { anchorAt, find, pointsIn, standsIn, type Anchor, type Span } from "./anchors";
import { describeKeys } from "./keys";
import { Later } from "./later";
import { button, node } from "./nodes";
import { trimmed } from "./passages";
import { track, trackedIn } from "./tracking";

export interface Told extends Anchor {
  lost: boolean;
  source_kind: string;
  source: string;
  certainty: number | null;
}

interface Statement {
  id: number;
  told: Told;
  row: HTMLLIElement;
  words: HTMLButtonElement;
  lostNote: HTMLElement;
}

const MOST = 50;
/** Milliseconds until the list shows what the text says now. */
const SEEN = 200;
const NO_SPAN = { from: 0, to: 0 };

export class Statements {
  private readonly list: HTMLElement;
  private readonly said: HTMLElement | null;
  private readonly count: HTMLElement | null;
  private statements: Statement[] = [];
  private next = 1;
  private locked = false;
  private readonly following = new Later(() => this.follow(), SEEN);

  constructor(
    private readonly section: HTMLElement,
    private readonly view: EditorView,
    private readonly changed: () => void,
  ) {
    this.list = section.querySelector<HTMLElement>("[data-list]") ?? section;
    this.said = section.querySelector("[data-said]");
    this.count = section.querySelector("[data-count-statements]");
    section.querySelector("[data-plain]")?.remove();
    const add = section.querySelector<HTMLButtonElement>("[data-mark]");
    if (add) {
      add.hidden = false;
      // The selection in the text must outlive the press.
      add.addEventListener("mousedown", (event) => event.preventDefault());
      add.addEventListener("click", () => this.markSelection());
    }
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || !event.altKey || event.code !== "KeyM") return;
      event.preventDefault();
      this.markSelection();
    });
    describeKeys([["Ctrl Alt M", "Mark the selected words as a statement"]]);
    this.replace(this.rendered());
  }

  /** What the server wrote into the page. */
  rendered(): Told[] {
    return JSON.parse(this.section.dataset.marked ?? "[]") as Told[];
  }

  /** What is to be saved, in the order of the text. */
  value(): Told[] {
    this.following.now();
    const told = this.statements.map(({ told }) => told);
    return told.sort((one, other) => one.start - other.start || one.end - other.end);
  }

  /** Another text or other statements have come: put each on its words. */
  replace(told: Told[]): void {
    this.list.replaceChildren();
    this.statements = [];
    const text = this.view.state.sliceDoc();
    const placed = told.map((each) => ({ statement: this.add(each), span: standsIn(each, text) ?? find(each, text) }));
    track(this.view, placed.map(({ statement, span }) => ({ id: statement.id, ...(span ?? NO_SPAN) })));
    this.follow();
  }

  /** The text was edited. Where each statement stands is known at every key; what it says, in a moment or when asked. */
  edited(): void {
    if (this.statements.length > 0) this.following.soon();
  }

  private follow(): void {
    const text = this.view.state.sliceDoc();
    const pointsBefore = pointsIn(text);
    const found = new Map<number, Span>();
    const tracked = new Map(trackedIn(this.view).map((each) => [each.id, each]));
    const inOrder = [...this.statements].sort((one, other) => (tracked.get(one.id)?.from ?? 0) - (tracked.get(other.id)?.from ?? 0));
    for (const statement of inOrder) {
      const { id, from, to } = tracked.get(statement.id) ?? { id: statement.id, ...NO_SPAN };
      // Deleted and brought back by undo, or by typing it again.
      const span = from < to ? { from, to } : find(statement.told, text);
      if (span) {
        Object.assign(statement.told, anchorAt(text, span, pointsBefore(span.from)), { lost: false });
        if (from >= to) found.set(id, span);
      } else {
        statement.told.lost = true;
      }
    }
    if (found.size > 0) track(this.view, trackedIn(this.view).map((each) => ({ ...each, ...found.get(each.id) })));
    this.show();
  }

  lock(): void {
    this.locked = true;
    for (const control of this.section.querySelectorAll<HTMLButtonElement | HTMLSelectElement | HTMLInputElement>("button, select, input")) control.disabled = true;
  }

  private markSelection(): void {
    const span = this.selected();
    if (!span || this.locked) return;
    if (this.statements.length >= MOST) return this.say(`At most ${MOST} statements can be marked.`);
    const fresh = this.add({ ...anchorAt(this.view.state.sliceDoc(), span), lost: false, source_kind: "", source: "", certainty: null });
    track(this.view, [...trackedIn(this.view), { id: fresh.id, ...span }]);
    this.follow();
    this.changed();
    this.say("Marked. Say where it comes from and how sure you are.");
    fresh.row.querySelector("select")?.focus();
  }

  /** The selected words without the spaces around them. */
  private selected(): Span | undefined {
    const { from, to } = this.view.state.selection.main;
    const words = trimmed(this.view.state.sliceDoc(), { start: from, end: to });
    if (words) return { from: words.start, to: words.end };
    this.say("Select words of your response first, then mark them.");
    return undefined;
  }

  private add(told: Told): Statement {
    const id = this.next++;
    const words = button("", () => this.go(id), "quiet");
    words.classList.add("statement__words");
    words.id = `statement-${id}`;
    const lostNote = node("p", { class: "field__error", hidden: true }, "These words are not in your text any more. Select words and point it at them, or remove it.");
    const again = button("Point it at the selected words", () => this.point(id));
    again.addEventListener("mousedown", (event) => event.preventDefault());
    lostNote.append(" ", again);
    const row = node("li", { class: "statement" });
    const statement: Statement = { id, told: { ...told }, row, words, lostNote };
    row.append(words, lostNote, this.fields(statement));
    this.list.append(row);
    this.statements.push(statement);
    return statement;
  }

  private fields({ id, told }: Statement): HTMLElement {
    const kind = chooser(this.section.dataset.kinds ?? "[]", "Not said yet", told.source_kind);
    const certainty = chooser(this.section.dataset.certainties ?? "[]", "Not said yet", String(told.certainty ?? ""));
    const source = node("input", { type: "text", value: told.source, maxlength: "2000", spellcheck: "false" });
    const sourceField = labelled("Address", source);
    const showSource = (): void => {
      sourceField.hidden = kind.value === "" || kind.value === "own";
      const label = sourceField.querySelector("span");
      if (label) label.textContent = kind.value === "doi" ? "DOI" : "Address";
    };
    showSource();
    kind.addEventListener("change", () => {
      told.source_kind = kind.value;
      showSource();
      this.changed();
    });
    source.addEventListener("input", () => {
      told.source = source.value;
      this.changed();
    });
    certainty.addEventListener("change", () => {
      told.certainty = certainty.value ? Number(certainty.value) : null;
      this.changed();
    });
    return node("div", { class: "statement__fields", role: "group", "aria-labelledby": `statement-${id}` }, labelled("Rests on", kind), sourceField, labelled("How sure", certainty), button("Remove", () => this.remove(id), "quiet"));
  }

  private go(id: number): void {
    const found = trackedIn(this.view).find((each) => each.id === id);
    if (!found || found.from >= found.to) return;
    this.view.dispatch({ selection: { anchor: found.from, head: found.to }, scrollIntoView: true });
    this.view.focus();
  }

  private point(id: number): void {
    const span = this.selected();
    if (!span) return;
    track(this.view, trackedIn(this.view).map((each) => (each.id === id ? { id, ...span } : each)));
    this.follow();
    this.changed();
  }

  /** Taken away at once; the way back stands in its place until something else is marked. */
  private remove(id: number): void {
    const gone = this.statements.find((each) => each.id === id);
    if (!gone) return;
    this.statements = this.statements.filter((each) => each !== gone);
    track(this.view, trackedIn(this.view).filter((each) => each.id !== id));
    const undo = button("Undo", () => {
      place.remove();
      this.replace([...this.value(), gone.told]);
      this.changed();
      this.statements.find(({ told }) => told.start === gone.told.start && told.end === gone.told.end)?.words.focus();
    });
    const place = node("li", { class: "statement quiet" }, "Removed. ", undo);
    gone.row.replaceWith(place);
    undo.focus();
    this.follow();
    this.changed();
  }

  private show(): void {
    for (const { told, words, lostNote } of this.statements) {
      if (words.textContent !== told.exact) words.textContent = told.exact;
      if (lostNote.hidden === told.lost) lostNote.hidden = !told.lost;
    }
    const expected = Number(this.section.dataset.expected ?? "0");
    const words = expected ? `${this.statements.length} of ${expected} marked` : `${this.statements.length} marked`;
    if (this.count && this.count.textContent !== words) this.count.textContent = words;
  }

  private say(words: string): void {
    if (this.said) this.said.textContent = words;
  }
}

function chooser(choices: string, none: string, chosen: string): HTMLSelectElement {
  const options = (JSON.parse(choices) as [string | number, string][]).map(([value, label]) => node("option", { value: String(value), selected: String(value) === chosen }, label));
  return node("select", {}, node("option", { value: "" }, none), ...options);
}

function labelled(label: string, control: HTMLElement): HTMLLabelElement {
  return node("label", { class: "statement__field" }, node("span", { class: "field__label" }, label), control);
}
