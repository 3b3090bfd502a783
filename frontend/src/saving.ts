// Autosave: when to save, what the server answered, and what to tell the person. Knows nothing of editors.
import { momentWords } from "./moments";
import { canonical, fingerprint } from "./sameness";

export const IDLE = 2_000;
export const LONGEST = 10_000;
/** After this long without an answer, "Saving" alone would say too little. */
export const SLOW = 5_000;
const RETRIES = [2_000, 5_000, 10_000, 20_000, 30_000];

/** What is sent besides the version: `{body, note}` or `{fields}`. Compared by what it says, not by its order. */
export type Payload = Record<string, unknown>;

export interface Saved {
  version: number;
  saved_at: string;
  lease_until: string | null;
  notice?: string;
}

export interface Current {
  version: number;
  saved_at?: string;
  [field: string]: unknown;
}

export type Answer =
  | { kind: "saved"; saved: Saved }
  | { kind: "stale"; sentence: string; current: Current }
  | { kind: "closed"; sentence: string }
  | { kind: "signed-out"; as?: "other" }
  | { kind: "refused"; sentence: string }
  | { kind: "away"; from: "network" | "server" };

export type Send = (payload: Payload, baseVersion: number, keepalive: boolean) => Promise<Answer>;

export interface Watcher {
  /** The state in words, for the status line. `calm` states need not be announced. */
  say(words: string, calm: boolean): void;
  /** Where the text is meanwhile, as a sentence: only who keeps it can promise that it is kept. */
  whereTheTextIs(): string;
  /** Called before a save leaves, so that what was sent is known even if the answer never comes. */
  sending(): void;
  saved(saved: Saved, payload: Payload): void;
  stale(sentence: string, current: Current): void;
  closed(sentence: string): void;
  /** Nobody is signed in any more, or somebody else than who wrote this. */
  signedOut(as: "other" | undefined): void;
}

export interface Timers {
  set(act: () => void, after: number): number;
  clear(timer: number): void;
  now(): number;
}

const realTimers: Timers = {
  set: (act, after) => window.setTimeout(act, after),
  clear: (timer) => window.clearTimeout(timer),
  now: () => Date.now(),
};

