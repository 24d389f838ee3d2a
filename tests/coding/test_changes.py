"""A page's words become changes, or are refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.coding.changes import Add, Assign, Cancel, Comment, Delete, Merge, Score, Split, Toggle, change_of
from ethonight.coding.errors import EditError


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ({"do": "add", "label": "rest", "first": 1, "stop": 4}, Add("rest", "", 1, 4)),
        ({"do": "toggle", "label": "rest", "subject": " m1 ", "frame": 9}, Toggle("rest", "m1", 9)),
        ({"do": "cancel", "label": "rest", "subject": ""}, Cancel("rest", "")),
        ({"do": "split", "id": 3, "frame": 5, "base": 12}, Split(3, 5)),
        ({"do": "merge", "ids": [2, 1, 2]}, Merge((2, 1))),
        ({"do": "delete", "ids": [7]}, Delete((7,))),
        ({"do": "assign", "ids": [7], "subject": "m2"}, Assign((7,), "m2")),
        ({"do": "comment", "id": 7, "text": "half \udc80 a sign"}, Comment(7, "half \\udc80 a sign")),
        ({"do": "score", "first": 0, "stop": 9, "on": False}, Score(0, 9, "", False)),
    ],
)
def test_words_become_a_change(words: object, change: object) -> None:
    assert change_of(words) == change


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "must be an object"),
        ({}, "'do' must be one of: add, toggle"),
        ({"do": ["add"]}, "'do' must be one of"),
        ({"do": "explode"}, "found 'explode'"),
        ({"do": "split", "id": 3}, "needs 'frame', a whole number; it is missing"),
        ({"do": "comment", "id": 3, "text": "x" * 10_001}, "This text is too long: at most 10,000"),
        ({"do": "split", "id": True, "frame": 3}, "found True"),
        ({"do": "split", "id": 3.0, "frame": 3}, "found 3.0"),
        ({"do": "add", "label": 3, "first": 1, "stop": 4}, "needs 'label', a text; found 3"),
        ({"do": "add", "label": "rest", "subject": None, "first": 1, "stop": 4}, "needs 'subject'"),
        ({"do": "delete", "ids": []}, "needs 'ids', a list of numbers of bouts"),
        ({"do": "delete", "ids": [1, "2"]}, "needs 'ids'"),
        ({"do": "score", "first": 0, "stop": 9, "on": "yes"}, "needs 'on', true or false"),
    ],
)
def test_what_is_no_change_is_refused_with_what_is_wrong(words: object, sentence: str) -> None:
    with pytest.raises(EditError, match=sentence):
        change_of(words)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["do", "id", "ids", "first", "stop", "frame", "label", "subject", "text", "on"])
DEEDS = st.sampled_from(["add", "toggle", "cancel", "move", "split", "merge", "relabel", "assign", "comment", "score"])


@given(JSON | st.dictionaries(NAMES, JSON | DEEDS, max_size=6))
def test_anything_else_is_refused_and_never_fails_otherwise(words: object) -> None:
    try:
        change = change_of(words)
    except EditError:
        return
    assert isinstance(words, dict) and type(change).__name__.lower() == words["do"]
