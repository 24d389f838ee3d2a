/**
 * The clock of a video that plays. Frames last as long as they last in the recording, divided by the speed. What is
 * played is a row of places: place 0 is the first frame that is played (the last one, if backwards), and a stretch that
 * is played again goes on with the places behind it.
 */

import { frameAt } from "./ruler.js";

/** Pictures that a screen shows a person in a second, at most; a faster video leaves frames out. */
const SHOWN_PER_SECOND = 60;

export class Playback {
  /** The place that is shown next. */
  next = 0;
  #played = 0; // Seconds of the recording from the beginning of the stretch, at the time `#since`.
  #since = 0;

  /**
   * @param {Float64Array} edges  seconds
   * @param {[number, number]} within  the frames [first, stop) that are played
   * @param {{speed: number, again: boolean, framesPerSecond: number}} how  a speed below 0 plays backwards
   */
  constructor(edges, within, { speed, again, framesPerSecond }) {
    this.edges = edges;
    [this.first, this.stop] = within;
    this.speed = Math.abs(speed);
    this.forwards = speed > 0;
    this.again = again;
    this.count = this.stop - this.first;
    this.length = edges[this.stop] - edges[this.first];
    /** How many places on the next one is that is shown. */
    this.stride = Math.max(1, Math.ceil((this.speed * framesPerSecond) / SHOWN_PER_SECOND - 0.05));
    /** How many pictures are shown in a second. */
    this.rate = (this.speed * framesPerSecond) / this.stride;
  }

  /** Let `frame` be due at `now` (milliseconds). */
  start(frame, now) {
    this.next = this.forwards ? frame - this.first : this.stop - 1 - frame;
    this.wait(now);
  }

  /** Let the next place be due at `now`, not earlier: its picture was late. */
  wait(now) {
    const lap = Math.floor(this.next / this.count);
    const frame = this.frameAt(this.next);
    const { edges, first, stop } = this;
    this.#played = lap * this.length + (this.forwards ? edges[frame] - edges[first] : edges[stop] - edges[frame + 1]);
    this.#since = now;
  }

  /** The place that is due at `now`. */
  due(now) {
    const played = this.#played + (this.speed * (now - this.#since)) / 1000;
    if (!this.again && played >= this.length) {
      return this.count - 1;
    }
    const lap = Math.floor(played / this.length);
    const rest = played - lap * this.length;
    const { edges, first, stop } = this;
    const place = this.forwards
      ? Math.floor(frameAt(edges, edges[first] + rest)) - first
      : stop - Math.ceil(frameAt(edges, edges[stop] - rest));
    return lap * this.count + Math.min(Math.max(place, 0), this.count - 1);
  }

  /** Whether all was played at `now`. */
  isOver(now) {
    return !this.again && this.#played + (this.speed * (now - this.#since)) / 1000 >= this.length;
  }

  /** The frame at a place. */
  frameAt(place) {
    const within = place % this.count;
    return this.forwards ? this.first + within : this.stop - 1 - within;
  }

  /** The frame at the end of what is played. */
  get last() {
    return this.forwards ? this.stop - 1 : this.first;
  }

  /** The next `count` frames that are shown. @returns {import("./runs.js").Run[]} */
  runs(count) {
    const wanted = this.again ? Math.min(count, Math.ceil(this.count / this.stride)) : count;
    const found = [];
    for (let place = this.next, left = wanted; left > 0 && (this.again || place < this.count); ) {
      const here = Math.min(Math.ceil((this.count - (place % this.count)) / this.stride), left);
      const step = this.forwards ? this.stride : -this.stride;
      found.push({ first: this.frameAt(place), step, count: here, urgent: Math.max(1, here - Math.floor(wanted / 2)) });
      place += here * this.stride;
      left -= here;
    }
    return found;
  }
}
