// What is counted while somebody writes: numbers alone. Knows nothing of editors or pages.
export interface Counts {
  active_seconds: number;
  typed: number;
  removed: number;
  pasted_own: number;
  pasted_page: number;
  pasted_elsewhere: number;
  pastes: number;
  largest_paste: number;
}

export type From = "own" | "page" | "elsewhere";

export interface LargePaste {
  number: number;
  characters: number;
  origin: string;
}

/** A paste of a paragraph or more is worth a question; a term or a number is not. */
export const LARGE = 280;
/** Reading a sentence before the next word is writing; leaving the room is not. */
const PAUSE = 30_000;

export class Counter {
  readonly counts: Counts = { active_seconds: 0, typed: 0, removed: 0, pasted_own: 0, pasted_page: 0, pasted_elsewhere: 0, pastes: 0, largest_paste: 0 };
  readonly pastes: LargePaste[] = [];
  private active = 0;
  private last: number | undefined;

  /** Something moved on the page at this moment. */
  moved(now: number): void {
    if (this.last !== undefined && now - this.last <= PAUSE) this.active += now - this.last;
    this.last = now;
    this.counts.active_seconds = Math.floor(this.active / 1000);
  }

  typed(inserted: number, removed: number): void {
    this.counts.typed += inserted;
    this.counts.removed += removed;
  }

  /** The paste to ask about, when it is large and from elsewhere. */
  pasted(characters: number, removed: number, from: From): LargePaste | undefined {
    this.counts.removed += removed;
    this.counts[`pasted_${from}`] += characters;
    this.counts.pastes += 1;
    this.counts.largest_paste = Math.max(this.counts.largest_paste, characters);
    if (from !== "elsewhere" || characters < LARGE) return undefined;
    const paste = { number: this.pastes.length + 1, characters, origin: "" };
    this.pastes.push(paste);
    return paste;
  }
}

/** Where a text that is pasted was copied from, as far as this page can know. */
export class Copies {
  private readonly known = new Map<string, From>();

  /** Of the last few copies; what was copied is compared here and sent nowhere. */
  copied(text: string, from: From): void {
    if (!text.trim()) return;
    this.known.delete(bare(text));
    this.known.set(bare(text), from);
    const [oldest] = this.known.keys();
    if (this.known.size > 20 && oldest !== undefined) this.known.delete(oldest);
  }

  from(text: string): From {
    return this.known.get(bare(text)) ?? "elsewhere";
  }
}

/** Browsers change blanks and line ends on the way through the clipboard. */
function bare(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
