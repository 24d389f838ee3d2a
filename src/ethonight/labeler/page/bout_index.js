/**
 * The bouts of one source (a coder, a model), in lanes of one label and subject. A lane is sorted by first frame, and
 * a change touches its own lanes only, so that 20,000 bouts stay quick.
 */

/** @typedef {{id: number, label: string, subject: string, first: number, stop: number, comment?: string}} Mark */

export class BoutIndex {
  #lanes = new Map();
  #marks = new Map();
  #inOrder = null;

  /** @param {Iterable<Mark>} marks */
  constructor(marks = []) {
    for (const mark of marks) {
      this.#marks.set(mark.id, mark);
      this.#laneFor(mark).marks.push(mark);
    }
    for (const lane of this.#lanes.values()) {
      lane.marks.sort(byTime);
      lane.longest = lane.marks.reduce((longest, mark) => Math.max(longest, mark.stop - mark.first), 0);
    }
  }

  get size() {
    return this.#marks.size;
  }

  get(id) {
    return this.#marks.get(id);
  }

  /** Take marks out by id and put others in; an id that is not there is passed over. */
  apply(removed, added) {
    for (const id of removed) {
      this.#remove(id);
    }
    for (const mark of added) {
      this.#remove(mark.id);
      this.#marks.set(mark.id, mark);
      const lane = this.#laneFor(mark);
      lane.marks.splice(placeOf(lane.marks, mark), 0, mark);
      lane.longest = Math.max(lane.longest, mark.stop - mark.first);
    }
    this.#inOrder = null;
  }

  /** Every mark, sorted by time. */
  inOrder() {
    this.#inOrder ??= [...this.#marks.values()].sort(byTime);
    return this.#inOrder;
  }

  /** The marks of one lane, sorted by time. */
  lane(label, subject) {
    return this.#lanes.get(laneKey(label, subject))?.marks ?? [];
  }

  /** [{label, subject}] of the lanes that hold marks. */
  lanes() {
    return [...this.#lanes.values()].filter((lane) => lane.marks.length > 0);
  }

  /**
   * The marks of a lane that share a frame with [first, stop), and points in it; in order of time. Where bouts overlap,
   * as a file may have them, some that end before `first` may be among them.
   */
  within(label, subject, first, stop) {
    const lane = this.#lanes.get(laneKey(label, subject));
    if (!lane) {
      return [];
    }
    let from = firstAt(lane.marks, first - lane.longest);
    const to = firstAt(lane.marks, stop);
    while (from < to && lane.marks[from].stop <= first && lane.marks[from].first < first) {
      from += 1;
    }
    return lane.marks.slice(from, to);
  }

  #laneFor(mark) {
    const key = laneKey(mark.label, mark.subject);
    if (!this.#lanes.has(key)) {
      this.#lanes.set(key, { label: mark.label, subject: mark.subject, marks: [], longest: 0 });
    }
    return this.#lanes.get(key);
  }

  #remove(id) {
    const mark = this.#marks.get(id);
    if (!mark) {
      return;
    }
    this.#marks.delete(id);
    const marks = this.#laneFor(mark).marks;
    for (let place = firstAt(marks, mark.first); place < marks.length; place += 1) {
      if (marks[place].id === id) {
        marks.splice(place, 1);
        return;
      }
    }
  }
}

/** Whether a mark is an event without a duration. */
export function isPoint(mark) {
  return mark.stop === mark.first;
}

/** The place of the first of the sorted marks whose first frame is `frame` or later. */
export function firstAt(marks, frame) {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle].first < frame) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function placeOf(marks, mark) {
  let place = firstAt(marks, mark.first);
  while (place < marks.length && byTime(marks[place], mark) < 0) {
    place += 1;
  }
  return place;
}

function byTime(one, other) {
  return one.first - other.first || one.stop - other.stop || one.id - other.id;
}

/** What tells lanes apart. */
export function laneKey(label, subject) {
  return `${subject}\n${label}`;
}
