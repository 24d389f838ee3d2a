"""What a run says: the same lines on the terminal and in ``.ethonight/run.log``."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ethonight.errors import WorkspaceError

_FORMAT = "%(asctime)s  %(message)s"
_TIME = "%Y-%m-%d %H:%M:%S"


@contextmanager
def logged(path: Path, shown: logging.Handler) -> Iterator[None]:
    """Send the package's messages to the file at ``path`` (appended) and to ``shown``. Raises WorkspaceError."""
    logger = logging.getLogger("ethonight")
    try:
        kept = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be written ({error.strerror}). Mend the disk or its rights.") from error
    for handler in (kept, shown):
        handler.setFormatter(logging.Formatter(_FORMAT, _TIME))
        logger.addHandler(handler)
    before, logger.level = logger.level, logging.INFO
    try:
        yield
    finally:
        logger.setLevel(before)
        for handler in (kept, shown):
            logger.removeHandler(handler)
        kept.close()
