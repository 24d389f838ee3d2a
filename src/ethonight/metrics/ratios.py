"""Precision, recall and F1 from counts, for frames and bouts alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def ratios(counts: NDArray[Any]) -> tuple[Numbers, Numbers, Numbers]:
    """Return precision, recall and F1 of counts (..., 3): found, false and missed; NaN where there is nothing to say.

    Precision is NaN without predictions, recall without truth, F1 without both.
    """
    found, false, missed = (np.asarray(counts[..., place], dtype=np.float64) for place in range(3))
    return share(found, found + false), share(found, found + missed), share(2 * found, 2 * found + false + missed)


def share(part: NDArray[Any], whole: NDArray[Any]) -> Numbers:
    """Return ``part / whole``, NaN where ``whole`` is 0."""
    out = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=out, where=whole > 0)
    return out


def mean(values: NDArray[Any], axis: int | None = None) -> Numbers:
    """Return the mean of what is not NaN; NaN where everything is."""
    known = ~np.isnan(values)
    return share(np.asarray(np.where(known, values, 0.0).sum(axis=axis)), np.asarray(known.sum(axis=axis)))


def plain(value: object) -> Any:
    """Return the value as JSON has it: lists and Python numbers, None for what is not a number."""
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
