/**
 * Fetches the pictures that are needed next, one request at a time, in the order of need. What is no longer needed is
 * given up; only the picture that was asked for last is waited for a moment, so that something is seen while seeking.
 */

import { frames } from "./api.js";
import { isIn } from "./runs.js";
import { state } from "./store.js";

const MOST_AT_ONCE = 60;
const SOON = 10; // A picture so many places further on in a request comes sooner than with a new one.
const PATIENCE_MS = 250;
const AGAIN_MS = 1000;

export class PictureFetch {
  /** @type {import("./runs.js").Run[]} */
  #runs = [];
  #size = null;
  #request = null;
  #decoding = new Map();
  #timer = 0;
  #closed = false;

  /**
   * @param {string} video
   * @param {import("./picture_cache.js").PictureCache} cache
   * @param {{arrived: (frame: number, asked: boolean) => void, failed: (error: Error) => void}} hear
   */
  constructor(video, cache, hear) {
    this.video = video;
    this.cache = cache;
    this.hear = hear;
  }

  /** Fetch pictures of this size from now on. @param {{width: number, height: number, scale: number}} size */
  setSize(size) {
    if (size.scale !== this.#size?.scale) {
      this.#size = size;
      this.cache.expect(size);
      this.#next();
    }
  }

  /** Take what is needed from now on, the most urgent first. @param {import("./runs.js").Run[]} runs */
  plan(runs) {
    this.#runs = runs;
    this.#next();
  }

  close() {
    this.#closed = true;
    this.#runs = [];
    clearTimeout(this.#timer);
    this.#request?.controller.abort();
    this.cache.clear();
  }

  #next() {
    if (this.#closed || !this.#size || this.#timer) {
      return;
    }
    const wanted = this.#missing();
    if (this.#request) {
      this.#giveUpUnless(wanted);
    } else if (wanted) {
      this.#fetch(wanted);
    }
  }

  /** The frames to be fetched next, or null. @returns {{first: number, step: number, count: number}|null} */
  #missing() {
    for (const { first, step, count, urgent } of this.#runs) {
      let from = 0;
      while (from < count && this.#has(first + from * step)) {
        from += 1;
      }
      if (from < urgent) {
        let to = from + 1;
        while (to < count && to - from < MOST_AT_ONCE && !this.#has(first + to * step)) {
          to += 1;
        }
        return { first: first + from * step, step, count: to - from };
      }
    }
    return null;
  }

  #has(frame) {
    return this.cache.has(frame, this.#size.scale) || this.#decoding.get(frame) === this.#size.scale;
  }

  /** Abort the present request, unless it brings what is wanted soon, or is the one that a person waits for. */
  #giveUpUnless(wanted) {
    const { next, step, left, count, began, controller } = this.#request;
    if (!wanted) {
      return;
    }
    const places = (wanted.first - next) / step;
    const soon = Number.isInteger(places) && places >= 0 && places < Math.min(left, SOON);
    if (!soon && !(count === 1 && performance.now() - began < PATIENCE_MS)) {
      controller.abort();
    }
  }

  async #fetch({ first, step, count }) {
    const controller = new AbortController();
    const { width, height } = this.#size;
    const request = { next: first, step, left: count, count, began: performance.now(), controller };
    this.#request = request;
    try {
      await frames(this.video, { first, count, step, width, height }, (...record) => this.#take(request, ...record),
        controller.signal);
      if (request.left === count) {
        throw new Error("The server has sent no picture.");
      }
    } catch (error) {
      this.#failed(error);
    }
    this.#request = null;
    this.#next();
  }

  #failed(error) {
    if (this.#closed || error.name === "AbortError") {
      return;
    }
    this.hear.failed(error);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#next();
    }, AGAIN_MS);
  }

  async #take(request, frame, bytes) {
    request.next = frame + request.step;
    request.left -= 1;
    const { scale } = this.#size;
    this.#decoding.set(frame, scale);
    const bitmap = await decoded(bytes);
    this.#decoding.delete(frame);
    if (this.#closed) {
      bitmap?.close();
      return;
    }
    this.cache.put(frame, { bitmap, scale });
    this.#trim();
    this.hear.arrived(frame, request.count === 1);
  }

  #trim() {
    const [{ first, step }] = this.#runs;
    this.cache.trim(first, Math.sign(step), (frame) => frame === state.frame || isIn(this.#runs, frame));
  }
}

/** The picture, or null where it cannot be decoded. */
async function decoded(bytes) {
  try {
    return await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  } catch {
    return null;
  }
}
