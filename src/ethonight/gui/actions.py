"""What a person can do in the window. Problems are told as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ethonight.errors import EthonightError
from ethonight.gui.dialogs import Dialogs
from ethonight.gui.model import Selection, natural
from ethonight.gui.places import Place, session_folder
from ethonight.gui.programs import Program, Started, show_path, start, tracker, validator
from ethonight.settings.recording import Recording, add_recording
from ethonight.words import count
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class View:
    """What the actions need of the window that they are started from."""

    selection: Callable[[], Selection]
    tell: Callable[[str], None]
    """Show a sentence at the bottom."""
    show_added: Callable[[str], None]
    """Read the workspace again and select the video with this name."""


class Actions:
    """The window's commands, for one workspace."""

    def __init__(self, workspace: Workspace, dialogs: Dialogs, view: View) -> None:
        self.workspace = workspace
        self.dialogs = dialogs
        self._view = view
        self._started: list[Started] = []

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Show errors of an action as a message."""
        try:
            yield
        except EthonightError as error:
            self.dialogs.show_error(str(error))
        except OSError as error:
            self.dialogs.show_error(f"{error.filename or self.workspace.root}: {error.strerror or error}.")

    def add_videos(self) -> None:
        """Ask for videos; each becomes a recording of its own."""
        with self._told():
            files = self.dialogs.ask_videos("Add videos: each file is a recording of its own")
            self._add([[file] for file in files])

    def add_recording(self) -> None:
        """Ask for the files of one recording; their order is that of their names, as people count."""
        with self._told():
            files = self.dialogs.ask_videos("Add one recording: choose all of its files")
            ordered = sorted(files, key=lambda file: natural(file.name))
            names = "\n".join(f"{number}.  {file.name}" for number, file in enumerate(ordered, start=1))
            question = (
                f"One recording of {count(len(ordered), 'file')}, in this order:\n\n{names}\n\n"
                "For another order, close this and use the task add --together."
            )
            if len(ordered) < 2 or self.dialogs.confirm("Is this the order of recording?", question):
                self._add([ordered] if ordered else [])

    def _add(self, groups: Sequence[Sequence[Path]]) -> None:
        added: list[Recording] = []
        problems: list[str] = []
        for files in groups:
            try:
                added.append(add_recording(self.workspace, files))
            except EthonightError as error:
                problems.append(str(error))
        if added:
            names = ", ".join(recording.name for recording in added)
            self._view.tell(f"Added {count(len(added), 'video')}: {names}. Next: open it in idtracker.ai.")
            self._view.show_added(added[0].name)
        if problems:
            raise EthonightError("\n\n".join(problems))

    def can_track(self) -> bool:
        selected = self._view.selection()
        return bool(selected.job or (selected.video and selected.video.files))

    def open_tracker(self) -> None:
        """Open the selected video or settings file in idtracker.ai."""
        with self._told():
            if self.can_track():
                self._start(tracker(self.workspace, self._view.selection()))

    def can_validate(self) -> bool:
        return session_folder(self.workspace, self._view.selection()) is not None

    def validate(self) -> None:
        """Open the selected job's finished session in idtracker.ai's validator."""
        with self._told():
            session = session_folder(self.workspace, self._view.selection())
            if session is not None:
                self._start(validator(self.workspace, session))

    def can_show(self, place: Place) -> bool:
        path = place.find(self.workspace, self._view.selection())
        return path is not None and path.exists()

    def show(self, place: Place) -> None:
        """Open a folder that belongs to the selection."""
        with self._told():
            path = place.find(self.workspace, self._view.selection())
            if path is None:
                raise EthonightError(f"{place.label}: there is none for what is selected.")
            started = show_path(self.workspace, path)
            self._started += [started] if started else []
            self._view.tell(f"Opened {self.workspace.shown(path)}.")

    def _start(self, program: Program) -> None:
        self._started.append(start(program))
        self._view.tell(f"{program.name} is starting; its window takes a few seconds.")

    def look_after(self) -> None:
        """Tell of programs that have ended with a complaint. To be called again and again."""
        for started in list(self._started):
            words = started.ended()
            if words is not None:
                self._started.remove(started)
                self._tell_end(started.program, words)

    def _tell_end(self, program: Program, words: str) -> None:
        if words:
            self._view.tell(f"{program.name} has ended: {words} (all it said: {self.workspace.shown(program.log)})")
        elif program.env:
            self._view.tell(f"{program.name} was closed.")
