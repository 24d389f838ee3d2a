"""How a child process begins and ends: its order read, its progress told, its failure written down."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from ethonight.errors import EthonightError
from ethonight.files import replace_atomically
from ethonight.jobs.own import FAILURE_FILE, NOTES_FILE, PROGRESS
from ethonight.jobs.protocol import FailureKind
from ethonight.learning.order import Order
from ethonight.words import duration

log = logging.getLogger("ethonight.learning")
_PAUSE_SECONDS = 1.0
_OUT_OF_MEMORY = (
    "There was not enough memory{where}. Close other programs that use it, or make the batch smaller in the settings."
)


def run(work: Callable[[Order], None]) -> None:
    """Do ``work`` with the order that the command line names, and leave the process with 0, or 1 after a failure."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    logging.captureWarnings(True)
    order = Order.read(Path(sys.argv[1]))
    try:
        work(order)
    except torch.cuda.OutOfMemoryError:
        _fail(FailureKind.OUT_OF_MEMORY, _OUT_OF_MEMORY.format(where=" on the GPU"))
    except MemoryError:
        _fail(FailureKind.OUT_OF_MEMORY, _OUT_OF_MEMORY.format(where=""))
    except EthonightError as error:
        _fail(FailureKind.BAD_INPUT, str(error))


def _fail(kind: FailureKind, message: str) -> None:
    log.error("%s", message)
    replace_atomically(Path(FAILURE_FILE), json.dumps({"kind": kind.name, "message": message}).encode())
    raise SystemExit(1)


def tell(text: str) -> None:
    """Say how far the job is: shown by ``status`` while it lasts."""
    log.info("%s%s", PROGRESS, text)


def leave_notes(notes: Sequence[str]) -> None:
    """Leave sentences for the person, who finds them in the table."""
    if notes:
        replace_atomically(Path(NOTES_FILE), json.dumps(notes, ensure_ascii=False).encode())


class Counter:
    """Tells how many of how many are done, once a second, with the time that is left."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.monotonic()
        self._first: int | None = None
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first, self._begun = done, now
        if now - self._told < _PAUSE_SECONDS and done < total:
            return
        self._told = now
        new = done - self._first
        left = f", {duration((now - self._begun) / new * (total - done))} left" if new and done < total else ""
        tell(f"{self._what} {done:,} of {total:,}{left}")


def device() -> str:
    """Return where to compute: the GPU that the job was given, else the processor."""
    return "cuda" if torch.cuda.is_available() else "cpu"
