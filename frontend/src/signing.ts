// Signing in again without leaving the page: the real sign-in pages, in a frame over what is being written.
import { button, node, openDialog } from "./nodes";

const END = "/accounts/signed-in/";

export interface SigningIn {
  close(): void;
}

/** `person` is who wrote what is on the page; `done` is called once it is they who are signed in. */
export function signInAgain(person: string, whereTheTextIs: string, done: () => void): SigningIn {
  const end = `${END}?for=${encodeURIComponent(person)}`;
  const frame = node("iframe", { title: "Sign in", src: `/accounts/login/?next=${encodeURIComponent(end)}` });
  frame.addEventListener("load", () => {
    leaveByEscape(frame, () => dialog.close());
    if (signedInAs(frame) !== person) return;
    dialog.close();
    done();
  });
  const close = button("Not now", () => dialog.close());
  const dialog = openDialog("signing", "Sign in again", node("p", {}, `${whereTheTextIs} It is saved as soon as you are signed in.`), frame, node("div", { class: "actions" }, close));
  return { close: () => dialog.close() };
}

/** Whom the page in the frame says that it has signed in; the frame may be anywhere, also where we cannot look. */
function signedInAs(frame: HTMLIFrameElement): string | undefined {
  try {
    if (frame.contentWindow?.location.pathname !== END) return undefined;
    return frame.contentDocument?.querySelector<HTMLElement>("[data-signed-in-as]")?.dataset.signedInAs;
  } catch {
    return undefined;
  }
}

/** A key pressed inside the frame does not reach the dialog around it. */
function leaveByEscape(frame: HTMLIFrameElement, close: () => void): void {
  try {
    frame.contentDocument?.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) close();
    });
  } catch {
    // A page of somebody else: the button below closes as well.
  }
}
