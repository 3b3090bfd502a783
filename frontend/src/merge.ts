// Two texts that were made of one: what is the same, what either changed, and what both changed. Pure.
import { canonical } from "./sameness";
import type { Payload } from "./saving";
import { aligned, sentencesOf } from "./textdiff";

export type Side = "mine" | "theirs" | "both";

/** `changed` says who changed this stretch since `base`; `undefined` when nobody did. */
export interface Hunk {
  changed: "mine" | "theirs" | "alike" | "conflict" | undefined;
  base: string;
  mine: string;
  theirs: string;
}

/** A stretch of three, by sentences and lines. Without a base every difference is one that both made. */
export function merge(base: string | undefined, mine: string, theirs: string): Hunk[] {
  const [a, b] = [sentencesOf(mine), sentencesOf(theirs)];
  if (base === undefined) return hunksOf(steps(aligned(a, b), a, b, []), true);
  const o = sentencesOf(base);
  const toA = new Map(aligned(o, a));
  const toB = new Map(aligned(o, b));
  const shared = o.map((_, n) => [toA.get(n), toB.get(n), n] as const).filter((one): one is Step => one[0] !== undefined && one[1] !== undefined);
  return hunksOf(steps(shared.map(([x, y, n]) => [x, y, n]), a, b, o), false);
}

type Step = readonly [inMine: number, inTheirs: number, inBase: number];
interface Stretch {
  same: boolean;
  base: string;
  mine: string;
  theirs: string;
}

/** Cut all three at what they share. */
function steps(shared: (Step | [number, number])[], a: string[], b: string[], o: string[]): Stretch[] {
  const found: Stretch[] = [];
  let [x, y, n] = [0, 0, 0];
  for (const [toX, toY, toN = 0] of [...shared, [a.length, b.length, o.length] as Step]) {
    found.push(...between(o.slice(n, toN), a.slice(x, toX), b.slice(y, toY)));
    const text = a[toX];
    if (text !== undefined) found.push({ same: true, base: text, mine: text, theirs: text });
    [x, y, n] = [toX + 1, toY + 1, toN + 1];
  }
  return found;
}

/** What lies between two shared places: sentence by sentence where all three have as many, else as one. */
function between(base: string[], mine: string[], theirs: string[]): Stretch[] {
  if (base.length === mine.length && mine.length === theirs.length)
    return base.map((was, n) => ({ same: false, base: was, mine: mine[n] ?? "", theirs: theirs[n] ?? "" }));
  const stretch = { same: false, base: base.join(""), mine: mine.join(""), theirs: theirs.join("") };
  return stretch.base || stretch.mine || stretch.theirs ? [stretch] : [];
}

function hunksOf(stretches: Stretch[], baseless: boolean): Hunk[] {
  const hunks: Hunk[] = [];
  for (const { same, base, mine, theirs } of stretches) {
    const changed = same ? undefined : whoChanged(base, mine, theirs, baseless);
    const last = hunks.at(-1);
    if (last && last.changed === changed && changed !== "conflict") {
      last.base += base;
      last.mine += mine;
      last.theirs += theirs;
    } else hunks.push({ changed, base, mine, theirs });
  }
  return hunks;
}

function whoChanged(base: string, mine: string, theirs: string, baseless: boolean): Hunk["changed"] {
  if (mine === theirs) return baseless || mine === base ? undefined : "alike";
  if (baseless) return "conflict";
  if (mine === base) return "theirs";
  return theirs === base ? "mine" : "conflict";
}

/** What a hunk becomes unless the person says otherwise; nothing where both changed it. */
export function suggested({ changed }: Hunk): Side | undefined {
  if (changed === "conflict") return undefined;
  return changed === "theirs" ? "theirs" : "mine";
}

export function chosen(hunk: Hunk, side: Side): string {
  if (side !== "both") return hunk[side];
  // Two sentences that ended the text would run into one another.
  return hunk.mine && !/\s$/.test(hunk.mine) ? `${hunk.mine}\n${hunk.theirs}` : hunk.mine + hunk.theirs;
}

/** One field of what is saved: a text that is merged, lists that are joined, or a value of which one is taken. */
export interface Part {
  path: string[];
  hunks?: Hunk[];
  joined?: Joined;
  base?: unknown;
  mine: unknown;
  theirs: unknown;
}

/** Two lists in one. Where both changed what they say of the same passage, mine stands until the person has chosen. */
export interface Joined {
  entries: unknown[];
  open: { at: number; theirs: unknown }[];
}

