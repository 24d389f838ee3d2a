/** The head of the page: which video and whose marks, undo and redo, whether all is saved. */

import { go } from "./address.js";
import { mountSaved } from "./connection.js";
import { make } from "./elements.js";
import { openHelp } from "./help.js";
import { icon } from "./icons.js";
import { redo, undo } from "./marking.js";
import { state, watch } from "./store.js";

/** Build the head inside `root`. */
export function mountHead(root) {
  const back = make("button", {
    type: "button", className: "back", title: "All videos", dataset: { testid: "back" }, on: { click: () => go(null) },
  }, icon("back"), "Videos");
  const video = make("strong", { dataset: { testid: "video-name" } });
  const coder = make("span", { className: "who-marks", dataset: { testid: "coder" } });
  const facts = make("span", { className: "dim facts" });
  const saved = make("span");
  mountSaved(saved);
  const help = make("button", {
    type: "button", className: "tool sign", title: "All keys (?)", ariaLabel: "All keys",
    dataset: { testid: "help-button" }, on: { click: openHelp },
  }, "?");
  root.append(back, video, coder, facts, make("span", { className: "spring" }), saved,
    history("undo", "Ctrl+Z", undo), history("redo", "Ctrl+Y", redo), help);
  watch(["video", "coder", "about"], () => {
    video.textContent = state.video ?? "";
    coder.textContent = state.coder ?? "";
    facts.textContent = state.about ? factsOf(state.about) : "";
    facts.title = state.about ? [...state.about.files, ...state.about.notes].join("\n") : "";
    document.title = state.video ? `${state.video} · ${state.coder} · Ethonight` : "Ethonight";
  });
}

function history(name, keys, run) {
  const button = make("button", {
    type: "button", className: "tool", dataset: { testid: name }, on: { click: run },
  }, icon(name));
  watch(["undo", "redo", "readonly"], () => {
    const word = name === "undo" ? "Undo" : "Redo";
    button.disabled = !state[name] || Boolean(state.readonly);
    button.title = state[name] ? `${word}: ${state[name]} (${keys})` : `Nothing to ${name}`;
    button.ariaLabel = button.title;
  });
  button.disabled = true;
  return button;
}

function factsOf({ width, height, fps, files, notes }) {
  const several = files.length > 1 ? [`${files.length} files`] : [];
  const noted = notes.length > 0 ? [`${notes.length} note${notes.length > 1 ? "s" : ""}`] : [];
  return [`${width} × ${height}`, `${Number(fps.toFixed(2))} fps`, ...several, ...noted].join(" · ");
}
