// Counts how a response came about, for its author: see counting.ts. Loaded only where its person has not switched it off.
import { StateEffect, type Transaction } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { Copies, Counter, type Counts, type From, type LargePaste } from "./counting";
import { csrfOf } from "./csrf";
import { Later } from "./later";
import { button, giveBackFocus, node } from "./nodes";

const EVERY = 20_000;
/** Milliseconds until the counts that are shown are those of now. */
const SEEN = 200;

export function startCounting(form: HTMLFormElement, shown: HTMLElement): void {
  const editor = form.querySelector<HTMLElement>(".cm-editor");
  const view = editor && EditorView.findFromDOM(editor);
  const url = shown.dataset.processUrl;
  if (!view || !url) return;
  const counter = new Counter();
  const report = reporter(form, url, counter);
  const before = countsOn(shown);
  const pasting = watchTheClipboard(view);
  const showing = new Later(() => show(shown, before, counter.counts), SEEN);
  const changed = (): void => {
    showing.soon();
    report.soon();
  };
  for (const event of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    document.addEventListener(event, () => counter.moved(Date.now()), { passive: true });
  }
  const aloud = document.querySelector<HTMLElement>("[data-origins]");
  const count = (update: ViewUpdate): void => {
    if (!update.docChanged) return;
    for (const transaction of update.transactions) {
      const large = countOne(transaction, counter, pasting.from);
      if (large && aloud) askWhereFrom(form, aloud, large, () => report.now());
    }
    counter.moved(Date.now());
    changed();
  };
  view.dispatch({ effects: StateEffect.appendConfig.of(EditorView.updateListener.of(count)) });
}

/** Only what a person does counts: not undoing, not what this page itself writes. */
function countOne(transaction: Transaction, counter: Counter, from: () => From): LargePaste | undefined {
  let [inserted, removed] = [0, 0];
  transaction.changes.iterChanges((start, end, _from, _to, text) => {
    inserted += text.length;
    removed += end - start;
  });
  if (transaction.isUserEvent("input.paste")) return counter.pasted(inserted, removed, from());
  if (transaction.isUserEvent("input.drop")) return counter.pasted(inserted, removed, "elsewhere");
  if (transaction.isUserEvent("input") || transaction.isUserEvent("delete")) counter.typed(inserted, removed);
  return undefined;
}

/** Remembers what is copied on this page, to know it again when it is pasted. */
function watchTheClipboard(view: EditorView): { from: () => From } {
  const copies = new Copies();
  let last: From = "elsewhere";
  const copied = (event: Event): void => {
    const inside = event.target instanceof Node && view.dom.contains(event.target);
    if (!inside) return copies.copied(String(document.getSelection()), "page");
    const { state } = view;
    copies.copied(state.selection.ranges.map((range) => state.sliceDoc(range.from, range.to)).join("\n"), "own");
  };
  document.addEventListener("copy", copied, { capture: true });
  document.addEventListener("cut", copied, { capture: true });
  view.dom.addEventListener("paste", (event) => (last = copies.from(event.clipboardData?.getData("text/plain") ?? "")), { capture: true });
  return { from: () => last };
}

/** A question that waits in the bar and never stands in the way of the text. */
function askWhereFrom(form: HTMLFormElement, aloud: HTMLElement, paste: LargePaste, answered: () => void): void {
  const origins = JSON.parse(aloud.dataset.origins ?? "{}") as Record<string, string>;
  const name = `paste-${paste.number}`;
  const choices = Object.entries(origins).map(([origin, label]) => node("option", { value: origin }, label));
  const select = node("select", { id: name }, node("option", { value: "" }, "I would rather not say"), ...choices);
  const keep = button("Keep", () => {
    paste.origin = select.value;
    box.remove();
    giveBackFocus(null);
    answered();
  });
  const question = `You pasted ${paste.characters.toLocaleString("en")} characters. Where are they from?`;
  const box = node(
    "div",
    { class: "asking" },
    node("label", { for: name }, question),
    node("span", { class: "cluster" }, select, keep),
  );
  form.querySelector(".desk__bar")?.prepend(box);
  aloud.textContent = `${question} Answer in the bar below the text, or go on.`;
}

interface Reporter {
  soon(): void;
  now(): void;
}

/** Tells the server the counts of this page so far, now and then, and when the page is left. */
function reporter(form: HTMLFormElement, url: string, counter: Counter): Reporter {
  const sitting = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let timer: number | undefined;
  let refused = false;
  const now = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    if (refused) return;
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfOf(form), "X-Person": form.dataset.person ?? "" };
    const body = JSON.stringify({ sitting, counts: counter.counts, pastes: counter.pastes });
    // What does not arrive is told the next time: counts only grow.
    fetch(url, { method: "POST", headers, body, keepalive: true, redirect: "manual" }).then(
      (answer) => (refused = answer.status === 422),
      () => undefined,
    );
  };
  const soon = (): void => {
    timer ??= window.setTimeout(now, EVERY);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer !== undefined) now();
  });
  addEventListener("pagehide", () => {
    if (timer !== undefined) now();
  });
  return { soon, now };
}

type Shown = Partial<Record<string, number>>;

function countsOn(shown: HTMLElement): Shown {
  const cells = [...shown.querySelectorAll<HTMLElement>("[data-count]")];
  return Object.fromEntries(cells.map((cell) => [cell.dataset.count ?? "", Number(cell.textContent)]));
}

/** What earlier sittings counted and what this one did, together. */
function show(shown: HTMLElement, before: Shown, counts: Counts): void {
  const here: Shown = { ...counts, minutes: Math.ceil(counts.active_seconds / 60) };
  for (const cell of shown.querySelectorAll<HTMLElement>("[data-count]")) {
    const name = cell.dataset.count ?? "";
    const [was, is] = [before[name] ?? 0, here[name] ?? 0];
    cell.textContent = String(name === "largest_paste" ? Math.max(was, is) : was + is);
  }
}
