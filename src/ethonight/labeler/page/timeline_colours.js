/** The colours of the timeline, taken from the style sheet, which has a light and a dark look. */

const NAMES = {
  paper: "--timeline-paper", lane: "--timeline-lane", thin: "--timeline-thin", head: "--timeline-head",
  grid: "--timeline-grid", line: "--timeline-line", ink: "--timeline-ink", dim: "--timeline-dim",
  scored: "--timeline-scored", unscored: "--timeline-unscored", loop: "--timeline-loop", veil: "--timeline-veil",
  window: "--timeline-window", hover: "--timeline-hover", playhead: "--timeline-playhead",
  playheadFrame: "--timeline-playhead-frame", accent: "--timeline-erase",
};

/** @returns {Record<string, string>} also `font`, for canvases */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  const colours = Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  return { ...Object.fromEntries(colours), font: `11px ${style.fontFamily}` };
}
