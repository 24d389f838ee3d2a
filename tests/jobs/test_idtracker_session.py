"""A session is complete when everything in it says so."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import h5py
import numpy as np
import pytest

from ethonight.config import Thresholds
from ethonight.jobs.idtracker_judge import Evidence, judge_session
from ethonight.jobs.idtracker_log import Findings
from ethonight.jobs.idtracker_session import Incomplete, known_fraction, percent, read_session
from ethonight.jobs.protocol import Exit, Failure, FailureKind, Interval, Success

FRAMES, ANIMALS = 60, 3
LAUNCHED = datetime(2026, 3, 1, 22, 0).timestamp()


def make_session(folder: Path, **changes: object) -> Path:
    """Write a complete session: 60 frames, 3 animals, frames 10 to 40 tracked and known."""
    positions = np.full((FRAMES, ANIMALS, 2), np.nan)
    positions[10:40] = 5.0
    (folder / "trajectories").mkdir(parents=True)
    with h5py.File(folder / "trajectories" / "trajectories.h5", "w") as file:
        file.create_dataset("trajectories", data=positions, compression="gzip")
    started = datetime.fromtimestamp(LAUNCHED) + timedelta(seconds=5)
    document = {
        "area_ths": [150.0, float("inf")],
        "number_of_frames": FRAMES,
        "number_of_error_frames": 0,
        "number_of_animals": ANIMALS,
        "tracking_intervals": [[10, 40]],
        "track_wo_identities": False,
        "estimated_accuracy": 0.99,
        "timers": {
            "Tracking session": {
                "start_time": started.isoformat(),
                "finish_time": (started + timedelta(hours=1)).isoformat(),
            }
        },
    } | changes
    (folder / "session.json").write_text(json.dumps(document), "utf-8")
    shutil.copy(Path(__file__).parents[1] / "data" / "idtracker" / "success.txt", folder / "idtrackerai.log")
    return folder


def edit(folder: Path, change: Callable[[h5py.File], None]) -> None:
    with h5py.File(folder / "trajectories" / "trajectories.h5", "r+") as file:
        change(file)


def judged(folder: Path, found: Findings | None = None, limits: Thresholds | None = None) -> Success | Failure:
    end = Exit(code=1, signal=None, started=LAUNCHED, finished=LAUNCHED + 3700)
    evidence = Evidence(found or Findings(success=True), end, LAUNCHED - 1)
    return judge_session(folder, folder.with_name("final"), evidence, limits or Thresholds())


def test_a_complete_session_is_read(tmp_path: Path) -> None:
    session = read_session(make_session(tmp_path / "session_a"), LAUNCHED, LAUNCHED)
    assert (session.frames, session.intervals, session.tracked_frames) == (FRAMES, (Interval(10, 40),), 30)
    assert known_fraction(session) == 1.0


def test_infinity_in_session_json_is_no_problem(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    assert "Infinity" in (folder / "session.json").read_text()
    assert judged(folder) == Success(folder, folder.with_name("final"), "")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _unfinished(folder: Path) -> None:
    text = (folder / "session.json").read_text()
    (folder / "session.json").write_text(text.replace("finish_time", "other"), "utf-8")


def _log_says(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "idtrackerai.log").write_text(text, "utf-8") and None


def _reshaped(folder: Path) -> None:
    def change(file: h5py.File) -> None:
        del file["trajectories"]
        file["trajectories"] = np.zeros((FRAMES, ANIMALS))

    edit(folder, change)


def _shorter(folder: Path) -> None:
    def change(file: h5py.File) -> None:
        del file["trajectories"]
        file["trajectories"] = np.zeros((FRAMES - 1, ANIMALS, 2))

    edit(folder, change)


def _renamed(folder: Path) -> None:
    edit(folder, lambda file: file.move("trajectories", "other"))


def _critical(folder: Path) -> None:
    line = "         CRITICAL No animals detected in the video".ljust(107) + "logging_utils.py:268\n"
    with (folder / "idtrackerai.log").open("a", encoding="utf-8") as log:
        log.write(line)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / "session.json").unlink(), "session.json is missing"),
        (lambda folder: _cut(folder / "session.json"), "session.json cannot be read"),
        (lambda folder: (folder / "session.json").write_text("[]"), "holds something else"),
        (_unfinished, "not finished"),
        (lambda folder: (folder / "idtrackerai.log").unlink(), "Success"),
        (_log_says("13:00:00 Welcome\n"), "Success"),
        (_critical, "error"),
        (lambda folder: (folder / "trajectories" / "trajectories.h5").unlink(), "cannot be opened"),
        (lambda folder: _cut(folder / "trajectories" / "trajectories.h5"), "cannot be opened"),
        (_reshaped, "shape (60, 3)"),
        (_shorter, "59 frames, the video 60"),
        (_renamed, "no dataset 'trajectories'"),
        (lambda folder: os.utime(folder / "trajectories" / "trajectories.h5", (1, 1)), "earlier run"),
    ],
)
def test_each_missing_piece_makes_it_incomplete(tmp_path: Path, damage: Callable[[Path], None], words: str) -> None:
    folder = make_session(tmp_path / "session_a")
    damage(folder)
    with pytest.raises(Incomplete, match=r".") as caught:
        read_session(folder, LAUNCHED, LAUNCHED)
    assert words in str(caught.value)


def test_a_session_from_before_the_start_does_not_count(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    with pytest.raises(Incomplete, match="earlier run"):
        read_session(folder, LAUNCHED, LAUNCHED + 60)


def test_success_without_a_whole_session_is_a_failure(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    (folder / "session.json").unlink()
    failure = judged(folder)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.OUTPUTS_MISSING
    assert "session.json is missing" in failure.message


def test_few_positions_are_done_with_a_finding(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    edit(folder, lambda file: file["trajectories"].__setitem__(slice(11, 60), np.nan))
    success = judged(folder)
    assert isinstance(success, Success)
    assert success.message.startswith("Only 3.3 % of positions were found: check number_of_animals")


def test_positions_outside_the_intervals_do_not_count(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a", tracking_intervals=[[0, 20], [50, 900]])
    session = read_session(folder, LAUNCHED, LAUNCHED)
    assert session.tracked_frames == 30
    assert known_fraction(session) == pytest.approx(10 / 30)


def test_half_known_positions_are_unknown(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    edit(folder, lambda file: file["trajectories"].__setitem__((slice(None), slice(None), 0), np.nan))
    assert known_fraction(read_session(folder, LAUNCHED, LAUNCHED)) == 0.0


def test_nothing_found_at_all_is_a_failure(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    edit(folder, lambda file: file["trajectories"].__setitem__(slice(None), np.nan))
    failure = judged(folder)
    assert isinstance(failure, Failure)
    assert "No position of any animal" in failure.message


def test_low_accuracy_is_told_for_identities_only(tmp_path: Path) -> None:
    with_identities = judged(make_session(tmp_path / "session_a", estimated_accuracy=0.12))
    without = judged(make_session(tmp_path / "session_b", estimated_accuracy=0.12, track_wo_identities=True))
    assert isinstance(with_identities, Success)
    assert isinstance(without, Success)
    assert "accuracy is only 12.0 %" in with_identities.message
    assert without.message == ""


def test_many_frames_with_more_blobs_than_animals_are_told(tmp_path: Path) -> None:
    success = judged(make_session(tmp_path / "session_a", number_of_error_frames=2))
    assert isinstance(success, Success)
    assert success.message.startswith("2 of 30 frames have more blobs")
    assert judged(make_session(tmp_path / "session_b", number_of_error_frames=1)).message == ""


def test_the_limits_come_from_the_options(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a", estimated_accuracy=0.8)
    strict, generous = judged(folder), judged(folder, limits=Thresholds(min_accuracy=0.7))
    assert (bool(strict.message), bool(generous.message)) == (True, False)


def test_lost_frames_are_told_and_not_blamed_on_the_settings(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "session_a")
    edit(folder, lambda file: file["trajectories"].__setitem__(slice(20, 60), np.nan))
    success = judged(folder, Findings(success=True, unreadable_frames=20))
    assert isinstance(success, Success)
    assert success.message.startswith("20 of 30 frames could not be read")
    assert "number_of_animals" not in success.message


def test_an_interrupted_training_is_a_failure_though_everything_is_there(tmp_path: Path) -> None:
    failure = judged(make_session(tmp_path / "session_a"), Findings(success=True, interrupted=True))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.KILLED
    assert "interrupted" in failure.message


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.004, "0.4 %"), (0.0, "0.0 %"), (1.0, "100.0 %"), (0.99999, "99.9 %")]
)
def test_percent(fraction: float, text: str) -> None:
    assert percent(fraction) == text
