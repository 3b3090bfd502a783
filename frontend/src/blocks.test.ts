import { expect, test } from "vitest";
import { unchanged } from "./blocks";

test.each([
  [["a", "b", "c"], ["a", "x", "c"], 1, 1],
  [["a", "b"], ["a", "b", "c"], 2, 0],
  [["a", "b"], ["c", "a", "b"], 0, 2],
  [["a"], ["a", "a"], 1, 0],
  [["a", "a"], ["a"], 1, 0],
  [["a", "b"], ["a", "b"], 2, 0],
  [[], ["a"], 0, 0],
])("of %j and %j the same blocks stay", (one, other, head, tail) => {
  expect(unchanged(one, other)).toEqual({ head, tail });
});
