// Ties a form to the saver, the mirror and the status line. The desks differ only in how they read and write the form.
import { setLease } from "./clock";
import { Mirror } from "./mirror";
import { notice, signInNotice } from "./notices";
import { Saver, type Current, type Payload, type Saved } from "./saving";
import { csrfOf, sender } from "./server";

export interface Desk {
  form: HTMLFormElement;
  read(): Payload;
  write(payload: Payload): void;
  /** The text of a payload, for showing beside mine. */
  show(payload: Payload): string;
  lock(): void;
}

function payloadOf(current: Current): Payload {
  return current.fields ? { fields: current.fields } : { body: current.body, note: current.note };
}

const SUBMIT_WAIT = 3_000;

export class Autosave {
  readonly saver: Saver;
  /** What this device has sent or kept: meeting it on the server is no conflict. */
  private readonly mine = new Set<string>();
  private readonly mirror: Mirror;
  private readonly state: HTMLElement | null;

  constructor(private readonly desk: Desk, url: string, version: number) {
    this.state = desk.form.querySelector<HTMLElement>("[data-save-state]");
    this.mirror = new Mirror(url);
    this.saver = new Saver(desk.read, sender(url, csrfOf(desk.form)), this, version);
    addEventListener("online", () => this.saver.retry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.saver.save(true);
      else this.saver.retry();
    });
    addEventListener("pagehide", () => void this.saver.save(true));
    desk.form.addEventListener("submit", (event) => this.submitting(event));
  }

  /** To be called on every change the person makes. */
  changed(): void {
    this.mirror.keep(this.desk.read(), this.saver.version);
    this.saver.changed();
  }

  /** Bring back what an earlier visit could not send. */
  async restore(): Promise<void> {
    const kept = await this.mirror.kept();
    if (!kept) return;
    this.mine.add(JSON.stringify(kept.payload));
    const here = this.desk.read();
    if (JSON.stringify(kept.payload) === JSON.stringify(here)) return this.mirror.forget();
    if (kept.baseVersion >= this.saver.version) {
      this.desk.write(kept.payload);
      this.changed();
      const undo = { label: "Undo", act: () => this.put(here) };
      notice(this.desk.form, "good", "Restored what had not reached us when you left.", [undo]);
      return;
    }
    notice(
      this.desk.form,
      "warn",
      "This device kept a text that had not reached us, and a newer one was saved elsewhere since. The kept one is below.",
      [
        { label: "Use the kept text", act: () => this.put(kept.payload) },
        { label: "Drop the kept text", act: () => void this.mirror.forget() },
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

  saved(saved: Saved, payload: Payload): void {
    this.setVersion(saved.version);
    if (saved.lease_until) setLease(saved.lease_until);
    document.querySelector("[data-sign-in]")?.remove();
    if (saved.notice && !document.querySelector("[data-parked]")) notice(this.desk.form, "warn", saved.notice).dataset.parked = "";
    void this.mirror.acknowledge(payload);
  }

  isMine(current: Current): boolean {
    return this.mine.has(JSON.stringify(payloadOf(current)));
  }

  stale(sentence: string, current: Current): void {
    const theirs = payloadOf(current);
    const goOn = () => {
      this.setVersion(current.version);
      this.saver.resume(current.version);
    };
    notice(
      this.desk.form,
      "warn",
      sentence,
      [
        { label: "Keep mine", act: goOn },
        {
          label: "Take the other",
          act: () => {
            this.desk.write(theirs);
            void this.mirror.forget();
            goOn();
          },
        },
      ],
      this.desk.show(theirs),
    );
  }

  closed(sentence: string): void {
    this.desk.lock();
    notice(this.desk.form, "bad", sentence);
  }

  signedOut(): void {
    signInNotice(this.desk.form);
  }

  private setVersion(version: number): void {
    this.desk.form.dataset.version = String(version);
    const base = this.desk.form.querySelector<HTMLInputElement>("input[name=base_version]");
    if (base) base.value = String(version);
  }

  /** Let a save in flight finish first, so that the form is based on it; then send the form, once. */
  private submitting(event: SubmitEvent): void {
    const form = this.desk.form;
    if (form.dataset.sending || !this.saver.dirty) return;
    event.preventDefault();
    form.dataset.sending = "yes";
    const patience = new Promise<void>((resolve) => window.setTimeout(resolve, SUBMIT_WAIT));
    void Promise.race([this.saver.save(), patience]).finally(() => form.requestSubmit(event.submitter));
  }
}
