/**
 * The coder's changes on their way to the server: one after the other, in the order in which they were made. A change
 * that cannot be sent is kept and sent again; the page says so meanwhile.
 */

import { get, isPassing, post } from "./api.js";
import { pathOf, showWork, take } from "./coding.js";
import { toast } from "./dialogs.js";
import { state, update } from "./store.js";

const AGAIN = 1000;
const CANNOT_SAVE = "Cannot save: the server does not answer. What you mark is kept in this window and sent again.";
const PERHAPS = "The server was away while a change was sent to it. Look whether it is there, else make it again.";
const waiting = [];
let sending = false;

/**
 * Ask for a change of the bouts. Resolves to what it did, or to null where it was refused; the person was told then.
 * @param {{do: string}|(() => {do: string}|null)} body  in frames, never seconds; a function is asked when all changes
 *   before have been made, for what builds on them
 */
export function change(body) {
  return enqueue("", body);
}

export function undo() {
  return enqueue("/undo", () => (state.undo ? {} : null));
}

export function redo() {
  return enqueue("/redo", () => (state.redo ? {} : null));
}

function enqueue(action, body) {
  if (state.readonly) {
    toast(state.readonly, "error");
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    waiting.push({ path: pathOf(state.video, state.coder), action, body, resolve });
    send();
  });
}

async function send() {
  if (sending) {
    return;
  }
  sending = true;
  try {
    while (waiting.length > 0) {
      waiting[0].resolve(await sentOrTold(waiting[0]));
      waiting.shift();
    }
  } finally {
    sending = false;
  }
}

/** Whatever goes wrong with one change, it is not made twice and the next one gets its turn. */
async function sentOrTold(item) {
  try {
    return await sent(item);
  } catch (error) {
    toast(error.message, "error");
    return null;
  }
}

async function sent(item) {
  const base = state.version;
  const body = typeof item.body === "function" ? item.body() : item.body;
  while (body) {
    try {
      const delta = await post(item.path + item.action, { ...body, base });
      take(item.path, delta);
      return delta;
    } catch (error) {
      if (!isPassing(error)) {
        await refused(item, error);
        return null;
      }
    }
    const now = await answered(item);
    if (now.version !== base) {
      toast(PERHAPS, "error"); // It arrived and only the answer was lost, or somebody else has changed the work.
      return null;
    }
  }
  return null;
}

async function refused(item, error) {
  toast(error.message, "error");
  if (error.status === 409) {
    showWork(item.path, await get(item.path));
  }
}

/** Wait until the server answers again; resolves to the work as it has it. */
async function answered(item) {
  for (;;) {
    update({ saved: { state: "offline", message: CANNOT_SAVE } });
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
    try {
      const now = await get(item.path);
      showWork(item.path, now);
      return now;
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
    }
  }
}

addEventListener("beforeunload", (event) => {
  if (waiting.length > 0) {
    event.preventDefault();
  }
});
