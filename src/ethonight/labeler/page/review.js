/** The panel "Review": a model's questions one after the other, the most useful first. */

import { toast } from "./dialogs.js";
import { make } from "./elements.js";
import { addPanel, showPanel } from "./panels.js";
import { ReviewCard } from "./review_card.js";
import { back, begin, end, train } from "./review_session.js";
import { watchReview } from "./review_showing.js";
import { loadWorkspace } from "./start.js";
import { state, watch } from "./store.js";

/** Add the panel to the page. */
export function addReviewPanel() {
  addPanel({
    name: "review", title: "Review", render: (root) => new ReviewPanel(root),
    shown: () => loadWorkspace().catch((error) => toast(error.message, "error")),
  });
  watchReview();
}

class ReviewPanel {
  constructor(root) {
    root.classList.add("review-panel");
    this.choice = new ReviewChoice();
    this.card = new ReviewCard();
    this.counts = make("p", { className: "review-counts", dataset: { testid: "review-counts" } });
    this.sentence = make("p", { className: "dim", dataset: { testid: "review-sentence" } });
    this.notes = make("div", { className: "review-notes" });
    this.result = make("div", { className: "review-result", dataset: { testid: "review-result" }, hidden: true });
    this.train = button("Train again with these", () => this.#train(), { dataset: { testid: "review-train" } });
    this.tools = make("div", { className: "review-tools" },
      button("Back", back, { title: "Take the last answer back (↑)", dataset: { testid: "review-back" } }),
      button("End", end, { title: "End the review (Escape)", dataset: { testid: "review-end" } }), this.train,
    );
    this.going = make("div", { className: "review-going", hidden: true },
      this.card.root, this.counts, this.sentence, this.tools, this.result, this.notes);
    root.replaceChildren(this.choice.root, this.going);
    watch(["review", "edges", "ethogram"], () => this.#draw());
    this.#draw();
  }

  #draw() {
    const { review } = state;
    this.choice.root.hidden = Boolean(review);
    this.going.hidden = !review;
    if (!review) {
      this.result.hidden = true;
      return;
    }
    const { left, reviewed, right, skipped, sentence } = review.counts;
    const more = skipped > 0 ? `, ${skipped} skipped` : "";
    const said = reviewed > 0 ? `${reviewed} answered (the model was right in ${right})` : "Nothing answered yet";
    this.counts.textContent = `${said}${more} · ${left} left`;
    this.sentence.textContent = review.item ? sentence : "";
    this.train.disabled = reviewed === 0;
    this.train.classList.toggle("primary", !review.item);
    this.notes.replaceChildren(...review.notes.map((note) => make("p", { className: "dim" }, note)));
    this.card.draw(review);
  }

  async #train() {
    const queued = await train();
    if (queued) {
      const lines = [...queued.notes, queued.message].map((text) => make("p", {}, text));
      this.result.replaceChildren(
        make("p", {}, "Queued: ", make("b", {}, queued.settings.join(", "))), ...lines,
        make("code", { className: "command" }, queued.command),
        button("Show the jobs", () => showPanel("jobs"), { className: "quiet" }),
      );
      this.result.hidden = false;
      this.result.scrollIntoView({ block: "nearest" });
    }
  }
}

/** Which model is asked, and about which videos. */
class ReviewChoice {
  constructor() {
    this.model = make("select", { dataset: { testid: "review-model" }, on: { change: () => this.#drawVideos() } });
    this.videos = make("div", { className: "review-videos" });
    this.start = button("Start the review", () => this.#begin(), {
      className: "primary", dataset: { testid: "review-start" },
    });
    this.problem = make("p", { className: "problem", role: "alert" });
    this.form = make("div", { className: "review-form" },
      make("label", {}, make("span", {}, "Model"), this.model),
      make("span", {}, "Videos"), this.videos, this.start);
    this.intro = make("p", { className: "dim" });
    this.root = make("div", { className: "review-choice" }, this.intro, this.form, this.problem);
    watch(["workspace", "video"], () => this.#draw());
    this.#draw();
  }

  #draw() {
    const models = [...new Set((state.workspace?.videos ?? []).flatMap(({ predictions }) => predictions))].sort();
    const chosen = this.model.value;
    const option = (name) => make("option", { value: name, selected: name === chosen }, name);
    this.model.replaceChildren(...models.map(option));
    this.root.hidden = state.workspace === null || Boolean(state.review);
    this.form.hidden = models.length === 0;
    this.intro.textContent = models.length > 0
      ? "Look at what a model has marked where an answer teaches it most. Each answer goes into your bouts."
      : "There are no predictions yet. Train a model under Jobs, let it predict videos, then come back.";
    this.#drawVideos();
  }

  #drawVideos() {
    const there = (state.workspace?.videos ?? []).filter(({ predictions }) => predictions.includes(this.model.value));
    this.boxes = there.map(({ name }) => make("input", {
      type: "checkbox", checked: true, value: name, dataset: { testid: `review-video-${name}` },
    }));
    this.videos.replaceChildren(...this.boxes.map((box) => make("label", {}, box, ` ${box.value}`)));
  }

  async #begin() {
    const videos = this.boxes.filter(({ checked }) => checked).map(({ value }) => value);
    this.problem.textContent = videos.length > 0 ? "" : "Choose at least one video.";
    if (videos.length > 0) {
      this.start.disabled = true;
      try {
        await begin(this.model.value, videos);
      } catch (error) {
        toast(error.message, "error");
      } finally {
        this.start.disabled = false;
      }
    }
  }
}

function button(text, click, properties = {}) {
  return make("button", { type: "button", ...properties, on: { click: () => click() } }, text);
}
