"""From scores and bouts to questions: each predicted bout, and each stretch where the model may have missed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ethonight.annotations.frames import frames_between, frames_of
from ethonight.annotations.intervals import Interval
from ethonight.frame_times import Edges, frames_shown
from ethonight.review.item import BOUT, MISS, Item, Signs
from ethonight.review.predicted import Coded, Lane, Predicted, Stretch, left_of
from ethonight.review.signs import disagreement, rarity, uncertainty, unclear_edges
from ethonight.temporal.decoding import runs, without_gaps

QUIET_SECONDS = 1.0
"""How far around an item an answer may speak, where nothing else is asked."""
_NEARLY = 0.5
"""A possible miss has at least this share of the threshold as its score."""
_SHORTEST_MISS = 0.5
"""A possible miss lasts at least this share of what a bout must last."""


def questions(predicted: Predicted, coded: Coded, counts: Counter[str]) -> list[Item]:
    """Return everything that can be asked of one video, in the order of time.

    ``counts`` says how many bouts of each label there are, here and in the other videos. What lies in time that the
    coder has watched is not asked; of what lies partly in it, the rest is.
    """
    found = [item for lane in predicted.lanes() for item in _of_lane(predicted, lane, coded, counts)]
    ordered = sorted(found, key=lambda item: (item.first, item.stop, item.label, item.subject))
    return _with_quiet(ordered, coded, predicted.edges)


def _of_lane(predicted: Predicted, lane: Lane, coded: Coded, counts: Counter[str]) -> Iterator[Item]:
    rare = rarity(counts[lane.label], max(counts.values(), default=0))
    watched = coded.watched(lane.subject)
    asked = [(bout.interval, BOUT) for bout in lane.bouts if not bout.is_point]
    asked += [((float(lane.steps[first]), float(lane.steps[stop])), MISS) for first, stop in _nearly(lane)]
    for interval, kind in asked:
        steps, frames = _steps_of(interval, lane.steps), frames_between(interval, predicted.edges)
        chance, signs = float(lane.curve[steps].mean()), _signs(lane, steps, kind, rare)
        for part in left_of(frames.start, frames.stop, watched):
            yield Item(predicted.video, lane.subject, lane.label, *part, kind, chance, signs, watched=part)


def _steps_of(interval: Interval, steps: Edges) -> slice:
    """Return the model's steps in this time; where it is shorter than one, the step that it lies in."""
    found = frames_between(interval, steps)
    return found if found.start < found.stop else slice(one := int(frames_shown(steps, interval[0])), one + 1)


def _signs(lane: Lane, steps: slice, kind: str, rare: float) -> Signs:
    onset, offset = unclear_edges(lane, steps) if kind == BOUT else (None, None)
    unsure = uncertainty(float(lane.curve[steps].mean()), max(lane.decoding.high, 1e-6))
    return Signs(unsure, rare, disagreement(lane.spread, steps), onset, offset)


def _nearly(lane: Lane) -> list[Stretch]:
    """Return the steps of possible misses: the score is high, but no bout was made of it, and none is right beside."""
    decoding = lane.decoding
    high = without_gaps(lane.curve >= max(_NEARLY * decoding.high, 1e-6), lane.steps, decoding.least_gap)
    starts, stops = runs(high)
    long = lane.steps[stops] - lane.steps[starts] >= _SHORTEST_MISS * decoding.least_duration
    taken = np.zeros(len(lane.curve) + 1, dtype=np.int64)
    for bout in lane.bouts:
        taken[1:][frames_of(bout, lane.steps)] = 1
    before = np.cumsum(taken)
    clear = before[stops] == before[starts]
    kept = zip(starts[long & clear].tolist(), stops[long & clear].tolist(), strict=True)
    return [(first, stop) for first, stop in kept]


def _with_quiet(items: Sequence[Item], coded: Coded, edges: Edges) -> list[Item]:
    """Let answers speak also for what is quiet around an item: up to a second, and up to the subject's next item.

    So the model is shown where a bout begins and ends, not only its middle, and no other question is answered by the
    way. It ends where time begins that was watched before.
    """
    widened = list(items)
    for subject in {item.subject for item in items}:
        places = [place for place, item in enumerate(items) if item.subject == subject]
        busy = coded.watched(subject)
        for place, stretch in zip(places, _quiet([items[place] for place in places], edges), strict=True):
            item = items[place]
            own = next(part for part in left_of(*stretch, busy) if part[0] <= item.first < part[1])
            widened[place] = replace(item, watched=own)
    return widened


def _quiet(items: Sequence[Item], edges: Edges) -> list[Stretch]:
    firsts = np.array([item.first for item in items])
    by_stop = np.array(sorted((item.stop, item.first) for item in items))
    latest_stop = np.maximum.accumulate([item.stop for item in items])
    earliest_first = np.minimum.accumulate(by_stop[::-1, 1])[::-1]
    stretches = []
    for item in items:
        seconds = [edges[item.first] - QUIET_SECONDS, edges[item.stop] + QUIET_SECONDS]
        from_frame, to_frame = frames_shown(edges, seconds).tolist()
        to_frame = len(edges) - 1 if seconds[1] >= edges[-1] else to_frame
        earlier = int(np.searchsorted(firsts, item.first))
        if earlier:
            from_frame = max(from_frame, min(int(latest_stop[earlier - 1]), item.first))
        later = int(np.searchsorted(by_stop[:, 0], item.stop, side="right"))
        if later < len(items):
            to_frame = min(to_frame, max(int(earliest_first[later]), item.stop))
        stretches.append((min(from_frame, item.first), max(to_frame, item.stop)))
    return stretches


def beside(item: Item, items: Iterable[Item], reach: int) -> list[Item]:
    """Return the other items of the same video and subject in the ``reach`` frames around it, in their order."""
    own = (item.video, item.subject)
    return [
        other
        for other in items
        if (other.video, other.subject) == own
        and other.key != item.key
        and other.first < item.stop + reach
        and other.stop > item.first - reach
    ]
