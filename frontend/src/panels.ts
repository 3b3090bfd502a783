// Sections that stand one below the other become tabs: <div data-panels> holding elements with data-panel="Name".
export interface Panels {
  /** Show the panel that holds this element. */
  open(inside: Element): void;
  /** Go `by` panels on, around the ends. */
  step(by: number): void;
}

/** `shown` is called whenever another panel has come to be seen. */
export function openPanels(root: HTMLElement, shown: () => void = () => undefined): Panels {
  const panels = [...root.querySelectorAll<HTMLElement>(":scope > [data-panel]")];
  const list = document.createElement("div");
  list.className = "panels";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "What to read");
  const tabs = panels.map((panel, index) => tabOf(panel, index));
  let at = 0;

  const show = (index: number, focus: boolean): void => {
    at = (index + panels.length) % panels.length;
    panels.forEach((panel, i) => (panel.hidden = i !== at));
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === at));
      tab.tabIndex = i === at ? 0 : -1;
    });
    if (focus) tabs[at]?.focus();
    shown();
  };

  function tabOf(panel: HTMLElement, index: number): HTMLButtonElement {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.className = "panels__tab";
    tab.id = `tab-${index}`;
    tab.textContent = panel.dataset.panel ?? "";
    tab.setAttribute("role", "tab");
    panel.id ||= `panel-${index}`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    // A panel can be longer than what is seen of it: the keyboard has to reach it to scroll.
    panel.tabIndex = 0;
    tab.addEventListener("click", () => show(index, false));
    list.append(tab);
    return tab;
  }

  const keys: Record<string, () => number> = { ArrowRight: () => at + 1, ArrowLeft: () => at - 1, Home: () => 0, End: () => panels.length - 1 };
  list.addEventListener("keydown", (event) => {
    const to = keys[event.key];
    if (!to) return;
    event.preventDefault();
    show(to(), true);
  });
  root.prepend(list);
  root.dataset.opened = "";
  show(0, false);
  return {
    open: (inside) => show(Math.max(0, panels.findIndex((panel) => panel.contains(inside))), false),
    step: (by) => {
      show(at + by, false);
      root.scrollTop = 0;
    },
  };
}
