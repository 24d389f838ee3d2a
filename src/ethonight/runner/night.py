"""One run of the queue: takes up running jobs, starts the next, judges what has ended, until nothing is left."""

from __future__ import annotations

import errno
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ethonight.errors import EthonightError, SettingsError
from ethonight.jobs.protocol import Failure, FailureKind, Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import SKIP, Row, State
from ethonight.runner.dependencies import Dependencies
from ethonight.runner.finish import Finisher
from ethonight.runner.interrupt import Interrupt
from ethonight.runner.launch import Launcher
from ethonight.runner.options import Options
from ethonight.runner.queue import Queue
from ethonight.runner.recover import take_up
from ethonight.runner.register import KindOf, register
from ethonight.runner.running import RunningJob

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.05
_STAGE_SECONDS = 1.0
_SCAN_SECONDS = 2.0
_DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""Errors that the next job would meet as well."""


@dataclass
class Summary:
    """What one run did, by key."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    """Jobs that were stopped before their end, by a person."""
    waiting: list[str] = field(default_factory=list)
    """Jobs that were not started, because one that they need has failed or is held."""
    halted: str = ""
    """Why the queue was stopped before its end (a full disk, say); empty otherwise."""
    interrupted: bool = False

    def note(self, key: str, outcome: list[str]) -> None:
        """Add ``key`` to ``outcome``, one of the lists; a job that ran before in this run counts by its last end."""
        for others in (self.done, self.failed, self.stopped):
            if key in others:
                others.remove(key)
        outcome.append(key)


class Night:
    """One run. ``run`` returns when the queue is empty, is halted, or the person has interrupted it."""

    def __init__(
        self,
        site: Site,
        ledger: Ledger,
        kind_of: KindOf,
        options: Options,
        dependencies: Dependencies | None = None,
    ) -> None:
        retries = site.config.retries if options.retries is None else options.retries
        self.site = site
        self.ledger = ledger
        self.options = options
        self.dependencies = dependencies or Dependencies(site, kind_of)
        self.queue = Queue(options, retries, self.dependencies.obstacle)
        self.running: list[RunningJob] = []
        self.summary = Summary()
        self._kind_of = kind_of
        self._launcher = Launcher(site, ledger, kind_of, options)
        self._finisher = Finisher(site, ledger, kind_of)
        self._last_scan = time.monotonic()
        self._last_look = 0.0
        self._saved: dict[str, int] = {}
        """When the settings of each job that was started had been saved; see ``_saved_at``."""

    def run(self, interrupt: Interrupt, show: Callable[[], None]) -> Summary:
        """Work through the queue; ``show`` is called at every turn of the loop, for a live display."""
        self.running = take_up(self.ledger, self.site.workspace, self._kind_of, self.options.slots)
        for job in self.running:
            self.queue.started(job.key)
        told = False
        while True:
            if interrupt.finish and not told:
                told = self._tell_interrupt()
            self._turn(interrupt)
            show()
            if not self.running and (interrupt.finish or self.summary.halted or not self._goes_on()):
                break
            time.sleep(_TICK_SECONDS)
        self._tell_held_up()
        self.summary.interrupted = interrupt.finish
        if not interrupt.finish and not self.summary.halted:
            self.summary.waiting = [row.settings for row, _ in self.queue.held_up(self.ledger.rows)]
        return self.summary

    def _turn(self, interrupt: Interrupt) -> None:
        for remark in self.ledger.sync():
            log.warning(remark)
        self._stop_unwanted(interrupt)
        for job in [job for job in self.running if job.ended()]:
            self._finish(job)
        if not interrupt.finish:
            self._scan()
            self._fill_slots()
        self._look()

    def _tell_interrupt(self) -> bool:
        if self.running:
            names = ", ".join(job.row.settings for job in self.running)
            log.warning(
                "Interrupted: %s is finished first, then the night ends. Press Ctrl-C again to stop now.", names
            )
        return True

    def _stop_unwanted(self, interrupt: Interrupt) -> None:
        for job in self.running:
            if interrupt.now:
                job.stop("interrupt")
            elif self.ledger.rows[job.key].hold == SKIP:
                job.stop("skip")

    def _finish(self, job: RunningJob) -> None:
        self.running.remove(job)
        job.let_go()
        failure = self._finisher.finish(job)
        row = self.ledger.rows[job.key]
        if failure is not None:
            again = self.queue.failed(job.key, failure)
            if again:
                log.warning("%s is tried again later in this run.", job.key)
                return
            self.summary.note(job.key, self.summary.failed)
            self._tell_held_up()
        elif row.state is State.DONE:
            self.summary.note(job.key, self.summary.done)
        else:
            self.summary.note(job.key, self.summary.stopped)

    def _tell_held_up(self) -> None:
        """Write into the table which jobs wait, and for what."""
        held_up = [(row, text) for row, text in self.queue.held_up(self.ledger.rows) if text != row.message]
        if held_up:
            self.ledger.remark(*(replace(row, message=text) for row, text in held_up))
            for row, text in held_up:
                log.warning("%s: %s", row.settings, text)

    def _fill_slots(self) -> None:
        while (slot := self._free_slot()) is not None and not self.summary.halted:
            for remark in self.ledger.settle():  # A 'skip' that is being saved counts before the job starts.
                log.warning(remark)
            row = self.queue.next(self.ledger.rows)
            if row is None:
                return
            if self._disk_is_full():
                return
            self._start(row, slot)

    def _start(self, row: Row, slot: str) -> None:
        self.queue.started(row.settings)
        self._saved[row.settings] = _saved_at(self.site.workspace.settings_file(row.settings))
        try:
            self.running.append(self._launcher.launch(row, slot, self.queue.shrinks.get(row.settings, 0)))
        except SettingsError as error:
            self._reject(row, str(error))
        except EthonightError as error:
            self._halt(str(error))
        except OSError as error:
            why = f"It could not be started ({error.strerror or error}: {error.filename})."
            if error.errno not in _DISK_TROUBLE:
                self._reject(row, why)
                return
            self._halt(
                f"{row.settings}: {why} No further job is started. Make room or mend the disk, then run the same "
                "command again."
            )

    def _halt(self, why: str) -> None:
        self.summary.halted = why
        log.error(why)

    def _reject(self, row: Row, why: str) -> None:
        self._finisher.record_failure(row, Failure(FailureKind.BAD_INPUT, why))
        self.summary.note(row.settings, self.summary.failed)

    def _free_slot(self) -> str | None:
        taken = [job.slot for job in self.running]
        for slot in self.options.slots:
            if slot not in taken:
                return slot
            taken.remove(slot)
        return None

    def _disk_is_full(self) -> bool:
        root = self.site.workspace.root
        free, least = shutil.disk_usage(root).free / 1e9, self.site.config.min_free_gb
        if free >= least:
            return False
        self._halt(
            f"The disk of {root} is almost full: {free:.1f} GB free, {least:g} GB wanted (min_free_gb in "
            "ethonight.toml). No further job is started. Make room, then run the same command again."
        )
        return True

    def _goes_on(self) -> bool:
        return self.options.watch or self.queue.next(self.ledger.rows) is not None

    def _scan(self) -> None:
        if not self.options.watch or time.monotonic() - self._last_scan < _SCAN_SECONDS:
            return
        self._last_scan = time.monotonic()
        self._take_up_mended()
        new = register(self.ledger, self.site.workspace, self._kind_of)
        for key in new:
            log.info("New: %s", key)
        self.dependencies.provide(self.ledger, new, refresh=False)

    def _take_up_mended(self) -> None:
        """Let jobs run again that have failed in this run and whose settings were saved since."""
        for key in self.summary.failed:
            now = _saved_at(self.site.workspace.settings_file(key))
            if now and now != self._saved.get(key, now):
                self._saved[key] = now
                self.queue.forget(key)
                self.dependencies.provide(self.ledger, [key], refresh=False)

    def _look(self) -> None:
        """Note the stages that running jobs have reached, now and then."""
        if time.monotonic() - self._last_look < _STAGE_SECONDS:
            return
        self._last_look = time.monotonic()
        for job in self.running:
            if stage := job.look():
                log.info("%s: %s", job.key, stage)


def _saved_at(path: Path) -> int:
    """Return when a file was saved, in nanoseconds since the epoch; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
