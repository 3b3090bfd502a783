// Rich text from another program as Markdown. Fetched when somebody pastes some.
import { gfm } from "@joplin/turndown-plugin-gfm";
import TurndownService from "turndown";

const service = new TurndownService({ headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", hr: "---" });
service.use(gfm);
service.remove(["script", "style", "title", "head", "noscript"]);
service.addRule("pictures", { filter: "img", replacement: (_, element) => (element as HTMLElement).getAttribute("alt") ?? "" });
// Word and Google Docs wrap everything in a <b> that is not bold.
service.addRule("notBold", { filter: (element) => element.nodeName === "B" && element.style.fontWeight === "normal", replacement: (content) => content });
// Our own formulas keep their LaTeX.
service.addRule("ours", {
  filter: (element) => element.dataset?.tex !== undefined,
  replacement: (_, element) => `$${(element as HTMLElement).dataset.tex ?? ""}$`,
});
// What copies of KaTeX and MathJax carry of their source.
service.addRule("formula", {
  filter: (element) => element.classList?.contains("katex") && element.querySelector("annotation[encoding='application/x-tex']") !== null,
  replacement: (_, element) => `$${(element as HTMLElement).querySelector("annotation")?.textContent?.trim() ?? ""}$`,
});

export function toMarkdown(html: string): string {
  // Parsed into a document of its own, which runs nothing and fetches nothing.
  const parsed = new DOMParser().parseFromString(withoutHandlers(html), "text/html");
  return service.turndown(parsed.body).replaceAll("\u00a0", " ").trim();
}

/** They would never run; but the browser would report each as an attack. */
function withoutHandlers(html: string): string {
  return html.replace(/<[^<>]*>/g, (tag) => tag.replace(/\son[a-z]+\s*=/gi, " data-dropped="));
}
