/** The panel "Bouts": all bouts in order of time. Only the rows in sight exist, so that 20,000 are no burden. */

import { isPoint } from "./bout_index.js";
import { saveComment } from "./comment.js";
import { make } from "./elements.js";
import { goTo, loopBout } from "./marking_commands.js";
import { addPanel } from "./panels.js";
import { clock, lengthText } from "./ruler.js";
import { selectAlso } from "./selection.js";
import { state, watch } from "./store.js";

const ROW = 30;
const BEYOND = 6;

/** Add the panel to the page. */
export function addBoutsPanel() {
  addPanel({ name: "bouts", title: "Bouts", render: (root) => new BoutsTable(root) });
}

class BoutsTable {
  #found = [];
  #due = false;

  constructor(root) {
    root.classList.add("bouts-panel");
    this.search = make("input", {
      type: "search", placeholder: "Behaviour, subject or comment", ariaLabel: "Find bouts",
      dataset: { testid: "find-bouts" }, on: { input: () => this.#find() },
    });
    this.count = make("span", { className: "dim" });
    this.sheet = make("div", { className: "bouts-sheet", role: "list" });
    this.scroller = make("div", { className: "bouts-scroller", on: { scroll: () => this.#soon() } }, this.sheet);
    root.replaceChildren(make("div", { className: "bouts-search" }, this.search, this.count), this.scroller);
    watch(["bouts", "version", "ethogram"], () => this.#find());
    watch(["selected"], () => this.#revealSelected());
    new ResizeObserver(() => this.#soon()).observe(this.scroller);
    this.#find();
  }

  #find() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = state.bouts?.inOrder() ?? [];
    this.#found = words.length === 0 ? all : all.filter((bout) => matches(bout, words));
    this.sheet.classList.toggle("with-subjects", all.some(({ subject }) => subject !== ""));
    this.sheet.style.height = `${this.#found.length * ROW}px`;
    this.count.textContent = words.length === 0 ? counted(all.length) : `${this.#found.length} of ${all.length}`;
    this.#draw();
  }

  #soon() {
    if (!this.#due) {
      this.#due = true;
      requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.#due = false;
    if (this.sheet.contains(document.activeElement) && document.activeElement.matches("input")) {
      return; // A comment is being written; the row stays until it is done.
    }
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(Math.floor(scrollTop / ROW) - BEYOND, 0);
    const stop = Math.ceil((scrollTop + clientHeight) / ROW) + BEYOND;
    const colours = new Map((state.ethogram?.behaviours ?? []).map(({ label, colour }) => [label, colour]));
    const bouts = this.#found.slice(first, stop);
    const rows = bouts.map((bout, place) => this.#row(bout, first + place, colours.get(bout.label)));
    this.sheet.replaceChildren(...(rows.length > 0 ? rows : [make("p", { className: "dim" }, emptyText())]));
  }

  #row(bout, place, colour = "#8a919c") {
    const comment = make("input", {
      type: "text", value: bout.comment, placeholder: "…", ariaLabel: "Comment",
      title: bout.comment || "Comment", disabled: Boolean(state.readonly),
      on: {
        blur: () => this.#commented(bout, comment.value),
        keydown: (event) => commentKey(event, bout, comment),
      },
    });
    const chosen = state.selected.has(bout.id);
    return make("div", {
      role: "listitem", className: `bout-row${chosen ? " chosen" : ""}`, style: { top: `${place * ROW}px` },
      dataset: { testid: `bout-${bout.id}`, first: bout.first, stop: bout.stop },
      on: { click: (event) => clicked(event, bout) },
    },
    make("span", { className: "bout-time" }, clock(bout.start)),
    make("i", { className: isPoint(bout) ? "swatch point" : "swatch", style: { background: colour } }),
    make("span", { className: "bout-label", title: bout.label }, bout.label),
    make("span", { className: "bout-subject", title: bout.subject }, bout.subject),
    make("span", { className: "bout-length" }, isPoint(bout) ? "event" : lengthText(bout.end - bout.start)),
    comment,
    );
  }

  #commented(bout, text) {
    saveComment(bout, text);
    this.#soon();
  }

  #revealSelected() {
    const [id] = state.selected;
    const place = state.selected.size === 1 ? this.#found.findIndex((bout) => bout.id === id) : -1;
    const top = place * ROW;
    const { scrollTop, clientHeight } = this.scroller;
    if (place >= 0 && (top < scrollTop || top + ROW > scrollTop + clientHeight)) {
      this.scroller.scrollTop = top - clientHeight / 2;
    }
    this.#soon();
  }
}

function counted(count) {
  return count === 1 ? "1 bout" : `${count.toLocaleString("en")} bouts`;
}

function matches(bout, words) {
  const text = `${bout.label} ${bout.subject} ${bout.comment}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function clicked(event, bout) {
  if (event.target.matches("input")) {
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    selectAlso(bout.id);
  } else if (event.detail === 2) {
    loopBout(bout); // No "dblclick": the first click has drawn the row anew.
  } else {
    goTo(bout);
  }
}

function commentKey(event, bout, field) {
  if (event.key === "Escape") {
    field.value = bout.comment;
  }
  if (event.key === "Enter" || event.key === "Escape") {
    event.stopPropagation();
    field.blur();
  }
}

function emptyText() {
  return state.bouts?.size
    ? "No bout matches."
    : "No bouts yet. Press the key of a behaviour to begin one, and again to end it.";
}
