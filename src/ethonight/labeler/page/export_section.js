/** Export: the coder's work as another program's file, and what that file has no place for. */

import { post } from "./api.js";
import { toast } from "./dialogs.js";
import { make } from "./elements.js";
import { formatChoice } from "./format_choice.js";
import { state } from "./store.js";

/** Fill the part of the panel in which a format is chosen and a file asked for. */
export function exportSection(root) {
  const formats = formatChoice({ ariaLabel: "Format", dataset: { testid: "export-format" } });
  const notes = make("ul", { className: "exchange-notes", dataset: { testid: "export-notes" } });
  const button = make("button", {
    type: "button", dataset: { testid: "export" }, on: { click: () => exportAs(formats.value, notes) },
  }, "Export");
  root.replaceChildren(
    make("h2", {}, "Export"),
    make("p", { className: "dim" }, "Your bouts of this video, as a file that another program reads."),
    make("div", { className: "exchange-row" }, formats, button),
    notes,
  );
}

async function exportAs(format, notes) {
  try {
    const file = await post("/api/export", { video: state.video, coder: state.coder, format });
    save(file.name, file.base64);
    const told = file.notes.length > 0 ? file.notes : ["Everything is in the file."];
    const items = told.map((note) => make("li", {}, note));
    notes.replaceChildren(make("li", { className: "exchange-file" }, file.name), ...items);
  } catch (error) {
    toast(error.message, "error");
  }
}

/** Let the browser save bytes as a file. */
function save(name, base64) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes]));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
