// Stretches of the text that stay on their words while it is edited.
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

export interface Tracked {
  id: number;
  /** UTF-16, half-open. Empty once all its words were deleted. */
  from: number;
  to: number;
}

const setTracked = StateEffect.define<readonly Tracked[]>();

const field = StateField.define<readonly Tracked[]>({
  create: () => [],
  update(value, transaction) {
    let now = value;
    if (transaction.docChanged) {
      // What is typed right before or behind a mark is not part of it; what is typed inside is.
      now = value.map(({ id, from, to }) => ({ id, from: transaction.changes.mapPos(from, 1), to: transaction.changes.mapPos(to, -1) }));
    }
    for (const effect of transaction.effects) if (effect.is(setTracked)) now = effect.value;
    return now;
  },
  provide: (from) =>
    EditorView.decorations.from(from, (value) =>
      Decoration.set(
        value.filter(({ from, to }) => from < to).map(({ from, to }) => Decoration.mark({ class: "cm-statement" }).range(from, to)),
        true,
      ),
    ),
});

export const tracking: Extension = field;

export function trackedIn(view: EditorView): readonly Tracked[] {
  return view.state.field(field);
}

export function track(view: EditorView, value: readonly Tracked[]): void {
  view.dispatch({ effects: setTracked.of(value) });
}
