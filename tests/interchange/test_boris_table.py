"""BORIS's tables of events: of all versions, by the names of their columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.annotations.bouts import Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.interchange.boris_table import BORIS_TABLE
from ethonight.interchange.observation import FormatError, Imported, Observation, Unpaired

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "annotations" / "boris"

OLD = """\
Observation id;day 1;;;;;
;;;;;;
Player #1;film.mp4;;;;;
;;;;;;
Time offset (s);10;;;;;
;;;;;;
Time;Media file path;Subject;Behavior;Modifiers;Comment;Status
11,5;film.mp4;male;run;fast;from the left;START
12;film.mp4;male;jump;;;POINT
13,25;film.mp4;male;run;fast;;STOP
"""
ABOUT = "day 1,player #1:a.mp4;b.mp4|player #2:top.mp4,0.0,10.000;20.500|31,25.000;25.000|30"
NEW = f"""\
Observation id,Source,Time offset (s),Media duration (s),FPS,\
Subject,Behavior,Modifier #1,Modifier #2,Behavior type,Time,Comment
{ABOUT},male,run,fast,left,START,1.5,"see, there"
{ABOUT},No focal subject,jump,,,POINT,2,
{ABOUT},male,run,fast,left,STOP,12.25,
day 2,NA,0.0,NA,NA,,run,,,START,3,
"""
AGGREGATED = """\
"Observation id"\t"Subject"\t"Behavior"\t"Modifiers"\t"Behavior type"\t"Start (s)"\t"Stop (s)"\t\
"Comment start"\t"Comment stop"
"day 1"\t"male"\t"run"\t"fast"\t"STATE"\t1.500\t3.250\t"in"\t"out"
"day 1"\t"male"\t"jump"\t""\t"POINT"\t2.000\tNA\t""\t""
"day 1"\t"male"\t"run"\t""\t"STATE"\t9.000\tNA\t""\t""
"""


def read(folder: Path, text: str, name: str = "x.csv", encoding: str = "utf-8") -> Imported:
    path = folder / name
    path.write_text(text, encoding)
    return BORIS_TABLE.read(path, None)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_a_real_table_is_read(ending: str) -> None:
    (found,) = BORIS_TABLE.read(DATA / f"test_export_events_tabular.{ending}", None).observations
    assert found == Observation(
        "observation #1",
        ("video_test_25fps_360s.mp4",),
        (
            Bout("s", 3.3, 7.75, "subject1"),
            Bout("s", 9.9, 16.2, "subject1"),
            Bout("s", 18.35, 24.475, "subject1"),
            Bout("s", 38.425, 46.1, "subject2"),
        ),
        fps=25.0,
        duration=359.96,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_old_table_with_lines_above_its_header(encoding: str, tmp_path: Path) -> None:
    (found,) = read(tmp_path, OLD, encoding=encoding).observations
    assert found == Observation(
        "day 1",
        ("film.mp4",),
        (
            Bout("run", 1.5, 3.25, "male", comment="from the left", extra=(("modifiers", "fast"),)),
            Bout("jump", 2.0, 2.0, "male"),
        ),
    )


def test_a_new_table_with_everything_in_its_rows(tmp_path: Path) -> None:
    imported = read(tmp_path, NEW)
    first, second = imported.observations
    assert first == Observation(
        "day 1",
        ("a.mp4", "b.mp4"),
        (
            Bout("run", 1.5, 12.25, "male", comment="see, there", extra=(("modifiers", "fast|left"),)),
            Bout("jump", 2.0, 2.0),
        ),
        fps=25.0,
        duration=30.5,
    )
    assert second.unpaired == (Unpaired("run", "", 3.0, "START", "line 5"),)
    assert [(one.label, one.kind) for one in imported.ethogram.behaviours] == [("run", "state"), ("jump", "point")]


def test_a_table_with_one_row_per_bout(tmp_path: Path) -> None:
    (found,) = read(tmp_path, AGGREGATED, "x.tsv").observations
    assert found.bouts == (
        Bout("run", 1.5, 3.25, "male", comment="in; out", extra=(("modifiers", "fast"),)),
        Bout("jump", 2.0, 2.0, "male"),
    )
    assert found.unpaired == (Unpaired("run", "male", 9.0, "START", "line 4"),)


def test_starts_and_stops_without_the_other_are_set_aside(tmp_path: Path) -> None:
    rows = [("1", "STOP"), ("2", "START"), ("3", "START"), ("4", "STOP")]
    text = "Time,Behavior,Status\n" + "".join(f"{time},run,{status}\n" for time, status in rows)
    (found,) = read(tmp_path, text).observations
    assert found.bouts == (Bout("run", 3.0, 4.0),)
    assert found.unpaired == (Unpaired("run", "", 1.0, "STOP", "line 2"), Unpaired("run", "", 2.0, "START", "line 3"))


def test_rows_may_come_in_any_order(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "Behavior,Status,Time\nrun,STOP,9\nrun,START,1\n").observations
    assert found.bouts == (Bout("run", 1.0, 9.0),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", r"x\.csv is no table of BORIS: no line names the columns"),
        ("Time,Behavior,Status\nsoon,run,START\n", r"x\.csv, line 2, time: expected seconds as a number, found 'soon'"),
        ("Time,Behavior,Status\n1:02.5,run,START\n", r"x\.csv, line 2, time: .* on a clock, write 62\.5"),
        ("Time,Behavior,Status\n1,run,BEGIN\n", r"x\.csv, line 2: expected START, STOP, POINT or STATE, found 'BEGIN'"),
        ("Time,Behavior,Status\n,run,START\n", r"x\.csv, line 2: there is no time"),
        ("Time,Behavior,Status\n1,,START\n", r"x\.csv, line 2: there is no behaviour"),
        ("Time,Behavior,Status\n1,run,START,more\n", r"x\.csv, line 2: 4 cells, but the header names 3"),
        ('Time,Behavior,Status\n1,"run,START\n', r"x\.csv, line 2: a quotation mark is not closed"),
        ("Behavior,Behavior type,Start (s),Stop (s)\nrun,STATE,3,2\n", r"x\.csv, line 2: the bout stops before"),
        ("", r"x\.csv is empty"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path, text)


def test_a_table_without_rows_is_an_observation_without_bouts(tmp_path: Path) -> None:
    assert read(tmp_path, "Time,Behavior,Status\n").observations == (Observation(),)


@pytest.mark.parametrize("name", ["x.csv", "x.tsv"])
def test_several_observations_are_written_and_read_again(name: str, tmp_path: Path) -> None:
    bouts = (
        Bout("run", 1.000001, 2.5, "male", comment='she said: "go", then\tran', extra=(("modifiers", "a|b"),)),
        Bout("jump", 2.5, 2.5),
        Bout("run", 2.5, 3.0, "male", extra=(("modifiers", "a|b"),)),
    )
    observations = (
        Observation("day 1", ("a.mp4", "b.mp4"), bouts, fps=25.0, duration=60.0),
        Observation("day 2", bouts=bouts[1:]),
    )
    empty = Observation("day 3")
    lost = BORIS_TABLE.write(tmp_path / name, (*observations, empty), Ethogram(), None)
    assert lost == ("'day 3' has no bouts, so that nothing in the table names it.",)
    assert BORIS_TABLE.read(tmp_path / name, None).observations == observations
