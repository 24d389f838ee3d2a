"""Jobs wait for the jobs whose outputs they need, and say for which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from lab import Lab

from ethonight.config import Config
from ethonight.jobs.command import CommandKind
from ethonight.jobs.protocol import JobFile, Need, Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import SKIP, Row, State
from ethonight.runner import dependencies as module
from ethonight.runner.dependencies import Dependencies
from ethonight.runner.interrupt import Interrupt
from ethonight.runner.night import Night
from ethonight.runner.options import Options
from ethonight.runner.register import register


class Chained(CommandKind):
    """A command that needs the jobs that its settings file is named after: ``b_after_a`` needs ``a``."""

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        names = job.path.stem.split("_after_")[1:]
        return tuple(Need(f"settings/v/{name}.toml", dict(job.document)) for name in names)

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        return "" if output.exists() else "It was removed."


def kind_of(_: Mapping[str, object]) -> Chained:
    return Chained()


@pytest.fixture(autouse=True)
def every_command_may_need_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INDEPENDENT", frozenset[str]())


@pytest.fixture
def night(lab: Lab) -> Callable[[], dict[str, tuple[str, str]]]:
    """Run the lab's jobs and return status and message by name."""

    def run(**options: object) -> dict[str, tuple[str, str]]:
        site = Site(lab.workspace, Config(min_free_gb=0.0))
        with Interrupt() as interrupt, Ledger(lab.workspace, "test") as ledger:
            register(ledger, lab.workspace, kind_of)
            provided = Dependencies(site, kind_of).provide(ledger, list(ledger.rows), refresh=bool(options))
            options_ = Options(frozenset({"command"}), keys=provided.keys)
            Night(site, ledger, kind_of, options_).run(interrupt, lambda: None)
            return {Path(key).stem: (row.status, row.message) for key, row in ledger.rows.items()}

    return run


def test_a_job_runs_after_those_that_it_needs_whatever_their_order(lab: Lab, night: Callable[..., object]) -> None:
    for name in ("a_after_b_after_c", "b", "c"):
        lab.add(name)
    night()
    started = [event.split()[0] for event in lab.events() if event.endswith("start")]
    assert started[-1] == "a_after_b_after_c" and sorted(started) == ["a_after_b_after_c", "b", "c"]


def test_a_job_whose_input_failed_waits_and_says_for_what(
    lab: Lab, night: Callable[..., dict[str, tuple[str, str]]]
) -> None:
    lab.add("a_after_b")
    lab.add("b", "exit=3")
    lab.add("c")
    after = night()
    assert after["b"][0] == "failed" and after["c"][0] == "done"
    assert after["a_after_b"] == ("pending", "Waits for settings/v/b.toml, which has failed.")


def test_what_is_needed_and_missing_is_written_registered_and_run(
    lab: Lab, night: Callable[..., dict[str, tuple[str, str]]]
) -> None:
    lab.add("a_after_b")
    after = night()
    assert {name: status for name, (status, _) in after.items()} == {"a_after_b": "done", "b": "done"}
    assert (lab.workspace.settings / "v" / "b.toml").is_file()


def test_a_done_job_runs_again_when_its_output_is_gone_and_somebody_needs_it(
    lab: Lab, night: Callable[..., dict[str, tuple[str, str]]]
) -> None:
    lab.add("b")
    night()
    output = lab.result("b").parent
    output.rename(output.with_name("elsewhere"))
    lab.add("a_after_b")
    assert night()["a_after_b"][0] == "done"
    assert output.exists()


def test_rows_are_ordered_as_they_can_run(lab: Lab) -> None:
    for name in ("a_after_b", "b_after_c", "b", "c"):
        lab.add(name)
    site = Site(lab.workspace, Config())
    with Ledger(lab.workspace, "test") as ledger:
        register(ledger, lab.workspace, kind_of)
        ordered = [Path(row.settings).stem for row in Dependencies(site, kind_of).ordered(ledger.rows.values())]
        assert all(row.state is State.PENDING for row in ledger.rows.values())
    assert ordered.index("b") < ordered.index("a_after_b") and ordered.index("c") < ordered.index("b_after_c")


def test_the_summary_counts_a_job_that_waits_for_one_that_is_set_to_skip(lab: Lab) -> None:
    lab.add("a_after_b")
    lab.add("b")
    site = Site(lab.workspace, Config(min_free_gb=0.0))
    with Interrupt() as interrupt, Ledger(lab.workspace, "test") as ledger:
        register(ledger, lab.workspace, kind_of)
        ledger.record(replace(ledger.rows["settings/v/b.toml"], hold=SKIP))
        night = Night(site, ledger, kind_of, Options(frozenset({"command"})))
        summary = night.run(interrupt, lambda: None)
        assert summary.waiting == ["settings/v/a_after_b.toml"] and not summary.failed
        assert ledger.rows["settings/v/a_after_b.toml"].message == "Waits for settings/v/b.toml, which is set to skip."


def test_what_is_done_is_no_obstacle_even_where_a_person_has_set_it_to_skip(lab: Lab) -> None:
    lab.add("a_after_b")
    lab.add("b")
    site = Site(lab.workspace, Config(min_free_gb=0.0))
    with Ledger(lab.workspace, "test") as ledger:
        register(ledger, lab.workspace, kind_of)
        rows = dict(ledger.rows)
        done = replace(rows["settings/v/b.toml"], state=State.DONE, hold=SKIP)
        dependencies = Dependencies(site, kind_of)
        assert dependencies.obstacle(rows["settings/v/a_after_b.toml"], {**rows, done.settings: done}) == ""


def test_needs_are_asked_again_after_a_while_and_not_at_every_look(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    lab.add("a_after_b")
    row = Row(settings="settings/v/a_after_b.toml", task="command")
    monkeypatch.setattr(Chained, "needs", lambda _, job, site: asked.append(job.key) or ())
    dependencies = Dependencies(Site(lab.workspace, Config()), kind_of)
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    for _ in range(50):
        dependencies.needs(row)
    assert len(asked) == 1
    now += module._REMEMBERED_SECONDS + 1
    dependencies.needs(row)
    assert len(asked) == 2
