"""The workspace's own bouts CSV as a format: it keeps everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.interchange.bouts_file import BOUTS
from ethonight.interchange.observation import FormatError, Observation, Unpaired


def test_all_that_a_bout_has_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    bouts = (
        Bout(SCORED, 0.0, 60.0),
        Bout("run", 1.000001, 2.5, "male", 0.25, 'she said: "go", then', (("modifiers", "a|b"),)),
        Bout("jump", 2.5, 2.5, extra=(("modifiers", ""),)),
    )
    lost = BOUTS.write(path, [Observation(bouts=bouts)], Ethogram(), None)
    (found,) = BOUTS.read(path, None).observations
    assert lost == ()
    assert [(bout.label, *bout.interval, bout.subject, bout.score, bout.comment) for bout in found.bouts] == [
        (bout.label, *bout.interval, bout.subject, bout.score, bout.comment) for bout in bouts
    ]
    assert found.bouts[1].extra == bouts[1].extra


def test_labels_with_points_alone_are_point_events(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    path.write_text("labelId,timestamp,endTimestamp,subject\njump,1,1,male\nrun,2,3,female\nrun,4,4,\n")
    ethogram = BOUTS.read(path, None).ethogram
    assert [(one.label, one.kind) for one in ethogram.behaviours] == [("jump", "point"), ("run", "state")]
    assert ethogram.subjects == ("male", "female")


def test_everything_that_is_wrong_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    path.write_text("labelId,timestamp,endTimestamp\nrun,x,2\nrun,3,2\n")
    with pytest.raises(FormatError, match=r"anna\.csv, line 2, timestamp: .*\nanna\.csv, line 3"):
        BOUTS.read(path, None)
    with pytest.raises(FormatError, match="there is no such file"):
        BOUTS.read(tmp_path / "none.csv", None)


def test_events_without_their_other_end_and_several_observations_are_told(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    one = Observation(unpaired=(Unpaired("run", "", 1.0, "START"),))
    assert BOUTS.write(path, [one], Ethogram(), None) == ("1 event without its other end left out.",)
    with pytest.raises(FormatError, match="holds one observation, here are 2"):
        BOUTS.write(path, [one, one], Ethogram(), None)
