"""Features and bouts become sequences: the right bouts for the right subject, and nothing where nobody watched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ethonight.annotations.bouts_csv import parse_annotation
from ethonight.annotations.problems import AnnotationError
from ethonight.features.store import About, FeaturesError, Layout, Piece, write_features
from ethonight.learning.dataset import active_steps, marked, read_sequences
from ethonight.recipe.stream import Features, Recipe, Subjects
from ethonight.subjects.boxes import Located, Scene
from ethonight.temporal.sequence import Sequence

TWO = Recipe(Subjects(kind="blobs", count=2))
POSITIONS = Recipe(TWO.subjects, Features(name="kinematics"))
HEADER = "labelId,timestamp,endTimestamp,subject\n"
STEPS = 20
LABELS = ("grooming", "rearing")


def write(
    path: Path, recipe: Recipe, subjects: tuple[str, ...] = ("1", "2"), steps: int = STEPS, width: int = 3
) -> Path:
    """Write features that count their steps; the second subject is out of sight from step 10 on."""
    count = len(subjects)
    found = np.ones((count, steps), np.bool_)
    found[1:, 10:] = False
    zeros = np.zeros((count, steps), np.float32)
    two = np.zeros((count, steps, 2), np.float32)
    values = np.broadcast_to(np.arange(steps, dtype=np.float16)[None, :, None], (count, steps, width))
    scene = Scene(subjects, 64, 48, 10.0, 20.0)
    edges = np.arange(steps + 1) * 0.5
    layout = Layout(About("v", "ab", recipe, 1, steps), scene, edges, [f"d{n}" for n in range(width)])
    write_features(path, layout, [Piece(Located(two, two, zeros, found), values)])
    return path


def sequences(*subjects: str) -> list[Sequence]:
    edges = np.arange(STEPS + 1) * 0.5
    features, found = np.zeros((STEPS, 3), np.float16), np.ones(STEPS, np.bool_)
    return [Sequence("v", subject, features, found, edges) for subject in subjects]


def targets(sequence: Sequence) -> list[list[int]]:
    """Return the steps of each label."""
    assert sequence.targets is not None
    return [np.flatnonzero(column).tolist() for column in sequence.targets.T]


def test_several_files_stand_side_by_side(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.h5", TWO), write(tmp_path / "b.h5", POSITIONS, width=2)]
    first, second = read_sequences("v", files, [TWO, POSITIONS])
    assert first.features.shape == (STEPS, 5) and (first.subject, second.subject) == ("1", "2")
    assert first.found.all() and not second.found[10:].any()


def test_features_made_with_other_settings_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5", TWO)
    with pytest.raises(FeaturesError, match="was made with other settings"):
        read_sequences("v", [path], [POSITIONS])


@pytest.mark.parametrize("how", ["other subjects", "other times"])
def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, how: str) -> None:
    first = write(tmp_path / "a.h5", TWO)
    second = (
        write(tmp_path / "b.h5", POSITIONS, ("1", "3"))
        if how == "other subjects"
        else write(tmp_path / "b.h5", POSITIONS, steps=12)
    )
    with pytest.raises(FeaturesError, match=r"b\.h5 and a\.h5 have other subjects or times"):
        read_sequences("v", [first, second], [TWO, POSITIONS])


@pytest.mark.parametrize("kept", [0, 100, 3000])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = write(tmp_path / "a.h5", TWO)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(FeaturesError, match="cannot be read as cached features"):
        read_sequences("v", [path], [TWO])


def test_one_flipped_byte_in_the_features_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5", TWO)
    data = bytearray(path.read_bytes())
    place = data.rfind(np.arange(1, 4, dtype=np.float16).repeat(3).tobytes())
    data[place] ^= 255
    path.write_bytes(data)
    with pytest.raises(FeaturesError):
        read_sequences("v", [path], [TWO])


def test_a_bout_is_its_subjects_and_one_without_a_subject_is_everybodys() -> None:
    text = HEADER + "grooming,1,2,1\nrearing,3,4,\ngrooming,5,6,2\n"
    one, two = marked(sequences("1", "2"), parse_annotation(text.encode()), LABELS)
    assert targets(one) == [[2, 3], [6, 7]]
    assert targets(two) == [[10, 11], [6, 7]]
    (alone,) = marked(sequences(""), parse_annotation(text.encode()), LABELS)
    assert targets(alone) == [[2, 3, 10, 11], [6, 7]]


def test_time_that_nobody_watched_is_not_scored_for_the_subject_that_was_not_watched() -> None:
    text = HEADER + "_scored,0,5,\n_scored,5,10,2\ngrooming,1,2,1\n"
    one, two = marked(sequences("1", "2"), parse_annotation(text.encode()), LABELS)
    assert one.scored is not None and two.scored is not None
    assert one.scored.tolist() == [True] * 10 + [False] * 10 and two.scored.all()


def test_a_subject_that_the_features_do_not_know_is_named_once_with_its_line() -> None:
    annotation = parse_annotation((HEADER + "grooming,1,2,1\ngrooming,2,3,bob\nrearing,4,5,bob\n").encode(), "a.csv")
    with pytest.raises(AnnotationError) as caught:
        marked(sequences("1", "2"), annotation, LABELS)
    assert str(caught.value).startswith("a.csv, line 3, subject: 'bob' is no subject of this video")
    assert len(caught.value.problems) == 1


def test_labels_outside_of_the_list_leave_no_trace() -> None:
    annotation = parse_annotation((HEADER + "sleeping,1,2,\ngrooming,3,4,\n").encode())
    (one,) = marked(sequences(""), annotation, LABELS)
    assert targets(one) == [[6, 7], []] and [bout.label for bout in one.bouts] == ["grooming"]


def test_a_bout_shorter_than_a_step_has_the_step_in_which_it_begins() -> None:
    annotation = parse_annotation((HEADER + "grooming,1.1,1.2,\nrearing,9.9,9.95,\n").encode())
    active = active_steps(annotation.bouts, LABELS, np.arange(STEPS + 1) * 0.5)
    assert np.flatnonzero(active[:, 0]).tolist() == [2] and np.flatnonzero(active[:, 1]).tolist() == [19]
