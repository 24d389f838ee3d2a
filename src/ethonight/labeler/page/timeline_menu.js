/** The menu of the timeline: what can be done with the bout, the lane or the stretch under the pointer. */

import { editComment } from "./comment.js";
import { change } from "./marking.js";
import { deleteSelected, loopBout, mergeSelected, score, scoreAll } from "./marking_commands.js";
import { openMenu } from "./menu.js";
import { select } from "./selection.js";
import { state } from "./store.js";

/**
 * @param {MouseEvent} event
 * @param {import("./timeline_hit.js").Hit} hit
 * @param {number} frame  the one under the pointer
 * @param {{show: (first: number, stop: number) => void}} timeline
 */
export function openTimelineMenu(event, hit, frame, timeline) {
  if (hit.mark && hit.source === null && !state.selected.has(hit.mark.id)) {
    select([hit.mark.id]);
  }
  const items = hit.zone === "scored" ? scoredItems(frame) : hit.mark ? boutItems(hit, frame) : laneItems(hit, frame);
  openMenu(event.clientX, event.clientY, [...items, ...viewItems(hit, timeline)]);
}

function boutItems({ mark, source }, frame) {
  if (source !== null) {
    const { label, subject, first, stop } = mark;
    return [
      { heading: `${label}, ${source}` },
      { label: "Take over into my bouts", run: () => change({ do: "add", label, subject, first, stop }) },
      { label: "Loop", run: () => loopBout(mark) },
    ];
  }
  const inside = frame > mark.first && frame < mark.stop;
  const ids = [...state.selected];
  const several = ids.length > 1;
  return [
    { heading: several ? `${ids.length} bouts` : mark.label },
    { label: "Split here", keys: "Ctrl+B", run: () => change({ do: "split", id: mark.id, frame }), disabled: !inside },
    { label: "Merge", keys: "Ctrl+M", run: mergeSelected, disabled: !several },
    { label: "Comment…", keys: "Enter", run: () => editComment(mark), disabled: several },
    { label: "Loop", keys: "Ctrl+Shift+L", run: () => loopBout(mark), disabled: several },
    { label: several ? "Delete all" : "Delete", keys: "Delete", run: deleteSelected },
    ...relabelItems(ids, mark),
    ...subjectItems(ids, mark),
  ];
}

function relabelItems(ids, mark) {
  const others = state.ethogram.behaviours.filter((behaviour) => behaviour.label !== mark.label);
  if (others.length === 0) {
    return [];
  }
  return [
    { heading: "Relabel as" },
    ...others.map(({ label, colour, key }) => ({
      label, colour, keys: key ? `Shift+${key}` : "", run: () => change({ do: "relabel", ids, label }),
    })),
  ];
}

function subjectItems(ids, mark) {
  const names = state.ethogram.subjects;
  if (names.length === 0) {
    return [];
  }
  const item = (label, subject) => ({
    label, run: () => change({ do: "assign", ids, subject }), disabled: subject === mark.subject && ids.length === 1,
  });
  return [{ heading: "Belongs to" }, ...names.map((name) => item(name, name)), item("nobody in particular", "")];
}

function laneItems({ lane, source }, frame) {
  if (!lane || source !== null) {
    return [];
  }
  const { label, subject } = lane;
  const item = (text, body) => ({ label: text, run: () => change({ ...body, label, subject }) });
  if (lane.point) {
    return [item(`Mark ${label} here`, { do: "add", first: frame, stop: frame })];
  }
  if (!state.opened.some((one) => one.label === label && one.subject === subject)) {
    return [item(`Begin ${label} here`, { do: "toggle", frame })];
  }
  return [item(`End ${label} here`, { do: "toggle", frame }), item("Forget the open bout", { do: "cancel" })];
}

function scoredItems(frame) {
  const here = state.scored.find(([first, stop]) => frame >= first && frame < stop);
  return [
    { heading: "Time that was watched completely" },
    { label: "Up to here", keys: "Ctrl+Enter", run: () => score(0, frame + 1, true) },
    { label: "The whole video", keys: "Ctrl+Shift+Enter", run: scoreAll },
    { label: "Not this stretch", run: () => score(here[0], here[1], false), disabled: !here },
  ];
}

function viewItems({ mark }, timeline) {
  const wide = mark ? Math.max(mark.stop - mark.first, 8) : 0;
  return [
    { heading: "View" },
    ...(mark ? [{ label: "Zoom to this bout", run: () => timeline.show(mark.first - wide, mark.stop + wide) }] : []),
    { label: "Show everything", keys: "Ctrl+0", run: () => timeline.show(0, state.edges.length - 1) },
  ];
}
