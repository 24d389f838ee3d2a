"""The lease: one process at a time writes the journal, and everybody can see which."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ethonight.errors import WorkspaceError
from ethonight.files import replace_atomically
from ethonight.ledger.holder import Holder, read_holder
from ethonight.process import ProcessId

HEARTBEAT_SECONDS = 15.0


class LeaseHeld(WorkspaceError):
    """Another process is writing this workspace's journal."""


class LeaseLost(WorkspaceError):
    """Another process has taken the lease over, because this one showed no heartbeat for too long."""


class Lease:
    """The lease of this process. Renew it with ``beat`` at least every ``HEARTBEAT_SECONDS``."""

    def __init__(self, path: Path, task: str) -> None:
        self._path = path
        self._lock = FileLock(path.with_name("lock"), timeout=0)
        self._locked = False
        now = time.time()
        since = f"{datetime.now():%Y-%m-%d %H:%M}"
        self._holder = Holder(ProcessId.current(), task, since, uuid.uuid4().hex, now)
        self._beaten = 0.0

    def acquire(self) -> None:
        """Take the lease. Raises LeaseHeld, naming the holder."""
        try:
            self._lock.acquire()
            self._locked = True
        except Timeout as error:
            raise self._held(read_holder(self._path)) from error
        except (NotImplementedError, OSError):
            self._locked = False  # A network drive without locks: the lease file alone has to do.
        holder = read_holder(self._path)
        if holder is not None and not holder.left_behind:
            self.release()
            raise self._held(holder)
        self._write()

    def _held(self, holder: Holder | None) -> LeaseHeld:
        who = str(holder) if holder else "another process"
        return LeaseHeld(f"The job table is in use by {who}. Wait until it has finished, or stop it there.")

    def beat(self) -> None:
        """Show that this process is still there. Raises LeaseLost when another one has taken over.

        A heartbeat that the disk refuses is left out: the next one makes up for it.
        """
        now = time.monotonic()
        if now - self._beaten < HEARTBEAT_SECONDS:
            return
        with contextlib.suppress(OSError):
            holder = read_holder(self._path)
            if holder is not None and holder.token != self._holder.token:
                raise LeaseLost(f"The job table was taken over by {holder}. This run ends here; its job goes on there.")
            self._write()

    def _write(self) -> None:
        self._beaten = time.monotonic()
        record = {**asdict(self._holder), "heartbeat": time.time()}
        replace_atomically(self._path, json.dumps(record, indent=1).encode())

    def release(self) -> None:
        """Give the lease back, if it is this process's."""
        with contextlib.suppress(OSError):  # If it stays, it names a process that is gone; the next one takes it.
            holder = read_holder(self._path)
            if holder is not None and holder.token == self._holder.token:
                self._path.unlink(missing_ok=True)
        if self._locked:
            self._lock.release()
            self._locked = False
