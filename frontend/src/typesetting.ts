// Loads KaTeX only on a page that has a formula.
/** Milliseconds of work without letting a key through. */
const AT_ONCE = 8;

export async function typesetMath(root: ParentNode): Promise<void> {
  const nodes = [...root.querySelectorAll<HTMLElement>("[data-tex]:not([data-set])")];
  if (nodes.length === 0) return;
  const { setFormula } = await import("./math");
  let began = performance.now();
  for (const node of nodes) {
    setFormula(node);
    if (performance.now() - began < AT_ONCE) continue;
    await new Promise((resolve) => window.setTimeout(resolve));
    began = performance.now();
  }
}
