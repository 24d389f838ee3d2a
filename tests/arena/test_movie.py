"""What is in a made recording is what is said to be in it, measured in its positions and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ethonight.annotations.frames import frames_of
from ethonight.arena.director import film
from ethonight.arena.look import draw_ground
from ethonight.arena.movie import Made, make_recording
from ethonight.arena.scenario import CHASING, LABELS, TEXTURES, Arena, Behaviours
from ethonight.errors import VideoError
from ethonight.video.timeline import Timeline

Pictures = Callable[[Path], NDArray[np.uint8]]
Labels = Callable[[Made, int], list[str]]


def test_the_same_arena_gives_the_same_file_and_truth(tmp_path: Path) -> None:
    arena = Arena(5, 3.0, animals=2)
    one, other = (make_recording(arena, tmp_path / name) for name in ("one.mp4", "other.mp4"))
    assert one.video.read_bytes() == other.video.read_bytes()
    assert one.bouts == other.bouts
    assert np.array_equal(one.centers, other.centers)


def test_another_seed_gives_another_recording(tmp_path: Path) -> None:
    one, other = (make_recording(Arena(seed, 3.0), tmp_path / f"{seed}.mp4") for seed in (5, 6))
    assert one.video.read_bytes() != other.video.read_bytes()
    assert one.bouts != other.bouts
    assert one.lengths != other.lengths


def test_floor_and_light_change_the_pictures_and_not_what_happens(tmp_path: Path, pictures: Pictures) -> None:
    made = {}
    for texture in TEXTURES:
        arena = Arena(7, 2.0, texture=texture, polarity="dark", light_drift=0.3, noise=6.0, compression=30)
        made[texture] = make_recording(arena, tmp_path / f"{texture}.mp4")
    plain = make_recording(Arena(7, 2.0), tmp_path / "plain.mp4")
    for one in made.values():
        assert one.bouts == plain.bouts
        assert np.array_equal(one.centers, plain.centers)
    firsts = {texture: pictures(one.video)[0].astype(float) for texture, one in made.items()}
    for one, other in pairwise(TEXTURES):
        assert np.abs(firsts[one] - firsts[other]).mean() > 3


@pytest.mark.parametrize("fps", [25.0, 29.97, 50.0])
def test_frames_of_the_file_are_shown_when_the_truth_says(tmp_path: Path, fps: float) -> None:
    made = make_recording(Arena(3, 4.0, fps=fps), tmp_path / "a.mp4")
    timeline = Timeline.read([made.video])
    assert len(timeline) == made.arena.frames == made.centers.shape[1]
    np.testing.assert_allclose(timeline.edges, made.edges, atol=1e-6)


def test_bouts_lie_in_the_video_at_edges_of_frames_and_never_overlap(alone: Made, pair: Made, labels: Labels) -> None:
    for made in (alone, pair):
        edges = set(made.edges.tolist())
        assert all(bout.start in edges and bout.end in edges and bout.start < bout.end for bout in made.bouts)
        for animal in range(len(made.subjects)):
            assert set(labels(made, animal)) >= {"", "locomotion", "grooming", "rearing", "still"}


@pytest.mark.parametrize("animals", [1, 2])
def test_every_behaviour_is_seen_soon(animals: int) -> None:
    for seed in range(20, 30):
        arena = Arena(seed, 60.0, animals=animals)
        films = film(arena, draw_ground(arena))
        assert {label for one in films for label in one.labels} == {*arena.labels, ""}


def test_speed_is_high_in_locomotion_and_none_when_still(alone: Made, pair: Made, labels: Labels) -> None:
    for made in (alone, pair):
        for animal, length in enumerate(made.lengths):
            steps = np.hypot(*np.diff(made.centers[animal], axis=0).T) * made.arena.fps / length
            names = np.array(labels(made, animal))
            within = names[1:] == names[:-1]  # movement from a frame of the behaviour to a frame of it
            speed = {label: steps[within & (names[1:] == label)] for label in set(names.tolist())}
            assert np.median(speed["locomotion"]) > 1.0
            assert speed["still"].max() < 0.08
            assert np.percentile(speed[""], 90) < 0.8 < np.percentile(speed["locomotion"], 30)
            if CHASING in speed:
                assert np.median(speed[CHASING]) > 1.0


def test_the_head_moves_in_grooming_and_the_body_stays(alone: Made, pictures: Pictures, labels: Labels) -> None:
    changes = head_changes(alone, pictures(alone.video))
    names, angles = np.array(labels(alone, 0))[1:], alone.angles[0]
    assert np.median(changes[names == "grooming"]) > 2.5 * np.median(changes[names == "still"])
    assert np.median(changes[names == "grooming"]) > 1.5 * np.median(changes[names == ""])
    for bout in alone.bouts:
        span = frames_of(bout, alone.edges)
        if bout.label == "grooming":
            assert np.ptp(angles[span]) == 0
            assert np.ptp(alone.centers[0, span], axis=0).max() < 0.2 * alone.lengths[0]


def head_changes(made: Made, frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return by how much the picture around the head changes from frame to frame: (T - 1,)."""
    ahead = np.stack([np.cos(made.angles[0]), np.sin(made.angles[0])], 1)
    heads = np.round(made.centers[0] + 0.4 * made.lengths[0] * ahead).astype(int)
    reach = round(0.35 * made.lengths[0])
    changes = []
    for at in range(1, len(frames)):
        x, y = np.maximum(heads[at] - reach, 0)
        region = (slice(y, y + 2 * reach), slice(x, x + 2 * reach))
        changes.append(np.abs(frames[at][region].astype(float) - frames[at - 1][region]).mean())
    return np.array(changes)


