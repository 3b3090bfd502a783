// Colours for fenced code. Each language is fetched when a fence first names it; these modes are small, and enough to read.
import { LanguageDescription, LanguageSupport, StreamLanguage, type StreamParser } from "@codemirror/language";

function language(name: string, alias: string[], load: () => Promise<StreamParser<unknown>>): LanguageDescription {
  return LanguageDescription.of({ name, alias, load: async () => new LanguageSupport(StreamLanguage.define(await load())) });
}

export const codeLanguages = [
  language("python", ["py"], async () => (await import("@codemirror/legacy-modes/mode/python")).python),
  language("javascript", ["js", "jsx"], async () => (await import("@codemirror/legacy-modes/mode/javascript")).javascript),
  language("typescript", ["ts", "tsx"], async () => (await import("@codemirror/legacy-modes/mode/javascript")).typescript),
  language("json", [], async () => (await import("@codemirror/legacy-modes/mode/javascript")).json),
  language("c", ["h"], async () => (await import("@codemirror/legacy-modes/mode/clike")).c),
  language("cpp", ["c++"], async () => (await import("@codemirror/legacy-modes/mode/clike")).cpp),
  language("java", [], async () => (await import("@codemirror/legacy-modes/mode/clike")).java),
  language("sql", [], async () => (await import("@codemirror/legacy-modes/mode/sql")).standardSQL),
  language("r", [], async () => (await import("@codemirror/legacy-modes/mode/r")).r),
  language("shell", ["bash", "sh"], async () => (await import("@codemirror/legacy-modes/mode/shell")).shell),
  language("julia", ["jl"], async () => (await import("@codemirror/legacy-modes/mode/julia")).julia),
  language("latex", ["tex"], async () => (await import("@codemirror/legacy-modes/mode/stex")).stex),
];
