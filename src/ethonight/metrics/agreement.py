"""How well people agree who marked the same videos: the measure of what a model can reach.

The keys of ``compare_coders``'s dictionary; None where a number does not exist.

- ``coders``: their names; ``videos``: how many were marked by at least two of them
- ``pairs``: for each two coders with a common video: ``first``, ``second``, ``videos``, ``seconds`` (that both
  watched), ``kappa`` (Cohen's, over what is marked at each step), ``classes``: label -> ``kappa``, ``frame_f1``,
  ``bout_f1`` (``"10"``, ``"25"``, ``"50"`` -> number); ``macro_frame_f1``, ``macro_bout_f1`` (by overlap), ``edit``
- ``mean``: the means of these numbers over the pairs, under the same keys: ``kappa``, ``classes``,
  ``macro_frame_f1``, ``macro_bout_f1``, ``edit``
- ``alpha``: Krippendorff's alpha of all coders together, over what is marked at each step; ``alpha_classes``: label
  -> alpha

Conventions. Steps that both coders of a pair watched, pooled over videos and subjects. What is marked at a step is
the set of its labels, so two coders agree on a step when they marked exactly the same; of one label, yes or no. Kappa
and alpha do not exist where only one thing was ever marked. F1 is the same from either side; the first coder stands
where a person stands against the model. The edit score too; bouts are compared as a model's are. Alpha is nominal and
takes each step with what the coders who watched it marked; steps that fewer than two watched say nothing.

References: Cohen, Educational and Psychological Measurement 1960; Krippendorff, Content Analysis, 2004 (chapter 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.coders import CoderFrames, coder_frames
from ethonight.frame_times import Edges
from ethonight.metrics.bouts import bout_metrics
from ethonight.metrics.evaluated import Evaluated
from ethonight.metrics.frames import frame_metrics
from ethonight.metrics.ratios import plain


@dataclass(frozen=True, eq=False)
class CodedVideo:
    """A video and what each coder marked in it."""

    video: str
    annotations: Mapping[str, Annotation]
    """Coder -> what they marked."""
    edges: Edges
    """(T + 1,) seconds, of the steps at which they are compared."""


def compare_coders(videos: Sequence[CodedVideo], labels: Sequence[str]) -> dict[str, Any]:
    """Return how well the coders agree, see above. Raises ValueError without labels."""
    if not labels:
        raise ValueError("no labels on which coders could be compared")
    shared = [video for video in videos if len(video.annotations) > 1]
    coders = list(dict.fromkeys(coder for video in shared for coder in video.annotations))
    every = [one for video in shared for one in _coded(video, labels)]
    pairs = [_pair(every, both, labels) for both in combinations(coders, 2)]
    known = [pair for pair in pairs if pair is not None]
    return {
        "coders": coders,
        "videos": len(shared),
        "pairs": known,
        "mean": _mean([{key: pair[key] for key in _MEANT} for pair in known]) if known else None,
        "alpha": plain(alpha(_together(every, slice(None)))),
        "alpha_classes": {label: plain(alpha(_together(every, [c]))) for c, label in enumerate(labels)},
    }


def kappa(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Return Cohen's kappa of two codings (N,); NaN where nothing or only one thing was ever marked."""
    values, both = np.unique(np.concatenate([first, second]), return_inverse=True)
    if len(values) < 2:
        return float("nan")
    shares = [np.bincount(half, minlength=len(values)) / len(first) for half in np.split(both, 2)]
    expected = float(shares[0] @ shares[1])
    return (float((first == second).mean()) - expected) / (1 - expected)


def alpha(coding: NDArray[np.int64]) -> float:
    """Return Krippendorff's nominal alpha of a coding (K, N), -1 where a coder did not watch; NaN as for kappa."""
    values = np.unique(coding[coding >= 0])
    times = np.array([(coding == value).sum(axis=0) for value in values], dtype=np.float64)
    times = times.reshape(len(values), coding.shape[1])
    times = times[:, times.sum(axis=0) > 1]  # (V, N): how many coders marked each value at each step
    coders, sums = times.sum(axis=0), times.sum(axis=1)
    if (sums > 0).sum() < 2:
        return float("nan")
    disagreeing = sums.sum() - (times * (times - 1) / (coders - 1)).sum()
    expected = sums.sum() - (sums * (sums - 1)).sum() / (sums.sum() - 1)
    return float(1 - disagreeing / expected)


