"""Videos are divided as wholes, with every label on every side where that can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.errors import SettingsError
from ethonight.recipe.split import plan_split
from ethonight.recipe.training import Split

MODES = ("auto", "videos", "leave-one-video-out", "leave-one-group-out", "none")


def marked(count: int, *labels: str) -> dict[str, set[str]]:
    return {f"v{number}": set(labels) for number in range(count)}


@given(
    st.dictionaries(st.sampled_from([f"v{n}" for n in range(12)]), st.sets(st.sampled_from("abc")), min_size=2),
    st.dictionaries(st.sampled_from([f"v{n}" for n in range(12)]), st.sampled_from(["g1", "g2", "g3"])),
    st.sampled_from(MODES),
)
def test_no_video_and_no_group_is_on_two_sides(
    labels_of: dict[str, set[str]], groups: dict[str, str], mode: str
) -> None:
    try:
        plan = plan_split(Split(mode=mode), labels_of, groups)
    except SettingsError:
        assert len({groups.get(video, video) for video in labels_of}) == 1
        return
    for fold in plan.folds:
        sides = [fold.teaching, fold.validation, fold.test]
        assert fold.teaching
        assert sorted(video for side in sides for video in side) == sorted(labels_of)
        if plan.mode != "leave-one-video-out":
            for group in set(groups.values()):
                assert sum(any(groups.get(video) == group for video in side) for side in sides) <= 1


@pytest.mark.parametrize("count", range(2, 10))
def test_leaving_one_out_tests_every_video_once(count: int) -> None:
    plan = plan_split(Split(mode="leave-one-video-out"), marked(count, "a"), {})
    assert sorted(video for fold in plan.folds for video in fold.test) == sorted(marked(count))
    assert plan.is_cross_validation


def test_leaving_one_group_out_tests_whole_groups() -> None:
    groups = {"v0": "m1", "v1": "m1", "v2": "m2", "v3": "m3"}
    plan = plan_split(Split(mode="leave-one-group-out"), marked(4, "a"), groups)
    assert sorted(fold.test for fold in plan.folds) == [("v0", "v1"), ("v2",), ("v3",)]


@pytest.mark.parametrize(
    ("count", "mode"), [(1, "none"), (2, "leave-one-video-out"), (5, "leave-one-video-out"), (6, "videos")]
)
def test_few_videos_are_each_the_test_once_and_many_are_held_out(count: int, mode: str) -> None:
    assert plan_split(Split(), marked(count, "a"), {}).mode == mode


def test_a_rare_label_teaches_and_is_tested_where_two_videos_have_it() -> None:
    labels_of = marked(10, "a") | {"v3": {"a", "rare"}, "v7": {"a", "rare"}, "v9": {"a", "rare"}}
    (fold,) = plan_split(Split(mode="videos"), labels_of, {}).folds
    assert all(
        any("rare" in labels_of[video] for video in side) for side in (fold.teaching, fold.validation, fold.test)
    )


def test_the_same_videos_are_divided_in_the_same_way() -> None:
    assert plan_split(Split(), marked(9, "a"), {}) == plan_split(Split(), marked(9, "a"), {})


def test_named_videos_are_held_out() -> None:
    (fold,) = plan_split(Split(test=("v1",), validation=("v2",)), marked(4, "a"), {}).folds
    assert (fold.teaching, fold.validation, fold.test) == (("v0", "v3"), ("v2",), ("v1",))


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (Split(test=("v9",)), "names the video 'v9', which is in no pair"),
        (Split(test=("v1",), validation=("v1",)), "v1 both in 'test' and in 'validation'"),
        (Split(test=("v0", "v1", "v2")), "leaves no video to learn from"),
        (Split(test=("v0",)), "v1, of the same group"),
        (Split(mode="none", test=("v2",)), "its mode is 'none'"),
    ],
)
def test_a_split_that_cannot_be_says_why(split: Split, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        plan_split(split, marked(3, "a"), {"v0": "m", "v1": "m"})


def test_one_group_cannot_be_divided() -> None:
    with pytest.raises(SettingsError, match="needs at least two videos of different groups"):
        plan_split(Split(mode="videos"), marked(2, "a"), {"v0": "m", "v1": "m"})
