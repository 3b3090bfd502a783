// Code, tables and formulas that are wider than their place can be scrolled; the keyboard has to reach them for that.
const WIDE = ".prose :is(pre, table, [data-display]), .table-wrap, .prose :is(p, li):has(math), .choices .prose:has(math)";

// A panel that opens, or a window that narrows, changes what is wider.
const watching = new ResizeObserver((entries) => {
  for (const { target } of entries) reach(target as HTMLElement);
});

export function makeScrollable(within: ParentNode): void {
  for (const wide of within.querySelectorAll<HTMLElement>(WIDE)) {
    reach(wide);
    watching.observe(wide);
  }
}

function reach(wide: HTMLElement): void {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  else wide.removeAttribute("tabindex");
}
