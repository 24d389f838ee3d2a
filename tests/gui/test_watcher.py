"""The workspace is read again when, and only when, what is shown may have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.events import DirModifiedEvent, FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileSystemEvent

from ethonight.errors import EthonightError
from ethonight.gui.model import Tree
from ethonight.gui.watcher import Watcher, _Handler
from ethonight.ledger.row import Row, State
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace


@pytest.fixture(params=["watchdog", "polling"])
def watcher(request: pytest.FixtureRequest, workspace: Workspace, until: Any) -> Iterator[Watcher]:
    observed = request.param == "watchdog"
    made = Watcher(workspace, poll_seconds=3600.0 if observed else 0.05, observe=observed)
    made.start()
    yield made
    made.stop()
    until(lambda: not made.alive)


def next_found(watcher: Watcher, fits: Callable[[Tree | EthonightError], bool]) -> None:
    """Wait for what fits; ends with queue.Empty when nothing comes."""
    while not fits(watcher.found.get(timeout=60)):
        pass


def counts(found: Tree | EthonightError) -> dict[str, int]:
    return found.counts if isinstance(found, Tree) else {}


def test_new_settings_changed_states_and_removed_folders_are_seen(
    watcher: Watcher,
    workspace: Workspace,
    tmp_path: Path,
    night: Any,
) -> None:
    next_found(watcher, lambda found: found == Tree())
    video = tmp_path / "fly.avi"
    video.write_bytes(b"video")
    add_recording(workspace, [video])
    next_found(watcher, lambda found: isinstance(found, Tree) and len(found.videos) == 1)
    settings = workspace.settings / "fly" / "a.toml"
    settings.write_text("a = 1\n")
    next_found(watcher, lambda found: counts(found) == {"new": 1})
    night.bring(Row(workspace.key(settings), "fly", state=State.FAILED))
    next_found(watcher, lambda found: counts(found) == {"failed": 1})
    workspace.table.write_text(workspace.table.read_text("utf-8-sig").replace("failed", "skip"), "utf-8")
    next_found(watcher, lambda found: counts(found) == {"skip": 1})


def test_a_damaged_journal_is_handed_over_as_a_sentence_and_recovery_is_seen(
    watcher: Watcher,
    workspace: Workspace,
    night: Any,
) -> None:
    night.bring(Row("settings/fly/a.toml"))
    good = workspace.journal.read_bytes()
    workspace.journal.write_bytes(b"nonsense\n" + good)
    next_found(watcher, lambda found: isinstance(found, EthonightError) and "damaged" in str(found))
    workspace.journal.write_bytes(good)
    next_found(watcher, lambda found: isinstance(found, Tree) and len(found.videos) == 1)


def test_a_video_that_comes_and_goes_is_seen_by_polling(workspace: Workspace, tmp_path: Path, until: Any) -> None:
    video = tmp_path / "fly.avi"
    video.write_bytes(b"video")
    add_recording(workspace, [video])
    watcher = Watcher(workspace, poll_seconds=0.05, observe=False)
    watcher.start()
    next_found(watcher, lambda found: isinstance(found, Tree) and not found.videos[0].missing)
    video.unlink()
    next_found(watcher, lambda found: isinstance(found, Tree) and found.videos[0].missing == (video,))
    watcher.stop()
    until(lambda: not watcher.alive)


def test_waking_reads_at_once(watcher: Watcher) -> None:
    watcher.found.get(timeout=60)
    watcher.wake()
    watcher.found.get(timeout=60)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda w: FileModifiedEvent(str(w.journal)), True),
        (lambda w: FileModifiedEvent(str(w.table)), True),
        (lambda w: FileMovedEvent(str(w.root / ".x.tmp"), str(w.table)), True),
        (lambda w: FileModifiedEvent(str(w.settings / "fly" / "a.toml")), True),
        (lambda w: FileCreatedEvent(str(w.sessions / "session_fly")), True),
        (lambda w: FileModifiedEvent(str(w.settings / "fly" / "idtrackerai.log")), False),
        (lambda w: FileModifiedEvent(str(w.lease)), False),
        (lambda w: DirModifiedEvent(str(w.settings / "fly")), False),
        (lambda w: FileCreatedEvent(str(w.root / "holiday.jpg")), False),
    ],
)
def test_only_what_is_shown_wakes_the_watcher(
    workspace: Workspace, make: Callable[[Workspace], FileSystemEvent], told: bool
) -> None:
    calls: list[None] = []
    _Handler(workspace, lambda: calls.append(None)).dispatch(make(workspace))
    assert bool(calls) == told


def test_a_stop_in_any_instant_ends_it(workspace: Workspace, until: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = Watcher(workspace, poll_seconds=0.01, observe=False)

    stops = iter([watcher.stop])

    def stop_once_and_look() -> tuple[()]:
        next(stops, lambda: None)()
        return ()

    monkeypatch.setattr(watcher, "_stamp", stop_once_and_look)
    watcher.start()
    until(lambda: not watcher.alive)
