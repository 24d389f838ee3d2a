"""What is wrong with bouts is found before an hour is spent on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.bouts_csv import parse_annotation
from ethonight.annotations.checks import beyond_video, nothing_scored, overlapping_exclusive, unknown_labels
from ethonight.annotations.problems import AnnotationError, refuse


def annotation(*rows: str) -> Annotation:
    return parse_annotation("\n".join(["labelId,timestamp,endTimestamp,subject", *rows]).encode(), "anna.csv")


def test_bouts_beyond_the_video() -> None:
    found = beyond_video(annotation("a,1,60", "a,50,60.0004", "a,55,61.5", "b,70,80", "_scored,0,90"), 60)
    assert [str(problem) for problem in found] == [
        "line 4, endTimestamp: 'a' is at 61.5 s, but the video ends at 60 s.",
        "line 5, timestamp: 'b' is at 70 s, but the video ends at 60 s.",
        "line 6, endTimestamp: '_scored' is at 90 s, but the video ends at 60 s.",
    ]


def test_labels_that_are_not_in_the_list() -> None:
    found = unknown_labels(
        annotation("Groming,1,2", "rearing,2,3", "xyz,3,4", "xyz,5,6", "_scored,0,9"), ["grooming", "rearing"]
    )
    assert [str(problem) for problem in found] == [
        "line 2, labelId: 'Groming' is not in the list of labels; did you mean 'grooming'?",
        "line 4, labelId: 'xyz' (2 bouts) is not in the list of labels; the labels are grooming, rearing.",
    ]


def test_exclusive_labels_that_overlap() -> None:
    rows = ("a,0,10", "b,10,12", "b,9,11", "c,1,2", "a,3,4", "b,5,6,left", "b,5,5")
    found = overlapping_exclusive(annotation(*rows), ["a", "b"])
    assert [str(problem) for problem in found] == [
        "line 4, timestamp: 'b' begins at 9 s while 'a' (line 2) goes on; only one can be true.",
        "line 8, timestamp: 'b' begins at 5 s while 'a' (line 2) goes on; only one can be true.",
    ]


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12), st.integers(0, 4)), max_size=8)


@given(ROWS)
def test_an_overlap_is_found_exactly_when_there_is_one(rows: list[tuple[str, int, int]]) -> None:
    bouts = [Bout(label, start, start + length) for label, start, length in rows]
    expected = any(
        first.label != second.label and first.overlaps(second)
        for place, first in enumerate(bouts)
        for second in bouts[place + 1 :]
    )
    assert bool(overlapping_exclusive(Annotation(tuple(bouts)), "abc")) == expected


def test_a_video_that_nobody_watched() -> None:
    assert not nothing_scored(annotation("a,1,2"), 60)
    assert not nothing_scored(annotation("_scored,59,70"), 60)
    (problem,) = nothing_scored(annotation("a,1,2", "_scored,60,70"), 60)
    assert str(problem).startswith("line 3, labelId: no time of the video (0 to 60 s) was watched.")
    assert nothing_scored(Annotation((Bout("a", 0, 1),)), 0)
    assert nothing_scored(Annotation((Bout(SCORED, 5, 6),)), 5)


def test_problems_of_several_checks_are_told_together() -> None:
    wrong = annotation("x,1,70")
    with pytest.raises(AnnotationError) as caught:
        refuse(wrong.name, [*beyond_video(wrong, 60), *unknown_labels(wrong, ["a"])])
    assert [line.split(":")[0] for line in str(caught.value).split("\n")] == [
        "anna.csv, line 2, endTimestamp",
        "anna.csv, line 2, labelId",
    ]
    refuse(wrong.name, [])
