"""In which order questions are asked: the most useful first, spread over videos and over time."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping

from ethonight.frame_times import Edges
from ethonight.review.item import Item, Key
from ethonight.review.signs import priority

_SAME_MINUTE = 0.7
"""What is asked of a minute counts for so much of the item before it: neighbours teach nearly the same."""
_SAME_VIDEO = 0.8
"""So much of an item's worth is left for each one that its video is ahead of the one that was asked least."""


def in_turn(items: Iterable[Item], edges: Mapping[str, Edges], later: Collection[Key] = frozenset()) -> list[Item]:
    """Return the items in the order in which they are asked; the same items always come in the same order.

    Greedy: again and again the item of the highest priority, less what its minute and its video have had already
    (diversity in batches: Settles 2009, section 6.1). Items in ``later`` were skipped: they come behind all others.
    """
    several = list(items)
    fresh = [item for item in several if item.key not in later]
    skipped = [item for item in several if item.key in later]
    return [*_spread(fresh, edges), *_spread(skipped, edges)]


def _spread(items: list[Item], edges: Mapping[str, Edges]) -> list[Item]:
    waiting = _by_video(items, edges)
    asked: Counter[str] = Counter()
    order: list[Item] = []
    while waiting:
        least = min(asked[video] for video in waiting)
        video = min(waiting, key=lambda name: (-waiting[name][0][0] * _SAME_VIDEO ** (asked[name] - least), name))
        order.append(waiting[video].popleft()[1])
        asked[video] += 1
        if not waiting[video]:
            del waiting[video]
    return order


def _by_video(items: list[Item], edges: Mapping[str, Edges]) -> dict[str, deque[tuple[float, Item]]]:
    """Return the items of each video with what they are worth, the best first."""
    ranked: dict[str, list[tuple[float, Item]]] = defaultdict(list)
    in_minute: Counter[tuple[str, int]] = Counter()
    for item in sorted(items, key=lambda one: (-priority(one.signs), one.key)):
        minute = int(edges[item.video][item.first] // 60)
        worth = priority(item.signs) * _SAME_MINUTE ** in_minute[item.video, minute]
        in_minute[item.video, minute] += 1
        ranked[item.video].append((worth, item))
    return {
        video: deque(sorted(found, key=lambda one: (-one[0], one[1].key))) for video, found in sorted(ranked.items())
    }
