/** The strip of the whole recording, with a window that shows, and moves, what the timeline shows. */

import { Density } from "./density.js";
import { placeOf } from "./timeline_drag.js";

const GRIP = 6;
const LEAST = 8;
const CURSORS = { left: "ew-resize", right: "ew-resize", inside: "grab", outside: "pointer" };
const LEAST_BAR = 0.6;

export class Overview {
  #strip = new OffscreenCanvas(1, 1);
  #drag = null;

  /** @param {HTMLCanvasElement} canvas @param {{view: object, changed: () => void}} host */
  constructor(canvas, host) {
    this.canvas = canvas;
    this.host = host;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", () => (this.#drag = null));
    canvas.addEventListener("pointercancel", () => (this.#drag = null));
  }

  /** Paint the bouts anew; needed only after bouts, lanes or the size have changed. */
  paint(scene, width, height, ratio) {
    this.#strip = new OffscreenCanvas(Math.max(width * ratio, 1), Math.max(height * ratio, 1));
    const ctx = this.#strip.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.fillStyle = scene.colours.lane;
    ctx.fillRect(0, 0, width, height);
    ctx.fillStyle = scene.colours.scored;
    for (const [first, stop] of scene.scored) {
      ctx.fillRect((first / scene.view.total) * width, height - 3, ((stop - first) / scene.view.total) * width, 3);
    }
    const rows = rowsOf(scene.lanes);
    const tall = (height - 8) / Math.max(rows.length, 1);
    for (const [place, row] of rows.entries()) {
      paintRow(ctx, scene, row, { width, top: 3 + place * tall, height: Math.max(tall - 1, 1) });
    }
  }

  /** @param {CanvasRenderingContext2D} ctx  in CSS pixels */
  draw(ctx, scene, width, height) {
    const { view, colours } = scene;
    ctx.clearRect(0, 0, width, height);
    ctx.drawImage(this.#strip, 0, 0, width, height);
    const [left, right] = this.#window(width);
    ctx.fillStyle = colours.veil;
    ctx.fillRect(0, 0, left, height);
    ctx.fillRect(right, 0, width - right, height);
    ctx.strokeStyle = colours.window;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.roundRect(left + 0.75, 0.75, Math.max(right - left - 1.5, 1), height - 1.5, 4);
    ctx.stroke();
    ctx.fillStyle = colours.playhead;
    ctx.fillRect((scene.frame / view.total) * width - 0.75, 0, 1.5, height);
  }

  #window(width) {
    const { view } = this.host;
    const left = (view.first / view.total) * width;
    const wide = Math.max((view.span / view.total) * width, LEAST);
    const from = Math.min(left, width - wide);
    return [from, from + wide];
  }

  #begin(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const [x] = placeOf(event);
    const part = this.#partAt(x);
    if (part === "outside") {
      this.#centre(x);
    }
    const { first, stop } = this.host.view;
    this.#drag = { part: part === "outside" ? "inside" : part, x, first, stop };
  }

  #move(event) {
    const [x] = placeOf(event);
    if (!this.#drag) {
      this.canvas.style.cursor = CURSORS[this.#partAt(x)];
      return;
    }
    const { view } = this.host;
    const { part, first, stop } = this.#drag;
    const moved = ((x - this.#drag.x) / this.canvas.clientWidth) * view.total;
    if (part === "inside") {
      view.show(first + moved, stop + moved);
    } else {
      view.show(part === "left" ? Math.min(first + moved, stop - 1) : first, part === "right" ? stop + moved : stop);
    }
    this.host.changed();
  }

  #partAt(x) {
    const [left, right] = this.#window(this.canvas.clientWidth);
    const grip = Math.min(GRIP, (right - left) / 4);
    if (Math.abs(x - left) <= grip) {
      return "left";
    }
    if (Math.abs(x - right) <= grip) {
      return "right";
    }
    return x > left && x < right ? "inside" : "outside";
  }

  #centre(x) {
    const { view } = this.host;
    const middle = (x / this.canvas.clientWidth) * view.total;
    view.show(middle - view.span / 2, middle + view.span / 2);
    this.host.changed();
  }
}

/** Lanes of one behaviour share a row of the strip. */
function rowsOf(lanes) {
  const rows = new Map();
  for (const lane of lanes) {
    rows.set(lane.label, [...(rows.get(lane.label) ?? []), lane]);
  }
  return [...rows.values()];
}

function paintRow(ctx, scene, row, place) {
  const scale = place.width / scene.view.total;
  const density = new Density(place.width);
  for (const lane of row) {
    for (const mark of scene.bouts.lane(lane.label, lane.subject)) {
      density.add(mark.first * scale, Math.max(mark.stop * scale, mark.first * scale + LEAST_BAR));
    }
  }
  density.draw(ctx, { ...place, colour: row[0].colour });
}
