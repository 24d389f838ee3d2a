"""Questions and messages in windows of their own."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path
from tkinter import filedialog, messagebox
from typing import Protocol

from ethonight.gui.style import showable

_VIDEOS = "*.avi *.mp4 *.mkv *.mov *.m4v *.mpg *.mpeg *.wmv *.webm *.ts *.mts *.h264"
_KINDS = (("Videos", f"{_VIDEOS} {_VIDEOS.upper()}"), ("All files", "*"))

_HIDE_HIDDEN = """
catch {tk_getOpenFile -no-such-option}
set ::tk::dialog::file::showHiddenBtn 1
set ::tk::dialog::file::showHiddenVar 0
"""
"""Tk's own file dialog lists hidden folders; its variables are there after it was called once, even in vain."""


class Dialogs(Protocol):
    """What the window asks and tells a person, apart from what it shows all the time."""

    def ask_videos(self, title: str) -> list[Path]:
        """Return the files that the person chose; none when the dialog was closed."""
        ...

    def confirm(self, title: str, text: str) -> bool:
        """Return whether the person agrees."""
        ...

    def show_error(self, text: str) -> None: ...


class TkDialogs:
    """The system's dialogs. The file dialog opens where the last one was left."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._folder = Path.home()
        if root.tk.call("tk", "windowingsystem") == "x11":
            root.tk.eval(_HIDE_HIDDEN)

    def ask_videos(self, title: str) -> list[Path]:
        chosen = filedialog.askopenfilenames(
            parent=self._root, title=title, initialdir=str(self._folder), filetypes=_KINDS
        )
        files = [Path(name) for name in chosen]
        if files:
            self._folder = files[0].parent
        return files

    def confirm(self, title: str, text: str) -> bool:
        return messagebox.askokcancel(title, showable(text), parent=self._root)

    def show_error(self, text: str) -> None:
        messagebox.showerror("Ethonight", showable(text), parent=self._root)
