/** A model's scores along the lanes: fetched for what is in sight, a little after it came to rest, and drawn. */

import { get } from "./api.js";
import { laneKey } from "./bout_index.js";

const REST = 120;
const BIN = 2;
const LEAST = 0.03;

export class Ribbons {
  /** By `laneKey`: {first, stop, max}; `max` 0 to 1, null where out of sight. */
  byLane = new Map();
  #timer = 0;
  #asked = "";
  #turn = 0;

  /** @param {() => void} onArrival */
  constructor(onArrival) {
    this.onArrival = onArrival;
  }

  /** Ask for the scores of `model` (null: none) in the lanes and the frames that are in sight. */
  want(video, model, lanes, view) {
    if (!video || !model) {
      this.#forget();
      return;
    }
    const first = Math.max(Math.floor(view.first), 0);
    const stop = Math.min(Math.ceil(view.stop), view.total);
    const bins = Math.max(Math.min(Math.round(view.width / BIN), stop - first), 1);
    const keys = lanes.map(({ label, subject }) => laneKey(label, subject));
    const wanted = JSON.stringify([video, model, keys, first, stop, bins]);
    if (wanted === this.#asked) {
      return;
    }
    this.#asked = wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(video, model, lanes, { first, stop, bins }), REST);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#asked = "";
    this.#turn += 1;
    if (this.byLane.size > 0) {
      this.byLane = new Map();
      this.onArrival();
    }
  }

  async #fetch(video, model, lanes, range) {
    this.#turn += 1;
    const turn = this.#turn;
    const found = await Promise.all(lanes.map((lane) => scoresOf(video, model, lane, range)));
    if (turn === this.#turn) {
      this.byLane = new Map(found.filter((one) => one !== null));
      this.onArrival();
    }
  }
}

/**
 * Draw scores over the height of a row: "area" beneath the bars, "line" above them.
 * @param {{first: number, stop: number, max: (number|null)[]}} ribbon
 */
export function drawRibbon(ctx, ribbon, row, how) {
  const path = pathOf(ribbon, row, how === "area");
  if (how === "area") {
    ctx.fillStyle = row.colour;
    ctx.globalAlpha = 0.3;
    ctx.fill(path);
  } else {
    ctx.strokeStyle = row.ink;
    ctx.lineWidth = 1;
    ctx.globalAlpha = 0.5;
    ctx.stroke(path);
  }
  ctx.globalAlpha = 1;
}

/** Steps of one width for each score; as a line, without those that are nothing. */
function pathOf(ribbon, row, closed) {
  const path = new Path2D();
  const bins = ribbon.max.length;
  const wide = ((ribbon.stop - ribbon.first) / bins) * row.view.pixelsPerFrame;
  const floor = row.top + row.height;
  let left = row.view.x(ribbon.first);
  let pen = false;
  for (const score of ribbon.max) {
    const y = floor - (score ?? 0) * (row.height - 1);
    const drawn = closed || (score ?? 0) > LEAST;
    if (drawn && !pen) {
      path.moveTo(left, closed ? floor : y);
    }
    if (drawn) {
      path.lineTo(left, y);
      path.lineTo(left + wide, y);
    }
    pen = drawn;
    left += wide;
  }
  if (closed) {
    path.lineTo(left, floor);
  }
  return path;
}

async function scoresOf(video, model, lane, { first, stop, bins }) {
  const query = new URLSearchParams({ label: lane.label, subject: lane.subject, first, stop, bins });
  const path = `/api/videos/${encodeURIComponent(video)}/scores/${encodeURIComponent(model)}?${query}`;
  try {
    const scores = await get(path);
    return [laneKey(lane.label, lane.subject), { first, stop, max: scores.max }];
  } catch {
    return null; // A model need not know every behaviour and subject; its lane stays without scores.
  }
}
