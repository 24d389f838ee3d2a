/** The bar under the picture: play, step, speed, where one is, the loop, and how the picture is shown. */

import { adjustments } from "./adjustments.js";
import { make } from "./elements.js";
import { icon } from "./icons.js";
import { jumpField, parseClock, parseFrame } from "./jump_field.js";
import { boxesButton } from "./overlay.js";
import { fitPicture } from "./picture.js";
import { seek, setLoop, setSpeed, SPEEDS, step, toggle } from "./player.js";
import { clock, frameAt } from "./ruler.js";
import { state, watch } from "./store.js";

/** The fields for the time and the frame; commands let a person type into them. */
export const timeField = jumpField({
  testid: "time", title: "Time. Click to jump to another one, like 1:23.5", parse: parseClock,
  jump: (second) => seek(Math.floor(frameAt(state.edges, second) + 1e-6)),
});
export const frameField = jumpField({
  testid: "frame-number", title: "Frame. Click to jump to another one", parse: parseFrame, jump: seek,
});

/** Build the bar inside `root`. */
export function mountTransport(root) {
  root.append(
    make("div", { className: "bar-part" }, ...steps()),
    make("div", { className: "bar-part" }, speed()),
    make("div", { className: "bar-part readouts" }, ...place()),
    make("div", { className: "bar-part bar-end" }, loop(), boxesButton(), adjustments(), zoom()),
  );
}

function steps() {
  const forwards = button("play", "Play or stop (Space)", () => toggle(1), "play");
  forwards.classList.add("play");
  const backwards = button("backwards", "Play backwards (Shift+Space)", () => toggle(-1), "play-backwards");
  watch(["playing", "direction"], () => {
    const [on, back] = [state.playing && state.direction > 0, state.playing && state.direction < 0];
    forwards.replaceChildren(icon(on ? "pause" : "play"));
    backwards.replaceChildren(icon(back ? "pause" : "backwards"));
  });
  return [
    button("first", "First frame (Home)", () => seek(0), "first"),
    button("stepBack", "One frame back (←)", () => step(-1), "step-back"),
    backwards,
    forwards,
    button("stepOn", "One frame on (→)", () => step(1), "step-on"),
    button("last", "Last frame (End)", () => seek(state.edges.length - 2), "last"),
  ];
}

function speed() {
  const choice = make("select", {
    title: "Speed (Shift+↑, Shift+↓)", ariaLabel: "Speed", dataset: { testid: "speed" },
    on: { change: () => (setSpeed(Number(choice.value)), choice.blur()) },
  }, ...SPEEDS.map((one) => make("option", { value: String(one) }, `${one}×`)));
  const show = () => (choice.value = String(state.speed));
  watch(["speed"], show);
  show();
  return choice;
}

function place() {
  const length = make("span", { className: "dim", dataset: { testid: "duration" } });
  const total = make("span", { className: "dim", dataset: { testid: "frames" } });
  watch(["edges"], () => {
    length.textContent = state.edges ? `/ ${clock(state.edges.at(-1))}` : "";
    total.textContent = state.edges ? `/ ${state.edges.length - 1}` : "";
  });
  watch(["frame", "edges"], () => {
    timeField.show(state.edges ? clock(state.edges[state.frame]) : "");
    frameField.show(String(state.frame));
  });
  return [timeField.element, length, make("span", { className: "dim caption" }, "frame"), frameField.element, total];
}

function loop() {
  const text = make("span");
  const chip = make("button", {
    type: "button", className: "chip loop", title: "Played again and again. Click to end that", hidden: true,
    dataset: { testid: "loop" }, on: { click: () => setLoop(null) },
  }, icon("loop"), text, " ✕");
  watch(["loop"], () => {
    chip.hidden = state.loop === null;
    const frames = state.loop ? state.loop[1] - state.loop[0] : 0;
    text.textContent = `Loop, ${frames} frame${frames === 1 ? "" : "s"}`;
  });
  return chip;
}

function zoom() {
  const fit = button("fit", "All of the picture (double click). Zoom with the wheel, drag to move", fitPicture, "fit");
  const text = make("span", { className: "zoom-text" });
  fit.append(text);
  watch(["zoom"], () => {
    text.textContent = state.zoom > 1 ? `${state.zoom.toFixed(1)}×` : "";
    fit.classList.toggle("on", state.zoom > 1);
  });
  return fit;
}

function button(name, title, run, testid) {
  return make("button", {
    type: "button", className: "tool", title, ariaLabel: title, dataset: { testid }, on: { click: run },
  }, icon(name));
}
