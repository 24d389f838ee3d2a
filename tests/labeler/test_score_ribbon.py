"""Scores over time, in as many pieces as a screen has points."""

from __future__ import annotations

import math
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ethonight.frame_times import ROUNDING
from ethonight.labeler.refusal import NotThere, Refusal
from ethonight.labeler.score_ribbon import Span, read_ribbon

LABELS = ["grooming", "rearing"]
EDGES = np.arange(101) / 25.0


def write_scores(path: Path, scores: NDArray[np.float64], end: float, subjects: tuple[str, ...] = ("",)) -> Path:
    """Write scores (T, C) or (S, T, C) whose steps are equally long."""
    with h5py.File(path, "w") as file:
        file.create_dataset("scores", data=scores.astype(np.float16))
        file.create_dataset("times", data=np.arange(scores.shape[-2]) * end / scores.shape[-2])
        file.create_dataset("labels", data=LABELS, dtype=h5py.string_dtype())
        file.create_dataset("subjects", data=list(subjects), dtype=h5py.string_dtype())
        file.attrs["end"] = end
    return path


def test_each_piece_has_its_highest_and_its_mean_score(tmp_path: Path) -> None:
    scores = np.zeros((100, 2))
    scores[10:20, 1] = 0.5
    scores[15, 1] = 1.0
    path = write_scores(tmp_path / "a.h5", scores, 4.0)
    ribbon = read_ribbon(path, "rearing", "", Span(0, 40, 4), EDGES)
    assert ribbon.highest == [0.0, 1.0, 0.0, 0.0]
    assert ribbon.mean == [0.0, 0.55, 0.0, 0.0]
    assert read_ribbon(path, "grooming", "", Span(0, 40, 1), EDGES).highest == [0.0]


def test_where_a_subject_was_out_of_sight_nothing_is_known(tmp_path: Path) -> None:
    scores = np.full((2, 100, 2), 0.25)
    scores[1, :50] = math.nan
    path = write_scores(tmp_path / "a.h5", scores, 4.0, ("a", "b"))
    assert read_ribbon(path, "grooming", "b", Span(0, 100, 4), EDGES).mean == [None, None, 0.25, 0.25]
    assert read_ribbon(path, "grooming", "a", Span(0, 100, 2), EDGES).highest == [0.25, 0.25]
    with pytest.raises(NotThere, match="subject"):
        read_ribbon(path, "grooming", "", Span(0, 100, 2), EDGES)


def test_what_is_not_there_or_no_scores_file_is_said(tmp_path: Path) -> None:
    path = write_scores(tmp_path / "a.h5", np.zeros((5, 2)), 1.0)
    with pytest.raises(NotThere, match="grooming"):
        read_ribbon(path, "groming", "", Span(0, 5, 1), EDGES)
    with pytest.raises(NotThere, match=r"b\.h5"):
        read_ribbon(tmp_path / "b.h5", "grooming", "", Span(0, 5, 1), EDGES)
    (tmp_path / "c.h5").write_bytes(b"no scores")
    with pytest.raises(Refusal, match="prediction again"):
        read_ribbon(tmp_path / "c.h5", "grooming", "", Span(0, 5, 1), EDGES)


@given(
    steps=st.integers(1, 300),
    first=st.integers(0, 99),
    length=st.integers(1, 400),
    bins=st.integers(1, 500),
    seed=st.integers(0, 9),
)
def test_no_score_is_lost_and_none_invented(
    tmp_path_factory: pytest.TempPathFactory, steps: int, first: int, length: int, bins: int, seed: int
) -> None:
    scores = np.random.default_rng(seed).random((steps, 2))
    path = write_scores(tmp_path_factory.mktemp("scores") / "a.h5", scores, 4.0)
    ribbon = read_ribbon(path, "grooming", "", Span(first, first + length, bins), EDGES)
    stored = scores.astype(np.float16).astype(np.float64).round(4)[:, 0]
    near = steps * ROUNDING / EDGES[-1] + 1e-9  # A step that is in sight for less than this may be left out.
    inner = stored[math.floor(first * steps / 100 + near) : math.ceil(min(first + length, 100) * steps / 100 - near)]
    assert len(ribbon.highest) == len(ribbon.mean) == bins
    assert max(one for one in ribbon.highest if one is not None) >= max(inner, default=0.0)
    for highest, mean in zip(ribbon.highest, ribbon.mean, strict=True):
        assert highest is not None
        assert mean is not None
        assert highest in stored
        assert mean <= highest
