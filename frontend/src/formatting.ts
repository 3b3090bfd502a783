// What the toolbar and its keys write. All of it is plain Markdown in the text: nothing is hidden behind a button.
import { type ChangeSpec, EditorSelection, type EditorState, type TransactionSpec } from "@codemirror/state";
import { EditorView, type KeyBinding } from "@codemirror/view";
import { describeKeys } from "./keys";
import { node } from "./nodes";

interface Format {
  label: string;
  /** What the button shows; its name is the label. */
  face: string;
  /** CodeMirror's name of the key, and how a person reads it. */
  key: string;
  shown: string;
  apply(state: EditorState): TransactionSpec;
}

/** Put marks around the selection, or take them away when they are there. */
function around(open: string, close = open): (state: EditorState) => TransactionSpec {
  return (state) =>
    state.changeByRange((range) => {
      const { from, to } = range;
      const before = state.sliceDoc(from - open.length, from);
      const after = state.sliceDoc(to, to + close.length);
      if (before === open && after === close) {
        return {
          changes: [
            { from: from - open.length, to: from },
            { from: to, to: to + close.length },
          ],
          range: EditorSelection.range(from - open.length, to - open.length),
        };
      }
      return {
        changes: [
          { from, insert: open },
          { from: to, insert: close },
        ],
        range: EditorSelection.range(from + open.length, to + open.length),
      };
    });
}

/** Begin each selected line with a mark, or take it away when every line has it. `next` makes the mark of the nth. */
function lines(had: RegExp, next: (n: number) => string): (state: EditorState) => TransactionSpec {
  return (state) => {
    const { from, to } = state.selection.main;
    const [first, last] = [state.doc.lineAt(from).number, state.doc.lineAt(to).number];
    const every = Array.from({ length: last - first + 1 }, (_, at) => state.doc.line(first + at));
    const gone = every.every((line) => had.test(line.text));
    const changes: ChangeSpec[] = every.map((line, at) => {
      const mark = had.exec(line.text)?.[0].length ?? 0;
      return { from: line.from, to: line.from + mark, insert: gone ? "" : next(at) };
    });
    return { changes };
  };
}

function link(state: EditorState): TransactionSpec {
  const { from, to } = state.selection.main;
  const words = state.sliceDoc(from, to) || "words";
  const insert = `[${words}](https://)`;
  // The address is what is still to be written.
  return { changes: { from, to, insert }, selection: EditorSelection.range(from + words.length + 3, from + insert.length - 1) };
}

/** Code in the line for a few words; a fence for lines. */
function code(state: EditorState): TransactionSpec {
  const { from, to } = state.selection.main;
  return state.sliceDoc(from, to).includes("\n") ? block("```\n", "\n```")(state) : around("`")(state);
}

function math(state: EditorState): TransactionSpec {
  const { from, to } = state.selection.main;
  return state.sliceDoc(from, to).includes("\n") ? block("$$\n", "\n$$")(state) : around("$")(state);
}

function block(open: string, close: string): (state: EditorState) => TransactionSpec {
  return (state) => {
    const { from, to } = state.selection.main;
    const start = state.doc.lineAt(from).from === from ? open : `\n${open}`;
    const end = state.doc.lineAt(to).to === to ? close : `${close}\n`;
    return {
      changes: [
        { from, insert: start },
        { from: to, insert: end },
      ],
      selection: EditorSelection.range(from + start.length, to + start.length),
    };
  };
}

const TABLE = "| Column | Column |\n| --- | --- |\n|  |  |\n";

function table(state: EditorState): TransactionSpec {
  const line = state.doc.lineAt(state.selection.main.to);
  const lead = line.length > 0 ? "\n\n" : "";
  const at = line.to;
  return { changes: { from: at, insert: lead + TABLE }, selection: EditorSelection.range(at + lead.length + 2, at + lead.length + 8) };
}

const FORMATS: Format[] = [
  { label: "Heading", face: "H", key: "Mod-Alt-h", shown: "Ctrl Alt H", apply: lines(/^#{1,6} /, () => "## ") },
  { label: "Bold", face: "B", key: "Mod-b", shown: "Ctrl B", apply: around("**") },
  { label: "Italic", face: "I", key: "Mod-i", shown: "Ctrl I", apply: around("*") },
  { label: "Link", face: "Link", key: "Mod-k", shown: "Ctrl K", apply: link },
  { label: "List", face: "• List", key: "Mod-Alt-l", shown: "Ctrl Alt L", apply: lines(/^[-*+] /, () => "- ") },
  { label: "Numbered list", face: "1. List", key: "Mod-Alt-o", shown: "Ctrl Alt O", apply: lines(/^\d{1,9}[.)] /, (n) => `${n + 1}. `) },
  { label: "Table", face: "Table", key: "Mod-Alt-t", shown: "Ctrl Alt T", apply: table },
  { label: "Code", face: "Code", key: "Mod-e", shown: "Ctrl E", apply: code },
  { label: "Formula", face: "x²", key: "Mod-Alt-e", shown: "Ctrl Alt E", apply: math },
];

function run(view: EditorView, format: Format): boolean {
  if (view.state.readOnly) return true;
  view.dispatch(view.state.update(format.apply(view.state), { scrollIntoView: true, userEvent: "input.format" }));
  view.focus();
  return true;
}

export const formatKeys: KeyBinding[] = FORMATS.map((format) => ({ key: format.key, run: (view) => run(view, format), preventDefault: true }));

/** One stop for Tab; the arrows go from button to button (WAI-ARIA, Toolbar pattern). */
export function toolbar(view: EditorView, controls: string): HTMLElement {
  const buttons = FORMATS.map((format, at) => {
    const made = node("button", { type: "button", class: "toolbar__button", "aria-label": format.label, title: `${format.label} (${format.shown})`, tabindex: at === 0 ? "0" : "-1" }, format.face);
    made.dataset.format = format.label;
    // The selection in the text must outlive the press.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("click", () => run(view, format));
    return made;
  });
  const bar = node("div", { class: "toolbar", role: "toolbar", "aria-label": "Formatting", "aria-controls": controls }, ...buttons);
  const moves: Record<string, (at: number) => number> = {
    ArrowRight: (at) => (at + 1) % buttons.length,
    ArrowLeft: (at) => (at + buttons.length - 1) % buttons.length,
    Home: () => 0,
    End: () => buttons.length - 1,
  };
  bar.addEventListener("keydown", (event) => {
    const at = buttons.findIndex((each) => each === document.activeElement);
    const to = at >= 0 ? moves[event.key]?.(at) : undefined;
    if (to === undefined) return;
    event.preventDefault();
    buttons.forEach((each, index) => (each.tabIndex = index === to ? 0 : -1));
    buttons[to]?.focus();
  });
  describeKeys(FORMATS.map((format) => [format.shown, format.label]));
  return bar;
}
