"""Whatever a person does in whatever order: frames are exact, rules hold, everything can be undone and done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations

from coder_at_work import FRAMES, Coder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ethonight.annotations.bouts import Bout
from ethonight.annotations.checks import overlapping_exclusive
from ethonight.coding.errors import EditError

FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
START = "\n".join(
    [
        "# remark of a spreadsheet",
        "labelId;timestamp;endTimestamp;cage;comment",
        'rest;1,00025;2,5;7;"said ""no"" to it"',
        "_scored;0;9;;",
        "walk;2,50;3;;",
        "",
        "peep;3,1230;3,1230;8;",
        "groom;0,5;4,000;;",
        "groom;4;4,5;;",
    ]
)
FRAME = st.integers(0, FRAMES - 1)
SUBJECT = st.sampled_from(["", "", "m1"])
STATES = st.sampled_from(["rest", "walk", "groom"])
LABELS = st.sampled_from(["rest", "walk", "groom", "peep"])
CHANGE = st.one_of(
    st.fixed_dictionaries({"do": st.just("add"), "label": STATES, "subject": SUBJECT, "first": FRAME, "stop": FRAME}),
    st.fixed_dictionaries({"do": st.just("add"), "label": st.just("peep"), "first": FRAME, "stop": FRAME}),
    st.fixed_dictionaries({"do": st.just("toggle"), "label": LABELS, "subject": SUBJECT, "frame": FRAME}),
    st.fixed_dictionaries({"do": st.just("cancel"), "label": STATES, "subject": SUBJECT}),
    st.fixed_dictionaries({"do": st.just("move"), "id": FRAME, "first": FRAME, "stop": FRAME}),
    st.fixed_dictionaries({"do": st.just("split"), "id": FRAME, "frame": FRAME}),
    st.fixed_dictionaries({"do": st.sampled_from(["merge", "delete"]), "ids": st.lists(FRAME, min_size=1)}),
    st.fixed_dictionaries({"do": st.just("relabel"), "ids": st.lists(FRAME, min_size=1), "label": LABELS}),
    st.fixed_dictionaries({"do": st.just("assign"), "ids": st.lists(FRAME, min_size=1), "subject": SUBJECT}),
    st.fixed_dictionaries({"do": st.just("comment"), "id": FRAME, "text": st.text(max_size=5)}),
    st.fixed_dictionaries(
        {"do": st.just("score"), "first": FRAME, "stop": FRAME, "subject": SUBJECT, "on": st.booleans()}
    ),
    st.fixed_dictionaries({"do": st.sampled_from(["undo", "redo", "look", "restart"])}),
)
CHANGES = st.lists(CHANGE, max_size=12)
OTHERS = st.fixed_dictionaries(
    {"do": st.just("outside"), "how": st.sampled_from(["delete", "change", "add"]), "at": FRAME}
)


def carry_out(anna: Coder, changes: list[dict[str, object]]) -> None:
    """Do all of it that can be done; numbers of bouts count those that are there."""
    for change in changes:
        words = dict(change)
        what = str(words.pop("do"))
        there = [mark.id for mark in anna.state.marks]
        if {"id", "ids"} & words.keys() and not there:
            continue
        if isinstance(place := words.get("id"), int):
            words["id"] = there[place % len(there)]
        if isinstance(places := words.get("ids"), list):
            words["ids"] = [there[place % len(there)] for place in places]
        if what == "merge":
            words["ids"] = [mark.id for mark in anna.state.marks if mark.lane == anna.state.marks[0].lane]
        if isinstance(first := words.get("first"), int) and isinstance(stop := words["stop"], int):
            words["first"], words["stop"] = min(first, stop), max(first, stop)
        if what == "split" and isinstance(frame := words["frame"], int):
            mark = next(mark for mark in anna.state.marks if mark.id == words["id"])
            words["frame"] = mark.first + frame % (mark.stop - mark.first + 1)
        try:
            _do(anna, what, words)
        except EditError:
            continue


def _do(anna: Coder, what: str, words: dict[str, object]) -> None:
    match what:
        case "undo":
            anna.coding.undo()
        case "redo":
            anna.coding.redo()
        case "look":
            anna.desk.look()
        case "restart":
            anna.restart()
        case "outside":
            edit_outside(anna, str(words["how"]), int(str(words["at"])))
        case _:
            anna.do(what, **words)


def edit_outside(anna: Coder, how: str, at: int) -> None:
    """Delete, change or add a row of the file in a spreadsheet, whether the last changes stand in it yet or not."""
    head, rows = anna.path.read_text().splitlines()[:2], anna.path.read_text().splitlines()[2:]
    place = at % (len(rows) + 1)
    row = f"rest;{at / 30:.4f};{at / 30 + 1:.4f};9;outside".replace(".", ",")
    rows[place : place + (how != "add")] = [] if how == "delete" else [row]
    anna.write("\n".join([*head, *rows]))


def marks(anna: Coder) -> Counter[Bout]:
    """What is marked, without the numbers: as long as nothing was changed, they are new after a restart."""
    return Counter(mark.bout for mark in anna.state.marks)


@FEW
@given(CHANGES)
def test_the_file_says_the_frames_that_are_shown(
    make_coder: Callable[[], Coder], changes: list[dict[str, object]]
) -> None:
    anna = make_coder()
    anna.write(START)
    carry_out(anna, changes)
    assert anna.saved() == sorted(anna.shown(), key=lambda row: (row[1:], row[0]))
    shown, scored, opened = marks(anna), anna.state.scored, anna.state.opened
    anna.restart()
    assert (marks(anna), anna.state.scored, anna.state.opened) == (shown, scored, opened)


@FEW
@given(CHANGES, st.booleans())
def test_undoing_everything_gives_the_file_back_to_the_byte_and_redoing_what_was_there(
    make_coder: Callable[[], Coder], changes: list[dict[str, object]], restarts: bool
) -> None:
    anna = make_coder()
    anna.write(START)
    before = marks(anna)
    carry_out(anna, changes)
    after, opened = marks(anna), anna.state.opened
    if restarts:
        anna.restart()
    count = 0
    while anna.state.undo:
        anna.coding.undo()
        count += 1
    assert marks(anna) == before and anna.state.opened == ()
    anna.desk.look()
    assert anna.path.read_bytes() == START.encode()
    if restarts:
        anna.restart()
    for _ in range(count):
        anna.coding.redo()
    assert marks(anna) == after and anna.state.opened == opened


@FEW
@given(CHANGES)
def test_bouts_never_break_the_rules(make_coder: Callable[[], Coder], changes: list[dict[str, object]]) -> None:
    anna = make_coder()
    carry_out(anna, changes)
    for mark, other in combinations(anna.state.marks, 2):
        if mark.lane == other.lane and mark.bout.is_point == other.bout.is_point:
            assert not mark.covers(*other.span)
    anna.desk.look()
    if anna.path.exists():
        assert overlapping_exclusive(anna.annotation(), ["rest", "walk"]) == []


@FEW
@given(CHANGES)
def test_deltas_lead_from_one_state_to_the_next(
    make_coder: Callable[[], Coder], changes: list[dict[str, object]]
) -> None:
    anna = make_coder()
    anna.write(START)
    known = {mark.id: mark for mark in anna.state.marks}
    scored, version = anna.state.scored, anna.state.version
    carry_out(anna, [change for change in changes if change["do"] != "restart"])
    for delta in anna.told:
        for id_ in delta.removed:
            del known[id_]
        known |= {mark.id: mark for mark in delta.added}
        scored = scored if delta.scored is None else delta.scored
        assert delta.version in (version, version + 1)
        version = delta.version
    assert set(known.values()) == set(anna.state.marks)
    assert (scored, version) == (anna.state.scored, anna.state.version)


@FEW
@given(st.lists(CHANGE | OTHERS, max_size=12))
def test_others_may_change_the_file_at_any_time(
    make_coder: Callable[[], Coder], changes: list[dict[str, object]]
) -> None:
    anna = make_coder()
    anna.write(START)
    carry_out(anna, changes)
    anna.desk.look()
    after = marks(anna)
    assert anna.saved() == sorted(anna.shown(), key=lambda row: (row[1:], row[0]))
    count = 0
    while anna.state.undo:
        anna.coding.undo()
        count += 1
    anna.restart()
    assert anna.saved() == sorted(anna.shown(), key=lambda row: (row[1:], row[0]))
    for _ in range(count):
        anna.coding.redo()
    assert marks(anna) == after
