"""What was decided is remembered, also after a crash in the middle of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_prediction import decision

from ethonight.review.decisions import Decisions, latest, skipped
from ethonight.review.verdict import ACCEPTED, REJECTED, SKIPPED


def test_what_is_added_is_read_and_what_is_undone_is_not(tmp_path: Path) -> None:
    path = tmp_path / "mice" / "anna.jsonl"
    several = [decision(at, ACCEPTED) for at in (1, 2, 3)]
    assert Decisions(path).read() == []
    for one in several:
        Decisions(path).add(one)
    assert Decisions(path).read() == several
    Decisions(path).undo()
    Decisions(path).undo()
    Decisions(path).add(several[2])
    assert Decisions(path).read() == [several[0], several[2]]


@settings(max_examples=40)
@given(cut=st.integers(0, 400))
def test_a_line_that_was_cut_off_spoils_no_other(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("reviews") / "anna.jsonl"
    several = [decision(at, ACCEPTED) for at in (1, 2, 3)]
    for one in several[:2]:
        Decisions(path).add(one)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - cut])
    Decisions(path).add(several[2])
    read = Decisions(path).read()
    assert read[-1] == several[2]
    assert read[:-1] == several[: len(read) - 1]


def test_an_item_is_skipped_until_it_is_decided() -> None:
    once = decision(1, SKIPPED)
    assert skipped([once]) == {once.key}
    decided = decision(1, REJECTED)
    assert decided.key == once.key
    assert skipped([once, decided]) == set()
    assert latest([once, decided]) == [decided]
