/** What of the timeline lies under the pointer. */

import { isPoint } from "./bout_index.js";
import { HEAD, RULER } from "./timeline_head.js";
import { laneAt } from "./timeline_lanes.js";

const REACH = 6;
const POINT_REACH = 8;

/**
 * @typedef {{zone: "ruler"|"scored"|"lane"|"nothing", lane: object|null, source: string|null, mark: object|null,
 *   part: "first"|"stop"|"body"|null}} Hit
 * `source` names the other coder or model in whose thin row the pointer is; null in the person's own.
 */

/** @param {import("./timeline_draw.js").Scene} scene @returns {Hit} */
export function hitAt(scene, x, y) {
  const nothing = { zone: "nothing", lane: null, source: null, mark: null, part: null };
  if (y < RULER) {
    return { ...nothing, zone: "ruler" };
  }
  if (y < HEAD) {
    return { ...nothing, zone: "scored" };
  }
  const inside = y - HEAD + scene.scroll;
  const lane = laneAt(scene.lanes, inside);
  if (!lane) {
    return nothing;
  }
  const thin = lane.thin.find((row) => inside >= row.top);
  const bouts = thin ? scene.sources.get(thin.name)?.bouts : scene.bouts;
  const [first, stop] = [scene.view.at(x - POINT_REACH) - 1, scene.view.at(x + POINT_REACH) + 1];
  const near = bouts?.within(lane.label, lane.subject, first, stop) ?? [];
  return { ...nothing, zone: "lane", lane, source: thin?.name ?? null, ...nearest(scene, near, x) };
}

function nearest(scene, marks, x) {
  let best = { mark: null, part: null };
  let least = Infinity;
  for (const mark of marks) {
    const { part, distance } = reach(scene, mark, x);
    if (part && distance < least) {
      best = { mark, part };
      least = distance;
    }
  }
  return best;
}

function reach({ view, selected }, mark, x) {
  if (isPoint(mark)) {
    const distance = Math.abs(view.x(mark.first + 0.5) - x);
    return { part: distance <= POINT_REACH ? "body" : null, distance: distance / 4 };
  }
  const [left, right] = [view.x(mark.first), view.x(mark.stop)];
  const inner = Math.min(REACH, (right - left) / (selected.has(mark.id) ? 3 : 4));
  const outside = Math.max(left - x, x - right, 0);
  if (outside > REACH - 2) {
    return { part: null, distance: Infinity };
  }
  const part = x - left < inner ? "first" : right - x < inner ? "stop" : "body";
  return { part, distance: outside };
}
