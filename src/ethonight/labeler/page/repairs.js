/** Events without their other end: a person gives it with the playhead, or they are left out. */

import { make } from "./elements.js";
import { seek } from "./player.js";
import { clock } from "./ruler.js";
import { state } from "./store.js";

export class Repairs {
  /** Called after each choice. */
  onChange = () => {};
  #events;
  #frames = new Map();

  /**
   * @param {{place: number, label: string, subject: string, which: "START"|"STOP", second: number, frame: number,
   *   where: string, comment: string}[]} events
   */
  constructor(events) {
    this.#events = events;
  }

  /** The other ends that were given. @returns {{place: number, frame: number}[]} */
  chosen() {
    return [...this.#frames].map(([place, frame]) => ({ place, frame }));
  }

  /** What the page shows for it; nothing where every event has both ends. */
  elements() {
    if (this.#events.length === 0) {
      return [];
    }
    const rows = this.#events.map((event) => this.#row(event));
    return [
      make("h3", {}, "Without their other end"),
      make("p", { className: "dim" }, "Go to where each one ends or starts, and say so; the others are left out."),
      make("div", { className: "repairs", dataset: { testid: "repairs" } }, ...rows),
    ];
  }

  #row(event) {
    const told = make("span", { className: "dim", dataset: { testid: `repair-state-${event.place}` } }, "left out");
    const starts = event.which === "START";
    const give = make("button", {
      type: "button", dataset: { testid: `repair-${event.place}` },
      title: "Take the frame that is shown now", on: { click: () => this.#give(event, told) },
    }, starts ? "Ends here" : "Starts here");
    const leave = make("button", {
      type: "button", className: "quiet", dataset: { testid: `leave-${event.place}` },
      on: { click: () => this.#leave(event, told) },
    }, "Leave out");
    const go = make("button", {
      type: "button", className: "quiet", title: [event.where, event.comment].filter(Boolean).join(": "),
      on: { click: () => seek(event.frame) },
    }, clock(event.second));
    const what = [event.label, event.subject].filter(Boolean).join(", ");
    return make("div", { className: "repair" },
      make("div", {}, make("b", {}, what), starts ? " starts at " : " stops at ", go),
      make("div", { className: "exchange-row" }, give, leave, told),
    );
  }

  #give(event, told) {
    const { frame, edges } = state;
    this.#frames.set(event.place, frame);
    told.textContent = `${event.which === "START" ? "ends" : "starts"} at ${clock(edges[frame])} (frame ${frame})`;
    this.onChange();
  }

  #leave(event, told) {
    this.#frames.delete(event.place);
    told.textContent = "left out";
    this.onChange();
  }
}
