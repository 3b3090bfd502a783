// The text of an element as a reader sees it, and the way between its offsets and ranges of the DOM.
import type { Stretch } from "./passages";

interface Piece {
  node: Text | HTMLElement;
  start: number;
  length: number;
}

/** A formula counts as its LaTeX, which the browser does not show, and is taken whole. */
export class TextView {
  readonly text: string;
  private readonly pieces: Piece[] = [];

  constructor(readonly root: HTMLElement) {
    let text = "";
    const take = (node: Node): void => {
      for (const child of node.childNodes) {
        if (child instanceof Text) {
          this.pieces.push({ node: child, start: text.length, length: child.data.length });
          text += child.data;
        } else if (child instanceof HTMLElement && child.dataset.tex !== undefined) {
          this.pieces.push({ node: child, start: text.length, length: child.dataset.tex.length });
          text += child.dataset.tex;
        } else take(child);
      }
    };
    take(root);
    this.text = text;
  }

  stretchOf(range: Range): Stretch | undefined {
    const touched = this.pieces.filter(({ node, length }) => length > 0 && range.intersectsNode(node));
    const [first, last] = [touched[0], touched.at(-1)];
    if (!first || !last) return undefined;
    const start = first.start + (first.node === range.startContainer ? range.startOffset : 0);
    const end = last.start + (last.node === range.endContainer && last.node instanceof Text ? range.endOffset : last.length);
    return start < end ? { start, end } : undefined;
  }

  rangeOf({ start, end }: Stretch): Range | undefined {
    const first = this.pieces.find((piece) => piece.start + piece.length > start);
    const last = this.pieces.findLast((piece) => piece.start < end);
    if (!first || !last) return undefined;
    const range = document.createRange();
    if (first.node instanceof Text) range.setStart(first.node, start - first.start);
    else range.setStartBefore(first.node);
    if (last.node instanceof Text) range.setEnd(last.node, end - last.start);
    else range.setEndAfter(last.node);
    return range;
  }
}
