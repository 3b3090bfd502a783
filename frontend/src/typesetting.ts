// Loads KaTeX only on a page that has a formula.
export async function typesetMath(root: ParentNode): Promise<void> {
  const nodes = [...root.querySelectorAll<HTMLElement>("[data-tex]:not([data-set])")];
  if (nodes.length === 0) return;
  const { setFormula } = await import("./math");
  for (const node of nodes) setFormula(node);
}
