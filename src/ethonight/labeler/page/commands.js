/** The commands of the page and their keys. Letters without a modifier belong to the behaviours. */

const commands = [];
const TYPING =
  "input:not([type=range], [type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
const OWN_KEYS = new Map([
  ["Space", "button, summary, [type=checkbox], [type=radio]"],
  ["Enter", "button, summary, a[href]"],
  ["ArrowLeft", "[type=range], [type=radio]"],
  ["ArrowRight", "[type=range], [type=radio]"],
  ["ArrowUp", "[type=range], [type=radio]"],
  ["ArrowDown", "[type=range], [type=radio]"],
]);
/** Keys with which a browser would leave the page, or cover it, in the middle of marking. */
const HARMFUL = new Set([
  "Ctrl+S", "Ctrl+D", "Backspace", "Space", "Shift+Space", "Alt+ArrowLeft", "Alt+ArrowRight", "'", "/",
]);

/**
 * @param {{name: string, title: string, group: string, keys: string[], run: (event: KeyboardEvent) => unknown,
 *   when?: () => unknown, repeat?: boolean}} command
 *   `keys` like "Space", "Shift+ArrowLeft", "Ctrl+Z", "["; `when` says whether it can be done now;
 *   `repeat`: a key that is held down does it again and again
 */
export function addCommand(command) {
  commands.push(command);
}

/** All commands, in the order in which they were added. */
export function allCommands() {
  return commands;
}

/**
 * Act on the keyboard from now on. Of several commands with one key, the one added last that can be done is done.
 * @param {(event: KeyboardEvent) => boolean} otherwise  takes the keys that are no command's; returns whether it did
 */
export function listen(otherwise) {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || belongsElsewhere(event)) {
      return;
    }
    const name = keyName(event);
    const command = commands.findLast(({ keys, when }) => keys.includes(name) && (!when || when()));
    if (command) {
      event.preventDefault();
      if (!event.repeat || command.repeat) {
        command.run(event);
      }
    } else if (!otherwise(event) && HARMFUL.has(name)) {
      event.preventDefault();
    }
  });
  document.addEventListener("click", releaseFocus);
}

/** The name of a key press: modifiers, then the key; of signs the sign itself, however it is typed. */
function keyName(event) {
  const letter = /^[a-z]$/i.test(event.key);
  const named = event.key.length > 1 || event.key === " " || letter;
  const modifiers = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey && named ? "Shift" : "",
  ].filter(Boolean);
  const key = event.key === " " ? "Space" : letter ? event.key.toUpperCase() : event.key;
  return [...modifiers, key].join("+");
}

/** Whether a key press is meant for a field, a dialog, a menu, or the button that the keyboard has chosen. */
function belongsElsewhere(event) {
  const target = event.target instanceof Element ? event.target : document.body;
  const own = OWN_KEYS.get(keyName(event));
  return target.matches(TYPING) || target.closest("dialog[open], [role=menu]") !== null || (own && target.matches(own));
}

/** After a click with the pointer the keyboard goes on with the video, and does not press the same button again. */
function releaseFocus(event) {
  const control = event.detail > 0 && event.target instanceof Element ? event.target.closest("button, summary") : null;
  if (control && !control.closest("dialog, [role=menu]")) {
    control.blur();
  }
}
