/** One behaviour in the ethogram's dialog. */

import { make } from "./elements.js";
import { state } from "./store.js";

/** A row of the table for a behaviour; {} for a new one. `rows` is the body of the table. */
export function behaviourRow(behaviour, rows) {
  const row = make("tr", { dataset: { before: behaviour.label ?? "" } });
  const field = (name, value, more = {}) =>
    make("input", { type: "text", name, value: value ?? "", ariaLabel: name, ...more });
  const colour = behaviour.colour || freeColour(rows);
  const move = (direction) => moveRow(row, direction);
  row.append(
    cell(button("↑", "Move up", () => move(-1)), button("↓", "Move down", () => move(1))),
    cell(field("label", behaviour.label, { placeholder: "grooming" })),
    cell(keyField(behaviour.key)),
    cell(field("colour", colour, { type: "color" })),
    cell(kindField(behaviour.kind)),
    cell(field("group", behaviour.group)),
    cell(field("description", behaviour.description)),
    cell(button("✕", "Remove this behaviour; its bouts stay", () => row.remove())),
  );
  return row;
}

/** What stands in a row: {before, behaviour}; `before` is the label that it had, "" for a new one. */
export function rowOf(row) {
  const value = (name) => row.querySelector(`[name=${name}]`).value.trim();
  const names = ["label", "key", "colour", "kind", "group", "description"];
  return { before: row.dataset.before, behaviour: Object.fromEntries(names.map((name) => [name, value(name)])) };
}

/** A field that takes the key that is pressed in it. */
function keyField(key) {
  const field = make("input", {
    type: "text", name: "key", value: key ?? "", className: "key-field", readOnly: true, ariaLabel: "key",
    placeholder: "–", title: "Click here and press the key; Backspace takes it away",
  });
  field.addEventListener("keydown", (event) => {
    if (["Tab", "Escape", "Enter"].includes(event.key) || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    if (event.key === "Backspace" || event.key === "Delete") {
      field.value = "";
    } else if (event.key.length === 1 && !/[\d\s]/.test(event.key)) {
      field.value = event.key;
    }
  });
  return field;
}

function kindField(kind) {
  const choice = (value, text) => make("option", { value, selected: value === kind }, text);
  return make("select", { name: "kind", ariaLabel: "kind" }, choice("state", "state"), choice("point", "event"));
}

function moveRow(row, direction) {
  if (direction < 0) {
    row.previousElementSibling?.before(row);
  } else {
    row.nextElementSibling?.after(row);
  }
}

function freeColour(rows) {
  const taken = [...rows.querySelectorAll("[name=colour]")].map((field) => field.value);
  const { palette } = state.ethogram;
  return palette.find((colour) => !taken.includes(colour)) ?? palette[rows.children.length % palette.length];
}

function cell(...children) {
  return make("td", {}, ...children);
}

function button(text, title, run) {
  return make("button", { type: "button", title, className: "quiet", on: { click: run } }, text);
}
