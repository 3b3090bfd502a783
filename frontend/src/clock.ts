// <time data-clock datetime="…"> counts down in words. Not announced: a screen reader would never fall silent.
const MINUTE = 60_000;
const EVERY = 30_000;

/** "3 hours left", "12 minutes left", "ended 5 minutes ago"; `left` is in milliseconds. */
export function inWords(left: number): string {
  if (Math.abs(left) < MINUTE / 2) return left > 0 ? "less than a minute left" : "ended just now";
  const minutes = Math.round(Math.abs(left) / MINUTE);
  const [n, unit] = minutes < 120 ? [minutes, "minute"] : minutes < 48 * 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  const amount = `${n} ${unit}${n === 1 ? "" : "s"}`;
  return left > 0 ? `${amount} left` : `ended ${amount} ago`;
}

function tick(): void {
  for (const clock of document.querySelectorAll<HTMLTimeElement>("time[data-clock]")) {
    const end = Date.parse(clock.dateTime);
    if (!Number.isNaN(end)) clock.textContent = inWords(end - Date.now());
  }
}

export function startClocks(): void {
  tick();
  setInterval(tick, EVERY);
}

/** A save has extended the lease: show the new end. */
export function setLease(until: string): void {
  for (const clock of document.querySelectorAll<HTMLTimeElement>('time[data-clock="lease"]')) clock.dateTime = until;
  tick();
}
