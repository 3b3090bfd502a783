// Two texts of one draft, side by side: what differs is marked, and each difference is the person's to choose.
import { chosen, partsThatDiffer, suggested, suggestedValue, withAdded, withField, type Hunk, type Joined, type Part, type Side } from "./merge";
import { button, node, openDialog } from "./nodes";
import type { Payload } from "./saving";
import { changedWords, type Run } from "./textdiff";

export interface Question {
  /** What both were made of, when it is known: then only what both changed needs a choice. */
  base: Payload | undefined;
  mine: Payload;
  theirs: Payload;
  /** What the two are called, as in "Mine" and "The other". */
  names: { mine: string; theirs: string };
  lead: string;
  /** Where the fields are, with the names that the person knows them by. */
  form: HTMLFormElement;
}

interface Choice {
  fieldset: HTMLElement;
  side(): Side | undefined;
}

interface Field {
  part: Part;
  value(): unknown;
}

/** Characters of unchanged text shown on either side of a difference. */
const AROUND = 160;

/** What the person made of the two; `undefined` when they put it off. */
export function askToMerge(question: Question): Promise<Payload | undefined> {
  const choices: Choice[] = [];
  const fields: Field[] = [];
  const parts = partsThatDiffer(question.base, question.mine, question.theirs);
  const sections = parts.map((part) => {
    const { shown, value } = part.hunks ? textOf(part.hunks, question, choices) : part.joined ? listOf(part.joined, question, choices) : valueOf(part, question, choices);
    fields.push({ part, value });
    return node("section", { class: "merge__part" }, node("h3", {}, nameOf(question.form, part.path.at(-1) ?? "")), ...shown);
  });
  choices.forEach(({ fieldset }, at) => fieldset.querySelector("legend")?.prepend(`${at + 1} of ${choices.length}: `));
  const due = node("p", { class: "notice notice--warn", role: "alert", hidden: true });

  return new Promise((resolve) => {
    let result: Payload | undefined;
    const end = (made: Payload): void => {
      result = made;
      dialog.close();
    };
    const useThis = (): void => {
      const open = choices.filter((choice) => choice.side() === undefined);
      if (open.length > 0) return askFor(open, due);
      // What the two have in common, and fields that only one of them knows, come from the one on this page.
      const mine = withAdded(question.base, question.mine, question.theirs);
      end(fields.reduce((made, { part, value }) => withField(made, part.path, value()), mine));
    };
    const dialog = openDialog(
      "merge",
      "One draft, two texts",
      node("p", {}, question.lead, " ", summary(choices)),
      node(
        "div",
        { class: "actions" },
        button(`Keep all of ${short(question.names.mine)}`, () => end(question.mine)),
        button(`Take all of ${short(question.names.theirs)}`, () => end({ ...question.mine, ...question.theirs })),
      ),
      ...sections,
      node(
        "div",
        { class: "sheet__bar" },
        due,
        node(
          "div",
          { class: "actions" },
          button("Use the text as chosen", useThis, "primary"),
          button("Decide later", () => dialog.close(), "quiet"),
        ),
      ),
    );
    dialog.addEventListener("close", () => resolve(result));
  });
}

