/** Decoded pictures of frames, as many as fit into a bounded memory. */

const BYTES = 400e6;
const FEWEST = 48;
const MOST = 300;
const BYTES_PER_PIXEL = 4;
const BEHIND = 4; // A picture that lies behind counts as so many times farther away.

/**
 * @typedef {{bitmap: ImageBitmap|null, scale: number}} Picture
 *   `bitmap` is null where the frame cannot be decoded; `scale` is relative to the video's own size
 */
export class PictureCache {
  /** @type {Map<number, Picture>} */
  #pictures = new Map();
  #capacity = FEWEST;

  /** How many pictures of the present size are kept. */
  get capacity() {
    return this.#capacity;
  }

  /** Expect pictures of this size, in pixels. */
  expect({ width, height }) {
    const fit = Math.floor(BYTES / (width * height * BYTES_PER_PIXEL));
    this.#capacity = Math.min(Math.max(fit, FEWEST), MOST);
  }

  /** @returns {Picture|undefined} */
  get(frame) {
    return this.#pictures.get(frame);
  }

  /** Whether a picture is there that is at least as large. */
  has(frame, scale = 0) {
    const picture = this.#pictures.get(frame);
    return picture !== undefined && (picture.bitmap === null || picture.scale >= scale);
  }

  /** Keep a picture, unless a larger one is there. */
  put(frame, picture) {
    const before = this.#pictures.get(frame);
    if (before?.bitmap && before.scale > picture.scale) {
      picture.bitmap?.close();
      return;
    }
    before?.bitmap?.close();
    this.#pictures.set(frame, picture);
  }

  /** Let go of what lies farthest from `frame`, seen in `direction`; what `isNeeded` says is kept. */
  trim(frame, direction, isNeeded) {
    if (this.#pictures.size <= this.#capacity) {
      return;
    }
    const far = (one) => ((one - frame) * direction >= 0 ? 1 : BEHIND) * Math.abs(one - frame);
    const idle = [...this.#pictures.keys()].filter((one) => !isNeeded(one));
    idle.sort((one, other) => far(other) - far(one));
    for (const one of idle.slice(0, this.#pictures.size - this.#capacity)) {
      this.#drop(one);
    }
  }

  clear() {
    [...this.#pictures.keys()].forEach((frame) => this.#drop(frame));
  }

  #drop(frame) {
    this.#pictures.get(frame).bitmap?.close();
    this.#pictures.delete(frame);
  }
}
