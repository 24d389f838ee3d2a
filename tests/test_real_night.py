"""One night with idtracker.ai itself: a good job among bad ones, each of which ends in its own sentence."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import h5py
import psutil
import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
_FOUND = find_spec("idtrackerai")
VIDEOS = Path(_FOUND.submodule_search_locations[0]) / "data" if _FOUND and _FOUND.submodule_search_locations else Path()
COMMON = "intensity_ths = [0, 130]\narea_ths = [150, 100000]\n"
LATE = "tracking_intervals = [[400, 900]]\n"
QUICK = "track_wo_identities = true\ntracking_intervals = [[0, 40]]\n"


def task(name: str, workspace: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPTS / f"{name}.py", "--workspace", workspace, *options], capture_output=True, text=True
    )


def jobs(workspace: Path) -> dict[str, dict[str, str]]:
    shown = task("status", workspace, "--json")
    assert shown.returncode == 0, shown.stderr
    return {job["settings"].split("/")[1]: job for job in json.loads(shown.stdout)["jobs"]}


def write(workspace: Path, name: str, text: str) -> None:
    folder = workspace / "settings" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.toml").write_text(text, "utf-8")


@pytest.fixture
def evening(tmp_path: Path) -> Path:
    """A workspace with one job of each fate. The video files lie inside, under their own names."""
    workspace = tmp_path / "lab ü"
    good, other = VIDEOS / "test_A.avi", VIDEOS / "test_B.avi"
    half = workspace / "half.avi"
    half.parent.mkdir()
    half.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    small = "number_of_animals = 20\ntracking_intervals = [[0, 40]]\nresolution_reduction = 0.3\n"
    texts = {
        "cut": f'video_paths = ["{half.as_posix()}"]\n' + COMMON + QUICK,
        "missing": 'video_paths = ["D:/videos/nowhere.avi"]\n' + COMMON + QUICK,
        "broken": 'video_paths = ["a.avi"]\nintensity_ths = [0, 130\n',
        "misspelt": f'video_paths = ["{good.as_posix()}"]\nnumber_of_animal = 8\n' + COMMON + QUICK,
        "nobody": f'video_paths = ["{good.as_posix()}"]\nnumber_of_animals = 0\n' + COMMON,
        "late": f'video_paths = ["{good.as_posix()}"]\nnumber_of_animals = 8\n' + COMMON + LATE,
        "crowd": f'video_paths = ["{other.as_posix()}"]\ndisable_contrastive = true\n' + COMMON + small,
        "killed": f'video_paths = ["{good.as_posix()}"]\ntrack_wo_identities = true\n' + COMMON,
        "well": f'video_paths = ["{good.as_posix()}"]\n' + COMMON + QUICK,
    }
    for name, text in texts.items():
        write(workspace, name, text)
    (workspace / "ethonight.toml").write_text("min_free_gb = 0.1\n", "utf-8")
    return workspace


def test_the_evening_check_says_what_will_not_run_and_runs_nothing(evening: Path) -> None:
    checked = task("track", evening, "--dryrun")
    assert checked.returncode == 1, checked.stderr
    for sentence in ("3 jobs will run", "6 jobs will not run", "line 2", "number_of_animals", "There is no video"):
        assert sentence in checked.stdout, checked.stdout
    assert {job["status"] for job in jobs(evening).values()} == {"pending"}
    assert (evening / "tracking_status.csv").is_file()
    assert not list((evening / "sessions").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_night_of_real_failures_ends_with_the_right_states_and_the_good_job_done(evening: Path) -> None:
    argv = [sys.executable, SCRIPTS / "track.py", "--workspace", evening, "--retries", "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as night:
        kill_when_detecting(evening)
        output, _ = night.communicate()
    assert night.returncode == 1, output
    found = jobs(evening)
    states = {name: job["status"] for name, job in found.items()}
    crowd = states.pop("crowd")
    failed = ("broken", "cut", "killed", "late", "misspelt", "missing", "nobody")
    assert states == {**dict.fromkeys(failed, "failed"), "well": "done"}, output
    assert "of 501 frames" in found["cut"]["message"]
    assert "nowhere.avi" in found["missing"]["message"]
    assert "line" in found["broken"]["message"]
    assert "number_of_animals" in found["misspelt"]["message"]
    assert "number_of_animals" in found["nobody"]["message"]
    assert "[400, 900]" in found["late"]["message"]
    assert "killed" in found["killed"]["message"]
    assert "log.txt" in found["killed"]["message"]
    assert crowd in ("done", "failed")
    assert "number_of_animals" in found["crowd"]["message"]
    assert "failed" in output.splitlines()[-1]
    assert "status --failed" in output.splitlines()[-1]

    copied = task("copy_trajectories", evening)
    assert copied.returncode == 0, copied.stdout
    with h5py.File(evening / "tracking" / "session_well.h5") as file:
        assert file["trajectories"].shape == (501, 8, 2)

    again = task("track", evening, "settings/well/well.toml")
    assert "Nothing to run" in again.stdout
    assert jobs(evening)["well"]["attempts"] == 1


def kill_when_detecting(workspace: Path) -> None:
    """Kill idtracker.ai with -9 in the job that is to be killed, as soon as it works on its video."""
    log = workspace / ".ethonight" / "attempts" / "killed" / "killed.toml" / "001" / "log.txt"
    end = time.monotonic() + 500
    while time.monotonic() < end:
        if log.exists() and "Animal detection" in log.read_text("utf-8", "replace"):
            process = json.loads((log.parent / "process.json").read_text())
            (child,) = psutil.Process(process["pid"]).children()
            os.kill(child.pid, signal.SIGKILL)
            return
        time.sleep(0.02)
    pytest.fail("The job that is to be killed never worked on its video.")


def test_a_moved_video_is_found_again_before_the_night(tmp_path: Path) -> None:
    workspace = tmp_path / "lab"
    (workspace / "videos").mkdir(parents=True)
    shutil.copyfile(VIDEOS / "test_A.avi", workspace / "videos" / "fish7.avi")
    write(workspace, "fish7", 'video_paths = ["E:/old disk/fish7.avi"]  # from the camera\n' + COMMON + QUICK)
    checked = task("track", workspace, "--dryrun")
    assert checked.returncode == 0, checked.stdout
    text = (workspace / "settings" / "fish7" / "fish7.toml").read_text()
    assert "videos/fish7.avi" in text
    assert "# from the camera" in text
    assert "1 job will run" in checked.stdout
