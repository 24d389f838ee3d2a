/** The picture: a canvas with the frame, zoomed with the wheel and dragged with the pointer. */

import { make } from "./elements.js";
import { PictureView } from "./picture_view.js";
import { state, update, watch } from "./store.js";

const ZOOM = 0.0018;
/** Shares of the video's own size in which pictures are fetched; few, so that a cache of them stays useful. */
const SCALES = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 1];
const ENOUGH = 0.98;
const EMPTY = "#0d0e10";

const view = new PictureView();
const canvas = make("canvas", { dataset: { testid: "picture" }, ariaLabel: "The video's picture" });
const ctx = canvas.getContext("2d", { alpha: false });
/** @type {import("./picture_cache.js").Picture|null} */
let drawn = null;

/** Put the picture into `root`; `onSize` is called when pictures of another size may be needed. */
export function mountPicture(root, onSize) {
  const problem = make("div", { className: "picture-problem", hidden: true, role: "status" });
  root.prepend(canvas, problem);
  new ResizeObserver(() => {
    view.resize(root.clientWidth, root.clientHeight);
    placed(onSize);
  }).observe(root);
  watch(["about"], () => {
    if (state.about) {
      view.reset(state.about.width, state.about.height);
      placed(onSize);
    }
  });
  watch(["pictureProblem"], () => {
    problem.textContent = state.pictureProblem;
    problem.hidden = state.pictureProblem === "";
  });
  listen(root, () => placed(onSize));
}

/** Show all of the picture. */
export function fitPicture() {
  canvas.dispatchEvent(new CustomEvent("fit"));
}

/** Draw a frame's picture. @param {import("./picture_cache.js").Picture} picture */
export function drawFrame(picture) {
  drawn = picture;
  draw();
}

/** Draw nothing any more. */
export function forgetFrame() {
  drawn = null;
  draw();
}

/** The size in which pictures are needed, pixels; `scale` is its share of the video's own size. */
export function pictureSize({ width, height }) {
  const needed = view.scale * devicePixelRatio * ENOUGH;
  const scale = SCALES.find((one) => one >= needed) ?? 1;
  return { width: Math.max(Math.round(width * scale), 1), height: Math.max(Math.round(height * scale), 1), scale };
}

function draw() {
  ctx.fillStyle = EMPTY;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  const bitmap = drawn?.bitmap;
  if (!bitmap || bitmap.width === 0) {
    return;
  }
  const { left, top, scale } = view.place;
  const { width, height } = state.about;
  const ratio = devicePixelRatio * scale;
  ctx.imageSmoothingEnabled = view.zoom < 6; // Closer than that, a person wants to see the pixels.
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(bitmap, left * devicePixelRatio, top * devicePixelRatio, width * ratio, height * ratio);
}

/** Give the canvas its size, draw again, and tell those who draw over it. */
function placed(onSize) {
  if (!state.about) {
    return;
  }
  const { width, height, left, top, scale } = view.place;
  const [wide, high] = [width, height].map((length) => Math.max(Math.round(length * devicePixelRatio), 1));
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${wide / devicePixelRatio}px`;
    canvas.style.height = `${high / devicePixelRatio}px`;
  }
  canvas.classList.toggle("zoomed", view.zoom > 1);
  draw();
  update({ zoom: view.zoom, pictureAt: { width, height, left, top, scale } });
  onSize();
}

function listen(root, changed) {
  const fit = () => (view.fit(), changed());
  root.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    view.zoomAt(Math.exp(-event.deltaY * ZOOM), x, y);
    changed();
  }, { passive: false });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) {
      view.drag(event.movementX, event.movementY);
      changed();
    }
  });
  canvas.addEventListener("pointerdown", (event) => event.button === 0 && root.setPointerCapture(event.pointerId));
  root.addEventListener("dblclick", fit); // The root, because it has captured the pointer.
  canvas.addEventListener("fit", fit);
}
