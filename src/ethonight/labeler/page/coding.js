/** The coder's work as the page knows it: read whole, then kept up to date by what changes did to it. */

import { get } from "./api.js";
import { BoutIndex } from "./bout_index.js";
import { state, update } from "./store.js";

/** Where the server has a coder's work on a video. */
export function pathOf(video, coder) {
  return `/api/coding/${encodeURIComponent(video)}/${encodeURIComponent(coder)}`;
}

/** Read a coder's work on a video and show it. */
export async function loadCoding(video, coder) {
  const path = pathOf(video, coder);
  showWork(path, await get(path));
}

/** Show work that was read whole, if it is still what the page is about. */
export function showWork(path, work) {
  if (path !== pathOf(state.video, state.coder)) {
    return;
  }
  const bouts = new BoutIndex(work.marks);
  const { version, opened, scored, undo, redo, saved, problem } = work;
  update({ bouts, version, opened, scored, undo, redo, saved, readonly: problem });
  forgetGone();
}

/**
 * Apply what a change did. One that is known already is passed over; where some are missing, or the file could not be
 * read until now, all is read again.
 */
export function take(path, delta) {
  if (path !== pathOf(state.video, state.coder) || !state.bouts) {
    return;
  }
  if (delta.version > state.version + 1 || state.readonly) {
    loadCoding(state.video, state.coder);
    return;
  }
  const { version, opened, undo, redo, saved } = delta;
  if (version < state.version) {
    return;
  }
  if (version === state.version) {
    update({ saved });
    return;
  }
  state.bouts.apply(delta.removed, delta.added);
  update({ version, opened, scored: delta.scored ?? state.scored, undo, redo, saved });
  forgetGone();
}

/** Take note of a change that the server tells of: from another tab, or from a program that wrote the file. */
export function heard(event) {
  take(pathOf(event.video, event.coder), event.delta);
}

function forgetGone() {
  const left = [...state.selected].filter((id) => state.bouts.get(id));
  if (left.length < state.selected.size) {
    update({ selected: new Set(left) });
  }
}
