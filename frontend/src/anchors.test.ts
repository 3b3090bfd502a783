import { describe, expect, it } from "vitest";
import { anchorAt, codePoints, find, standsIn, utf16 } from "./anchors";

const SOURCE = "The mean is fair. The sample is small. The mean is fair for large samples, and 😀 is one sign.";

function spanOf(words: string, text = SOURCE) {
  const from = text.indexOf(words);
  return { from, to: from + words.length };
}

/** The same numbers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe("offsets", () => {
  it("count code points and UTF-16 there and back", () => {
    const text = "a😀b字\r\n😀";
    expect(codePoints(text, text.length)).toBe(7);
    for (let points = 0; points <= 7; points += 1) expect(codePoints(text, utf16(text, points))).toBe(points);
    expect(anchorAt(text, { from: 3, to: 4 })).toMatchObject({ start: 2, end: 3, exact: "b", prefix: "a😀" });
  });
});

describe("finding words again", () => {
  it.each([
    ["small", SOURCE.replace("The sample", "Our sample"), "small"],
    ["small", SOURCE.replace("small", "smaller still"), undefined],
    ["small", SOURCE.replace("small", "tiny"), undefined],
    ["mean is fair.", SOURCE, "mean is fair."],
    ["😀", SOURCE.replace("one sign", "a sign"), "😀"],
  ])("%s in %s", (words, after, found) => {
    const span = find(anchorAt(SOURCE, spanOf(words)), after);
    expect(span && after.slice(span.from, span.to)).toBe(found);
  });

  it("takes neither of two places that fit alike", () => {
    const line = "- yes, because it holds for every case that we have looked at so far\n";
    expect(find(anchorAt(line.repeat(5), { from: 2 * line.length + 2, to: 2 * line.length + 5 }), line.repeat(4))).toBeUndefined();
  });

  it("lands on the same words or nowhere, whatever is edited", () => {
    const roll = dice(7);
    const letters = ["a", "b", " ", "a", "\n", "😀", "é", "字"];
    const some = (most: number) => Array.from({ length: roll(most + 1) }, () => letters[roll(letters.length)]);
    let landed = 0;
    for (let round = 0; round < 3000; round += 1) {
      const before = ["a", ...some(40)];
      const start = roll(before.length);
      const end = start + 1 + roll(before.length - start);
      const after = [...before];
      for (let edit = roll(4); edit > 0; edit -= 1) after.splice(roll(after.length + 1), roll(6), ...some(5));
      const [old, now] = [before.join(""), after.join("")];
      const from = before.slice(0, start).join("").length;
      const anchor = anchorAt(old, { from, to: from + before.slice(start, end).join("").length });
      expect(standsIn(anchor, old)).toBeDefined();
      const span = find(anchor, now);
      if (!span) continue;
      landed += 1;
      expect(now.slice(span.from, span.to)).toBe(anchor.exact);
    }
    expect(landed).toBeGreaterThan(500);
  });
});
