"""Output for a terminal that may be closed while the night goes on."""

from __future__ import annotations

import contextlib
import io
import os
from typing import IO


class LastingOutput(io.TextIOBase):
    """Passes text on to ``stream``; once its terminal or its reader is gone, the text goes nowhere."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self._let_go()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._let_go()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return str(getattr(self._stream, "encoding", None) or "utf-8")

    def _let_go(self) -> None:
        """Give the stream somewhere to write to: what it still holds is written when the process ends."""
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
