"""The desk: all coders' work that is open, each once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from ethonight.annotations.coders import coder_file
from ethonight.coding.bouts_file import SETTLE_SECONDS, BoutsFile
from ethonight.coding.coding import Coding
from ethonight.coding.journal import Journal
from ethonight.coding.state import Delta
from ethonight.frame_times import Edges
from ethonight.workspace import Workspace

logger = logging.getLogger(__name__)


def journal_file(workspace: Workspace, video: str, coder: str) -> Path:
    """Return where the journal of a coder's work on a video lies."""
    return workspace.coding / video / f"{coder}.jsonl"


class Desk:
    """The work that is open in one workspace. Any thread may call any method; one process at a time has a desk.

    ``on_change`` is called with every Delta of any work, also with those that ``apply`` returns, in the order of
    their versions. A Delta of the same version as the one before says only how safe the work is. It is called in the
    thread that made the change, must return at once, and must not wait for another thread.
    """

    def __init__(self, workspace: Workspace, settle: float = SETTLE_SECONDS) -> None:
        self.on_change: Callable[[Coding, Delta], None] = lambda coding, delta: None
        self._workspace = workspace
        self._settle = settle
        """Seconds for which another program must have left a file alone before it is read."""
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], Coding] = {}

    def open(self, video: str, coder: str, edges: Edges) -> Coding:
        """Return the work of a coder on a video with these frames: the same object for the same names.

        Raises UsageError for names that cannot be a file's, and WorkspaceError while another program has the work
        open. A file that cannot be read is no error: ``state().problem`` says why.
        """
        path = coder_file(self._workspace, video, coder)
        with self._lock:
            coding = self._open.get((video, coder))
            if coding is not None and coding.edges is not edges and not np.array_equal(coding.edges, edges):
                self._open.pop((video, coder)).close()  # The video was replaced: its frames are others.
                coding = None
            if coding is None:
                file = BoutsFile(path, self._workspace.shown(path), self._settle)
                journal = Journal(journal_file(self._workspace, video, coder))
                coding = self._open[video, coder] = Coding(file, journal, edges, self._tell)
            return coding

    def look(self) -> None:
        """Take over what other programs did to the files, and write what waits. Call it about once a second.

        Whatever goes wrong with one work is logged, and keeps no other from being written.
        """
        with self._lock:
            codings = list(self._open.values())
        for coding in codings:
            try:
                coding.look()
            except Exception:  # Whatever it is: the others' bouts wait to be written.
                logger.exception(
                    "%s's work on %s could not be looked at; it is tried again", coding.coder, coding.video
                )

    def close(self) -> None:
        """Write what waits and close all work; what goes wrong with one is raised when all others are closed."""
        with self._lock, ExitStack() as closing:
            for coding in self._open.values():
                closing.callback(coding.close)
            self._open.clear()

    def _tell(self, coding: Coding, delta: Delta) -> None:
        self.on_change(coding, delta)
