// The review desk: tabs, comments on selected words, keys, autosave. Without this file the page is a plain form that works.
import { Autosave } from "./autosave";
import { lockFields, readFields, renderedFields, writeFields, type Fields } from "./fields";
import { describeKeys, isTyping } from "./keys";
import { Marking } from "./marking";
import { reloadOldCopy } from "./oldcopy";
import { openPanels } from "./panels";
import { field, Rows, type Kind } from "./rows";
import type { Payload } from "./saving";
import { Scoring } from "./scoring";

const form = document.querySelector<HTMLFormElement>("form[data-review]");
const place = document.querySelector<HTMLElement>("[data-panels]");
if (form?.dataset.saveUrl && place && !reloadOldCopy()) open(form, place, form.dataset.saveUrl);

const first = document.querySelector<HTMLFormElement>("form[data-expect]");
if (first?.dataset.saveUrl && !reloadOldCopy()) keepExpectation(first, first.dataset.saveUrl);

/** What is written before the response opens is kept as it is typed, and opens nothing by itself. */
function keepExpectation(form: HTMLFormElement, url: string): void {
  const autosave = new Autosave(
    {
      form,
      rendered: () => ({ fields: renderedFields(form) }),
      read: () => ({ fields: readFields(form) }),
      write: (payload) => writeFields(form, fieldsOf(payload)),
      lock: () => lockFields(form),
    },
    url,
    Number(form.dataset.version),
  );
  form.addEventListener("input", () => autosave.changed());
  void autosave.restore();
}

function fieldsOf(payload: Payload): Fields {
  return (payload.fields ?? {}) as Fields;
}

function open(form: HTMLFormElement, place: HTMLElement, url: string): void {
  // Before anything is moved about: this is what the server wrote.
  const rendered = renderedFields(form);
  for (const scripted of form.querySelectorAll<HTMLElement>("[data-only-script]")) scripted.hidden = false;
  const panels = openPanels(place);
  let closed = false;
  const rows = new Rows(form, () => changed());
  const scoring = new Scoring(form);
  const marking = new Marking(panels, place, [
    { label: "Comment", key: "c", act: () => addRow("note") },
    { label: "Add as statement", key: "s", act: () => addRow("own") },
  ]);

  const tidy = (): void => {
    rows.tidy();
    scoring.tidy();
    const spansOf = (elements: HTMLElement[]) => elements.map((row) => row.dataset.span ?? field(row, "span")?.value ?? "");
    marking.show({
      statement: spansOf([...form.querySelectorAll<HTMLElement>("[data-check]"), ...rows.of("own")]),
      comment: spansOf(rows.of("note")),
    });
  };

  const autosave = new Autosave(
    {
      form,
      rendered: () => ({ fields: rendered }),
      read: () => ({ fields: readFields(form) }),
      write: (payload) => {
        rows.fit(fieldsOf(payload));
        writeFields(form, fieldsOf(payload));
        tidy();
      },
      lock: () => {
        closed = true;
        lockFields(form);
      },
    },
    url,
    Number(form.dataset.version),
  );

  function changed(): void {
    tidy();
    autosave.changed();
  }

  function addRow(kind: Kind): void {
    if (closed) return;
    const picked = marking.take();
    const row = rows.add(kind, { ...picked, ...(kind === "note" ? { severity: "should" } : {}) });
    changed();
    const first = kind === "note" ? field(row, "body") : picked ? row.querySelector<HTMLElement>("input[type=radio]") : field(row, "quote");
    first?.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("input", changed);
  form.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const add = target?.closest<HTMLElement>("[data-add]")?.dataset.add;
    if (add === "note" || add === "own") addRow(add);
    const of = target?.closest("[data-show]")?.closest<HTMLElement>("[data-span], [data-row]");
    if (of) marking.reveal(of.dataset.span ?? field(of, "span")?.value ?? "");
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "c") addRow("note");
    else if (event.key === "s") addRow("own");
    else if (event.key === "v") (form.querySelector<HTMLElement>("[name=verdict]:checked") ?? form.querySelector<HTMLElement>("[name=verdict]:enabled"))?.focus();
    else if (event.key === "n") panels.step(1);
    else if (event.key === "p") panels.step(-1);
    else return;
    event.preventDefault();
  });
  describeKeys([
    ["c", "Comment on the selected words, or on the whole"],
    ["s", "Add the selected words as a statement, or quote some"],
    ["v", "Verdict"],
    ["n", "Next tab: response, source, task"],
    ["p", "Tab before"],
    ["Ctrl S", "Save now"],
  ]);
  tidy();
  void autosave.restore();
}
