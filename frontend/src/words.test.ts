// The same cases as tests/unit/test_words.py: what a writer sees is what the server counts.
import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import cases from "../../tests/unit/word_cases.json";
import { countWords, WordCounter, wordsAgainst } from "./words";

test.each(cases)("words are counted in every script: $case", ({ text, words }) => {
  expect(countWords(text)).toBe(words);
});

test("the range that is asked for is said beside the count", () => {
  expect(wordsAgainst(1, 0, 0)).toBe("1 word");
  expect(wordsAgainst(2, 3, 400)).toBe("2 words, 3 to 400 asked for");
});

const LINE = "The premise holds, l'échantillon est juste, 样本公平 and نرى أن العينة عادلة.";

test("a text is counted as the whole of it would be", () => {
  const lines = Array.from({ length: 500 }, (_, n) => `${n}. ${LINE}`);
  expect(new WordCounter().in(Text.of(lines))).toBe(countWords(lines.join("\n")));
});

// Of the key's own line, however much text stands around it.
test.each([20, 2_000])("a key in %d lines counts one line anew", (size) => {
  const looked: string[] = [];
  const counter = new WordCounter((line) => {
    looked.push(line);
    return countWords(line);
  });
  const text = Text.of(Array.from({ length: size }, (_, n) => `${n}. ${LINE}`));
  const before = counter.in(text);
  looked.length = 0;
  const at = text.line(size / 2).to;
  expect(counter.in(text.replace(at, at, Text.of([" more"])))).toBe(before + 1);
  expect(looked).toEqual([`${size / 2 - 1}. ${LINE} more`]);
});
