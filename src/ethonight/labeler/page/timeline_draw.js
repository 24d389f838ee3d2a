/** The picture of the timeline, drawn in one pass: only what is in sight. */

import { laneKey } from "./bout_index.js";
import { drawRibbon } from "./ribbons.js";
import { ticks } from "./ruler.js";
import { drawBar, drawBars, drawPoint } from "./timeline_bars.js";
import { drawHead, drawPlayhead, HEAD } from "./timeline_head.js";

/**
 * @typedef {{view: import("./timeline_view.js").TimelineView, height: number, scroll: number,
 *   lanes: import("./timeline_lanes.js").Lane[], edges: Float64Array, bouts: import("./bout_index.js").BoutIndex,
 *   sources: Map<string, {bouts: import("./bout_index.js").BoutIndex}>, ribbons: Map<string, object>,
 *   opened: object[], scored: [number, number, string][], frame: number, selected: Set<number>,
 *   preview: object|null, hover: number|null, loop: [number, number]|null, colours: Record<string, string>}} Scene
 * `hover` is the x of the pointer; `scroll` says how far the lanes are scrolled; both in CSS pixels.
 */

/** @param {CanvasRenderingContext2D} ctx  in CSS pixels @param {Scene} scene */
export function drawTimeline(ctx, scene) {
  ctx.fillStyle = scene.colours.paper;
  ctx.fillRect(0, 0, scene.view.width, scene.height);
  ctx.font = scene.colours.font;
  ctx.textBaseline = "middle";
  clipped(ctx, scene, HEAD, () => drawLanes(ctx, scene));
  drawHead(ctx, scene);
  drawPlayhead(ctx, scene);
}

/** The frames [first, stop) that an open bout has until now. */
function spanOfOpen(opened, frame) {
  const [first, stop] = opened.first <= frame ? [opened.first, frame] : [frame, opened.first];
  return [first, Math.max(stop, first + 1)];
}

function clipped(ctx, scene, top, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, top, scene.view.width, scene.height - top);
  ctx.clip();
  draw();
  ctx.restore();
}

function drawLanes(ctx, scene) {
  const placed = scene.lanes.map((lane) => ({ lane, top: HEAD + lane.top - scene.scroll }));
  const visible = placed.filter(({ lane, top }) => top + lane.height > HEAD && top < scene.height);
  for (const { lane, top } of visible) {
    drawGround(ctx, scene, lane, top);
  }
  drawGrid(ctx, scene);
  for (const { lane, top } of visible) {
    drawLane(ctx, scene, lane, top);
  }
}

function drawGround(ctx, { view, colours }, lane, top) {
  ctx.fillStyle = colours.lane;
  ctx.fillRect(0, top, view.width, lane.bar);
  ctx.fillStyle = colours.thin;
  for (const thin of lane.thin) {
    ctx.fillRect(0, top - lane.top + thin.top, view.width, thin.height);
  }
}

function drawGrid(ctx, scene) {
  const { view, colours } = scene;
  ctx.fillStyle = colours.grid;
  for (const tick of ticks(scene.edges, view)) {
    if (tick.text) {
      ctx.fillRect(Math.round(tick.x), HEAD, 1, scene.height - HEAD);
    }
  }
  if (view.pixelsPerFrame < 9) {
    return;
  }
  for (let frame = Math.ceil(view.first); frame <= view.stop; frame += 1) {
    ctx.fillRect(Math.round(view.x(frame)), HEAD, 1, scene.height - HEAD);
  }
}

function drawLane(ctx, scene, lane, top) {
  const { view, colours } = scene;
  const row = {
    view, top, height: lane.bar, colour: lane.colour, ink: colours.ink, selected: scene.selected,
    hidden: scene.preview?.id ?? null, quiet: false,
  };
  const ribbon = scene.ribbons.get(laneKey(lane.label, lane.subject));
  if (ribbon) {
    drawRibbon(ctx, ribbon, row, "area");
  }
  const inset = { ...row, top: top + 2, height: lane.bar - 4 };
  drawBars(ctx, scene.bouts.within(lane.label, lane.subject, view.first, view.stop), inset);
  drawOpen(ctx, scene, lane, inset);
  drawPreview(ctx, scene, lane, inset);
  if (ribbon) {
    drawRibbon(ctx, ribbon, row, "line");
  }
  drawThin(ctx, scene, lane, top - lane.top);
  shadeUnscored(ctx, scene, lane, top);
}

function drawThin(ctx, scene, lane, offset) {
  for (const thin of lane.thin) {
    const bouts = scene.sources.get(thin.name)?.bouts;
    const row = {
      view: scene.view, top: offset + thin.top, height: thin.height, colour: lane.colour, ink: scene.colours.ink,
      selected: scene.selected, hidden: null, quiet: true,
    };
    if (bouts) {
      const inset = { ...row, top: row.top + 2, height: row.height - 4 };
      drawBars(ctx, bouts.within(lane.label, lane.subject, scene.view.first, scene.view.stop), inset);
    }
  }
}

function drawOpen(ctx, scene, lane, row) {
  const open = scene.opened.find((one) => one.label === lane.label && one.subject === lane.subject);
  if (!open) {
    return;
  }
  const [first, stop] = spanOfOpen(open, scene.frame);
  const left = scene.view.x(first);
  const width = Math.max(scene.view.x(stop) - left, 3);
  ctx.fillStyle = row.colour;
  ctx.globalAlpha = 0.45;
  ctx.fillRect(left, row.top, width, row.height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = row.colour;
  ctx.lineWidth = 2;
  ctx.setLineDash([5, 3]);
  ctx.strokeRect(left, row.top, width, row.height);
  ctx.setLineDash([]);
  ctx.fillRect(scene.view.x(open.first) - (open.first <= scene.frame ? 0 : 3), row.top - 2, 3, row.height + 4);
}

function drawPreview(ctx, scene, lane, row) {
  const { preview, view, colours } = scene;
  if (!preview || preview.label !== lane.label || preview.subject !== lane.subject) {
    return;
  }
  if (preview.stop === preview.first) {
    drawPoint(ctx, row, preview.first, true);
    return;
  }
  const [left, right] = [view.x(preview.first), view.x(preview.stop)];
  ctx.globalAlpha = 0.85;
  drawBar(ctx, { ...row, quiet: true }, left, right, "", true);
  ctx.globalAlpha = 1;
  ctx.fillStyle = colours.ink;
  ctx.fillRect(left - 0.5, HEAD, 1, scene.height - HEAD);
  ctx.fillRect(right - 0.5, HEAD, 1, scene.height - HEAD);
}

/** What was not watched, in the lane of one subject; nothing where no stretch is marked, for then all was. */
function shadeUnscored(ctx, scene, lane, top) {
  if (scene.scored.length === 0) {
    return;
  }
  ctx.fillStyle = scene.colours.unscored;
  let from = scene.view.first;
  for (const [first, stop, subject] of scene.scored) {
    if (subject === "" || subject === lane.subject) {
      shade(ctx, scene, from, Math.min(first, scene.view.stop), lane, top);
      from = Math.max(from, stop);
    }
  }
  shade(ctx, scene, from, scene.view.stop, lane, top);
}

function shade(ctx, { view }, first, stop, lane, top) {
  if (stop > first) {
    const left = view.x(first);
    ctx.fillRect(left, top, view.x(stop) - left, lane.height);
  }
}
