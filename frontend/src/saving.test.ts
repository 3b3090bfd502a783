import { expect, test } from "vitest";
import { inWords } from "./clock";
import { momentWords } from "./moments";
import { IDLE, LONGEST, Saver, SLOW, type Answer, type Payload, type Timers, type Watcher } from "./saving";

class Clock implements Timers {
  time = 0;
  private due: { at: number; act: () => void; id: number }[] = [];
  private ids = 0;
  set(act: () => void, after: number): number {
    this.due.push({ at: this.time + after, act, id: ++this.ids });
    return this.ids;
  }
  clear(id: number): void {
    this.due = this.due.filter((timer) => timer.id !== id);
  }
  now(): number {
    return this.time;
  }
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = this.due.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = next.at;
      this.clear(next.id);
      next.act();
      await settle();
    }
    this.time = end;
    await settle();
  }
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const saved = (version: number): Answer => ({ kind: "saved", saved: { version, saved_at: "2026-03-12T12:04:00", lease_until: null } });

const away: Answer = { kind: "away", from: "network" };

function bench(answers: (Answer | Promise<Answer>)[]) {
  const clock = new Clock();
  const sent: { payload: Payload; base: number; at: number }[] = [];
  const said: string[] = [];
  const announced: string[] = [];
  const stale: unknown[] = [];
  let text = "";
  const watcher: Watcher = {
    say: (words, calm) => {
      said.push(words);
      if (!calm) announced.push(words);
    },
    whereTheTextIs: () => "Your text is kept on this device.",
    sending: () => undefined,
    saved: () => undefined,
    stale: (_, current) => stale.push(current),
    closed: () => undefined,
    signedOut: () => undefined,
  };
  const saver = new Saver(
    () => ({ body: text }),
    async (payload, base) => {
      sent.push({ payload, base, at: clock.time });
      return answers.shift() ?? saved(99);
    },
    watcher,
    0,
    { body: "" },
    clock,
  );
  const type = (more: string) => {
    text += more;
    saver.changed();
  };
  const clear = () => {
    text = "";
    saver.changed();
  };
  return { clock, saver, sent, said, announced, stale, type, clear };
}

test("a pause of two seconds saves", async () => {
  const desk = bench([saved(1)]);
  desk.type("a");
  await desk.clock.pass(IDLE - 1);
  expect(desk.sent).toEqual([]);
  await desk.clock.pass(1);
  expect(desk.sent).toEqual([{ payload: { body: "a" }, base: 0, at: IDLE }]);
  expect(desk.said.at(-1)).toBe("Saved 12:04");
});

test("typing without a pause saves every ten seconds", async () => {
  const desk = bench([saved(1), saved(2)]);
  for (let second = 0; second < 21; second += 1) {
    desk.type("a");
    await desk.clock.pass(1000);
  }
  expect(desk.sent.map((one) => one.at)).toEqual([LONGEST, 2 * LONGEST]);
  expect(desk.sent.map((one) => one.base)).toEqual([0, 1]);
});

test("no connection keeps trying and says so until it works", async () => {
  const desk = bench([away, away, saved(1)]);
  desk.type("a");
  await desk.clock.pass(IDLE);
  expect(desk.said.at(-1)).toBe("Not saved: no connection. Your text is kept on this device.");
  await desk.clock.pass(60_000);
  expect(desk.sent.length).toBe(3);
  expect(desk.announced).toEqual([...Array(2).fill("Not saved: no connection. Your text is kept on this device."), "Saved 12:04"]);
});

test("an answer that takes long is said, and where the text is meanwhile", async () => {
  let answer: (saved: Answer) => void = () => undefined;
  const desk = bench([new Promise<Answer>((resolve) => (answer = resolve))]);
  desk.type("a");
  await desk.clock.pass(IDLE + SLOW);
  expect(desk.said.at(-1)).toBe("Still saving: the connection is slow. Your text is kept on this device.");
  answer(saved(1));
  await desk.clock.pass(60_000);
  expect(desk.said.at(-1)).toBe("Saved 12:04");
});

