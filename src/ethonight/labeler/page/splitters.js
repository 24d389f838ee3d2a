/** The lines between the parts of the page; dragging one makes its part larger or smaller. */

const KEPT = "ethonight.sizes";
const sizes = JSON.parse(localStorage.getItem(KEPT) ?? "{}");

/**
 * @param {HTMLElement} handle  is dragged
 * @param {{name: string, side: "left"|"right"|"bottom", least: number, most: () => number}} part
 *   `name` is that of the style property --name-size of the page; least and most are CSS pixels
 */
export function addSplitter(handle, { name, side, least, most }) {
  const set = (size) => {
    sizes[name] = Math.round(Math.min(Math.max(size, least), most()));
    document.documentElement.style.setProperty(`--${name}-size`, `${sizes[name]}px`);
  };
  if (sizes[name]) {
    set(sizes[name]);
  }
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) {
      set({ left: event.clientX, right: innerWidth - event.clientX, bottom: innerHeight - event.clientY }[side]);
    }
  });
  handle.addEventListener("pointerup", () => localStorage.setItem(KEPT, JSON.stringify(sizes)));
  handle.addEventListener("dblclick", () => {
    delete sizes[name];
    document.documentElement.style.removeProperty(`--${name}-size`);
    localStorage.setItem(KEPT, JSON.stringify(sizes));
  });
}
