// What two texts share, by the patience method: what occurs once in both holds them together, and what lies between is
// compared again. The server does the same (pasiflora/kernel/textdiff.py).

/** Pairs that may be compared one with another; beyond it a stretch that nothing holds together counts as rewritten. */
const SMALL = 40_000;

type Pair = [inA: number, inB: number];

export interface Run {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Pairs of places that hold the same, ascending in both. */
export function aligned(a: string[], b: string[]): Pair[] {
  const pairs: Pair[] = [];
  align(a, b, 0, 0, pairs);
  return pairs;
}

function align(a: string[], b: string[], i: number, j: number, pairs: Pair[]): void {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  for (let n = 0; n < head; n += 1) pairs.push([i + n, j + n]);
  between(a.slice(head, a.length - tail), b.slice(head, b.length - tail), i + head, j + head, pairs);
  for (let n = tail; n > 0; n -= 1) pairs.push([i + a.length - n, j + b.length - n]);
}

function between(a: string[], b: string[], i: number, j: number, pairs: Pair[]): void {
  if (a.length === 0 || b.length === 0) return;
  const held = anchors(a, b);
  if (held.length > 0) {
    let [x, y] = [0, 0];
    for (const [inA, inB] of held) {
      align(a.slice(x, inA), b.slice(y, inB), i + x, j + y, pairs);
      pairs.push([i + inA, j + inB]);
      [x, y] = [inA + 1, inB + 1];
    }
    align(a.slice(x), b.slice(y), i + x, j + y, pairs);
  } else if (a.length * b.length <= SMALL) {
    for (const [x, y] of longestShared(a, b)) pairs.push([i + x, j + y]);
  }
}

/** What occurs exactly once in both, in the longest order that both share. */
function anchors(a: string[], b: string[]): Pair[] {
  const inB = onces(b);
  const pairs: Pair[] = [];
  for (const [piece, at] of onces(a)) {
    const other = inB.get(piece);
    if (other !== undefined) pairs.push([at, other]);
  }
  pairs.sort(([x], [y]) => x - y);
  const tops: number[] = []; // of the best chain of each length, the pair where it ends
  const before: number[] = [];
  pairs.forEach(([, y], n) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? -1]?.[1] ?? -1) < y) low = middle + 1;
      else high = middle;
    }
    before.push(tops[low - 1] ?? -1);
    tops[low] = n;
  });
  const chain: Pair[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) chain.push(pairs[at] as Pair);
  return chain.reverse();
}

function onces(pieces: string[]): Map<string, number> {
  const found = new Map<string, number>();
  const twice = new Set<string>();
  pieces.forEach((piece, at) => (found.has(piece) ? twice.add(piece) : found.set(piece, at)));
  for (const piece of twice) found.delete(piece);
  return found;
}

/** The longest common subsequence of two short sequences. */
function longestShared(a: string[], b: string[]): Pair[] {
  const wide = b.length + 1;
  const best = new Uint16Array((a.length + 1) * wide);
  for (let x = a.length - 1; x >= 0; x -= 1) {
    for (let y = b.length - 1; y >= 0; y -= 1) {
      best[x * wide + y] =
        a[x] === b[y] ? (best[(x + 1) * wide + y + 1] ?? 0) + 1 : Math.max(best[(x + 1) * wide + y] ?? 0, best[x * wide + y + 1] ?? 0);
    }
  }
  const pairs: Pair[] = [];
  for (let x = 0, y = 0; x < a.length && y < b.length; ) {
    if (a[x] === b[y]) pairs.push([x++, y++]);
    else if ((best[(x + 1) * wide + y] ?? 0) >= (best[x * wide + y + 1] ?? 0)) x += 1;
    else y += 1;
  }
  return pairs;
}

/** The words that make `new_` out of `old`, in reading order; what went before what came. */
export function changedWords(old: string, new_: string): Run[] {
  const [a, b] = [wordsOf(old), wordsOf(new_)];
  const runs: Run[] = [];
  const put = (kind: Run["kind"], text: string): void => {
    const last = runs.at(-1);
    if (!text) return;
    if (last?.kind === kind) last.text += text;
    else runs.push({ kind, text });
  };
  let [i, j] = [0, 0];
  for (const [x, y] of [...aligned(a, b), [a.length, b.length] as Pair]) {
    put("removed", a.slice(i, x).join(""));
    put("added", b.slice(j, y).join(""));
    put("same", a[x] ?? "");
    [i, j] = [x + 1, y + 1];
  }
  return runs;
}

function wordsOf(text: string): string[] {
  return text.match(/\s+|\d+(?:[.,]\d+)*|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
}

/** Sentences and lines, which together are the text. */
export function sentencesOf(text: string): string[] {
  return text.match(/[\s\S]+?(?:[.!?]+["'”’)\]*_]*(?=\s)\s*|[。！？]+\s*|\n+|$)/g) ?? [];
}
