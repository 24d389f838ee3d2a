"""SingleBehaviorLab's annotations.json: labels of the frames of clips become bouts of the video."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.interchange.observation import FormatError, Imported, Observation
from ethonight.interchange.single_behavior_lab import SINGLE_BEHAVIOR_LAB

EDGES = np.arange(101) / 10


def clip(
    labels: list[str], first: object = None, about: dict[str, object] | None = None, **more: object
) -> dict[str, object]:
    meta: dict[str, object] = {"source_video": "film.mp4", "target_fps": 10, "clip_length": 5, **(about or {})}
    if first is not None:
        meta["source_frame"] = first
    label = labels[0] if labels else ""
    return {
        "id": f"clip_{first}.mp4",
        "label": label,
        "labels": labels,
        "meta": meta,
        **more,
    }


def read(folder: Path, *clips: object, classes: object = ("groom", "rear")) -> Imported:
    path = folder / "annotations.json"
    path.write_text(json.dumps({"classes": classes, "clips": clips}), "utf-8")
    return SINGLE_BEHAVIOR_LAB.read(path, EDGES)


def test_labels_of_whole_clips_and_of_frames_are_read(tmp_path: Path) -> None:
    whole = clip(["groom", "rear"], 10)
    framed = clip(["groom"], 15, frame_labels=["groom", "groom", None, "rear", None])
    (found,) = read(tmp_path, whole, framed).observations
    assert found.bouts == (
        Bout(SCORED, 1.0, 1.7),
        Bout(SCORED, 1.8, 1.9),
        Bout("rear", 1.0, 1.5),
        Bout("groom", 1.0, 1.7),
        Bout("rear", 1.8, 1.9),
    )
    assert found.media == ("film.mp4",)


def test_a_frame_of_a_thinned_out_clip_stands_for_the_frames_until_the_next(tmp_path: Path) -> None:
    thinned = clip(["groom"], 20, about={"target_fps": 5}, frame_labels=["groom", None, "groom"])
    (found,) = read(tmp_path, thinned).observations
    assert [bout.interval for bout in found.bouts if bout.label == "groom"] == [(2.0, 2.2), (2.4, 2.6)]


def test_each_video_is_an_observation_and_clips_from_nowhere_are_counted(tmp_path: Path) -> None:
    other = clip(["rear"], 0, about={"source_video": "other.mp4"})
    imported = read(tmp_path, clip(["groom"], 10), other, clip(["groom"]), clip([]))
    assert [(one.name, one.media) for one in imported.observations] == [
        ("film", ("film.mp4",)),
        ("other", ("other.mp4",)),
    ]
    assert imported.notes[0].startswith("1 labelled clip left out")
    assert imported.ethogram.labels == ("groom", "rear")


def test_frames_after_the_video_are_left_out(tmp_path: Path) -> None:
    (found,) = read(tmp_path, clip(["groom"], 98)).observations
    assert found.bouts[-1] == Bout("groom", 9.8, 10.0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (clip(["a"], "first"), "clip 1: 'source_frame' must be a frame number, found 'first'"),
        (clip(["a"], -1), "clip 1: 'source_frame' must be a frame number"),
        (clip(["a"], 0, about={"target_fps": "x"}), "clip 1: 'target_fps' must be a number"),
        (clip(["a"], 0, about={"clip_length": 1.5}), "clip 1: 'clip_length' must be a number of frames"),
        (clip(["a"], 0, frame_labels=[1]), "clip 1: 'frame_labels' must hold names and null"),
        ({**clip(["a"], 0), "labels": "a"}, "clip 1: 'labels' must be a list"),
        ("a", "clip 1: expected a table"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(wrong: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=rf"annotations\.json, {message}"):
        read(tmp_path, wrong)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is no JSON"), ("[]", "no list of clips"), ('{"clips": [], "classes": [1]}', "must be a list of names")],
)
def test_a_file_of_another_kind_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=message):
        SINGLE_BEHAVIOR_LAB.read(path, EDGES)


def test_without_a_video_frames_have_no_times(tmp_path: Path) -> None:
    path = tmp_path / "annotations.json"
    path.write_text('{"clips": [], "classes": []}')
    with pytest.raises(FormatError, match="counts frames"):
        SINGLE_BEHAVIOR_LAB.read(path, None)


def test_a_clip_is_written_for_each_bout_and_losses_are_said(tmp_path: Path) -> None:
    path = tmp_path / "annotations.json"
    bouts = (Bout("groom", 1.0, 1.3, "male"), Bout("jump", 2.05, 2.05), Bout(SCORED, 0.0, 5.0))
    lost = SINGLE_BEHAVIOR_LAB.write(path, [Observation("x", ("/data/film.mp4",), bouts)], Ethogram(), EDGES)
    document = json.loads(path.read_text("utf-8"))
    assert document["classes"] == ["groom", "jump"]
    assert [(one["labels"], one["meta"]["source_frame"], one["frame_labels"]) for one in document["clips"]] == [
        (["groom"], 10, ["groom"] * 3),
        (["jump"], 20, ["jump"]),
    ]
    assert document["clips"][0]["meta"]["source_video"] == "film.mp4"
    told = " ".join(lost)
    assert [word for word in ("subjects", "point events", "watched", "cut 2 clips") if word in told] == [
        "subjects",
        "point events",
        "watched",
        "cut 2 clips",
    ]
