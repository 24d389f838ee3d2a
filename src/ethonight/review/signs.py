"""What makes an answer worth having: numbers from 0 to 1, what they count together, and in words.

- *Uncertainty*: the binary entropy of the mean score, with the label's threshold in the middle: 1 at the threshold,
  0 where the model is sure (uncertainty sampling: Lewis & Gale, SIGIR 1994; Settles, Active Learning Literature
  Survey, 2009, section 3.1).
- *Disagreement*: twice the mean standard deviation of the networks' scores; 1 where half of them say yes and half say
  no (query by committee: Seung, Opper & Sompolinsky, COLT 1992; Settles 2009, section 3.2).
- *Rarity*: the logarithm of how many times more bouts the most common label has, one added to each, divided by its
  largest possible value: 0 for the most common label, 1 for one without any bout. Rare labels learn most from one more
  example (Ertekin et al., CIKM 2007: active learning on imbalanced classes).
- *Edges*: how little the score rises over half a second on both sides of the onset, and falls at the offset.

The priority is their weighted mean over those that are known; the more unclear one of the two edges counts.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ethonight.review.item import MISS, Item, Signs
from ethonight.review.predicted import Lane

_EDGE_SECONDS = 0.5
_UNCERTAINTY, _DISAGREEMENT, _RARITY, _EDGES = 0.4, 0.25, 0.15, 0.2
_SAID = 0.5
"""From here on, a sign is named as a reason."""
_DISAGREE_SAID = 0.3
"""Networks that were taught the same seldom differ by more."""


def uncertainty(score: float, threshold: float) -> float:
    """Return the entropy, in bits, of a mean score when ``threshold`` (above 0) means one half."""
    if score < threshold:
        share = 0.5 * score / threshold
    else:
        share = 0.5 + 0.5 * (score - threshold) / max(1.0 - threshold, 1e-9)
    share = min(max(share, 1e-9), 1.0 - 1e-9)
    return -share * math.log2(share) - (1.0 - share) * math.log2(1.0 - share)


def disagreement(spread: NDArray[np.float16] | None, steps: slice) -> float | None:
    """Return how far the networks differ in these steps, from their standard deviation (T,); None for one network."""
    if spread is None:
        return None
    return min(1.0, 2.0 * float(spread[steps].astype(np.float64).mean()))


def rarity(count: int, most: int) -> float:
    """Return how rare a label with ``count`` bouts is where the most common one has ``most``."""
    return math.log((most + 1) / (count + 1)) / math.log(most + 1) if most else 0.0


def unclear_edges(lane: Lane, steps: slice) -> tuple[float | None, float | None]:
    """Return how unclear onset and offset of a bout of these steps are; None where it begins or ends with the video."""
    reach = max(1, round(_EDGE_SECONDS * len(lane.curve) / float(lane.steps[-1] - lane.steps[0])))
    first, stop = steps.start, steps.stop
    onset = _unclear(lane.curve[first : min(stop, first + reach)], lane.curve[max(0, first - reach) : first])
    offset = _unclear(lane.curve[max(first, stop - reach) : stop], lane.curve[stop : stop + reach])
    return onset, offset


def _unclear(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float | None:
    if not len(outside):
        return None
    return 1.0 - min(1.0, max(0.0, float(inside.mean() - outside.mean())))


def priority(signs: Signs) -> float:
    """Return how useful an answer is, 0 to 1."""
    edges = [value for value in (signs.onset, signs.offset) if value is not None]
    parts = [
        (_UNCERTAINTY, signs.uncertainty),
        (_DISAGREEMENT, signs.disagreement),
        (_RARITY, signs.rarity),
        (_EDGES, max(edges, default=None)),
    ]
    known = [(weight, value) for weight, value in parts if value is not None]
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def reasons(item: Item) -> list[str]:
    """Say why this is asked, the strongest reason first; never nothing."""
    signs = item.signs
    said = [
        (signs.uncertainty, _SAID, "the model is unsure"),
        (signs.disagreement, _DISAGREE_SAID, "the networks disagree"),
        (signs.rarity, _SAID, "rare"),
        (signs.onset, _SAID, "its beginning is unclear"),
        (signs.offset, _SAID, "its end is unclear"),
    ]
    strong = sorted(
        ((value, text) for value, least, text in said if value is not None and value >= least), reverse=True
    )
    words = ["perhaps overlooked"] if item.kind == MISS else []
    return [*words, *(text for _, text in strong)] or ["to check what the model is sure of"]
