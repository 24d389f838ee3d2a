"""Durations learned from done jobs, and the end of the night."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.estimate import Durations, describe_end, night_end
from ethonight.ledger.row import Row, State

NOW = datetime(2026, 3, 1, 21, 50)


def done(seconds: float, frames: int = 0, task: str = "track", finished: str = "2026-02-01 10:00") -> Row:
    return Row("settings/old.toml", task=task, state=State.DONE, seconds=seconds, frames=frames, finished=finished)


def due(frames: int = 0, task: str = "track") -> Row:
    return Row("settings/new.toml", task=task, frames=frames)


def test_a_job_with_frames_costs_the_median_time_per_frame() -> None:
    durations = Durations([done(100, 1000), done(2000, 10_000), done(9000, 10_000)])
    assert durations.expected_seconds(due(frames=500)) == pytest.approx(0.2 * 500)
    assert durations.learned_from() == 3


def test_a_job_without_frames_costs_the_median_time_per_job() -> None:
    durations = Durations([done(60, task="command"), done(70, task="command"), done(500, task="command")])
    assert durations.expected_seconds(due(task="command")) == 70


def test_tasks_are_learned_apart() -> None:
    durations = Durations([done(100, 1000), done(10, 1000, task="command")])
    assert durations.expected_seconds(due(1000)) == pytest.approx(100)
    assert durations.expected_seconds(due(1000, task="command")) == pytest.approx(10)


def test_only_the_latest_twenty_jobs_of_a_task_count() -> None:
    old = [done(9999, 100, finished=f"2025-01-{day:02d} 10:00") for day in range(1, 31)]
    new = [done(50, 100, finished=f"2026-01-{day:02d} 10:00") for day in range(1, 21)]
    durations = Durations([*new, *old])
    assert durations.expected_seconds(due(100)) == pytest.approx(50)
    assert durations.learned_from() == 20


@pytest.mark.parametrize(
    "row",
    [
        Row("settings/a.toml", task="track", state=State.FAILED, seconds=10, frames=100),
        Row("settings/a.toml", task="track", state=State.DONE, seconds=0, frames=100),
        done(10, 100, task="command"),
        done(10, 0),
    ],
    ids=["failed", "not measured", "another task", "without frames"],
)
def test_what_teaches_nothing_about_a_job(row: Row) -> None:
    assert Durations([row]).expected_seconds(due(100)) is None


def test_a_video_of_unknown_length_is_not_guessed_from_jobs_with_frames() -> None:
    assert Durations([done(100, 1000)]).expected_seconds(due(frames=0)) is None


PER_FRAME_ONE_SECOND = Durations([done(1000, 1000)])


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=12), st.integers(1, 5))
def test_the_end_lies_between_what_is_needed_at_least_and_one_after_the_other(frames: list[int], slots: int) -> None:
    end = night_end([due(each) for each in frames], PER_FRAME_ONE_SECOND, slots, NOW)
    assert end is not None
    lasts = (end - NOW).total_seconds()
    assert max(max(frames), sum(frames) / slots) - 1 <= lasts <= sum(frames) + 1
    assert lasts <= sum(frames) / slots + max(frames) + 1  # no slot is idle while a job waits


@given(st.lists(st.integers(1, 5000), max_size=12))
def test_with_one_slot_jobs_run_one_after_the_other(frames: list[int]) -> None:
    end = night_end([due(each) for each in frames], PER_FRAME_ONE_SECOND, 1, NOW)
    assert end == NOW + timedelta(seconds=sum(frames))


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=12), st.integers(1, 4))
def test_another_slot_never_makes_the_night_longer(frames: list[int], slots: int) -> None:
    rows = [due(each) for each in frames]
    fewer, more = (night_end(rows, PER_FRAME_ONE_SECOND, each, NOW) for each in (slots, slots + 1))
    assert fewer is not None
    assert more is not None
    assert more <= fewer


def test_jobs_start_in_the_given_order() -> None:
    """Two slots: 10 and 10 side by side, then 30; the long one first would end sooner, but it is not first."""
    end = night_end([due(10), due(10), due(30)], PER_FRAME_ONE_SECOND, 2, NOW)
    assert end == NOW + timedelta(seconds=40)


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(1, 3))
def test_the_end_is_unknown_as_soon_as_one_job_is(known: list[bool], slots: int) -> None:
    rows = [due(100) if each else due(100, task="train") for each in known]
    assert (night_end(rows, PER_FRAME_ONE_SECOND, slots, NOW) is None) is not all(known)


@pytest.mark.parametrize(("started", "left"), [("2026-03-01 21:40", 400), ("2026-03-01 09:00", 0), ("", 1000)])
def test_a_running_job_counts_with_what_is_left_of_it(started: str, left: int) -> None:
    running = Row("settings/a.toml", task="track", state=State.RUNNING, frames=1000, started=started)
    assert night_end([running, due(100)], PER_FRAME_ONE_SECOND, 1, NOW) == NOW + timedelta(seconds=left + 100)


TWELVE = Durations([done(3600, 1000)] * 12)


@pytest.mark.parametrize(
    ("end", "durations", "words"),
    [
        (datetime(2026, 3, 2, 4, 10), TWELVE, "about 04:10 (6 h 20 min), from 12 earlier jobs"),
        (datetime(2026, 3, 1, 21, 51), Durations([done(1, 1)]), "about 21:51 (1 min), from 1 earlier job"),
        (datetime(2026, 3, 3, 4, 10), TWELVE, "about Tue 03 Mar, 04:10 (30 h 20 min), from 12 earlier jobs"),
        (None, Durations([]), "unknown: no earlier jobs to learn from"),
        (None, TWELVE, "unknown: no earlier job tells how long 3 jobs will take"),
    ],
)
def test_the_end_in_words(end: datetime | None, durations: Durations, words: str) -> None:
    assert describe_end(end, durations, NOW, unknown=3) == words
