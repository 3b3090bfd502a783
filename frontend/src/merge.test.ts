import { describe, expect, test } from "vitest";
import { chosen, joinLists, merge, partsThatDiffer, suggested, suggestedValue, withAdded, withField, type Hunk, type Side } from "./merge";
import { aligned, changedWords, sentencesOf } from "./textdiff";

/** A generator with a seed, so that what fails once fails again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const join = (hunks: Hunk[], side: (hunk: Hunk) => Side): string => hunks.map((hunk) => chosen(hunk, side(hunk))).join("");

function someText(draw: (below: number) => number, sentences: number): string[] {
  return Array.from({ length: sentences }, () => ["One. ", "Two. ", "A 3.5 dose. ", "Ärzte\n", "\n", "心脏。", "💊 x. ", "a"][draw(8)] ?? "");
}

function edited(draw: (below: number) => number, pieces: string[]): string {
  const copy = [...pieces];
  for (let n = draw(4); n > 0; n -= 1) copy.splice(draw(copy.length + 1), draw(2), `New ${draw(3)}. `);
  return copy.join("");
}

test("all of one side is that side, whatever the three texts are", () => {
  const draw = random(7);
  for (let round = 0; round < 3000; round += 1) {
    const pieces = someText(draw, draw(12));
    const [base, mine, theirs] = [pieces.join(""), edited(draw, pieces), edited(draw, pieces)];
    for (const hunks of [merge(base, mine, theirs), merge(undefined, mine, theirs)]) {
      expect(join(hunks, () => "mine")).toBe(mine);
      expect(join(hunks, () => "theirs")).toBe(theirs);
    }
  }
});

test("what one side alone changed is what is suggested", () => {
  const draw = random(11);
  for (let round = 0; round < 1000; round += 1) {
    const pieces = someText(draw, draw(12));
    const [base, other] = [pieces.join(""), edited(draw, pieces)];
    expect(join(merge(base, other, base), (hunk) => suggested(hunk) ?? "both")).toBe(other);
    expect(join(merge(base, base, other), (hunk) => suggested(hunk) ?? "both")).toBe(other);
  }
});

test("changes in different sentences join without a question", () => {
  const hunks = merge("One. Two. Three.", "Uno. Two. Three.", "One. Two. Tre.");
  expect(hunks.map((hunk) => hunk.changed)).toEqual(["mine", undefined, "theirs"]);
  expect(join(hunks, (hunk) => suggested(hunk) ?? "both")).toBe("Uno. Two. Tre.");
});

test("neighbouring sentences are told apart when each was changed by somebody", () => {
  const hunks = merge("First. Second. Third. ", "First. Next. Last. ", "Opening. Middle. Third. ");
  expect(hunks.map((hunk) => hunk.changed)).toEqual(["theirs", "conflict", "mine"]);
});

test("a sentence that both changed is for the person to choose", () => {
  const [first, both] = merge("Same. One. ", "Same. Uno. ", "Same. Eins. ");
  expect(first?.changed).toBeUndefined();
  expect(both && suggested(both)).toBeUndefined();
  expect(both && chosen(both, "both")).toBe("Uno. Eins. ");
});

test("two last sentences that are both kept do not run into one another", () => {
  const [hunk] = merge("", "mine", "theirs");
  expect(hunk && chosen(hunk, "both")).toBe("mine\ntheirs");
});

test("the same change on both sides needs no choice", () => {
  expect(merge("One. ", "Two. ", "Two. ").map((hunk) => hunk.changed)).toEqual(["alike"]);
});

test("only fields that differ are asked about, each by its path", () => {
  const parts = partsThatDiffer(
    { fields: { accuracy: "3", comment: "A." }, ticked: false },
    { fields: { accuracy: "4", comment: "A." }, ticked: true },
    { fields: { accuracy: "5", comment: "A." }, ticked: false },
  );
  expect(parts.map((part) => part.path.join("/"))).toEqual(["fields/accuracy", "ticked"]);
  const ticked = parts[1];
  expect(ticked && suggestedValue(ticked)).toBe("mine");
  expect(withField({ fields: { accuracy: "4", comment: "A." } }, ["fields", "accuracy"], "5")).toEqual({ fields: { accuracy: "5", comment: "A." } });
});

test("lists of marked passages are joined, wherever their words have moved", () => {
  const marked = (exact: string, start: number, certainty = 85) => ({ exact, start, end: start + exact.length, prefix: "", suffix: "", certainty });
  const base = [marked("one", 0), marked("two", 4)];
  const mine = [marked("one", 9), marked("two", 13, 95), marked("three", 20)];
  const theirs = [marked("two", 0), marked("four", 4)];
  expect(joinLists(base, mine, theirs)).toEqual({ entries: [marked("two", 13, 95), marked("three", 20), marked("four", 4)], open: [] });
  expect(joinLists([], mine, mine)).toEqual({ entries: mine, open: [] });
  expect(partsThatDiffer({}, { statements: [marked("one", 0), marked("two", 4)] }, { statements: [marked("one", 9), marked("two", 13)] })).toEqual([]);
  expect(partsThatDiffer({ statements: base }, { statements: mine }, { statements: theirs })[0]?.joined?.entries).toHaveLength(3);
});

describe("a passage is marked once, whatever both say of it", () => {
  const marked = (certainty: number | null, start = 0, source = "") => ({ exact: "one", start, end: start + 3, prefix: "", suffix: " two", certainty, source });

  test("what only one of the two changed stands", () => {
    expect(joinLists([marked(85)], [marked(85, 7)], [marked(95)])).toEqual({ entries: [marked(95)], open: [] });
    expect(joinLists([marked(85)], [marked(95, 7)], [marked(85)])).toEqual({ entries: [marked(95, 7)], open: [] });
  });

  test("what both changed differently is open, and mine stands meanwhile", () => {
    const open = [{ at: 0, theirs: marked(55) }];
    expect(joinLists([marked(85)], [marked(95)], [marked(55)])).toEqual({ entries: [marked(95)], open });
    expect(joinLists([], [marked(95)], [marked(55)])).toEqual({ entries: [marked(95)], open });
    expect(joinLists([marked(85)], [marked(95)], [marked(85, 0, "https://example.org")]).open).toHaveLength(1);
    const joined = partsThatDiffer({ statements: [marked(85)] }, { statements: [marked(95)] }, { statements: [marked(55)] })[0]?.joined;
    expect(joined).toEqual({ entries: [marked(95)], open });
  });

  test("what both changed alike is no difference", () => {
    expect(partsThatDiffer({ statements: [marked(85)] }, { statements: [marked(95)] }, { statements: [marked(95, 9)] })).toEqual([]);
  });

  test("what one changed and the other took out stays, as it was written since", () => {
    expect(joinLists([marked(85)], [], [marked(95)])).toEqual({ entries: [marked(95)], open: [] });
    expect(joinLists([marked(85)], [marked(95)], [])).toEqual({ entries: [marked(95)], open: [] });
  });

  test("the same words elsewhere in the text are another passage", () => {
    const there = { ...marked(65, 40), prefix: "again ", suffix: "" };
    expect(joinLists([], [marked(95)], [there])).toEqual({ entries: [marked(95), there], open: [] });
    expect(joinLists([marked(85), there], [marked(95), there], [marked(55), there]).open).toEqual([{ at: 0, theirs: marked(55) }]);
  });
});

test("rows that only the other one has are added, and those taken out here stay out", () => {
  const base = { fields: { note_1_body: "Old.", note_2_body: "Gone." }, note: "N" };
  const mine = { fields: { note_1_body: "Old.", note_3_body: "Mine." }, note: "N" };
  const theirs = { fields: { note_1_body: "Old.", note_2_body: "Gone.", note_4_body: "Theirs." }, note: "N", more: "M" };
  expect(withAdded(base, mine, theirs)).toEqual({ fields: { note_1_body: "Old.", note_3_body: "Mine.", note_4_body: "Theirs." }, note: "N" });
  expect(withAdded(undefined, mine, theirs).fields).toEqual({ ...mine.fields, note_2_body: "Gone.", note_4_body: "Theirs." });
});

test("sentences are the text, and a decimal point ends none", () => {
  expect(sentencesOf("Give 3.5 mg. Then wait.\n\nStop")).toEqual(["Give 3.5 mg. ", "Then wait.\n\n", "Stop"]);
  expect(sentencesOf("")).toEqual([]);
});

test("a diff of words puts both texts together again", () => {
  const draw = random(3);
  for (let round = 0; round < 1000; round += 1) {
    const [old, fresh] = [someText(draw, draw(9)).join(""), someText(draw, draw(9)).join("")];
    const runs = changedWords(old, fresh);
    expect(runs.filter((run) => run.kind !== "added").map((run) => run.text).join("")).toBe(old);
    expect(runs.filter((run) => run.kind !== "removed").map((run) => run.text).join("")).toBe(fresh);
  }
});

test("two long texts that share little are compared at once", () => {
  const words = Array.from({ length: 40_000 }, (_, n) => `w${n % 700}`);
  const began = performance.now();
  aligned(words, [...words].reverse());
  expect(performance.now() - began).toBeLessThan(1000);
});
