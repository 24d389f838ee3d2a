/** Runs of frames whose pictures are needed, in the order of need. */

const AHEAD = { count: 14, urgent: 8 };
const BEHIND = { count: 10, urgent: 5 };

/**
 * @typedef {{first: number, step: number, count: number, urgent: number}} Run
 *   the frames first, first + step, ...; fetching begins when one of the first `urgent` is missing, and fills the run
 */

/**
 * Around a frame that is looked at: itself, those in the direction of travel (1 or -1), then those behind.
 * @returns {Run[]}
 */
export function runsAround(frame, direction, total) {
  const towards = (step) => (step > 0 ? total - 1 - frame : frame);
  const beside = (step, { count, urgent }) => ({
    first: frame + step, step, count: Math.min(count, towards(step)), urgent: Math.min(urgent, towards(step)),
  });
  const itself = { first: frame, step: direction, count: 1, urgent: 1 };
  return [itself, beside(direction, AHEAD), beside(-direction, BEHIND)].filter(({ count }) => count > 0);
}

/** Whether a frame is one of the runs'. */
export function isIn(runs, frame) {
  return runs.some(({ first, step, count }) => {
    const place = (frame - first) / step;
    return Number.isInteger(place) && place >= 0 && place < count;
  });
}
