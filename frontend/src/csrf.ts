// The token against forged requests. Signing in again, in any tab, makes a new one: the cookie knows it, the page does not.
const COOKIE = /(?:^|;\s*)csrftoken=([^;]+)/;

function current(): string | undefined {
  return COOKIE.exec(document.cookie)?.[1];
}

function field(form: HTMLFormElement): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
}

export function csrfOf(form: HTMLFormElement): string {
  return current() ?? field(form)?.value ?? "";
}

/** Every form goes out with the token of now; so does every request of htmx. */
export function keepTokensFresh(): void {
  document.addEventListener(
    "submit",
    (event) => {
      const input = event.target instanceof HTMLFormElement ? field(event.target) : null;
      if (input) input.value = current() ?? input.value;
    },
    { capture: true },
  );
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    headers["X-CSRFToken"] = current() ?? document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  });
}
