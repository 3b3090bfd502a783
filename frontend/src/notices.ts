// Notices that a desk shows at the head of its form.
import { button, giveBackFocus, node } from "./nodes";

export interface Choice {
  label: string;
  act: () => void;
  /** Whether the notice stays once this was pressed. */
  stays?: boolean;
}

export function notice(form: HTMLElement, kind: "warn" | "bad" | "good", sentence: string, choices: Choice[] = []): HTMLElement {
  const box = node("div", { class: `notice notice--${kind} stack`, role: kind === "good" ? "status" : "alert" }, node("p", {}, sentence));
  const before = document.activeElement;
  const buttons = choices.map(({ label, act, stays }) =>
    button(label, () => {
      if (!stays) box.remove();
      act();
      giveBackFocus(before);
    }),
  );
  if (buttons.length > 0) box.append(node("p", { class: "cluster" }, ...buttons));
  form.prepend(box);
  return box;
}

/** Two ways to sign in again, shown once: here, and in another tab for whoever signs in elsewhere. */
export function signInNotice(form: HTMLElement, because: string, whereTheTextIs: string, here: () => void): void {
  if (document.querySelector("[data-sign-in]")) return;
  const box = notice(form, "bad", `${because} ${whereTheTextIs} Sign in again, and saving goes on by itself.`, [{ label: "Sign in here", act: here, stays: true }]);
  box.dataset.signIn = "";
  box.querySelector(".cluster")?.append(node("a", { href: "/accounts/login/", target: "_blank" }, "Sign in in a new tab"));
}
