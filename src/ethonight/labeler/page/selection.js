/** Which bouts are selected, and which of their edges was touched last. */

import { firstAt } from "./bout_index.js";
import { state, update } from "./store.js";

/** Select these bouts. `edge`, "first" or "stop", is the one that is nudged. */
export function select(ids, edge = null) {
  update({ selected: new Set(ids), edge });
}

/** Take a bout into the selection, or out of it. */
export function selectAlso(id) {
  const selected = new Set(state.selected);
  if (!selected.delete(id)) {
    selected.add(id);
  }
  update({ selected, edge: null });
}

/** The selected bouts, in order of time. */
function selectedBouts() {
  const bouts = [...state.selected].map((id) => state.bouts.get(id)).filter((bout) => bout !== undefined);
  return bouts.sort((one, other) => one.first - other.first);
}

/** The one bout that is selected; null for none or several. */
export function selectedBout() {
  const bouts = selectedBouts();
  return bouts.length === 1 ? bouts[0] : null;
}

/** The bout before (-1) or behind (+1) the selected one, or the playhead; of the chosen subject, if there is one. */
export function neighbour(direction) {
  const marks = state.bouts.inOrder().filter((mark) => !state.subject || mark.subject === state.subject);
  const chosen = selectedBout();
  const at = chosen ? marks.indexOf(chosen) : -1;
  if (at >= 0) {
    return marks[at + direction] ?? null;
  }
  return marks[direction > 0 ? firstAt(marks, state.frame) : firstAt(marks, state.frame) - 1] ?? null;
}
