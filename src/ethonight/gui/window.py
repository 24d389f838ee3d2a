"""The window: its parts, and what keeps them up to date."""

from __future__ import annotations

import queue
import tkinter as tk
import traceback
from datetime import datetime
from tkinter import ttk
from types import TracebackType

from ethonight.errors import EthonightError
from ethonight.gui.actions import Actions, View
from ethonight.gui.describe import describe, title
from ethonight.gui.detail import Detail
from ethonight.gui.dialogs import Dialogs, TkDialogs
from ethonight.gui.listing import Listing
from ethonight.gui.menus import Menus
from ethonight.gui.model import Tree
from ethonight.gui.statusbar import StatusBar
from ethonight.gui.style import Style
from ethonight.gui.watcher import Watcher
from ethonight.gui.welcome import Welcome
from ethonight.workspace import Workspace

_LOOK_MILLISECONDS = 100


class Window:
    """All of the window, in ``root``. ``close`` ends it; programs that were started from it go on."""

    def __init__(self, root: tk.Tk, workspace: Workspace, dialogs: Dialogs | None = None) -> None:
        self.root = root
        self.workspace = workspace
        self.tree = Tree()
        self._style = Style(root)
        self._to_select = ""
        self._asked = False
        self._next_look = ""
        self._watcher = Watcher(workspace)
        self.dialogs = dialogs or TkDialogs(root)
        self.status = StatusBar(root, self._style)
        self._panes = ttk.PanedWindow(root, orient="vertical")
        self.listing = Listing(self._panes, self._style)
        self.detail = Detail(self._panes, self._style)
        view = View(lambda: self.listing.selection, self.status.tell, self._show_added)
        self.actions = Actions(workspace, self.dialogs, view)
        self.menus = Menus(root, self._style, self.actions, self.refresh, self.close)
        self.welcome = Welcome(self.listing, self._style, self.actions.add_videos, self.menus.shortcut("o"))
        self._lay_out()
        self.listing.on_select(self._selected)
        self.listing.on_open(self.actions.open_tracker)
        root.report_callback_exception = self._report
        root.protocol("WM_DELETE_WINDOW", self.close)
        self._selected()
        self._watcher.start()
        self._look()

    def _lay_out(self) -> None:
        style, root = self._style, self.root
        root.update_idletasks()  # so that the buttons know their size
        root.title(f"Ethonight — {self.workspace.root}")
        root.iconphoto(True, style.icons["running"])
        width = min(style.chars(165), root.winfo_screenwidth() * 9 // 10)
        height = min(style.line * 46, root.winfo_screenheight() * 8 // 10)
        root.geometry(f"{width}x{height}")
        gap = style.chars(1.2)
        root.minsize(self.menus.toolbar.winfo_reqwidth() + 2 * gap, style.line * 26)
        self.menus.toolbar.pack(side="top", fill="x", padx=gap, pady=(gap, gap))
        self.status.pack(side="bottom", fill="x")
        self._panes.add(self.listing, weight=4)
        self._panes.add(self.detail, weight=1)
        self._panes.pack(side="top", fill="both", expand=True, padx=gap)
        self.listing.view.focus_set()

    def refresh(self) -> None:
        """Read the workspace again now."""
        self._asked = True
        self._watcher.wake()

    def close(self) -> None:
        self._watcher.stop()
        self.root.after_cancel(self._next_look)
        self.root.destroy()

    def _show_added(self, name: str) -> None:
        self._to_select = name
        self._watcher.wake()

    def _look(self) -> None:
        """Take in what the watcher has found, and look after programs; then again a little later."""
        self._next_look = self.root.after(_LOOK_MILLISECONDS, self._look)
        found: Tree | EthonightError | None = None
        while True:
            try:
                found = self._watcher.found.get_nowait()
            except queue.Empty:
                break
        if isinstance(found, EthonightError):
            self.status.warn(str(found))
        elif found is not None:
            self._show(found)
        elif not self._watcher.alive:
            self.status.warn("The window no longer follows the workspace. Close it and open it again.")
        self.actions.look_after()

    def _show(self, tree: Tree) -> None:
        self.tree = tree
        self.status.warn("")
        self.listing.show(tree)
        if self._to_select and self.listing.select(self._to_select):
            self._to_select = ""
        self.welcome.show(not tree.videos)
        self.status.count(tree)
        if self._asked:
            self.status.tell("The list is up to date.")
            self._asked = False
        self._selected()

    def _selected(self) -> None:
        selection = self.listing.selection
        self.detail.show(title(selection) if self.tree.videos else "", describe(self.workspace, selection))
        self.menus.enable()

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Show what went wrong in an event; what nobody foresaw goes into a file as well."""
        if isinstance(error, EthonightError):
            self.dialogs.show_error(str(error))
            return
        log = self.workspace.window_logs / "errors.txt"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}\n")
            stream.writelines(traceback.format_exception(kind, error, trace))
        where = self.workspace.shown(log)
        self.dialogs.show_error(f"Something went wrong in Ethonight itself: {error}\n\nPlease report the file {where}.")
