"""A model's scores over a stretch of a video, in as many pieces as a screen has points for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.frame_times import Edges, first_frames, frames_shown
from ethonight.labeler.answers import known_number
from ethonight.labeler.names import chosen
from ethonight.labeler.refusal import NotThere, Refusal


@dataclass(frozen=True)
class Span:
    """Frames ``[first, stop)`` in ``bins`` pieces of equal numbers of frames."""

    first: int
    stop: int
    bins: int


@dataclass(frozen=True)
class Ribbon:
    """The highest and the mean score of each piece, 0 to 1; None where the subject was out of sight."""

    highest: list[float | None]
    mean: list[float | None]


def read_ribbon(path: Path, label: str, subject: str, span: Span, edges: Edges) -> Ribbon:
    """Return the scores of one label for one subject ("" where the model knows but one).

    Raises NotThere for a file, label or subject that is not there, Refusal for a file that cannot be read.
    """
    try:
        with h5py.File(path, "r") as file:
            column = _column(file, label, subject)
            steps = np.append(file["times"][:], float(file.attrs["end"]))
            return _binned(file["scores"], column, _steps_of(span, steps, edges))
    except FileNotFoundError as error:
        raise NotThere(f"There are no scores beside this prediction ({path.name}).") from error
    except (OSError, KeyError) as error:
        raise Refusal(f"{path.name} cannot be read ({error}). Run the prediction again.") from error


def _column(file: h5py.File, label: str, subject: str) -> tuple[int, int]:
    """Return the places of the subject and of the label."""
    labels, subjects = list(file["labels"].asstr()), list(file["subjects"].asstr())
    if len(subjects) == 1 and not subject:
        subject = subjects[0]
    return subjects.index(chosen(subject, subjects, "subject")), labels.index(chosen(label, labels, "label"))


def _steps_of(span: Span, steps: Edges, edges: Edges) -> NDArray[np.int64]:
    """Return for each piece the model's steps ``[first, stop)`` that are seen in it, (bins, 2); at least one each."""
    bounds = np.linspace(span.first, span.stop, span.bins + 1)
    seconds = np.interp(bounds, np.arange(len(edges)), edges)
    first = frames_shown(steps, seconds[:-1])
    return np.stack([first, np.maximum(first_frames(steps, seconds[1:]), first + 1)], axis=1)


def _binned(scores: h5py.Dataset, column: tuple[int, int], pieces: NDArray[np.int64]) -> Ribbon:
    """Return the ribbon of a (T, C) or (S, T, C) dataset."""
    subject, label = column
    low, high = int(pieces.min()), int(pieces.max())
    rows = (slice(low, high), label) if scores.ndim == 2 else (subject, slice(low, high), label)
    values = np.append(np.asarray(scores[rows], dtype=np.float64), np.nan)  # One more: reduceat takes no end behind it.
    places = (pieces - low).ravel()
    seen = np.isfinite(values)
    highest = np.fmax.reduceat(values, places)[::2]
    sums = np.add.reduceat(np.where(seen, values, 0.0), places)[::2]
    counts = np.add.reduceat(seen.astype(np.int64), places)[::2]
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return Ribbon(_rounded(highest), _rounded(means))


def _rounded(values: NDArray[np.float64]) -> list[float | None]:
    return [known_number(value) for value in values.round(4).tolist()]
