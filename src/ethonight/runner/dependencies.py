"""Which jobs wait for which: the jobs whose outputs they work on, and what stands in their way."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import tomli_w

from ethonight.errors import SettingsError
from ethonight.files import replace_atomically
from ethonight.jobs.protocol import JobKind, Need, Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import SKIP, Row, State
from ethonight.runner.register import KindOf, register
from ethonight.settings.job_file import JobFile, load_job

INDEPENDENT = frozenset({"track", "command"})
"""Kinds that need no other job: their settings are not read to find that out, as there may be thousands."""
_REMEMBERED_SECONDS = 10.0
"""How long needs are taken as they were: the runner asks for those of every waiting row, many times a second."""


@dataclass(frozen=True)
class Provided:
    """``keys``: the jobs and everything they need, directly or through others."""

    keys: frozenset[str]
    remarks: tuple[str, ...]
    """A sentence for each job that was done and runs again."""


class Dependencies:
    """Answers for the rows of one table, from the settings as they are now, or were some seconds ago."""

    def __init__(self, site: Site, kind_of: KindOf) -> None:
        self._site = site
        self._kind_of = kind_of
        self._known: dict[str, tuple[float, tuple[Need, ...]]] = {}
        self._unusable: set[str] = set()
        """Jobs that will fail at once, so that nothing is computed for their sake, and nothing is waited for."""

    def needs(self, row: Row) -> tuple[Need, ...]:
        """Return what the job of ``row`` needs; nothing where its settings cannot be used, which it says itself."""
        if row.task in INDEPENDENT or row.settings in self._unusable:
            return ()
        asked, needs = self._known.get(row.settings, (0.0, ()))
        if row.settings not in self._known or time.monotonic() - asked > _REMEMBERED_SECONDS:
            needs = self._asked(row)
            self._known[row.settings] = time.monotonic(), needs
        return needs

    def ordered(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows as they can run: each after those of them that it needs, otherwise as they were."""
        waiting = {row.settings: row for row in rows}
        done: dict[str, Row] = {}
        for row in list(waiting.values()):
            self._put(row, waiting, done)
        return list(done.values())

    def _put(self, row: Row, waiting: dict[str, Row], done: dict[str, Row]) -> None:
        if waiting.pop(row.settings, None) is None:
            return
        for need in self.needs(row):
            if need.key in waiting:
                self._put(waiting[need.key], waiting, done)
        done[row.settings] = row

    def obstacle(self, row: Row, rows: Mapping[str, Row]) -> str:
        """Return what the job of ``row`` waits for, as a sentence; empty when it may run."""
        for need in self.needs(row):
            other = rows.get(need.key)
            if other is not None and other.state is State.DONE:
                continue
            if lasting := self.lasting_obstacle(need, other):
                return lasting
            if other is not None and other.state is State.FAILED:
                return f"Waits for {need.key}, which has failed."
            return f"Waits for {need.key}."
        return ""

    def lasting_obstacle(self, need: Need, other: Row | None) -> str:
        """Return why the needed job, whose row is ``other``, will not even be tried; empty when it will be."""
        if other is None:
            return f"Waits for {need.key}, which is not in the table."
        if other.state is State.DONE:
            return ""
        if other.hold == SKIP:
            return f"Waits for {need.key}, which is set to skip."
        if other.hold:
            return f"Waits for {need.key}, whose status '{other.hold}' is not known."
        return f"Waits for {need.key}, whose settings file is gone." if other.gone else ""

    def blocked(self, rows: Iterable[Row], table: Mapping[str, Row], refused: Iterable[str]) -> dict[str, str]:
        """Return why jobs of ``rows`` (each after those it needs) will not run tonight, by key.

        ``refused`` are jobs that will fail at once.
        """
        hopeless, found = set(refused), dict[str, str]()
        for row in rows:
            for need in self.needs(row):
                why = self.lasting_obstacle(need, table.get(need.key))
                if not why and need.key in hopeless:
                    why = f"Waits for {need.key}, which will not run."
                if why:
                    found.setdefault(row.settings, why)
                    hopeless.add(row.settings)
        return found

    def provide(self, ledger: Ledger, keys: Iterable[str], refresh: bool) -> Provided:
        """See to it that what the jobs ``keys`` need is in the table, and runs again where it is outdated.

        Missing settings of needed jobs are written and registered. With ``refresh`` the jobs themselves run again as
        well where their output is outdated. Nothing is provided for a job whose settings or inputs cannot be used.
        """
        wanted, seen, remarks = list(keys), dict[str, bool](), list[str]()
        renewed = set(wanted) if refresh else set()
        while wanted:
            key = wanted.pop(0)
            row = ledger.rows.get(key)
            if row is None or (key in seen and seen[key] >= (key in renewed)):
                continue
            seen[key] = key in renewed
            remarks += self._renew(ledger, row) if key in renewed else []
            if ledger.rows[key].state is not State.DONE and self._usable(row):
                needs = self._asked(row)
                self._write_missing(ledger, needs)
                wanted += [need.key for need in needs]
                renewed |= {need.key for need in needs if need.renewed}
        return Provided(frozenset(seen), tuple(remarks))

    def _usable(self, row: Row) -> bool:
        """Whether the job's settings and inputs are sound, as the evening check sees them."""
        if row.task in INDEPENDENT:
            return True
        self._unusable.discard(row.settings)
        self._known.pop(row.settings, None)
        try:
            job, kind = self._load(row.settings)
            kind.inputs(job, self._site)
        except SettingsError:
            self._unusable.add(row.settings)
        return row.settings not in self._unusable

    def _asked(self, row: Row) -> tuple[Need, ...]:
        if row.task in INDEPENDENT:
            return ()
        try:
            job, kind = self._load(row.settings)
            return kind.needs(job, self._site)
        except SettingsError:
            return ()

    def _write_missing(self, ledger: Ledger, needs: Iterable[Need]) -> None:
        missing = [need for need in needs if need.document and _without_file(ledger.rows.get(need.key))]
        for need in missing:
            path = self._site.workspace.settings_file(need.key)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_atomically(path, tomli_w.dumps(dict(need.document)).encode())
        if missing:
            register(ledger, self._site.workspace, self._kind_of)

    def _renew(self, ledger: Ledger, row: Row) -> list[str]:
        """Let a done job run again whose output is no longer current, or can no longer be told to be."""
        if row.state is not State.DONE or row.hold or row.gone or row.task in INDEPENDENT:
            return []
        try:
            job, kind = self._load(row.settings)
            why = kind.outdated(job, self._site.workspace.root / row.output, self._site)
        except SettingsError as error:
            why = " ".join(str(error).split())
        if not why:
            return []
        ledger.record(replace(row, state=State.PENDING, message=why))
        return [f"{row.settings} runs again: {why}"]

    def _load(self, key: str) -> tuple[JobFile, JobKind]:
        job = load_job(self._site.workspace, key)
        return job, self._kind_of(job.document)


def _without_file(row: Row | None) -> bool:
    """Whether a needed job has no settings file: it never had one, or it was deleted since."""
    return row is None or row.gone
