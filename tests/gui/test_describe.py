"""The words about what is selected, and the folders that belong to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.gui.describe import describe, title
from ethonight.gui.model import Job, Selection, Video
from ethonight.gui.places import PLACES, session_folder
from ethonight.ledger.row import Row, State
from ethonight.workspace import Workspace

KEY = "settings/fly/a.toml"


def selected(**row: object) -> Selection:
    job = Job(KEY, "a.toml", Row(settings=KEY, **row))
    return Selection(Video("fly", (Path("/videos/fly.avi"),), jobs=(job,)), job)


def words(workspace: Workspace, selection: Selection) -> dict[str, str]:
    return {line.label: line.text for line in describe(workspace, selection)}


def test_a_failed_job_says_why_and_what_to_do(workspace: Workspace) -> None:
    selection = selected(
        state=State.FAILED,
        attempts=2,
        finished="2026-03-01 22:45",
        minutes="3.0",
        message="The video is cut off.",
        notes="ask Mara",
        attempt=".ethonight/attempts/fly/a.toml/002",
    )
    said = words(workspace, selection)
    assert title(selection) == KEY
    assert said["State"] == "failed, after 2 attempts, finished 2026-03-01 22:45, took 3 min"
    assert said["Message"] == "The video is cut off."
    assert "run track again" in said["Next"]
    assert said["Notes"] == "ask Mara"
    assert said["Log"] == ".ethonight/attempts/fly/a.toml/002/log.txt"


def test_an_unknown_status_is_named_with_the_words_that_are_known(workspace: Workspace) -> None:
    assert "'later' is no status" in words(workspace, selected(hold="later"))["Next"]


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_named(workspace: Workspace, state: State) -> None:
    assert words(workspace, selected(state=state))["State"].startswith(state)


def test_a_missing_file_of_a_recording_is_marked(workspace: Workspace) -> None:
    files = (Path("/videos/part1.avi"), Path("/videos/part2.avi"))
    lines = describe(workspace, Selection(Video("fly", files, missing=files[1:])))
    assert [(line.text, line.bad) for line in lines[:2]] == [
        (str(files[0]), False),
        (f"{files[1]} (not there)", True),
    ]
    assert "fix-paths" in lines[2].text


def test_nothing_selected_asks_to_select(workspace: Workspace) -> None:
    assert describe(workspace, Selection()) == []
    assert "Select" in title(Selection())


def test_only_a_finished_session_that_is_there_can_be_validated(workspace: Workspace) -> None:
    session = workspace.sessions / "session_fly"
    done = selected(state=State.DONE, output="sessions/session_fly")
    assert session_folder(workspace, done) is None
    session.mkdir()
    assert session_folder(workspace, done) == session
    assert session_folder(workspace, selected(state=State.FAILED, output="sessions/session_fly")) is None
    (workspace.results / "fly").mkdir()
    assert session_folder(workspace, selected(state=State.DONE, output="results/fly")) is None
    assert session_folder(workspace, Selection(done.video)) is None


def test_places_of_a_job_of_its_video_and_of_the_workspace(workspace: Workspace) -> None:
    job = selected(state=State.DONE, output="sessions/session_fly", attempt=".ethonight/attempts/1")
    root = workspace.root
    found = {place.label: place.find(workspace, job) for place in PLACES}
    assert found == {
        "Settings": root / "settings" / "fly",
        "Background images": root / "backgrounds" / "fly",
        "Session or result": root / "sessions" / "session_fly",
        "Video": Path("/videos"),
        "Log of the last attempt": root / ".ethonight" / "attempts" / "1" / "log.txt",
        "Job table (tracking_status.csv)": None,
    }
    nothing = [place.find(workspace, Selection()) for place in PLACES]
    assert nothing == [workspace.settings, workspace.backgrounds, None, None, None, None]
