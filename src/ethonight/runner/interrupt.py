"""Ctrl-C once: finish the running jobs, then stop. Twice, or SIGTERM: stop them now. A closing terminal: go on."""

from __future__ import annotations

import logging
import signal
from types import FrameType

log = logging.getLogger(__name__)


class Interrupt:
    """What the person asked for through signals so far. Use as a context manager in the main thread."""

    def __init__(self) -> None:
        self.finish = False
        """Start no further job."""
        self.now = False
        """Stop running jobs as well."""
        self._before: dict[int, object] = {}

    def __enter__(self) -> Interrupt:
        self._set(signal.SIGINT, self._interrupted)
        self._set(signal.SIGTERM, self._terminated)
        if hasattr(signal, "SIGHUP"):
            self._set(signal.SIGHUP, signal.SIG_IGN)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _set(self, number: int, handler: object) -> None:
        self._before[number] = signal.signal(number, handler)  # type: ignore[arg-type]

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        self.now = self.finish
        self.finish = True

    def _terminated(self, _number: int, _frame: FrameType | None) -> None:
        self.finish = self.now = True
