// What comes in by pasting or dropping: rich text becomes Markdown, pictures are refused with a sentence.
import { type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export const NO_PICTURES = "A response is text: pictures cannot be part of it. Say in words what the picture shows, or write it as a table or a formula.";

/** HTML that only wraps plain text, as editors and terminals put on the clipboard, is worth no conversion. */
const STRUCTURE = /<(?:a\s[^>]*href|b|strong|i|em|u|s|del|h[1-6]|ul|ol|li|table|pre|code|blockquote|sub|sup|hr)\b/i;

export function pasting(refuse: (sentence: string) => void): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const data = event.clipboardData;
      if (!data) return false;
      const rich = data.getData("text/html");
      if (!rich && !data.getData("text/plain") && hasPictures(data)) {
        event.preventDefault();
        refuse(NO_PICTURES);
        return true;
      }
      // What code editors copy is code, whatever colours it carries.
      if (!rich || data.types.includes("vscode-editor-data") || !STRUCTURE.test(rich)) return false;
      event.preventDefault();
      void insertRich(view, rich, data.getData("text/plain"));
      return true;
    },
    drop(event) {
      if (!event.dataTransfer || event.dataTransfer.files.length === 0) return false;
      event.preventDefault();
      refuse(hasPictures(event.dataTransfer) ? NO_PICTURES : "Files cannot be dropped here. Open the file, and paste its text.");
      return true;
    },
  });
}

function hasPictures(data: DataTransfer): boolean {
  return [...data.items].some((item) => item.kind === "file" && item.type.startsWith("image/"));
}

async function insertRich(view: EditorView, rich: string, plain: string): Promise<void> {
  let text = plain;
  try {
    const { toMarkdown } = await import("./richtext");
    text = toMarkdown(rich) || plain;
  } catch {
    // The converter could not be fetched: the plain words are better than nothing.
  }
  view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
}
