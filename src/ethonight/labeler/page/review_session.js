/**
 * A review as it goes on in this window: a model's questions one after the other, and what the person says to them.
 * `state.review` is null outside of a review, else what the panel shows; it is replaced, never changed in place.
 *
 * `review`: {model, videos, queue, counts, item, here, also, notes}. `queue` are the questions that follow, `item` is
 * the one that is shown (null: none is left), `here` its behaviour as it really is, {label, first, stop}, and `also`
 * what else is predicted nearby, each with `on`: whether it is there.
 */

import { get, post } from "./api.js";
import { toast } from "./dialogs.js";
import { state, update } from "./store.js";

let sending = Promise.resolve();

/** Begin to review what a model said of some videos. */
export async function begin(model, videos) {
  const answer = await get(`/api/review?${queryOf(model, videos)}`);
  take({ model, videos, item: null }, answer);
  next(answer.items);
}

/** End the review; what was answered stays. */
export function end() {
  update({ review: null });
}

/** Whether a question is shown that can be answered now. */
export function isAsking() {
  return Boolean(state.review?.item) && state.edges !== null && state.video === state.review.item.video;
}

/** It is here, with the label and the edges that are shown. */
export function keep() {
  const { here } = state.review;
  answer("keep", { here, also: listed() });
}

/** It is not here. */
export function reject() {
  answer("reject", { also: listed(state.review.item.watched) });
}

/** It is asked again later. */
export function skip() {
  answer("skip", {});
}

/** Take the last answer back and ask the question again. */
export function back() {
  const whose = present();
  return inTurn(async () => {
    const { item } = await say(whose, "undo", {});
    await refresh(keyOf(item));
  });
}

/** Call it by another name. */
export function relabel(label) {
  change({ here: { ...state.review.here, label } });
}

/** Set one edge, "first" or "stop", to a frame. Beyond the other edge, it takes that along: a frame is left. */
export function setEdge(edge, frame) {
  const { here } = state.review;
  const total = state.edges.length - 1;
  const at = Math.min(Math.max(frame, 0), total);
  const first = edge === "first" ? Math.min(at, total - 1) : Math.min(here.first, Math.max(at - 1, 0));
  const stop = edge === "stop" ? Math.max(at, first + 1) : Math.max(here.stop, first + 1);
  change({ here: { ...here, first, stop } });
}

/** Say whether something else that is predicted nearby is there. */
export function setAlso(place, on) {
  change({ also: state.review.also.map((one, at) => (at === place ? { ...one, on } : one)) });
}

/** The frames [first, stop) for which an answer speaks. */
export function watched({ item, here }) {
  return [Math.min(item.watched[0], here.first), Math.max(item.watched[1], here.stop)];
}

/** What else is predicted in some frames: the entries of `also` with their places. */
export function nearby({ also }, [first, stop]) {
  return also.map((one, place) => ({ ...one, place })).filter((one) => one.first < stop && first < one.stop);
}

/** Put a training with what was reviewed into the table. Resolves to {settings, message, command, notes}. */
export function train() {
  const whose = present();
  return inTurn(() => post("/api/review/train", whose));
}

/** Whose review goes on; by the time that an answer is sent, it may have ended. */
function present() {
  return { coder: state.coder, model: state.review.model };
}

function listed(frames = watched(state.review)) {
  return nearby(state.review, frames).filter(({ on }) => on).map(({ label, first, stop }) => ({ label, first, stop }));
}

function answer(action, words) {
  const { item, queue } = state.review;
  const whose = present();
  next(queue);
  inTurn(async () => {
    await say(whose, action, { item: keyOf(item), ...words });
    await refresh();
  });
}

/** Answers are sent one after the other. One that is refused is told, and the questions are read again. */
function inTurn(work) {
  const done = sending.then(work);
  sending = done.catch(async (error) => {
    toast(error.message, "error");
    await refresh().catch(() => {});
  });
  return done.catch(() => null);
}

function say(whose, action, words) {
  return post("/api/review/decide", { do: action, ...whose, ...words });
}

/** Read the questions again. The one that is shown stays, unless `wanted` is to come first. */
async function refresh(wanted = null) {
  const { review } = state;
  if (!review) {
    return;
  }
  const found = await get(`/api/review?${queryOf(review.model, review.videos)}`);
  const first = wanted ?? (state.review?.item ? keyOf(state.review.item) : null);
  const there = found.items.find((one) => first && sameKey(keyOf(one), first));
  if (!state.review) {
    return;
  }
  take(state.review, found);
  if (there && !wanted) {
    update({ review: { ...state.review, queue: found.items.filter((one) => one !== there) } });
  } else {
    next(there ? [there, ...found.items.filter((one) => one !== there)] : found.items);
  }
}

function take(review, { items, notes, sentence, left, reviewed, right, skipped, per_minute: pace }) {
  update({ review: { ...review, queue: items, notes, counts: { sentence, left, reviewed, right, skipped, pace } } });
}

function next([item = null, ...queue]) {
  const here = item && { label: item.label, first: item.first, stop: item.stop };
  const also = item ? item.beside.map((one) => ({ ...one, on: one.kind === "bout" })) : [];
  update({ review: { ...state.review, item, here, also, queue } });
}

function change(patch) {
  update({ review: { ...state.review, ...patch } });
}

function queryOf(model, videos) {
  return new URLSearchParams([["coder", state.coder], ["model", model], ...videos.map((video) => ["video", video])]);
}

/** What tells questions apart. */
export function keyOf({ video, subject, label, first, stop }) {
  return { video, subject, label, first, stop };
}

function sameKey(one, other) {
  return JSON.stringify(keyOf(one)) === JSON.stringify(keyOf(other));
}
