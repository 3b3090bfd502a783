// Markdown for the editor: GFM, formulas, fenced code in its own colours, and Enter that goes on with a list.
// Not @codemirror/lang-markdown: it brings the languages of HTML, CSS and JavaScript, a third of the desk's weight, for
// raw HTML, which a response cannot have.
import { insertNewlineAndIndent } from "@codemirror/commands";
import { defineLanguageFacet, Language, LanguageDescription, ParseContext } from "@codemirror/language";
import { type Extension } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { GFM, parseCode, parser } from "@lezer/markdown";
import { codeLanguages } from "./languages";
import { mathSyntax } from "./mathsyntax";

function codeParser(info: string) {
  const name = /^\S+/.exec(info)?.[0];
  const found = name ? LanguageDescription.matchLanguageName(codeLanguages, name, true) : null;
  if (!found) return null;
  return found.support?.language.parser ?? ParseContext.getSkippingParser(found.load());
}

const language = new Language(defineLanguageFacet(), parser.configure([GFM, mathSyntax, parseCode({ codeParser })]), [], "markdown");

const ITEM = /^(\s*(?:> ?)*)([-*+]|(\d{1,9})([.)]))( +)(\[[ xX]\] +)?/;
const QUOTE = /^(\s*(?:> ?)+)/;

/** At the end of a list item the next one begins; on an empty item the list ends. */
function goOn(view: EditorView): boolean {
  const { main, ranges } = view.state.selection;
  if (!main.empty || ranges.length > 1 || view.state.readOnly) return false;
  const line = view.state.doc.lineAt(main.head);
  const item = ITEM.exec(line.text) ?? QUOTE.exec(line.text);
  if (!item || main.head < line.from + item[0].length) return false;
  if (line.text.trim() === item[0].trim()) {
    view.dispatch({ changes: { from: line.from, to: line.to }, userEvent: "input" });
    return true;
  }
  const [lead, before = "", bullet = "", number, dot = "", space = ""] = item;
  const next = bullet ? `${before}${number ? `${Number(number) + 1}${dot}` : bullet}${space}` : lead;
  view.dispatch(view.state.replaceSelection(`\n${next}`), { scrollIntoView: true, userEvent: "input" });
  return true;
}

export const markdown: Extension = [language, keymap.of([{ key: "Enter", run: (view) => goOn(view) || insertNewlineAndIndent(view) }])];
