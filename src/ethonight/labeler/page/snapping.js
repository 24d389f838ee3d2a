/** Where a dragged edge comes to rest: on a frame; close by, on the playhead or the edge of another bout. */

const REACH = 6;

/**
 * The frame edge that x means.
 * @param {import("./timeline_draw.js").Scene} scene
 * @param {number[]} also  frames that attract too, like the playhead where the drag began
 * @param {number|null} except  the bout that is dragged
 */
export function snapped(scene, x, also, except) {
  const frame = Math.min(Math.max(Math.round(scene.view.at(x)), 0), scene.view.total);
  let best = frame;
  let least = REACH;
  for (const candidate of [...also, ...edgesNear(scene, x, except)]) {
    const distance = Math.abs(scene.view.x(candidate) - x);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function edgesNear(scene, x, except) {
  const [first, stop] = [scene.view.at(x - REACH), scene.view.at(x + REACH) + 1];
  const marks = scene.lanes.flatMap((lane) => scene.bouts.within(lane.label, lane.subject, first - 1, stop));
  return marks.filter((mark) => mark.id !== except).flatMap((mark) => [mark.first, mark.stop]);
}
