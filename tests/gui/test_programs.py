"""What is started, where, and what is said when it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ethonight.errors import EthonightError, SettingsError
from ethonight.gui.model import Job, Selection, load_tree
from ethonight.gui.programs import Program, show_path, start, tracker, validator
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace


@pytest.fixture
def video(workspace: Workspace, tmp_path: Path) -> Path:
    path = tmp_path / "big fly's.avi"
    path.write_bytes(b"video")
    add_recording(workspace, [path])
    return path


def selection(workspace: Workspace, video: Path, settings: str | None = None) -> Selection:
    """Select the video, or a settings file of it with this text."""
    key = ""
    if settings is not None:
        path = workspace.settings / video.stem / "a.toml"
        path.write_text(settings, "utf-8")
        key = workspace.key(path)
    return load_tree(workspace).find(video.stem, key)


def test_a_video_is_opened_from_its_settings_folder(workspace: Workspace, video: Path) -> None:
    program = tracker(workspace, selection(workspace, video))
    assert program.argv[0] == sys.executable
    assert program.argv[-2:] == ("--video_paths", str(video))
    assert program.cwd == workspace.settings / video.stem
    assert program.env["IDTRACKERAI_DISABLE_ANALYTICS"] == "1"
    assert program.env["PYTHONUTF8"] == "1"


def test_all_files_of_a_recording_are_opened_in_their_order(workspace: Workspace, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("b.avi", "a.avi")]
    for file in files:
        file.write_bytes(b"video")
    recording = add_recording(workspace, files)
    program = tracker(workspace, load_tree(workspace).find(recording.name))
    assert program.argv[-3:] == ("--video_paths", *map(str, files))


def test_a_settings_file_is_loaded_with_the_videos_that_it_names(workspace: Workspace, video: Path) -> None:
    (workspace.root / "here.avi").write_bytes(b"video")
    chosen = selection(workspace, video, 'VIDEO_PATHS = "here.avi"\nnumber_of_animals = 2\n')
    program = tracker(workspace, chosen)
    path = workspace.settings / video.stem / "a.toml"
    assert program.argv[-4:] == ("--load", str(path), "--video_paths", str(workspace.root / "here.avi"))
    assert program.cwd == path.parent


def test_settings_of_another_program_open_the_video_only(workspace: Workspace, video: Path) -> None:
    program = tracker(workspace, selection(workspace, video, 'task = "command"\ncommand = ["true"]\n'))
    assert program.argv[-2:] == ("--video_paths", str(video))


def test_settings_that_cannot_be_read_are_named_with_the_line(workspace: Workspace, video: Path) -> None:
    with pytest.raises(SettingsError, match=r"a\.toml: line 2"):
        tracker(workspace, selection(workspace, video, "a = 1\nb = \n"))


def test_a_missing_video_is_named(workspace: Workspace, video: Path) -> None:
    chosen = selection(workspace, video, f"video_paths = '''{video.as_posix()}'''\n")
    video.unlink()
    for missing in (chosen, load_tree(workspace).find(video.stem)):
        with pytest.raises(SettingsError, match=r"big fly's\.avi is not there"):
            tracker(workspace, missing)


def test_a_settings_file_that_is_gone_meanwhile_is_named(workspace: Workspace, video: Path) -> None:
    gone = Selection(load_tree(workspace).videos[0], Job("settings/x/gone.toml", "gone.toml"))
    with pytest.raises(SettingsError, match="not there any more"):
        tracker(workspace, gone)


def test_the_validator_does_not_start_in_the_session_whose_log_it_would_replace(workspace: Workspace) -> None:
    session = workspace.sessions / "session_fly"
    program = validator(workspace, session)
    assert program.argv[-1] == str(session)
    assert not program.cwd.is_relative_to(workspace.sessions)


def program(workspace: Workspace, code: str) -> Program:
    log = workspace.window_logs / "test.txt"
    return Program("idtracker.ai", (sys.executable, "-c", code), workspace.root, log, {"SOME": "thing"})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('Welcome')", ""),
        ("print('Welcome'); print('RuntimeError: QApplication crashed'); print('Write to us')", "RuntimeError: QApp"),
        ("print('12:00 CRITICAL  No video             main.py:3')", "12:00 CRITICAL  No video"),
        ("print('Welcome'); raise SystemExit(3)", "Welcome"),
        ("raise SystemExit(3)", ""),
    ],
)
def test_last_words_are_the_complaint_whatever_the_exit_status(
    workspace: Workspace,
    until: Any,
    code: str,
    words: str,
) -> None:
    started = start(program(workspace, code))
    until(lambda: started.ended() is not None)
    ended = started.ended()
    assert ended is not None
    assert ended.startswith(words)
    assert bool(ended) == bool(words)


def test_a_program_gets_its_folder_its_environment_and_a_session_of_its_own(
    workspace: Workspace,
    until: Any,
) -> None:
    code = "import os; print(os.getcwd(), os.environ['SOME'], hasattr(os, 'getsid') and os.getsid(0) == os.getpid())"
    started = start(program(workspace, code))
    until(lambda: started.ended() is not None)
    own_session = os.name != "nt"
    assert started.program.log.read_text().split() == [str(workspace.root), "thing", str(own_session)]


def test_a_program_that_is_not_there_is_a_sentence(workspace: Workspace) -> None:
    missing = Program("The validator", ("/no/such/program",), workspace.root, workspace.window_logs / "x.txt")
    with pytest.raises(EthonightError, match=r"The validator cannot be started: No such file"):
        start(missing)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="how Linux opens folders")
def test_a_folder_is_shown_by_the_systems_own_program(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    until: Any,
) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    monkeypatch.setenv("PATH", str(bin_folder))
    with pytest.raises(EthonightError, match="no xdg-open"):
        show_path(workspace, workspace.settings)
    opener = bin_folder / "xdg-open"
    opener.write_text('#!/bin/sh\necho "$1"\n')
    opener.chmod(0o755)
    started = show_path(workspace, workspace.settings)
    assert started is not None
    until(lambda: started.ended() is not None)
    assert started.program.log.read_text() == f"{workspace.settings}\n"


def test_showing_what_is_gone_is_a_sentence(workspace: Workspace) -> None:
    with pytest.raises(EthonightError, match="not there any more"):
        show_path(workspace, workspace.root / "gone")
