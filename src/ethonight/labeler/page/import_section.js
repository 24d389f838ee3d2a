/** Import: a file is chosen, what it would bring is shown, and only then it is added to the coder's work. */

import { post } from "./api.js";
import { pathOf, take } from "./coding.js";
import { toast } from "./dialogs.js";
import { make } from "./elements.js";
import { formatChoice } from "./format_choice.js";
import { showPreview } from "./import_preview.js";
import { Repairs } from "./repairs.js";
import { state, watch } from "./store.js";

const MOST_BYTES = 45e6;
const ABOUT =
  "BORIS, ELAN, Solomon Coder, BENTO, DeepEthogram, SimBA and others. Nothing is added before you have seen it.";

/** The part of the panel for imports. It holds the chosen file until it was imported or put away. */
export class ImportSection {
  #file = null;
  #asked = 0;

  constructor(root) {
    this.input = make("input", {
      type: "file", hidden: true, dataset: { testid: "import-file" },
      on: { change: () => this.#choose(this.input.files[0]) },
    });
    this.preview = make("div", { className: "import-preview", dataset: { testid: "import-preview" } });
    const choose = make("button", {
      type: "button", dataset: { testid: "import-choose" }, on: { click: () => this.input.click() },
    }, "Choose a file…");
    root.replaceChildren(
      make("h2", {}, "Import"),
      make("p", { className: "dim" }, ABOUT),
      make("div", { className: "exchange-row" }, choose, make("span", { className: "dim" }, "or drop it here")),
      this.input,
      this.preview,
    );
    root.addEventListener("dragover", (event) => event.preventDefault());
    root.addEventListener("drop", (event) => this.#dropped(event));
    watch(["video", "coder"], () => this.#putAway());
  }

  #dropped(event) {
    event.preventDefault();
    this.#choose(event.dataTransfer.files[0]);
  }

  async #choose(file) {
    this.input.value = ""; // The same file can be chosen again after it was changed.
    if (!file) {
      return;
    }
    if (file.size > MOST_BYTES) {
      const size = Math.round(file.size / 1e6);
      toast(`${file.name} is too large (${size} MB); at most ${MOST_BYTES / 1e6} MB are taken.`, "error");
      return;
    }
    try {
      this.#file = { name: file.name, base64: await base64Of(file) };
    } catch {
      toast(`${file.name} cannot be read. Is it open in another program?`, "error");
      return;
    }
    this.#look({});
  }

  /** Ask what the file would bring, read as the person wants: as a format, and which observation. */
  async #look(wanted) {
    const asked = ++this.#asked;
    try {
      const found = await post("/api/import", this.#order(wanted));
      if (asked === this.#asked) {
        this.#show(found);
      }
    } catch (error) {
      if (asked === this.#asked) {
        this.#tell(error.message);
      }
    }
  }

  /** Tell why the file cannot be read, and let the person say what it is. */
  #tell(problem) {
    const formats = formatChoice({
      dataset: { testid: "import-format" }, on: { change: () => this.#look({ format: formats.value }) },
    }, make("option", { value: "" }, "what it looks like"));
    this.preview.replaceChildren(
      make("p", { className: "import-problem", role: "alert", dataset: { testid: "import-problem" } }, problem),
      make("label", { className: "exchange-row" }, "Read it as ", formats),
    );
  }

  #show(found) {
    const repairs = new Repairs(found.unpaired);
    showPreview(this.preview, found, {
      file: this.#file.name,
      repairs,
      again: (observation) => this.#look({ format: found.format.name, observation }),
      cancel: () => this.#putAway(),
      run: () => this.#run(found, repairs),
    });
  }

  async #run(found, repairs) {
    const path = pathOf(state.video, state.coder);
    const wanted = { format: found.format.name, observation: found.observation, repairs: repairs.chosen(), do: true };
    try {
      const done = await post("/api/import", this.#order(wanted));
      take(path, done.delta);
      toast(`${countText(done.added)} added from ${this.#file.name}. Ctrl+Z takes them back.`, "done");
      this.#putAway();
    } catch (error) {
      toast(error.message, "error");
    }
  }

  #order(wanted) {
    return { ...this.#file, video: state.video, coder: state.coder, ...wanted };
  }

  #putAway() {
    this.#file = null;
    this.#asked += 1;
    this.preview.replaceChildren();
  }
}

function countText(number) {
  return `${number} ${number === 1 ? "bout" : "bouts"}`;
}

/** @returns {Promise<string>} */
function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
