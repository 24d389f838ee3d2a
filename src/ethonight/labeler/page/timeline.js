/** The timeline: a row for each behaviour and subject, the whole recording above it. Drawn when something changed. */

import { BoutIndex } from "./bout_index.js";
import { Overview } from "./overview.js";
import { Ribbons } from "./ribbons.js";
import { selectedBout } from "./selection.js";
import { followAgreement } from "./sources.js";
import { state, watch } from "./store.js";
import { coloursOf } from "./timeline_colours.js";
import { placeOf, TimelineDrag } from "./timeline_drag.js";
import { drawTimeline } from "./timeline_draw.js";
import { drawGutter } from "./timeline_gutter.js";
import { hitAt } from "./timeline_hit.js";
import { heightOf, lanesOf } from "./timeline_lanes.js";
import { openTimelineMenu } from "./timeline_menu.js";
import { addTools } from "./timeline_tools.js";
import { TimelineView } from "./timeline_view.js";
import { addZoomCommands } from "./timeline_zoom.js";

const NONE = new BoutIndex();
const NO_ETHOGRAM = { behaviours: [], subjects: [] };
const ZOOM = 0.0016;

/** Build the timeline inside `root`. */
export function mountTimeline(root) {
  const timeline = new Timeline(root);
  addZoomCommands(timeline);
  followAgreement();
  return timeline;
}

class Timeline {
  view = new TimelineView();
  lanes = [];
  #preview = null;
  #hover = null;
  #height = 1;
  #due = false;
  #overviewDue = true;