/** The fields in which two payloads differ. */
export function partsThatDiffer(base: Payload | undefined, mine: Payload, theirs: Payload, path: string[] = []): Part[] {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  return names.flatMap((name) => {
    const [was, here, there] = [base?.[name], mine[name], theirs[name]];
    const at = [...path, name];
    // A page that is older than the server knows fewer fields: what it does not know it cannot have changed.
    if (here === undefined || there === undefined || canonical(here) === canonical(there)) return [];
    if (isObject(here) && isObject(there)) return partsThatDiffer(isObject(was) ? was : undefined, here, there, at);
    if (typeof here === "string" && typeof there === "string")
      return [{ path: at, mine: here, theirs: there, hunks: merge(typeof was === "string" ? was : undefined, here, there) }];
    if (Array.isArray(here) && Array.isArray(there))
      return sayTheSame(here, there) ? [] : [{ path: at, mine: here, theirs: there, joined: joinLists(Array.isArray(was) ? was : [], here, there) }];
    return [{ path: at, base: was, mine: here, theirs: there }];
  });
}

/**
 * Mine, with what was added or changed elsewhere and without what was taken away there. One passage is marked once: what
 * only one of the two changed stands, and what both changed is open.
 */
export function joinLists(base: unknown[], mine: unknown[], theirs: unknown[]): Joined {
  const [was, here, there] = [base, mine, theirs].map((list) => new Set(list.map(identity))) as [Set<string>, Set<string>, Set<string>];
  const others = theirs.filter((entry) => !here.has(identity(entry)));
  const joined: Joined = { entries: [], open: [] };
  for (const entry of mine) {
    const known = was.has(identity(entry));
    const pair = there.has(identity(entry)) ? -1 : others.findIndex((other) => markTheSame(entry, other));
    if (pair < 0) {
      if (!known || there.has(identity(entry))) joined.entries.push(entry);
      continue;
    }
    const [other] = others.splice(pair, 1);
    // Known to both before: each was taken away by the other one.
    if (known && was.has(identity(other))) continue;
    if (!known && !was.has(identity(other))) joined.open.push({ at: joined.entries.length, theirs: other });
    joined.entries.push(known ? other : entry);
  }
  joined.entries.push(...others.filter((entry) => !was.has(identity(entry))));
  return joined;
}

/** Whether two entries mark the same words in the same place: what is beside them agrees on one side at least. */
function markTheSame(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other) || typeof one.exact !== "string" || one.exact !== other.exact) return false;
  return one.prefix === other.prefix || one.suffix === other.suffix;
}

/** Two lists of the same entries, however far their words have moved. */
function sayTheSame(mine: unknown[], theirs: unknown[]): boolean {
  return canonical(mine.map(identity).sort()) === canonical(theirs.map(identity).sort());
}

/** An entry that marks a passage is the same one wherever its words have moved. */
function identity(entry: unknown): string {
  if (!isObject(entry)) return canonical(entry);
  const { start: _start, end: _end, prefix: _prefix, suffix: _suffix, lost: _lost, ...said } = entry;
  return canonical(said);
}

/**
 * `mine` with what only the other one holds inside the objects of both: rows that were added there. What was there before
 * and is gone from mine was taken out here.
 */
export function withAdded(base: Payload | undefined, mine: Payload, theirs: Payload): Payload {
  return Object.fromEntries(
    Object.entries(mine).map(([name, here]) => {
      const [was, there] = [base?.[name], theirs[name]];
      if (!isObject(here) || !isObject(there)) return [name, here];
      const added = Object.entries(there).filter(([key]) => !(key in here) && !(isObject(was) && key in was));
      return [name, { ...here, ...Object.fromEntries(added) }];
    }),
  );
}

/** Whose value stands unless the person says otherwise. */
export function suggestedValue({ base, mine, theirs }: Part): Exclude<Side, "both"> | undefined {
  if (base === undefined) return undefined;
  if (canonical(base) === canonical(mine)) return "theirs";
  return canonical(base) === canonical(theirs) ? "mine" : undefined;
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `payload` with one field at `path` replaced. */
export function withField(payload: Payload, [name, ...rest]: string[], value: unknown): Payload {
  if (name === undefined) return payload;
  const inner = payload[name];
  return { ...payload, [name]: rest.length > 0 ? withField(isObject(inner) ? inner : {}, rest, value) : value };
}
