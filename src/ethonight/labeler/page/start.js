/** The start page: who marks, and which video. */

import { go } from "./address.js";
import { get } from "./api.js";
import { make } from "./elements.js";
import { state, update, watch } from "./store.js";

const CODER = "ethonight.coder";
const NAME_FIRST = "Give your name first. Your bouts are saved under it, apart from those of others.";
const NO_FILE_NAME = /[/\\:*?"<>|\p{C}]|^\./u;
const NOT_A_NAME = "Bouts are saved in a file of this name: use letters, digits, - and _.";
const NONE_FOUND = "No video has this in its name.";
const NO_VIDEOS = "No videos yet. Add one: pixi run label path/to/video.mp4";

/** The coder who worked here last; empty if nobody has. */
export function rememberedCoder() {
  return localStorage.getItem(CODER) ?? "";
}

export function rememberCoder(name) {
  localStorage.setItem(CODER, name);
}

/** Read what there is in the workspace. */
export async function loadWorkspace() {
  update({ workspace: await get("/api/workspace") });
}

/** Build the page inside `root`. */
export function mountStart(root) {
  const start = new StartPage(root);
  watch(["workspace"], () => start.draw());
}

class StartPage {
  constructor(root) {
    this.title = make("h1");
    this.known = make("div", { className: "chips" });
    this.count = make("span", { className: "dim" });
    this.hint = make("p", { className: "problem", role: "alert", dataset: { testid: "start-problem" } });
    this.list = make("div", { className: "videos", role: "list" });
    this.name = make("input", {
      type: "text", id: "coder-name", placeholder: "Your name, like anna", value: rememberedCoder(),
      autocomplete: "off", spellcheck: false, dataset: { testid: "coder-name" },
      on: { input: () => this.#showCoder(), keydown: (event) => event.key === "Enter" && this.search.focus() },
    });
    this.search = make("input", {
      type: "search", placeholder: "Find a video", ariaLabel: "Find a video", dataset: { testid: "find-videos" },
      on: { input: () => this.#drawVideos(), keydown: (event) => event.key === "Enter" && this.#openFirst() },
    });
    const who = make("label", { htmlFor: "coder-name" }, "Who is marking?");
    const find = make("div", { className: "find" }, make("h2", {}, "Videos"), this.search, this.count);
    root.append(make("div", { className: "start-sheet" },
      make("header", {}, make("p", { className: "eyebrow" }, "Ethonight"), this.title),
      make("section", { className: "who" }, who, this.name, this.known, this.hint),
      make("section", {}, find, this.list),
    ));
  }

  /** Show the workspace as it was read last. */
  draw() {
    this.title.textContent = state.workspace.name;
    const names = [...new Set(state.workspace.videos.flatMap(({ coders }) => coders))].sort();
    this.known.replaceChildren(...names.map((coder) => this.#chip(coder)));
    this.#drawVideos();
  }

  #chip(coder) {
    const choose = () => {
      this.name.value = coder;
      rememberCoder(coder);
      this.#showCoder();
    };
    return make("button", {
      type: "button", className: "chip", dataset: { testid: `coder-${coder}`, coder }, on: { click: choose },
    }, coder);
  }

  #drawVideos() {
    const found = this.#found();
    const all = state.workspace.videos.length;
    this.count.textContent = found.length === all ? `${all}` : `${found.length} of ${all}`;
    const nothing = make("p", { className: "dim" }, all > 0 ? NONE_FOUND : NO_VIDEOS);
    const rows = found.map((video) => row(video, () => this.#open(video.name)));
    this.list.replaceChildren(...(rows.length > 0 ? rows : [nothing]));
    this.#showCoder();
  }

  /** Show where the name that is written is known already. */
  #showCoder() {
    this.hint.textContent = "";
    for (const one of [...this.known.children, ...this.list.querySelectorAll("[data-coder]")]) {
      one.classList.toggle("chosen", one.dataset.coder === this.name.value.trim());
    }
  }

  #found() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return state.workspace.videos.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  }

  #openFirst() {
    const first = this.#found().find(({ missing }) => !missing);
    if (first) {
      this.#open(first.name);
    }
  }

  #open(video) {
    const coder = this.name.value.trim();
    if (!coder || NO_FILE_NAME.test(coder)) {
      this.hint.textContent = coder ? NOT_A_NAME : NAME_FIRST;
      this.name.focus();
      return;
    }
    rememberCoder(coder);
    go(video, coder);
  }
}

/** Who has marked a video, and how many bouts. */
function coderNote(coder, bouts) {
  const title = bouts === null ? `${coder}'s file cannot be read: open it to see why` : `${coder}: ${bouts} bouts`;
  return make("span", { className: "coder", title, dataset: { coder } }, `${coder} ${bouts ?? "?"}`);
}

function row({ name, coders, bouts, predictions, missing, problem }, open) {
  const models = predictions.length > 0 ? [`predicted by ${predictions.join(", ")}`] : [];
  const notes = [
    ...coders.map((coder) => coderNote(coder, bouts[coder])),
    ...models.map((text) => make("span", { className: "models" }, text)),
  ];
  return make("button", {
    type: "button", role: "listitem", className: `video${missing ? " missing" : ""}`, disabled: missing,
    dataset: { testid: `video-${name}` }, on: { click: open },
  },
  make("span", { className: "video-name" }, name),
  make("span", { className: "video-notes" }, ...(problem ? [make("span", { className: "problem" }, problem)] : notes)),
  );
}
