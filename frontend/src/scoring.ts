// The order of work on the review desk: statements, then accuracy, then the other scores, then the verdict. The server
// refuses what is incomplete; this says so before.
import { describeKeys, isTyping } from "./keys";
import { field } from "./rows";

const FINDINGS: Record<string, string> = { t: "true", f: "false", u: "unverifiable", x: "not_a_statement" };
const WITH_PASSAGE = new Set(["1", "2", "5"]);

export class Scoring {
  private at = -1;

  constructor(private readonly form: HTMLFormElement) {
    form.addEventListener("focusin", (event) => {
      const index = this.units().findIndex((unit) => event.target instanceof Node && unit.contains(event.target));
      if (index >= 0) this.at = index;
    });
    document.addEventListener("keydown", (event) => this.pressed(event));
    describeKeys([
      ["j", "Next statement or criterion"],
      ["k", "The one before"],
      ["t f u x", "Statement: true, false, cannot be verified, not a statement"],
      ["1 to 5", "Score this criterion"],
      ["0", "Cannot judge it"],
    ]);
  }

  /** Say what is due, open what may be opened. After every change of the form. */
  tidy(): void {
    const left = this.statements().filter((row) => !isChecked(row)).length;
    this.sayProgress(left);
    this.openAccuracy(left);
    for (const scale of this.form.querySelectorAll<HTMLElement>(".scale[data-criterion]")) this.sayWhatIsDue(scale);
    this.openApproval(left);
  }

  private statements(): HTMLElement[] {
    return [...this.form.querySelectorAll<HTMLElement>("[data-check]")];
  }

  private checks(): HTMLElement[] {
    return [...this.statements(), ...this.form.querySelectorAll<HTMLElement>("[data-rows=own] > [data-row]")];
  }

  private units(): HTMLElement[] {
    return [...this.form.querySelectorAll<HTMLElement>("[data-check], [data-rows=own] > [data-row], .scale[data-criterion]")];
  }

  private sayProgress(left: number): void {
    const place = this.form.querySelector("[data-progress]");
    if (!place) return;
    const all = this.statements().length;
    const words = left === 0 ? "All are checked." : `${all - left} of ${all} checked.`;
    if (place.textContent !== words) place.textContent = words;
  }

  private openAccuracy(left: number): void {
    const scale = this.form.querySelector<HTMLElement>(".scale[data-criterion=accuracy]");
    // What was scored before a check was taken back stays visible, and is saved: the server judges it.
    const closed = left > 0 && !/^[1-5]$/.test(scoreOf(scale));
    for (const radio of scale?.querySelectorAll<HTMLInputElement>("input[type=radio]:not([value=cannot])") ?? []) radio.disabled = closed;
    const words = scale?.querySelector("[data-opens]");
    if (words) words.textContent = left > 0 ? "Opens once every statement above is checked: a finding, and how you checked it." : "Open: every statement is checked.";
  }

  private sayWhatIsDue(scale: HTMLElement): void {
    const place = scale.querySelector("[data-due]");
    const score = scoreOf(scale);
    const key = scale.dataset.criterion ?? "";
    if (!place) return;
    let words = "Due for 3 or less and 5. For 1, 2 and 5 comment on a passage too.";
    if (score === "4" || score === "cannot") words = "Not needed for this score.";
    else if (score === "3") words = "A sentence is due.";
    else if (WITH_PASSAGE.has(score)) words = this.pointed(key) ? "A sentence is due. You point to a passage." : `A sentence is due, and a comment on a passage that is about ${scale.dataset.called ?? key}.`;
    if (place.textContent !== words) place.textContent = words;
  }

  private pointed(key: string): boolean {
    if (key === "accuracy" && this.checks().some((row) => field(row, "finding"))) return true;
    const notes = [...this.form.querySelectorAll<HTMLElement>("[data-rows=note] > [data-row]")];
    return notes.some((row) => field(row, "criterion")?.value === key && field(row, "quote")?.value.trim() !== "");
  }

  private openApproval(left: number): void {
    const approve = this.form.querySelector<HTMLInputElement>("[name=verdict][value=approve]");
    const place = this.form.querySelector("[data-verdict-hint]");
    if (!approve || !place) return;
    const why = this.whyNotApprove(left);
    approve.disabled = why.length > 0 && !approve.checked;
    const words = why.length === 0 ? "" : `You cannot approve: ${why.join(", ")}.`;
    if (place.textContent !== words) place.textContent = words;
  }

  private whyNotApprove(left: number): string[] {
    const why: string[] = [];
    if (left > 0) why.push(left === 1 ? "a statement is not checked" : `${left} statements are not checked`);
    if (this.checks().some((row) => field(row, "finding")?.value === "false")) why.push("a statement is false");
    for (const scale of this.form.querySelectorAll<HTMLElement>(".scale[data-criterion]")) {
      const score = Number(scoreOf(scale));
      if (score && score < Number(scale.dataset.bar)) why.push(`${scale.dataset.called ?? ""} is below its bar`);
    }
    if (this.form.querySelector("[data-flag] input:checked")) why.push("a critical flag is raised");
    return why;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const done = this.scored(event.key) || this.found(event.key) || this.moved(event.key);
    if (done) event.preventDefault();
  }

  private moved(key: string): boolean {
    if (key !== "j" && key !== "k") return false;
    const units = this.units();
    this.at = Math.max(0, Math.min(units.length - 1, this.at + (key === "j" ? 1 : -1)));
    const unit = units[this.at];
    const choice = unit?.querySelector<HTMLInputElement>("input:checked") ?? unit?.querySelector<HTMLInputElement>("input[type=radio]:enabled");
    choice?.focus({ preventScroll: true });
    unit?.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** The criterion in focus; before anything was in focus the first one. */
  private scored(key: string): boolean {
    const unit = this.units()[this.at] ?? this.form.querySelector<HTMLElement>(".scale[data-criterion]");
    if (!/^[0-5]$/.test(key) || !unit?.matches(".scale")) return false;
    return choose(unit.querySelector<HTMLInputElement>(`input[value="${key === "0" ? "cannot" : key}"]`));
  }

  private found(key: string): boolean {
    const unit = this.units()[this.at];
    const finding = FINDINGS[key];
    if (!finding || !unit || unit.matches(".scale")) return false;
    return choose(unit.querySelector<HTMLInputElement>(`input[type=radio][value="${finding}"]`));
  }
}

function choose(radio: HTMLInputElement | null): boolean {
  if (!radio || radio.disabled) return false;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function scoreOf(scale: Element | null): string {
  return scale?.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value ?? "";
}

function isChecked(row: HTMLElement): boolean {
  return Boolean(field(row, "finding")) && field(row, "evidence")?.value.trim() !== "";
}
