"""SimBA's targets: behaviours are the columns of 0 and 1 behind the features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import SCORED, Bout, merge
from ethonight.annotations.ethogram import Ethogram
from ethonight.interchange.observation import FormatError, Imported, Observation
from ethonight.interchange.simba import SIMBA

FRAMES = 30
EDGES = np.arange(FRAMES + 1) / 25
FOUR = np.arange(5) / 10

TARGETS = """,Nose_x,Nose_y,Nose_p,Speed,Inside_p,Probability_attack,attack,sniff
0,790.72,916.4,1,0,1,0.2,0,0
1,791.67,915.0,1,1,1,0.9,1,0
2,792.40,913.0,1,0,0,0.8,1,1
3,792.54,912.1,1,2.5,1,0.1,0,1
"""


def read(folder: Path, text: str) -> Imported:
    path = folder / "Together_1.csv"
    path.write_text(text, "utf-8")
    return SIMBA.read(path, FOUR)


def test_behaviours_are_the_flags_behind_the_last_feature(tmp_path: Path) -> None:
    imported = read(tmp_path, TARGETS)
    assert imported.observations[0].bouts == (Bout("attack", 0.1, 0.3), Bout("sniff", 0.2, 0.4))
    assert imported.observations[0].name == "Together_1"
    assert imported.notes == ("Left out: 6 columns of features. Read as behaviours: attack, sniff.",)
    assert SIMBA.recognises(Path("Together_1.csv"), TARGETS)


@pytest.mark.parametrize(
    "head",
    [",background,a\n0,1,0\n", "labelId,timestamp,endTimestamp\na,0,1\n", ",x_x,x_y\n0,1.5,2.5\n", ",a\n0,left\n"],
)
def test_other_tables_are_not_recognised(head: str) -> None:
    assert not SIMBA.recognises(Path("x.csv"), head)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (",Nose_x,speed\n0,1,2.5\n", "the last column, 'speed', is no behaviour"),
        (",attack\n0,1\n1,0,1\n", "Together_1.csv, line 3: 3 cells"),
        (",attack,attack\n0,1,1\n", "two columns are named 'attack'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError) as raised:
        read(tmp_path, text)
    assert said in str(raised.value)


def test_what_cannot_be_carried_is_said(tmp_path: Path) -> None:
    bouts = (Bout(SCORED, 0, 0.2), Bout("a", 0, 0.2, "male", 0.5, "x", (("modifiers", "y"),)), Bout("b", 7, 8))
    told = " ".join(SIMBA.write(tmp_path / "x.csv", [Observation(bouts=bouts)], Ethogram(), FOUR))
    for part in (
        "subjects",
        "scores",
        "comments",
        "modifiers",
        "which time was watched",
        "after the video",
        "features",
    ):
        assert part in told
    assert (tmp_path / "x.csv").read_text("utf-8").splitlines()[1:] == ["0,1,0", "1,1,0", "2,0,0", "3,0,0"]


@st.composite
def marked(draw: st.DrawFn) -> Bout:
    first, stop = sorted(draw(st.lists(st.integers(0, FRAMES), min_size=2, max_size=2, unique=True)))
    return Bout(draw(st.sampled_from(("attack", 'a, "b"', "ü"))), float(EDGES[first]), float(EDGES[stop]))


@given(bouts=st.lists(marked(), max_size=8))
def test_every_frame_survives(bouts: list[Bout], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("simba") / "x.csv"
    SIMBA.write(path, [Observation(bouts=tuple(bouts))], Ethogram(), EDGES)
    (found,) = SIMBA.read(path, EDGES).observations
    assert merge(found.bouts) == merge(bouts)
