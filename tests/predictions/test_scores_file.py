"""Scores are written and read back."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from ethonight.predictions.scores_file import ScoresError, ScoresFile

LABELS = ("grooming", "rearing", "walking")


def made(subjects: int, with_spread: bool = True) -> ScoresFile:
    random = np.random.default_rng(3)
    scores = random.random((subjects, 40, 3)).astype(np.float32)
    scores[0, 5:9] = np.nan
    spread = (random.random(scores.shape) / 2).astype(np.float16) if with_spread else None
    names = [f"mouse{number}" for number in range(subjects)]
    return ScoresFile(
        scores, np.arange(41) / 25.0 + 1, LABELS, names, "v1", "m_20260301_220405", 0.0, "motion:x", spread
    )


@pytest.mark.parametrize("subjects", [1, 2, 40])
@pytest.mark.parametrize("with_spread", [True, False])
def test_what_is_written_is_read(tmp_path: Path, subjects: int, with_spread: bool) -> None:
    written = made(subjects, with_spread)
    written.write(tmp_path / "m.h5")
    read = ScoresFile.read(tmp_path / "m.h5")
    assert np.array_equal(read.scores, written.scores.astype(np.float16).astype(np.float32), equal_nan=True)
    assert np.array_equal(read.edges, written.edges)
    assert (tuple(read.labels), tuple(read.subjects)) == (LABELS, tuple(written.subjects))
    assert (read.video, read.model, read.threshold, read.features) == ("v1", "m_20260301_220405", 0.0, "motion:x")
    assert (read.spread is None) is not with_spread
    assert read.spread is None or np.array_equal(read.spread, written.spread)


def test_scores_that_are_not_there_or_damaged_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScoresError, match=r"m\.h5 is missing"):
        ScoresFile.read(tmp_path / "m.h5")
    (tmp_path / "m.h5").write_bytes(b"no HDF5")
    with pytest.raises(ScoresError, match=r"m\.h5 cannot be read"):
        ScoresFile.read(tmp_path / "m.h5")
    made(1).write(tmp_path / "n.h5")
    with h5py.File(tmp_path / "n.h5", "a") as file:
        del file["times"]
        file["times"] = np.arange(39.0)
    with pytest.raises(ScoresError, match="Run the prediction again"):
        ScoresFile.read(tmp_path / "n.h5")
