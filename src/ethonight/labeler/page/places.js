/** Where subjects are, read in stretches of frames and kept for those around the one that is drawn. */

import { get } from "./api.js";

const STRETCH = 600;
const KEPT = 12;

export class Places {
  #stretches = new Map();

  /**
   * @param {string} video
   * @param {string} source  the file that knows the places
   * @param {() => void} arrived
   */
  constructor(video, source, arrived) {
    this.path = `/api/videos/${encodeURIComponent(video)}/boxes`;
    this.source = source;
    this.arrived = arrived;
  }

  /**
   * Who is where in a frame, as far as it was read; what is missing is asked for. Pixels of the video, radians;
   * lengths and angles are null where only a point is known.
   * @returns {{subject: number, name: string, x: number, y: number, long: number|null, short: number|null,
   *   angle: number|null}[]}
   */
  at(frame, total) {
    const begin = Math.floor(frame / STRETCH) * STRETCH;
    this.#ask(begin, total);
    if (frame - begin > STRETCH / 2 && begin + STRETCH < total) {
      this.#ask(begin + STRETCH, total);
    }
    const found = this.#stretches.get(begin);
    return (found?.subjects ?? []).map((name, subject) => placeIn(found, name, subject, frame)).filter(Boolean);
  }

  async #ask(first, total) {
    if (this.#stretches.has(first)) {
      return;
    }
    this.#stretches.set(first, {});
    if (this.#stretches.size > KEPT) {
      this.#stretches.delete(this.#stretches.keys().next().value);
    }
    const query = new URLSearchParams({ source: this.source, first, stop: Math.min(first + STRETCH, total) });
    try {
      this.#stretches.set(first, await get(`${this.path}?${query}`));
      this.arrived();
    } catch {
      this.#stretches.delete(first); // It is asked for again with the next frame that is drawn.
    }
  }
}

function placeIn({ first, x, y, long, short, angle }, name, subject, frame) {
  const at = frame - first;
  if (x[subject][at] === null) {
    return null;
  }
  return {
    subject, name, x: x[subject][at], y: y[subject][at], long: long[subject][at], short: short[subject][at],
    angle: angle[subject][at],
  };
}
