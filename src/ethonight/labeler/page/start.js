/** The start page: who marks, and which video. */

import { go } from "./address.js";
import { get } from "./api.js";
import { make } from "./elements.js";
import { state, update, watch } from "./store.js";

const CODER = "ethonight.coder";

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
  const title = make("h1");
  const known = make("div", { className: "chips" });
  const name = make("input", {
    type: "text", id: "coder-name", placeholder: "Your name, like anna", value: rememberedCoder(), autocomplete: "off",
    spellcheck: false, dataset: { testid: "coder-name" }, on: { input: () => drawCoders() },
  });
  const search = make("input", {
    type: "search", placeholder: "Find a video", ariaLabel: "Find a video", dataset: { testid: "find-videos" },
    on: { input: () => drawVideos(), keydown: (event) => event.key === "Enter" && openFirst() },
  });
  const count = make("span", { className: "dim" });
  const hint = make("p", { className: "problem", role: "alert", dataset: { testid: "start-problem" } });
  const list = make("div", { className: "videos", role: "list" });
  root.append(make("div", { className: "start-sheet" },
    make("header", {}, make("p", { className: "eyebrow" }, "Ethonight"), title),
    make("section", { className: "who" }, make("label", { htmlFor: "coder-name" }, "Who is marking?"), name, known, hint),
    make("section", {}, make("div", { className: "find" }, make("h2", {}, "Videos"), search, count), list),
  ));
  watch(["workspace"], () => draw());
  name.addEventListener("keydown", (event) => event.key === "Enter" && search.focus());

  function draw() {
    title.textContent = state.workspace.name;
    drawCoders();
    drawVideos();
  }

  function drawCoders() {
    const names = [...new Set((state.workspace?.videos ?? []).flatMap(({ coders }) => coders))].sort();
    const chip = (coder) => make("button", {
      type: "button", className: `chip${coder === name.value.trim() ? " chosen" : ""}`, dataset: { testid: `coder-${coder}` },
      on: { click: () => choose(coder) },
    }, coder);
    known.replaceChildren(...names.map(chip));
    hint.textContent = "";
    list.querySelectorAll("[data-coder]").forEach((one) => one.classList.toggle("mine", one.dataset.coder === name.value.trim()));
  }

  function choose(coder) {
    name.value = coder;
    rememberCoder(coder);
    drawCoders();
  }

  function drawVideos() {
    const found = foundVideos();
    const all = state.workspace.videos.length;
    count.textContent = found.length === all ? `${all}` : `${found.length} of ${all}`;
    list.replaceChildren(...(found.length > 0 ? found.map((video) => row(video, open)) : [nothing(all)]));
    drawCoders();
  }

  function foundVideos() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return state.workspace.videos.filter((video) => words.every((word) => video.name.toLowerCase().includes(word)));
  }

  function openFirst() {
    const first = foundVideos().find(({ missing }) => !missing);
    if (first) {
      open(first.name);
    }
  }

  function open(video) {
    const coder = name.value.trim();
    if (!coder) {
      hint.textContent = "Give your name first. Your bouts are saved under it, apart from those of others.";
      name.focus();
      return;
    }
    rememberCoder(coder);
    go(video, coder);
  }
}

function row({ name, coders, predictions, missing, problem }, open) {
  const notes = [
    ...coders.map((coder) => make("span", { className: "coder", dataset: { coder } }, coder)),
    ...(predictions.length > 0 ? [make("span", { className: "models" }, `${predictions.length} predicted by: ${predictions.join(", ")}`)] : []),
  ];
  return make("button", {
    type: "button", role: "listitem", className: `video${missing ? " missing" : ""}`, disabled: missing,
    dataset: { testid: `video-${name}` }, on: { click: () => open(name) },
  },
  make("span", { className: "video-name" }, name),
  make("span", { className: "video-notes" }, ...(problem ? [make("span", { className: "problem" }, problem)] : notes)),
  );
}

function nothing(all) {
  const text = all > 0 ? "No video has this in its name." : "No videos yet. Add one: pixi run label path/to/video.mp4";
  return make("p", { className: "dim" }, text);
}
