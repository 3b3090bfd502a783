// The writing desk. Without this file the page is a plain form that works.
import { Autosave } from "./autosave";
import { openEditor } from "./editor";
import { describeKeys } from "./keys";
import { marking } from "./marks";
import { reloadOldCopy } from "./oldcopy";
import { Preview } from "./preview";
import { Statements, type Told } from "./statements";
import { wordsIn } from "./words";

const form = document.querySelector<HTMLFormElement>("form[data-desk]");
const textarea = form?.querySelector<HTMLTextAreaElement>("textarea[data-editor]");
if (form && textarea && !reloadOldCopy()) open(form, textarea);

function open(form: HTMLFormElement, textarea: HTMLTextAreaElement): void {
  const note = form.querySelector<HTMLTextAreaElement>("textarea[name=note]");
  const count = form.querySelector<HTMLElement>("[data-word-count]");
  const pane = form.querySelector<HTMLElement>("[data-preview]");
  const preview = pane && form.dataset.previewUrl ? new Preview(form, form.dataset.previewUrl, pane) : undefined;
  let autosave: Autosave | undefined;
  let statements: Statements | undefined;

  const show = (): void => {
    if (count) count.textContent = wordsIn(editor.text());
    preview?.show(editor.text());
  };
  const editor = openEditor(
    textarea,
    () => {
      show();
      statements?.follow();
      autosave?.changed();
    },
    marking,
  );
  show();
  const section = form.querySelector<HTMLElement>("[data-statements]");
  if (section) statements = new Statements(section, editor.view, () => autosave?.changed());
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
  void autosave.restore();
  const counted = document.querySelector<HTMLElement>("[data-process-url]");
  if (counted) void import("./process").then(({ startCounting }) => startCounting(form, counted));

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector<HTMLButtonElement>(".desk__bar button")?.focus();
  });
  describeKeys([
    ["Ctrl S", "Save now"],
    ["Ctrl Enter", "Go to the submit button"],
    ["Esc, Tab", "Leave the editor"],
  ]);
}
