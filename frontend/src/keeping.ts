// A form that keeps what is typed in it wherever the person goes next: form[data-keep]. It is saved before another form
// of the page leaves, for instance one that uploads a file, and when the page itself is left.
function stateOf(form: HTMLFormElement): string {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return JSON.stringify(fields);
}

export function keepForms(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-keep]");
  if (!form) return;
  let kept = stateOf(form);
  let leavingItself = false;

  document.addEventListener(
    "submit",
    (event) => {
      const other = event.target;
      if (other === form) leavingItself = true;
      if (!(other instanceof HTMLFormElement) || other === form || stateOf(form) === kept) return;
      event.preventDefault();
      const { submitter } = event;
      const state = stateOf(form);
      // What cannot be saved now is still there: nothing is sent until it can be.
      void fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(
        (answer) => {
          if (answer.type !== "opaqueredirect") return form.requestSubmit();
          kept = state;
          other.requestSubmit(submitter instanceof HTMLElement ? submitter : undefined);
        },
        () => form.requestSubmit(),
      );
    },
    { capture: true },
  );

  addEventListener("pagehide", () => {
    if (leavingItself || stateOf(form) === kept) return;
    navigator.sendBeacon(form.action, new FormData(form));
    kept = stateOf(form);
    // Whoever comes back by the back button finds their own last save, and no other window's.
    form.querySelector("input[name=seen]")?.remove();
  });
  addEventListener("pageshow", () => {
    leavingItself = false;
  });
}
