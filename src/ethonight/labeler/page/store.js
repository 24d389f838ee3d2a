/** What the page shows, in one place; whoever shows a part of it watches that part. */

export const state = {
  /** @type {{name: string, videos: object[], models: string[], version: string}|null} */
  workspace: null,
  /** Name of the open recording; null on the start page. */
  video: null,
  coder: null,
  /** What the server says about the recording: frames, width, height, fps, coders, predictions, boxes ... */
  about: null,
  /** Seconds at which frames begin, and the end of the last one. @type {Float64Array|null} */
  edges: null,
  /** The frame that is drawn, and the one that was asked for last. */
  frame: 0,
  wanted: 0,
  playing: false,
  /** Always above 0; `direction` is 1 or -1. */
  speed: 1,
  direction: 1,
  /** Frames [first, stop) that are played again and again, or null. */
  loop: null,
  /** Zoom of the picture, 1 where all of it is in sight. */
  zoom: 1,
  /** CSS pixels: {width, height} of the canvas; {left, top} of the picture in it, and its scale. */
  pictureAt: null,
  /** Why no picture can be shown; empty where it can. */
  pictureProblem: "",
  /** The coder's bouts. @type {import("./bout_index.js").BoutIndex|null} */
  bouts: null,
  opened: [],
  scored: [],
  selected: new Set(),
  /** The edge of the selected bout that was touched last: "first", "stop" or null. */
  edge: null,
  ethogram: null,
  subject: "",
  onlySubject: false,
  saved: { state: "saved", message: "" },
  undo: "",
  redo: "",
  version: 0,
  /** Why nothing can be changed; empty where it can. */
  readonly: "",
  /** Other coders and models that are shown beside the coder. */
  sources: new Map(),
  /** Whether the server answers, and whether it refuses this page. */
  connected: true,
  refused: false,
  /** The review that goes on (see review_session.js), or null. */
  review: null,
  /** How far (0..1) the frames' times of the recording were read; null when not at it. */
  reading: null,
  /** Why the recording cannot be opened; empty where it can. */
  openProblem: "",
  /** The source of the subjects' places that are drawn (empty: none), and the one of which some have arrived last. */
  boxes: "",
  places: "",
  /** When the job table has changed last, in milliseconds of this window. */
  jobsChanged: 0,
};

const watchers = [];
let changed = new Set();
let due = false;

/** Change some of the state. Watchers hear of it before the next frame of the screen. */
export function update(patch) {
  Object.assign(state, patch);
  for (const key of Object.keys(patch)) {
    changed.add(key);
  }
  if (!due) {
    due = true;
    soon(flush);
  }
}

/** Run `callback` after any of `keys` was set, once for all changes since the last frame of the screen. */
export function watch(keys, callback) {
  watchers.push({ keys, callback });
}

/** Tell the watchers now: what was just drawn and what is written about it then reach the screen together. */
export function flush() {
  const now = changed;
  changed = new Set();
  due = false;
  for (const { keys, callback } of watchers) {
    if (keys.some((key) => now.has(key))) {
      attempt(callback);
    }
  }
}

function attempt(callback) {
  try {
    callback();
  } catch (error) {
    reportError(error); // One part that fails must not keep the others from being shown.
  }
}

/** A hidden window has no frames of the screen. */
function soon(callback) {
  if (document.hidden) {
    setTimeout(callback, 0);
  } else {
    requestAnimationFrame(callback);
  }
}
