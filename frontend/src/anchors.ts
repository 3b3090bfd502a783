// Pointing at words of a text, and finding them again: the same rules as pasiflora/kernel/anchors.py, which says why.
// The browser counts UTF-16 units, the server code points; everything here takes and gives UTF-16 but for `Anchor`.
export interface Anchor {
  /** Code points, half-open. */
  start: number;
  end: number;
  exact: string;
  prefix: string;
  suffix: string;
}

export interface Span {
  from: number;
  to: number;
}

const CONTEXT = 32;

/** How many code points lie before this UTF-16 offset. */
export function codePoints(text: string, upto: number): number {
  return pointsIn(text)(upto);
}

/** The same for many offsets of one text: asked in their order, the text is gone through once. */
export function pointsIn(text: string): (upto: number) => number {
  let at = 0;
  let count = 0;
  return (upto) => {
    if (upto < at) at = count = 0;
    for (; at < upto; at += 1) {
      const unit = text.charCodeAt(at);
      // The second half of a pair counts with its first.
      if (unit < 0xdc00 || unit > 0xdfff || !isHigh(text.charCodeAt(at - 1))) count += 1;
    }
    return count;
  };
}

/** The UTF-16 offset before which this many code points lie. */
export function utf16(text: string, points: number): number {
  let at = 0;
  for (let count = 0; count < points && at < text.length; count += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** `start` is `from` in code points, where that is known. */
export function anchorAt(text: string, { from, to }: Span, start = codePoints(text, from)): Anchor {
  return {
    start,
    end: start + [...text.slice(from, to)].length,
    exact: text.slice(from, to),
    prefix: lastPoints(text.slice(Math.max(0, from - 2 * CONTEXT), from)).join(""),
    suffix: firstPoints(text.slice(to, to + 2 * CONTEXT)).join(""),
  };
}

function lastPoints(text: string): string[] {
  return [...text].slice(-CONTEXT);
}

function firstPoints(text: string): string[] {
  return [...text].slice(0, CONTEXT);
}

/** Where the anchor stands, if its words are where it says. */
export function standsIn(anchor: Anchor, text: string): Span | undefined {
  const from = utf16(text, anchor.start);
  return text.startsWith(anchor.exact, from) ? { from, to: from + anchor.exact.length } : undefined;
}

/** Where the words are in another text; `undefined` when they are lost. Never other words. */
export function find(anchor: Anchor, text: string): Span | undefined {
  const [prefix, suffix] = [[...anchor.prefix], [...anchor.suffix]];
  const enough = Math.floor((prefix.length + suffix.length + 1) / 2);
  let best = -1;
  let place = -1;
  let tied = false;
  for (let at = text.indexOf(anchor.exact); at >= 0; at = text.indexOf(anchor.exact, at + 1)) {
    const end = at + anchor.exact.length;
    const before = lastPoints(text.slice(Math.max(0, at - 2 * CONTEXT), at)).reverse();
    const after = firstPoints(text.slice(end, end + 2 * CONTEXT));
    if (grown(anchor, prefix, suffix, before[0], after[0])) continue;
    const likeness = shared(before, [...prefix].reverse()) + shared(after, suffix);
    if (likeness > best) [best, place, tied] = [likeness, at, false];
    else if (likeness === best) tied = true;
  }
  return place < 0 || tied || best < enough ? undefined : { from: place, to: place + anchor.exact.length };
}

function shared(one: string[], other: string[]): number {
  let count = 0;
  while (count < one.length && count < other.length && one[count] === other[count]) count += 1;
  return count;
}

function grown(anchor: Anchor, prefix: string[], suffix: string[], before: string | undefined, after: string | undefined): boolean {
  const words = [...anchor.exact];
  const [first, last] = [words[0], words.at(-1)];
  return (joined(before, first) && !joined(prefix.at(-1), first)) || (joined(last, after) && !joined(last, suffix[0]));
}

// Python's isalnum: letters and everything that has a numeric value.
const LETTER = /^[\p{L}\p{N}]$/u;

function joined(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && LETTER.test(one) && LETTER.test(other);
}
