"""The pane below the list: everything about what is selected, to be read and copied."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk

from ethonight.gui import palette
from ethonight.gui.describe import Line
from ethonight.gui.style import Scroll, Style, showable

_LABEL_LETTERS = 11


class Detail(ttk.Frame):
    """A heading and lines with labels. The text can be selected and copied, not changed."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._text = tk.Text(
            self, height=7, wrap="word", relief="flat", borderwidth=0, highlightthickness=1, font=style.body,
            background=palette.FIELD, foreground=palette.TEXT, highlightbackground=palette.LINE,
            highlightcolor=palette.LINE, padx=style.chars(1.5), pady=style.line // 2, cursor="xterm",
            selectbackground=palette.SELECTED, selectforeground=palette.TEXT, inactiveselectbackground=palette.SELECTED,
            spacing1=1, spacing3=2, state="disabled", takefocus=True,
        )  # fmt: skip
        indent = style.chars(_LABEL_LETTERS)
        self._text.configure(tabs=(indent,))
        self._text.tag_configure("title", font=style.heading, spacing3=style.line // 3)
        self._text.tag_configure("line", lmargin2=indent)
        self._text.tag_configure("label", foreground=palette.DIM)
        self._text.tag_configure("bad", foreground=palette.COLOURS["failed"])
        self._text.bind("<Button-1>", lambda _: self._text.focus_set())
        scroll = Scroll(self, orient="vertical", command=self._text.yview)
        self._text.configure(yscrollcommand=scroll.set)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._text.grid(row=0, column=0, sticky="nsew")
        scroll.grid(row=0, column=1, sticky="ns")
        self._shown: tuple[str, Sequence[Line]] = ("", ())

    @property
    def text(self) -> str:
        """All that the pane says."""
        return self._text.get("1.0", "end-1c")

    def show(self, title: str, lines: Sequence[Line]) -> None:
        """Show other lines. The same ones again leave what the person has marked and scrolled to."""
        if (title, lines) == self._shown:
            return
        self._shown = (title, lines)
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._text.insert("end", showable(title), ("title",))
        for line in lines:
            self._text.insert("end", f"\n{line.label}\t", ("line", "label"))
            self._text.insert("end", showable(line.text), ("line", "bad") if line.bad else ("line",))
        self._text.configure(state="disabled")
