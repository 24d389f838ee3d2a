"""The window in this process, on a real display: what it shows and what its buttons do."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ethonight.gui import actions
from ethonight.gui.programs import Program
from ethonight.ledger.row import Row, State
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace


def make_video(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(b"video")
    return path


def make_settings(workspace: Workspace, video: str, name: str) -> str:
    path = workspace.settings / video / name
    path.write_text("number_of_animals = 2\n")
    return workspace.key(path)


def button(desk: Any, text: str) -> Any:
    return next(b for b in desk.window.menus.toolbar.winfo_children() if text in str(b.cget("text")))


def enabled(desk: Any, text: str) -> bool:
    return "disabled" not in button(desk, text).state()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """Programs that would have been started."""
    programs: list[Program] = []

    class Begun:
        def __init__(self, program: Program) -> None:
            self.program = program
            programs.append(program)

        def ended(self) -> None:
            return None

    monkeypatch.setattr(actions, "start", Begun)
    return programs


def test_an_empty_workspace_says_what_to_do_first(desk: Any) -> None:
    desk.until(lambda: desk.window.welcome.winfo_ismapped())
    assert not enabled(desk, "Open in idtracker.ai")
    assert not enabled(desk, "Validate")


def test_added_videos_appear_each_with_its_folders(desk: Any, workspace: Workspace, tmp_path: Path) -> None:
    desk.answers.files = [make_video(tmp_path, "fly.avi"), make_video(tmp_path, "bee.avi")]
    button(desk, "Add videos").invoke()
    desk.until(lambda: set(desk.lines()) == {"video:bee", "video:fly"})
    desk.until(lambda: desk.view.selection() == ("video:fly",))
    assert not desk.window.welcome.winfo_ismapped()
    assert (workspace.settings / "fly" / "video.toml").is_file()
    assert (workspace.backgrounds / "bee").is_dir()
    assert "Added 2 videos: fly, bee" in desk.window.status.text
    assert str(tmp_path / "fly.avi") in desk.window.detail.text
    assert enabled(desk, "Open in idtracker.ai")


def test_files_of_one_recording_are_ordered_as_people_count_and_shown_first(desk: Any, tmp_path: Path) -> None:
    desk.answers.files = [make_video(tmp_path, f"part{n}.avi") for n in (10, 9)]
    desk.answers.agrees = False
    button(desk, "Add recording").invoke()
    assert "1.  part9.avi\n2.  part10.avi" in desk.answers.said[0]
    desk.answers.agrees = True
    button(desk, "Add recording").invoke()
    desk.until(lambda: set(desk.lines()) == {"video:part9&part10"})


def test_one_bad_file_does_not_keep_the_others_out(desk: Any, tmp_path: Path) -> None:
    desk.answers.files = [tmp_path / "gone.avi", make_video(tmp_path, "fly.avi")]
    button(desk, "Add videos").invoke()
    desk.until(lambda: set(desk.lines()) == {"video:fly"})
    assert "There is no video" in desk.answers.said[0]


def test_a_state_that_changes_on_disk_appears(desk: Any, workspace: Workspace, tmp_path: Path, night: Any) -> None:
    add_recording(workspace, [make_video(tmp_path, "fly.avi")])
    key = make_settings(workspace, "fly", "a.toml")
    desk.until(lambda: desk.state(key) == "new")
    desk.select(key)
    night.bring(Row(key, "fly", "track", state=State.RUNNING, attempts=1))
    desk.until(lambda: desk.state(key) == "running")
    night.bring(Row(key, "fly", "track", state=State.FAILED, attempts=1, message="No video stream."))
    desk.until(lambda: desk.state(key) == "failed")
    assert desk.cells(key) == ("a.toml", "failed", "1", "", "", "No video stream.")
    assert desk.view.item(key, "tags") == ("failed",)
    assert "No video stream." in desk.window.detail.text
    assert "1 failed" in desk.window.status.counts
    workspace.table.write_text(workspace.table.read_text("utf-8-sig").replace("failed", "skip"), "utf-8")
    desk.until(lambda: desk.state(key) == "skip")
    workspace.settings_file(key).unlink()
    workspace.table.unlink()
    workspace.journal.unlink()
    desk.until(lambda: not desk.view.exists(key))


def test_selection_and_closed_branches_outlast_a_refresh(
    desk: Any, workspace: Workspace, tmp_path: Path, night: Any
) -> None:
    for name in ("bee.avi", "fly.avi"):
        add_recording(workspace, [make_video(tmp_path, name)])
    bee, fly = (make_settings(workspace, name, "a.toml") for name in ("bee", "fly"))
    desk.select(fly)
    desk.view.item("video:bee", open=False)
    first = make_settings(workspace, "fly", "A first one.toml")
    add_recording(workspace, [make_video(tmp_path, "ant.avi")])
    night.bring(Row(fly, "fly", state=State.DONE), Row(bee, "bee", state=State.DONE))
    desk.until(lambda: "video:ant" in desk.lines() and desk.state(fly) == desk.state(bee) == "done")
    desk.until(lambda: desk.view.exists(first))
    assert list(desk.lines()) == ["video:ant", "video:bee", bee, "video:fly", first, fly]
    assert desk.view.selection() == (fly,)
    assert not desk.view.item("video:bee", "open")
    assert desk.view.item("video:fly", "open")


def test_a_missing_video_is_marked_and_not_opened(
    desk: Any, workspace: Workspace, tmp_path: Path, begun: list[Program]
) -> None:
    video = make_video(tmp_path, "fly.avi")
    add_recording(workspace, [video])
    video.unlink()
    desk.select("video:fly")
    desk.until(lambda: desk.state("video:fly") == "video missing")
    button(desk, "Open in idtracker.ai").invoke()
    assert str(video) in desk.answers.said[0]
    assert not begun


def test_double_click_and_return_open_what_is_under_them(
    desk: Any,
    workspace: Workspace,
    tmp_path: Path,
    begun: list[Program],
) -> None:
    add_recording(workspace, [make_video(tmp_path, "fly.avi")])
    key = make_settings(workspace, "fly", "a.toml")
    desk.until(lambda: desk.view.exists(key))
    desk.select("video:fly")
    desk.view.focus("video:fly")
    desk.view.focus_force()
    desk.view.event_generate("<Return>")
    desk.until(lambda: len(begun) == 1)
    assert begun[0].argv[-1] == str(tmp_path / "fly.avi")
    assert desk.view.item("video:fly", "open")
    desk.until(lambda: desk.view.bbox(key, "state"))
    x, y, width, height = desk.view.bbox(key, "state")
    for _ in range(2):
        desk.view.event_generate("<Button-1>", x=x + width // 2, y=y + height // 2)
        desk.view.event_generate("<ButtonRelease-1>", x=x + width // 2, y=y + height // 2)
    desk.until(lambda: len(begun) == 2)
    assert begun[1].argv[-2:] == ("--load", str(workspace.settings_file(key)))
    assert begun[1].cwd == workspace.settings / "fly"


def test_only_a_finished_session_is_validated(
    desk: Any,
    workspace: Workspace,
    tmp_path: Path,
    night: Any,
    begun: list[Program],
) -> None:
    add_recording(workspace, [make_video(tmp_path, "fly.avi")])
    done, failed = (make_settings(workspace, "fly", name) for name in ("a.toml", "b.toml"))
    (workspace.sessions / "session_a").mkdir()
    night.bring(
        Row(done, "fly", "track", state=State.DONE, output="sessions/session_a"),
        Row(failed, "fly", "track", state=State.FAILED),
    )
    desk.select(failed)
    desk.until(lambda: desk.state(failed) == "failed")
    assert not enabled(desk, "Validate")
    desk.select(done)
    desk.until(lambda: enabled(desk, "Validate"))
    button(desk, "Validate").invoke()
    assert begun[0].argv[-1] == str(workspace.sessions / "session_a")


def test_a_damaged_journal_is_told_and_the_list_stays(
    desk: Any, workspace: Workspace, tmp_path: Path, night: Any
) -> None:
    add_recording(workspace, [make_video(tmp_path, "fly.avi")])
    night.bring(Row("settings/fly/a.toml"))
    desk.until(lambda: desk.view.exists("settings/fly/a.toml"))
    good = workspace.journal.read_bytes()
    workspace.journal.write_bytes(b"nonsense\n" + good)
    desk.until(lambda: "damaged in line 1" in desk.window.status.text)
    assert desk.view.exists("video:fly")
    workspace.journal.write_bytes(good)
    desk.until(lambda: "damaged" not in desk.window.status.text)


def test_an_unforeseen_error_is_told_and_written_down(desk: Any, workspace: Workspace) -> None:
    def fail() -> None:
        raise ZeroDivisionError("nobody thought of this")

    desk.root.after(0, fail)
    desk.until(lambda: desk.answers.said)
    assert "nobody thought of this" in desk.answers.said[0]
    assert "ZeroDivisionError" in (workspace.window_logs / "errors.txt").read_text()


def test_a_program_that_crashes_is_told_in_the_status_line(
    desk: Any,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sys

    def crashing(*_: object) -> Program:
        code = "print('RuntimeError: QApplication crashed with exit code 1')"
        log = workspace.window_logs / "x.txt"
        return Program("idtracker.ai", (sys.executable, "-c", code), workspace.root, log)

    monkeypatch.setattr(actions, "tracker", crashing)
    add_recording(workspace, [make_video(tmp_path, "fly.avi")])
    desk.select("video:fly")
    button(desk, "Open in idtracker.ai").invoke()
    desk.until(lambda: "QApplication crashed" in desk.window.status.text)


def test_names_that_are_no_valid_unicode_are_shown(desk: Any, workspace: Workspace) -> None:
    folder = workspace.settings / "odd\udcff"
    try:
        folder.mkdir()
    except (OSError, UnicodeError):
        pytest.skip("this disk takes only valid names")
    (folder / "video.toml").write_text('video_paths = "/videos/odd.avi"\n')
    desk.until(lambda: any("odd" in cells[0] for cells in desk.lines().values()))


def menu_labels(menu: tk.Menu) -> list[str]:
    return [menu.entrycget(index, "label") for index in range((menu.index("end") or 0) + 1)]


@pytest.mark.parametrize("entry", ["Settings", "Background images"])
def test_folders_of_the_selected_video_are_opened(
    desk: Any,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    entry: str,
) -> None:
    shown: list[Path] = []
    showing: Callable[..., None] = lambda _, path: shown.append(path)  # noqa: E731
    monkeypatch.setattr(actions, "show_path", showing)
    add_recording(workspace, [make_video(tmp_path, "fly.avi")])
    desk.select("video:fly")
    folders = desk.root.nametowidget(button(desk, "Open folder").cget("menu"))
    folders.invoke(menu_labels(folders).index(entry))
    assert shown == [(workspace.settings if entry == "Settings" else workspace.backgrounds) / "fly"]
