"""One recording that is being looked at: the parent's side of its child process."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from ethonight.errors import VideoError
from ethonight.settings.recording import Recording
from ethonight.video.child_process import module_command, start_child
from ethonight.viewing.messages import Failed, Made, Make, Show, TakeBack, Taken, ToChild, receive, send
from ethonight.viewing.picture import Picture, Reading, Request, Viewed

_PATIENCE = 60.0
"""Seconds of silence after which a child that has something to do counts as hanging."""
_FAREWELL_SECONDS = 5.0
_STOPPED = "made its decoder stop. Ask again; if it stops again, the file is damaged: convert it (ffmpeg -i OLD NEW)"
Answer = Picture | VideoError | None


class Projector:
    """Starts the child process of a recording and passes on what it makes. Safe for several threads.

    ``patience`` is how long (s) the child may be silent while it has something to do.
    """

    def __init__(self, recording: Recording, cache: Path, patience: float = _PATIENCE) -> None:
        self._name, self._patience = recording.name, patience
        self._numbers = count()
        self._lock = threading.Lock()
        self._answers: dict[int, queue.SimpleQueue[Answer]] = {}
        self._about: Viewed | Reading | VideoError = Reading(0.0)
        self._known = threading.Event()
        self._ended = False
        self._heard = time.monotonic()
        self._process = start_child(module_command("ethonight.viewing.child"))
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._send(Show(recording.name, recording.files, cache))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether the child process has gone, so that another one is needed."""
        return self._ended

    @property
    def busy(self) -> bool:
        """Whether somebody is being served."""
        return bool(self._answers)

    def recording(self, patience: float = 0.3) -> Viewed | Reading:
        """Return what is known, waiting up to ``patience`` seconds for it. Raises VideoError."""
        if not self._known.wait(patience) and time.monotonic() - self._heard > self._patience:
            self._hangs()
        if isinstance(self._about, VideoError):
            raise self._about
        return self._about

    def pictures(self, request: Request) -> Iterator[Picture]:
        """Yield the pictures; closing the generator takes back what is left. Raises VideoError."""
        number, answers = next(self._numbers), queue.SimpleQueue[Answer]()
        with self._lock:
            self._answers[number] = answers
        self._send(Make(number, request))
        try:
            while (answer := self._next(answers)) is not None:
                if isinstance(answer, VideoError):
                    raise answer
                self._send(Taken(number))
                yield answer
        finally:
            with self._lock:
                del self._answers[number]
            self._send(TakeBack(number))

    def close(self) -> None:
        """End the child process."""
        self._process.kill()
        with self._lock:
            self._give_up("is no longer open. Ask again")
            with contextlib.suppress(OSError):
                self._requests.close()
        # A read from a dead network drive cannot be killed: such a child is left to the system.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)

    def _next(self, answers: queue.SimpleQueue[Answer]) -> Answer:
        """Wait for an answer as long as the child gives signs of life."""
        while True:
            left = self._heard + self._patience - time.monotonic()
            try:
                return answers.get(timeout=max(0.0, left))
            except queue.Empty:
                if time.monotonic() - self._heard >= self._patience:
                    self._hangs()

    def _send(self, message: ToChild) -> None:
        with self._lock:
            self._heard = time.monotonic()
            try:
                send(self._requests, message)
            except (OSError, ValueError):
                self._give_up(_STOPPED)

    def _listen(self) -> None:
        with self._replies:
            while (message := receive(self._replies)) is not None:
                self._heard = time.monotonic()
                self._take(message)
        with self._lock:
            self._give_up(_STOPPED)

    def _take(self, message: object) -> None:
        if isinstance(message, Reading | Viewed):
            self._learn(message)
        elif isinstance(message, Made):
            self._hand_over(message.order, message.picture)
        elif isinstance(message, Failed):
            self._told(message)

    def _told(self, message: Failed) -> None:
        error = VideoError(message.reason)
        if message.order is None:
            self._ended = True
            self._learn(error)
        else:
            self._hand_over(message.order, error)

    def _learn(self, about: Viewed | Reading | VideoError) -> None:
        self._about = about
        if not isinstance(about, Reading):
            self._known.set()

    def _hand_over(self, order: int, answer: Answer) -> None:
        with self._lock:
            if order in self._answers:
                self._answers[order].put(answer)

    def _hangs(self) -> None:
        self._process.kill()
        with self._lock:
            self._give_up(f"has given no answer for {self._patience:.0f} s. Check that its disk is connected")

    def _give_up(self, why: str) -> None:
        """Tell everybody who waits that the child process has gone."""
        self._ended = True
        error = VideoError(f"The video {self._name} {why}.")
        if isinstance(self._about, Reading):
            self._learn(error)
        for answers in self._answers.values():
            answers.put(error)
