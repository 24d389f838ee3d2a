/** The dialog in which behaviours and subjects are added, renamed, coloured, given keys, and put in order. */

import { get, put } from "./api.js";
import { behaviourRow, rowOf } from "./behaviour_row.js";
import { openDialog } from "./dialogs.js";
import { make } from "./elements.js";
import { change } from "./marking.js";
import { state, update } from "./store.js";

const HINT =
  "A state lasts from a start to an end; an event is one moment. Of the behaviours with one group name, a subject " +
  "shows one at a time: beginning one ends the other.";

/** Open the editor on the ethogram as the server has it now. */
export async function editEthogram() {
  const ethogram = await get("/api/ethogram");
  const rows = make("tbody");
  const add = (behaviour) => rows.append(behaviourRow(behaviour, rows));
  ethogram.behaviours.forEach(add);
  if (ethogram.behaviours.length === 0) {
    add({});
  }
  const subjects = make("input", {
    type: "text", className: "wide-field", value: ethogram.subjects.join(", "), placeholder: "male, female",
    ariaLabel: "Subjects", dataset: { testid: "subjects" },
  });
  const problem = make("p", { className: "problem", role: "alert", dataset: { testid: "ethogram-problem" } });
  const more = make("button", {
    type: "button", dataset: { testid: "add-behaviour" }, on: { click: () => addRow(rows) },
  }, "Add a behaviour");
  const body = make("form", { className: "ethogram-editor", on: { submit: (event) => event.preventDefault() } },
    make("p", { className: "dim" }, HINT), table(rows), more,
    make("label", { className: "field" }, "Subjects, with the keys 1 to 9", subjects), problem);
  openDialog({
    title: "Behaviours", body, wide: true,
    actions: [
      { label: "Cancel" },
      { label: "Save", primary: true, run: () => save(ethogram.stamp, rows, subjects.value, problem) },
    ],
  });
  rows.querySelector("input[name=label]")?.focus();
}

function table(rows) {
  const names = ["", "Behaviour", "Key", "Colour", "Kind", "Group", "Description", ""];
  const head = make("thead", {}, make("tr", {}, ...names.map((name) => make("th", {}, name))));
  return make("div", { className: "ethogram-table" }, make("table", {}, head, rows));
}

function addRow(rows) {
  rows.append(behaviourRow({}, rows));
  rows.lastElementChild.querySelector("input[name=label]").focus();
}

/** Returns false where it cannot be saved, which keeps the dialog open. */
async function save(stamp, rows, subjects, problem) {
  const found = [...rows.children].map(rowOf).filter(({ behaviour }) => behaviour.label !== "");
  const names = subjects.split(",").map((name) => name.trim()).filter(Boolean);
  const document = { behaviours: found.map(({ behaviour }) => behaviour), subjects: names, stamp };
  try {
    update({ ethogram: await put("/api/ethogram", document) });
  } catch (error) {
    problem.textContent = error.message;
    return false;
  }
  const renamed = found.filter(({ before, behaviour }) => before && before !== behaviour.label);
  askToRelabel(renamed.map(({ before, behaviour }) => ({ before, now: behaviour.label, ids: boutsOf(before) })));
  return true;
}

function boutsOf(label) {
  return (state.bouts?.inOrder() ?? []).filter((bout) => bout.label === label).map((bout) => bout.id);
}

function askToRelabel(renamed) {
  const touched = renamed.filter(({ ids }) => ids.length > 0);
  if (touched.length === 0) {
    return;
  }
  const lines = touched.map(({ before, now, ids }) => make("li", {}, `${before} → ${now}: ${ids.length} bouts`));
  const text =
    `Shall ${state.coder}'s bouts in ${state.video} get the new name too? Bouts in other videos and of other coders ` +
    "keep the old one.";
  openDialog({
    title: "Rename the bouts too?",
    body: make("div", {}, make("ul", {}, ...lines), make("p", {}, text)),
    actions: [
      { label: "Keep the old name" },
      { label: "Rename the bouts", primary: true, run: () => relabel(touched) },
    ],
  });
}

function relabel(renamed) {
  for (const { ids, now } of renamed) {
    change({ do: "relabel", ids, label: now });
  }
}
