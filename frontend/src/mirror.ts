// What has not reached the server yet, kept on this device until it has.
import { createStore, del, entries, get, promisifyRequest, set, type UseStore } from "idb-keyval";
import { same } from "./sameness";
import type { Payload } from "./saving";

const WITHIN = 300;

export interface Kept {
  payload: Payload;
  baseVersion: number;
  /** Fingerprints of what was sent on top of `baseVersion` and never answered. */
  sent: string[];
  at: number;
}

/** Ask for the commit in so many words: a page that is going does not live to commit by itself. */
function putNow(key: string, kept: Kept, use: UseStore): Promise<void> {
  return use("readwrite", (store) => {
    const done = promisifyRequest(store.transaction);
    store.put(kept, key);
    store.transaction.commit();
    return done;
  });
}

/** A kept text that waits for a choice, in a place of its own. */
export interface Aside {
  key: string;
  kept: Kept;
}

export class Mirror {
  /** Whether the last write worked: storage may be forbidden or full. */
  works = true;
  private timer: number | undefined;
  private readonly store: UseStore;
  private asideKey: string | undefined;

  /** Where a page that goes lays its text: written before the browser goes on, which the store cannot promise. */
  private get lastWords(): string {
    return `pasiflora ${this.key}`;
  }

  /** `now` gives what is to be kept at the moment of writing. */
  constructor(private readonly key: string, private readonly now: () => Omit<Kept, "at">) {
    this.store = createStore("pasiflora", "drafts");
  }

  /** Keep what there is soon. Typing on does not put it off. */
  keep(): void {
    this.timer ??= window.setTimeout(() => this.flush(), WITHIN);
  }

  /** Keep what there is now. */
  flush(): void {
    this.cancel();
    const kept: Kept = { ...this.now(), at: Date.now() };
    this.write(() => putNow(this.asideKey ?? this.key, kept, this.store));
  }

  /** Keep what there is before the page goes: the store may still be opening, or lose the race against the page's end. */
  leave(): void {
    try {
      const kept: Kept = { ...this.now(), at: Date.now() };
      // A tab that went its own way has a place that is looked for in the store only.
      if (!this.asideKey) localStorage.setItem(this.lastWords, JSON.stringify(kept));
    } catch {
      // Forbidden or full: the store below is what is left.
    }
    if (this.timer !== undefined) this.flush();
  }

  /** The server has this text: forget it, unless something newer is there to be kept. */
  acknowledge(payload: Payload): void {
    if (same(this.now().payload, payload)) this.forget();
  }

  forget(): void {
    this.cancel();
    this.forgetLastWords();
    this.write(() => del(this.asideKey ?? this.key, this.store));
  }

  async kept(): Promise<Kept | undefined> {
    const last = this.takeLastWords();
    try {
      const kept = await get<Kept>(this.key, this.store);
      if (!last || (kept && kept.at >= last.at)) return kept;
      this.write(() => putNow(this.key, last, this.store));
    } catch {
      // What left with the page is all there is.
    }
    return last;
  }

  /** Texts that a choice was never made about, oldest first. */
  async asides(): Promise<Aside[]> {
    try {
      const all = await entries<string, Kept>(this.store);
      const ours = all.filter(([key]) => key.startsWith(`${this.key}#`));
      return ours.map(([key, kept]) => ({ key, kept })).sort((a, b) => a.kept.at - b.kept.at);
    } catch {
      return [];
    }
  }

  /** Lay a kept text where neither this tab nor another writes, until the person has chosen. */
  setAside(kept: Kept): Aside {
    const key = `${this.key}#${kept.at}`;
    this.write(() => set(key, kept, this.store));
    this.write(() => del(this.key, this.store));
    return { key, kept };
  }

  dropAside(aside: Aside): void {
    this.write(() => del(aside.key, this.store));
  }

  /** From now on write to a place of this tab's own: another tab saves the same draft and would forget ours. */
  partWays(): void {
    const kept: Kept = { ...this.now(), at: Date.now() };
    this.asideKey = `${this.key}#${kept.at}`;
    this.flush();
    // The place both tabs write to may still hold ours: it would be offered twice.
    void this.kept().then((held) => {
      if (held && same(held.payload, kept.payload)) this.write(() => del(this.key, this.store));
    });
  }

  /** The choice is made. */
  comeTogether(): void {
    if (this.asideKey) this.forget();
    this.asideKey = undefined;
  }

  private takeLastWords(): Kept | undefined {
    try {
      const found = localStorage.getItem(this.lastWords);
      this.forgetLastWords();
      return found ? (JSON.parse(found) as Kept) : undefined;
    } catch {
      return undefined;
    }
  }

  private forgetLastWords(): void {
    try {
      localStorage.removeItem(this.lastWords);
    } catch {
      // Forbidden: nothing was put there either.
    }
  }

  private cancel(): void {
    if (this.timer !== undefined) window.clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** IndexedDB does the writes of one store in the order in which they were asked for. Some browsers have none, or
   * throw when they are asked: saving must go on without it. */
  private write(act: () => Promise<void>): void {
    try {
      act().then(
        () => (this.works = true),
        () => (this.works = false),
      );
    } catch {
      this.works = false;
    }
  }
}
