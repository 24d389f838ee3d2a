"""What was imported, exported and imported again says the same of every bout, as exactly as its format can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethonight.annotations.bouts import SCORED, Bout, in_order
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.frames import active
from ethonight.frame_times import Edges
from ethonight.interchange.formats import FORMATS
from ethonight.interchange.observation import Format, Observation

SECONDS = {"bouts": 1e-6, "trace": 1e-6, "boris-table": 1e-6, "boris": 0.001, "elan": 0.001}
"""Formats that hold seconds, subjects and points, with the least time that they tell apart."""
IN_SECONDS = [one for one in FORMATS if one.name in SECONDS]
IN_FRAMES = [one for one in FORMATS if one.name not in SECONDS]
LABELS = ("attack", "sniff left", "Füttern")
FRAMES = 60
ROWS_OF_ONE_STEP = "solomon"
"""This one has no frames of different lengths: its rows are equally far apart."""
EDGES = {
    "constant": np.arange(FRAMES + 1) / 25,
    "variable": np.concatenate([[0.0], np.cumsum(np.tile([0.02, 0.05, 0.033], FRAMES // 3))]),
}


@st.composite
def apart(draw: st.DrawFn, most: int, subjects: Sequence[str], points: bool) -> list[tuple[str, str, int, int]]:
    """Draw (label, subject, first, stop) in whole numbers below ``most``; those of one label and subject are apart."""
    found = []
    for label in LABELS:
        for subject in subjects:
            cuts = sorted(draw(st.sets(st.integers(0, most), max_size=8)))
            found += [(label, subject, first, stop) for first, stop in zip(cuts[::2], cuts[1::2], strict=False)]
            if points and len(cuts) % 2:
                found.append((label, subject, cuts[-1], cuts[-1]))
    return found


def through(one: Format, folder: Path, observation: Observation, edges: Edges | None) -> tuple[Bout, ...]:
    """Return the bouts that a file of this format holds after it was written."""
    path = folder / f"recording{one.endings[0]}"
    one.write(path, [observation], Ethogram(), edges)
    (again,) = one.read(path, edges).observations
    return again.bouts


@pytest.mark.parametrize("one", IN_SECONDS, ids=lambda one: one.name)
@given(drawn=apart(10**7, ("", "male", "female 2"), points=True), micro=st.integers(1, 500))
@settings(max_examples=25)
def test_seconds_are_kept_as_exactly_as_the_format_can(
    one: Format, drawn: list[tuple[str, str, int, int]], micro: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    least = SECONDS[one.name]
    seconds = micro / 1e6 if least < 0.001 else 0.0
    bouts = [
        Bout(label, first / 1000 + seconds, stop / 1000 + seconds, subject) for label, subject, first, stop in drawn
    ]
    folder = tmp_path_factory.mktemp(one.name)
    first = through(one, folder, Observation("recording", ("recording.mp4",), tuple(bouts)), None)
    assert [keys(bout) for bout in in_order(first)] == [keys(bout) for bout in in_order(bouts)]
    for kept, bout in zip(in_order(first), in_order(bouts), strict=True):
        assert kept.interval == pytest.approx(bout.interval, abs=least / 2)
    assert through(one, folder, Observation("recording", ("recording.mp4",), first), None) == first


def keys(bout: Bout) -> tuple[str, str, bool]:
    return bout.label, bout.subject, bout.is_point


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        pytest.param(one, kind, id=f"{one.name}-{kind}")
        for one in IN_FRAMES
        for kind in EDGES
        if one.name != ROWS_OF_ONE_STEP or kind == "constant"
    ],
)
@given(drawn=apart(FRAMES, ("",), points=False).filter(bool))
@settings(max_examples=15)
def test_every_frame_of_every_bout_is_kept(
    one: Format, kind: str, drawn: list[tuple[str, str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edges = EDGES[kind]
    bouts = [Bout(label, *edges[[first, stop]].tolist()) for label, _, first, stop in drawn]
    folder = tmp_path_factory.mktemp(one.name)
    observation = Observation("recording", ("recording.mp4",), tuple(bouts), duration=float(edges[-1]))
    first = through(one, folder, observation, edges)
    own = [bout for bout in first if bout.label != SCORED]
    assert np.array_equal(active(own, LABELS, edges), active(bouts, LABELS, edges))
    assert {bout.label for bout in own} <= set(LABELS)
    again = through(one, folder, replace(observation, bouts=first), edges)
    assert np.array_equal(active(again, (*LABELS, SCORED), edges), active(first, (*LABELS, SCORED), edges))


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_a_file_that_was_written_is_recognised(one: Format, tmp_path: Path) -> None:
    edges = EDGES["constant"]
    bouts = (Bout("attack", 0.4, 0.8, "male"), Bout("sniff", 1.2, 1.6))
    path = tmp_path / f"recording{one.endings[0]}"
    one.write(path, [Observation("recording", (), bouts, duration=2.4)], Ethogram().with_labels(["attack"]), edges)
    head = path.read_text("utf-8")
    assert next(other.name for other in FORMATS if other.recognises(path, head)) == one.name
