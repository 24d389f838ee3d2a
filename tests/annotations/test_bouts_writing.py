"""Writing a bouts file loses nothing: not a byte where nothing changed, and no other row where one did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.bouts_csv import parse_annotation, read_annotation
from ethonight.annotations.bouts_writing import render_annotation, write_annotation
from ethonight.annotations.problems import AnnotationError

SECONDS = st.integers(0, 10**11).map(lambda micro: micro / 1_000_000)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LABELS = TEXTS.map(str.strip).filter(lambda text: text and not text.startswith("#") and text.lower() != SCORED)
NEW_BOUTS = st.builds(
    lambda label, times, subject, score, comment: Bout(label, min(times), max(times), subject.strip(), score, comment),
    LABELS,
    st.tuples(SECONDS, SECONDS),
    TEXTS,
    st.none() | st.integers(-(10**6), 10**6).map(lambda number: number / 1000),
    TEXTS,
)
LINES = st.sampled_from(
    [
        "a{d}1.50{d}2{d}left{d}x",
        "_scored{d}0{d}60{d}{d}",
        '"b"{d}" 3"{d}4{d}{d}"say ""no"""',
        '# remark{d} 5" wide',
        "",
        "{d}{d}{d}",
        "a{d}1.50{d}2{d}left{d}x",
        "c{d}5{d}5",
        "d{d}6{d}7{d}{d}{d}{d}{d}",
        'e{d}8{d}9{d}{d}"two\nlines"',
        "K\u00e4fig{d}8{d}9.000{d}{d}=1+1",
    ]
)
FILES = st.builds(
    lambda lines, delimiter, end, encoding, last: (
        ("# trace-meta: behaviors=a:a\n" + end.join(["labelId{d}timestamp{d}endTimestamp{d}subject{d}cage", *lines]))
        .format(d=delimiter)
        .encode(encoding)
        + (end if last else "").encode(encoding.replace("utf-16", "utf-16-le").replace("-sig", ""))
    ),
    st.lists(LINES, max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.booleans(),
)


@given(st.lists(NEW_BOUTS, max_size=6))
def test_every_bout_comes_back_as_it_was(bouts: list[Bout]) -> None:
    assert parse_annotation(render_annotation(Annotation(tuple(bouts)))).rows == tuple(bouts)


@given(FILES)
def test_an_unchanged_file_comes_out_byte_for_byte(data: bytes) -> None:
    annotation = parse_annotation(data)
    assert render_annotation(annotation) == data
    again = replace(annotation, rows=tuple(replace(row, line=None) for row in annotation.rows))
    assert render_annotation(again) == data
    assert render_annotation(annotation.with_bouts(annotation.bouts)) == data


@given(FILES, st.data())
def test_a_changed_file_keeps_all_other_lines(data: bytes, draw: st.DataObject) -> None:
    annotation = parse_annotation(data)
    rows = list(annotation.rows)
    for row in draw.draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.line) if rows else st.just([])):
        rows.remove(row)
    rows += draw.draw(st.lists(NEW_BOUTS, max_size=2))
    changed = replace(annotation, rows=tuple(draw.draw(st.permutations(rows))))
    after = parse_annotation(render_annotation(changed))
    assert [replace(row, extra=()) for row in after.rows] == [replace(row, extra=()) for row in changed.rows]
    assert [dict(row.extra).get("cage", "") for row in after.rows] == [
        dict(row.extra).get("cage", "") for row in changed.rows
    ]
    old, new = annotation.document, after.document
    remarks = [piece.text.strip("\r\n") for piece in old.pieces if piece.text.startswith("#")]
    assert sorted(remarks) == sorted(piece.text.strip("\r\n") for piece in new.pieces if piece.text.startswith("#"))
    assert new.delimiter == old.delimiter
    assert new.columns[: len(old.columns)] == old.columns
    assert new.line_end == old.line_end


FILE = (
    b"# trace-meta: behaviors=groom:g,rear:r\r\n"
    b"cage;labelId;timestamp;endTimestamp;note\r\n"
    b"1;groom;1,50;2,00;sure\r\n"
    b"# the next one is doubtful\r\n"
    b'2;"rear";4,0;5,25;"a ""big"" one"\r\n'
    b"3;groom;7;8,5;\r\n"
    b"# end\r\n"
)


