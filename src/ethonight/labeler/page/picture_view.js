/** Which part of the picture is in sight. Lengths are CSS pixels; `x`, `y` are shares (0..1) of the picture. */

const CLOSEST = 20;

export class PictureView {
  zoom = 1;
  #centre = { x: 0.5, y: 0.5 };
  #area = { width: 1, height: 1 };
  #video = { width: 1, height: 1 };

  /** Show all of a video of this size, in its pixels. */
  reset(width, height) {
    this.#video = { width, height };
    this.fit();
  }

  /** Show all of the picture. */
  fit() {
    this.zoom = 1;
    this.#centre = { x: 0.5, y: 0.5 };
  }

  /** Take the room that there is for the picture. */
  resize(width, height) {
    this.#area = { width: Math.max(width, 1), height: Math.max(height, 1) };
  }

  /** CSS pixels for a pixel of the video. */
  get scale() {
    const { width, height } = this.#video;
    return Math.min(this.#area.width / width, this.#area.height / height) * this.zoom;
  }

  /**
   * The size of the canvas, and where the picture's left upper corner lies in it (at most 0).
   * Where all of the picture is in sight, the canvas is as large as the picture.
   */
  get place() {
    const whole = { width: this.#video.width * this.scale, height: this.#video.height * this.scale };
    const width = Math.min(whole.width, this.#area.width);
    const height = Math.min(whole.height, this.#area.height);
    const left = -clamp(this.#centre.x * whole.width - width / 2, 0, whole.width - width);
    const top = -clamp(this.#centre.y * whole.height - height / 2, 0, whole.height - height);
    return { width, height, left, top, scale: this.scale };
  }

  /** Zoom by a factor; what lies at (x, y), CSS pixels of the canvas from its middle, stays there. */
  zoomAt(factor, x, y) {
    const before = this.#underMiddle(x, y);
    this.zoom = clamp(this.zoom * factor, 1, CLOSEST);
    const after = this.#underMiddle(x, y);
    this.#move(before.x - after.x, before.y - after.y);
  }

  /** Drag the picture by so many CSS pixels. */
  drag(dx, dy) {
    this.#move(-dx / (this.#video.width * this.scale), -dy / (this.#video.height * this.scale));
  }

  #underMiddle(x, y) {
    const { width, height } = this.#video;
    return { x: this.#centre.x + x / (width * this.scale), y: this.#centre.y + y / (height * this.scale) };
  }

  #move(dx, dy) {
    const { width, height, scale } = this.place;
    const halfX = Math.min(width / (this.#video.width * scale) / 2, 0.5);
    const halfY = Math.min(height / (this.#video.height * scale) / 2, 0.5);
    this.#centre = {
      x: clamp(this.#centre.x + dx, halfX, 1 - halfX), y: clamp(this.#centre.y + dy, halfY, 1 - halfY),
    };
  }
}

function clamp(number, least, most) {
  return Math.min(Math.max(number, least), most);
}
