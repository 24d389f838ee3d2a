"""The bottom lines: what happened last, and how many settings files are in which state."""

from __future__ import annotations

import tkinter as tk
from datetime import datetime
from tkinter import ttk

from ethonight.gui.icons import ICONS
from ethonight.gui.model import Tree
from ethonight.gui.style import Style, showable

_READING = "Reading the workspace..."


class StatusBar(ttk.Frame):
    """Counts above, the last event below them. A warning covers the last event as long as it holds."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent, padding=(style.chars(1.2), style.line // 3))
        self._style = style
        self._told = _READING
        self._warning = ""
        self._event = ttk.Label(self, text=self._told, style="Dim.TLabel", anchor="w", width=1)
        self._counts = ttk.Frame(self)
        self._counts.pack(side="top", fill="x", pady=(0, style.line // 3))
        self._event.pack(side="top", fill="x")
        self._event.bind("<Configure>", lambda event: self._event.configure(wraplength=event.width))
        self._shown: object = None

    @property
    def text(self) -> str:
        return str(self._event.cget("text"))

    @property
    def counts(self) -> str:
        """The counts as they stand there: ``2 done  1 failed``."""
        return "  ".join(str(label.cget("text")).strip() for label in self._counts.winfo_children())

    def tell(self, sentence: str) -> None:
        """Show what has happened, with the time."""
        self._told = f"{datetime.now():%H:%M}  {' '.join(sentence.split())}"
        self._write()

    def warn(self, sentence: str) -> None:
        """Show what is wrong until it is called with an empty text."""
        self._warning = " ".join(sentence.split())
        self._write()

    def _write(self) -> None:
        style = "Bad.TLabel" if self._warning else "Dim.TLabel"
        self._event.configure(text=showable(self._warning or self._told), style=style)

    def count(self, tree: Tree) -> None:
        """Show the counts of ``tree``, and whether a run is going on."""
        if self._told == _READING:
            self.tell("Ready.")
        if (tree.counts, tree.running) == self._shown:
            return
        self._shown = (tree.counts, tree.running)
        for label in self._counts.winfo_children():
            label.destroy()
        gap = self._style.chars(2)
        for word, number in tree.counts.items():
            icon = self._style.icons[word if word in ICONS else "unknown"]
            text = showable(f" {number} {word}")
            ttk.Label(self._counts, text=text, image=icon, compound="left").pack(side="left", padx=(0, gap))
        run = showable(tree.running.partition(" (")[0]) + " is running" if tree.running else "nothing is running"
        ttk.Label(self._counts, text=run, style="Dim.TLabel").pack(side="right")
