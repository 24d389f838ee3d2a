/** Times along the timeline. `edges` are the seconds at which frames begin, and the end of the last one. */

const STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14400, 28800,
];
const ROOM = 92;

/** Before which frame a bout ends that ends at a frame of `total`; at the last one, with the recording. */
export function endAt(frame, total) {
  return frame === total - 1 ? total : frame;
}

/**
 * The marks of the ruler for a view: [{x, text}], text "" for the small ones between.
 * @param {Float64Array} edges
 * @param {import("./timeline_view.js").TimelineView} view
 */
export function ticks(edges, view) {
  const from = secondAt(edges, view.first);
  const to = secondAt(edges, view.stop);
  const least = ((to - from) / Math.max(view.width, 1)) * ROOM;
  const step = STEPS.find((one) => one >= least) ?? STEPS.at(-1);
  const parts = step >= 60 && step % 4 === 0 ? 4 : 5;
  const marks = [];
  for (let count = Math.ceil((from / step) * parts - 1e-6); (count / parts) * step <= to; count += 1) {
    const second = (count / parts) * step;
    const text = count % parts === 0 ? shortClock(second, step) : "";
    marks.push({ x: view.x(frameAt(edges, second)), text });
  }
  return marks;
}

/** The second at a place among the frames, a real number; between two edges in proportion. */
export function secondAt(edges, frame) {
  const within = Math.min(Math.max(frame, 0), edges.length - 1);
  const before = Math.min(Math.floor(within), edges.length - 2);
  return edges[before] + (within - before) * (edges[before + 1] - edges[before]);
}

/** The place among the frames, a real number, at a second; the inverse of `secondAt`. */
export function frameAt(edges, second) {
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= second) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low + (second - edges[low]) / (edges[low + 1] - edges[low]);
}

/** h:mm:ss.mmm */
export function clock(second) {
  return shortClock(second, 0.001);
}

/** A length in words: "0.42 s", "12.4 s", "3:05 min", "2:10:00 h". */
export function lengthText(seconds) {
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  }
  const [hours, minutes, rest] = shortClock(seconds, 1).split(":");
  return hours === "0" ? `${Number(minutes)}:${rest} min` : `${hours}:${minutes}:${rest} h`;
}

/** A sum of lengths, short: m:ss, or h:mm:ss. */
export function totalClock(seconds) {
  return shortClock(seconds, 1).replace(/^0:0?(?=\d+:)/, "");
}

function shortClock(second, step) {
  const decimals = step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9);
  const scale = 10 ** decimals;
  const whole = Math.round(Math.abs(second) * scale);
  const seconds = Math.floor(whole / scale);
  const two = (number) => String(number).padStart(2, "0");
  const fraction = decimals > 0 ? `.${String(whole % scale).padStart(decimals, "0")}` : "";
  const sign = second < 0 && whole > 0 ? "-" : "";
  return `${sign}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}
