// Going back may show the page as it was then, with a text that has been saved over since. Ask the server for today's.
export function reloadOldCopy(): boolean {
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || visit.type !== "back_forward") return false;
  location.reload();
  return true;
}
