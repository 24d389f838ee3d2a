/** Whether the server answers, and whether what was marked is saved. */

import { events } from "./api.js";
import { make } from "./elements.js";
import { state, update, watch } from "./store.js";

const WORDS = { saved: "Saved", waiting: "Saving …", problem: "Not saved", offline: "Cannot save" };

/**
 * Listen to the server. Events may be missed while it is gone: `back` reads again what they would have told.
 * @param {(event: {kind: string}) => void} onEvent
 * @param {() => void} back
 */
export function connect(onEvent, back) {
  events(onEvent, {
    opened: () => {
      const wasGone = !state.connected;
      update({ connected: true, refused: false });
      if (wasGone) {
        back();
      }
    },
    lost: (forGood) => update({ connected: false, refused: forGood }),
  });
}

/** The indicator in the head of the page. */
export function mountSaved(root) {
  const text = make("span", { dataset: { testid: "saved" } });
  root.append(make("i", { className: "dot" }), text);
  watch(["saved", "video", "readonly"], () => {
    const { state: kind, message } = state.saved;
    root.hidden = !state.video;
    root.className = `saved ${state.readonly ? "problem" : kind}`;
    root.title = state.readonly || message || "All that you have marked is on disk.";
    text.textContent = state.readonly ? "Read only" : WORDS[kind];
  });
}

/** A line across the page where something keeps a person from working. */
export function mountBanner(root) {
  watch(["connected", "refused", "saved", "readonly"], () => {
    const message = trouble();
    root.hidden = message === "";
    root.textContent = message;
  });
}

function trouble() {
  const { saved } = state;
  if (saved.state === "offline" || (saved.state === "problem" && !state.readonly)) {
    return saved.message;
  }
  if (state.refused) {
    return "The server no longer lets this page in. Open the address that 'label' has printed.";
  }
  if (!state.connected) {
    return "The server does not answer. Is 'label' still running? This page goes on as soon as it is back.";
  }
  return state.readonly && `${state.readonly} Mend the file; until then, these bouts can only be looked at.`;
}
