import { describe, expect, it } from "vitest";
import { Correspondence, spanWords, stretchOf, trimmed } from "./passages";

const words = (text: string, piece: string, nth = 0) => {
  let start = -1;
  for (let n = 0; n <= nth; n += 1) start = text.indexOf(piece, start + 1);
  return { start, end: start + piece.length };
};

describe("code points and units", () => {
  it("counts a surrogate pair once", () => {
    const text = "a𝒳b";
    expect(spanWords(text, words(text, "b"))).toBe("2-3");
    expect(stretchOf(text, "1-2")).toEqual({ start: 1, end: 3 });
  });

  it("takes no span that is none", () => {
    for (const span of ["", "3-3", "5-2", "a-b", "1"]) expect(stretchOf("some words", span)).toBeUndefined();
  });

  it("trims white space and never halves a character", () => {
    expect(trimmed("  two words \n", { start: 0, end: 13 })).toEqual({ start: 2, end: 11 });
    expect(trimmed("a𝒳b", { start: 2, end: 3 })).toEqual({ start: 1, end: 3 });
    expect(trimmed("a𝒳b", { start: 0, end: 2 })).toEqual({ start: 0, end: 3 });
    expect(trimmed("   ", { start: 0, end: 3 })).toBeUndefined();
  });
});

describe("from the rendered text to the source", () => {
  const place = (source: string, rendered: string, piece: string, nth = 0) => {
    const found = new Correspondence(source, rendered).inSource(words(rendered, piece, nth));
    return found && source.slice(found.start, found.end);
  };

  it("sees through emphasis and takes the punctuation along", () => {
    expect(place("**Hold** the *dose*.", "Hold the dose.", "Hold the dose.")).toBe("Hold** the *dose");
    expect(place("Give 5 mg. Then wait.", "Give 5 mg. Then wait.", "5 mg.")).toBe("5 mg.");
  });

  it("skips what is not shown: addresses, list numbers, names of code", () => {
    const source = "1. See [the trial](https://example.org/trial) first.\n2. Then stop.";
    expect(place(source, "See the trial first.\nThen stop.", "trial first")).toBe("trial](https://example.org/trial) first");
    expect(place(source, "See the trial first.\nThen stop.", "first.\nThen")).toBe("first.\n2. Then");
    expect(place("```python\nassert 1\n```", "assert 1\n", "assert 1")).toBe("assert 1");
  });

  it("finds the same one of several places", () => {
    const source = "*Stop*. Stop. **Stop**.";
    const found = new Correspondence(source, "Stop. Stop. Stop.").inSource(words("Stop. Stop. Stop.", "Stop", 2));
    expect(found).toEqual(words(source, "Stop", 2));
  });

  it("says nothing when the places do not answer to each other", () => {
    expect(place("Stop &lt;Stop&gt; lt", "Stop <Stop> lt", "lt")).toBeUndefined();
    expect(place("Because.", "Because.", ".")).toBeUndefined();
    expect(place("One thing.", "Another thing.", "Another thing.")).toBeUndefined();
  });

  it("goes back to the same words", () => {
    const source = "A **bold** claim, twice: a bold claim.";
    const rendered = "A bold claim, twice: a bold claim.";
    const found = new Correspondence(source, rendered).inRendered(words(source, "bold", 1));
    expect(found).toEqual(words(rendered, "bold", 1));
  });
});
