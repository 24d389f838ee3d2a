/** Small pictures for buttons, drawn in the colour of the text. */

const PATHS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  backwards: "M17 4.5v15L4 12z",
  first: "M5 5h2.4v14H5zM19 5v14L8.5 12z",
  last: "M16.6 5H19v14h-2.4zM5 5v14l10.5-7z",
  stepBack: "M15.5 5v14L6 12z M17 5h2v14h-2z",
  stepOn: "M8.5 5v14L18 12z M5 5h2v14H5z",
  undo: "M9 5 4 10l5 5v-3.5h5.5a3.5 3.5 0 0 1 0 7H10v2.5h4.5a6 6 0 0 0 0-12H9z",
  redo: "M15 5l5 5-5 5v-3.5H9.5a3.5 3.5 0 0 0 0 7H14v2.5H9.5a6 6 0 0 1 0-12H15z",
  loop: "M7 7h9v3l5-4-5-4v3H5v7h2zM17 17H8v-3l-5 4 5 4v-3h11v-7h-2z",
  fit: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  boxes: "M3 5h11v10H3zM5 7v6h7V7zM10 17h2v2h7v-8h-3V9h5v12H10z",
  light: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 5v14a7 7 0 0 1 0-14z",
  back: "M15 4 7 12l8 8 1.6-1.6L10.2 12l6.4-6.4z",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}
