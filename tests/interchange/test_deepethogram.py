"""DeepEthogram's labels: one row per frame, 1, 0, and -1 for frames that nobody labelled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import SCORED, Bout, merge
from ethonight.annotations.ethogram import Behaviour, Ethogram
from ethonight.interchange.deepethogram import DEEPETHOGRAM
from ethonight.interchange.observation import FormatError, Imported, Observation

FRAMES = 30
EDGES = np.cumsum([0.5, *([0.04, 0.03] * FRAMES)])[: FRAMES + 1]
FIVE = np.arange(6) / 10


def read(folder: Path, text: str) -> Imported:
    path = folder / "night_labels.csv"
    path.write_text(text, "utf-8")
    return DEEPETHOGRAM.read(path, FIVE)


def test_rows_become_bouts_and_frames_that_nobody_labelled_are_not_watched(tmp_path: Path) -> None:
    text = ",background,attack,sniff\n0,0,1,0\n1,0,1,1\n2,1,0,0\n3,-1,-1,-1\n4,-1,-1,-1\n"
    imported = read(tmp_path, text)
    assert set(imported.observations[0].bouts) == {
        Bout(SCORED, 0, 0.3),
        Bout("attack", 0, 0.2),
        Bout("sniff", 0.1, 0.2),
    }
    assert imported.ethogram.labels == ("attack", "sniff") and imported.notes == ()
    assert DEEPETHOGRAM.recognises(Path("x.csv"), text)


def test_a_labelled_file_says_nothing_of_what_was_watched(tmp_path: Path) -> None:
    text = ",background,a\r\n" + "".join(f"{row},{row % 2}.0,{1 - row % 2}.0\r\n" for row in range(5))
    assert [bout.label for bout in read(tmp_path, text).observations[0].bouts] == ["a", "a", "a"]


def test_more_and_fewer_rows_than_frames_are_told(tmp_path: Path) -> None:
    more = read(tmp_path, ",background,a\n" + "".join(f"{row},0,1\n" for row in range(7)))
    assert more.observations[0].bouts == (Bout("a", 0, 0.5),)
    assert "7 rows" in more.notes[0] and "5 frames" in more.notes[0]
    fewer = read(tmp_path, ",background,a\n0,0,1\n1,0,1\n")
    assert set(fewer.observations[0].bouts) == {Bout(SCORED, 0, 0.2), Bout("a", 0, 0.2)}


def test_a_frame_that_is_background_and_a_behaviour_keeps_the_behaviour(tmp_path: Path) -> None:
    imported = read(tmp_path, ",background,a\n0,1,1\n1,1,0\n2,1,0\n3,1,0\n4,1,0\n")
    assert imported.observations[0].bouts == (Bout("a", 0, 0.1),)
    assert imported.notes == ("1 frame marked both as background and as a behaviour: the behaviour is kept.",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (",background,a\n0,1,0\n1,1,x\n", "night_labels.csv, line 3, column 'a': expected 0 or 1, found 'x'"),
        (",background,a\n0,1,0\n1,1\n", "line 3, column 'a': expected 0 or 1, found an empty cell"),
        (",background,a\n0,1,0\n1,1,0,0\n", "line 3: 4 cells, but the first line has 3"),
        (",background,a,a\n0,1,0,0\n", "two columns are named 'a'"),
        (",background,a\n0,-1,-1\n", "no frame is labelled yet"),
        (",a\n0,1\n", "no column 'background'"),
        (",background\n", "no rows"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError) as raised:
        read(tmp_path, text)
    assert said in str(raised.value)


def test_a_workbook_and_a_missing_video_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(FormatError, match="a workbook"):
        DEEPETHOGRAM.read(path, FIVE)
    with pytest.raises(FormatError, match="counts frames"):
        DEEPETHOGRAM.read(path, None)


def test_written_rows_are_what_deepethogram_reads(tmp_path: Path) -> None:
    bouts = (Bout(SCORED, 0, 0.4), Bout("b", 0.1, 0.2, "male"), Bout("a", 0.2, 0.2), Bout("b", 0.2, 0.3))
    ethogram = Ethogram((Behaviour("a"), Behaviour("b"), Behaviour("unused")))
    notes = DEEPETHOGRAM.write(tmp_path / "x.csv", [Observation(bouts=bouts)], ethogram, FIVE)
    table = pl.read_csv(tmp_path / "x.csv")
    assert table.columns == ["", "background", "a", "b"]
    assert table.rows() == [(0, 1, 0, 0), (1, 0, 0, 1), (2, 0, 1, 1), (3, 1, 0, 0), (4, -1, -1, -1)]
    told = " ".join(notes)
    assert "subjects" in told and "point events" in told and "1 bout fewer" in told


def test_a_behaviour_called_background_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rename that label"):
        DEEPETHOGRAM.write(tmp_path / "x.csv", [Observation(bouts=(Bout("background", 0, 1),))], Ethogram(), FIVE)


@st.composite
def marked(draw: st.DrawFn) -> Bout:
    first, stop = sorted(draw(st.lists(st.integers(0, FRAMES), min_size=2, max_size=2, unique=True)))
    return Bout(draw(st.sampled_from(("attack", 'a, "b"', "ü"))), float(EDGES[first]), float(EDGES[stop]))


@given(bouts=st.lists(marked(), max_size=8))
def test_every_frame_survives(bouts: list[Bout], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("deepethogram") / "x.csv"
    DEEPETHOGRAM.write(path, [Observation(bouts=tuple(bouts))], Ethogram(), EDGES)
    (found,) = DEEPETHOGRAM.read(path, EDGES).observations
    assert merge(found.bouts) == merge(bouts)
