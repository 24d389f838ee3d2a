"""What the window will show, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.errors import WorkspaceError
from ethonight.gui.model import Job, Tree, Video, load_tree, natural
from ethonight.ledger.row import Row, State
from ethonight.runner.attempt import Attempt, LaunchRecord
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace


def video_file(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b"video")
    return path


def settings_file(workspace: Workspace, video: str, name: str) -> str:
    path = workspace.settings / video / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("number_of_animals = 2\n")
    return workspace.key(path)


def test_an_empty_workspace_shows_nothing(workspace: Workspace) -> None:
    tree = load_tree(workspace)
    assert (tree.videos, tree.counts, tree.running) == ((), {}, "")


def test_videos_have_their_settings_files_in_the_order_in_which_people_count(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name in ("mouse10.avi", "mouse2.avi", "Ant.avi"):
        add_recording(workspace, [video_file(tmp_path, name)])
    for name in ("day10.toml", "day9.toml"):
        settings_file(workspace, "mouse2", name)
    videos = load_tree(workspace).videos
    assert [video.name for video in videos] == ["Ant", "mouse2", "mouse10"]
    assert [job.name for job in videos[1].jobs] == ["day9.toml", "day10.toml"]
    assert [job.state for job in videos[1].jobs] == ["new", "new"]
    assert videos[0].summary == "no settings yet"


def test_a_job_shows_what_its_row_says(workspace: Workspace, night: Any, tmp_path: Path) -> None:
    add_recording(workspace, [video_file(tmp_path, "fly.avi")])
    key = settings_file(workspace, "fly", "a.toml")
    row = Row(key, "fly", "track", State.FAILED, attempts=2, started="2026-03-01 22:00", finished="2026-03-01 22:45")
    night.bring(replace(row, minutes="45.0", message="The video\nis cut off."))
    job = load_tree(workspace).find("fly", key).job
    assert job is not None
    assert (job.state, job.when, job.took, job.message) == (
        "failed",
        "2026-03-01 22:45",
        "45 min",
        "The video is cut off.",
    )


def test_a_running_job_shows_its_stage(workspace: Workspace, night: Any, tmp_path: Path) -> None:
    add_recording(workspace, [video_file(tmp_path, "fly.avi")])
    key = settings_file(workspace, "fly", "a.toml")
    folder = workspace.attempts / "fly" / "a.toml" / "001"
    folder.mkdir(parents=True)
    Attempt(folder).write_launch(LaunchRecord(["true"], str(folder)))
    night.bring(Row(key, "fly", "track", State.RUNNING, attempts=1, attempt=workspace.shown(folder)))
    tree = load_tree(workspace)
    job = tree.find("fly", key).job
    assert job is not None
    assert tree.busy
    assert (job.state, job.message) == ("running", "starting")
    assert job.took


def test_a_skipped_job_and_an_unknown_word_are_shown_as_the_person_wrote_them(
    workspace: Workspace,
    night: Any,
) -> None:
    keys = [settings_file(workspace, "fly", name) for name in ("a.toml", "b.toml")]
    night.bring(Row(keys[0], hold="skip"), Row(keys[1], hold="later"))
    assert [job.state for job in load_tree(workspace).videos[0].jobs] == ["skip", "later"]


def test_a_row_without_its_settings_file_stays_as_gone(workspace: Workspace, night: Any) -> None:
    night.bring(Row("settings/fly/old.toml", "fly", gone=True))
    assert [job.state for job in load_tree(workspace).videos[0].jobs] == ["gone"]


def test_a_video_that_is_not_there_is_named(workspace: Workspace, tmp_path: Path) -> None:
    files = [video_file(tmp_path, "part1.avi"), video_file(tmp_path, "part2.avi")]
    add_recording(workspace, files)
    files[1].unlink()
    video = load_tree(workspace).videos[0]
    assert video.missing == (files[1],)
    assert str(files[1]) in video.message
    assert str(files[0]) not in video.message


@pytest.mark.parametrize("text", ["", "video_paths = 3\n", "video_paths = [\n"])
def test_a_damaged_video_file_is_a_problem_of_its_video_only(workspace: Workspace, tmp_path: Path, text: str) -> None:
    for name in ("bad.avi", "good.avi"):
        add_recording(workspace, [video_file(tmp_path, name)])
    (workspace.settings / "bad" / "video.toml").write_text(text)
    bad, good = load_tree(workspace).videos
    assert "settings/bad/video.toml" in bad.problem
    assert not good.problem


def test_settings_without_a_video_have_a_place(workspace: Workspace) -> None:
    inside, deep, direct = (settings_file(workspace, video, "a.toml") for video in ("lost", "lost/more", "."))
    videos = {video.name: video for video in load_tree(workspace).videos}
    assert [job.key for job in videos["lost"].jobs] == [inside, deep]
    assert [job.name for job in videos["lost"].jobs] == ["a.toml", "more/a.toml"]
    assert [job.key for job in videos[""].jobs] == [direct]
    assert "Add the video again" in videos["lost"].problem
    assert not videos[""].problem


def test_a_damaged_journal_is_an_error_with_its_line(workspace: Workspace, night: Any) -> None:
    night.bring(Row("settings/fly/a.toml"))
    workspace.journal.write_bytes(b"00000000 R {}\n" + workspace.journal.read_bytes())
    with pytest.raises(WorkspaceError, match="line 1"):
        load_tree(workspace)


def test_counts_begin_with_what_needs_a_person(workspace: Workspace, night: Any) -> None:
    done, failed = (Row(settings_file(workspace, "fly", name)) for name in ("a.toml", "b.toml"))
    settings_file(workspace, "fly", "c.toml")
    night.bring(replace(done, state=State.DONE), replace(failed, state=State.FAILED))
    counts = load_tree(workspace).counts
    assert list(counts.items()) == [("failed", 1), ("done", 1), ("new", 1)]


def test_finding_what_is_not_there_gives_an_empty_selection() -> None:
    tree = Tree((Video("fly", jobs=(Job("settings/fly/a.toml", "a.toml"),)),))
    assert tree.find("bee").video is None
    assert tree.find("fly", "settings/fly/b.toml").job is None
    assert tree.find("fly", "settings/fly/a.toml").job is not None


@given(st.lists(st.text()))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    ordered = sorted(names, key=natural)
    assert sorted(ordered) == sorted(names)
    assert [natural(name) for name in ordered] == sorted(map(natural, names))
