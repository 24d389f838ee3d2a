/** Shows what the review asks: the question's video, played over and over around the bout, and what the model said. */

import { go } from "./address.js";
import { pause, play, seek, setLoop } from "./player.js";
import { end, keyOf } from "./review_session.js";
import { frameAt } from "./ruler.js";
import { show as showSource } from "./sources.js";
import { state, watch } from "./store.js";

const AROUND_SECONDS = 1;
/** The question that is shown, as a text, and the frames that are played; null where none is. */
let shown = null;

/** Show questions from now on, whenever their video is open. */
export function watchReview() {
  watch(["review", "edges", "bouts", "about"], show);
}

/** The frames [first, stop) that are played again and again: what is asked about and a second around it. */
export function around({ item, here }) {
  const { edges } = state;
  const second = edges[Math.min(item.first, here.first)] - AROUND_SECONDS;
  const last = edges[Math.max(item.stop, here.stop)] + AROUND_SECONDS;
  const from = second > edges[0] ? Math.floor(frameAt(edges, second)) : 0;
  const to = last < edges.at(-1) ? Math.ceil(frameAt(edges, last)) : edges.length - 1;
  return [from, to];
}

function show() {
  const { review } = state;
  if (!review?.item) {
    leave();
  } else if (state.video === null || (state.video !== review.item.video && isShown(review.item))) {
    end(); // The person has gone elsewhere.
  } else if (state.video !== review.item.video) {
    go(review.item.video, state.coder);
  } else if (state.edges && state.bouts && state.about) {
    loop(review);
  }
}

function isShown(item) {
  return shown?.question === JSON.stringify(keyOf(item));
}

function leave() {
  if (!shown) {
    return;
  }
  shown = null;
  if (state.edges) {
    pause();
    setLoop(null);
  }
}

function loop(review) {
  const question = JSON.stringify(keyOf(review.item));
  const frames = around(review);
  const before = shown;
  shown = { question, frames };
  if (before?.question === question && before.frames.join() === frames.join()) {
    return;
  }
  setLoop(...frames);
  if (before?.question !== question) {
    seek(frames[0]);
    play();
    offerModel(review.model);
  }
}

function offerModel(model) {
  if (!state.sources.has(model)) {
    showSource({ name: model, kind: "model", scores: true }, true);
  }
}
