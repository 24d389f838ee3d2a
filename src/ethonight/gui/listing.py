"""The list of videos and settings files. Only what differs is changed, so selection and open branches stay."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from tkinter import ttk
from typing import Literal

from ethonight.gui.icons import ICONS
from ethonight.gui.model import Job, Selection, Tree, Video
from ethonight.gui.palette import COLOURS, LOUD, STRIPE, WARNING
from ethonight.gui.style import Scroll, Style, showable
from ethonight.ledger.row import State

_COLUMNS = (("state", "State", 15), ("attempts", "Attempts", 9), ("when", "When", 16), ("took", "Took", 10))
"""Name, heading and width in letters; the message takes what is left."""

_ANCHORS: Mapping[str, Literal["center", "e"]] = {"attempts": "center", "took": "e"}


@dataclass(frozen=True)
class _Item:
    """One line of the list."""

    parent: str
    text: str
    icon: str
    values: tuple[str, ...]
    tag: str


class Listing(ttk.Frame):
    """A ``ttk.Treeview`` with its scroll bars."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._icons = style.icons
        self._shown: dict[str, _Item] = {}
        self._meaning: dict[str, tuple[str, str]] = {}
        self._tree = Tree()
        columns = (*(name for name, *_ in _COLUMNS), "message")
        self.view = ttk.Treeview(self, columns=columns, selectmode="browse", height=18)
        self._set_columns(style)
        self._set_tags()
        scroll = Scroll(self, orient="vertical", command=self.view.yview)
        self.view.configure(yscrollcommand=scroll.set)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.view.grid(row=0, column=0, sticky="nsew")
        scroll.grid(row=0, column=1, sticky="ns")

    def _set_columns(self, style: Style) -> None:
        self.view.heading("#0", text="Video and settings", anchor="w")
        self.view.column("#0", width=style.chars(33), minwidth=style.chars(16), stretch=False)
        for name, heading, width in _COLUMNS:
            anchor: Literal["center", "e", "w"] = _ANCHORS.get(name, "w")
            self.view.heading(name, text=heading, anchor=anchor)
            self.view.column(name, width=style.chars(width), minwidth=style.chars(6), stretch=False, anchor=anchor)
        self.view.heading("message", text="   Message", anchor="w")
        self.view.column("message", width=style.chars(40), minwidth=style.chars(20), stretch=True)

    def _set_tags(self) -> None:
        for name in LOUD:
            self.view.tag_configure(name, foreground=COLOURS[name])
        self.view.tag_configure("video", background=STRIPE)
        self.view.tag_configure("missing", background=STRIPE, foreground=WARNING)

    @property
    def selection(self) -> Selection:
        """What is selected, as it was read last."""
        chosen = self.view.selection()
        return self._tree.find(*self._meaning[chosen[0]]) if chosen else Selection()

    def on_select(self, call: Callable[[], None]) -> None:
        self.view.bind("<<TreeviewSelect>>", lambda _: call())

    def on_open(self, call: Callable[[], None]) -> None:
        """Call when a line is double-clicked or Return is pressed on it."""

        def opened(event: tk.Event[ttk.Treeview]) -> str:
            on_arrow = "indicator" in str(self.view.identify_element(event.x, event.y))
            if self.view.identify_row(event.y) and not on_arrow:
                call()
                return "break"
            return ""

        def pressed(_: tk.Event[ttk.Treeview]) -> str:
            call()
            return "break"

        self.view.bind("<Double-1>", opened)
        self.view.bind("<Return>", pressed)

    def select(self, name: str) -> bool:
        """Select the video with this name and bring it into sight. False when it is not in the list."""
        line = _video_line(name)
        if line not in self._shown:
            return False
        self.view.selection_set((line,))
        self.view.focus(line)
        self.view.see(line)
        return True

    def show(self, tree: Tree) -> None:
        """Bring the list to what ``tree`` says."""
        self._tree = tree
        wanted = dict(_items(tree, self._meaning))
        selected = self.view.selection()
        if gone := [line for line in self._shown if line not in wanted]:
            self.view.delete(*[line for line in gone if self.view.exists(line)])
        for line, item in wanted.items():
            self._put(line, item)
        self._set_order(wanted)
        self._shown = wanted
        if selected and not self.view.exists(selected[0]):
            self.view.selection_set(())
        if wanted and not self.view.focus():
            self.select(tree.videos[0].name)  # so that the arrow keys have somewhere to start

    def _put(self, line: str, item: _Item) -> None:
        if not self.view.exists(line):
            self.view.insert(item.parent, "end", line, open=True)
        elif self._shown.get(line) == item:
            return
        self.view.item(line, text=f" {item.text}", image=self._icons[item.icon], values=item.values, tags=(item.tag,))

    def _set_order(self, wanted: dict[str, _Item]) -> None:
        children: dict[str, list[str]] = {}
        for line, item in wanted.items():
            children.setdefault(item.parent, []).append(line)
        for parent, lines in children.items():
            if list(self.view.get_children(parent)) != lines:
                self.view.set_children(parent, *lines)


def _video_line(name: str) -> str:
    return f"video:{showable(name)}"


def _items(tree: Tree, meaning: dict[str, tuple[str, str]]) -> Iterator[tuple[str, _Item]]:
    """Yield all lines with their names; what each name means is noted in ``meaning``."""
    for video in tree.videos:
        line = _video_line(video.name)
        meaning[line] = (video.name, "")
        yield line, _video_item(video)
        for job in video.jobs:
            meaning[job.key] = (video.name, job.key)
            yield job.key, _job_item(line, job)


def _video_item(video: Video) -> _Item:
    wrong = bool(video.problem or video.missing)
    state = "video missing" if video.missing else "problem" if video.problem else ""
    values = (state, "", "", "", _cell(video.message))
    look = "missing" if wrong else "video"
    return _Item("", showable(video.title), look, values, look)


def _job_item(parent: str, job: Job) -> _Item:
    attempts = str(job.row.attempts or "") if job.row else ""
    look = _look(job)
    values = (showable(job.state), attempts, job.when, job.took, _cell(job.message))
    return _Item(parent, showable(job.name), look, values, look)


def _look(job: Job) -> str:
    if job.state == State.DONE and job.message:
        return "remark"
    return job.state if job.state in ICONS else "unknown"


def _cell(text: str) -> str:
    return "   " + showable(text)
