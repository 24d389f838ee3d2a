/** What the coder can do to bouts from the keyboard, beside the keys of behaviours. */

import { isPoint } from "./bout_index.js";
import { addCommand } from "./commands.js";
import { editComment } from "./comment.js";
import { toast } from "./dialogs.js";
import { change, redo, undo } from "./marking.js";
import { play, seek, setLoop } from "./player.js";
import { endAt } from "./ruler.js";
import { neighbour, select, selectedBout } from "./selection.js";
import { state } from "./store.js";

const ONE = { when: () => selectedBout() !== null };
const ANY = { when: () => state.selected.size > 0 };
const SEVERAL = { when: () => state.selected.size > 1 };
const HELD = { repeat: true };
const BEHIND = "This frame lies behind the selected bout. Select the bout that is meant, or move its end first.";
const BEFORE = "This frame lies before the selected bout. Select the bout that is meant, or move its start first.";

export function addMarkingCommands() {
  command("undo", "Undo", ["Ctrl+Z"], undo);
  command("redo", "Redo", ["Ctrl+Y", "Ctrl+Shift+Z"], redo);
  command("previous-bout", "Previous bout", ["ArrowUp"], () => goTo(neighbour(-1)), HELD);
  command("next-bout", "Next bout", ["ArrowDown"], () => goTo(neighbour(1)), HELD);
  command("loop-bout", "Loop the selected bout", ["Ctrl+Shift+L"], () => loopBout(selectedBout()), ONE);
  command("start-here", "Let the bout start at this frame", ["[", "Shift+Home"], () => setEdge("first"), ONE);
  command("end-here", "Let the bout end before this frame; at the last one, with it", ["]", "Shift+End"], () => setEdge("stop"), ONE);
  command("nudge-back", "Last touched edge one frame back", [","], () => nudge(-1), { ...ONE, ...HELD });
  command("nudge-on", "Last touched edge one frame on", ["."], () => nudge(1), { ...ONE, ...HELD });
  command("split", "Split the bout at this frame", ["Ctrl+B"], splitHere, ONE);
  command("merge", "Merge the selected bouts", ["Ctrl+M"], mergeSelected, SEVERAL);
  command("delete", "Delete the selected bouts", ["Delete", "Backspace"], deleteSelected, ANY);
  command("comment", "Write a comment", ["Enter"], () => editComment(selectedBout()), ONE);
  command("forget", "Forget open bouts; else select nothing", ["Escape"], forget, {
    when: () => state.opened.length > 0 || state.selected.size > 0,
  });
  command("scored-until-here", "Scored up to this frame", ["Ctrl+Enter"], scoreUntilHere);
  command("scored-all", "The whole video is scored", ["Ctrl+Shift+Enter"], scoreAll);
}

function command(name, title, keys, run, more = {}) {
  addCommand({ name, title, group: "Bouts", keys, run, ...more });
}

/** Play a bout again and again. */
export function loopBout(bout) {
  setLoop(bout.first, Math.max(bout.stop, bout.first + 1));
  seek(bout.first);
  play();
}

/** Select a bout and show its first frame. */
export function goTo(bout) {
  if (bout) {
    select([bout.id]);
    seek(bout.first);
  }
}

/** Mark the frames [first, stop) as watched completely, or as not. */
export function score(first, stop, on) {
  return change({ do: "score", first, stop, subject: "", on });
}

export function deleteSelected() {
  return change({ do: "delete", ids: [...state.selected] });
}

export async function mergeSelected() {
  const delta = await change({ do: "merge", ids: [...state.selected] });
  select((delta?.added ?? []).map((mark) => mark.id));
}

/** Split a bout so that its second part begins at the frame that is shown. */
function splitHere() {
  return change({ do: "split", id: selectedBout().id, frame: state.frame });
}

function setEdge(edge) {
  const bout = selectedBout();
  if (!isPoint(bout) && (edge === "first" ? state.frame >= bout.stop : state.frame <= bout.first)) {
    toast(edge === "first" ? BEHIND : BEFORE, "error");
    return null;
  }
  select([bout.id], edge);
  return change(movedEdge(bout, edge, edge === "stop" ? endAt(state.frame, state.edges.length - 1) : state.frame));
}

function nudge(frames) {
  const { id } = selectedBout();
  const edge = state.edge ?? "stop";
  return change(() => {
    const bout = state.bouts.get(id);
    const moved = bout && movedEdge(bout, edge, (isPoint(bout) ? bout.first : bout[edge]) + frames);
    if (moved && !state.playing) {
      seek(edge === "stop" ? Math.min(moved.stop, state.edges.length - 2) : moved.first);
    }
    return moved;
  });
}

function movedEdge(bout, edge, frame) {
  const last = state.edges.length - 1;
  const as = { do: "move", id: bout.id, first: bout.first, stop: bout.stop };
  if (isPoint(bout)) {
    const only = Math.min(Math.max(frame, 0), last - 1);
    return { ...as, first: only, stop: only };
  }
  return edge === "first"
    ? { ...as, first: Math.min(Math.max(frame, 0), bout.stop - 1) }
    : { ...as, stop: Math.max(Math.min(frame, last), bout.first + 1) };
}

/** Mark the whole video as watched completely. */
export function scoreAll() {
  return score(0, state.edges.length - 1, true);
}

function scoreUntilHere() {
  const before = state.scored.filter(([first]) => first <= state.frame).map(([, stop]) => stop);
  const from = Math.max(0, ...before);
  return from <= state.frame ? score(from, state.frame + 1, true) : null;
}

function forget() {
  for (const { label, subject } of state.opened) {
    change({ do: "cancel", label, subject });
  }
  if (state.opened.length === 0) {
    select([]);
  }
}
