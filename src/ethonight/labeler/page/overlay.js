/** Subjects' places and identities, drawn over the picture. */

import { make } from "./elements.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { Places } from "./places.js";
import { state, update, watch } from "./store.js";

/** Bright on dark and on light ground; those of the behaviours are for bouts. */
const COLOURS = ["#4fc3ff", "#ffb32e", "#5fe08f", "#ff8fc8", "#c3a6ff", "#f4f06a", "#ff7d5c", "#6ff0e6"];
const KEPT = "ethonight.boxes";
const POINT = 5;

let places = null;

/** Put the overlay over the picture in `root`. */
export function mountOverlay(root) {
  const canvas = make("canvas", { className: "overlay", dataset: { testid: "overlay" } });
  const legend = make("div", { className: "legend", dataset: { testid: "legend" } });
  root.append(canvas, legend);
  watch(["boxes", "video"], () => open(legend));
  watch(["frame", "pictureAt", "boxes", "places"], () => draw(canvas));
}

/** The button that chooses whose places are shown. */
export function boxesButton() {
  const button = make("button", {
    type: "button", className: "tool", title: "Subjects' places and identities (Ctrl+I)", ariaLabel: "Subjects' places",
    hidden: true, dataset: { testid: "boxes" }, on: { click: () => choose(button) },
  }, icon("boxes"));
  watch(["about"], () => {
    button.hidden = sources().length === 0;
    const kept = localStorage.getItem(KEPT) ?? "";
    update({ boxes: sources().includes(kept) ? kept : "" });
  });
  watch(["boxes"], () => button.classList.toggle("on", Boolean(state.boxes)));
  return button;
}

/** Show the first source of places, or none. */
export function toggleBoxes() {
  show(state.boxes ? "" : sources()[0] ?? "");
}

function sources() {
  return (state.about?.boxes ?? []).map(({ name }) => name);
}

function choose(anchor) {
  if (sources().length === 1) {
    toggleBoxes();
    return;
  }
  const { left, top } = anchor.getBoundingClientRect();
  const entry = (name, text) => ({ label: `${state.boxes === name ? "✓ " : ""}${text}`, run: () => show(name) });
  const items = [{ heading: "Show places from" }, ...sources().map((name) => entry(name, name)), entry("", "nowhere")];
  openMenu(left, top - 40 - 30 * items.length, items);
}

function show(name) {
  localStorage.setItem(KEPT, name);
  update({ boxes: name });
}

function open(legend) {
  const arrived = () => update({ places: state.boxes });
  const source = state.about?.boxes.find(({ name }) => name === state.boxes);
  places = source ? new Places(state.video, source.name, arrived) : null;
  const named = (source?.subjects ?? []).map((name, subject) => [name, subject]).filter(([name]) => name !== "");
  legend.replaceChildren(...named.map(([name, subject]) => make("span", {},
    make("i", { className: "swatch", style: { background: colourOf(subject) } }), name)));
}

function draw(canvas) {
  if (!state.pictureAt) {
    return;
  }
  const { width, height } = state.pictureAt;
  const [wide, high] = [width, height].map((length) => Math.round(length * devicePixelRatio));
  if (canvas.width !== wide || canvas.height !== high) {
    Object.assign(canvas, { width: wide, height: high });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.font = `600 12px ${getComputedStyle(canvas).fontFamily}`;
  for (const place of places?.at(state.frame, state.edges.length - 1) ?? []) {
    drawPlace(ctx, place, state.pictureAt);
  }
}

/** An ellipse with a line towards the animal's long axis, or a ring where only a point is known; beside it the name. */
function drawPlace(ctx, place, { left, top, scale }) {
  const [x, y] = [left + place.x * scale, top + place.y * scale];
  const known = place.long !== null && place.short !== null && place.angle !== null;
  const [a, b] = known ? [(place.long * scale) / 2, (place.short * scale) / 2] : [POINT, POINT];
  const outline = new Path2D();
  outline.ellipse(x, y, a, b, known ? place.angle : 0, 0, 2 * Math.PI);
  twice(ctx, colourOf(place.subject), (line) => line.stroke(outline));
  const beside = known ? Math.hypot(a * Math.cos(place.angle), b * Math.sin(place.angle)) : a;
  drawName(ctx, place, x + beside + 6, y);
}

function drawName(ctx, { name, subject }, x, y) {
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3;
  ctx.strokeStyle = "rgba(0, 0, 0, 0.75)";
  ctx.strokeText(name, x, y);
  ctx.fillStyle = colourOf(subject);
  ctx.fillText(name, x, y);
}

/** Draw dark and wide first, so that the line is seen on any ground. */
function twice(ctx, colour, stroke) {
  for (const [style, width] of [["rgba(0, 0, 0, 0.6)", 3.5], [colour, 1.75]]) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    stroke(ctx);
  }
}

function colourOf(subject) {
  return COLOURS[subject % COLOURS.length];
}
