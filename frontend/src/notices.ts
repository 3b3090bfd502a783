// Notices that a desk shows above its form. Built from nodes, never from strings of HTML.
export interface Choice {
  label: string;
  act: () => void;
}

export function notice(form: HTMLElement, kind: "warn" | "bad" | "good", sentence: string, choices: Choice[] = [], other?: string): HTMLElement {
  const box = document.createElement("div");
  box.className = `notice notice--${kind} stack`;
  box.setAttribute("role", kind === "good" ? "status" : "alert");
  const words = document.createElement("p");
  words.textContent = sentence;
  box.append(words);
  if (other !== undefined) {
    const text = document.createElement("pre");
    text.className = "source";
    text.tabIndex = 0;
    text.textContent = other;
    box.append(text);
  }
  if (choices.length > 0) {
    const row = document.createElement("p");
    row.className = "cluster";
    for (const choice of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = choice.label;
      button.addEventListener("click", () => {
        box.remove();
        choice.act();
      });
      row.append(button);
    }
    box.append(row);
  }
  form.before(box);
  return box;
}

/** A link that opens the sign-in page in another tab, shown once. */
export function signInNotice(form: HTMLElement, whereTheTextIs: string): void {
  if (document.querySelector("[data-sign-in]")) return;
  const box = notice(form, "bad", `You are signed out. ${whereTheTextIs} Sign in again in a new tab, then come back: saving goes on by itself.`);
  box.dataset.signIn = "";
  const link = document.createElement("a");
  link.href = "/accounts/login/";
  link.target = "_blank";
  link.className = "button";
  link.textContent = "Sign in in a new tab";
  box.append(link);
}
