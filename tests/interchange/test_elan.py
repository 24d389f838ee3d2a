"""ELAN documents: read as ELAN means them, and written so that nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import SCORED, Bout, in_order
from ethonight.annotations.ethogram import Ethogram
from ethonight.interchange.elan import ELAN
from ethonight.interchange.observation import FormatError, Imported, Observation, Unpaired

EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "annotations" / "elan" / "example.eaf"
LABELS = ("attack", "sniff left", 'Füttern, <laut> & "lang"', "1", SCORED)

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def eaf(order: str, tiers: str, header: str = '<HEADER TIME_UNITS="milliseconds"/>') -> str:
    return (
        f'{HEAD}<ANNOTATION_DOCUMENT FORMAT="3.0" VERSION="3.0">{header}'
        f"<TIME_ORDER>{order}</TIME_ORDER>{tiers}</ANNOTATION_DOCUMENT>"
    )


def slot(name: str, time: int | None = None) -> str:
    value = "" if time is None else f' TIME_VALUE="{time}"'
    return f'<TIME_SLOT TIME_SLOT_ID="{name}"{value}/>'


def aligned(name: str, first: str, last: str, text: str) -> str:
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}" TIME_SLOT_REF1="{first}" TIME_SLOT_REF2="{last}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def tier(name: str, annotations: str, rest: str = "") -> str:
    return f'<TIER TIER_ID="{name}" LINGUISTIC_TYPE_REF="default-lt"{rest}>{annotations}</TIER>'


def read(folder: Path, text: str) -> Imported:
    path = folder / "x.eaf"
    path.write_text(text, "utf-8")
    return ELAN.read(path, None)


def write_and_read(folder: Path, *bouts: Bout) -> tuple[Imported, tuple[str, ...]]:
    path = folder / "x.eaf"
    notes = ELAN.write(path, [Observation("x", ("film 1.mp4",), bouts)], Ethogram(), None)
    return ELAN.read(path, None), notes


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the shared data folder is not here")
def test_a_real_document_is_read_with_its_tiers_and_survives_being_written(tmp_path: Path) -> None:
    (observation,) = ELAN.read(EXAMPLE, None).observations
    assert len(observation.bouts) == EXAMPLE.read_text("utf-8").count("<ALIGNABLE_ANNOTATION") == 65
    assert observation.media[0].startswith("F:/ELAN coding protocol project/")
    assert Bout("Out_arm", 0.267, 1.21, extra=(("tier", "ID_1_Gesture_R1"),)) in observation.bouts
    assert Bout("Partner", 0.16, 1.48, "ID_1_Gaze_orientation") in observation.bouts
    assert ELAN.recognises(EXAMPLE, EXAMPLE.read_text("utf-8")[:65536])

    assert ELAN.write(tmp_path / "again.eaf", [observation], Ethogram(), None) == ()
    (again,) = ELAN.read(tmp_path / "again.eaf", None).observations
    assert (again.bouts, again.media) == (observation.bouts, observation.media)


def test_slots_without_a_time_lie_evenly_between_the_neighbours_on_their_own_tier(tmp_path: Path) -> None:
    order = slot("t1", 1000) + slot("t2") + slot("u2") + slot("t3") + slot("t4", 4000)
    words = aligned("a1", "t1", "t2", "a") + aligned("a2", "t2", "t3", "b") + aligned("a3", "t3", "t4", "c")
    halves = aligned("b1", "t1", "u2", "x") + aligned("b2", "u2", "t4", "y")
    (observation,) = read(tmp_path, eaf(order, tier("words", words) + tier("halves", halves))).observations
    spans = {bout.label: bout.interval for bout in observation.bouts}
    assert spans == {"a": (1, 2), "b": (2, 3), "c": (3, 4), "x": (1, 2.5), "y": (2.5, 4)}


def test_tiers_that_share_labels_are_subjects_and_a_participant_is_one_in_any_case(tmp_path: Path) -> None:
    order = slot("t1", 0) + slot("t2", 500)
    tiers = tier("male", aligned("a1", "t1", "t2", "attack")) + tier("female", aligned("a2", "t1", "t2", "attack"))
    tiers += tier("place", aligned("a3", "t1", "t2", "nest"))
    tiers += tier("pup's", aligned("a4", "t1", "t2", "attack"), ' PARTICIPANT="pup"')
    imported = read(tmp_path, eaf(order, tiers))
    assert {(bout.label, bout.subject) for bout in imported.observations[0].bouts} == {
        ("attack", "male"),
        ("attack", "female"),
        ("nest", ""),
        ("attack", "pup"),
    }
    assert "female, male" in imported.notes[0]


def test_a_blank_annotation_is_labelled_by_its_tier_and_tiers_without_times_comment(tmp_path: Path) -> None:
    reference = (
        '<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{}" ANNOTATION_REF="{}">'
        "<ANNOTATION_VALUE>{}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )
    tiers = tier("groom", aligned("a1", "t1", "t2", "  "))
    tiers += tier("comment@groom", reference.format("r1", "a1", "long"), ' PARENT_REF="groom"')
    tiers += tier("sure", reference.format("r2", "r1", "very"), ' PARENT_REF="comment@groom"')
    (observation,) = read(tmp_path, eaf(slot("t1", 0) + slot("t2", 500), tiers)).observations
    assert observation.bouts == (Bout("groom", 0, 0.5, comment="long", extra=(("sure", "very"),)),)


def test_times_are_those_of_the_video_where_the_document_begins_later(tmp_path: Path) -> None:
    header = (
        '<HEADER TIME_UNITS="milliseconds">'
        '<MEDIA_DESCRIPTOR MEDIA_URL="file:///home/a b.mp4" MIME_TYPE="video/mp4" TIME_ORIGIN="2000"/></HEADER>'
    )
    tiers = tier("t", aligned("a1", "t1", "t2", "a"))
    imported = read(tmp_path, eaf(slot("t1", 100) + slot("t2", 500), tiers, header))
    assert imported.observations[0].bouts[0].interval == (2.1, 2.5)
    assert imported.observations[0].media == ("/home/a b.mp4",)
    assert any("2 s" in note for note in imported.notes)


def test_names_may_have_a_namespace(tmp_path: Path) -> None:
    text = eaf(slot("t1", 0) + slot("t2", 40), tier("t", aligned("a1", "t1", "t2", "a")))
    prefixed = text.replace("</", "</e:").replace("<", "<e:").replace("<e:/e:", "</e:").replace("<e:?xml", "<?xml")
    prefixed = prefixed.replace("<e:ANNOTATION_DOCUMENT", '<e:ANNOTATION_DOCUMENT xmlns:e="urn:elan"')
    assert read(tmp_path, prefixed).observations[0].bouts == (Bout("a", 0, 0.04, extra=(("tier", "t"),)),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + '<!DOCTYPE a [<!ENTITY b "c">]>\n<ANNOTATION_DOCUMENT/>', "x.eaf, line 2: a DOCTYPE"),
        (
            HEAD + "<ANNOTATION_DOCUMENT>\n<TIER></ANNOTATION_DOCUMENT>",
            "x.eaf, line 3: the XML is broken (mismatched tag)",
        ),
        (HEAD + "<html/>", "begins with <html>"),
        (eaf("", "", '<HEADER TIME_UNITS="PAL-frames"/>'), "counts PAL-frames"),
        (
            eaf(slot("t1", 0), tier("t", aligned("a1", "t1", "t9", "a"))),
            "tier 't', annotation 'a1': its time slot 't9'",
        ),
        (eaf(slot("t1", 9) + slot("t2", 5), tier("t", aligned("a1", "t1", "t2", "a"))), "ends at 5 ms"),
        (eaf('<TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="1.5"/>', ""), "time slot 't1': expected whole milliseconds"),
        ("  ", "empty"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError) as raised:
        read(tmp_path, text)
    assert said in str(raised.value)


def test_annotations_on_one_written_tier_never_overlap(tmp_path: Path) -> None:
    imported, _ = write_and_read(tmp_path, Bout("a", 0, 2), Bout("a", 1, 3), Bout("a", 2, 4))
    assert (tmp_path / "x.eaf").read_text("utf-8").count("<TIER ") == 2
    assert [bout.interval for bout in imported.observations[0].bouts] == [(0, 2), (1, 3), (2, 4)]


def test_control_characters_do_not_break_the_document(tmp_path: Path) -> None:
    imported, _ = write_and_read(tmp_path, Bout("a", 0, 1, comment="\x00b\ud800\n]]>"))
    assert imported.observations[0].bouts[0].comment == "b\n]]>"


def test_what_cannot_be_carried_is_said(tmp_path: Path) -> None:
    waiting = (Unpaired("a", "", 1.0, "START"),)
    notes = ELAN.write(
        tmp_path / "x.eaf", [Observation(bouts=(Bout("a", 1, 1.0001),), unpaired=waiting)], Ethogram(), None
    )
    assert len(notes) == 2 and "1 event" in notes[0] and "1 bout" in notes[1]
    with pytest.raises(FormatError, match="2 observations"):
        ELAN.write(tmp_path / "y.eaf", [Observation(), Observation()], Ethogram(), None)
    assert not (tmp_path / "y.eaf").exists()


milliseconds = st.integers(0, 5000)


@st.composite
def marked(draw: st.DrawFn) -> Bout:
    start, end = sorted((draw(milliseconds), draw(milliseconds)))
    return Bout(
        draw(st.sampled_from(LABELS[:-1] if start == end else LABELS)),
        start / 1000,
        end / 1000,
        draw(st.sampled_from(("", "male", "Tier, 2"))),
        draw(st.none() | st.integers(0, 100).map(lambda percent: percent / 100)),
        draw(st.sampled_from(("", "ok", "two\nlines <b>&amp;"))),
        draw(st.sampled_from(((), (("modifiers", "left|fast"),), (("modifiers", "x"), ("Tier B", "y"))))),
    )


@given(bouts=st.lists(marked(), max_size=12))
def test_everything_survives_to_the_millisecond(bouts: list[Bout], tmp_path_factory: pytest.TempPathFactory) -> None:
    imported, notes = write_and_read(tmp_path_factory.mktemp("elan"), *bouts)
    found = imported.observations[0]
    assert sorted(map(repr, found.bouts)) == sorted(map(repr, in_order(bouts)))
    assert found.media == ("film 1.mp4",)
    assert notes == ()
