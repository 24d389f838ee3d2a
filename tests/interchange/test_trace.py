"""TRACE's CSV: its line with the keys of behaviours, its animals, its predictions."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Behaviour, Ethogram
from ethonight.interchange.observation import FormatError, Imported, Observation
from ethonight.interchange.trace import TRACE


def read(folder: Path, text: str) -> Imported:
    path = folder / "x.csv"
    path.write_text(text, "utf-8")
    return TRACE.read(path, None)


def test_keys_and_animals_are_read(tmp_path: Path) -> None:
    imported = read(
        tmp_path,
        "# trace-meta: behaviors=groom:g,sniff%20left:%2C later=x\n"
        "labelId,timestamp,endTimestamp,animal\n"
        "groom,0.5,2.0,left\nrear,40.0,42.0,\nsniff left,3,3,right\n",
    )
    (found,) = imported.observations
    assert found.bouts == (
        Bout("groom", 0.5, 2.0, "left"),
        Bout("rear", 40.0, 42.0),
        Bout("sniff left", 3.0, 3.0, "right"),
    )
    assert [(one.label, one.key) for one in imported.ethogram.behaviours] == [
        ("groom", "g"),
        ("sniff left", ","),
        ("rear", "r"),
    ]
    assert imported.ethogram.subjects == ("left", "right")


def test_predictions_keep_their_scores_and_ids(tmp_path: Path) -> None:
    imported = read(
        tmp_path,
        '# trace-meta: {"trace_prediction_version": 1, "video": "day1.mp4", "class_map": ["groom", "rear"]}\n'
        "labelId,timestamp,endTimestamp,score,proposal\ngroom,0.5,2.0,0.91,day1::0\n",
    )
    (found,) = imported.observations
    assert found.media == ("day1.mp4",)
    assert found.bouts == (Bout("groom", 0.5, 2.0, score=0.91, extra=(("proposal", "day1::0"),)),)
    assert imported.ethogram.labels == ("groom", "rear")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# trace-meta: {broken\nlabelId,timestamp,endTimestamp\n", r"x\.csv: the line '# trace-meta:' holds JSON"),
        ("# trace-meta: behaviors=a:a\nlabelId,timestamp\n", r"x\.csv, line 2: no column is named 'endTimestamp'"),
        (
            "# trace-meta: behaviors=a:a\nlabelId,timestamp,endTimestamp\na,x,2\n",
            r"x\.csv, line 3, timestamp: expected",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path, text)


def test_a_file_is_written_as_the_annotator_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    bouts = (
        Bout(SCORED, 0.0, 9.0),
        Bout("groom", 1.0, 2.5, "left", comment="calm"),
        Bout("sniff left", 3.0, 4.0, score=0.25),
    )
    ethogram = Ethogram((Behaviour("groom", "g"), Behaviour("sniff left", ","), Behaviour("rear", "r")))
    lost = TRACE.write(path, [Observation(bouts=bouts)], ethogram, None)
    assert path.read_text("utf-8").splitlines() == [
        "# trace-meta: behaviors=groom:g,sniff%20left:%2C",
        "labelId,timestamp,endTimestamp,animal,score",
        "groom,1,2.5,left,",
        "sniff left,3,4,,0.25",
    ]
    assert [word for word in ("comments", "watched", "first animal") if word in " ".join(lost)] == [
        "comments",
        "watched",
        "first animal",
    ]


def test_a_name_that_would_break_rows_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with pytest.raises(FormatError, match="no comma, quotation mark or line end in 'a, b'"):
        TRACE.write(path, [Observation(bouts=(Bout("a, b", 1.0, 2.0),))], Ethogram(), None)
    assert not path.exists()