  constructor(root) {
    this.#build(root);
    this.colours = coloursOf(root);
    this.ribbons = new Ribbons(() => this.changed());
    this.overview = new Overview(this.strip, { view: this.view, changed: () => this.changed() });
    new TimelineDrag(this.canvas, { scene: () => this.scene(), show: (preview) => this.#show(preview) });
    this.#listen();
    this.#watch();
    new ResizeObserver(() => this.#resize()).observe(this.canvas.parentElement);
  }

  /** Draw anew with the next frame of the screen. */
  changed() {
    if (!this.#due) {
      this.#due = true;
      requestAnimationFrame(() => this.#draw());
    }
  }

  /** Show the frames [first, stop). */
  show(first, stop) {
    this.view.show(first, stop);
    this.changed();
  }

  /** @returns {import("./timeline_draw.js").Scene} */
  scene() {
    return {
      view: this.view, height: this.#height, scroll: this.names.scrollTop, lanes: this.lanes, edges: state.edges,
      bouts: state.bouts ?? NONE, sources: state.sources, ribbons: this.ribbons.byLane, opened: state.opened,
      scored: state.scored, frame: state.frame, selected: state.selected, preview: this.#preview, hover: this.#hover,
      loop: state.loop, colours: this.colours,
    };
  }

  #build(root) {
    root.classList.add("timeline");
    root.innerHTML = `
      <div class="timeline-tools"></div>
      <div class="timeline-strip"><canvas class="overview" data-testid="overview"
        aria-label="The whole recording"></canvas></div>
      <div class="timeline-gutter">
        <div class="timeline-corner">
          <span title="Time that was watched completely. Drag beside this to mark it, with Shift to take it away.">
            scored</span>
        </div>
        <div class="timeline-names"></div>
      </div>
      <div class="timeline-body"><canvas data-testid="timeline" tabindex="0" aria-label="Timeline"></canvas></div>`;
    this.canvas = root.querySelector("[data-testid=timeline]");
    this.strip = root.querySelector(".overview");
    this.names = root.querySelector(".timeline-names");
    addTools(root.querySelector(".timeline-tools"), root.querySelector(".timeline-corner"), this);
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("contextmenu", (event) => this.#menu(event));
    canvas.addEventListener("pointermove", (event) => this.#hoverAt(placeOf(event)[0]));
    canvas.addEventListener("pointerleave", () => this.#hoverAt(null));
    this.names.addEventListener("scroll", () => this.changed());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#recolour());
  }

  #watch() {
    watch(["edges"], () => this.#takeRecording());
    watch(["ethogram", "bouts", "version", "opened", "sources", "subject", "onlySubject"], () => this.#arrange());
    watch(["frame"], () => this.#follow());
    watch(["selected"], () => this.#revealSelected());
    watch(["scored", "loop", "selected"], () => this.changed());
    watch(["scored", "edges"], () => (this.#overviewDue = true));
    this.#takeRecording();
    this.#arrange();
  }

  #takeRecording() {
    if (state.edges) {
      this.view.reset(state.edges.length - 1);
    }
    this.changed();
  }

  #arrange() {
    const sources = [...state.sources.values()];
    const used = [state.bouts ?? NONE, ...sources.map((source) => source.bouts)].flatMap((bouts) => bouts.lanes());
    const chosen = { name: state.subject, only: Boolean(state.onlySubject && state.subject) };
    this.lanes = lanesOf(state.ethogram ?? NO_ETHOGRAM, [...used, ...state.opened], sources, chosen);
    drawGutter(this.names, this.lanes, heightOf(this.lanes), state);
    this.#overviewDue = true;
    this.changed();
  }

  #follow() {
    if (state.playing || !this.#preview) {
      this.view.reveal(state.frame);
    }
    this.changed();
  }

  #revealSelected() {
    const bout = selectedBout();
    if (bout && !this.#preview && (bout.stop < this.view.first || bout.first > this.view.stop)) {
      this.view.revealStretch(bout.first, bout.stop);
    }
    const lane = bout && this.lanes.find(({ label, subject }) => label === bout.label && subject === bout.subject);
    if (lane) {
      this.#revealLane(lane);
    }
  }

  #revealLane({ top, bar }) {
    const { scrollTop, clientHeight } = this.names;
    if (top < scrollTop || top + bar > scrollTop + clientHeight) {
      this.names.scrollTop = top - clientHeight / 2;
    }
  }

  #show(preview) {
    this.#preview = preview;
    this.changed();
  }

  #hoverAt(x) {
    this.#hover = x;
    this.changed();
  }

  #wheel(event) {
    event.preventDefault();
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.altKey) {
      this.names.scrollTop += event.deltaY;
    } else if (sideways) {
      this.view.pan((event.deltaX || event.deltaY) / this.view.pixelsPerFrame);
    } else {
      this.view.zoom(Math.exp(event.deltaY * ZOOM), this.view.at(placeOf(event)[0]));
    }
    this.changed();
  }

  #menu(event) {
    event.preventDefault();
    if (!state.edges || state.readonly) {
      return;
    }
    const [x, y] = placeOf(event);
    const frame = Math.min(Math.max(Math.floor(this.view.at(x)), 0), this.view.total - 1);
    openTimelineMenu(event, hitAt(this.scene(), x, y), frame, this);
  }

  #recolour() {
    this.colours = coloursOf(this.canvas);
    this.#overviewDue = true;
    this.changed();
  }

  #resize() {
    fit(this.canvas);
    fit(this.strip);
    this.view.width = Math.max(this.canvas.clientWidth, 1);
    this.#height = this.canvas.clientHeight;
    this.#overviewDue = true;
    this.changed();
  }

  #draw() {
    this.#due = false;
    this.canvas.closest(".timeline").classList.toggle("empty", !state.edges);
    if (!state.edges) {
      return;
    }
    const scene = this.scene();
    const model = [...state.sources.values()].find((source) => source.scores)?.name ?? null;
    this.ribbons.want(state.video, model, this.lanes, this.view);
    drawTimeline(contextOf(this.canvas), scene);
    const { clientWidth, clientHeight } = this.strip;
    if (this.#overviewDue) {
      this.#overviewDue = false;
      this.overview.paint(scene, clientWidth, clientHeight, devicePixelRatio);
    }
    this.overview.draw(contextOf(this.strip), scene, clientWidth, clientHeight);
    this.canvas.dataset.first = this.view.first;
    this.canvas.dataset.stop = this.view.stop;
  }
}

function fit(canvas) {
  canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
  canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
}

function contextOf(canvas) {
  const ctx = canvas.getContext("2d");
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return ctx;
}
