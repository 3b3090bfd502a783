// CodeMirror over the textarea. The textarea stays the truth: what is exported is what it holds.
import { defaultKeymap, history, historyKeymap, temporarilySetTabFocusMode } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { directions } from "./directions";
import { formatKeys, toolbar } from "./formatting";
import { markdown } from "./markdown";

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--sheet)", color: "var(--sheet-ink)", border: "1px solid var(--line-strong)", borderRadius: "var(--radius)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-content": { caretColor: "var(--ink)", fontFamily: "var(--serif, serif)", fontSize: "1.0625rem", lineHeight: "1.6", padding: "1rem", minHeight: "24rem" },
  ".cm-statement": { backgroundColor: "var(--accent-surface)", borderBottom: "2px solid var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in oklab, var(--accent) 25%, transparent) !important" },
});

const highlight = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.monospace, tags.processingInstruction], fontFamily: "var(--mono, monospace)", fontSize: "0.92em" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.quote, color: "var(--ink-soft)" },
  { tag: [tags.special(tags.monospace), tags.keyword, tags.typeName], color: "var(--accent-strong)" },
  { tag: [tags.string, tags.number, tags.bool, tags.null], color: "var(--good)" },
  { tag: tags.comment, color: "var(--ink-soft)", fontStyle: "italic" },
]);

export interface Editor {
  text(): string;
  replace(text: string): void;
  lock(): void;
  view: EditorView;
}

export function openEditor(textarea: HTMLTextAreaElement, changed: () => void, more: Extension = []): Editor {
  const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
  const writing = new Compartment();
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label && !label.id) label.id = `${textarea.id}_label`;
  const view: EditorView = new EditorView({
    doc: textarea.value,
    extensions: [
      EditorView.cspNonce.of(nonce),
      history(),
      drawSelection(),
      markdown,
      syntaxHighlighting(highlight),
      theme,
      more,
      EditorView.lineWrapping,
      directions,
      // A lone CR is a character of the text like any other; only LF ends a line, as in the textarea.
      EditorState.lineSeparator.of("\n"),
      EditorView.contentAttributes.of({
        "aria-labelledby": label?.id ?? "",
        "aria-describedby": textarea.getAttribute("aria-describedby") ?? "",
        spellcheck: "true",
        autocapitalize: "sentences",
        lang: textarea.lang,
        dir: "auto",
      }),
      // Escape, then Tab, leaves the editor: a keyboard must not be caught.
      keymap.of([{ key: "Escape", run: temporarilySetTabFocusMode }, ...formatKeys, ...defaultKeymap, ...historyKeymap]),
      writing.of(EditorState.readOnly.of(textarea.readOnly)),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed();
      }),
    ],
  });
  standIn(textarea, () => view.state.sliceDoc());
  textarea.hidden = true;
  view.contentDOM.id = `${textarea.id}_editor`;
  const tools = toolbar(view, view.contentDOM.id);
  tools.hidden = textarea.readOnly;
  textarea.after(tools, view.dom);
  label?.addEventListener("click", () => view.focus());
  return {
    text: () => view.state.sliceDoc(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    // Read-only, not disabled: the text can still be reached, selected and copied by keyboard.
    lock: () => {
      tools.hidden = true;
      view.dispatch({ effects: writing.reconfigure(EditorState.readOnly.of(true)) });
    },
    view,
  };
}

/** The textarea stays the truth without being written at every key, which takes longer than all else together: whoever
 * asks is told what the editor holds, a form takes that along, and the browser finds it there when the page goes. */
function standIn(textarea: HTMLTextAreaElement, text: () => string): void {
  const own = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  const write = (value: string): void => own?.set?.call(textarea, value);
  Object.defineProperty(textarea, "value", { configurable: true, get: text, set: write });
  textarea.form?.addEventListener("formdata", (event) => event.formData.set(textarea.name, text()));
  addEventListener("pagehide", () => write(text()));
}
