"""One recording that is being looked at: the parent's side of its child process."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from ethonight.errors import EthonightError, VideoError
from ethonight.settings.recording import Recording
from ethonight.viewing.child import main
from ethonight.viewing.picture import Picture, Reading, Request, Viewed

_PATIENCE = 120.0
"""Seconds without any answer after which a decoder counts as hanging."""
_ABOUT = -1
Answer = Picture | VideoError | None


class Projector:
    """Starts the child process of a recording and passes on what it sends. Safe for several threads."""

    def __init__(self, recording: Recording, cache: Path) -> None:
        spawned = get_context("spawn")
        self._name = recording.name
        self._connection, theirs = spawned.Pipe()
        self._process = spawned.Process(
            target=main, args=(theirs, recording.name, recording.files, cache), daemon=True, name="ethonight-projector"
        )
        self._process.start()
        theirs.close()
        self._numbers = count()
        self._lock = threading.Lock()
        self._answers: dict[int, queue.SimpleQueue[Answer]] = {}
        self._about: Viewed | Reading | VideoError = Reading(0.0)
        self._known = threading.Event()
        self._ended = False
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether the child process has gone, so that another one is needed."""
        return self._ended

    def recording(self, patience: float = 0.3) -> Viewed | Reading:
        """Return what is known, waiting up to ``patience`` seconds for it. Raises VideoError."""
        self._known.wait(patience)
        if isinstance(self._about, VideoError):
            raise self._about
        return self._about

    def pictures(self, request: Request) -> Iterator[Picture]:
        """Yield the pictures; closing the generator takes back what is left. Raises VideoError."""
        number, answers = next(self._numbers), queue.SimpleQueue[Answer]()
        with self._lock:
            self._answers[number] = answers
        self._send(number, request)
        done = False
        try:
            while (answer := self._next(answers)) is not None:
                if isinstance(answer, VideoError):
                    raise answer
                yield answer
            done = True
        finally:
            with self._lock:
                del self._answers[number]
            if not done:
                self._send(number, None)

    def close(self) -> None:
        """End the child process."""
        self._ended = True
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _next(self, answers: queue.SimpleQueue[Answer]) -> Answer:
        try:
            return answers.get(timeout=_PATIENCE)
        except queue.Empty:
            self._process.kill()
            return VideoError(f"Decoding {self._name} takes more than {_PATIENCE:.0f} s for a picture. It was stopped.")

    def _send(self, number: int, request: Request | None) -> None:
        with self._lock:
            try:
                self._connection.send((number, request))
            except OSError:
                self._give_up()

    def _listen(self) -> None:
        while True:
            try:
                number, answer = self._connection.recv()
            except (EOFError, OSError):
                break
            if number == _ABOUT:
                self._hear(answer)
                continue
            with self._lock:
                if number in self._answers:
                    self._answers[number].put(answer)
        with self._lock:
            self._give_up()

    def _hear(self, about: Viewed | Reading | EthonightError) -> None:
        self._about = VideoError(str(about)) if isinstance(about, EthonightError) else about
        if not isinstance(about, Reading):
            self._known.set()

    def _give_up(self) -> None:
        """Tell everybody who waits that the child process has gone."""
        self._ended = True
        error = VideoError(
            f"The decoder of {self._name} has stopped. Ask again; if it stops again, the file is damaged."
        )
        if isinstance(self._about, Reading):
            self._about = error
            self._known.set()
        for answers in self._answers.values():
            answers.put(error)
