/** Bouts as bars and events as diamonds, on a canvas. Bars too narrow to be told apart are drawn as a density. */

import { isPoint } from "./bout_index.js";
import { Density } from "./density.js";

const NARROW = 2.5;
const ROUND = 3;
const ROOM_FOR_TEXT = 46;

/**
 * Draw the marks of one lane.
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./bout_index.js").Mark[]} marks  sorted by time
 * @param {{view: import("./timeline_view.js").TimelineView, top: number, height: number, colour: string,
 *   ink: string, selected: Set<number>, hidden: number|null, quiet: boolean}} row  `hidden`: the mark that is being
 *   dragged; `quiet`: without text and selection, for sources beside the person's own
 */
export function drawBars(ctx, marks, row) {
  const narrow = new Density(row.view.width);
  const above = [];
  for (const mark of marks) {
    if (mark.id === row.hidden) {
      continue;
    }
    const left = row.view.x(mark.first);
    const right = row.view.x(mark.stop);
    const chosen = !row.quiet && row.selected.has(mark.id);
    if (isPoint(mark) || chosen) {
      above.push(mark);
    } else if (right - left < NARROW) {
      narrow.add(left, right);
    } else {
      drawBar(ctx, row, left, right, row.quiet ? "" : mark.comment, false);
    }
  }
  narrow.draw(ctx, row);
  drawAbove(ctx, above, row);
}

/** One bar from `left` to `right`, in pixels. `text` is written into it where there is room. */
export function drawBar(ctx, row, left, right, text, chosen) {
  const from = Math.max(left, -8);
  const width = Math.max(Math.min(right, row.view.width + 8) - from, 1);
  ctx.fillStyle = row.colour;
  ctx.beginPath();
  ctx.roundRect(from, row.top, width, row.height, Math.min(ROUND, width / 3));
  ctx.fill();
  if (width > 6 && !row.quiet) {
    ctx.strokeStyle = "rgba(0, 0, 0, 0.28)";
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  if (chosen) {
    outline(ctx, row, from, width);
  }
  if (text && width > ROOM_FOR_TEXT) {
    write(ctx, row, text, Math.max(from, 0), Math.min(from + width, row.view.width));
  } else if (text) {
    note(ctx, row, from + width);
  }
}

/** An event in the middle of its frame. */
export function drawPoint(ctx, row, frame, chosen) {
  const x = row.view.x(frame + 0.5);
  const middle = row.top + row.height / 2;
  const reach = Math.min(row.height / 2, 7);
  ctx.beginPath();
  ctx.moveTo(x, middle - reach);
  ctx.lineTo(x + reach * 0.8, middle);
  ctx.lineTo(x, middle + reach);
  ctx.lineTo(x - reach * 0.8, middle);
  ctx.closePath();
  ctx.fillStyle = row.colour;
  ctx.fill();
  ctx.lineWidth = chosen ? 2 : 1;
  ctx.strokeStyle = chosen ? row.ink : "rgba(0, 0, 0, 0.35)";
  ctx.stroke();
}

/** White or nearly black, whichever is easier to read on `colour` (#rrggbb). */
function textOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2 > 0.2 ? "#14181f" : "#ffffff";
}

function drawAbove(ctx, marks, row) {
  let last = -1;
  for (const mark of marks) {
    const chosen = !row.quiet && row.selected.has(mark.id);
    if (!isPoint(mark)) {
      const left = row.view.x(mark.first);
      drawBar(ctx, row, left, Math.max(row.view.x(mark.stop), left + NARROW), row.quiet ? "" : mark.comment, true);
      continue;
    }
    const x = Math.round(row.view.x(mark.first));
    if (chosen || x !== last) {
      drawPoint(ctx, row, mark.first, chosen);
    }
    last = x;
  }
}

function outline(ctx, row, left, width) {
  ctx.strokeStyle = row.ink;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.roundRect(left, row.top - 1, width, row.height + 2, ROUND);
  ctx.stroke();
  if (width < 24) {
    return;
  }
  ctx.fillStyle = textOn(row.colour);
  for (const x of [left + 4, left + width - 6]) {
    ctx.fillRect(x, row.top + row.height / 2 - 4, 2, 8);
  }
}

function write(ctx, row, text, left, right) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, row.top, right - left - 4, row.height);
  ctx.clip();
  ctx.fillStyle = textOn(row.colour);
  ctx.fillText(text, left + 9, row.top + row.height / 2 + 0.5);
  ctx.restore();
}

function note(ctx, row, right) {
  ctx.fillStyle = row.ink;
  ctx.beginPath();
  ctx.moveTo(right - 5, row.top);
  ctx.lineTo(right, row.top);
  ctx.lineTo(right, row.top + 5);
  ctx.fill();
}
