/** The keys of the behaviours: one begins a bout and ends it again, playing or stopped; with Shift it relabels. */

import { change } from "./marking.js";
import { select } from "./selection.js";
import { state } from "./store.js";

/**
 * Begin or end a bout of a behaviour at the frame that is drawn; mark an event there. For the chosen subject. What was
 * marked is selected, so that its end can be nudged.
 */
export async function mark(behaviour) {
  const { label, kind } = behaviour;
  const { frame, subject } = state;
  const point = kind === "point";
  const body = point ? { do: "add", first: frame, stop: frame } : { do: "toggle", frame };
  const delta = await change({ ...body, label, subject });
  const made = delta?.added.filter((one) => one.label === label && one.subject === subject) ?? [];
  if (made.length > 0) {
    select([made[0].id], "stop");
  }
}

/**
 * The behaviour that a key press means, and whether the selected bouts are to become it: Shift with a letter, unless
 * the capital is a key of its own.
 */
export function meant(event, behaviours) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  const of = (key) => behaviours.find((behaviour) => behaviour.key === key);
  const shifted = event.shiftKey && /^\p{L}$/u.test(event.key);
  const exact = of(shifted ? event.key.toUpperCase() : event.key);
  const behaviour = exact ?? of(event.key.toLowerCase());
  return behaviour ? { behaviour, relabel: shifted && !exact } : null;
}

/** Act on a key press; returns whether it was a behaviour's. A key that is held down acts once. */
export function pressed(event) {
  const found = state.coder ? meant(event, state.ethogram?.behaviours ?? []) : null;
  if (!found) {
    return false;
  }
  event.preventDefault();
  if (event.repeat) {
    return true;
  }
  if (!found.relabel) {
    mark(found.behaviour);
  } else if (state.selected.size > 0) {
    change({ do: "relabel", ids: [...state.selected], label: found.behaviour.label });
  } else if (state.loop) {
    const [first, stop] = state.loop;
    change({ do: "add", label: found.behaviour.label, subject: state.subject, first, stop });
  }
  return true;
}
