"""What the video paths in settings mean, and the names that recordings get."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ethonight.settings.videos import path_parts, resolve_video, video_name
from ethonight.workspace import Workspace


def test_a_relative_path_means_the_settings_folder_then_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    settings = workspace.settings / "fly" / "day.toml"
    settings.parent.mkdir()
    at_root = workspace.root / "fly.avi"
    assert resolve_video("fly.avi", settings, workspace) == at_root
    at_root.touch()
    assert resolve_video("fly.avi", settings, workspace) == at_root
    beside = settings.parent / "fly.avi"
    beside.touch()
    assert resolve_video("fly.avi", settings, workspace) == beside
    assert resolve_video("./x/../fly.avi", settings, workspace).name == "fly.avi"
    assert resolve_video(str(at_root), settings, workspace) == at_root


@pytest.mark.skipif(sys.platform == "win32", reason="it is a path of this system there")
def test_a_path_of_another_system_is_shown_as_it_is(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    assert str(resolve_video("D:/videos/x.avi", workspace.settings / "a.toml", workspace)) == "D:/videos/x.avi"


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    workspace = Workspace(tmp_path)
    assert resolve_video("~/x.avi", workspace.settings / "a.toml", workspace) == tmp_path / "x.avi"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (["/v/mouse.avi"], "mouse"),
        (["/v/a.b.mp4", "/v/c.mp4"], "a.b&c"),
        (["D:\\v\\Mäuse & #2 'x'.avi"], "Mäuse & #2 'x'"),
        (["\\\\srv\\share\\x.avi"], "x"),
        (["/v/a. .avi"], "a"),
        (["/v/.hidden.avi"], "hidden"),
        (["/v/...avi"], "video"),
    ],
)
def test_a_recording_is_named_after_its_files(files: list[str], name: str) -> None:
    assert video_name(files) == name


def test_a_very_long_name_is_cut_and_stays_its_own() -> None:
    parts = [f"/v/Aufnahme ä {i:03}.avi" for i in range(60)]
    name = video_name(parts)
    assert len(name.encode()) <= 120
    assert name.startswith("Aufnahme ä 000&")
    assert name == video_name(parts) != video_name(parts[:-1])


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("D:\\lab\\2024\\x.avi", ["lab", "2024", "x.avi"]),
        ("D:/lab//x.avi", ["lab", "x.avi"]),
        ("//srv/share/lab/x.avi", ["lab", "x.avi"]),
        ("\\\\srv\\share\\x.avi", ["x.avi"]),
        ("/data/a\\b.avi", ["data", "a\\b.avi"]),
        ("../lab/x.avi", ["lab", "x.avi"]),
        ("~/x.avi", ["x.avi"]),
        ("v:x.avi", ["v:x.avi"]),
        ("", []),
    ],
)
def test_paths_of_every_system_are_taken_apart(path: str, parts: list[str]) -> None:
    assert path_parts(path) == parts
