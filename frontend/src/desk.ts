// The writing desk. Without this file the page is a plain form that works.
import { Autosave } from "./autosave";
import { openEditor } from "./editor";
import { describeKeys } from "./keys";
import { Later } from "./later";
import { notice } from "./notices";
import { reloadOldCopy } from "./oldcopy";
import { openPanels } from "./panels";
import { pasting } from "./pasting";
import { Preview } from "./preview";
import { Statements, type Told } from "./statements";
import { tracking } from "./tracking";
import { WordCounter, wordsAgainst } from "./words";

/** Milliseconds until a reader of the count sees that it has changed. */
const SEEN = 200;

const form = document.querySelector<HTMLFormElement>("form[data-desk]");
const textarea = form?.querySelector<HTMLTextAreaElement>("textarea[data-editor]");
if (form && textarea && !reloadOldCopy()) open(form, textarea);

function open(form: HTMLFormElement, textarea: HTMLTextAreaElement): void {
  const note = form.querySelector<HTMLTextAreaElement>("textarea[name=note]");
  const count = form.querySelector<HTMLElement>("[data-word-count]");
  const pane = document.querySelector<HTMLElement>("[data-preview]");
  const panels = document.querySelector<HTMLElement>("[data-panels]");
  let preview: Preview | undefined;
  let autosave: Autosave | undefined;
  let statements: Statements | undefined;

  const words = new WordCounter();
  const show = (): void => {
    if (count) count.textContent = wordsAgainst(words.in(editor.view.state.doc), Number(count.dataset.min), Number(count.dataset.max));
  };
  const counting = new Later(show, SEEN);
  const editor = openEditor(
    textarea,
    () => {
      counting.soon();
      preview?.changed();
      statements?.edited();
      autosave?.changed();
    },
    [tracking, pasting((sentence) => refuse(form, sentence))],
  );
  if (panels) {
    openPanels(panels, () => preview?.show());
    if (pane && form.dataset.previewUrl) preview = new Preview(form, form.dataset.previewUrl, pane, panels, editor.view);
  }
  show();
  const section = form.querySelector<HTMLElement>("[data-statements]");
  if (section) statements = new Statements(section, editor.view, () => autosave?.changed());
  if (textarea.readOnly) statements?.lock();
  if (!form.dataset.saveUrl) return;

  autosave = new Autosave(
    {
      form,
      rendered: () => ({ body: textarea.defaultValue, note: note?.defaultValue ?? "", statements: statements?.rendered() }),
      read: () => ({ body: editor.text(), note: note?.value ?? "", statements: statements?.value() }),
      write: (payload) => {
        editor.replace(String(payload.body ?? ""));
        if (note) note.value = String(payload.note ?? "");
        if (Array.isArray(payload.statements)) statements?.replace(payload.statements as Told[]);
      },
      lock: () => {
        editor.lock();
        statements?.lock();
        if (note) note.readOnly = true;
      },
    },
    form.dataset.saveUrl,
    Number(form.dataset.version),
  );
  note?.addEventListener("input", () => autosave?.changed());
  for (const link of form.querySelectorAll<HTMLAnchorElement>("a[data-after-saving]")) {
    // What that page shows is what is saved: let the last words reach it first.
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !autosave?.saver.unsettled) return;
      event.preventDefault();
      void autosave.saver.save().then(() => location.assign(link.href));
    });
  }
  void autosave.restore();
  const counted = document.querySelector<HTMLElement>("[data-process-url]");
  if (counted) void import("./process").then(({ startCounting }) => startCounting(form, counted));

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector<HTMLButtonElement>(".desk__bar .button--primary")?.focus();
  });
  describeKeys([
    ["Ctrl S", "Save now"],
    ["Ctrl Enter", "Go to the submit button"],
    ["Esc, Tab", "Leave the editor"],
  ]);
}

/** Said once, where the text is; a second try does not stack a second notice. */
function refuse(form: HTMLFormElement, sentence: string): void {
  document.querySelector("[data-refused]")?.remove();
  notice(form, "warn", sentence, [{ label: "Understood", act: () => undefined }]).dataset.refused = "";
}
