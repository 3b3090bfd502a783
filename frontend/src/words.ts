// Counts words the way a word processor of the language does.
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

export function countWords(text: string): number {
  let words = 0;
  for (const piece of segmenter.segment(text)) if (piece.isWordLike) words += 1;
  return words;
}

/** "1 word", "1,204 words"; where a range is asked for, "90 words, 200 to 400 asked for". 0 is no bound. */
export function wordsAgainst(text: string, min: number, max: number): string {
  const n = countWords(text);
  const have = `${n.toLocaleString("en")} word${n === 1 ? "" : "s"}`;
  if (!min && !max) return have;
  const asked = !max ? `at least ${min}` : !min ? `at most ${max}` : `${min} to ${max}`;
  return `${have}, ${asked} asked for`;
}
