// Counts words the way a word processor of the language does.
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

export function countWords(text: string): number {
  let words = 0;
  for (const piece of segmenter.segment(text)) if (piece.isWordLike) words += 1;
  return words;
}

/** "1 word", "1,204 words". */
export function wordsIn(text: string): string {
  const n = countWords(text);
  return `${n.toLocaleString("en")} word${n === 1 ? "" : "s"}`;
}
