/** Opening a recording for a coder: what it is, when its frames are shown, what the coder has marked. */

import { get, getEdges } from "./api.js";
import { loadCoding } from "./coding.js";
import { closePictures, openPictures } from "./player.js";
import { state, update } from "./store.js";

const LOOK_AGAIN_MS = 300;
const NOTHING = {
  video: null, coder: null, about: null, edges: null, bouts: null, opened: [], scored: [],
  selected: new Set(), edge: null, sources: new Map(), undo: "", redo: "", version: 0, readonly: "", reading: null,
  openProblem: "",
};
const { dataset } = document.documentElement;
let turn = 0;

/** Open a recording; one that is being opened is left. Problems are shown where the picture would be. */
export async function openVideo({ video, coder, frame }) {
  closeVideo();
  const mine = turn;
  update({ video, coder, reading: 0 });
  try {
    const about = await ready(video, () => mine === turn);
    const [edges] = about ? await Promise.all([getEdges(video), loadEthogram()]) : [];
    if (mine !== turn) {
      return;
    }
    update({ about, edges, reading: null });
    openPictures(frame);
    await loadCoding(video, coder);
    dataset.ready = "true";
  } catch (error) {
    if (mine === turn) {
      update({ reading: null, openProblem: error.message });
    }
  }
}

/** Leave the recording that is open, if one is. */
export function closeVideo() {
  turn += 1;
  closePictures();
  delete dataset.ready;
  update(NOTHING);
}

/** Read the behaviours, with their keys and colours. */
export async function loadEthogram() {
  update({ ethogram: await get("/api/ethogram") });
}

/** Read again what is known of the open recording: who has marked it, which models have predicted it. */
export async function refreshAbout() {
  const { video } = state;
  if (state.about) {
    const about = await get(`/api/videos/${encodeURIComponent(video)}`);
    if (video === state.video && about.state === "ready") {
      update({ about: { ...state.about, ...about } });
    }
  }
}

/** What the server says of a recording, as soon as its frames' times were read; null when no longer wanted. */
async function ready(video, isWanted) {
  while (isWanted()) {
    const about = await get(`/api/videos/${encodeURIComponent(video)}`);
    if (about.state === "ready") {
      return about;
    }
    update({ reading: about.progress });
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return null;
}