def test_a_changed_bout_changes_its_line_only() -> None:
    annotation = parse_annotation(FILE)
    first, second, third = annotation.rows
    changed = annotation.with_bouts([first, replace(second, end=5.5), third])
    assert render_annotation(changed) == FILE.replace(
        b'2;"rear";4,0;5,25;"a ""big"" one"', b'2;rear;4;5,5;"a ""big"" one"'
    )


def test_a_deleted_bout_leaves_the_remarks() -> None:
    annotation = parse_annotation(FILE)
    left = annotation.with_bouts([annotation.rows[0], annotation.rows[2]])
    assert render_annotation(left) == FILE.replace(b'2;"rear";4,0;5,25;"a ""big"" one"\r\n', b"")


def test_deleting_the_last_bout_leaves_a_file_without_bouts() -> None:
    empty = render_annotation(parse_annotation(FILE).with_bouts([]))
    assert parse_annotation(empty).rows == ()
    assert empty.count(b"#") == 3


def test_a_new_bout_is_written_in_the_files_dialect() -> None:
    annotation = parse_annotation(FILE)
    more = annotation.with_bouts([*annotation.bouts, Bout("rear", 9.5, 10.125)])
    assert render_annotation(more) == FILE.replace(b"# end", b";rear;9,5;10,125;\r\n# end")


def test_columns_that_a_new_bout_needs_are_added_to_every_row() -> None:
    annotation = parse_annotation(b"labelId,timestamp,endTimestamp\na,1,2\n# why\nb,3.0,4")
    more = annotation.with_bouts([*annotation.bouts, Bout("c", 5, 6, "left", comment="new")])
    assert render_annotation(more) == (
        b"labelId,timestamp,endTimestamp,subject,comment\na,1,2,,\n# why\nb,3.0,4,,\nc,5,6,left,new\n"
    )


def test_a_new_file_has_only_the_columns_it_needs() -> None:
    rows = (Bout("groom", 1.5, 2), Bout("rear", 0.1 + 0.2, 1, score=0.75))
    assert render_annotation(Annotation(rows[:1])) == b"labelId,timestamp,endTimestamp\ngroom,1.5,2\n"
    assert render_annotation(Annotation(rows)) == (
        b"labelId,timestamp,endTimestamp,score\ngroom,1.5,2,\nrear,0.3,1,0.75\n"
    )


def test_a_file_of_plain_letters_gets_a_mark_once_it_needs_one() -> None:
    annotation = parse_annotation(b"labelId,timestamp,endTimestamp\na,1,2\n")
    data = render_annotation(annotation.with_bouts([Bout("Käfig", 1, 2)]))
    assert data.decode("utf-8-sig") == "labelId,timestamp,endTimestamp\nKäfig,1,2\n"


def test_a_first_cell_that_looks_like_a_remark_stands_in_quotes() -> None:
    annotation = parse_annotation(b'id,labelId,timestamp,endTimestamp\n"#7",a,1,2\n')
    (bout,) = annotation.rows
    assert dict(bout.extra)["id"] == "#7"
    changed = annotation.with_bouts([replace(bout, end=3.0)])
    assert parse_annotation(render_annotation(changed)).rows == changed.rows


def test_what_was_written_can_be_changed_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "video" / "anna.csv"
    first = write_annotation(path, Annotation((Bout("a", 1, 2),)))
    second = write_annotation(path, first.with_bouts([*first.bouts, Bout("b", 3, 4)]))
    assert read_annotation(path) == second
    assert [row.line for row in second.rows] == [2, 3]
    assert [entry.name for entry in path.parent.iterdir()] == ["anna.csv"]


def test_a_file_that_another_program_changed_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    path.write_bytes(FILE)
    annotation = read_annotation(path)
    path.write_bytes(FILE + b"4;groom;9;10;\r\n")
    with pytest.raises(AnnotationError, match="changed by another program"):
        write_annotation(path, annotation.with_bouts([]))
    assert path.read_bytes() == FILE + b"4;groom;9;10;\r\n"


def test_a_file_that_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    path.write_bytes(b"damaged")
    with pytest.raises(AnnotationError):
        write_annotation(path, Annotation((Bout("a", 1, 2),)))
    assert path.read_bytes() == b"damaged"


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="in small letters"):
        write_annotation(tmp_path / "anna.csv", Annotation((Bout("_Scored", 1, 2),)))
    assert not list(tmp_path.iterdir())
