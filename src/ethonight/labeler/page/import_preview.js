/** What an import would bring: format, observation, bouts per behaviour, notes, events to repair, and the button. */

import { make } from "./elements.js";
import { totalClock } from "./ruler.js";

/**
 * @param {HTMLElement} root
 * @param {object} found  what the server says of the file
 * @param {{file: string, repairs: Repairs, again: (observation: number) => void, cancel: () => void,
 *   run: () => Promise<void>}} actions
 */
export function showPreview(root, found, { file, repairs, again, cancel, run }) {
  const button = make("button", { type: "button", className: "primary", dataset: { testid: "import-run" } });
  const label = () => {
    const number = boutCount(found) + repairs.chosen().length;
    button.textContent = `Import ${number} ${number === 1 ? "bout" : "bouts"}`;
    button.disabled = number === 0 && found.watched === 0;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    await run();
    label();
  });
  repairs.onChange = label;
  label();
  root.replaceChildren(
    make("p", {}, make("b", {}, file), ` ${found.format.title}`),
    ...observationChoice(found, again),
    boutTable(found.bouts),
    ...watchedText(found.watched),
    noteList(found.notes),
    ...repairs.elements(),
    make("div", { className: "exchange-row" },
      button,
      make("button", { type: "button", on: { click: cancel } }, "Cancel"),
    ),
  );
}

function boutCount(found) {
  return found.bouts.reduce((sum, { bouts }) => sum + bouts, 0);
}

/** A choice where the file holds several observations; the one that names this video is chosen first. */
function observationChoice(found, again) {
  if (found.observations.length < 2) {
    return [];
  }
  const options = found.observations.map(({ name, bouts }, place) => {
    const text = `${name || `Observation ${place + 1}`} (${bouts})`;
    return make("option", { value: place, selected: place === found.observation }, text);
  });
  const choice = make("select", {
    dataset: { testid: "import-observation" }, on: { change: () => again(Number(choice.value)) },
  }, ...options);
  return [make("label", { className: "exchange-row" }, "Observation ", choice)];
}

function boutTable(rows) {
  if (rows.length === 0) {
    return make("p", { className: "dim" }, "No bouts in this observation.");
  }
  const head = ["Behaviour", "Subject", "Bouts", "Time"].map((title) => make("th", { scope: "col" }, title));
  return make("table", { className: "import-table", dataset: { testid: "import-table" } },
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows.map(boutRow)),
  );
}

function boutRow({ label, subject, bouts, events, seconds, new: isNew }) {
  const title = "Not in the ethogram yet; it is added";
  const badge = isNew ? [make("span", { className: "badge", title }, "new")] : [];
  return make("tr", { dataset: { label } },
    make("td", {}, label, " ", ...badge),
    make("td", {}, subject),
    make("td", { className: "number" }, String(bouts)),
    make("td", { className: "number" }, events === bouts ? "events" : totalClock(seconds)),
  );
}

function watchedText(stretches) {
  const text = `It also says which time was watched (${stretches} ${stretches === 1 ? "stretch" : "stretches"}).`;
  return stretches > 0 ? [make("p", { className: "dim" }, text)] : [];
}

function noteList(notes) {
  const items = notes.map((note) => make("li", {}, note));
  return make("ul", { className: "exchange-notes", dataset: { testid: "import-notes" } }, ...items);
}
