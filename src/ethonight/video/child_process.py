"""Starting a child process that runs a module of this package and talks through its standard input and output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import ethonight

if sys.platform == "win32":
    _APART = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    _APART = 0


def module_command(module: str) -> tuple[str, ...]:
    """Return the command line that runs a module with this Python."""
    return sys.executable, "-P", "-m", module


def start_child(command: Sequence[str], complaints: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a child that finds this package; ``complaints`` takes its error output (None: it is the parent's)."""
    package = str(Path(ethonight.__file__).parents[1])
    search = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1"},
        start_new_session=True,  # Ctrl-C is meant for the parent, and must not look like a crash of the child
        creationflags=_APART,
    )
