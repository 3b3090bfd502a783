// Counts words the way a word processor of the language does.
import type { Text } from "@codemirror/state";

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
/** Lines that are remembered. A long response has some hundreds. */
const MOST_LINES = 5_000;

export function countWords(text: string): number {
  let words = 0;
  for (const piece of segmenter.segment(text)) if (piece.isWordLike) words += 1;
  return words;
}

/** Counts a text that is edited: only what has changed since the last time is looked at. No word goes over a line's end. */
export class WordCounter {
  private readonly ofPart = new WeakMap<Text, number>();
  private readonly ofLine = new Map<string, number>();

  constructor(private readonly count = countWords) {}

  in(part: Text): number {
    const known = this.ofPart.get(part);
    if (known !== undefined) return known;
    let words = 0;
    if (part.children) for (const child of part.children) words += this.in(child);
    else for (const line of part.iterLines()) words += this.inLine(line);
    this.ofPart.set(part, words);
    return words;
  }

  private inLine(line: string): number {
    const known = this.ofLine.get(line);
    if (known !== undefined) return known;
    if (this.ofLine.size >= MOST_LINES) this.ofLine.clear();
    const words = this.count(line);
    this.ofLine.set(line, words);
    return words;
  }
}

/** "1 word", "1,204 words"; where a range is asked for, "90 words, 200 to 400 asked for". 0 is no bound. */
export function wordsAgainst(n: number, min: number, max: number): string {
  const have = `${n.toLocaleString("en")} word${n === 1 ? "" : "s"}`;
  if (!min && !max) return have;
  const asked = !max ? `at least ${min}` : !min ? `at most ${max}` : `${min} to ${max}`;
  return `${have}, ${asked} asked for`;
}
