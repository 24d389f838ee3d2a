/** The keys of the review: one for each answer. They are the review's only while it asks something. */

import { meant } from "./behaviour_keys.js";
import { addCommand } from "./commands.js";
import { back, end, isAsking, keep, reject, relabel, setEdge, skip } from "./review_session.js";
import { endAt } from "./ruler.js";
import { state } from "./store.js";

const GROUP = "Review";
let edge = "stop";

/** Add them behind all others, so that they come first while there is a review. */
export function addReviewCommands() {
  const command = (name, title, keys, run, when = isAsking) =>
    addCommand({ name: `review-${name}`, title, group: GROUP, keys, run, when });
  command("keep", "It is here, as shown", ["Enter"], keep);
  command("reject", "It is not here", ["Delete", "Backspace"], reject);
  command("skip", "Skip: ask again later", ["ArrowDown"], skip);
  command("back", "Take the last answer back", ["ArrowUp", "Ctrl+Z"], back, () => Boolean(state.review));
  command("start", "It begins at the playhead", ["["], () => move("first", state.frame));
  command("stop", "It ends at the playhead", ["]"], () => move("stop", endAt(state.frame, state.edges.length - 1)));
  command("nudge-back", "The edge touched last one frame back", [","], () => nudge(-1));
  command("nudge-on", "The edge touched last one frame on", ["."], () => nudge(1));
  command("end", "End the review", ["Escape"], end, () => Boolean(state.review));
  addRelabel();
}

/** The behaviours' own keys: they say what it is instead. */
function addRelabel() {
  const behaviours = () => state.ethogram?.behaviours ?? [];
  addCommand({
    name: "review-relabel", title: "It is this behaviour instead", group: GROUP, when: isAsking,
    get keys() {
      return behaviours().map(({ key }) => key.toUpperCase()).filter(Boolean);
    },
    run: (event) => {
      const found = meant(event, behaviours());
      if (found) {
        relabel(found.behaviour.label);
      }
    },
  });
}

function move(which, frame) {
  edge = which;
  setEdge(which, frame);
}

function nudge(frames) {
  setEdge(edge, state.review.here[edge] + frames);
}
