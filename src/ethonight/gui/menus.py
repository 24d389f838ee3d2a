"""Menu bar, buttons and keyboard shortcuts: three ways to the same actions."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from tkinter import ttk

from ethonight.gui.actions import Actions
from ethonight.gui.places import PLACES
from ethonight.gui.style import Style, modifier


@dataclass(frozen=True)
class _Command:
    """One action. ``key`` is a letter that goes with Ctrl (a capital: with Shift as well), or a key's name."""

    label: str
    key: str
    call: Callable[[], None]
    can: Callable[[], bool] = lambda: True


class Menus:
    """Makes the menu bar of ``root`` and the ``toolbar``; ``enable`` greys out what the selection does not allow."""

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        actions: Actions,
        refresh: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        self._root = root
        self._style = style
        self._actions = actions
        self.toolbar = ttk.Frame(root)
        self._buttons: list[tuple[ttk.Button, _Command]] = []
        self._entries: list[tuple[tk.Menu, int, Callable[[], bool]]] = []
        add = _Command("Add videos...", "o", actions.add_videos)
        recording = _Command("Add one recording of several files...", "O", actions.add_recording)
        track = _Command("Open in idtracker.ai", "i", actions.open_tracker, actions.can_track)
        validate = _Command("Validate session", "e", actions.validate, actions.can_validate)
        again = _Command("Refresh", "F5", refresh)
        self._fill_bar([[add, recording, _Command("Close", "q", close)], [track, validate, again]])
        self._fill_toolbar([add, recording], [track, validate], again)
        for command in (add, recording, track, validate, again, _Command("Close", "q", close)):
            self._bind(command)

    def shortcut(self, key: str) -> str:
        """Return a key as people read it: ``Ctrl+O``, ``Ctrl+Shift+O``, ``F5``."""
        if len(key) > 1:
            return key
        shift = "Shift+" if key.isupper() else ""
        return f"{modifier(self._root)[1]}+{shift}{key.upper()}"

    def enable(self) -> None:
        """Bring all menus and buttons to what can be done with the selection."""
        for button, command in self._buttons:
            button.state(["!disabled" if command.can() else "disabled"])
        for menu, index, can in self._entries:
            menu.entryconfigure(index, state="normal" if can() else "disabled")

    def _bind(self, command: _Command) -> None:
        def pressed(_: tk.Event[tk.Misc]) -> None:
            if command.can():
                command.call()

        key = command.key if len(command.key) > 1 else f"{modifier(self._root)[0]}-{command.key}"
        self._root.bind(f"<{key}>", pressed)

    def _fill_bar(self, groups: list[list[_Command]]) -> None:
        bar = tk.Menu(self._root, tearoff=False, relief="flat")
        for label, commands in zip(("Videos", "Job"), groups, strict=True):
            menu = tk.Menu(bar, tearoff=False)
            for command in commands:
                menu.add_command(label=command.label, accelerator=self.shortcut(command.key), command=command.call)
                self._entries.append((menu, menu.index("end") or 0, command.can))
            bar.add_cascade(label=label, menu=menu)
        bar.add_cascade(label="Open folder", menu=self._folders(bar))
        self._root.configure(menu=bar)

    def _folders(self, parent: tk.Misc) -> tk.Menu:
        menu = tk.Menu(parent, tearoff=False)
        menu.configure(postcommand=self.enable)
        for place in PLACES:
            menu.add_command(label=place.label, command=partial(self._actions.show, place))
            self._entries.append((menu, menu.index("end") or 0, partial(self._actions.can_show, place)))
        return menu

    def _fill_toolbar(self, adding: list[_Command], using: list[_Command], again: _Command) -> None:
        gap = self._style.chars(0.8)
        for command in adding + using:
            accent = "Accent.TButton" if command is adding[0] else "TButton"
            text = command.label.replace("one recording of several files", "recording of several files")
            button = ttk.Button(self.toolbar, text=text, style=accent, command=command.call)
            left = 3 * gap if command is using[0] else 0
            button.pack(side="left", padx=(left, gap))
            self._buttons.append((button, command))
        folders = ttk.Menubutton(self.toolbar, text="Open folder")
        folders.configure(menu=self._folders(folders))
        folders.pack(side="left", padx=(0, gap))
        ttk.Button(self.toolbar, text=f"Refresh  {again.key}", command=again.call).pack(side="right")
