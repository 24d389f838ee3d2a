/** Bars too narrow to be told apart: each column of pixels is as dark as the share of its time that is marked. */

const FAINTEST = 0.4;
const SHORTEST = 0.05;

export class Density {
  #shares;
  #any = false;

  /** @param {number} width  CSS pixels */
  constructor(width) {
    this.#shares = new Float32Array(Math.ceil(width) + 1);
  }

  /** Add a bar from `left` to `right`, in pixels. */
  add(left, right) {
    this.#any = true;
    let from = Math.max(left, 0);
    const end = Math.min(Math.max(right, left + SHORTEST), this.#shares.length - 1);
    while (from < end) {
      const column = Math.floor(from);
      const to = Math.min(end, column + 1);
      this.#shares[column] += to - from;
      from = to;
    }
  }

  /** @param {CanvasRenderingContext2D} ctx @param {{colour: string, top: number, height: number}} row */
  draw(ctx, { colour, top, height }) {
    if (!this.#any) {
      return;
    }
    ctx.fillStyle = colour;
    for (let column = 0; column < this.#shares.length; column += 1) {
      if (this.#shares[column] > 0) {
        ctx.globalAlpha = FAINTEST + (1 - FAINTEST) * Math.min(this.#shares[column], 1);
        ctx.fillRect(column, top, 1, height);
      }
    }
    ctx.globalAlpha = 1;
  }
}
