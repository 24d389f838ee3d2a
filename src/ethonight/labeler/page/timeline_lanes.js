/**
 * The rows of the timeline: one for each behaviour and subject that shows it, or is chosen; beneath each, a thin one for
 * every other source.
 */

const TALL = 24;
const LOW = 18;
const THIN = 10;
const GAP = 3;

/**
 * @typedef {{label: string, subject: string, colour: string, point: boolean, top: number, height: number,
 *   bar: number, leads: boolean, thin: {name: string, kind: string, top: number, height: number}[]}} Lane
 * `top` and `height` in CSS pixels from the top of the lanes; `bar` is the height of the person's own bouts.
 */

/**
 * @param {{behaviours: object[], subjects: string[]}} ethogram
 * @param {{label: string, subject: string}[]} used  lanes that hold bouts
 * @param {{name: string, kind: string}[]} sources  other coders and models, with a row beneath each lane that is used
 * @param {{name: string, only: boolean}} chosen  the subject that is marked now; whether it alone is shown
 * @returns {Lane[]}
 */
export function lanesOf(ethogram, used, sources, chosen) {
  const lanes = [];
  let top = GAP;
  for (const behaviour of withUnknown(ethogram.behaviours, used)) {
    const subjects = subjectsOf(behaviour.label, ethogram.subjects, used, chosen);
    for (const [place, subject] of subjects.entries()) {
      const bar = subjects.length > 1 ? LOW : TALL;
      const beside = used.some((lane) => lane.label === behaviour.label && lane.subject === subject) ? sources : [];
      const thin = beside.map((source, at) => ({
        name: source.name, kind: source.kind, top: top + bar + 1 + at * (THIN + 1), height: THIN,
      }));
      const height = bar + thin.length * (THIN + 1);
      const { label, colour, kind } = behaviour;
      lanes.push({ label, subject, colour, point: kind === "point", top, height, bar, leads: place === 0, thin });
      top += height + GAP;
    }
    top += GAP;
  }
  return lanes;
}

/** The height of all lanes, in CSS pixels. */
export function heightOf(lanes) {
  const last = lanes.at(-1);
  return last ? last.top + last.height + 2 * GAP : 0;
}

/** The lane at a height, undefined between two of them. */
export function laneAt(lanes, y) {
  return lanes.find((lane) => y >= lane.top - 1 && y < lane.top + lane.height + 1);
}

function withUnknown(behaviours, used) {
  const known = new Set(behaviours.map((behaviour) => behaviour.label));
  const labels = new Set(used.map((lane) => lane.label).filter((label) => !known.has(label)));
  return [...behaviours, ...[...labels].map((label) => ({ label, colour: "#8a919c", kind: "state" }))];
}

/** The subjects that have a row: nobody in particular first, then those of the ethogram in its order. */
function subjectsOf(label, named, used, chosen) {
  const found = new Set(used.filter((lane) => lane.label === label).map((lane) => lane.subject)).add(chosen.name);
  const subjects = [...new Set(["", ...named, ...found])].filter((subject) => found.has(subject));
  return chosen.only ? subjects.filter((subject) => subject === chosen.name || subject === "") : subjects;
}
