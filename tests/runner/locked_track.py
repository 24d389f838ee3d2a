"""``scripts/track.py`` on a computer where a spreadsheet holds the table: while the file ``locked`` lies beside the
workspace, nobody can replace, move or remove the table, as on Windows. Its content can still be saved by its holder.
"""

from __future__ import annotations

import errno
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ethonight.exchange

TABLE = "tracking_status.csv"
TRACK = Path(__file__).resolve().parents[2] / "scripts" / "track.py"


def refusing(real: Callable[..., Any], lock: Path) -> Callable[..., Any]:
    def call(*paths: Any, **options: Any) -> Any:
        if lock.exists() and any(Path(path).name == TABLE for path in paths):
            raise PermissionError(errno.EACCES, "The file is in use by another process", str(paths[-1]))
        return real(*paths, **options)

    return call


def main() -> None:
    lock = Path(sys.argv[sys.argv.index("--workspace") + 1]).parent / "locked"
    for name in ("replace", "rename", "link", "unlink"):
        setattr(os, name, refusing(getattr(os, name), lock))
    ethonight.exchange._swap = refusing(ethonight.exchange._swap, lock)
    sys.argv[0] = str(TRACK)
    sys.path.insert(0, str(TRACK.parent))
    runpy.run_path(str(TRACK), run_name="__main__")


if __name__ == "__main__":
    main()
