/**
 * The pointer on the timeline: scrub, select, drag edges and whole bouts, draw new ones, mark time as scored. A drag
 * shows what it would do; one change is sent when the button is let go, none after Escape.
 */

import { kindOf, previewOf } from "./drag_previews.js";
import { change } from "./marking.js";
import { loopBout } from "./marking_commands.js";
import { seek } from "./player.js";
import { select, selectAlso } from "./selection.js";
import { state } from "./store.js";
import { hitAt } from "./timeline_hit.js";

const FAR = 4;
const MARGIN = 24;
const CURSORS = { first: "ew-resize", stop: "ew-resize", body: "grab", ruler: "col-resize", scored: "crosshair" };

export class TimelineDrag {
  #drag = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{scene: () => import("./timeline_draw.js").Scene, show: (preview: object|null) => void}} host
   */
  constructor(canvas, host) {
    this.canvas = canvas;
    this.host = host;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", () => this.#cancel());
    canvas.addEventListener("dblclick", (event) => this.#loop(event));
    window.addEventListener("keydown", (event) => this.#escape(event), { capture: true });
  }

  #begin(event) {
    if (event.button === 2) {
      return;
    }
    event.preventDefault();
    this.canvas.focus();
    this.canvas.setPointerCapture(event.pointerId);
    const scene = this.host.scene();
    const [x, y] = placeOf(event);
    const hit = hitAt(scene, x, y);
    const kind = kindOf(event, hit, Boolean(state.readonly));
    this.#drag = {
      kind, hit, x, grab: scene.view.at(x), playhead: state.frame, on: !event.shiftKey, far: kind === "scrub",
      preview: null,
    };
    if (kind === "scrub") {
      seek(frameUnder(scene, x));
    }
  }

  #move(event) {
    const scene = this.host.scene();
    const [x, y] = placeOf(event);
    if (!this.#drag) {
      const hit = hitAt(scene, x, y);
      this.canvas.style.cursor = CURSORS[hit.mark ? hit.part : hit.zone] ?? "default";
      return;
    }
    this.#drag.far ||= Math.abs(x - this.#drag.x) >= FAR;
    if (this.#drag.far) {
      this.#drawn(scene, x, event.altKey);
    }
  }

  #drawn(scene, x, freely) {
    const drag = this.#drag;
    if (drag.kind === "pan") {
      scene.view.pan(drag.grab - scene.view.at(x));
      this.host.show(null);
      return;
    }
    follow(scene.view, x);
    if (drag.kind === "scrub") {
      seek(frameUnder(scene, x));
      return;
    }
    drag.preview = previewOf(scene, drag, x, freely);
    this.canvas.style.cursor = drag.kind === "body" ? "grabbing" : "ew-resize";
    this.host.show(drag.preview);
    if (!state.playing) {
      seek(Math.min(drag.preview.look, scene.view.total - 1));
    }
  }

  #end(event) {
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.preview) {
      this.#finish(drag);
    } else if (drag) {
      this.#click(event, drag);
    }
  }

  #click(event, { hit, kind, x }) {
    const own = hit.mark && hit.source === null;
    if (own && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      selectAlso(hit.mark.id);
    } else if (own) {
      select([hit.mark.id], hit.part === "first" ? "first" : "stop");
    } else if (kind === "create") {
      select([]);
      seek(frameUnder(this.host.scene(), x));
    }
  }

  async #finish({ kind, preview }) {
    const { id, label, subject, first, stop, scored } = preview;
    if (kind === "score") {
      await change({ do: "score", first, stop, subject: "", on: scored });
    } else if (kind === "create") {
      const delta = await change({ do: "add", label, subject, first, stop });
      select((delta?.added ?? []).filter((mark) => mark.label === label).map((mark) => mark.id));
    } else {
      select([id], kind === "body" ? state.edge : kind);
      await change({ do: "move", id, first, stop });
    }
    this.host.show(null);
  }

  #loop(event) {
    const { mark } = hitAt(this.host.scene(), ...placeOf(event));
    if (mark) {
      loopBout(mark);
    }
  }

  #cancel() {
    if (this.#drag?.preview && !state.playing) {
      seek(this.#drag.playhead);
    }
    this.#drag = null;
    this.host.show(null);
  }

  #escape(event) {
    if (event.key === "Escape" && this.#drag) {
      event.stopImmediatePropagation();
      event.preventDefault();
      this.#cancel();
    }
  }
}

/** Where the pointer is on its element, in CSS pixels. */
export function placeOf(event) {
  const box = event.currentTarget.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function frameUnder({ view }, x) {
  return Math.min(Math.max(Math.floor(view.at(x)), 0), view.total - 1);
}

/** Let the view follow a pointer that leaves it. */
function follow(view, x) {
  const beyond = x < MARGIN ? x - MARGIN : x > view.width - MARGIN ? x - view.width + MARGIN : 0;
  if (beyond !== 0) {
    view.pan(Math.min(Math.max(beyond, -MARGIN), MARGIN) / view.pixelsPerFrame / 2);
  }
}
