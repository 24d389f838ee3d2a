"""Which piece of foreground is which animal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ethonight.subjects.blobs_model import BlobsModel
from ethonight.subjects.pieces import Pieces, Values

_REACH = 2.0
"""How far an animal may be from where it is expected, body lengths."""
_WIDENS = 0.3
"""By how much that grows with every step in which it was not seen, body lengths."""
_WHOLE = 0.6
"""From this share of the typical area on a piece counts as a whole animal."""
_SMALL = 1.5
"""What each halving below that counts, body lengths of distance."""
_NEVER = 1e6


def match(expected: Values, missed: Values, pieces: Pieces, model: BlobsModel, least: float) -> NDArray[np.int64]:
    """Return (N,) which piece each animal takes, -1 for none; no piece is taken twice.

    ``expected`` is (N, 2), where animals should be; ``missed`` (N,) for how many steps each was not seen, below zero
    for one that was never seen and takes nothing. Pieces below ``least`` typical areas are no animals. The sum of the
    distances is the least possible.
    """
    owners = np.full(len(expected), -1, np.int64)
    known = np.flatnonzero(missed >= 0)
    if len(known) == 0 or len(pieces) == 0:
        return owners
    away = np.hypot(*np.moveaxis(expected[known, None] - pieces.centers[None], 2, 0)) / model.scene.body
    halvings = np.log2(np.maximum(_WHOLE * model.area / pieces.areas, 1.0))
    reach = _REACH + _WIDENS * missed[known]
    possible = (away <= reach[:, None]) & (pieces.areas >= least * model.area)
    cost = np.where(possible, away + _SMALL * halvings[None], _NEVER)
    rows, columns = linear_sum_assignment(cost)
    fits = cost[rows, columns] < _NEVER
    owners[known[rows[fits]]] = columns[fits]
    return owners
