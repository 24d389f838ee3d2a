/** The dialog with all keys: behaviours first, then the commands by group. */

import { allCommands } from "./commands.js";
import { openDialog } from "./dialogs.js";
import { make } from "./elements.js";
import { state } from "./store.js";

const SIGNS = new Map([
  ["ArrowLeft", "←"], ["ArrowRight", "→"], ["ArrowUp", "↑"], ["ArrowDown", "↓"], ["PageUp", "Page ↑"],
  ["PageDown", "Page ↓"], ["Delete", "Del"], ["Escape", "Esc"],
]);
const MARKING =
  "A key begins a bout and ends it again, playing or stopped. With Shift, it relabels the selected bouts.";
const FIRST_SUBJECT = "subject-1";
const OTHER_SUBJECT = /^subject-[2-9]$/;

export function openHelp() {
  const groups = Map.groupBy(allCommands().filter(({ name }) => !OTHER_SUBJECT.test(name)), ({ group }) => group);
  const parts = [...groups].map(([group, commands]) => part(group, commands.map(commandRow)));
  const behaviours = state.ethogram?.behaviours ?? [];
  const body = make("div", { className: "help", dataset: { testid: "help" } },
    part("Behaviours", behaviours.length > 0 ? behaviours.map(behaviourRow) : [row([], "None yet")], MARKING),
    ...parts);
  openDialog({ title: "Keys", body, wide: true });
}

function part(title, rows, note = "") {
  const notes = note ? [make("p", { className: "dim" }, note)] : [];
  return make("section", {}, make("h3", {}, title), ...notes, make("dl", {}, ...rows.flat()));
}

function commandRow({ name, title, keys }) {
  if (name === FIRST_SUBJECT) {
    return row([["1"], ["9"]], "Subject 1 to 9", "…");
  }
  return row(keys.map((key) => keysOf(key)), title);
}

function behaviourRow({ label, key, colour, kind }) {
  const swatch = make("i", { className: kind === "point" ? "swatch point" : "swatch", style: { background: colour } });
  const text = make("span", {}, swatch, ` ${label}`);
  return row(key ? [[key]] : [], text);
}

function row(keys, text, between = "or") {
  const signs = keys.flatMap((parts, place) => [
    ...(place > 0 ? [make("span", { className: "dim" }, ` ${between} `)] : []),
    ...parts.map((one) => make("kbd", {}, one)),
  ]);
  return [make("dt", {}, ...signs), make("dd", {}, text)];
}

/** The parts of a key's name: "Ctrl+Shift+Z" is three, "+" is one. */
function keysOf(name) {
  const parts = name === "+" ? ["+"] : name.split("+");
  return parts.map((one) => SIGNS.get(one) ?? one);
}
