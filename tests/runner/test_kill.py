"""A runner that is killed at any instant: nothing is lost, nothing runs twice, the table is there all the time."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from kill_trial import (
    Order,
    full_disk_trial,
    kill_trial,
    make_night,
    make_plain_night,
    read_steps,
    save_trial,
    with_drivers,
)
from random_kills import random_kills, time_one_night

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that kill")

AT_A_TIME = 2 + (os.cpu_count() or 1) // 2
"""Nights that run at once; each waits for its disk and its jobs most of the time."""


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The steps of a night with three jobs and a person's edit that nothing happens to."""
    return read_steps(make_night(tmp_path_factory.mktemp("steps")))


def test_nothing_is_started_or_renamed_before_what_was_written_is_on_the_disk(steps: list[str]) -> None:
    """The order of steps that a power cut needs; a kill alone would not notice."""
    unflushed = False
    for before, step in pairwise(steps):
        unflushed = before == "write" or (unflushed and before != "fsync")
        assert not (unflushed and step in ("start_keeper", "replace", "rename", "_swap", "link")), (before, step)
    assert all(before == "fsync" for before, step in pairwise(steps) if step == "start_keeper")
    assert steps.count("start_keeper") == 2


def test_a_night_survives_kills_at_every_step_and_in_the_middle_of_every_write(
    steps: list[str], tmp_path: Path
) -> None:
    """The first night dies at the given step, the second at some step of taking up what the first one left."""
    orders = [Order(step, "before", seed=step) for step in range(1, len(steps) + 2)]
    orders += [Order(at, "torn", seed=-at) for at, name in enumerate(steps, start=1) if name == "write"]
    assert len(steps) > 100
    killed = with_drivers(
        AT_A_TIME,
        orders,
        lambda driver, order: kill_trial(driver, order, tmp_path / f"{order.step} {order.how}", len(steps)),
    )
    print(f"{killed} kills survived")
    assert killed > len(orders)


def test_a_save_in_any_instant_is_taken_in_even_when_the_runner_is_killed_then(tmp_path: Path) -> None:
    steps = read_steps(make_plain_night(tmp_path / "steps"))
    moving = [at for at, name in enumerate(steps, start=1) if name in ("replace", "_swap", "link", "unlink")]
    orders = [Order(step, "saved") for step in moving]
    orders += [Order(step, "saved, killed") for step in range(1, len(steps) + 1)]
    killed = with_drivers(
        AT_A_TIME, orders, lambda driver, order: save_trial(driver, order, tmp_path / f"{order.step} {order.how}")
    )
    assert killed > len(steps) / 2


def test_a_disk_that_is_full_from_any_step_on_loses_nothing(steps: list[str], tmp_path: Path) -> None:
    orders = [Order(step, "full") for step in range(1, len(steps) + 1, 3)]
    done = with_drivers(
        AT_A_TIME, orders, lambda driver, order: full_disk_trial(driver, order, tmp_path / str(order.step))
    )
    assert done == len(orders)


def test_track_survives_kills_at_random_instants_while_a_person_edits_and_adds_jobs(tmp_path: Path) -> None:
    seconds = time_one_night(tmp_path / "timing")
    kills = 10
    with ThreadPoolExecutor(3) as pool:
        killed = pool.map(lambda seed: random_kills(tmp_path / str(seed), seed, kills, 2 * seconds), (1, 2, 3))
        assert sum(killed) > kills
