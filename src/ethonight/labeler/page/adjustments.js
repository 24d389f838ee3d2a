/** Brightness and contrast of the picture on the screen; the video stays as it is. */

import { make } from "./elements.js";
import { icon } from "./icons.js";

const KEPT = "ethonight.light";
const NEUTRAL = 100;

/** A button that opens the two sliders. */
export function adjustments() {
  const canvas = () => document.querySelector("[data-testid=picture]");
  const sliders = ["brightness", "contrast"].map((name) => slider(name, apply));
  const reset = make("button", {
    type: "button", dataset: { testid: "light-reset" }, on: { click: back },
  }, "As recorded");
  const labels = sliders.map(({ label }) => label);
  const box = make("div", { className: "popover", hidden: true }, ...labels, reset);
  const button = make("button", {
    type: "button", className: "tool", title: "Brightness and contrast", ariaLabel: "Brightness and contrast",
    dataset: { testid: "light" }, on: { click: () => (box.hidden = !box.hidden) },
  }, icon("light"));
  const holder = make("span", { className: "popover-holder" }, button, box);
  addEventListener("pointerdown", (event) => !holder.contains(event.target) && (box.hidden = true));

  function apply() {
    const values = sliders.map(({ input }) => Number(input.value));
    const neutral = values.every((value) => value === NEUTRAL);
    canvas().style.filter = neutral ? "" : `brightness(${values[0]}%) contrast(${values[1]}%)`;
    button.classList.toggle("on", !neutral);
    localStorage.setItem(KEPT, JSON.stringify(values));
  }

  function back() {
    sliders.forEach(({ input }) => (input.value = NEUTRAL));
    apply();
  }

  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[100, 100]");
  sliders.forEach(({ input }, place) => (input.value = kept[place]));
  queueMicrotask(apply);
  return holder;
}

function slider(name, changed) {
  const input = make("input", {
    type: "range", min: 25, max: 400, value: NEUTRAL, dataset: { testid: name }, on: { input: changed },
  });
  const title = name[0].toUpperCase() + name.slice(1);
  return { input, label: make("label", { className: "slider" }, make("span", {}, title), input) };
}
