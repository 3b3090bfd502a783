// Ties a form to the saver, the mirror and the status line. The desks differ only in how they read and write the form.
import { setLease } from "./clock";
import { Mirror, type Aside } from "./mirror";
import { notice, signInNotice } from "./notices";
import { fingerprint, same } from "./sameness";
import { payloadOf, Saver, type Current, type Payload, type Saved } from "./saving";
import { sender } from "./server";

export interface Desk {
  form: HTMLFormElement;
  /** What the server wrote into the page, whatever the browser made of it since. */
  rendered(): Payload;
  read(): Payload;
  write(payload: Payload): void;
  /** The text of a payload, for showing beside mine. */
  show(payload: Payload): string;
  lock(): void;
}

const SUBMIT_WAIT = 3_000;

export class Autosave {
  readonly saver: Saver;
  private readonly mirror: Mirror;
  private readonly state: HTMLElement | null;
  private readonly rendered: Payload;
  /** The page shows a refused form again: its text is not what the server has saved. */
  private readonly refused: boolean;
  private waiting = false;
  private passing = false;

  constructor(private readonly desk: Desk, url: string, version: number) {
    this.state = desk.form.querySelector<HTMLElement>("[data-save-state]");
    this.rendered = desk.rendered();
    this.refused = desk.form.dataset.unsaved !== undefined;
    this.saver = new Saver(desk.read, sender(url, desk.form), this, version, this.rendered);
    this.mirror = new Mirror(url, () => ({ payload: desk.read(), baseVersion: this.saver.version, sent: [...this.saver.unanswered] }));
    this.setVersion(version);
    // A browser that fills in what was typed before a reload could lay an old text over a newer one.
    desk.form.autocomplete = "off";
    if (this.refused) this.say("Not saved yet", true);
    addEventListener("online", () => this.saver.retry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leaving();
      else this.saver.retry();
    });
    addEventListener("pagehide", () => this.leaving());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      void this.saver.save();
    });
    desk.form.addEventListener("submit", (event) => this.submitting(event));
  }

  /** To be called on every change the person makes. */
  changed(): void {
    this.mirror.keep();
    this.saver.changed();
  }

  private leaving(): void {
    this.mirror.flushPending();
    void this.saver.save(true);
  }

  /** Bring back what an earlier visit could not send. */
  async restore(): Promise<void> {
    const [asides, kept] = await Promise.all([this.mirror.asides(), this.mirror.kept()]);
    for (const aside of asides) this.offer(aside);
    // Typed before this script arrived.
    if (this.saver.unsettled && !this.refused) this.changed();
    if (!kept) return;
    if (same(kept.payload, this.rendered)) {
      if (!this.refused) this.mirror.forget();
    } else if (kept.baseVersion >= this.saver.version || kept.sent.includes(fingerprint(this.rendered))) {
      const before = this.desk.read();
      for (const sent of kept.sent) this.saver.unanswered.add(sent);
      this.put(kept.payload);
      notice(this.desk.form, "good", "Restored what had not reached us when you left.", [{ label: "Undo", act: () => this.put(before) }]);
    } else {
      this.offer(this.mirror.setAside(kept));
    }
  }

  private offer(aside: Aside): void {
    const { kept } = aside;
    const drop = () => this.mirror.dropAside(aside);
    if (same(kept.payload, this.rendered)) return drop();
    const use = () => {
      this.put(kept.payload);
      this.mirror.flush();
      drop();
    };
    notice(
      this.desk.form,
      "warn",
      "This device kept a text that had not reached us, and a newer one was saved elsewhere since. The kept one is below.",
      [
        { label: "Use the kept text", act: use },
        { label: "Drop the kept text", act: drop },
      ],
      this.desk.show(kept.payload),
    );
  }

  private put(payload: Payload): void {
    this.desk.write(payload);
    this.changed();
  }

  say(words: string, calm: boolean): void {
    if (!this.state || this.state.textContent === words) return;
    // A change every few seconds would never let a screen reader be: only what needs an ear is announced.
    this.state.setAttribute("aria-live", calm ? "off" : "polite");
    this.state.textContent = words;
  }

  whereTheTextIs(): string {
    return this.mirror.works ? "Your text is kept on this device." : "Keep this page open: this browser cannot keep your text.";
  }

  sending(): void {
    this.mirror.flush();
  }

  saved(saved: Saved, payload: Payload): void {
    this.setVersion(saved.version);
    if (saved.lease_until) setLease(saved.lease_until);
    document.querySelector("[data-sign-in]")?.remove();
    if (saved.notice && !document.querySelector("[data-parked]")) notice(this.desk.form, "warn", saved.notice).dataset.parked = "";
    this.mirror.acknowledge(payload);
  }

  stale(sentence: string, current: Current): void {
    const theirs = payloadOf(current);
    this.mirror.partWays();
    const goOn = () => {
      this.mirror.comeTogether();
      this.setVersion(current.version);
      this.saver.resume(current.version, theirs);
    };
    const keepMine = () => {
      goOn();
      this.mirror.flush();
    };
    const takeTheOther = () => {
      this.desk.write(theirs);
      goOn();
    };
    notice(
      this.desk.form,
      "warn",
      sentence,
      [
        { label: "Keep mine", act: keepMine },
        { label: "Take the other", act: takeTheOther },
      ],
      this.desk.show(theirs),
    );
  }

  closed(sentence: string): void {
    this.desk.lock();
    notice(this.desk.form, "bad", sentence);
  }

  signedOut(): void {
    signInNotice(this.desk.form, this.whereTheTextIs());
  }

  private setVersion(version: number): void {
    this.desk.form.dataset.version = String(version);
    const base = this.desk.form.querySelector<HTMLInputElement>("input[name=base_version]");
    if (base) base.value = String(version);
  }

  /** Let a save in flight finish first, so that the form is based on it; then send the form, once. */
  private submitting(event: SubmitEvent): void {
    if (this.passing) return;
    if (!this.waiting && !this.saver.unsettled) return;
    event.preventDefault();
    if (this.waiting) return;
    this.waiting = true;
    const patience = new Promise<void>((resolve) => window.setTimeout(resolve, SUBMIT_WAIT));
    void Promise.race([this.saver.save(), patience]).finally(() => {
      this.waiting = false;
      this.passing = true;
      this.desk.form.requestSubmit(event.submitter);
      this.passing = false;
    });
  }
}
