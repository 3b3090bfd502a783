// Moments are written by the server in UTC, and read here in the time of whoever reads them.

/** "12 March, 14:05", with the year when it is not this one; as the server writes it (words.moment). */
export function momentWords(at: Date, now: Date, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  const year = (of: Date) => of.toLocaleDateString("en-GB", { year: "numeric", ...zone });
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...(year(at) === year(now) ? {} : { year: "numeric" }), ...zone });
  return `${day}, ${at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", ...zone })}`;
}

/** Every moment below `root` that is not counted down. */
export function localiseMoments(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[datetime]:not(.clock)")) {
    const at = new Date(element.dateTime);
    const local = Number.isNaN(at.getTime()) || !element.dateTime.includes("T") ? undefined : momentWords(at, new Date());
    if (!local || local === element.textContent) continue;
    element.title = `${element.textContent} UTC`;
    element.textContent = local;
  }
}
