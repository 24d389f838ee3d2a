"""What one subject did over a recording, and how much of it falls on each column of a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout
from ethonight.annotations.frames import active
from ethonight.frame_times import Edges
from ethonight.metrics.evaluated import Evaluated

Shares = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lane:
    """One subject over T time steps of ``[edges[i], edges[i + 1])`` seconds, C classes in the order of the labels."""

    subject: str
    """"" where there is only one."""
    edges: Edges
    """(T + 1,) seconds."""
    predicted: NDArray[np.bool_]
    """(T, C) which labels the bouts say are active."""
    truth: NDArray[np.bool_] | None = None
    """(T, C) what a person marked; None where nobody did."""
    scored: NDArray[np.bool_] | None = None
    """(T,) which steps a person watched; None: all of them."""
    scores: NDArray[np.floating[Any]] | None = None
    """(T, C) 0 to 1."""
    found: NDArray[np.bool_] | None = None
    """(T,) where the subject was seen; None: everywhere."""

    @classmethod
    def of(cls, evaluated: Evaluated) -> Self:
        """Return the lane of truth and prediction."""
        one = evaluated
        return cls(one.subject, one.edges, one.predicted, one.truth, one.scored, one.scores)

    @classmethod
    def of_bouts(cls, subject: str, bouts: Iterable[Bout], labels: Sequence[str], edges: Edges) -> Self:
        """Return a lane with the bouts of ``subject``; others are left out."""
        return cls(subject, edges, active([bout for bout in bouts if bout.subject == subject], labels, edges))

    @property
    def start(self) -> float:
        return float(self.edges[0])

    @property
    def end(self) -> float:
        return float(self.edges[-1])

    def between(self, start: float, end: float) -> Self:
        """Return the steps that touch ``[start, end)`` seconds, at least one: a short piece is drawn in no time."""
        last = len(self.edges) - 2
        first = min(last, max(0, int(np.searchsorted(self.edges, start, side="right")) - 1))
        stop = max(first + 1, int(np.searchsorted(self.edges[: last + 1], end, side="left")))
        steps = slice(first, stop)
        return replace(
            self,
            edges=self.edges[first : stop + 1],
            predicted=self.predicted[steps],
            truth=None if self.truth is None else self.truth[steps],
            scored=None if self.scored is None else self.scored[steps],
            scores=None if self.scores is None else self.scores[steps],
            found=None if self.found is None else self.found[steps],
        )


def column_edges(start: float, end: float, columns: int) -> Edges:
    """Return the edges of ``columns`` columns of equal width, (columns + 1,) seconds."""
    return np.linspace(start, max(end, start + 1e-9), columns + 1)


def shares(values: NDArray[np.bool_] | Shares, edges: Edges, columns: Edges) -> Shares:
    """Return the mean of step values (T,) over the time of each column, (W,); 0 where a column has no step.

    Exact however wide the columns are: a bout that is shorter than a column gives it a small share, never none.
    """
    running = np.zeros(len(edges))
    np.cumsum(values * np.diff(edges), out=running[1:])
    gained = np.diff(np.interp(columns, edges, running))
    covered = np.diff(np.clip(columns, edges[0], edges[-1]))
    mean = np.divide(gained, covered, out=np.zeros(len(gained)), where=covered > 0)
    return np.asarray(np.where(mean < 1e-9, 0.0, np.minimum(mean, 1.0)), np.float64)


def visible(share: Shares, least: float = 0.3) -> Shares:
    """Return how strongly columns are painted: at least ``least`` where there is anything, 1 where all of it is."""
    return np.asarray(np.where(share > 0, np.maximum(least, share**0.6), 0.0), np.float64)
