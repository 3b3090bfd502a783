// Words of a response: from a selection to their place in the Markdown source, and back. Knows nothing of the page.
import { codePoints, utf16 } from "./anchors";

/** Half-open, in UTF-16 units of the text it belongs to. */
export interface Stretch {
  start: number;
  end: number;
}

/** "120-145", in code points, as the form sends it. */
export function spanWords(source: string, at: Stretch): string {
  return `${codePoints(source, at.start)}-${codePoints(source, at.end)}`;
}

export function stretchOf(source: string, span: string): Stretch | undefined {
  const found = /^(\d+)-(\d+)$/.exec(span);
  if (!found) return undefined;
  const start = utf16(source, Number(found[1]));
  const end = utf16(source, Number(found[2]));
  return start < end ? { start, end } : undefined;
}

/** A selection without the white space at its ends; a half of a surrogate pair takes its other half along. */
export function trimmed(text: string, { start, end }: Stretch): Stretch | undefined {
  while (start < end && /\s/.test(text[start] ?? "")) start += 1;
  while (start < end && /\s/.test(text[end - 1] ?? "")) end -= 1;
  if (/[\udc00-\udfff]/.test(text[start] ?? "") && start > 0) start -= 1;
  if (/[\udc00-\udfff]/.test(text[end] ?? "")) end += 1;
  return start < end ? { start, end } : undefined;
}

interface Letters {
  text: string;
  /** Where each unit of `text` stood. */
  at: number[];
}

/** Letters and digits alone: what Markdown and its rendering have in common. */
function lettersOf(text: string): Letters {
  const found: Letters = { text: "", at: [] };
  for (const match of text.matchAll(/[\p{L}\p{N}]/gu)) {
    for (let i = 0; i < match[0].length; i += 1) found.at.push(match.index + i);
    found.text += match[0];
  }
  return found;
}

/** Of the same length, without what Markdown does not show: addresses of links, numbers of lists, names of code. */
function shownOf(source: string): string {
  const blank = (whole: string): string => " ".repeat(whole.length);
  return source
    .replace(/\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)/g, blank)
    .replace(/^[ \t]*\d{1,9}[.)](?=\s)/gm, blank)
    .replace(/^[ \t]*(`{3,}|~{3,}).*$/gm, blank);
}

function placesOf(needle: string, hay: string): number[] {
  const found: number[] = [];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) found.push(at);
  return found;
}

/** The same words in the other text: the same one of as many places, or none. Never other words. */
function sameWords(from: Letters, at: Stretch, to: Letters): Stretch | undefined {
  const first = from.at.findIndex((place) => place >= at.start);
  const after = from.at.findIndex((place) => place >= at.end);
  const end = after < 0 ? from.at.length : after;
  if (first < 0 || first >= end) return undefined;
  const needle = from.text.slice(first, end);
  const here = placesOf(needle, from.text);
  const there = placesOf(needle, to.text);
  const place = there[here.indexOf(first)];
  if (here.length !== there.length || place === undefined) return undefined;
  return { start: to.at[place] ?? 0, end: (to.at[place + needle.length - 1] ?? 0) + 1 };
}

/** A source and its rendering, looked at once: a long response is pointed at many times. */
export class Correspondence {
  private readonly ofSource: Letters;
  private readonly ofRendered: Letters;

  constructor(private readonly source: string, private readonly rendered: string) {
    this.ofSource = lettersOf(shownOf(source));
    this.ofRendered = lettersOf(rendered);
  }

  /** Where words that were selected in the rendered text stand in the source; undefined when that cannot be said. */
  inSource(at: Stretch): Stretch | undefined {
    const found = sameWords(this.ofRendered, at, this.ofSource);
    if (!found) return undefined;
    const words = this.rendered.slice(at.start, at.end);
    const head = /^[^\p{L}\p{N}]*/u.exec(words)?.[0].trimStart() ?? "";
    const tail = /[^\p{L}\p{N}]*$/u.exec(words)?.[0].trimEnd() ?? "";
    if (head && this.source.endsWith(head, found.start)) found.start -= head.length;
    if (tail && this.source.startsWith(tail, found.end)) found.end += tail.length;
    return found;
  }

  /** Where words of the source stand in the rendered text; undefined when that cannot be said. */
  inRendered(at: Stretch): Stretch | undefined {
    return sameWords(this.ofSource, at, this.ofRendered);
  }
}
