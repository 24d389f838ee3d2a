/** A strip of the frames that are played: the bout that is asked about, with edges to be dragged, and the playhead. */

import { make } from "./elements.js";
import { pause, seek } from "./player.js";
import { setEdge, watched } from "./review_session.js";
import { around } from "./review_showing.js";
import { state, watch } from "./store.js";

export class ReviewStrip {
  #range = null;

  constructor() {
    this.scored = make("i", { className: "review-scored", title: "The frames for which your answer speaks" });
    this.bar = make("i", { className: "review-bar" });
    this.head = make("i", { className: "review-playhead" });
    this.edges = { first: this.#handle("first", "Begin"), stop: this.#handle("stop", "End") };
    this.root = make("div", {
      className: "review-strip", dataset: { testid: "review-strip" }, on: { pointerdown: (event) => this.#go(event) },
    }, this.scored, this.bar, this.edges.first, this.edges.stop, this.head);
    watch(["frame"], () => this.#drawHead());
  }

  /** Show a question; `colour` is its behaviour's. */
  draw(review, colour) {
    const { here } = review;
    if (!this.#dragged) {
      this.#range = around(review);
    }
    const [from, to] = watched(review);
    this.bar.style.background = colour;
    this.#place(this.bar, here.first, here.stop);
    this.#place(this.scored, from, to);
    this.edges.first.style.left = `${this.#share(here.first)}%`;
    this.edges.stop.style.left = `${this.#share(here.stop)}%`;
    this.#drawHead();
  }

  #dragged = null;

  #handle(edge, text) {
    return make("b", {
      className: "review-edge", title: `${text}: drag it`, dataset: { testid: `review-${edge}` },
      on: {
        pointerdown: (event) => this.#grab(event, edge),
        pointermove: (event) => this.#drag(event),
        pointerup: () => this.#drop(),
        pointercancel: () => this.#drop(),
      },
    });
  }

  #grab(event, edge) {
    event.stopPropagation();
    event.target.setPointerCapture(event.pointerId);
    this.#dragged = edge;
    pause();
  }

  #drag(event) {
    if (this.#dragged) {
      const frame = this.#frameOf(event);
      setEdge(this.#dragged, frame);
      seek(this.#dragged === "stop" ? frame - 1 : frame);
    }
  }

  #drop() {
    this.#dragged = null;
  }

  #go(event) {
    pause();
    seek(Math.min(this.#frameOf(event), this.#range[1] - 1));
  }

  #frameOf(event) {
    const { left, width } = this.root.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    return Math.round(this.#range[0] + share * (this.#range[1] - this.#range[0]));
  }

  #share(frame) {
    const [first, stop] = this.#range;
    return Math.min(Math.max(((frame - first) / (stop - first)) * 100, 0), 100);
  }

  #place(element, first, stop) {
    element.style.left = `${this.#share(first)}%`;
    element.style.width = `${this.#share(stop) - this.#share(first)}%`;
  }

  #drawHead() {
    if (this.#range) {
      this.head.style.left = `${this.#share(state.frame)}%`;
    }
  }
}
