"""What a projector and its child process say to each other, pickled, one message after the other."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ethonight.viewing.picture import Picture, Reading, Request, Viewed

AHEAD = 6
"""So many pictures of a request are made before somebody has taken the first of them."""


@dataclass(frozen=True)
class Show:
    """The first message to a child: the recording that it is for. ``cache`` is the folder of frame times."""

    name: str
    files: tuple[Path, ...]
    cache: Path


@dataclass(frozen=True)
class Make:
    """Make pictures, ``AHEAD`` of them for a start. ``order`` is a number that is not used again."""

    order: int
    request: Request


@dataclass(frozen=True)
class Taken:
    """A picture of an order was taken: one more may be made."""

    order: int


@dataclass(frozen=True)
class TakeBack:
    """An order is no longer wanted."""

    order: int


@dataclass(frozen=True)
class Made:
    """A picture of an order; None behind the last one."""

    order: int
    picture: Picture | None


@dataclass(frozen=True)
class Failed:
    """An order, or without one the recording, cannot be shown. ``reason`` is a sentence for the person."""

    reason: str
    order: int | None = None


@dataclass(frozen=True)
class Searching:
    """The child is alive, and on the way to a frame."""


ToChild = Show | Make | Taken | TakeBack
ToParent = Reading | Viewed | Made | Failed | Searching


def send(stream: IO[bytes], message: ToChild | ToParent) -> None:
    """Write a message. Raises OSError or ValueError where the other side has gone."""
    stream.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    stream.flush()


def receive(stream: IO[bytes]) -> ToChild | ToParent | None:
    """Wait for the next message; None where the other side has gone."""
    try:
        message: ToChild | ToParent = pickle.load(stream)
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        return None
    return message
