// Words of the response: what is selected, what comments and statements point at, and how to get there.
import type { Panels } from "./panels";
import { Correspondence, spanWords, stretchOf, trimmed, type Stretch } from "./passages";
import { TextView } from "./textview";

export interface Picked {
  quote: string;
  span: string;
}

export type Mark = "statement" | "comment";

const LONGEST_SHOWN = 60;

export class Marking {
  /** Looked at once: the response is frozen. */
  private readonly source: TextView;
  private readonly rendered: TextView;
  private readonly texts: Correspondence;
  private shown = "";
  private selection: Picked | undefined;
  private readonly bar: HTMLElement;

  constructor(private readonly panels: Panels, place: HTMLElement, acts: { label: string; key: string; act: () => void }[]) {
    this.source = new TextView(place.querySelector("[data-source]") as HTMLElement);
    this.rendered = new TextView(place.querySelector("[data-rendered]") as HTMLElement);
    this.texts = new Correspondence(this.source.text, this.rendered.text);
    this.bar = this.barOf(acts);
    place.append(this.bar);
    document.addEventListener("selectionchange", () => this.look());
  }

  /** What was selected last, once: it is used up by whoever asks. */
  take(): Picked | undefined {
    const picked = this.selection;
    this.forget();
    document.getSelection()?.removeAllRanges();
    return picked;
  }

  /** Underline the words that these spans stand for, in both texts. */
  show(marks: Record<Mark, string[]>): void {
    // Without the highlight registry the words stand in the cards alone.
    if (!("highlights" in CSS)) return;
    // Asked for at every key in the form: the marks seldom change.
    const asked = JSON.stringify(marks);
    if (asked === this.shown) return;
    this.shown = asked;
    for (const [name, spans] of Object.entries(marks)) CSS.highlights.set(name, new Highlight(...spans.flatMap((span) => this.rangesOf(span))));
  }

  private rangesOf(span: string): Range[] {
    const at = stretchOf(this.source.text, span);
    if (!at) return [];
    const there = this.texts.inRendered(at);
    return [this.source.rangeOf(at), there && this.rendered.rangeOf(there)].filter((range) => range !== undefined);
  }

  /** Open the text at these words and select them: in the response if they can be found there, else in its source. */
  reveal(span: string): void {
    const at = stretchOf(this.source.text, span);
    if (!at) return;
    const there = this.texts.inRendered(at);
    const [view, stretch] = there ? [this.rendered, there] : [this.source, at];
    const range = view.rangeOf(stretch);
    if (!range) return;
    this.panels.open(view.root);
    scrollTo(range, view.root);
    document.getSelection()?.setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  }

  private look(): void {
    const selection = document.getSelection();
    const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
    if (!range) return;
    const view = [this.source, this.rendered].find((each) => each.root.contains(range.commonAncestorContainer));
    // Elsewhere on the page the selection is about something else; what was picked before stays picked.
    if (!view) return;
    if (range.collapsed) this.forget();
    else this.pick(range, view);
  }

  private pick(range: Range, view: TextView): void {
    const stretch = view.stretchOf(range);
    const selected = stretch && trimmed(view.text, stretch);
    const at = selected && (view === this.source ? selected : this.texts.inSource(selected));
    this.selection = at && this.pickedAt(at);
    this.say(this.selection ? `“${shortened(this.selection.quote)}”` : "These words cannot be placed from here. Select them in the source.");
  }

  private pickedAt(at: Stretch): Picked {
    return { quote: this.source.text.slice(at.start, at.end), span: spanWords(this.source.text, at) };
  }

  private forget(): void {
    this.selection = undefined;
    this.bar.hidden = true;
  }

  private say(words: string): void {
    this.bar.hidden = false;
    const place = this.bar.querySelector("p");
    if (place) place.textContent = words;
    for (const button of this.bar.querySelectorAll("button")) button.hidden = !this.selection;
  }

  private barOf(acts: { label: string; key: string; act: () => void }[]): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "picked";
    bar.hidden = true;
    const words = document.createElement("p");
    bar.append(words);
    for (const { label, key, act } of acts) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      const kbd = document.createElement("kbd");
      kbd.className = "kbd";
      kbd.textContent = key;
      button.append(label, " ", kbd);
      // Pressing the mouse would take the selection away before the click comes.
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", act);
      bar.append(button);
    }
    return bar;
  }
}

function shortened(words: string): string {
  const one = words.replaceAll(/\s+/g, " ");
  return one.length > LONGEST_SHOWN ? `${one.slice(0, LONGEST_SHOWN - 1).trimEnd()}…` : one;
}

/** Bring the range into the middle of what scrolls it: the column on a wide screen, the page on a phone. */
function scrollTo(range: Range, root: HTMLElement): void {
  const column = root.closest<HTMLElement>(".desk__task");
  const top = range.getBoundingClientRect().top;
  if (column && column.scrollHeight > column.clientHeight) {
    const box = column.getBoundingClientRect();
    column.scrollBy({ top: top - box.top - box.height / 3 });
    column.scrollIntoView({ block: "nearest" });
  } else {
    window.scrollBy({ top: top - window.innerHeight / 3 });
  }
}
