// The text as the reviewers will see it, rendered by the server's one renderer, and scrolled in step with the text.
import type { EditorView } from "@codemirror/view";
import { unchanged } from "./blocks";
import { csrfOf } from "./csrf";
import { makeScrollable } from "./scrolling";

const DEBOUNCE = 400;
const LINE = / data-line="\d+"/g;

export class Preview {
  private timer: number | undefined;
  private asking: AbortController | undefined;
  private shown: string | undefined;
  /** What the server made of each block in the pane, without its lines. */
  private sources: string[] = [];

  /** `scroller` is what scrolls around the pane. */
  constructor(
    private readonly form: HTMLFormElement,
    private readonly url: string,
    private readonly pane: HTMLElement,
    private readonly scroller: HTMLElement,
    private readonly view: EditorView,
  ) {
    let due = false;
    addEventListener(
      "scroll",
      () => {
        if (due) return;
        due = true;
        requestAnimationFrame(() => {
          due = false;
          this.follow();
        });
      },
      { passive: true },
    );
  }

  private get visible(): boolean {
    return this.pane.checkVisibility();
  }

  /** The text has changed: show it soon, if anybody looks. */
  changed(): void {
    if (this.timer !== undefined) window.clearTimeout(this.timer);
    // Asking at every key whether it is seen would lay the page out at every key.
    this.timer = window.setTimeout(() => {
      if (this.visible) this.show();
    }, DEBOUNCE);
  }

  /** Show what there is now, if it is not shown already. */
  show(): void {
    const text = this.view.state.sliceDoc();
    if (text === this.shown) return this.follow();
    void this.ask(text);
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
      this.put(await response.text());
      this.shown = text;
      makeScrollable(this.pane);
      this.follow();
    } catch {
      // No connection, or a newer text was asked for: the last preview stands.
    }
  }

  /** Only blocks that differ are laid anew: of a long text, one or two. */
  private put(html: string): void {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const blocks = [...fresh.content.children];
    const sources = blocks.map((block) => block.outerHTML.replaceAll(LINE, ""));
    const { head, tail } = unchanged(this.sources, sources);
    const stay = [...this.pane.children];
    const after = stay.length - tail;
    for (const gone of stay.slice(head, after)) gone.remove();
    const place = stay[after] ?? null;
    for (const block of blocks.slice(head, blocks.length - tail)) this.pane.insertBefore(block, place);
    // The same blocks, on other lines than before.
    for (let n = 1; n <= tail; n += 1) renumber(stay[stay.length - n], blocks[blocks.length - n]);
    this.sources = sources;
  }

  /** Bring the words that are at the top of the text to the top of the preview. */
  private follow(): void {
    // On a phone the two stand one below the other, and nothing has to follow.
    if (!this.visible || this.scroller.scrollHeight <= this.scroller.clientHeight) return;
    const height = Math.max(0, -this.view.documentTop);
    const block = this.view.lineBlockAtHeight(height);
    const line = this.view.state.doc.lineAt(block.from).number - 1 + Math.min(1, (height - block.top) / Math.max(1, block.height));
    const start = this.pane.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top + this.scroller.scrollTop;
    // What stands above the pane in the scroller, such as the tabs, stays above the words.
    this.scroller.scrollTop = this.heightOf(line) + start - this.pane.offsetTop;
  }

  /** Where this line of the source is in the pane, in pixels from its top; between two blocks, between them. */
  private heightOf(line: number): number {
    const origin = this.pane.getBoundingClientRect().top;
    let [above, below] = [{ line: 0, top: 0 }, { line: this.view.state.doc.lines, top: this.pane.scrollHeight }];
    for (const block of this.pane.querySelectorAll<HTMLElement>("[data-line]")) {
      const at = { line: Number(block.dataset.line), top: block.getBoundingClientRect().top - origin };
      if (at.line <= line) above = at;
      else {
        below = at;
        break;
      }
    }
    const share = below.line > above.line ? (line - above.line) / (below.line - above.line) : 0;
    return above.top + share * (below.top - above.top);
  }
}

function renumber(old: Element | undefined, fresh: Element | undefined): void {
  if (!old || !fresh || old.getAttribute("data-line") === fresh.getAttribute("data-line")) return;
  const lines = [fresh, ...fresh.querySelectorAll("[data-line]")].map((each) => each.getAttribute("data-line"));
  const places = [old, ...old.querySelectorAll("[data-line]")];
  places.forEach((each, n) => lines[n] && each.setAttribute("data-line", lines[n]));
}
