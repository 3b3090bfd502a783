// Code and tables that are wider than the screen can be scrolled; the keyboard has to reach them for that.
export function makeScrollable(within: ParentNode): void {
  for (const wide of within.querySelectorAll<HTMLElement>(".prose pre, .table-wrap")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
