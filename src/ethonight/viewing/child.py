"""The child process of a projector: reads the times of a recording's frames, then sends pictures of them.

A damaged video may make a decoder crash or hang; that ends this process and nothing else. Loads PyAV.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from ethonight.errors import EthonightError
from ethonight.viewing.picture import Picture, Reading, Request, Viewed


class Orders:
    """What the parent asks for, in its order; what it has taken back is passed over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[tuple[int, Request]] = deque()
        self._taken_back: set[int] = set()
        self._ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> tuple[int, Request] | None:
        """Wait for the next order; None when the parent has gone."""
        with self._news:
            while not self._waiting and not self._ended:
                self._news.wait()
            return self._waiting.popleft() if self._waiting and not self._ended else None

    def stands(self, number: int) -> bool:
        """Whether an order is still wanted."""
        with self._news:
            return number not in self._taken_back and not self._ended

    def forget(self, number: int) -> None:
        """Note that an order is done with."""
        with self._news:
            self._taken_back.discard(number)

    def _listen(self) -> None:
        while True:
            try:
                number, request = self._connection.recv()
            except (EOFError, OSError):
                number, request = -1, None
            with self._news:
                if number < 0:
                    self._ended = True
                elif request is None:
                    self._taken_back.add(number)
                else:
                    self._waiting.append((number, request))
                self._news.notify()
            if number < 0:
                return


def main(connection: Connection, name: str, files: Sequence[Path], cache: Path) -> None:
    """Answer the parent until it has gone. What is sent is (order, value); order -1 is about the recording itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it closes the connection.
    from ethonight.video.timeline import Timeline
    from ethonight.viewing.film import Film

    try:
        timeline = Timeline.read(list(files), cache, lambda share: connection.send((-1, Reading(share))))
    except EthonightError as error:
        connection.send((-1, error))
        return
    first = timeline.parts[0].stamps
    names = tuple(file.name for file in files)
    connection.send((-1, Viewed(name, timeline.edges, first.width, first.height, names, timeline.notes)))
    film, orders = Film(timeline), Orders(connection)
    while (order := orders.next()) is not None:
        _answer(connection, film, orders, order)


def _answer(connection: Connection, film: object, orders: Orders, order: tuple[int, Request]) -> None:
    from ethonight.viewing.film import Film

    assert isinstance(film, Film)
    number, request = order
    size = film.size_within(request.width, request.height)
    try:
        for frame in request.frames(len(film.timeline)):
            if not orders.stands(number):
                break
            connection.send((number, Picture(frame, film.picture(frame, size))))
        connection.send((number, None))
    except EthonightError as error:
        connection.send((number, error))
    orders.forget(number)
