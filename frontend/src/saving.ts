// Autosave: when to save, what the server answered, and what to tell the person. Knows nothing of editors.

export const IDLE = 2_000;
export const LONGEST = 10_000;
const RETRIES = [2_000, 5_000, 10_000, 20_000, 30_000];

/** What is sent besides the version: `{body, note}` or `{fields}`. Compared as JSON. */
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
  | { kind: "signed-out" }
  | { kind: "refused"; sentence: string }
  | { kind: "away" };

export type Send = (payload: Payload, baseVersion: number, keepalive: boolean) => Promise<Answer>;

export interface Watcher {
  /** The state in words, for the status line. `calm` states need not be announced. */
  say(words: string, calm: boolean): void;
  saved(saved: Saved, payload: Payload): void;
  /** Whether the newer version is this device's own earlier save, whose answer it never saw. */
  isMine(current: Current): boolean;
  stale(sentence: string, current: Current): void;
  closed(sentence: string): void;
  signedOut(): void;
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

export class Saver {
  private timer: number | undefined;
  private dirtySince: number | undefined;
  private flight: Promise<void> | undefined;
  private failures = 0;
  private paused = false;
  private acknowledged: string;

  constructor(
    private readonly read: () => Payload,
    private readonly send: Send,
    private readonly watcher: Watcher,
    public version: number,
    private readonly timers: Timers = realTimers,
  ) {
    this.acknowledged = JSON.stringify(read());
  }

  get dirty(): boolean {
    return JSON.stringify(this.read()) !== this.acknowledged;
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
    if (this.flight) await this.flight;
    if (this.paused || !this.dirty) return;
    this.flight = this.attempt(keepalive).finally(() => (this.flight = undefined));
    await this.flight;
  }

  private async attempt(keepalive: boolean): Promise<void> {
    const payload = this.read();
    this.dirtySince = undefined;
    if (this.failures === 0) this.watcher.say("Saving", true);
    const answer = await this.send(payload, this.version, keepalive);
    this.take(answer, payload);
  }

  private take(answer: Answer, payload: Payload): void {
    if (answer.kind === "saved") {
      this.failures = 0;
      this.version = answer.saved.version;
      this.acknowledged = JSON.stringify(payload);
      this.watcher.saved(answer.saved, payload);
      if (this.dirty) this.changed();
      else this.watcher.say(clockWords(answer.saved.saved_at), true);
    } else if (answer.kind === "stale" && this.watcher.isMine(answer.current)) {
      this.version = answer.current.version;
      this.schedule(0);
    } else if (answer.kind === "stale") {
      this.paused = true;
      this.watcher.say("Not saved: this was changed in another tab", false);
      this.watcher.stale(answer.sentence, answer.current);
    } else if (answer.kind === "closed") {
      this.paused = true;
      this.watcher.say("Not saved: this can no longer be changed", false);
      this.watcher.closed(answer.sentence);
    } else if (answer.kind === "refused") {
      this.watcher.say(`Not saved: ${answer.sentence}`, false);
    } else {
      this.watcher.say(
        answer.kind === "away"
          ? "Not saved: no connection. Your text is kept on this device."
          : "Not saved: you are signed out. Your text is kept on this device.",
        false,
      );
      if (answer.kind === "signed-out") this.watcher.signedOut();
      const pause = RETRIES[Math.min(this.failures, RETRIES.length - 1)] ?? LONGEST;
      this.failures += 1;
      this.schedule(pause);
    }
  }

  /** The person chose between two texts: go on from the newer version. */
  resume(version: number): void {
    this.version = version;
    this.paused = false;
    this.changed();
  }

  /** The network is back: try at once. */
  retry(): void {
    if (this.failures > 0) void this.save();
  }
}
