"""Finding settings files, and naming them on the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ethonight.errors import UsageError
from ethonight.settings.scan import scan_settings, settings_keys
from ethonight.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with two videos, three jobs, and what editors and systems leave lying around."""
    workspace = Workspace.open(tmp_path)
    jobs = ("mouse 1/night.toml", "mouse 1/deep/er/Käfer & Co #2.TOML", "fly/day.toml")
    others = (
        "mouse 1/video.toml",
        "mouse 1/local_settings.toml",
        "mouse 1/.night.toml.swp",
        "mouse 1/.hidden.toml",
        "mouse 1/~$night.toml",
        "mouse 1/.~lock.night.toml#",
        "mouse 1/night.toml~",
        "mouse 1/night.toml.before-fix",
        "mouse 1/night.txt",
        ".git/a.toml",
    )
    for name in jobs + others:
        path = workspace.settings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (workspace.settings / "folder.toml").mkdir()
    return workspace


ALL = ["settings/fly/day.toml", "settings/mouse 1/deep/er/Käfer & Co #2.TOML", "settings/mouse 1/night.toml"]


def test_only_job_files_are_found_in_order(workspace: Workspace) -> None:
    assert scan_settings(workspace) == ALL
    assert all(workspace.settings_file(key).is_file() for key in ALL)


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_links_are_harmless(workspace: Workspace) -> None:
    (workspace.settings / "loop.toml").symlink_to("loop.toml")
    (workspace.settings / "up").symlink_to(workspace.root)
    (workspace.settings / "linked.toml").symlink_to(workspace.settings / "fly/day.toml")
    assert scan_settings(workspace) == sorted([*ALL, "settings/linked.toml"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_unicode_are_left_out(workspace: Workspace) -> None:
    with open(os.fsencode(workspace.settings) + b"/M\xe4use.toml", "w"):
        pass
    assert scan_settings(workspace) == ALL


def test_no_settings_folder_gives_no_jobs(tmp_path: Path) -> None:
    assert scan_settings(Workspace(tmp_path)) == []


def test_jobs_are_named_by_key_path_folder_or_recording(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace.settings / "fly")
    assert settings_keys(workspace, ["settings/fly/day.toml"]) == [ALL[0]]
    assert settings_keys(workspace, ["day.toml"]) == [ALL[0]]
    assert settings_keys(workspace, [str(workspace.settings / "fly" / "day.toml")]) == [ALL[0]]
    assert settings_keys(workspace, ["mouse 1"]) == ALL[1:]
    assert settings_keys(workspace, ["settings", "fly"]) == ALL
    assert settings_keys(workspace, ["fly/day.toml", "fly"]) == [ALL[0]]


def test_an_unknown_name_gets_a_suggestion(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"Did you mean settings/fly/day.toml"):
        settings_keys(workspace, ["fly/dya.toml"])
    with pytest.raises(UsageError, match="no settings file"):
        settings_keys(workspace, ["fl"])
