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

  /** Keep now only if a change still waits for it: before a page goes. */
  flushPending(): void {
    if (this.timer !== undefined) this.flush();
  }

  /** The server has this text: forget it, unless something newer is there to be kept. */
  acknowledge(payload: Payload): void {
    if (same(this.now().payload, payload)) this.forget();
  }

  forget(): void {
    this.cancel();
    this.write(() => del(this.asideKey ?? this.key, this.store));
  }

  async kept(): Promise<Kept | undefined> {
    try {
      return await get<Kept>(this.key, this.store);
    } catch {
      return undefined;
    }
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
