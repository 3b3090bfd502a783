// Ties a form to the saver, the mirror and the status line. The desks differ only in how they read and write the form.
import { setLease } from "./clock";
import { Mirror, type Aside } from "./mirror";
import type { Question } from "./merging";
import { button } from "./nodes";
import { notice, signInNotice } from "./notices";
import { fingerprint, same } from "./sameness";
import { payloadOf, Saver, type Current, type Payload, type Saved } from "./saving";
import { askForNewer, askForVersion, sender } from "./server";
import { signInAgain, type SigningIn } from "./signing";

export interface Desk {
  form: HTMLFormElement;
  /** What the server wrote into the page, whatever the browser made of it since. */
  rendered(): Payload;
  read(): Payload;
  write(payload: Payload): void;
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
  private action: HTMLButtonElement | undefined;
  private signingIn: SigningIn | undefined;

  constructor(private readonly desk: Desk, url: string, version: number) {
    this.state = desk.form.querySelector<HTMLElement>("[data-save-state]");
    this.rendered = desk.rendered();
    this.refused = desk.form.dataset.unsaved !== undefined;
    this.saver = new Saver(desk.read, sender(url, desk.form), this, version, this.rendered);
    this.mirror = new Mirror(url, () => ({ payload: desk.read(), baseVersion: this.saver.version, sent: [...this.saver.unanswered] }));
    this.setVersion(version);
    // A browser that fills in what was typed before a reload could lay an old text over a newer one.
    desk.form.autocomplete = "off";
    const savedAt = this.state?.querySelector("time")?.dateTime;
    if (this.refused) this.say("Not saved yet", true);
    else if (savedAt) this.saver.cameFrom(savedAt);
    addEventListener("online", () => this.comingBack());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leaving();
      else this.comingBack();
    });
    addEventListener("beforeunload", (event) => {
      // Everywhere else leaving is safe. Here nobody but this page has the text.
      if (!this.mirror.works && this.saver.unsettled) event.preventDefault();
    });
    addEventListener("pagehide", () => this.leaving());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      void this.saver.save();
    });
    // Handing in is final. By Enter in a field of one line, people mean to be done with the field.
    desk.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
    });
    desk.form.addEventListener("submit", (event) => this.submitting(event));
  }

  /** To be called on every change the person makes. */
  changed(): void {
    this.mirror.keep();
    this.saver.changed();
  }

  private leaving(): void {
    if (this.saver.unsettled) this.mirror.leave();
    void this.saver.save(true);
  }

  private comingBack(): void {
    this.saver.retry();
    void this.takeWhatWasWrittenElsewhere();
  }

  /** Somebody who wrote on at another machine finds that here, before a word typed on top of the old text can differ. */
  private async takeWhatWasWrittenElsewhere(): Promise<void> {
    const url = this.desk.form.dataset.nowUrl;
    if (!url || this.saver.unsettled || this.saver.stopped) return;
    const told = await askForNewer(url, this.saver.version, this.desk.form);
    if (!told || this.saver.unsettled || this.saver.stopped) return;
    if (told.closed) return this.close(told.closed);
    if (typeof told.lease_until === "string") setLease(told.lease_until);
    if (told.version <= this.saver.version || told.body === undefined) return;
    const before = this.desk.read();
    const theirs = payloadOf(told);
    this.desk.write({ ...before, ...theirs });
    this.setVersion(told.version);
    this.saver.resume(told.version, theirs, told.saved_at);
    notice(this.desk.form, "good", "You wrote on elsewhere since. The newest text is here now.", [{ label: "Undo", act: () => this.put(before) }]);
  }

  private close(sentence: string): void {
    this.saver.stop();
    this.closed(sentence);
  }

  /** Bring back what an earlier visit could not send. */
  async restore(): Promise<void> {
    const [asides, kept] = await Promise.all([this.mirror.asides(), this.mirror.kept()]);
    for (const aside of asides) this.offer(aside);
    // Typed before this script arrived.
    if (this.saver.unsettled && !this.refused) this.changed();
    // A save of the page before this one may have arrived after this one was rendered: then this device forgot it.
    if (!kept) return this.takeWhatWasWrittenElsewhere();
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
    const use = (payload: Payload) => {
      this.put(payload);
      this.mirror.flush();
      drop();
    };
    const merging = import("./merging");
    const versions = this.desk.form.dataset.versionsUrl;
    const base = versions && kept.baseVersion > 0 ? askForVersion(`${versions}${kept.baseVersion}/`) : undefined;
    const compare = async () => {
      const made = await (await merging).askToMerge({
        base: await base,
        mine: kept.payload,
        theirs: this.desk.read(),
        names: { mine: "The kept text", theirs: "The newer text" },
        lead: "This device kept a text that had not reached us, and a newer one was saved elsewhere since.",
        form: this.desk.form,
      });
      if (!made) return;
      box.remove();
      use(made);
    };
    const box = notice(
      this.desk.form,
      "warn",
      "This device kept a text that had not reached us, and a newer one was saved elsewhere since. The newer one is below; the kept one is safe until you choose.",
      [
        { label: "Compare and choose", act: () => void compare(), stays: true },
        { label: "Use the kept text", act: () => use(kept.payload) },
        { label: "Drop the kept text", act: drop },
      ],
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
    this.signingIn?.close();
    this.offerAct();
    if (saved.notice && !document.querySelector("[data-parked]")) notice(this.desk.form, "warn", saved.notice).dataset.parked = "";
    this.mirror.acknowledge(payload);
  }

  stale(sentence: string, current: Current): void {
    const theirs = payloadOf(current);
    const base = this.saver.base;
    // Asked for now, while the server answers: the network may be gone when the person chooses.
    const merging = import("./merging");
    this.mirror.partWays();
    const goOn = () => {
      box.remove();
      this.offerAct();
      this.mirror.comeTogether();
      this.setVersion(current.version);
      this.saver.resume(current.version, theirs, current.saved_at);
      if (this.saver.unsettled) this.mirror.flush();
    };
    const compare = async () => {
      const names: Question["names"] = { mine: "Mine, on this page", theirs: "The other, saved elsewhere" };
      const made = await (await merging).askToMerge({
        base,
        mine: this.desk.read(),
        theirs,
        names,
        lead: `${sentence.split(". ")[0]}. Both texts are safe.`,
        form: this.desk.form,
      });
      if (!made) return;
      this.desk.write(made);
      goOn();
    };
    const box = notice(this.desk.form, "warn", sentence, [
      { label: "Compare and choose", act: () => void compare(), stays: true },
      { label: "Keep mine", act: goOn },
      {
        label: "Take the other",
        act: () => {
          this.desk.write({ ...this.desk.read(), ...theirs });
          goOn();
        },
      },
    ]);
    this.offerAct("Compare and choose", () => void compare());
  }

  closed(sentence: string): void {
    this.desk.lock();
    notice(this.desk.form, "bad", sentence);
  }

  signedOut(as: "other" | undefined): void {
    const because = as === "other" ? "Somebody else is signed in on this browser now." : "You are signed out.";
    signInNotice(this.desk.form, because, this.whereTheTextIs(), () => this.signIn());
    this.offerAct("Sign in", () => this.signIn());
  }

  /** The sign-in pages over this one; `then` once the person is back. */
  private signIn(then?: () => void): void {
    this.signingIn = signInAgain(this.desk.form.dataset.person ?? "", this.whereTheTextIs(), () => {
      void this.saver.save().then(() => {
        if (!this.saver.signedOut) then?.();
      });
    });
  }

  /** A button beside the state for what it asks of the person; none when it asks nothing. */
  private offerAct(label?: string, act?: () => void): void {
    this.action?.remove();
    this.action = label && act ? button(label, act) : undefined;
    if (this.action) this.state?.after(this.action);
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
      const { submitter } = event;
      // Sent now, the form would end at the sign-in page.
      if (this.saver.signedOut) return this.signIn(() => this.desk.form.requestSubmit(submitter));
      if (this.saver.stopped && this.action) return this.askFirst(this.action);
      this.passing = true;
      this.desk.form.requestSubmit(event.submitter);
      this.passing = false;
    });
  }

  /** Two texts wait for a choice: what is sent must be the one that the person means. */
  private askFirst(action: HTMLElement): void {
    this.say("Not sent: choose between the two texts first", false);
    action.focus();
  }
}
