"""idtracker.ai itself, from settings to verdict, on the videos that come with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import h5py
import numpy as np
import pytest

from ethonight.collect import CopyState, collect
from ethonight.config import Config
from ethonight.jobs.protocol import AttemptPaths, Exit, Failure, FailureKind, Site, Success
from ethonight.jobs.track import TrackKind
from ethonight.ledger.row import Row, State
from ethonight.settings.job_file import JobFile, load_job
from ethonight.workspace import Workspace

KIND = TrackKind()
_FOUND = find_spec("idtrackerai")
VIDEOS = Path(_FOUND.submodule_search_locations[0]) / "data" if _FOUND and _FOUND.submodule_search_locations else Path()


class Run:
    """One attempt of one job, started as the runner starts it."""

    def __init__(self, folder: Path, settings: str) -> None:
        folder.mkdir()
        self.site = Site(Workspace.open(folder), Config())
        path = self.site.workspace.settings / "fish.toml"
        path.write_text(f"intensity_ths = [0, 130]\narea_ths = [150, 100000]\n{settings}", "utf-8")
        self.job: JobFile = load_job(self.site.workspace, "settings/fish.toml")
        self.attempt = AttemptPaths(self.site.workspace.attempts / "fish" / "001")
        launch = KIND.prepare(self.job, self.attempt, self.site, 0)
        self.started = time.time()
        with self.attempt.log.open("wb") as log:
            self.child = subprocess.Popen(
                launch.argv,
                cwd=launch.cwd,
                env={**os.environ, **launch.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self) -> str:
        return self.attempt.log.read_text("utf-8", "replace")

    def wait_for_stage(self, name: str) -> None:
        while True:
            stage = KIND.stage(self.log())
            if stage is not None and stage.name == name:
                return
            assert self.child.poll() is None, self.log()
            time.sleep(0.02)

    def verdict(self) -> Success | Failure:
        code = self.child.wait()
        killed = -code if code < 0 else None
        end = Exit(None if killed else code, killed, self.started, time.time())
        return KIND.judge(self.job, self.attempt, end, self.site)


def test_a_short_tracking_ends_with_a_verified_session_that_can_be_collected(tmp_path: Path) -> None:
    video = (VIDEOS / "test_A.avi").as_posix()
    run = Run(tmp_path / "w ö", f'video_paths = "{video}"\ntracking_intervals = [0, 40]\ntrack_wo_identities = true\n')
    success = run.verdict()
    assert isinstance(success, Success), run.log()
    assert success.message == ""
    assert success.source == run.attempt.out / "session_fish"
    assert success.target == run.site.workspace.sessions / "session_fish"
    with h5py.File(success.source / "trajectories" / "trajectories.h5") as file:
        positions = file["trajectories"][:]
    assert positions.shape == (501, 8, 2)
    assert np.isfinite(positions[:40]).mean() > 0.9
    assert np.isnan(positions[40:]).all()
    success.source.rename(success.target)
    row = Row("settings/fish.toml", task="track", state=State.DONE, output="sessions/session_fish")
    for expected in (CopyState.NEW, CopyState.SAME):
        (result,) = collect([row], run.site)
        assert result.state is expected, result.message
    with h5py.File(run.site.workspace.tracking / "session_fish.h5") as file:
        assert np.array_equal(file["trajectories"][:], positions, equal_nan=True)


def test_half_a_video_is_done_with_a_loud_message(tmp_path: Path) -> None:
    whole = (VIDEOS / "test_A.avi").read_bytes()
    half = tmp_path / "half.avi"
    half.write_bytes(whole[: len(whole) // 2])
    settings = f"video_paths = '{half.as_posix()}'\ntracking_intervals = [[200, 300]]\ntrack_wo_identities = true\n"
    run = Run(tmp_path / "w", settings)
    success = run.verdict()
    assert isinstance(success, Success), run.log()
    assert "of 100 frames could not be read: the video is damaged or cut off" in success.message


def test_a_video_that_ends_before_the_interval_fails(tmp_path: Path) -> None:
    whole = (VIDEOS / "test_A.avi").read_bytes()
    half = tmp_path / "half.avi"
    half.write_bytes(whole[: len(whole) // 2])
    settings = f"video_paths = '{half.as_posix()}'\ntracking_intervals = [[300, 340]]\ntrack_wo_identities = true\n"
    failure = Run(tmp_path / "w", settings).verdict()
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.BAD_INPUT
    assert failure.message.startswith("40 frames could not be read")


def test_twenty_animals_declared_for_eight_never_pass_in_silence(tmp_path: Path) -> None:
    """Its networks start at random: idtracker.ai either identifies nobody and crashes, or a few and says Success."""
    video = (VIDEOS / "test_B.avi").as_posix()
    settings = (
        f"video_paths = ['{video}']\nnumber_of_animals = 20\ntracking_intervals = [[0, 40]]\n"
        "resolution_reduction = 0.3\ndisable_contrastive = true\n"
    )
    run = Run(tmp_path / "w", settings)
    verdict = run.verdict()
    if isinstance(verdict, Failure):
        assert verdict.kind is FailureKind.BAD_INPUT, run.log()
        assert "number_of_animals is probably wrong" in verdict.message
    else:
        assert "% of positions were found: check number_of_animals" in verdict.message


def test_one_animal_declared_for_eight_is_done_with_a_loud_message(tmp_path: Path) -> None:
    video = (VIDEOS / "test_A.avi").as_posix()
    run = Run(tmp_path / "w", f"video_paths = '{video}'\nnumber_of_animals = 1\ntracking_intervals = [0, 30]\n")
    success = run.verdict()
    assert isinstance(success, Success), run.log()
    assert "30 of 30 frames have more blobs than animals" in success.message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_killed_run_is_told_as_killed(tmp_path: Path) -> None:
    video = (VIDEOS / "test_A.avi").as_posix()
    run = Run(tmp_path / "w", f"video_paths = '{video}'\ntrack_wo_identities = true\n")
    run.wait_for_stage("Animal detection")
    os.killpg(run.child.pid, signal.SIGKILL)
    failure = run.verdict()
    assert isinstance(failure, Failure), run.log()
    assert failure.kind is FailureKind.KILLED
    assert "was killed" in failure.message
