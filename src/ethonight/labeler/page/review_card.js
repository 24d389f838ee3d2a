/** One question on the screen: what, where, why, and what an answer says. */

import { make } from "./elements.js";
import { clock } from "./ruler.js";
import { keep, nearby, reject, relabel, setAlso, skip, watched } from "./review_session.js";
import { ReviewStrip } from "./review_strip.js";
import { state } from "./store.js";

const OTHER_COLOUR = "#8a93a1";

export class ReviewCard {
  constructor() {
    this.swatch = make("i", { className: "swatch" });
    this.label = make("select", {
      ariaLabel: "Behaviour", dataset: { testid: "review-label" }, on: { change: () => relabel(this.label.value) },
    });
    this.score = make("span", { className: "review-score", title: "The model's mean score here" });
    this.where = make("p", { dataset: { testid: "review-where" } });
    this.reasons = make("p", { className: "review-reasons" });
    this.strip = new ReviewStrip();
    this.also = make("div", { className: "review-also" });
    this.says = make("p", { className: "dim", dataset: { testid: "review-says" } });
    this.nothing = make("p", {
      className: "review-nothing", dataset: { testid: "review-done" },
    }, "Nothing is left to be asked.");
    this.asked = make("div", { className: "review-asked" },
      make("div", { className: "review-title" }, this.swatch, this.label, this.score),
      this.where, this.reasons, this.strip.root, this.also, this.says,
      make("div", { className: "review-answers" },
        answer("Yes", "Enter", keep, "keep", "primary"), answer("No", "Del", reject, "reject", ""),
        answer("Skip", "↓", skip, "skip", "")),
    );
    this.root = make("div", { className: "review-card", dataset: { testid: "review-card" } }, this.asked, this.nothing);
  }

  draw(review) {
    const { item, here } = review;
    this.nothing.hidden = Boolean(item);
    this.asked.hidden = !item || state.video !== item.video || !state.edges;
    if (this.asked.hidden) {
      return;
    }
    const colour = colourOf(here.label);
    this.swatch.style.background = colour;
    this.#drawLabels(here.label);
    this.score.textContent = item.score.toFixed(2);
    this.where.textContent = whereText(item, here);
    this.root.dataset.first = here.first;
    this.root.dataset.stop = here.stop;
    this.reasons.textContent = item.reasons.join(" · ");
    this.strip.draw(review, colour);
    this.#drawAlso(review);
    this.says.textContent = saysText(review);
  }

  #drawLabels(label) {
    const known = (state.ethogram?.behaviours ?? []).map((one) => one.label);
    const labels = known.includes(label) ? known : [...known, label];
    this.label.replaceChildren(...labels.map((one) => make("option", { value: one, selected: one === label }, one)));
  }

  #drawAlso(review) {
    this.also.replaceChildren(...nearby(review, watched(review)).map(({ label, kind, score, on, place }) => {
      const box = make("input", { type: "checkbox", checked: on, on: { change: () => setAlso(place, box.checked) } });
      const swatch = make("i", { className: "swatch", style: { background: colourOf(label) } });
      const text = kind === "bout" ? `also ${label}` : `perhaps also ${label}`;
      return make("label", {}, box, swatch, ` ${text} (${score.toFixed(2)})`);
    }));
  }
}

function whereText({ video, subject }, { first, stop }) {
  const { edges } = state;
  const who = subject ? `, ${subject}` : "";
  return `${video}${who}: ${clock(edges[first])} to ${clock(edges[stop])}, frames ${first} to ${stop - 1}`;
}

/** What "yes" means, in words. */
function saysText(review) {
  const [first, stop] = watched(review);
  const others = nearby(review, [first, stop]).filter(({ on }) => on).map(({ label }) => label);
  const behaviours = [...new Set([review.here.label, ...others])].map((label) => `“${label}”`).join(", ");
  const when = `from ${clock(state.edges[first])} to ${clock(state.edges[stop])}`;
  return `Yes: ${when} there is ${behaviours} as shown, and nothing else.`;
}

function colourOf(label) {
  return state.ethogram?.behaviours.find((one) => one.label === label)?.colour || OTHER_COLOUR;
}

function answer(text, key, click, name, className) {
  return make("button", {
    type: "button", className, dataset: { testid: `review-${name}` }, on: { click: () => click() },
  }, text, " ", make("kbd", {}, key));
}
