"""Bouts files are read in every dialect, and what is wrong in them is said with line and cell."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.bouts_csv import parse_annotation, read_annotation
from ethonight.annotations.problems import LISTED, AnnotationError

HEADER = "labelId,timestamp,endTimestamp\n"


def problems(text: str) -> list[str]:
    with pytest.raises(AnnotationError) as caught:
        parse_annotation(text.encode(), "anna.csv")
    return str(caught.value).split("\n")


def only_problem(text: str) -> str:
    (problem,) = problems(text)
    return problem


def test_the_plain_format_is_read() -> None:
    annotation = parse_annotation(b"labelId,timestamp,endTimestamp\ngrooming,12.430,18.970\ntwitch,20,20\n")
    assert annotation.rows == (Bout("grooming", 12.43, 18.97), Bout("twitch", 20, 20))
    assert [row.line for row in annotation.rows] == [2, 3]


def test_all_columns_in_any_order_and_case() -> None:
    text = (
        "cage,Subject,ENDTIMESTAMP,LabelID, timestamp ,score,comment\n7,left,2,rearing,1,0.5,at the wall\n,,4,x,3,,\n"
    )
    assert parse_annotation(text.encode()).rows == (
        Bout("rearing", 1, 2, "left", 0.5, "at the wall", (("cage", "7"),)),
        Bout("x", 3, 4, extra=(("cage", ""),)),
    )


def test_remarks_and_blank_lines_are_no_bouts() -> None:
    text = (
        "# trace-meta: behaviors=groom:g,rear:r\n\n"
        + HEADER
        + 'groom,0.0,2.0\n# the camera moved, "here\n,,\nrear,40.0,42.0\n\n'
    )
    assert parse_annotation(text.encode()).bouts == (Bout("groom", 0, 2), Bout("rear", 40, 42))


def test_remarks_as_a_spreadsheet_saves_them() -> None:
    text = '"# trace-meta: behaviors=groom:g,rear:r",,\n' + HEADER + '"# moved, then back",,\ngroom,0,2\n'
    assert parse_annotation(text.encode()).bouts == (Bout("groom", 0, 2),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_every_dialect(encoding: str, delimiter: str, end: str, decimal: str) -> None:
    rows = [["labelId", "timestamp", "endTimestamp", "comment"], ["Kämpfen", "1.5", "2.25", "größer"]]
    quote = '"' if delimiter == decimal == "," else ""
    for column in (1, 2):
        rows[1][column] = quote + rows[1][column].replace(".", decimal) + quote
    data = "".join(delimiter.join(row) + end for row in rows).encode(encoding)
    assert parse_annotation(data).rows == (Bout("Kämpfen", 1.5, 2.25, comment="größer"),)


def test_the_line_that_names_the_delimiter_is_obeyed() -> None:
    data = codecs.BOM_UTF8 + b"sep=;\r\nlabelId;timestamp;endTimestamp\r\na;1,5;2\r\nb;;\r\n"
    with pytest.raises(AnnotationError, match=r"line 4, timestamp: expected seconds, found an empty cell"):
        parse_annotation(data)


def test_text_over_several_lines_counts_as_lines() -> None:
    text = 'labelId,timestamp,endTimestamp,comment\na,1,2,"one\ntwo"\nb,x,2,\n'
    assert only_problem(text).startswith("anna.csv, line 4, timestamp: expected seconds, found 'x'")


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("a,x,2", "timestamp", "expected seconds, found 'x'"),
        ("a,1,", "endTimestamp", "expected seconds, found an empty cell"),
        ("a,1", "endTimestamp", "a point event has the same time twice"),
        ("a,nan,2", "timestamp", "found 'nan'"),
        ("a,1,inf", "endTimestamp", "found 'inf'"),
        ("a,1,1e999", "endTimestamp", "found '1e999'"),
        ("a,1_0,20", "timestamp", "found '1_0'"),
        ("a,-0.5,2", "timestamp", "found -0.5, a time before it"),
        ("a,3,2", "endTimestamp", "ends at 2, before it starts at 3"),
        (",1,2", "labelId", "found an empty cell"),
        ("  ,1,2", "labelId", "found an empty cell"),
        ("a,0:01:30.5,100", "timestamp", "write 90.5"),
        ('a,"1,234.5",2000', "timestamp", "between the thousands"),
        ("_Scored,1,2", "labelId", "in small letters"),
        ("_scored,1,1", "endTimestamp", "must end after it starts"),
        ('"#a",1,2', "labelId", "a remark"),
    ],
)
def test_what_is_wrong_in_a_cell_is_said(row: str, place: str, words: str) -> None:
    message = only_problem(HEADER + "ok,0,1\n" + row + "\n")
    assert message.startswith(f"anna.csv, line 3, {place}: ")
    assert words in message


def test_decimal_commas_between_commas_are_explained() -> None:
    assert "decimal comma must stand in quotes" in only_problem(HEADER + "a,1,5,2,5\n")


def test_two_decimal_signs_in_one_file_are_refused() -> None:
    message = only_problem("labelId;timestamp;endTimestamp\na;1,5;2,5\nb;3;4.5\n")
    assert message == "anna.csv, line 3, endTimestamp: expected the decimal sign ',' as in line 2, found '4.5'."


def test_a_score_that_is_no_number() -> None:
    message = only_problem("labelId,timestamp,endTimestamp,score\na,1,2,high\n")
    assert message == "anna.csv, line 2, score: expected a number or nothing, found 'high'."


def test_several_problems_are_told_together() -> None:
    found = problems(HEADER + "a,x,y\n,1,2\nb,2,1\n")
    assert [line.split(":")[0] for line in found] == [
        "anna.csv, line 2, timestamp",
        "anna.csv, line 2, endTimestamp",
        "anna.csv, line 3, labelId",
        "anna.csv, line 4, endTimestamp",
    ]


def test_not_more_problems_are_listed_than_a_person_reads() -> None:
    found = problems(HEADER + "a,x,1\n" * (LISTED + 5))
    assert len(found) == LISTED + 1
    assert found[-1] == "anna.csv: 5 more problems."


def test_missing_columns_and_what_may_be_meant() -> None:
    found = problems("file;from;to;type\nx;1;2;a\n")
    assert found[0] == (
        "anna.csv, line 1: no column is named 'labelId' (found: file, from, to, type). "
        "If 'type' is that column, rename it to 'labelId'."
    )
    assert "If 'from' is that column, rename it to 'timestamp'" in found[1]
    assert "If 'to' is that column, rename it to 'endTimestamp'" in found[2]


def test_two_columns_of_one_name() -> None:
    assert "two columns are named 'timestamp'" in only_problem("labelId,timestamp,endTimestamp,Timestamp\na,1,2,3\n")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", ",,\n"])
def test_a_file_without_a_header(text: str) -> None:
    assert "is empty: expected a first line labelId,timestamp,endTimestamp" in only_problem(text)


def test_a_file_with_a_header_only_has_no_bouts() -> None:
    assert parse_annotation(HEADER.encode()).rows == ()


def test_a_quotation_mark_that_is_never_closed() -> None:
    found = problems(HEADER + 'a,x,2\n"b,1,2\nc,1,2\n')
    assert found[0].startswith("anna.csv, line 2, timestamp")
    assert found[1].startswith("anna.csv, line 3: a quotation mark is opened here and never closed")
    assert "a quotation mark stands alone" in only_problem(HEADER + '"a"b,1,2\n')


def test_a_workbook_is_no_csv() -> None:
    with pytest.raises(AnnotationError, match=r"anna\.csv: was saved as a workbook"):
        parse_annotation(b"PK\x03\x04...", "anna.csv")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="there is no such file"):
        read_annotation(tmp_path / "nobody.csv")
    with pytest.raises(AnnotationError, match="cannot be read"):
        read_annotation(tmp_path)


def test_scored_rows_are_no_behaviour() -> None:
    annotation = parse_annotation((HEADER + "_scored,0,60\na,1,2\n").encode())
    assert annotation.labels == ("a",)
    assert annotation.scored_rows == (Bout(SCORED, 0, 60),)
