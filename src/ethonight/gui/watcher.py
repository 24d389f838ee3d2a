"""Reading the workspace again whenever something in it changes, in a thread of its own.

Files are watched where the system can. Network drives tell nothing of what another computer writes, so a cheap stamp
of the workspace is compared every few seconds as well.
"""

from __future__ import annotations

import os
import queue
import threading
import time
import warnings
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from ethonight.errors import EthonightError, WorkspaceError
from ethonight.gui.model import Tree, load_tree
from ethonight.settings.scan import scan_toml
from ethonight.workspace import Workspace

_POLL_SECONDS = 5.0
_QUIET_SECONDS = 0.15
_LONGEST_WAIT_SECONDS = 1.0
"""While files change all the time, the workspace is read once in this long."""


class Watcher:
    """Puts a Tree into ``found`` for every change, or the error that kept it from being read.

    Nothing here touches Tk; the window takes from ``found`` in its own thread.
    """

    def __init__(self, workspace: Workspace, poll_seconds: float = _POLL_SECONDS, observe: bool = True) -> None:
        self.found: queue.SimpleQueue[Tree | EthonightError] = queue.SimpleQueue()
        self._workspace = workspace
        self._poll_seconds = poll_seconds
        self._observe = observe
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._tree = Tree()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Read the workspace now."""
        self._woken.set()

    def stop(self) -> None:
        """End the thread; does not wait for it, because it may be reading from a slow drive."""
        self._stopped.set()
        self._woken.set()

    def _run(self) -> None:
        observer = _observer(self._workspace, self._woken.set) if self._observe else None
        try:
            while self._goes_on():
                stamp = self._stamp()
                self.found.put(self._read())
                self._wait_for_change(stamp)
        finally:
            if observer is not None:
                observer.stop()
                observer.join()

    def _goes_on(self) -> bool:
        """Whether nobody has stopped this. Earlier wishes are dropped first: one to stop that comes later wakes."""
        self._woken.clear()
        return not self._stopped.is_set()

    def _read(self) -> Tree | EthonightError:
        try:
            self._tree = load_tree(self._workspace)
        except EthonightError as error:
            return error
        except OSError as error:
            return WorkspaceError(f"{error.filename or self._workspace.root} cannot be read: {error.strerror}.")
        return self._tree

    def _wait_for_change(self, stamp: Hashable) -> None:
        while not self._woken.wait(self._poll_seconds):
            if self._tree.busy or self._stamp() != stamp:
                return
        self._wait_until_quiet()

    def _wait_until_quiet(self) -> None:
        end = time.monotonic() + _LONGEST_WAIT_SECONDS
        while time.monotonic() < end and not self._stopped.is_set():
            self._woken.clear()
            if not self._woken.wait(_QUIET_SECONDS):
                return

    def _stamp(self) -> Hashable:
        """Return a value that differs when something that the window shows may have changed."""
        workspace = self._workspace
        files = [file for video in self._tree.videos for file in video.files]
        own = (workspace.table, workspace.journal, workspace.lease)
        toml = (workspace.settings_file(key) for key in scan_toml(workspace))
        return (*map(_changed, own), frozenset(map(_changed, toml)), tuple(map(os.path.isfile, files)))


def _changed(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), -1, -1
    return str(path), status.st_mtime_ns, status.st_size


def _observer(workspace: Workspace, tell: Callable[[], object]) -> BaseObserver | None:
    """Return a running observer, or None where the system offers none or has no more to give."""
    # A folder that appears while its parent is being looked through is found twice, which is no harm.
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
    handler = _Handler(workspace, tell)
    observer = Observer()
    try:
        observer.schedule(handler, str(workspace.settings), recursive=True)
        for folder in (workspace.root, workspace.state, workspace.sessions):
            observer.schedule(handler, str(folder))
        observer.start()
    except (OSError, SystemError):  # The second is what macOS raises.
        observer.stop()
        return None
    return observer


class _Handler(FileSystemEventHandler):
    """Tells of changes that the window shows, and of no others: reading a file is an event, too."""

    def __init__(self, workspace: Workspace, tell: Callable[[], object]) -> None:
        self._workspace = workspace
        self._tell = tell

    def on_created(self, event: FileSystemEvent) -> None:
        self._note(event)

    def on_deleted(self, event: FileSystemEvent) -> None:
        self._note(event)

    def on_moved(self, event: FileSystemEvent) -> None:
        self._note(event)

    def on_modified(self, event: FileSystemEvent) -> None:
        if not event.is_directory:
            self._note(event)

    def _note(self, event: FileSystemEvent) -> None:
        if any(self._concerns(path, event.is_directory) for path in _paths(event)):
            self._tell()

    def _concerns(self, path: Path, is_folder: bool) -> bool:
        workspace = self._workspace
        if path in (workspace.table, workspace.journal) or path.parent == workspace.sessions:
            return True
        return path.is_relative_to(workspace.settings) and (is_folder or path.suffix.lower() == ".toml")


def _paths(event: FileSystemEvent) -> Iterator[Path]:
    for path in (event.src_path, event.dest_path):
        if path:
            yield Path(os.fsdecode(path))