_MEANT = ("kappa", "classes", "macro_frame_f1", "macro_bout_f1", "edit")


@dataclass(frozen=True, eq=False)
class _Coded:
    """One subject of a video through the eyes of all its coders."""

    video: CodedVideo
    subject: str | None
    frames: CoderFrames


def _coded(video: CodedVideo, labels: Sequence[str]) -> list[_Coded]:
    """Return one value for each subject that somebody marked; where nobody names subjects, one for all together."""
    bouts = (bout for annotation in video.annotations.values() for bout in annotation.bouts)
    subjects: list[str | None] = [*sorted({bout.subject for bout in bouts})]
    if subjects in ([], [""]):
        subjects = [None]
    return [_Coded(video, one, coder_frames(video.annotations, labels, video.edges, one)) for one in subjects]


def _pair(every: Sequence[_Coded], both: tuple[str, str], labels: Sequence[str]) -> dict[str, Any] | None:
    """Return the comparison of two coders; None where they have no step in common."""
    against = [_against(one, both) for one in every if set(both) <= set(one.frames.coders)]
    against = [recording for recording in against if recording.scored.any()]
    if not against:
        return None
    marked = [np.stack([one.truth, one.predicted])[:, one.scored] for one in against]
    together = np.concatenate(marked, axis=1)  # (2, N, C)
    frames, bouts = frame_metrics(against, labels), bout_metrics(against, labels)
    classes = {
        label: {
            "kappa": plain(kappa(*together[:, :, c].astype(np.int64))),
            "frame_f1": frames["classes"][label]["f1"],
            "bout_f1": bouts["classes"][label]["f1"],
        }
        for c, label in enumerate(labels)
    }
    return {
        "first": both[0],
        "second": both[1],
        "videos": len({recording.video for recording in against}),
        "seconds": round(sum(float(np.diff(one.edges)[one.scored].sum()) for one in against), 6),
        "kappa": plain(kappa(*_sets(together))),
        "classes": classes,
        "macro_frame_f1": frames["macro"]["f1"],
        "macro_bout_f1": bouts["macro"]["f1"],
        "edit": bouts["edit"],
    }


def _against(one: _Coded, both: tuple[str, str]) -> Evaluated:
    """Return what the second coder marked as if a model had found it, and the first coder's as the truth."""
    first, second = (one.frames.coders.index(coder) for coder in both)
    bouts = []
    for coder in both:
        own = (bout for bout in one.video.annotations[coder].bouts if one.subject in (None, bout.subject))
        bouts.append(tuple(replace(bout, score=1.0) for bout in own))
    return Evaluated(
        video=one.video.video,
        subject=one.subject or "",
        edges=one.video.edges,
        truth=one.frames.active[first],
        scored=one.frames.scored[first] & one.frames.scored[second],
        scores=one.frames.active[second].astype(np.float32),
        predicted=one.frames.active[second],
        truth_bouts=bouts[0],
        predicted_bouts=bouts[1],
    )


def _together(every: Sequence[_Coded], columns: slice | list[int]) -> NDArray[np.int64]:
    """Return what was marked at every step of all videos, as numbers (K, N); -1 where a coder did not watch."""
    most = max((len(one.frames.coders) for one in every), default=0)
    active, watched = [], []
    for one in every:
        missing = most - len(one.frames.coders)
        active.append(np.pad(one.frames.active[:, :, columns], ((0, missing), (0, 0), (0, 0))))
        watched.append(np.pad(one.frames.scored, ((0, missing), (0, 0))))
    if not every:
        return np.zeros((0, 0), dtype=np.int64)
    return np.where(np.concatenate(watched, axis=1), _sets(np.concatenate(active, axis=1)), -1)


def _sets(active: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a number for each set of labels, (K, N, C) -> (K, N); equal sets have equal numbers."""
    packed = np.packbits(active.reshape(-1, active.shape[-1]), axis=-1)
    _, numbers = np.unique(packed, axis=0, return_inverse=True)
    return np.asarray(numbers.reshape(active.shape[:-1]), dtype=np.int64)


def _mean(values: Sequence[Any]) -> Any:
    """Return the means of numbers that stand under the same keys; None is left out."""
    known = [value for value in values if value is not None]
    if known and isinstance(known[0], Mapping):
        return {key: _mean([value[key] for value in known]) for key in known[0]}
    return sum(known) / len(known) if known else None
