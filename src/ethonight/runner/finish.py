"""Ending a job: judged by its outputs, verdict written, outputs put in place, row closed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ethonight.errors import EthonightError, WorkspaceError
from ethonight.jobs.protocol import Exit, Failure, FailureKind, Site, Success
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import SKIP, Row, State
from ethonight.runner.attempt import Attempt, End
from ethonight.runner.register import KindOf
from ethonight.runner.running import RunningJob
from ethonight.runner.source import read_source
from ethonight.runner.verdict import Verdict, make_verdict, put_in_place, read_verdict, write_verdict

log = logging.getLogger(__name__)


class Finisher:
    """Judges ended attempts and closes their rows."""

    def __init__(self, site: Site, ledger: Ledger, kind_of: KindOf) -> None:
        self._site = site
        self._ledger = ledger
        self._kind_of = kind_of

    def finish(self, job: RunningJob) -> Failure | None:
        """Close the row of an ended job. Returns the failure, or None when it is done or was stopped by a person."""
        end = job.attempt.end()
        if end is None:
            job.attempt.kill_leftovers()
            return self._fail(job, Failure(FailureKind.KILLED, _KEEPER_GONE), None)
        try:
            result = self._result(job.attempt, job.row, end)
        except EthonightError as error:
            result = Failure(FailureKind.OUTPUTS_MISSING, str(error))
        except Exception as error:  # The fault of one job's judge must not end the night.
            log.exception("The outputs of %s could not be judged.", job.key)
            result = Failure(FailureKind.CRASHED, f"Its outputs could not be judged: {error!r}.")
        if isinstance(result, Failure):
            return self._fail(job, result, end)
        if result is None:
            self._record_stop(job, end)
            return None
        return self._put_in_place(job, end, result)

    def _put_in_place(self, job: RunningJob, end: End, found: Verdict | Success) -> Failure | None:
        """Move verified outputs to their folder; where that cannot be, the row stays for the next run to do it."""
        try:
            verdict = found if isinstance(found, Verdict) else self._verdict(job.attempt, found)
            put_in_place(verdict)
        except WorkspaceError as error:
            return self._fail(job, Failure(FailureKind.OUTPUTS_MISSING, str(error)), end)
        except OSError as error:
            return self._postpone(job, found.target, error)
        self._close(job, end, verdict)
        return None

    def _postpone(self, job: RunningJob, target: str | Path, error: OSError) -> Failure:
        shown = self._site.workspace.shown(Path(target))
        message = (
            f"The job has finished well, but its outputs could not be moved to {shown} ({error.strerror or error}): is "
            "something in there open, or the disk full? The next run moves them; the job does not run again."
        )
        self._ledger.remark(replace(self._ledger.rows[job.key], message=message))
        log.error("%s: %s", job.key, message)
        return Failure(FailureKind.CRASHED, message)

    def _result(self, attempt: Attempt, row: Row, end: End) -> Verdict | Success | Failure | None:
        """Return what became of the attempt; None when a person stopped it."""
        if (verdict := read_verdict(attempt.folder)) is not None:
            return verdict
        if end.error:
            return Failure(FailureKind.BAD_INPUT, end.error)
        if end.stopped == "timeout":
            return Failure(FailureKind.TIMED_OUT, self._too_long(attempt))
        if end.stopped:
            return None
        return self._judged(attempt, row, end)

    def _judged(self, attempt: Attempt, row: Row, end: End) -> Success | Failure:
        job = read_source(attempt, self._site.workspace, row.settings)
        exit_ = Exit(end.code, end.signal, end.started, end.finished)
        return self._kind_of(job.document).judge(job, attempt.paths, exit_, self._site)

    def _verdict(self, attempt: Attempt, found: Success) -> Verdict:
        verdict = make_verdict(found)
        write_verdict(attempt.folder, verdict)
        return verdict

    def _too_long(self, attempt: Attempt) -> str:
        hours = attempt.launch().max_hours
        return f"It was stopped after {hours:g} hours, the longest it may run (max_hours). Raise it if need be."

    def _close(self, job: RunningJob, end: End, verdict: Verdict) -> None:
        row = _timed(self._ledger.rows[job.key], end)
        output = self._site.workspace.shown(Path(verdict.target))
        self._ledger.record(replace(row, state=State.DONE, output=output, message=verdict.message))
        log.info("Done: %s -> %s%s", job.key, output, f" ({verdict.message})" if verdict.message else "")

    def _fail(self, job: RunningJob, failure: Failure, end: End | None) -> Failure:
        row = self._ledger.rows[job.key]
        where = f" Log: {self._site.workspace.shown(job.attempt.paths.log)}"
        self.record_failure(_timed(row, end) if end else row, Failure(failure.kind, failure.message + where))
        return failure

    def record_failure(self, row: Row, failure: Failure) -> None:
        """Close a row as failed, with the sentence that says why."""
        self._ledger.record(replace(row, state=State.FAILED, message=_one_line(failure.message)))
        log.error("Failed: %s: %s", row.settings, failure.message)

    def _record_stop(self, job: RunningJob, end: End) -> None:
        row = _timed(self._ledger.rows[job.key], end)
        why = "its row was set to 'skip'" if end.stopped == SKIP else "the run was interrupted"
        self._ledger.record(replace(row, state=State.PENDING, message=f"Stopped before its end, because {why}."))
        log.warning("Stopped: %s, because %s.", job.key, why)


_KEEPER_GONE = "The job and the process that watched it were killed: usually the computer ran out of memory."


def _one_line(text: str) -> str:
    """Return ``text`` without line breaks and control characters, which programs may have written."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _timed(row: Row, end: End) -> Row:
    seconds = max(0.0, end.finished - end.started)
    finished = f"{datetime.fromtimestamp(end.finished):%Y-%m-%d %H:%M}"
    return replace(row, finished=finished, minutes=f"{seconds / 60:.1f}", seconds=round(seconds, 3))
