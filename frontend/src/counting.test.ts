import { expect, test } from "vitest";
import { Copies, Counter, LARGE } from "./counting";

test("time counts while something moves, and a long pause does not", () => {
  const counter = new Counter();
  for (const second of [0, 10, 30, 300, 310]) counter.moved(second * 1000);
  expect(counter.counts.active_seconds).toBe(40);
});

test("pastes are told apart by where they come from, and only a large one from elsewhere is asked about", () => {
  const counter = new Counter();
  counter.typed(5, 2);
  expect(counter.pasted(LARGE, 0, "own")).toBeUndefined();
  expect(counter.pasted(LARGE, 0, "page")).toBeUndefined();
  expect(counter.pasted(LARGE - 1, 0, "elsewhere")).toBeUndefined();
  expect(counter.pasted(LARGE + 20, 3, "elsewhere")).toEqual({ number: 1, characters: LARGE + 20, origin: "" });
  expect(counter.counts).toEqual({
    active_seconds: 0, typed: 5, removed: 5, pasted_own: LARGE, pasted_page: LARGE, pasted_elsewhere: 2 * LARGE + 19, pastes: 4, largest_paste: LARGE + 20,
  });
});

test("what was copied on this page is known again, whatever the clipboard did to its blanks", () => {
  const copies = new Copies();
  copies.copied("From the  task.\n", "page");
  expect(copies.from("From the task.\r\n")).toBe("page");
  expect(copies.from("From a book.")).toBe("elsewhere");
  for (let n = 0; n < 30; n += 1) copies.copied(`Copy ${n}`, "own");
  expect(copies.from("From the task.")).toBe("elsewhere");
  expect(copies.from("Copy 29")).toBe("own");
});
