/** A small dialog for the comment of a bout. */

import { openDialog } from "./dialogs.js";
import { change } from "./marking.js";
import { clock } from "./ruler.js";

/** Let the person write a bout's comment; Enter saves it. */
export function editComment(bout) {
  const form = document.createElement("form");
  form.method = "dialog";
  const field = document.createElement("input");
  field.type = "text";
  field.className = "wide-field";
  field.value = bout.comment ?? "";
  field.ariaLabel = "Comment";
  field.dataset.testid = "comment";
  form.append(field);
  const save = () => saveComment(bout, field.value);
  const dialog = openDialog({
    title: `Comment on ${bout.label} at ${clock(bout.start)}`,
    body: form,
    actions: [{ label: "Cancel" }, { label: "Save", run: save, primary: true }],
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
    dialog.close();
  });
  field.focus();
  field.select();
}

/** Save a comment, if it is another one. */
export function saveComment(bout, text) {
  return text.trim() === (bout.comment ?? "") ? null : change({ do: "comment", id: bout.id, text: text.trim() });
}
