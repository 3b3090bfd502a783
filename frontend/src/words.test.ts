// The same cases as tests/unit/test_words.py: what a writer sees is what the server counts.
import { expect, test } from "vitest";
import cases from "../../tests/unit/word_cases.json";
import { countWords, wordsAgainst } from "./words";

test.each(cases)("words are counted in every script: $case", ({ text, words }) => {
  expect(countWords(text)).toBe(words);
});

test("the range that is asked for is said beside the count", () => {
  expect(wordsAgainst("One", 0, 0)).toBe("1 word");
  expect(wordsAgainst("One two", 3, 400)).toBe("2 words, 3 to 400 asked for");
});
