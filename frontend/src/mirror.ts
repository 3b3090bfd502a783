// What has not reached the server yet, kept on this device until it has.
import { createStore, del, get, set, type UseStore } from "idb-keyval";
import type { Payload } from "./saving";

const DEBOUNCE = 300;

export interface Kept {
  payload: Payload;
  baseVersion: number;
  at: number;
}

export class Mirror {
  private timer: number | undefined;
  private readonly store: UseStore;

  constructor(private readonly key: string) {
    this.store = createStore("pasiflora", "drafts");
  }

  /** Keep this soon. Fails silently where storage is forbidden: saving to the server goes on. */
  keep(payload: Payload, baseVersion: number): void {
    if (this.timer !== undefined) window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.keepNow(payload, baseVersion), DEBOUNCE);
  }

  async keepNow(payload: Payload, baseVersion: number): Promise<void> {
    if (this.timer !== undefined) window.clearTimeout(this.timer);
    this.timer = undefined;
    await set(this.key, { payload, baseVersion, at: Date.now() } satisfies Kept, this.store).catch(() => undefined);
  }

  /** The server has this text: forget it, unless something newer is kept already. */
  async acknowledge(payload: Payload): Promise<void> {
    const kept = await this.kept();
    if (kept && JSON.stringify(kept.payload) === JSON.stringify(payload)) await del(this.key, this.store).catch(() => undefined);
  }

  async kept(): Promise<Kept | undefined> {
    return get<Kept>(this.key, this.store).catch(() => undefined);
  }

  async forget(): Promise<void> {
    if (this.timer !== undefined) window.clearTimeout(this.timer);
    await del(this.key, this.store).catch(() => undefined);
  }
}
