// LaTeX between dollars, seen the way the server's renderer sees it: no formula begins or ends with a space, and
// "between $5 and $10" is none.
import type { MarkdownConfig } from "@lezer/markdown";
import { tags } from "@lezer/highlight";

const INLINE = /^\$(?![\s\d])(?:\\.|[^$\\])*?[^\s\\]\$(?!\d)|^\$[^\s\d$\\]\$(?!\d)/;
const DISPLAY = /^\$\$[^$]+?\$\$/;

export const mathSyntax: MarkdownConfig = {
  defineNodes: [{ name: "Math", style: tags.special(tags.monospace) }],
  parseInline: [
    {
      name: "Math",
      parse(context, next, position) {
        if (next !== 36) return -1;
        const rest = context.slice(position, context.end);
        const found = DISPLAY.exec(rest) ?? INLINE.exec(rest);
        return found ? context.addElement(context.elt("Math", position, position + found[0].length)) : -1;
      },
      before: "Emphasis",
    },
  ],
};
