"""Starting a job: settings read again, inputs checked, attempt folder written, row claimed, keeper started."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ethonight.claims import Claims
from ethonight.errors import SettingsError
from ethonight.jobs.protocol import Inputs, Launch, Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.preflight import check_inputs, shared_target
from ethonight.runner.attempt import Attempt, LaunchRecord
from ethonight.runner.options import Options
from ethonight.runner.register import KindOf
from ethonight.runner.running import RunningJob
from ethonight.runner.source import write_source
from ethonight.settings.job_file import load_job
from ethonight.video.probe import Probe, probe_videos

log = logging.getLogger(__name__)


class Launcher:
    """Starts jobs of one run."""

    def __init__(self, site: Site, ledger: Ledger, kind_of: KindOf, options: Options) -> None:
        self._site = site
        self._ledger = ledger
        self._kind_of = kind_of
        self._options = options

    def launch(self, row: Row, slot: str, shrink: int) -> RunningJob:
        """Start the job of ``row`` on the GPU ``slot``. Raises SettingsError when its inputs cannot be used."""
        job = load_job(self._site.workspace, row.settings)
        kind = self._kind_of(job.document)
        frames = self._check(kind.inputs(job, self._site))
        if kind.own_place:
            self._refuse_shared_target(kind.target(job, self._site), row)
        attempt = self._new_attempt(row)
        launch = kind.prepare(job, attempt.paths, self._site, shrink)
        write_source(attempt, job)
        attempt.write_launch(self._record(launch, slot))
        claimed = replace(
            row,
            task=kind.name,
            state=State.RUNNING,
            attempts=row.attempts + 1,
            started=f"{datetime.now():%Y-%m-%d %H:%M}",
            finished="",
            minutes="",
            message="",
            frames=frames,
            attempt=self._site.workspace.shown(attempt.folder),
        )
        self._ledger.record(claimed)
        keeper = attempt.start_keeper()
        log.info("Started %s (attempt %d)%s", row.settings, claimed.attempts, f" on GPU {slot}" if slot else "")
        return RunningJob(claimed, attempt, slot, kind, keeper)

    def _check(self, inputs: Inputs) -> int:
        """Return the frames of the recording (0: not known). Raises SettingsError for an input that is no use."""
        probes: Mapping[Path, Probe] = (
            probe_videos(inputs.videos, cache=self._site.workspace.probes) if inputs.videos else {}
        )
        fatal = [problem.text for problem in check_inputs(inputs, self._site, probes) if problem.fatal]
        if fatal:
            raise SettingsError(" ".join(fatal))
        return sum(probe.frames for probe in probes.values())

    def _refuse_shared_target(self, target: Path, row: Row) -> None:
        """Raise SettingsError when another job's finished output lies where this one's would, inside or around it."""
        claims = Claims()
        for other in self._ledger.rows.values():
            if other.output and other.settings != row.settings and not other.gone:
                claims.claim(other.output, other.settings)
        if problem := shared_target(target, row.settings, claims, self._site):
            raise SettingsError(problem)

    def _new_attempt(self, row: Row) -> Attempt:
        """Make the folder of the next attempt, empty; outputs of failed attempts before it make room."""
        home = self._site.workspace.attempts / row.settings.removeprefix("settings/")
        folder = home / f"{row.attempts + 1:03d}"
        for earlier in (*home.glob("*/out*"), *home.glob("*/work"), folder):
            shutil.rmtree(earlier, ignore_errors=True)
        attempt = Attempt(folder)
        attempt.paths.out.mkdir(parents=True)
        attempt.paths.work.mkdir()
        return attempt

    def _record(self, launch: Launch, slot: str) -> LaunchRecord:
        limits = [h for h in (launch.max_hours, self._options.max_hours or self._site.config.max_hours) if h]
        env = dict(launch.env)
        if slot:
            env["CUDA_VISIBLE_DEVICES"] = slot
        return LaunchRecord(list(launch.argv), str(launch.cwd), env, min(limits, default=0.0), slot)
