// The text as the reviewers will see it, rendered by the server's one renderer.
import { csrfOf } from "./csrf";
import { typesetMath } from "./typesetting";

const DEBOUNCE = 400;

export class Preview {
  private timer: number | undefined;
  private asking: AbortController | undefined;

  constructor(private readonly form: HTMLFormElement, private readonly url: string, private readonly pane: HTMLElement) {
    const section = pane.closest<HTMLElement>("[data-preview-pane]");
    if (section) section.hidden = false;
  }

  /** Show this text soon. */
  show(text: string): void {
    if (this.timer !== undefined) window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(text), DEBOUNCE);
  }

  private async ask(text: string): Promise<void> {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfOf(this.form) },
        body: JSON.stringify({ body: text }),
        signal: this.asking.signal,
        redirect: "error",
      });
      if (!response.ok) return;
      // Sanitised by the server, and the Content-Security-Policy runs no script that could slip through.
      this.pane.innerHTML = await response.text();
      await typesetMath(this.pane);
    } catch {
      // No connection, or a newer text was asked for: the last preview stands.
    }
  }
}
