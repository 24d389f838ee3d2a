/** The list of behaviours: key, colour, how often and how long; a click marks like the key. Above it, the subjects. */

import { mark } from "./behaviour_keys.js";
import { isPoint } from "./bout_index.js";
import { make } from "./elements.js";
import { editEthogram } from "./ethogram_editor.js";
import { lengthText, secondAt, totalClock } from "./ruler.js";
import { showPanel } from "./panels.js";
import { state, update, watch } from "./store.js";

const FIRST =
  "No behaviours yet. Give each one a name and a key. Pressing the key begins a bout at the frame that is shown, " +
  "pressing it again ends it.";
const OR_IMPORT = "Bouts that you have from BORIS, ELAN or another program bring their behaviours along.";

/** Build the list inside `root`. */
export function mountBehaviours(root) {
  root.classList.add("behaviours");
  watch(["ethogram", "bouts", "version", "opened", "subject", "coder", "readonly"], () => draw(root));
  draw(root);
}

/** Choose the subject that is marked next; "" for none. */
export function chooseSubject(name) {
  update({ subject: name });
}

function draw(root) {
  const { ethogram } = state;
  if (!ethogram) {
    root.replaceChildren();
    return;
  }
  const edit = make("button", {
    type: "button", className: "quiet", title: "Behaviours, keys, colours, subjects",
    dataset: { testid: "edit-ethogram" }, on: { click: () => editEthogram() },
  }, "Edit…");
  const head = make("header", {}, make("h2", {}, "Behaviours"), edit);
  const list = ethogram.behaviours.length > 0 ? rows(ethogram.behaviours) : [invitation()];
  root.replaceChildren(...subjectsOf(ethogram), head, ...list);
}

function rows(behaviours) {
  const totals = totalsOf(state.bouts, state.subject);
  const items = behaviours.map((behaviour) => row(behaviour, totals.get(behaviour.label) ?? { count: 0, seconds: 0 }));
  return [make("div", { className: "behaviour-list" }, ...items)];
}

function row(behaviour, { count, seconds }) {
  const { label, key, colour, kind, group, description } = behaviour;
  const open = state.opened.filter((one) => one.label === label && (!state.subject || one.subject === state.subject));
  const notes = [kind === "point" ? "event" : "", group ? `group ${group}` : "", description].filter(Boolean);
  return make("button", {
    type: "button", className: `behaviour${open.length > 0 ? " open" : ""}`, title: [label, ...notes].join("\n"),
    disabled: Boolean(state.readonly), dataset: { testid: `behaviour-${label}`, open: String(open.length > 0) },
    style: { "--colour": colour }, on: { click: (event) => clicked(event, behaviour) },
  },
  make("kbd", {}, key || "·"),
  make("i", { className: kind === "point" ? "swatch point" : "swatch", style: { background: colour } }),
  make("span", { className: "behaviour-label" }, label),
  make("span", { className: "behaviour-total" }, totalText(open, kind, count, seconds)),
  );
}

function clicked(event, behaviour) {
  event.currentTarget.blur(); // Space goes on playing the video, and does not mark again.
  mark(behaviour);
}

function totalText(open, kind, count, seconds) {
  if (open.length > 0) {
    return `${totalClock(secondAt(state.edges, Math.min(...open.map((one) => one.first))))} –`;
  }
  if (count === 0) {
    return "";
  }
  return kind === "point" ? `${count}` : `${count} · ${seconds < 60 ? lengthText(seconds) : totalClock(seconds)}`;
}

function totalsOf(bouts, subject) {
  const totals = new Map();
  for (const lane of bouts?.lanes() ?? []) {
    if (subject && lane.subject !== subject) {
      continue;
    }
    const total = totals.get(lane.label) ?? { count: 0, seconds: 0 };
    for (const bout of lane.marks) {
      total.count += 1;
      total.seconds += isPoint(bout) ? 0 : bout.end - bout.start;
    }
    totals.set(lane.label, total);
  }
  return totals;
}

function subjectsOf({ subjects }) {
  if (subjects.length === 0) {
    return [];
  }
  const chip = (name, text, key) => make("button", {
    type: "button", className: `chip${state.subject === name ? " chosen" : ""}`,
    ariaPressed: String(state.subject === name), dataset: { testid: `subject-${name}` },
    on: { click: () => chooseSubject(name) },
  }, make("kbd", {}, key), text);
  const chips = subjects.map((name, place) => chip(name, name, place < 9 ? String(place + 1) : "·"));
  return [
    make("header", {}, make("h2", {}, "Subject")),
    make("div", { className: "chips" }, chip("", "none", "0"), ...chips),
  ];
}

function invitation() {
  return make("div", { className: "invitation", dataset: { testid: "no-behaviours" } },
    make("p", {}, FIRST),
    make("button", { type: "button", className: "primary", on: { click: () => editEthogram() } },
      "Add the first behaviour"),
    make("p", {}, OR_IMPORT),
    make("button", { type: "button", on: { click: () => showPanel("exchange") } }, "Import"),
  );
}
