"""The demonstration's settings."""

from __future__ import annotations

from pathlib import Path

from ethonight.config import Config
from ethonight.jobs.demo_settings import write_demo
from ethonight.jobs.protocol import Site
from ethonight.jobs.track import TrackKind
from ethonight.settings.job_file import load_job
from ethonight.settings.recording import read_recording
from ethonight.workspace import Workspace

KEYS = ["settings/test_A/test_A.toml", "settings/test_B/test_B.toml"]


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def test_both_jobs_are_valid_and_their_videos_there(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    assert write_demo(workspace) == KEYS
    for key in KEYS:
        inputs = TrackKind().inputs(load_job(workspace, key), Site(workspace, Config()))
        assert [video.is_file() for video in inputs.videos] == [True]
        assert read_recording(workspace, Path(key).stem).files == inputs.videos


def test_a_second_call_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    write_demo(workspace)
    before = files(tmp_path)
    assert write_demo(workspace) == KEYS
    assert files(tmp_path) == before


def test_what_a_person_changed_stays(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    write_demo(workspace)
    path = workspace.settings_file(KEYS[0])
    path.write_text(path.read_text("utf-8").replace("= 8", "= 7") + "# mine\n", "utf-8")
    before = files(tmp_path)
    write_demo(workspace)
    assert files(tmp_path) == before


def test_settings_that_point_to_an_environment_that_is_gone_are_written_again(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    write_demo(workspace)
    path = workspace.settings_file(KEYS[0])
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"idtrackerai/data", b"old/place"))
    write_demo(workspace)
    assert path.read_bytes() == whole
