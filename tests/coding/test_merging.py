"""Merging by bout: what only one side changed counts, and no bout that either side made or changed is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import Bout
from ethonight.coding.merging import Merged, merge

REST = Bout("rest", 10.0, 20.0)
WALK = Bout("walk", 30.0, 40.0)
GROOM = Bout("groom", 50.0, 60.0)


def merged(base: list[Bout], theirs: list[Bout], ours: dict[int, Bout]) -> tuple[dict[int, Bout], Merged]:
    """Merge, and return what is there afterwards. The rows of ``base`` have the numbers 1, 2, ..."""
    numbered = list(enumerate(base, start=1))
    found = merge(numbered, theirs, ours, 100)
    assert len(set(found.ids)) == len(theirs)
    result = {id_: bout for id_, bout in ours.items() if id_ not in found.removed}
    assert not result.keys() & dict(found.added).keys()
    return result | dict(found.added), found


@pytest.mark.parametrize(
    ("theirs", "ours", "result"),
    [
        ([REST, WALK], {1: REST, 2: WALK}, {1: REST, 2: WALK}),
        ([WALK, REST], {1: REST, 2: WALK}, {1: REST, 2: WALK}),
        ([REST, WALK, GROOM], {1: REST, 2: WALK}, {1: REST, 2: WALK, 100: GROOM}),
        ([WALK], {1: REST, 2: WALK}, {2: WALK}),
        ([], {1: REST, 2: WALK}, {}),
        ([REST, WALK], {2: WALK, 3: GROOM}, {2: WALK, 3: GROOM}),
        ([REST, WALK, GROOM], {1: REST, 2: WALK, 3: GROOM}, {1: REST, 2: WALK, 3: GROOM}),
        ([Bout("rest", 12.0, 20.0), WALK], {1: REST, 2: WALK}, {1: Bout("rest", 12.0, 20.0), 2: WALK}),
        ([Bout("sit", 10.0, 20.0), WALK], {1: REST, 2: WALK}, {1: Bout("sit", 10.0, 20.0), 2: WALK}),
        ([Bout("rest", 10.0, 20.0, "m1"), WALK], {1: REST, 2: WALK}, {1: Bout("rest", 10.0, 20.0, "m1"), 2: WALK}),
        (
            [Bout("rest", 12.0, 20.0), WALK],
            {1: Bout("rest", 10.0, 25.0, comment="so"), 2: WALK},
            {1: Bout("rest", 12.0, 25.0, comment="so"), 2: WALK},
        ),
        (
            [Bout("rest", 10.0, 20.0, comment="there"), WALK],
            {1: Bout("rest", 10.0, 20.0, comment="here"), 2: WALK},
            {1: Bout("rest", 10.0, 20.0, comment="here; there"), 2: WALK},
        ),
        (
            [
                Bout("rest", 10.0, 20.0, extra=(("cage", "7"), ("note", ""))),
                Bout("walk", 30.0, 40.0, extra=(("cage", ""),)),
            ],
            {1: REST, 2: WALK},
            {1: Bout("rest", 10.0, 20.0, extra=(("cage", "7"),)), 2: WALK},
        ),
    ],
)
def test_what_one_side_changed_counts(theirs: list[Bout], ours: dict[int, Bout], result: dict[int, Bout]) -> None:
    found, merging = merged([REST, WALK], theirs, ours)
    assert found == result
    assert merging.both == merging.kept == 0


def test_a_bout_that_both_moved_is_there_twice() -> None:
    here, there = Bout("rest", 10.0, 22.0), Bout("rest", 10.0, 24.0)
    found, merging = merged([REST], [there], {1: here})
    assert found == {1: here, 100: there} and merging.both == 1


def test_edges_that_would_cross_are_a_contradiction() -> None:
    here, there = Bout("rest", 18.0, 20.0), Bout("rest", 10.0, 15.0)
    found, merging = merged([REST], [there], {1: here})
    assert found == {1: here, 100: there} and merging.both == 1


def test_what_one_side_changed_and_the_other_deleted_stays() -> None:
    longer = Bout("rest", 10.0, 25.0)
    found, merging = merged([REST, WALK], [WALK], {1: longer, 2: WALK})
    assert found == {1: longer, 2: WALK} and merging.kept == 1
    found, merging = merged([REST, WALK], [longer, WALK], {2: WALK})
    assert found == {1: longer, 2: WALK} and merging.kept == 1


TIMES = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)
BOUTS = st.builds(
    lambda label, times, subject, comment: Bout(label, float(times[0]), float(times[1]), subject, None, comment),
    st.sampled_from(["rest", "walk"]),
    TIMES,
    st.sampled_from(["", "m1"]),
    st.sampled_from(["", "", "a", "b"]),
)
EDITS = st.lists(st.tuples(st.integers(0, 9), st.none() | BOUTS), max_size=5)


def edited(bouts: dict[int, Bout], edits: list[tuple[int, Bout | None]], new_from: int) -> dict[int, Bout]:
    """Change (or, with None, delete) bouts by their place; places beyond the end are new bouts."""
    result = dict(bouts)
    for place, bout in edits:
        ids = list(result)
        if place >= len(ids):
            if bout is not None:
                result[new_from] = bout
                new_from += 1
        elif bout is None:
            del result[ids[place]]
        else:
            result[ids[place]] = bout
    return result


@given(st.lists(BOUTS, max_size=6), EDITS, EDITS)
def test_no_bout_that_either_side_made_or_changed_is_lost(
    base: list[Bout], there: list[tuple[int, Bout | None]], here: list[tuple[int, Bout | None]]
) -> None:
    start = dict(enumerate(base, start=1))
    theirs, ours = list(edited(start, there, 50).values()), edited(start, here, 50)
    found, merging = merged(base, theirs, ours)
    for id_, row in zip(merging.ids, theirs, strict=True):
        if id_ in found:
            assert says(found[id_], row, start.get(id_))
        else:
            assert row == start[id_] and id_ not in ours
    for id_, bout in ours.items():
        if id_ in found:
            assert says(found[id_], bout, start.get(id_))
        else:
            assert bout == start[id_] and id_ not in merging.ids


def says(found: Bout, bout: Bout, before: Bout | None) -> bool:
    """Whether a merged bout says all that a side says that changed it from what was before, or made it."""
    if before is None:
        return found == bout
    cells = [(found.label, bout.label, before.label), (found.subject, bout.subject, before.subject)]
    cells += [(str(found.start), str(bout.start), str(before.start)), (str(found.end), str(bout.end), str(before.end))]
    told = bout.comment == before.comment or bout.comment in found.comment
    return told and all(now == side for now, side, then in cells if side != then)


@given(st.lists(BOUTS, max_size=6), EDITS)
def test_what_only_one_side_did_is_what_comes_out(base: list[Bout], edits: list[tuple[int, Bout | None]]) -> None:
    start = dict(enumerate(base, start=1))
    changed = edited(start, edits, 50)
    found, _ = merged(base, list(changed.values()), start)
    assert sorted(map(str, found.values())) == sorted(map(str, changed.values()))
    found, merging = merged(base, base, changed)
    assert found == changed and not merging.added and not merging.removed


@given(st.lists(BOUTS, max_size=6), EDITS, EDITS)
def test_merging_what_was_merged_changes_nothing(
    base: list[Bout], there: list[tuple[int, Bout | None]], here: list[tuple[int, Bout | None]]
) -> None:
    start = dict(enumerate(base, start=1))
    theirs, ours = list(edited(start, there, 50).values()), edited(start, here, 50)
    found, merging = merged(base, theirs, ours)
    again = merge(list(zip(merging.ids, theirs, strict=True)), theirs, found, 500)
    assert not again.added and not again.removed
