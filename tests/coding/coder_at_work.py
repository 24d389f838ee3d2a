"""A coder at work: one video, one ethogram, one desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.ethogram import POINT, Behaviour, Ethogram
from ethonight.annotations.frames import frames_of
from ethonight.coding import bouts_file
from ethonight.coding.changes import change_of
from ethonight.coding.coding import Coding
from ethonight.coding.desk import Desk
from ethonight.coding.state import Delta, State
from ethonight.frame_times import Edges, frame_edges
from ethonight.workspace import Workspace

FRAMES = 300


class Coder:
    """Anna, who marks the video ``vid``. Rest and walk exclude each other; groom goes with both; peep is a point."""

    video, name = "vid", "anna"
    ethogram = Ethogram(
        (
            Behaviour("rest", group="place"),
            Behaviour("walk", group="place"),
            Behaviour("groom"),
            Behaviour("peep", kind=POINT),
        )
    )

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace.open(root)
        # Frames of uneven length, as in a video of variable rate; none falls on a whole millisecond.
        steps = np.random.default_rng(1).choice([1 / 60, 1 / 30, 1 / 15], FRAMES)
        self.edges: Edges = frame_edges(np.cumsum(steps) - steps[0] + 0.0123456, steps.sum() + 0.0123456)
        self.path = self.workspace.annotations / self.video / f"{self.name}.csv"
        self.journal = self.workspace.coding / self.video / f"{self.name}.jsonl"
        self.told: list[Delta] = []
        self.desk = Desk(self.workspace, settle=0.0)
        self._open: Coding | None = None

    @property
    def coding(self) -> Coding:
        """The work, opened where it is not open."""
        if self._open is None:
            self.desk.on_change = lambda coding, delta: self.told.append(delta)
            self._open = self.desk.open(self.video, self.name, self.edges)
        return self._open

    @property
    def state(self) -> State:
        return self.coding.state()

    def do(self, what: str, **words: object) -> Delta:
        """Make a change as a page asks for it."""
        return self.coding.apply(change_of({"do": what, **words}), self.ethogram)

    def marked(self, label: str, first: int, stop: int, subject: str = "") -> int:
        """Mark a bout and return its number."""
        return self.do("add", label=label, subject=subject, first=first, stop=stop).added[0].id

    def shown(self) -> list[tuple[str, int, int]]:
        """What the page shows: label and frames."""
        return [(mark.bout.label, mark.first, mark.stop) for mark in self.state.marks]

    def saved(self) -> list[tuple[str, int, int]]:
        """What the file says, read by its own rules: label and frames of each bout, the earliest first."""
        self.coding.look()
        found = []
        for bout in self.annotation().bouts:
            frames = frames_of(bout, self.edges)
            found.append((bout.label, frames.start, frames.start if bout.is_point else frames.stop))
        return sorted(found, key=lambda row: (row[1:], row[0]))

    def annotation(self) -> Annotation:
        return read_annotation(self.path)

    def bouts(self) -> tuple[Bout, ...]:
        """The rows of the file, without their lines."""
        return self.annotation().rows

    def write(self, text: str) -> None:
        """Save the file with another program."""
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(text, encoding="utf-8", newline="")

    def restart(self) -> None:
        """The server ends in good order and starts again."""
        self.desk.close()
        self.start_anew()

    def start_anew(self) -> None:
        """A new server, whatever the old one has open."""
        self.desk, self._open = Desk(self.workspace, settle=0.0), None

    @contextmanager
    def file_is_held(self) -> Iterator[None]:
        """Excel has the file open, so that Windows does not let it be replaced."""

        def held(new: Path, target: Path, old: Path) -> bool:
            raise PermissionError(13, "The process cannot access the file")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(bouts_file, "place", held)
            yield

    def kill(self) -> None:
        """The server ends before it has written the file, and starts again."""
        with self.file_is_held():
            self.desk.close()
        self.start_anew()
