/** A menu at the pointer. */

let shown = null;

/**
 * @param {number} x  in the window, CSS pixels
 * @param {number} y
 * @param {({heading: string}
 *   |{label: string, run: () => void, keys?: string, colour?: string, disabled?: boolean})[]} items
 */
export function openMenu(x, y, items) {
  closeMenu();
  const before = document.activeElement;
  const root = document.createElement("div");
  root.className = "menu";
  root.role = "menu";
  root.dataset.testid = "menu";
  root.append(...items.map((item) => (item.heading === undefined ? entry(item) : heading(item.heading))));
  document.body.append(root);
  place(root, x, y);
  root.addEventListener("keydown", (event) => onKey(event, root));
  shown = { root, before };
  root.querySelector("button:not(:disabled)")?.focus();
}

/** @param {boolean} byKeyboard  the keyboard goes on where it was */
function closeMenu(byKeyboard = false) {
  if (!shown) {
    return;
  }
  const { root, before } = shown;
  shown = null;
  root.remove();
  if (byKeyboard) {
    before?.focus();
  }
}

function entry({ label, run, keys, colour, disabled }) {
  const button = document.createElement("button");
  button.type = "button";
  button.role = "menuitem";
  button.disabled = Boolean(disabled);
  if (colour) {
    const swatch = document.createElement("i");
    swatch.className = "swatch";
    swatch.style.background = colour;
    button.append(swatch);
  }
  button.append(label);
  if (keys) {
    const hint = document.createElement("kbd");
    hint.textContent = keys;
    button.append(hint);
  }
  button.addEventListener("click", (event) => {
    closeMenu(event.detail === 0);
    run();
  });
  return button;
}

function heading(text) {
  const element = document.createElement("div");
  element.className = "menu-heading";
  element.textContent = text;
  return element;
}

function place(root, x, y) {
  const box = root.getBoundingClientRect();
  root.style.left = `${Math.max(Math.min(x, innerWidth - box.width - 8), 8)}px`;
  root.style.top = `${Math.max(Math.min(y, innerHeight - box.height - 8), 8)}px`;
}

function onKey(event, root) {
  event.stopPropagation();
  const buttons = [...root.querySelectorAll("button:not(:disabled)")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    closeMenu(true);
  }
}

window.addEventListener("pointerdown", (event) => {
  if (shown && !shown.root.contains(event.target)) {
    closeMenu();
  }
});
window.addEventListener("blur", () => closeMenu());
