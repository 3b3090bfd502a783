// How a save travels, and what the server's answers mean.
import { csrfOf } from "./csrf";
import type { Answer, Current, Payload, Saved, Send } from "./saving";

/** Browsers refuse larger bodies that outlive their page; the mirror on this device holds those. */
const KEEPALIVE_BYTES = 60_000;
/** A connection that is gone answers nothing at all; one that is slow needs time for what it carries. */
const PATIENCE = 20_000;
const SLOWEST = 2; // bytes in a millisecond
const TRY_AGAIN = new Set([408, 425, 429]);

export function sender(url: string, form: HTMLFormElement): Send {
  return async (payload: Payload, baseVersion: number, keepalive: boolean): Promise<Answer> => {
    const body = new Blob([JSON.stringify({ ...payload, base_version: baseVersion })]);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfOf(form), "X-Person": form.dataset.person ?? "" },
        body,
        keepalive: keepalive && body.size < KEEPALIVE_BYTES,
        redirect: "manual",
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE + body.size / SLOWEST),
      });
      return await meaning(response);
    } catch {
      return { kind: "away", from: "network" };
    }
  };
}

/** Exported for its test. */
export async function meaning(response: Response): Promise<Answer> {
  const away: Answer = { kind: "away", from: "server" };
  // A redirect goes to the sign-in page.
  if (response.type === "opaqueredirect" || response.redirected || response.status === 401) return { kind: "signed-out" };
  if (response.status >= 500 || TRY_AGAIN.has(response.status)) return away;
  const told = await objectIn(response);
  const sentence = typeof told?.error === "string" ? told.error : undefined;
  // Django's own 403 is a page: the token has gone with the session. Ours is a sentence.
  if (response.status === 403 && told?.code === "somebody_else") return { kind: "signed-out", as: "other" };
  if (response.status === 403) return sentence ? { kind: "closed", sentence } : { kind: "signed-out" };
  // A gate of a network answers with a page of its own. Only the server's own word is a save.
  if (response.ok) return isVersioned(told) && typeof told.saved_at === "string" ? { kind: "saved", saved: told as unknown as Saved } : away;
  if (response.status === 409 && told?.code === "draft_stale")
    return isVersioned(told.current) ? { kind: "stale", sentence: sentence ?? "", current: told.current as Current } : away;
  if (response.status === 409 || response.status === 404)
    return { kind: "closed", sentence: sentence ?? "This is no longer yours to change. Your text is still here; copy it if you need it." };
  return { kind: "refused", sentence: sentence ?? "The server could not take it." };
}

/** What the server has, for a page that was left open: nothing when it cannot be asked now. */
export async function askForNewer(url: string, since: number, form: HTMLFormElement): Promise<(Current & { closed?: string }) | undefined> {
  try {
    const headers = { Accept: "application/json", "X-Person": form.dataset.person ?? "" };
    const response = await fetch(`${url}?since=${since}`, { headers, redirect: "manual", credentials: "same-origin" });
    const told = response.ok ? await objectIn(response) : undefined;
    return isVersioned(told) ? (told as unknown as Current) : undefined;
  } catch {
    return undefined;
  }
}

/** An earlier version as it was saved, if it is still kept and can be asked for now. */
export async function askForVersion(url: string): Promise<Payload | undefined> {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin" });
    const told = response.ok ? await objectIn(response) : undefined;
    return isVersioned(told) ? told : undefined;
  } catch {
    return undefined;
  }
}

async function objectIn(response: Response): Promise<Record<string, unknown> | undefined> {
  const told: unknown = await response.json().catch(() => undefined);
  return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : undefined;
}

function isVersioned(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && "version" in value && Number.isInteger(value.version);
}
