/** Buttons beside the overview: zoom, and which other sources are shown. */

import { openMenu } from "./menu.js";
import { offered, show } from "./sources.js";
import { state, update, watch } from "./store.js";

const STEP = 1.6;

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} corner  above the names of the lanes
 * @param {{view: import("./timeline_view.js").TimelineView, changed: () => void}} timeline
 */
export function addTools(root, corner, timeline) {
  const { view } = timeline;
  const zoom = (change) => () => {
    change();
    timeline.changed();
  };
  const subjects = button("Chosen subject only", "Show only the rows of the chosen subject", toggleOnly);
  const compare = button("Compare ▾", "Show other coders and models beside your bouts", () => openSources(compare));
  compare.dataset.testid = "compare";
  root.append(
    button("−", "Zoom out", zoom(() => view.zoom(STEP, state.frame + 0.5))),
    button("+", "Zoom in", zoom(() => view.zoom(1 / STEP, state.frame + 0.5))),
    button("All", "Show the whole recording", zoom(() => view.show(0, view.total))),
    compare,
  );
  corner.prepend(subjects);
  watch(["ethogram", "onlySubject", "subject"], () => {
    subjects.hidden = (state.ethogram?.subjects ?? []).length === 0;
    subjects.ariaPressed = String(Boolean(state.onlySubject));
  });
}

function toggleOnly() {
  update({ onlySubject: !state.onlySubject });
}

function openSources(anchor) {
  const box = anchor.getBoundingClientRect();
  const sources = offered();
  const entry = (source) => {
    const on = state.sources.has(source.name);
    return { label: `${on ? "✓ " : " "}${source.name}`, run: () => show(source, !on) };
  };
  const part = (heading, kind) => {
    const own = sources.filter((source) => source.kind === kind);
    return own.length > 0 ? [{ heading }, ...own.map(entry)] : [];
  };
  const items = [...part("Other coders", "coder"), ...part("Models", "model")];
  openMenu(box.left, box.bottom + 4, items.length > 0 ? items : [{ heading: NOTHING }]);
}

const NOTHING = "No other coder has scored this video yet, and no model has predicted it.";

function button(text, title, run) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.title = title;
  element.addEventListener("click", run);
  return element;
}
