import { expect, test } from "vitest";
import { fingerprint, same } from "./sameness";
import { meaning } from "./server";

const json = (status: number, body: unknown) => Response.json(body, { status });

test("only the server's own word is a save", async () => {
  expect(await meaning(json(200, { version: 4, saved_at: "2026-03-12T12:04:00Z", lease_until: null }))).toMatchObject({ kind: "saved" });
  expect(await meaning(new Response("<h1>Hotel WiFi</h1>"))).toEqual({ kind: "away", from: "server" });
  expect(await meaning(json(200, null))).toEqual({ kind: "away", from: "server" });
  expect(await meaning(json(200, { version: "4" }))).toEqual({ kind: "away", from: "server" });
});

test.each([429, 500, 502, 503])("%i is tried again", async (status) => {
  expect(await meaning(json(status, { error: "Later." }))).toEqual({ kind: "away", from: "server" });
});

test("a page of 403 is a session that ended, a sentence of 403 is a refusal", async () => {
  expect(await meaning(new Response("<h1>Forbidden</h1>", { status: 403 }))).toEqual({ kind: "signed-out" });
  expect(await meaning(new Response("", { status: 401 }))).toEqual({ kind: "signed-out" });
  expect(await meaning(json(403, { error: "This is not yours to do." }))).toEqual({ kind: "closed", sentence: "This is not yours to do." });
});

test("a conflict brings the other text, or it is no answer", async () => {
  const current = { version: 7, body: "other", note: "" };
  expect(await meaning(json(409, { error: "Changed.", code: "draft_stale", current }))).toEqual({ kind: "stale", sentence: "Changed.", current });
  expect(await meaning(json(409, { error: "Changed.", code: "draft_stale" }))).toEqual({ kind: "away", from: "server" });
  expect(await meaning(json(409, { error: "Closed.", code: "claim_lapsed" }))).toEqual({ kind: "closed", sentence: "Closed." });
  expect(await meaning(json(422, { error: "Too long.", code: "invalid" }))).toEqual({ kind: "refused", sentence: "Too long." });
});

test("the order of keys makes no difference, the text does", () => {
  expect(same({ fields: { a: "1", bb: "2" } }, { fields: { bb: "2", a: "1" } })).toBe(true);
  expect(fingerprint({ a: "1", b: "2" })).toBe(fingerprint({ b: "2", a: "1" }));
  expect(fingerprint({ body: "ab" })).not.toBe(fingerprint({ body: "ba" }));
});
