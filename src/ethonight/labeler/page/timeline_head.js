/** The top of the timeline: times, what was watched, and the playhead through all of it. */

import { clock, secondAt, ticks } from "./ruler.js";

export const RULER = 24;
const SCORED = 15;
export const HEAD = RULER + SCORED + 2;

/** @param {CanvasRenderingContext2D} ctx @param {import("./timeline_draw.js").Scene} scene */
export function drawHead(ctx, scene) {
  const { view, colours } = scene;
  ctx.fillStyle = colours.head;
  ctx.fillRect(0, 0, view.width, RULER);
  ctx.fillStyle = colours.lane;
  ctx.fillRect(0, RULER, view.width, SCORED);
  drawLoop(ctx, scene);
  drawTicks(ctx, scene);
  drawScored(ctx, scene);
  ctx.fillStyle = colours.line;
  ctx.fillRect(0, RULER, view.width, 1);
  ctx.fillRect(0, HEAD - 2, view.width, 1);
}

function drawTicks(ctx, scene) {
  for (const tick of ticks(scene.edges, scene.view)) {
    const x = Math.round(tick.x);
    ctx.fillStyle = tick.text ? scene.colours.dim : scene.colours.line;
    ctx.fillRect(x, RULER - (tick.text ? 9 : 5), 1, tick.text ? 9 : 5);
    if (tick.text) {
      ctx.fillText(tick.text, x + 4, RULER / 2 - 1);
    }
  }
}

function drawLoop(ctx, scene) {
  if (scene.loop) {
    const left = scene.view.x(scene.loop[0]);
    ctx.fillStyle = scene.colours.loop;
    ctx.fillRect(left, 0, scene.view.x(scene.loop[1]) - left, RULER);
  }
}

function drawScored(ctx, scene) {
  const { view, colours, preview } = scene;
  ctx.fillStyle = colours.scored;
  for (const [first, stop] of scene.scored) {
    if (stop > view.first && first < view.stop) {
      ctx.fillRect(view.x(first), RULER + 4, Math.max(view.x(stop) - view.x(first), 1), SCORED - 7);
    }
  }
  if (preview?.scored !== undefined) {
    ctx.fillStyle = preview.scored ? colours.scored : colours.accent;
    ctx.globalAlpha = 0.6;
    ctx.fillRect(view.x(preview.first), RULER + 2, view.x(preview.stop) - view.x(preview.first), SCORED - 3);
    ctx.globalAlpha = 1;
  }
}

/** The frame that is drawn, and the time under the pointer. */
export function drawPlayhead(ctx, scene) {
  const { view, colours } = scene;
  if (scene.hover !== null) {
    drawHover(ctx, scene);
  }
  const x = view.x(scene.frame);
  if (view.pixelsPerFrame >= 4) {
    ctx.fillStyle = colours.playheadFrame;
    ctx.fillRect(x, RULER, view.pixelsPerFrame, scene.height - RULER);
  }
  ctx.fillStyle = colours.playhead;
  ctx.fillRect(Math.round(x) - 0.75, RULER - 6, 1.5, scene.height - RULER + 6);
  ctx.beginPath();
  ctx.moveTo(x - 6, RULER - 12);
  ctx.lineTo(x + 6, RULER - 12);
  ctx.lineTo(x + 6, RULER - 6);
  ctx.lineTo(x, RULER + 1);
  ctx.lineTo(x - 6, RULER - 6);
  ctx.closePath();
  ctx.fill();
}

function drawHover(ctx, scene) {
  const { view, colours, hover } = scene;
  ctx.fillStyle = colours.hover;
  ctx.fillRect(Math.round(hover), RULER, 1, scene.height - RULER);
  const frame = Math.min(Math.max(Math.floor(view.at(hover)), 0), view.total - 1);
  const text = `${clock(secondAt(scene.edges, frame))}  ·  ${frame}`;
  const wide = ctx.measureText(text).width + 12;
  const left = Math.min(Math.max(hover - wide / 2, 2), view.width - wide - 2);
  ctx.fillStyle = colours.ink;
  ctx.beginPath();
  ctx.roundRect(left, 2, wide, RULER - 6, 4);
  ctx.fill();
  ctx.fillStyle = colours.paper;
  ctx.fillText(text, left + 6, RULER / 2);
}
