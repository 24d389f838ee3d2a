/** Which frames a timeline shows, and where they are on the screen. Frames are real numbers here, x is CSS pixels. */

const FEWEST_FRAMES = 8;
const MARGIN = 0.08;

export class TimelineView {
  first = 0;
  span = 1;
  width = 1;
  total = 1;

  get stop() {
    return this.first + this.span;
  }

  get pixelsPerFrame() {
    return this.width / this.span;
  }

  /** Take another recording of `total` frames, and show all of it. */
  reset(total) {
    this.total = Math.max(total, 1);
    this.show(0, this.total);
  }

  x(frame) {
    return (frame - this.first) * this.pixelsPerFrame;
  }

  /** The place under x, as a real number of frames. */
  at(x) {
    return this.first + x / this.pixelsPerFrame;
  }

  /** Show [first, stop), as far as the recording and the closest zoom allow. */
  show(first, stop) {
    const fewest = Math.min(FEWEST_FRAMES, this.total);
    this.span = Math.min(Math.max(stop - first, fewest), this.total);
    this.first = Math.min(Math.max(first, 0), this.total - this.span);
  }

  /** Show `factor` times as many frames; the frame `around` stays where it is. */
  zoom(factor, around) {
    const span = Math.min(Math.max(this.span * factor, FEWEST_FRAMES), this.total);
    const first = around - ((around - this.first) / this.span) * span;
    this.show(first, first + span);
  }

  pan(frames) {
    this.show(this.first + frames, this.first + frames + this.span);
  }

  contains(frame) {
    return frame >= this.first && frame < this.stop;
  }

  /** Bring a frame into sight: as if a page were turned where it runs out, in the middle where it jumped far. */
  reveal(frame) {
    if (this.contains(frame)) {
      return false;
    }
    const near = frame >= this.stop && frame < this.stop + this.span / 4;
    this.pan(frame - this.first - this.span * (near ? MARGIN : 0.5));
    return true;
  }

  /** Show a stretch with room around it; only where it is not in sight with at least a few pixels. */
  revealStretch(first, stop) {
    const wide = stop - first;
    if (first >= this.first && stop <= this.stop && wide * this.pixelsPerFrame >= 3) {
      return false;
    }
    const span = wide > this.span || wide * this.pixelsPerFrame < 3 ? Math.max(wide * 3, FEWEST_FRAMES * 4) : this.span;
    const middle = (first + stop) / 2;
    this.show(middle - span / 2, middle + span / 2);
    return true;
  }
}
