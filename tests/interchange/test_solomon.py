"""Solomon Coder's files: rows at a fixed step, states in columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import Bout, in_order
from ethonight.annotations.ethogram import Ethogram
from ethonight.frame_times import Edges
from ethonight.interchange.observation import FormatError, Imported, Observation
from ethonight.interchange.solomon import SOLOMON

OTHER = Path(__file__).resolve().parents[3] / "shared" / "data" / "annotations" / "other"
REAL = OTHER / "Together_1.solomon.head.csv"
FRAMES = 40
EVEN = np.arange(FRAMES + 1) / 30


def read(folder: Path, text: str) -> Imported:
    path = folder / "x.csv"
    path.write_text(text, "utf-8")
    return SOLOMON.read(path, None)


def write_and_read(folder: Path, bouts: list[Bout], edges: Edges | None) -> tuple[Observation, tuple[str, ...]]:
    path = folder / "x.csv"
    notes = SOLOMON.write(path, [Observation(bouts=tuple(bouts))], Ethogram(), edges)
    return SOLOMON.read(path, None).observations[0], notes


@pytest.mark.skipif(not REAL.is_file(), reason="the shared data folder is not here")
def test_a_real_file_gives_its_runs_of_states() -> None:
    imported = SOLOMON.read(REAL, None)
    (observation,) = imported.observations
    states = [bout for bout in observation.bouts if dict(bout.extra)["column"] == "Behaviour"]
    assert [(bout.label, *bout.interval) for bout in states] == [
        ("Sniffing", 10.88, 13.76),
        ("Attack", 13.76, 23.2),
        ("Sniffing", 23.2, 27.0),
        ("Attack", 27.0, 27.64),
    ]
    assert imported.ethogram.rivals("Sniffing") == {"Attack"}
    assert imported.ethogram.rivals("FarCorridor") == {"CloseCorridor"}
    assert SOLOMON.recognises(REAL, REAL.read_text("utf-8"))


def test_semicolons_decimal_commas_and_gaps_in_time_are_read(tmp_path: Path) -> None:
    (observation,) = read(tmp_path, "Time;state\r\n0,0;a\r\n0,2;a\r\n0,4;\r\n1,0;b\r\n1,2;b\r\n5;b\r\n").observations
    found = [(bout.label, round(bout.start, 6), round(bout.end, 6)) for bout in observation.bouts]
    assert found == [("a", 0, 0.4), ("b", 1, 1.4), ("b", 5, 5.2)]


def test_columns_that_share_states_are_subjects(tmp_path: Path) -> None:
    imported = read(tmp_path, "Time,male,female,place\n0,attack,,nest\n1,attack,attack,nest\n2,flee,,nest\n")
    assert {(bout.label, bout.subject) for bout in imported.observations[0].bouts} == {
        ("attack", "male"),
        ("attack", "female"),
        ("flee", "male"),
        ("nest", ""),
    }
    assert imported.notes == ("Columns are read as subjects: female, male.",)
    assert imported.ethogram.subjects == ("female", "male")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Time,a\n0,x\n0.5,x\nnoon,x\n", "x.csv, line 4, column 'Time': expected a number, found 'noon'"),
        ("Time,a\n0,x\n,x\n", "line 3, column 'Time': expected a number, found an empty cell"),
        ("Time,a\n0,x\n2,x\n1,x\n", "line 4, column 'Time': the time is not later"),
        ("Time,a\n0,x\n1,x,y,z\n", "line 3: 4 cells, but the first line has 2"),
        ("Time,a\n0,x\n", "only one row"),
        ("Time,a\n", "no rows"),
        ("When,a\n0,x\n1,x\n", "the first column must be 'Time'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError) as raised:
        read(tmp_path, text)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "head", ["Time,Subject,Behavior\n1.5,a,b\n9.1,a,c\n9.2,a,c\n", "Time,a\n", "time;a\nx;b\ny;c\n"]
)
def test_a_table_of_events_is_not_recognised(head: str) -> None:
    assert not SOLOMON.recognises(Path("x.csv"), head)


def test_frames_of_uneven_length_become_rows_of_a_fixed_step(tmp_path: Path) -> None:
    edges = np.array([0, 0.1, 0.2, 0.7, 0.8, 0.9, 1.0])
    observation, notes = write_and_read(tmp_path, [Bout("a", 0.2, 0.8)], edges)
    assert observation.bouts[0].interval == pytest.approx((0.2, 0.8))
    assert "Times are rounded to rows of 0.05 s." in notes


@st.composite
def marked(draw: st.DrawFn) -> Bout:
    first, stop = sorted(draw(st.lists(st.integers(0, FRAMES), min_size=2, max_size=2, unique=True)))
    label = draw(st.sampled_from(("attack", "sniff, left", 'say "x"')))
    return Bout(label, float(EVEN[first]), float(EVEN[stop]), draw(st.sampled_from(("", "male", "female"))))


@given(bouts=st.lists(marked(), max_size=10))
def test_every_bout_survives_to_the_frame(bouts: list[Bout], tmp_path_factory: pytest.TempPathFactory) -> None:
    observation, _ = write_and_read(tmp_path_factory.mktemp("solomon"), bouts, EVEN)

    def frames(some: list[Bout]) -> list[tuple[str, int, int]]:
        return [(bout.label, round(bout.start * 30), round(bout.end * 30)) for bout in in_order(some)]

    assert sorted(frames(list(observation.bouts))) == sorted(frames(bouts))


def test_subjects_survive_where_they_share_a_behaviour(tmp_path: Path) -> None:
    bouts = [Bout("attack", 0, 1, "male"), Bout("attack", 0.5, 1, "female"), Bout("flee", 0.5, 1, "male")]
    observation, notes = write_and_read(tmp_path, bouts, EVEN)
    assert {(bout.label, bout.subject) for bout in observation.bouts} == {(bout.label, bout.subject) for bout in bouts}
    assert "Solomon Coder has no subjects: columns are named after them." in notes


def test_without_frames_the_step_is_said(tmp_path: Path) -> None:
    observation, notes = write_and_read(tmp_path, [Bout("a", 0.4, 0.8, comment="x")], None)
    assert observation.bouts[0].interval == pytest.approx((0.4, 0.8))
    assert [note for note in notes if "0.04 s" in note] and [note for note in notes if "comments" in note]
