"""Formats are found by their names, by what is in a file, and by the ending of a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.errors import UsageError
from ethonight.interchange.formats import FORMATS, format_named, format_of_ending, recognised
from ethonight.interchange.observation import FormatError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "annotations"
REAL = {
    "boris/test.boris": "boris",
    "boris/test2.boris": "boris",
    "boris/test_export_events_tabular.csv": "boris-table",
    "boris/test_export_events_tabular.tsv": "boris-table",
    "elan/example.eaf": "elan",
    "other/Together_1.head.annot": "bento",
    "other/Together_1.solomon.head.csv": "solomon",
}


def test_names_are_unique_and_found() -> None:
    assert [format_named(one.name) for one in FORMATS] == list(FORMATS)
    assert len({one.name for one in FORMATS}) == len(FORMATS) == 10


def test_a_mistyped_name_is_suggested() -> None:
    with pytest.raises(UsageError, match="did you mean 'deepethogram'"):
        format_named("deepetogram")
    with pytest.raises(UsageError, match="there are: trace, bouts"):
        format_named("xyzzy")


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
@pytest.mark.parametrize("name", REAL)
def test_real_files_are_recognised_by_what_is_in_them(name: str) -> None:
    assert recognised(DATA / name).name == REAL[name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# trace-meta: behaviors=groom:g\nlabelId,timestamp,endTimestamp\n", "trace"),
        ("labelId,timestamp,endTimestamp,animal\na,1,2,left\n", "trace"),
        ("labelId;timestamp;endTimestamp\na;1,5;2\n", "bouts"),
        ("\ufeff# mine\nlabelId,timestamp,endTimestamp\n", "bouts"),
        ('{"clips": [], "classes": []}', "singlebehaviorlab"),
        ('{"behaviors_conf": {}, "observations": {}}', "boris"),
        ("Observation id\tx\n\nTime\tSubject\tBehavior\tStatus\n", "boris-table"),
    ],
)
def test_a_file_is_recognised_whatever_its_ending(text: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text(text, "utf-8")
    assert recognised(path).name == name


def test_a_file_of_no_known_format_is_refused_with_the_formats_there_are(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("shopping,price\nmilk,1\n")
    with pytest.raises(FormatError, match=r"list\.csv is of no format .* trace, bouts"):
        recognised(path)
    with pytest.raises(FormatError, match="There is no file"):
        recognised(tmp_path / "none.csv")
    with pytest.raises(FormatError, match="cannot be read"):
        recognised(tmp_path)


def test_the_ending_of_a_new_file_says_its_format() -> None:
    endings = {"a.csv": "bouts", "a.TSV": "boris-table", "a.boris": "boris", "a.eaf": "elan", "a.annot": "bento"}
    assert {name: format_of_ending(Path(name)).name for name in endings} == endings
    with pytest.raises(UsageError, match=r"'a\.doc' does not say"):
        format_of_ending(Path("a.doc"))