export function clockWords(iso: string): string {
  const at = new Date(iso);
  return `Saved ${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** For a save of any day: with the day when it was not today. */
export function dayAndClockWords(iso: string): string {
  const [at, now] = [new Date(iso), new Date()];
  return at.toDateString() === now.toDateString() ? clockWords(iso) : `Saved ${momentWords(at, now)}`;
}

export function payloadOf(current: Current): Payload {
  return current.fields ? { fields: current.fields } : { body: current.body, note: current.note, statements: current.statements };
}

export class Saver {
  /** Fingerprints of what was sent and not yet answered. Meeting one of them on the server is no conflict. */
  readonly unanswered = new Set<string>();
  private timer: number | undefined;
  private dirtySince: number | undefined;
  private flight: Promise<void> | undefined;
  private failures = 0;
  private paused = false;
  /** Whether the last answer was that nobody is signed in. */
  signedOut = false;
  private acknowledged: string;
  private savedWords: string;

  constructor(
    private readonly read: () => Payload,
    private readonly send: Send,
    private readonly watcher: Watcher,
    public version: number,
    onTheServer: Payload,
    private readonly timers: Timers = realTimers,
  ) {
    this.acknowledged = canonical(onTheServer);
    this.savedWords = version > 0 ? "Saved" : "Not saved yet";
  }

  /** What the server is known to have held at `version`. */
  get base(): Payload {
    return JSON.parse(this.acknowledged) as Payload;
  }

  /** Whether saving waits for a choice, or has ended. */
  get stopped(): boolean {
    return this.paused;
  }

  /** When the text of the page was saved, as it came. */
  cameFrom(savedAt: string): void {
    this.savedWords = dayAndClockWords(savedAt);
    if (!this.unsettled) this.watcher.say(this.savedWords, true);
  }

  private get dirty(): boolean {
    // What went unanswered may be what the server has, even if the page is back at what it had.
    return this.unanswered.size > 0 || canonical(this.read()) !== this.acknowledged;
  }

  /** Whether the server may hold another text than the page, now or in a moment. */
  get unsettled(): boolean {
    return this.flight !== undefined || this.dirty;
  }

  /** Something was typed: save after a pause, or after ten seconds of typing without one. */
  changed(): void {
    if (this.paused) return;
    this.dirtySince ??= this.timers.now();
    const waited = this.timers.now() - this.dirtySince;
    this.schedule(Math.max(0, Math.min(IDLE, LONGEST - waited)));
    if (!this.flight && this.failures === 0) this.watcher.say("Not saved yet", true);
  }

  private schedule(after: number): void {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = this.timers.set(() => void this.save(), after);
  }

  /** Save now. Resolves when nothing is in flight any more, saved or not. */
  async save(keepalive = false): Promise<void> {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = undefined;
    // Whoever waited longer may have begun another: two at once would be a conflict of the page with itself.
    while (this.flight) await this.flight;
    if (this.paused) return;
    if (!this.dirty) return this.settled();
    this.flight = this.attempt(keepalive).finally(() => (this.flight = undefined));
    await this.flight;
  }

  /** Typed and taken back: the server has it already. */
  private settled(): void {
    const unsaid = this.dirtySince !== undefined || this.failures > 0;
    this.dirtySince = undefined;
    this.failures = 0;
    if (unsaid) this.watcher.say(this.savedWords, true);
  }

  private async attempt(keepalive: boolean): Promise<void> {
    const payload = this.read();
    this.dirtySince = undefined;
    if (this.failures === 0) this.watcher.say("Saving", true);
    this.unanswered.add(fingerprint(payload));
    this.watcher.sending();
    const slow = this.timers.set(() => this.watcher.say(`Still saving: the connection is slow. ${this.watcher.whereTheTextIs()}`, true), SLOW);
    const answer = await this.send(payload, this.version, keepalive).finally(() => this.timers.clear(slow));
    if (answer.kind !== "away") this.unanswered.delete(fingerprint(payload));
    this.take(answer, payload);
  }

  private take(answer: Answer, payload: Payload): void {
    this.signedOut = answer.kind === "signed-out";
    if (answer.kind === "saved") {
      const recovered = this.failures > 0;
      this.failures = 0;
      this.version = answer.saved.version;
      this.acknowledge(payload);
      this.savedWords = clockWords(answer.saved.saved_at);
      this.watcher.saved(answer.saved, payload);
      if (this.dirty) this.changed();
      else this.watcher.say(this.savedWords, !recovered);
    } else if (answer.kind === "stale" && this.unanswered.has(fingerprint(payloadOf(answer.current)))) {
      this.version = answer.current.version;
      this.schedule(0);
    } else if (answer.kind === "stale") {
      this.paused = true;
      this.watcher.say("Not saved: this was changed in another tab", false);
      this.watcher.stale(answer.sentence, answer.current);
    } else if (answer.kind === "closed") {
      this.stop();
      this.watcher.say("Not saved: this can no longer be changed", false);
      this.watcher.closed(answer.sentence);
    } else if (answer.kind === "refused") {
      this.watcher.say(`Not saved: ${answer.sentence}`, false);
    } else {
      this.tryAgainLater(answer);
    }
  }

  private tryAgainLater(answer: Extract<Answer, { kind: "away" | "signed-out" }>): void {
    this.watcher.say(`Not saved: ${becauseOf(answer)}. ${this.watcher.whereTheTextIs()}`, false);
    if (answer.kind === "signed-out") this.watcher.signedOut(answer.as);
    this.schedule(RETRIES[Math.min(this.failures, RETRIES.length - 1)] ?? LONGEST);
    this.failures += 1;
  }

  /** The server is known to hold this. */
  private acknowledge(payload: Payload): void {
    this.acknowledged = canonical(payload);
    this.unanswered.clear();
  }

  /** The person chose between two texts, or wrote on elsewhere: go on from the newer version. */
  resume(version: number, onTheServer: Payload, savedAt?: string): void {
    this.version = version;
    this.acknowledge(onTheServer);
    this.paused = false;
    this.savedWords = savedAt ? dayAndClockWords(savedAt) : "Saved";
    if (this.dirty) this.changed();
    else this.watcher.say(this.savedWords, true);
  }

  /** Nothing can be written any more. */
  stop(): void {
    this.paused = true;
  }

  /** The network is back: try at once. */
  retry(): void {
    if (this.failures > 0) void this.save();
  }
}

function becauseOf(answer: Extract<Answer, { kind: "away" | "signed-out" }>): string {
  if (answer.kind === "signed-out") return answer.as === "other" ? "somebody else is signed in here" : "you are signed out";
  return answer.from === "network" ? "no connection" : "the server is not answering";
}
