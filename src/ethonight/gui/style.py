"""How the window looks: the system's own look on Windows and macOS, a plain light one elsewhere."""

from __future__ import annotations

import sys
import tkinter as tk
from tkinter import font as tkfont
from tkinter import ttk

from ethonight.gui import palette
from ethonight.gui.icons import ICONS, png

_MAC_MODIFIER, _OTHER_MODIFIER = ("Command", "⌘"), ("Control", "Ctrl")


class Signs(dict[str, tk.PhotoImage]):
    """The pictures of ``ICONS``, each drawn when it is first needed; ``size`` in pixels."""

    def __init__(self, root: tk.Tk, size: int) -> None:
        super().__init__()
        self._root = root
        self._size = size

    def __missing__(self, name: str) -> tk.PhotoImage:
        self[name] = tk.PhotoImage(master=self._root, data=png(ICONS[name], self._size))
        return self[name]


class Style:
    """Fonts, colours and signs, set up for one Tk root. Keep it as long as the window: Tk forgets its pictures."""

    def __init__(self, root: tk.Tk) -> None:
        self.body = tkfont.nametofont("TkDefaultFont", root)
        native = root.tk.call("tk", "windowingsystem")
        if native == "x11":
            self._set_fonts(root)
        self.heading = self.body.copy()
        self.heading.configure(weight="bold")
        self.large = self.body.copy()
        self.large.configure(weight="bold", size=round(self.body.actual("size") * 1.5))
        self.line = self.body.metrics("linespace")
        self.theme = ttk.Style(root)
        if native == "x11":
            self.theme.theme_use("clam")
            self._tune_clam(root)
        self.theme.configure("Treeview", rowheight=round(self.line * 1.6))
        self.theme.configure("Dim.TLabel", foreground=palette.DIM)
        self.theme.configure("Bad.TLabel", foreground=palette.COLOURS["failed"])
        self.icons = Signs(root, max(14, round(self.line * 0.95)))

    def chars(self, number: float) -> int:
        """Return the width of so many usual letters, in pixels."""
        return round(number * self.body.measure("n"))

    def _set_fonts(self, root: tk.Tk) -> None:
        for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont", "TkTooltipFont"):
            tkfont.nametofont(name, root).configure(size=10, weight="normal")

    def _tune_clam(self, root: tk.Tk) -> None:
        p, theme = palette, self.theme
        root.configure(background=p.FRAME)
        menu = {"background": p.FRAME, "foreground": p.TEXT}
        menu |= {"activeBackground": p.SELECTED, "activeForeground": p.TEXT}
        for option, colour in menu.items():
            root.option_add(f"*Menu.{option}", colour)
        root.option_add("*Menu.borderWidth", 1)
        root.option_add("*Menu.activeBorderWidth", 0)
        root.option_add("*Menu.relief", "flat")
        theme.configure(
            ".", background=p.FRAME, foreground=p.TEXT, bordercolor=p.LINE, lightcolor=p.FRAME, darkcolor=p.FRAME,
            troughcolor=p.FRAME, focuscolor=palette.COLOURS["running"], font=self.body,
        )  # fmt: skip
        self._tune_buttons()
        self._tune_list()
        theme.layout(
            "Vertical.TScrollbar",
            [("Vertical.Scrollbar.trough", {"children": [("Vertical.Scrollbar.thumb", {"sticky": "nswe"})]})],
        )
        theme.configure(
            "Vertical.TScrollbar", background=p.LINE, troughcolor=p.FRAME, bordercolor=p.FRAME, lightcolor=p.LINE,
            darkcolor=p.LINE, gripcount=0, arrowsize=round(self.line * 0.8),
        )  # fmt: skip
        states = [("active", "#b9c0cb")]
        theme.map("Vertical.TScrollbar", background=states, lightcolor=states, darkcolor=states)
        theme.configure("Sash", sashthickness=8, gripcount=0)
        theme.configure("TPanedwindow", background=p.FRAME)

    def _tune_buttons(self) -> None:
        p, theme = palette, self.theme
        for name in ("TButton", "TMenubutton"):
            theme.configure(
                name, background=p.FIELD, lightcolor=p.FIELD, darkcolor=p.FIELD, bordercolor=p.LINE,
                padding=(self.chars(1.3), round(self.line * 0.3)), relief="raised", borderwidth=1, arrowcolor=p.DIM,
            )  # fmt: skip
            states = [("disabled", p.FRAME), ("pressed", p.PRESSED), ("active", p.HOVER)]
            theme.map(
                name, background=states, lightcolor=states, darkcolor=states, foreground=[("disabled", "#a3a9b4")]
            )
        accent, darker = p.COLOURS["running"], "#104b91"
        theme.configure(
            "Accent.TButton", background=accent, foreground="#ffffff", bordercolor=accent, lightcolor=accent,
            darkcolor=accent,
        )  # fmt: skip
        states = [("pressed", darker), ("active", darker)]
        theme.map(
            "Accent.TButton",
            background=states,
            lightcolor=states,
            darkcolor=states,
            foreground=[("disabled", "#ffffff")],
        )

    def _tune_list(self) -> None:
        p, theme = palette, self.theme
        theme.configure(
            "Treeview", background=p.FIELD, fieldbackground=p.FIELD, foreground=p.TEXT, bordercolor=p.LINE,
            lightcolor=p.FIELD, darkcolor=p.FIELD, indicatorsize=round(self.line * 0.6),
        )  # fmt: skip
        theme.map("Treeview", background=[("selected", p.SELECTED)], foreground=[("selected", p.TEXT)])
        theme.configure(
            "Treeview.Heading", background=p.FRAME, foreground=p.DIM, lightcolor=p.FRAME, darkcolor=p.LINE,
            bordercolor=p.LINE, relief="flat", padding=(4, round(self.line * 0.3)),
        )  # fmt: skip
        theme.map("Treeview.Heading", background=[("active", p.HOVER)])


class Scroll(ttk.Scrollbar):
    """A scroll bar in a grid that hides while there is nothing to scroll."""

    def set(self, first: float | str, last: float | str) -> None:
        if float(first) <= 0 and float(last) >= 1:
            self.grid_remove()
        else:
            self.grid()
        super().set(first, last)


def modifier(root: tk.Misc) -> tuple[str, str]:
    """Return the key that goes with shortcuts here: as Tk calls it, and as people read it."""
    return _MAC_MODIFIER if root.tk.call("tk", "windowingsystem") == "aqua" else _OTHER_MODIFIER


def showable(text: str) -> str:
    """Return ``text`` without what Tk cannot show: letters of file names that are not valid Unicode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def be_sharp_on_windows() -> None:
    """Tell Windows that this program draws in real pixels, so that it does not blur what it enlarges."""
    if sys.platform == "win32":
        import ctypes

        per_system = 1
        ctypes.windll.shcore.SetProcessDpiAwareness(per_system)
