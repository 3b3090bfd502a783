// KaTeX builds DOM nodes: its HTML strings carry style attributes, which the Content-Security-Policy refuses.
import katex from "katex";
import "katex/dist/katex.min.css";

/** Typeset one node. A formula that cannot be read stays as its source, with the reason as its title. */
export function setFormula(node: HTMLElement): void {
  const source = node.dataset.tex ?? "";
  try {
    katex.render(source, node, {
      displayMode: node.dataset.display === "true",
      throwOnError: true,
      trust: false,
      strict: "ignore",
      maxSize: 20,
      maxExpand: 500,
    });
  } catch (error) {
    node.textContent = source;
    node.title = error instanceof Error ? error.message : "This formula cannot be read.";
  }
  node.dataset.set = "yes";
}
