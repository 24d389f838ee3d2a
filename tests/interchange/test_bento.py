"""BENTO's files: frames counted from 1, the last one included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.frames import frames_of
from ethonight.frame_times import Edges
from ethonight.interchange.bento import BENTO
from ethonight.interchange.observation import FormatError, Imported, Observation

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "annotations" / "other" / "Together_1.head.annot"
FRAMES = 50
EDGES = np.cumsum([0.533, *([0.04, 0.02, 0.05] * FRAMES)])[: FRAMES + 1]
"""Frames of uneven length; the first one is shown at 0.533 s."""

HEAD = """Bento annotation file
Movie file(s):  C:\\my films\\a b.seq c.mp4

Stimulus name: tone
Annotation start frame: 1
Annotation stop frame: 50
Annotation framerate: 25.000000

List of channels:
Ch1
male

List of annotations:
attack
never

"""


def read(folder: Path, rest: str, edges: Edges | None = None, head: str = HEAD) -> Imported:
    path = folder / "x.annot"
    path.write_text(head + rest, "utf-8")
    return BENTO.read(path, edges)


def test_frames_count_from_1_and_the_last_one_belongs_to_the_bout(tmp_path: Path) -> None:
    rest = "Ch1----------\n>attack\nStart\t Stop\t Duration \n1\t1\t1\n11\t20\t10\n\n\n"
    rest += "male----------\n>attack\n50\t50\t1\n"
    imported = read(tmp_path, rest, EDGES)
    (observation,) = imported.observations
    assert [(bout.subject, frames_of(bout, EDGES)) for bout in observation.bouts] == [
        ("", slice(0, 1)),
        ("", slice(10, 20)),
        ("male", slice(49, 50)),
    ]
    assert observation.media == ("C:\\my films\\a b.seq", "c.mp4")
    assert (observation.fps, observation.duration) == (25, 2)
    assert imported.ethogram.labels == ("attack", "never")
    assert "Channels are read as subjects." in imported.notes


@pytest.mark.skipif(not REAL.is_file(), reason="the shared data folder is not here")
def test_a_real_file_in_seconds_is_read_to_the_frame() -> None:
    (observation,) = BENTO.read(REAL, None).observations
    attacks = [bout for bout in observation.bouts if bout.label == "Attack"]
    assert len(attacks) == 10 and len(observation.bouts) == 17
    frames = [(round(bout.start * 30), round(bout.end * 30)) for bout in attacks]
    assert frames[0] == (90, 157), "3.0333 s is frame 91 from 1; its duration says 67 frames"
    assert [round(bout.duration * 30) for bout in attacks[:4]] == [67, 42, 152, 74]
    assert BENTO.recognises(REAL, REAL.read_text("utf-8"))


def test_what_the_file_covers_is_marked_as_watched_where_it_is_not_everything(tmp_path: Path) -> None:
    rest = "Ch1----------\n>attack\n11\t20\t10\n"
    part = HEAD.replace("start frame: 1\n", "start frame: 6\n").replace("stop frame: 50", "stop frame: 40")
    bouts = read(tmp_path, rest, EDGES, part).observations[0].bouts
    assert (bouts[0].label, frames_of(bouts[0], EDGES)) == (SCORED, slice(5, 40))
    assert [bout.label for bout in read(tmp_path, rest, EDGES).observations[0].bouts] == ["attack"]


def test_bouts_after_the_video_and_another_frame_rate_are_told(tmp_path: Path) -> None:
    rest = "Ch1----------\n>attack\n51\t60\t10\n41\t60\t20\n"
    imported = read(tmp_path, rest, np.arange(51) / 30)
    assert [bout.interval for bout in imported.observations[0].bouts] == [pytest.approx((40 / 30, 50 / 30))]
    assert "1 bout after the end" in imported.notes[1] and "25 frames per second" in imported.notes[0]


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("Ch1----------\n>attack\n5\tx\t1\n", "x.annot, line 19: expected a number, found 'x'"),
        ("Ch1----------\n>attack\n5\t-1\t1\n", "line 19: expected a number that is not negative"),
        ("Ch1----------\n>attack\n5\n", "line 19: expected Start, Stop and Duration, found '5'"),
        ("Ch1----------\n>attack\n5\t4\t1\n", "line 19: the bout of 'attack' stops at 4, before it starts at 5"),
        ("Ch1----------\n5\t6\t1\n", "line 18: expected '>' and the name of a behaviour"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, rest: str, said: str) -> None:
    with pytest.raises(FormatError) as raised:
        read(tmp_path, rest)
    assert said in str(raised.value)


def test_a_file_without_a_frame_rate_needs_the_video(tmp_path: Path) -> None:
    head = HEAD.replace("Annotation framerate: 25.000000\n", "")
    with pytest.raises(FormatError, match="framerate"):
        read(tmp_path, "Ch1----------\n>attack\n5\t6\t2\n", None, head)
    with pytest.raises(FormatError, match="first line"):
        read(tmp_path, "", None, "Start,Stop\n")


def test_what_cannot_be_carried_is_said(tmp_path: Path) -> None:
    bouts = (Bout("rear up", 1, 1, comment="x"), Bout("late", 90, 91))
    notes = " ".join(BENTO.write(tmp_path / "x.annot", [Observation(bouts=bouts)], Ethogram(), EDGES))
    assert "point events" in notes and "comments" in notes and "after the video" in notes and "rear up" in notes
    with pytest.raises(FormatError, match="counts frames"):
        BENTO.write(tmp_path / "y.annot", [Observation()], Ethogram(), None)


@st.composite
def marked(draw: st.DrawFn) -> Bout:
    first, stop = sorted(draw(st.lists(st.integers(0, FRAMES), min_size=2, max_size=2, unique=True)))
    label = draw(st.sampled_from(("attack", "sniff left", "Start Stop Duration", ">x", "e-----------")))
    return Bout(label, float(EDGES[first]), float(EDGES[stop]), draw(st.sampled_from(("", "male", "m 2"))))


@given(bouts=st.lists(marked(), max_size=10), watched=st.booleans())
def test_every_bout_survives_to_the_frame(
    bouts: list[Bout], watched: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bento") / "x.annot"
    whole = [Bout(SCORED, float(EDGES[0]), float(EDGES[-2]))]
    rows = whole + [bout for bout in bouts if bout.end < EDGES[-1]] if watched else bouts
    BENTO.write(path, [Observation(bouts=tuple(rows))], Ethogram(), EDGES)
    found = BENTO.read(path, EDGES).observations[0]
    assert sorted(map(repr, found.bouts)) == sorted(map(repr, rows))
