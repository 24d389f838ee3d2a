/** What is shown in place of the picture while there is none: reading a recording, and why it cannot be opened. */

import { go } from "./address.js";
import { make } from "./elements.js";
import { state, watch } from "./store.js";

/** Build the note inside `root`. */
export function mountStage(root) {
  const text = make("p");
  const bar = make("progress", { max: 1 });
  const back = make("button", { type: "button", on: { click: () => go(null) } }, "Back to the videos");
  const note = make("div", {
    className: "stage-note", hidden: true, dataset: { testid: "stage-note" },
  }, text, bar, back);
  root.append(note);
  watch(["reading", "openProblem"], () => {
    const reading = state.reading !== null;
    note.hidden = !reading && !state.openProblem;
    note.classList.toggle("late", reading && !state.openProblem);
    bar.hidden = !reading;
    bar.value = state.reading ?? 0;
    back.hidden = reading;
    text.textContent = state.openProblem || "Reading when each frame is shown. This is done once for a video.";
  });
}