/** What the person calls a field: its label, or the legend around it. */
function nameOf(form: HTMLFormElement, name: string): string {
  const control = form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`);
  const isChoice = control instanceof HTMLInputElement && control.type === "radio";
  const label = control?.id ? form.querySelector(`label[for="${CSS.escape(control.id)}"]`) : null;
  const words = (isChoice ? control.closest("fieldset")?.querySelector("legend") : label)?.textContent?.trim();
  const row = control?.closest("[role=group][aria-labelledby]")?.getAttribute("aria-labelledby");
  const within = row ? form.querySelector(`#${CSS.escape(row)}`)?.textContent?.trim() : undefined;
  if (words && within) return `${within}: ${words}`;
  return words || name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

/** "mine" of "Mine, on this page". */
function short(name: string): string {
  return (name.split(",")[0] ?? name).toLowerCase();
}

function summary(choices: Choice[]): string {
  if (choices.length === 0) return "Nothing was changed in both, so they are joined below.";
  const open = choices.filter((choice) => choice.side() === undefined).length;
  const places = `They differ in ${choices.length === 1 ? "one place" : `${choices.length} places`}.`;
  if (open === 0) return `${places} Nothing was changed in both, so they are joined below; look it over, then use it.`;
  if (open === choices.length) return `${places} Choose ${open === 1 ? "which to keep" : "for each"}.`;
  const yours = open === 1 ? "one place was changed in both and is" : `${open} places were changed in both and are`;
  return `${places} Where only one was changed, that is chosen already; ${yours} yours to choose.`;
}

function askFor(open: Choice[], due: HTMLElement): void {
  due.textContent = open.length === 1 ? "One place is not chosen yet." : `${open.length} places are not chosen yet.`;
  due.hidden = false;
  open[0]?.fieldset.querySelector("input")?.focus();
}

interface Shown {
  shown: HTMLElement[];
  value(): unknown;
}

function textOf(hunks: Hunk[], { names }: Question, choices: Choice[]): Shown {
  const sides: (() => Side)[] = [];
  const shown = hunks.flatMap((hunk, at) => {
    if (hunk.changed === undefined || hunk.changed === "alike") {
      sides.push(() => "mine");
      return unchanged(hunk.mine, at > 0, at < hunks.length - 1);
    }
    const choice = hunkChoice(hunk, names, choices.length);
    choices.push(choice);
    sides.push(() => choice.side() ?? "mine");
    return [choice.fieldset];
  });
  return { shown, value: () => hunks.map((hunk, at) => chosen(hunk, sides[at]?.() ?? "mine")).join("") };
}

function unchanged(text: string, before: boolean, after: boolean): HTMLElement[] {
  if (!text.trim()) return [];
  const [head, tail] = [before ? text.slice(0, AROUND) : "", after ? text.slice(-AROUND) : ""];
  const whole = text.length <= head.length + tail.length + AROUND;
  const said = whole ? text : [head, tail].filter(Boolean).join(" … ");
  return [node("p", { class: "merge__same", dir: "auto" }, !whole && !before ? "… " : "", said, !whole && !after ? " …" : "")];
}

const WHO = { mine: "only mine was changed", theirs: "only the other was changed", conflict: "both were changed" };

function hunkChoice(hunk: Hunk, names: Question["names"], number: number): Choice {
  const who = hunk.changed as keyof typeof WHO;
  const options: [Side, string, Node][] = [
    ["mine", names.mine, marked(changedWords(hunk.theirs, hunk.mine), hunk.mine)],
    ["theirs", names.theirs, marked(changedWords(hunk.mine, hunk.theirs), hunk.theirs)],
  ];
  if (hunk.changed === "conflict" && hunk.mine.trim() && hunk.theirs.trim()) options.push(["both", "Both, one after the other", node("span")]);
  return choiceOf(options, WHO[who], suggested(hunk), number);
}

/** Two lists that are joined are said; a passage of which both say something else is a choice like any other. */
function listOf({ entries, open }: Joined, { form, names }: Question, choices: Choice[]): Shown {
  const asked = open.map(({ at, theirs }) => {
    const options: [Side, string, Node][] = [
      ["mine", names.mine, node("span", {}, statementInWords(form, entries[at]))],
      ["theirs", names.theirs, node("span", {}, statementInWords(form, theirs))],
    ];
    const choice = choiceOf(options, `“${wordsOf(entries[at])}”, ${WHO.conflict}`, undefined, choices.length);
    choices.push(choice);
    return { at, theirs, choice };
  });
  const value = (): unknown[] => {
    const taken = new Map(asked.filter(({ choice }) => choice.side() === "theirs").map(({ at, theirs }) => [at, theirs]));
    return entries.map((entry, at) => taken.get(at) ?? entry);
  };
  const rest = entries.length - open.length;
  const said = rest > 0 || open.length === 0 ? [node("p", {}, `${open.length > 0 ? "The others are" : "Both are"} joined: ${rest === 1 ? "1 entry" : `${rest} entries`}.`)] : [];
  return { shown: [...said, ...asked.map(({ choice }) => choice.fieldset)], value };
}

function wordsOf(entry: unknown): string {
  const words = String((entry as Payload).exact);
  return words.length > AROUND ? `${words.slice(0, AROUND)}…` : words;
}

/** How sure its author is of a statement and what it rests on, in the words of the page. */
function statementInWords(form: HTMLFormElement, entry: unknown): string {
  const { certainty, source_kind, source } = entry as Payload;
  const { certainties = "[]", kinds = "[]" } = form.querySelector<HTMLElement>("[data-statements]")?.dataset ?? {};
  const label = (choices: string, value: unknown): string => (JSON.parse(choices) as [unknown, string][]).find(([one]) => one === value)?.[1] ?? "not said yet";
  return `How sure: ${label(certainties, certainty)}. Rests on: ${label(kinds, source_kind)}${source ? `, ${String(source)}` : ""}.`;
}

function valueOf(part: Part, { names }: Question, choices: Choice[]): Shown {
  const options: [Side, string, Node][] = [
    ["mine", names.mine, node("span", {}, inWords(part.mine))],
    ["theirs", names.theirs, node("span", {}, inWords(part.theirs))],
  ];
  const suggestion = suggestedValue(part);
  const choice = choiceOf(options, WHO[suggestion ?? "conflict"], suggestion, choices.length);
  choices.push(choice);
  return { shown: [choice.fieldset], value: () => (choice.side() === "theirs" ? part.theirs : part.mine) };
}

function inWords(value: unknown): string {
  return typeof value === "string" ? value || "Empty" : JSON.stringify(value);
}

function choiceOf(options: [Side, string, Node][], legend: string, suggestion: Side | undefined, number: number): Choice {
  const inputs = options.map(([side]) => node("input", { type: "radio", name: `merge-${number}`, value: side, checked: side === suggestion }));
  const labels = options.map(([side, name, text], at) =>
    node("label", { class: `merge__option merge__option--${side}` }, inputs[at] as Node, node("span", { class: "merge__name" }, name), text),
  );
  const fieldset = node("fieldset", { class: "merge__hunk" }, node("legend", {}, legend), ...labels);
  return { fieldset, side: () => inputs.find((input) => input.checked)?.value as Side | undefined };
}

/** A text with the words marked that the other one lacks. */
function marked(runs: Run[], text: string): HTMLElement {
  if (!text) return node("span", { class: "merge__text quiet" }, "Nothing: it was deleted here.");
  const inside = runs.filter((run) => run.kind !== "removed").map((run) => (run.kind === "added" ? node("mark", {}, run.text) : run.text));
  return node("span", { class: "merge__text", dir: "auto" }, ...inside);
}
