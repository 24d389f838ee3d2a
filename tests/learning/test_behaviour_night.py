"""From marked video to bouts through the real scripts: features, model, report, prediction, evaluation."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import psutil
import pytest
import tomli_w

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.arena.recordings import write_recording
from ethonight.arena.scenario import Arena, Behaviours
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
VIDEOS = ("arena1", "arena2", "arena3", "arena4")
BUSY = Behaviours(locomotion=1.0, grooming=1.0, rearing=0.0, still=0.0)
SMALL = {"epochs": 4, "seeds": 1, "width": 16, "patience": 4}


class Lab:
    """A workspace in which real scripts are run."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace.open(root)

    def run(self, script: str, *arguments: str, expected: int = 0) -> str:
        command = [sys.executable, str(SCRIPTS / f"{script}.py"), "--workspace", str(self.workspace.root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=560, env=environment())
        assert done.returncode == expected, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def start(self, script: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SCRIPTS / f"{script}.py"), "--workspace", str(self.workspace.root), *arguments]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())

    def train_file(self, model: str, **keys: object) -> None:
        """Write a training file by hand, as a person would."""
        pairs = [{"video": name, "annotations": "truth"} for name in VIDEOS]
        split = {"mode": "videos", "test": ["arena4"], "validation": ["arena3"]}
        document = {"task": "train", "model": model, "subjects": {"kind": "blobs"}, "split": split}
        folder = self.workspace.settings / model
        folder.mkdir(exist_ok=True)
        text = tomli_w.dumps({**document, "training": SMALL, "pairs": pairs} | keys)
        (folder / "train.toml").write_text(text, "utf-8")

    def model(self, name: str) -> Path:
        (folder,) = self.workspace.models.glob(f"{name}_*")
        return folder

    def statuses(self, task: str) -> dict[str, str]:
        return {row.settings: row.status for row in read_rows(self.workspace) if row.task == task}

    def message(self, key: str) -> str:
        return next(row.message for row in read_rows(self.workspace) if row.settings == key)

    def log(self, key: str) -> str:
        row = next(row for row in read_rows(self.workspace) if row.settings == key)
        return (self.workspace.root / row.attempt / "log.txt").read_text("utf-8")


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "INIT_CWD"} | {"COLUMNS": "200"}


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 500
    while not condition():
        assert time.monotonic() < end, f"waited too long for {what}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Four small marked recordings, and a model that was trained on them."""
    made = Lab(tmp_path_factory.mktemp("behaviour"))
    for seed, name in enumerate(VIDEOS):
        arena = Arena(seed=seed, seconds=20, size=(160, 120), behaviours=BUSY, unscored=False)
        write_recording(arena, made.workspace, name, tracked=False)
    made.train_file("first")
    made.run("train")
    yield made


def test_the_model_folder_holds_everything_and_vouches_for_it(lab: Lab) -> None:
    names = {"weights.safetensors", "model.toml", "metrics.json", "training_log.csv", "report.html"}
    assert names <= {path.name for path in lab.model("first").iterdir()}
    metrics = json.loads((lab.model("first") / "metrics.json").read_text("utf-8"))
    assert metrics["data"]["videos"] == 1
    assert "chance" in metrics["baselines"] and "logistic" in metrics["baselines"]
    assert lab.message("settings/first/train.toml").startswith("On videos it has not seen: frame F1")


def test_every_video_of_a_pair_has_a_row_for_its_features(lab: Lab) -> None:
    assert list(lab.statuses("embed").values()).count("done") == len(VIDEOS)
    assert len(list(lab.workspace.features.glob("arena*/*.h5"))) == len(VIDEOS)


