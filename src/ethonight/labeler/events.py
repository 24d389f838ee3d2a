"""What the page is told without asking: changes, sent to every page that listens (Server-Sent Events)."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator

ALIVE_SECONDS = 15.0
_WAITING_EVENTS = 1000
"""A page that does not read is left alone after this many; it asks for everything when it comes back."""

_Queue = asyncio.Queue[str]
_END = ""


class Events:
    """Takes events from any thread and gives each to every listener."""

    def __init__(self) -> None:
        self._listeners: dict[_Queue, asyncio.AbstractEventLoop] = {}
        self._lock = threading.RLock()
        """Ctrl-C calls ``close`` in the middle of whatever the listeners' thread is doing, with this lock held too."""
        self._closed = False

    def send(self, kind: str, **details: object) -> None:
        """Tell all pages. ``details`` must be what JSON can hold."""
        self._put(json.dumps({"kind": kind, **details}, ensure_ascii=False))

    def close(self) -> None:
        """End the streams of all listeners; later ones end at once."""
        self._closed = True
        self._put(_END)

    def _put(self, text: str) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            loop.call_soon_threadsafe(_offer, queue, text)

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield what a listener is sent, in the form of ``text/event-stream``, until it goes or falls behind."""
        queue: _Queue = asyncio.Queue(_WAITING_EVENTS)
        with self._lock:
            self._listeners[queue] = asyncio.get_running_loop()
        try:
            yield b"retry: 1000\n: welcome\n\n"
            while not self._closed:
                try:
                    text = await asyncio.wait_for(queue.get(), ALIVE_SECONDS)
                except TimeoutError:
                    yield b": alive\n\n"
                    continue
                if text == _END:
                    return
                yield f"data: {text}\n\n".encode()
        finally:
            with self._lock:
                del self._listeners[queue]


def _offer(queue: _Queue, text: str) -> None:
    """Add to a listener's queue; where it is full, the listener has gone or is stuck: it is told to end."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        text = _END
    queue.put_nowait(text)
