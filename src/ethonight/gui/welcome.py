"""What the window says as long as there is no video: what to do first."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from ethonight.gui.palette import DIM, FIELD, LINE, TEXT
from ethonight.gui.style import Style

_STEPS = (
    "Add videos. They stay where they are; only their paths are noted.",
    "Open each in idtracker.ai, set thresholds and animals, and save the settings into the folder that it offers.",
    "In the evening, in a terminal: pixi run track. What happened to each is shown here.",
)


class Welcome(tk.Frame):
    """Lies over the list while that is empty."""

    def __init__(self, parent: tk.Misc, style: Style, add_videos: Callable[[], None], shortcut: str) -> None:
        super().__init__(parent, background=FIELD, highlightthickness=1, highlightbackground=LINE)
        inner = tk.Frame(self, background=FIELD)
        gap = style.line
        tk.Label(inner, text="No videos yet", font=style.large, background=FIELD, foreground=TEXT).grid(
            row=0, column=0, columnspan=2, sticky="w", pady=(0, gap)
        )
        for number, step in enumerate(_STEPS, start=1):
            label = tk.Label(inner, text=f"{number}.", font=style.heading, foreground=DIM, background=FIELD)
            label.grid(row=number, column=0, sticky="ne", padx=(0, style.chars(1)), pady=gap // 3)
            text = tk.Label(
                inner, text=step, background=FIELD, foreground=TEXT, justify="left", wraplength=style.chars(62)
            )
            text.grid(row=number, column=1, sticky="w", pady=gap // 3)
        button = ttk.Button(inner, text=f"Add videos...   {shortcut}", style="Accent.TButton", command=add_videos)
        button.grid(row=len(_STEPS) + 1, column=1, sticky="w", pady=(gap, 0))
        inner.place(relx=0.5, rely=0.45, anchor="center")

    def show(self, wanted: bool) -> None:
        if wanted and not self.winfo_manager():
            self.place(relx=0, rely=0, relwidth=1, relheight=1)
        elif not wanted:
            self.place_forget()
