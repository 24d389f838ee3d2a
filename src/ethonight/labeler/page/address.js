/** The page's address, like #/video01/anna?frame=123: a reload, or a link, comes back to the same place. */

import { state, watch } from "./store.js";

const REST_MS = 400;
const LEFT = "ethonight.left";
let timer = 0;

/** What the address says: {video, coder, frame}; null and 0 where it says nothing. */
export function whereTo() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [video = "", coder = ""] = path.split("/").map(decodeURIComponent);
  const frame = Number.parseInt(new URLSearchParams(query).get("frame") ?? "0", 10);
  const named = new URLSearchParams(location.search).get("video");
  return { video: video || (location.hash ? null : named), coder: coder || null, frame: Math.max(frame || 0, 0) };
}

/** The same after a reload: a browser has read the address before the page could write the last frame into it. */
export function whereLeft() {
  const [navigation] = performance.getEntriesByType("navigation");
  const left = JSON.parse(sessionStorage.getItem(LEFT) ?? "null");
  const there = whereTo();
  const same = navigation?.type === "reload" && left?.video === there.video && left?.coder === there.coder;
  return same ? left : there;
}

/** The address of a place. */
function addressOf(video, coder, frame = 0) {
  const path = [video, coder].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${video && frame > 0 ? `?frame=${frame}` : ""}`;
}

/** Go to another place of the page. */
export function go(video, coder = null) {
  location.hash = addressOf(video, coder);
}

/** Keep the frame in the address, and follow the address when it is changed. @param {() => void} follow */
export function keepAddress(follow) {
  watch(["wanted"], () => {
    clearTimeout(timer);
    timer = setTimeout(write, REST_MS); // Browsers refuse an address that changes with each frame.
  });
  addEventListener("pagehide", leave);
  addEventListener("hashchange", follow);
}

function leave() {
  const { video, coder, wanted } = state;
  sessionStorage.setItem(LEFT, JSON.stringify({ video, coder, frame: wanted }));
  write();
}

function write() {
  clearTimeout(timer);
  if (state.edges && state.coder) {
    history.replaceState(null, "", addressOf(state.video, state.coder, state.wanted));
  }
}