test("a stale save stops saving until the person has chosen", async () => {
  const desk = bench([{ kind: "stale", sentence: "Changed.", current: { version: 7, body: "other" } }, saved(8)]);
  desk.type("mine");
  await desk.clock.pass(IDLE);
  expect(desk.stale).toEqual([{ version: 7, body: "other" }]);
  desk.type("!");
  await desk.clock.pass(60_000);
  expect(desk.sent.length).toBe(1);
  desk.saver.resume(7, { body: "other" });
  await desk.clock.pass(IDLE);
  expect(desk.sent[1]).toEqual({ payload: { body: "mine!" }, base: 7, at: expect.any(Number) });
});

test("an answer that never came is no conflict with oneself", async () => {
  const desk = bench([away, { kind: "stale", sentence: "Changed.", current: { version: 3, note: undefined, body: "a" } }, saved(4)]);
  desk.type("a");
  await desk.clock.pass(IDLE);
  desk.type("b");
  await desk.clock.pass(IDLE);
  expect(desk.stale).toEqual([]);
  expect(desk.sent.map((one) => one.base)).toEqual([0, 0, 3]);
  expect(desk.said.at(-1)).toBe("Saved 12:04");
});

test("taking back what went unanswered is saved as well", async () => {
  const desk = bench([away, { kind: "stale", sentence: "Changed.", current: { version: 1, body: "a" } }, saved(2)]);
  desk.type("a");
  await desk.clock.pass(IDLE);
  desk.clear();
  await desk.clock.pass(IDLE);
  expect(desk.sent.at(-1)).toEqual({ payload: { body: "" }, base: 1, at: expect.any(Number) });
});

test("taking back what was not sent yet needs no save", async () => {
  const desk = bench([]);
  desk.type("a");
  desk.clear();
  await desk.clock.pass(IDLE);
  expect(desk.sent).toEqual([]);
  expect(desk.said).toEqual(["Not saved yet", "Not saved yet", "Not saved yet"]);
});

test("several who want a save at once get one save", async () => {
  const desk = bench([saved(1), saved(2)]);
  desk.type("a");
  const first = desk.saver.save();
  desk.type("b");
  await Promise.all([first, desk.saver.save(), desk.saver.save(), desk.saver.save()]);
  expect(desk.sent.map((one) => one.base)).toEqual([0, 1]);
});

test("taking the other text needs no save of it", async () => {
  const desk = bench([{ kind: "stale", sentence: "Changed.", current: { version: 7, body: "" } }]);
  desk.type("mine");
  await desk.clock.pass(IDLE);
  desk.clear();
  desk.saver.resume(7, { body: "" });
  await desk.clock.pass(60_000);
  expect(desk.sent.length).toBe(1);
  expect(desk.said.at(-1)).toBe("Saved");
});

test("what is saved already is not sent again", async () => {
  const desk = bench([saved(1)]);
  desk.type("a");
  await desk.saver.save();
  await desk.saver.save();
  expect(desk.sent.length).toBe(1);
});

test("clocks speak in words", () => {
  expect(inWords(60_000)).toBe("1 minute left");
  expect(inWords(3 * 3_600_000)).toBe("3 hours left");
  expect(inWords(-300_000)).toBe("ended 5 minutes ago");
});

test("moments are written as the server writes them, in the time of the reader", () => {
  const at = new Date("2026-03-12T22:05:00Z");
  const now = new Date("2026-11-01T00:00:00Z");
  expect(momentWords(at, now, "UTC")).toBe("12 March, 22:05");
  expect(momentWords(at, now, "Asia/Tokyo")).toBe("13 March, 07:05");
  expect(momentWords(at, new Date("2027-01-01T12:00:00Z"), "UTC")).toBe("12 March 2026, 22:05");
});
