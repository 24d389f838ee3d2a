/**
 * What a drag on the timeline would give: the bout or stretch as it would be. `look` is the frame to be looked at
 * meanwhile. A drag holds `hit`, `kind`, `grab` (the place where it began, a real number of frames) and `playhead`.
 */

import { isPoint } from "./bout_index.js";
import { snapped } from "./snapping.js";

/** The preview of a drag whose pointer is at x. `freely`: frames attract, nothing else does. */
export function previewOf(scene, drag, x, freely) {
  const at = (place, except) => (freely ? framed(scene, place) : snapped(scene, place, [drag.playhead], except));
  return PREVIEWS[drag.kind](scene, drag, x, at);
}

const PREVIEWS = {
  first(scene, { hit: { mark } }, x, at) {
    const first = Math.min(at(x, mark.id), mark.stop - 1);
    return { ...mark, first, look: first };
  },

  stop(scene, { hit: { mark } }, x, at) {
    const stop = Math.max(at(x, mark.id), mark.first + 1);
    return { ...mark, stop, look: stop };
  },

  body(scene, { hit: { mark }, grab }, x, at) {
    const left = scene.view.x(mark.first + scene.view.at(x) - grab);
    const long = mark.stop - mark.first;
    const first = Math.min(at(left, mark.id), scene.view.total - Math.max(long, 1));
    return { ...mark, first, stop: first + long, look: first };
  },

  create(scene, drag, x, at) {
    const { label, subject, point } = drag.hit.lane;
    if (point) {
      const first = Math.min(Math.max(Math.floor(scene.view.at(x)), 0), scene.view.total - 1);
      return { id: null, label, subject, first, stop: first, look: first };
    }
    return { id: null, label, subject, ...stretch(scene, drag, x, at) };
  },

  score(scene, drag, x, at) {
    return { id: null, scored: drag.on, ...stretch(scene, drag, x, at) };
  },
};

function stretch(scene, drag, x, at) {
  const from = at(scene.view.x(drag.grab), null);
  const to = at(x, null);
  const first = Math.min(from, to, scene.view.total - 1);
  return { first, stop: Math.max(from, to, first + 1), look: to };
}

function framed(scene, x) {
  return Math.min(Math.max(Math.round(scene.view.at(x)), 0), scene.view.total);
}

/** What a drag that begins here is about. */
export function kindOf(event, hit, readonly) {
  if (event.button === 1) {
    return "pan";
  }
  if (hit.zone === "ruler" || hit.zone === "nothing" || readonly || hit.source !== null) {
    return "scrub";
  }
  if (hit.zone === "scored") {
    return "score";
  }
  if (!hit.mark) {
    return "create";
  }
  return isPoint(hit.mark) ? "body" : hit.part;
}