def test_a_second_model_shares_the_features_and_the_same_seed_gives_the_same_numbers(lab: Lab) -> None:
    before = {path: path.stat().st_mtime_ns for path in lab.workspace.features.rglob("*.h5")}
    lab.train_file("second")
    said = lab.run("train")
    assert "1 done, 0 failed" in said
    assert {path: path.stat().st_mtime_ns for path in lab.workspace.features.rglob("*.h5")} == before
    first, second = (lab.model(name) / "weights.safetensors" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_prediction_is_written_beside_people_and_only_when_it_is_missing(lab: Lab) -> None:
    people = digests(lab.workspace.annotations)
    lab.run("predict", "--model", "first", "arena4", "--overlay")
    folder = lab.workspace.predictions / "arena4"
    assert {path.name for path in folder.iterdir()} == {"first.csv", "first.h5", "first.png", "first.mp4"}
    assert digests(lab.workspace.annotations) == people
    bouts = read_annotation(folder / "first.csv").bouts
    with h5py.File(folder / "first.h5") as file:
        scores, times, end = file["scores"][()], file["times"][()], float(file.attrs["end"])
    assert scores.shape == (len(times), 2) and scores.dtype == np.float16
    assert all(bout.score is not None and 0 <= bout.start < bout.end <= end + 1e-6 for bout in bouts)
    before = digests(folder)
    assert "Nothing to run" in lab.run("predict", "--model", "first", "arena4")
    assert digests(folder) == before
    lab.run("predict", "--model", "first", "arena4", "--threshold", "0.95")
    assert sum(b.duration for b in read_annotation(folder / "first.csv").bouts) <= sum(b.duration for b in bouts)


def test_the_held_out_videos_can_be_evaluated_again_with_the_same_numbers(lab: Lab) -> None:
    lab.run("evaluate", "--model", "first")
    again = lab.model("first") / "evaluations" / "evaluate_held_out"
    metrics = [json.loads((folder / "metrics.json").read_text("utf-8")) for folder in (lab.model("first"), again)]
    assert metrics[0]["frames"] == metrics[1]["frames"] and metrics[0]["bouts"] == metrics[1]["bouts"]


def test_a_video_that_taught_the_model_is_refused_as_a_test(lab: Lab) -> None:
    said = lab.run("evaluate", "--model", "first", "--pairs", "arena1=truth", expected=2)
    assert "has learned from arena1" in said


def test_a_model_that_was_altered_is_not_used(lab: Lab) -> None:
    shutil.copytree(lab.model("first"), lab.workspace.models / "altered_20260301_220405")
    path = lab.model("altered") / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x55")
    lab.run("predict", "--model", "altered", "arena4", expected=1)
    assert "weights.safetensors was altered" in lab.message("settings/arena4/predict_altered.toml")
    assert not (lab.workspace.predictions / "arena4" / "altered.csv").exists()


def test_bouts_that_were_changed_are_learned_again(lab: Lab) -> None:
    assert "Nothing to run" in lab.run("train", "--model", "second")
    path = lab.workspace.annotations / "arena1" / "truth.csv"
    text = path.read_text("utf-8")
    path.write_text(text + "grooming,19.0,19.5\n", "utf-8")
    try:
        assert "The bouts in annotations/arena1/truth.csv were changed" in lab.run(
            "train", "--model", "second", "--dryrun"
        )
    finally:
        path.write_text(text, "utf-8")


def test_a_killed_training_goes_on_and_ends_with_the_same_model(lab: Lab) -> None:
    key = "settings/killed/train.toml"
    lab.train_file("killed", training={**SMALL, "epochs": 30, "patience": 30})
    lab.train_file("whole", training={**SMALL, "epochs": 30, "patience": 30})
    lab.run("train", "--model", "whole")
    run = lab.start("train", "--model", "killed")
    wait_for(lambda: key in lab.statuses("train") and "Epoch 2 of 30" in _log_or_nothing(lab, key), "the second epoch")
    kill_everything(run, str(lab.workspace.root))
    assert not list(lab.workspace.models.glob("killed_*"))
    lab.run("train", "--model", "killed")
    assert "Epoch 1 of 30" not in lab.log(key)
    killed, whole = (lab.model(name) / "weights.safetensors" for name in ("killed", "whole"))
    assert killed.read_bytes() == whole.read_bytes()


def test_killed_features_go_on_and_are_the_same(lab: Lab) -> None:
    arena = Arena(seed=9, seconds=60, size=(160, 120), behaviours=BUSY)
    write_recording(arena, lab.workspace, "long", tracked=False)
    run = lab.start("embed", "long")
    partial = lab.workspace.partial / "features"
    wait_for(lambda: any(partial.rglob("*0001*")) or bool(list(lab.workspace.features.glob("long/*"))), "a second part")
    kill_everything(run, str(lab.workspace.root))
    lab.run("embed", "long")
    (path,) = lab.workspace.features.glob("long/*.h5")
    kept = path.rename(path.with_suffix(".kept"))
    lab.run("embed", "long")
    with h5py.File(path) as one, h5py.File(kept) as other:
        assert np.array_equal(one["features"][()], other["features"][()])
        assert np.array_equal(one["boxes/centers"][()], other["boxes/centers"][()])


def _log_or_nothing(lab: Lab, key: str) -> str:
    try:
        return lab.log(key)
    except (FileNotFoundError, IsADirectoryError):
        return ""


def kill_everything(run: subprocess.Popen[bytes], root: str) -> None:
    """Kill -9 the run, its keeper and its job, as a power cut would."""
    run.send_signal(signal.SIGKILL)
    run.wait()
    for process in psutil.process_iter(["cmdline"]):
        if any(root in word for word in process.info["cmdline"] or []):
            process.kill()
            process.wait(30)
