"""Opening the window, or saying why there is none."""

from __future__ import annotations

from ethonight.errors import UsageError
from ethonight.workspace import Workspace

_INSTEAD = "Add videos with the task add, and see the jobs with the task status."


def show_window(workspace: Workspace) -> None:
    """Show the window until the person closes it. Raises UsageError where no window can be shown."""
    try:
        import tkinter as tk
    except ImportError as error:
        raise UsageError(f"This Python has no Tk, so there is no window here. {_INSTEAD}") from error
    from ethonight.gui.style import be_sharp_on_windows
    from ethonight.gui.window import Window

    be_sharp_on_windows()
    try:
        root = tk.Tk(className="Ethonight")
    except tk.TclError as error:
        raise UsageError(f"There is no display here to show a window on ({error}). {_INSTEAD}") from error
    Window(root, workspace)
    root.mainloop()
