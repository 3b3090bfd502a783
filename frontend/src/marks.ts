// Stretches of the text that stay on their words while it is edited.
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

export interface Mark {
  id: number;
  /** UTF-16, half-open. Empty once all its words were deleted. */
  from: number;
  to: number;
}

const setMarks = StateEffect.define<readonly Mark[]>();

const marks = StateField.define<readonly Mark[]>({
  create: () => [],
  update(value, transaction) {
    let now = value;
    if (transaction.docChanged) {
      // What is typed right before or behind a mark is not part of it; what is typed inside is.
      now = value.map(({ id, from, to }) => ({ id, from: transaction.changes.mapPos(from, 1), to: transaction.changes.mapPos(to, -1) }));
    }
    for (const effect of transaction.effects) if (effect.is(setMarks)) now = effect.value;
    return now;
  },
  provide: (field) =>
    EditorView.decorations.from(field, (value) =>
      Decoration.set(
        value.filter(({ from, to }) => from < to).map(({ from, to }) => Decoration.mark({ class: "cm-statement" }).range(from, to)),
        true,
      ),
    ),
});

export const marking: Extension = marks;

export function marksOf(view: EditorView): readonly Mark[] {
  return view.state.field(marks);
}

export function mark(view: EditorView, value: readonly Mark[]): void {
  view.dispatch({ effects: setMarks.of(value) });
}
