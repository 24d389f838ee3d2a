/**
 * Shows frames, one at a time or playing. `state.frame` is the frame that is drawn, `state.wanted` the one asked for.
 * A picture that is late is waited for or left out; another one is never drawn in its place.
 */

import { drawFrame, forgetFrame, pictureSize } from "./picture.js";
import { PictureCache } from "./picture_cache.js";
import { PictureFetch } from "./picture_fetch.js";
import { Playback } from "./playback.js";
import { frameAt } from "./ruler.js";
import { runsAround } from "./runs.js";
import { flush, state, update } from "./store.js";

export const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8];
const LATE_MS = 250;
const BUFFER_SECONDS = 2;
const FEWEST_AHEAD = 30;
const CACHE_SHARE = 0.7;
const { dataset } = document.documentElement;

let pictures = null;
let cache = null;
let playback = null;
let shownAt = 0;

/** Show a frame of the recording that `state` describes. */
export function openPictures(frame) {
  closePictures();
  cache = new PictureCache();
  pictures = new PictureFetch(state.video, cache, { arrived, failed });
  resized();
  want(inside(frame), 1);
}

export function closePictures() {
  pause();
  pictures?.close();
  pictures = null;
  forgetFrame();
  delete dataset.frame;
  update({ loop: null, frame: 0, wanted: 0, pictureProblem: "" });
}

/** Fetch pictures of the size at which they are drawn now. */
export function resized() {
  pictures?.setSize(pictureSize(state.about));
}

/** Show a frame as soon as its picture is there; while playing, go on from it. Outside the loop, the loop ends. */
export function seek(frame) {
  if (!pictures) {
    return;
  }
  const target = inside(Math.round(frame));
  if (!state.playing) {
    want(target, target < state.wanted ? -1 : 1);
    return;
  }
  if (state.loop && !isWithin(target, state.loop)) {
    update({ loop: null });
  }
  start(target);
}

/** Go `count` frames on, or back; stops playing. */
export function step(count) {
  pause();
  seek(state.wanted + count);
}

/** Go so many seconds of the recording on, or back; at least one frame. Stops playing. */
export function stepSeconds(seconds) {
  if (!pictures) {
    return;
  }
  pause();
  const frame = Math.floor(frameAt(state.edges, state.edges[state.wanted] + seconds) + 1e-6);
  seek(frame === state.wanted ? frame + Math.sign(seconds) : frame);
}

/** Play from the frame that is shown. @param {number} speed  1 is as recorded; below 0 backwards */
export function play(speed = state.speed) {
  if (!pictures) {
    return;
  }
  const began = !state.playing;
  update({ playing: true, speed: Math.abs(speed), direction: Math.sign(speed) });
  dataset.playing = "true";
  start(whereToStart());
  if (began) {
    requestAnimationFrame(tick);
  }
}

export function pause() {
  if (state.playing) {
    update({ playing: false });
    dataset.playing = "false";
    want(state.frame, state.direction);
  }
}

/** Play or stop. @param {number} direction  1, or -1: backwards */
export function toggle(direction = 1) {
  if (state.playing && state.direction === direction) {
    pause();
  } else {
    play(direction * state.speed);
  }
}

/** Play at another speed from now on. @param {number} speed  above 0 */
export function setSpeed(speed) {
  update({ speed });
  if (state.playing) {
    start(state.wanted);
  }
}

/** Play the frames [first, stop) again and again; `null` ends that. */
export function setLoop(first, stop) {
  const total = state.edges.length - 1;
  update({ loop: first === null ? null : [inside(first), Math.min(Math.max(stop, first + 1), total)] });
  if (state.playing) {
    start(whereToStart());
  }
}

function want(frame, direction) {
  update({ wanted: frame });
  show(frame);
  pictures.plan(runsAround(frame, direction, state.edges.length - 1));
}

/** Draw a frame if its picture is there; whoever shows its number hears of it before the screen does. */
function show(frame) {
  const picture = cache.get(frame);
  if (!picture) {
    return false;
  }
  drawFrame(picture);
  dataset.frame = frame;
  update({ frame, pictureProblem: picture.bitmap ? "" : "This frame cannot be decoded." });
  flush();
  return true;
}

/** A picture has come. One that was asked for on the way to another one is shown while that is not there. */
function arrived(frame, asked) {
  if (!state.playing && (frame === state.wanted || frame === state.frame || (asked && !cache.has(state.wanted)))) {
    show(frame);
  }
}

function failed(error) {
  if (state.playing || !cache.has(state.wanted)) {
    update({ pictureProblem: error.message });
  }
}

function start(frame) {
  const { edges, loop, speed, direction, about } = state;
  const how = { speed: speed * direction, again: loop !== null, framesPerSecond: about.fps };
  playback = new Playback(edges, loop ?? [0, edges.length - 1], how);
  const now = performance.now();
  playback.start(frame, now);
  shownAt = now;
  update({ wanted: frame });
  planAhead();
}

/** Once for each frame of the screen: draw the newest picture that is due and there. */
function tick(now) {
  if (!state.playing) {
    return;
  }
  requestAnimationFrame(tick);
  const due = playback.due(now);
  const place = newestReady(due);
  if (place !== null) {
    const frame = playback.frameAt(place);
    playback.next = place + playback.stride;
    shownAt = now;
    update({ wanted: frame });
    show(frame);
    planAhead();
  } else if (playback.isOver(now)) {
    pause();
    want(playback.last, playback.forwards ? 1 : -1);
  } else if (due >= playback.next && now - shownAt > LATE_MS) {
    playback.wait(now);
  }
}

/** The last place up to the one that is due whose picture is there, or null. */
function newestReady(due) {
  const { next, stride } = playback;
  for (let place = next + Math.floor((due - next) / stride) * stride; place >= next; place -= stride) {
    if (cache.has(playback.frameAt(place))) {
      return place;
    }
  }
  return null;
}

function planAhead() {
  const ahead = Math.min(Math.max(playback.rate * BUFFER_SECONDS, FEWEST_AHEAD), cache.capacity * CACHE_SHARE);
  pictures.plan(playback.runs(Math.floor(ahead)));
}

/** The frame that is asked for; from the other end where nothing is left, or where it lies outside the loop. */
function whereToStart() {
  const [first, stop] = state.loop ?? [0, state.edges.length - 1];
  const [from, to] = state.direction > 0 ? [first, stop - 1] : [stop - 1, first];
  const spent = !isWithin(state.wanted, [first, stop]) || (state.wanted === to && !state.loop);
  return spent ? from : state.wanted;
}

function inside(frame) {
  return Math.min(Math.max(frame, 0), state.edges.length - 2);
}

function isWithin(frame, [first, stop]) {
  return frame >= first && frame < stop;
}
