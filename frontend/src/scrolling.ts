// Code, tables and formulas that are wider than their place can be scrolled; the keyboard has to reach them for that.
const WIDE = ".prose :is(pre, table, [data-display]), .table-wrap, pre.source";

export function makeScrollable(within: ParentNode): void {
  for (const wide of within.querySelectorAll<HTMLElement>(WIDE)) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
