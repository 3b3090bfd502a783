// How a save travels, and what the server's answers mean.
import type { Answer, Current, Payload, Saved, Send } from "./saving";

const KEEPALIVE_LIMIT = 60_000;

export function csrfOf(form: HTMLFormElement): string {
  return form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

export function sender(url: string, csrf: string): Send {
  return async (payload: Payload, baseVersion: number, keepalive: boolean): Promise<Answer> => {
    const body = JSON.stringify({ ...payload, base_version: baseVersion });
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
        body,
        // Browsers refuse larger bodies that outlive their page; the mirror on this device holds those.
        keepalive: keepalive && body.length < KEEPALIVE_LIMIT,
        redirect: "manual",
        credentials: "same-origin",
      });
      return await meaning(response);
    } catch {
      return { kind: "away" };
    }
  };
}

async function meaning(response: Response): Promise<Answer> {
  // A redirect goes to the sign-in page; a 403 is a session or a token that has gone.
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) return { kind: "signed-out" };
  if (response.status >= 500) return { kind: "away" };
  const told = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return { kind: "saved", saved: told as unknown as Saved };
  const sentence = typeof told.error === "string" ? told.error : "The server could not take it.";
  if (response.status === 409 && told.code === "draft_stale") return { kind: "stale", sentence, current: told.current as Current };
  if (response.status === 409 || response.status === 404) return { kind: "closed", sentence };
  return { kind: "refused", sentence };
}
