/** The keys that zoom the timeline. */

import { addCommand } from "./commands.js";
import { state } from "./store.js";

const STEP = 1.6;

/** @param {{view: import("./timeline_view.js").TimelineView, changed: () => void}} timeline */
export function addZoomCommands(timeline) {
  const group = "Timeline";
  const command = (name, title, keys, zoom) => {
    const run = () => {
      zoom();
      timeline.changed();
    };
    addCommand({ name, title, group, keys, run, when: () => state.edges !== null, repeat: true });
  };
  const { view } = timeline;
  command("zoom-in", "Zoom in", ["+", "="], () => view.zoom(1 / STEP, state.frame + 0.5));
  command("zoom-out", "Zoom out", ["-"], () => view.zoom(STEP, state.frame + 0.5));
  command("zoom-all", "Show the whole recording", ["Ctrl+0"], () => view.show(0, view.total));
}
