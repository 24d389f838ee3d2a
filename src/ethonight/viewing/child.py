"""The child process of a projector: reads the times of a recording's frames, then makes pictures of them.

A damaged video may make a decoder crash or hang; that ends this process and nothing else. Loads PyAV.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import BinaryIO

from ethonight.errors import EthonightError
from ethonight.video.timeline import Timeline
from ethonight.viewing.film import Film, Wish
from ethonight.viewing.messages import Failed, Made, Make, Searching, Show, TakeBack, Taken, ToParent, receive, send
from ethonight.viewing.orders import Order, Orders
from ethonight.viewing.picture import Picture, Reading, Viewed

_TURN_SECONDS = 0.2
"""So long one search may keep the pictures of other requests waiting."""
_SIGN_SECONDS = 1.0
"""How often a long search says that it goes on."""
_TOLD_SECONDS = 0.1


class Interrupted(Exception):
    """A search makes way; it goes on from where it was when it is its turn again."""


class Screening:
    """Answers requests about one recording, one picture at a time."""

    def __init__(self, timeline: Timeline, orders: Orders, answers: BinaryIO) -> None:
        self._orders, self._answers = orders, answers
        self._film = Film(timeline, orders.stands, self._on_the_way)
        self._order: Order | None = None
        self._turn_began = self._sign_given = 0.0

    def run(self) -> None:
        """Make pictures for ever; the process ends with its parent."""
        while True:
            self._order = self._orders.next()
            self._turn_began = self._sign_given = time.monotonic()
            try:
                self._answer(self._order)
            except Interrupted:
                continue
            except EthonightError as error:
                self._orders.done(self._order)
                send(self._answers, Failed(str(error), self._order.number))

    def _answer(self, order: Order) -> None:
        frame = order.next_frame(len(self._film.timeline))
        if frame is None:
            self._orders.done(order)
            send(self._answers, Made(order.number, None))
            return
        size = self._film.size_within(order.request.width, order.request.height)
        data = self._film.picture(Wish(order.number, frame, order.request.step, size))
        self._orders.made_one(order)
        send(self._answers, Made(order.number, Picture(frame, data)))

    def _on_the_way(self) -> None:
        """Between two frames of a search: is it still wanted, and does it keep others waiting?"""
        now, order = time.monotonic(), self._order
        assert order is not None
        if not self._orders.stands(order.number):
            raise Interrupted
        if now - self._turn_began > _TURN_SECONDS and self._orders.others_wait(order):
            raise Interrupted
        if now - self._sign_given > _SIGN_SECONDS:
            self._sign_given = now
            send(self._answers, Searching())


def main() -> int:
    """Serve the parent at the other end of the standard input and output. Libraries' prints go to the error output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the parent, which ends this process.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    show, orders = receive(sys.stdin.buffer), Orders()
    if not isinstance(show, Show):
        return 1
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    try:
        timeline = Timeline.read(show.files, show.cache, _Teller(answers).tell)
    except EthonightError as error:
        send(answers, Failed(str(error)))
        return 0
    send(answers, _viewed(show, timeline))
    Screening(timeline, orders, answers).run()
    return 0


class _Teller:
    """Tells the parent how far the reading is, a few times a second."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers, self._last = answers, 0.0

    def tell(self, share: float) -> None:
        if time.monotonic() - self._last > _TOLD_SECONDS:
            self._last = time.monotonic()
            send(self._answers, Reading(share))


def _listen(orders: Orders) -> None:
    """Take what the parent says. When it has gone, whatever this process is doing ends."""
    while isinstance(message := receive(sys.stdin.buffer), Make | Taken | TakeBack):
        orders.hear(message)
    os._exit(0)


def _viewed(show: Show, timeline: Timeline) -> ToParent:
    first = timeline.parts[0].stamps
    names = tuple(file.name for file in show.files)
    return Viewed(show.name, timeline.edges, first.width, first.height, names, timeline.notes)


if __name__ == "__main__":
    raise SystemExit(main())
