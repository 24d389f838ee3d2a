"""BORIS projects: what is in a real one, what is paired and what is not, and that written ones can be opened again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Behaviour, Ethogram
from ethonight.interchange.boris_project import BORIS
from ethonight.interchange.observation import FormatError, Imported, Observation, Unpaired

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "annotations" / "boris"


def behaviour(code: str, kind: str = "State event", **more: object) -> dict[str, object]:
    usual = {"key": code[0], "code": code, "type": kind, "description": "", "category": "", "modifiers": {}}
    return {**usual, "excluded": "", "coding map": "", **more}


def observed(*events: list[object], **more: object) -> dict[str, object]:
    media = {"file": {"1": ["film.mp4"], "2": []}, "type": "MEDIA", "date": "2024-01-01T10:00:00", "description": ""}
    return {**media, "time offset": 0.0, "events": list(events), **more}


def project(
    observation: object, behaviours: list[dict[str, object]] | None = None, **more: object
) -> dict[str, object]:
    listed = behaviours or [behaviour("run"), behaviour("jump", "Point event")]
    return {
        "project_format_version": "7.0",
        "behaviors_conf": {str(at): one for at, one in enumerate(listed)},
        "subjects_conf": {"0": {"key": "1", "name": "male", "description": ""}},
        "observations": {"day 1": observation},
        **more,
    }


def read(folder: Path, document: object) -> Imported:
    path = folder / "x.boris"
    path.write_text(json.dumps(document), "utf-8")
    return BORIS.read(path, None)


def only(imported: Imported) -> Observation:
    (observation,) = imported.observations
    return observation


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
class TestRealProject:
    def test_every_observation_is_read(self) -> None:
        found = {one.name: one for one in BORIS.read(DATA / "test.boris", None).observations}
        assert len(found) == 12
        assert found["observation #1"].bouts == (
            Bout("s", 3.3, 7.75, "subject1"),
            Bout("s", 9.9, 16.2, "subject1"),
            Bout("s", 18.35, 24.475, "subject1"),
            Bout("s", 38.425, 46.1, "subject2"),
        )
        assert found["observation #1"].fps == 25.0
        assert found["observation #1"].duration == 359.96

    def test_files_of_one_player_follow_one_another(self) -> None:
        found = {one.name: one for one in BORIS.read(DATA / "test.boris", None).observations}
        two = found["observation #2"]
        assert two.media == ("video_test_25fps_180s.mp4", "video_test_25fps_360s.mp4")
        assert two.duration == pytest.approx(539.92)
        assert max(bout.end for bout in two.bouts) > 179.96

    def test_a_start_without_a_stop_is_shown_not_guessed(self) -> None:
        found = {one.name: one for one in BORIS.read(DATA / "test.boris", None).observations}
        assert found["live not paired"].unpaired == (Unpaired("s", "", 26.862, "START", "event 12"),)
        assert len(found["live not paired"].bouts) == 8

    def test_modifiers_are_kept(self) -> None:
        found = {one.name: one for one in BORIS.read(DATA / "test.boris", None).observations}
        assert [(bout.label, bout.extra) for bout in found["modifiers"].bouts] == [
            ("q", (("modifiers", "m1"),)),
            ("q", (("modifiers", "m2"),)),
            ("q", (("modifiers", "m3"),)),
            ("r", (("modifiers", "m1"),)),
            ("r", (("modifiers", "None"),)),
        ]

    def test_the_ethogram_has_keys_and_kinds(self) -> None:
        ethogram = BORIS.read(DATA / "test.boris", None).ethogram
        assert [(one.label, one.key, one.kind) for one in ethogram.behaviours[:2]] == [
            ("p", "p", "point"),
            ("s", "s", "state"),
        ]
        assert ethogram.subjects == ("subject1", "subject2")

    @pytest.mark.parametrize("name", ["test.boris", "test2.boris", "test_without_media_files_paths.boris"])
    def test_written_and_read_again_it_is_the_same(self, name: str, tmp_path: Path) -> None:
        first = BORIS.read(DATA / name, None)
        BORIS.write(tmp_path / name, first.observations, first.ethogram, None)
        again = BORIS.read(tmp_path / name, None)
        assert [(one.name, one.media, one.bouts) for one in again.observations] == [
            (one.name, one.media, one.bouts) for one in first.observations
        ]
        assert again.ethogram == first.ethogram


@pytest.mark.parametrize("version", ["4.0", "7.0", "9.2"])
@pytest.mark.parametrize("tail", [[], ["NA"], [25, "film.mp4"]])
def test_events_of_all_versions_are_read(version: str, tail: list[object], tmp_path: Path) -> None:
    events = [[1.0, "male", "run", "", "begin", *tail], [2.5, "male", "run", "", "end", *tail]]
    document = project(observed(*events), project_format_version=version)
    assert only(read(tmp_path, document)).bouts == (Bout("run", 1.0, 2.5, "male", comment="begin; end"),)


def test_starts_and_stops_belong_to_one_behaviour_subject_and_modifier(tmp_path: Path) -> None:
    events = [
        [1.0, "male", "run", "fast", ""],
        [2.0, "", "run", "", ""],
        [3.0, "male", "run", "slow", ""],
        [4.0, "male", "run", "fast", ""],
        [5.0, "", "run", "", ""],
    ]
    found = only(read(tmp_path, project(observed(*events))))
    assert found.bouts == (
        Bout("run", 1.0, 4.0, "male", extra=(("modifiers", "fast"),)),
        Bout("run", 2.0, 5.0),
    )
    assert found.unpaired == (Unpaired("run", "male", 3.0, "START", "event 3", extra=(("modifiers", "slow"),)),)


def test_times_are_seconds_of_the_media_whatever_the_time_offset(tmp_path: Path) -> None:
    events = [
        [98.0, "", "run", "", ""],
        [101.0, "", "run", "", ""],
        [99.0, "", "jump", "", ""],
        [105, "", "jump", "", ""],
    ]
    imported = read(tmp_path, project(observed(*events, **{"time offset": 100})))
    assert only(imported).bouts == (Bout("run", 0.0, 1.0), Bout("jump", 5.0, 5.0))
    assert imported.notes == (
        "'day 1': 2 bouts before the recording's beginning (by its time offset) left out or cut.",
    )


def test_behaviours_that_all_exclude_one_another_are_a_group_and_others_are_named(tmp_path: Path) -> None:
    listed = [
        behaviour("sit", excluded="run,lie", color="#AABBCC"),
        behaviour("run", excluded="sit,lie"),
        behaviour("lie", excluded="run,sit", key="F1"),
        behaviour("eat", excluded="drink", color="red"),
        behaviour("drink", key="s"),
    ]
    imported = read(tmp_path, project(observed(), listed))
    assert {one.label: (one.key, one.colour, one.group) for one in imported.ethogram.behaviours} == {
        "sit": ("s", "#AABBCC", "group 1"),
        "run": ("r", "", "group 1"),
        "lie": ("", "", "group 1"),
        "eat": ("e", "", ""),
        "drink": ("", "", ""),
    }
    keys, exclusions = imported.notes
    assert "F1 (lie), s (drink)" in keys
    assert exclusions.startswith("Exclusions of 'eat' are not the same")


def test_observations_that_have_no_times_of_a_video_are_left_out_with_a_note(tmp_path: Path) -> None:
    pictures = read(tmp_path, project(observed(type="IMAGES")))
    clock = read(tmp_path, project(observed(media_creation_date_as_offset=True)))
    timeless = read(tmp_path, project(observed(["NaN", "", "jump", "", ""])))
    for imported in (pictures, clock, timeless):
        assert imported.observations == ()
        assert imported.notes[0].startswith("'day 1' is left out: ")


def test_a_limited_observation_says_what_was_watched(tmp_path: Path) -> None:
    found = only(read(tmp_path, project(observed(**{"observation time interval": [10, 70.5]}))))
    assert found.bouts == (Bout(SCORED, 10.0, 70.5),)


def test_other_players_and_unknown_behaviours_are_told(tmp_path: Path) -> None:
    found = observed([1.0, "", "fly", "", ""], file={"1": ["a.mp4", "b.mp4"], "2": ["top.mp4"]})
    imported = read(tmp_path, project(found))
    assert only(imported).media == ("a.mp4", "b.mp4")
    assert only(imported).bouts == (Bout("fly", 1.0, 1.0),)
    assert "'fly' not among the project's behaviours" in imported.notes[0]
    assert "1 media file of further players" in imported.notes[1]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], r"x\.boris: the project must be a table"),
        ({}, r"x\.boris: its version is ''"),
        (project(observed(), project_format_version="3.1"), "version is '3.1'; open it in BORIS 7"),
        (project(observed([1.0, "", "run"])), r"x\.boris: event 1 of observation 'day 1' must be a list"),
        (project(observed(["soon", "", "run", "", ""])), "the time of event 1 of observation 'day 1' must be a number"),
        (project(observed([1.0, "", "", "", ""])), "event 1 of observation 'day 1' has no behaviour"),
        (project(observed(events={})), "the events of observation 'day 1' must be a list"),
        (project(observed(file={"1": "a.mp4"})), "files of player 1 of observation 'day 1' must be a list"),
        (project([]), "observation 'day 1' must be a table"),
        (project(observed(), [{"code": ""}]), "behaviour 0 of behaviors_conf has no code"),
        (project(observed(), subjects_conf=[]), "subjects_conf must be a table"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(document: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path, document)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.boris"
    path.write_text('{"project_format_version": "7.0", ')
    with pytest.raises(FormatError, match=r"x\.boris is no BORIS project that can be read: .*line 1"):
        BORIS.read(path, None)


def written(folder: Path, observation: Observation, ethogram: Ethogram) -> tuple[dict[str, Any], tuple[str, ...]]:
    path = folder / "x.boris"
    lost = BORIS.write(path, [observation], ethogram, None)
    return json.loads(path.read_text("utf-8")), lost


def test_what_boris_needs_to_open_a_project_is_written(tmp_path: Path) -> None:
    bouts = (
        Bout("sit", 1.0, 2.0, "male", comment="calm", extra=(("modifiers", "left|a,b"),)),
        Bout("run", 2.0, 3.0, "male"),
        Bout("jump", 2.5, 2.5),
    )
    group = [Behaviour("sit", "s", "#112233", group="pose"), Behaviour("run", group="pose"), Behaviour("jump", "j")]
    observation = Observation("day 1", ("/data/film.mp4",), bouts, fps=25.0, duration=60.0)
    document, lost = written(tmp_path, observation, Ethogram(tuple(group), ("male",)))
    assert lost == ()
    assert document["project_format_version"] == "7.0"
    one = document["observations"]["day 1"]
    assert one["events"] == [
        [1.0, "male", "sit", "left|a,b", "calm"],
        [2.0, "male", "sit", "left|a,b", ""],
        [2.0, "male", "run", "", ""],
        [2.5, "", "jump", "", ""],
        [3.0, "male", "run", "", ""],
    ]
    assert (one["type"], one["file"]) == ("MEDIA", {"1": ["/data/film.mp4"]})
    assert one["media_info"]["length"] == {"/data/film.mp4": 60.0}
    listed = list(document["behaviors_conf"].values())
    assert [(each["code"], each["type"], each["key"], each["excluded"]) for each in listed] == [
        ("sit", "State event", "s", "run"),
        ("run", "State event", "", "sit"),
        ("jump", "Point event", "j", ""),
    ]
    sets = listed[0]["modifiers"]
    assert [(each["type"], each["values"]) for each in sets.values()] == [(0, ["left"]), (1, ["a", "b"])]


def test_bouts_that_starts_and_stops_cannot_tell_apart_become_one_and_that_is_said(tmp_path: Path) -> None:
    bouts = (Bout("run", 1.0, 3.0), Bout("run", 2.0, 4.0), Bout("run", 4.0, 5.0), Bout("run", 2.0, 4.0, "male"))
    document, lost = written(tmp_path, Observation("x", bouts=bouts), Ethogram())
    assert lost == ("1 bout overlap another one of their label and subject and become one with it.",)
    assert [event[:2] for event in document["observations"]["x"]["events"]] == [
        [1.0, ""],
        [2.0, "male"],
        [4.0, ""],
        [4.0, "male"],
        [4.0, ""],
        [5.0, ""],
    ]


def test_what_boris_has_no_place_for_is_said(tmp_path: Path) -> None:
    bouts = (Bout("run", 1.0, 3.0, score=0.5, extra=(("weather", "dry"),)), Bout(SCORED, 0.0, 5.0, "male"))
    observation = Observation("x", bouts=bouts, unpaired=(Unpaired("run", "", 9.0, "START"),))
    _, lost = written(tmp_path, observation, Ethogram())
    assert [word for word in ("scores", "columns", "watched", "without its other end") if word in " ".join(lost)] == [
        "scores",
        "columns",
        "watched",
        "without its other end",
    ]