def test_the_animal_covers_less_ground_when_it_rears(alone: Made, pictures: Pictures, labels: Labels) -> None:
    frames = pictures(alone.video)[::3].astype(np.int16)
    covered = (np.abs(frames - np.median(frames[::10], axis=0)) > 35).sum((1, 2))
    names = np.array(labels(alone, 0))[::3]
    assert np.median(covered[names == "rearing"]) < 0.92 * np.median(covered[names == "locomotion"])


def test_twitches_last_two_to_five_frames_and_come_while_still(alone: Made, pair: Made, labels: Labels) -> None:
    for made in (alone, pair):
        frames = [
            span.stop - span.start for span in (frames_of(b, made.edges) for b in made.bouts if b.label == "twitch")
        ]
        assert 2 in frames
        assert set(frames) <= {2, 3, 4, 5}
        for animal in range(len(made.subjects)):
            around = [(a, b) for a, b in pairwise(labels(made, animal)) if "twitch" in (a, b) and a != b]
            assert set(around) <= {("still", "twitch"), ("twitch", "still")}


def test_a_twitch_is_seen_in_exactly_its_frames(alone: Made, labels: Labels) -> None:
    names = labels(alone, 0)
    moved = np.hypot(*np.diff(alone.centers[0], axis=0).T) / alone.lengths[0]
    for bout in alone.bouts:
        if bout.label == "twitch":
            span = frames_of(bout, alone.edges)
            assert moved[span.start - 1] > 0.01 < moved[span.stop - 1]
            before, behind = alone.centers[0, [span.start - 1, span.stop]]
            assert np.hypot(*(before - behind)) < 0.01 * alone.lengths[0]
            assert names[span.start - 1] == names[span.stop] == "still"


def test_something_happens_in_the_last_second(alone: Made, pair: Made) -> None:
    for made in (alone, pair):
        end = float(made.edges[-1])
        last = [bout for bout in made.bouts if bout.end == end]
        assert {bout.subject for bout in last} == set(made.subjects)
        assert all(end - 1 <= bout.start for bout in last)


def test_the_chaser_runs_behind_the_other_animal(pair: Made, labels: Labels) -> None:
    chases = [bout for bout in pair.bouts if bout.label == CHASING]
    assert chases
    for bout in chases:
        chaser = pair.subjects.index(bout.subject)
        span = frames_of(bout, pair.edges)
        assert set(labels(pair, 1 - chaser)[span]) == {"locomotion"}
        apart = np.hypot(*(pair.centers[0, span] - pair.centers[1, span]).T) / np.mean(pair.lengths)
        assert apart[len(apart) // 3 :].max() < 3.5


def test_the_first_animal_is_the_one_on_the_left(pair: Made) -> None:
    assert pair.centers[0, 0, 0] < pair.centers[1, 0, 0]


@pytest.mark.parametrize("size", [(320, 240), (640, 120)])
def test_animals_do_not_lie_on_top_of_each_other_and_get_away_from_each_other(size: tuple[int, int]) -> None:
    for seed in range(40, 46):
        arena = Arena(seed, 40.0, animals=2, size=size)
        one, other = film(arena, draw_ground(arena))
        places = np.array([[(pose.x, pose.y) for pose in each.poses] for each in (one, other)])
        length = (one.animal.length + other.animal.length) / 2
        assert np.hypot(*(places[0] - places[1]).T).min() > 0.6 * length
        speed = np.hypot(*np.diff(places, axis=1).transpose(2, 0, 1)) * arena.fps / length
        running = np.array([one.labels, other.labels])[:, 1:] == "locomotion"
        assert (speed[running] < 0.3).mean() < 0.05


def test_an_animal_alone_does_not_chase(alone: Made) -> None:
    assert {bout.label for bout in alone.bouts} <= set(LABELS)
    assert {bout.subject for bout in alone.bouts} == {""}


def test_animals_stay_on_the_ground_and_do_things_at_the_wall(alone: Made, pair: Made) -> None:
    at_wall = set()
    for made in (alone, pair):
        for animal, length in enumerate(made.lengths):
            free = np.array([made.ground.distance(x, y) for x, y in made.centers[animal].tolist()])
            assert free.min() > 0
            for bout in made.bouts:
                if bout.subject == made.subjects[animal] and free[frames_of(bout, made.edges)].min() < 0.6 * length:
                    at_wall.add(bout.label)
    assert at_wall & {"grooming", "rearing", "still"}


def test_behaviours_can_be_left_out(tmp_path: Path) -> None:
    wanted = Behaviours(locomotion=0, rearing=0, still=0)
    made = make_recording(Arena(4, 12.0, size=(160, 120), behaviours=wanted), tmp_path / "a.mp4")
    assert {bout.label for bout in made.bouts} == {"grooming"}


def test_an_existing_video_is_replaced_and_no_half_one_is_left(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"old")
    make_recording(Arena(4, 2.0, size=(160, 120)), video)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert video.stat().st_size > 1000


def test_where_nothing_can_be_written_the_error_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"Cannot write .*missing.a\.mp4"):
        make_recording(Arena(4, 2.0), tmp_path / "missing" / "a.mp4")
    with pytest.raises(ValueError, match=r"must end in \.mp4; found a\.avi"):
        make_recording(Arena(4, 2.0), tmp_path / "a.avi")
