// Counts words by the rule of tasks/words.py, letter by letter; tests/unit/word_cases.json holds both to it. What a
// browser of its own would count (Intl.Segmenter) differs from machine to machine, and the server has no such thing.
import type { Text } from "@codemirror/state";

const LETTERS_OF_A_WORD = 3;
const ONE_BY_ONE = String.raw`\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}`;
const BY_DICTIONARY = String.raw`\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f`;
const BETWEEN = String.raw`'\u2019.\u00b7\u05f3\u05f4_\u2010\u2011\u00ad\u200c\u200d\-`;
const PLAIN = String.raw`(?![${ONE_BY_ONE}${BY_DICTIONARY}])[\p{L}\p{N}]`;
const WORD = new RegExp(
  String.raw`((?:(?=[\p{L}\p{N}])[${BY_DICTIONARY}])+)` +
    String.raw`|(?=[\p{L}\p{N}])[${ONE_BY_ONE}]` +
    String.raw`|(?:${PLAIN})+(?:(?:[${BETWEEN}]+(?=${PLAIN})|(?<=\p{Nd}),(?=\p{Nd}))(?:${PLAIN})+)*`,
  "gu",
);
/** Lines that are remembered. A long response has some hundreds. */
const MOST_LINES = 5_000;

export function countWords(text: string): number {
  let words = 0;
  for (const [, letters] of text.replace(/\p{M}+/gu, "").matchAll(WORD)) words += letters ? Math.ceil([...letters].length / LETTERS_OF_A_WORD) : 1;
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
