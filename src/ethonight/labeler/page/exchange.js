/** The panel "Import/Export": bouts from other programs' files, and files for other programs. */

import { make } from "./elements.js";
import { exportSection } from "./export_section.js";
import { ImportSection } from "./import_section.js";
import { addPanel } from "./panels.js";

/** Add the panel to the page. */
export function addExchangePanel() {
  addPanel({ name: "exchange", title: "Import/Export", render });
}

function render(root) {
  const arriving = make("section", { className: "exchange-part" });
  const leaving = make("section", { className: "exchange-part" });
  root.classList.add("exchange-panel");
  root.replaceChildren(arriving, leaving);
  new ImportSection(arriving);
  exportSection(leaving);
}
