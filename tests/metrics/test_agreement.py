"""Several people, the same videos."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.metrics.agreement import CodedVideo, alpha, compare_coders, kappa

EDGES = np.arange(101) / 10


def coded(video="v", **coders):
    return CodedVideo(
        video, {name: Annotation(tuple(Bout(*row) for row in rows)) for name, rows in coders.items()}, EDGES
    )


def test_two_people_who_mark_the_same_agree_perfectly():
    rows = [("a", 1, 3), ("b", 5, 6)]
    found = compare_coders([coded(ann=rows, bo=rows)], ["a", "b"])
    assert found["coders"] == ["ann", "bo"]
    pair = found["pairs"][0]
    assert (pair["first"], pair["second"], pair["videos"], pair["seconds"]) == ("ann", "bo", 1, 10.0)
    assert pair["kappa"] == pair["classes"]["a"]["kappa"] == pair["macro_frame_f1"] == pair["edit"] == 1.0
    assert pair["macro_bout_f1"] == {"10": 1.0, "25": 1.0, "50": 1.0}
    assert found["alpha"] == found["alpha_classes"]["b"] == found["mean"]["kappa"] == 1.0


def test_agreement_by_hand():
    # a: 2 s each, 1 s common, of 10 s: agreed 0.8, by chance 0.2 * 0.2 + 0.8 * 0.8
    found = compare_coders([coded(ann=[("a", 1, 3)], bo=[("a", 2, 4)])], ["a"])["pairs"][0]["classes"]["a"]
    assert found["kappa"] == pytest.approx((0.8 - 0.68) / 0.32)
    assert found["frame_f1"] == pytest.approx(0.5)
    assert found["bout_f1"] == {"10": 1.0, "25": 1.0, "50": 0.0}


def test_only_time_that_both_watched_counts():
    ann = [("a", 1, 3), ("a", 7, 9)]
    bo = [("a", 1, 3), (SCORED, 0, 5)]
    found = compare_coders([coded(ann=ann, bo=bo)], ["a"])["pairs"][0]
    assert (found["seconds"], found["kappa"], found["macro_bout_f1"]["50"]) == (5.0, 1.0, 1.0)


def test_nobody_to_compare_with_says_nothing():
    alone = compare_coders([coded(ann=[("a", 1, 3)])], ["a"])
    assert (alone["coders"], alone["pairs"], alone["mean"], alone["alpha"]) == ([], [], None, None)
    nothing = compare_coders([coded(ann=[], bo=[])], ["a"])["pairs"][0]
    assert (nothing["kappa"], nothing["macro_frame_f1"], nothing["edit"]) == (None, None, None)
    apart = compare_coders([coded(ann=[(SCORED, 0, 5)], bo=[(SCORED, 5, 10)])], ["a"])
    assert apart["pairs"] == []
    assert compare_coders([], ["a"])["alpha"] is None
    with pytest.raises(ValueError, match="no labels"):
        compare_coders([], [])


def test_subjects_are_compared_one_by_one():
    ann = [("a", 1, 3, "left"), ("a", 5, 7, "right")]
    same = compare_coders([coded(ann=ann, bo=ann)], ["a"])["pairs"][0]
    assert (same["kappa"], same["seconds"]) == (1.0, 20.0)
    swapped = [("a", 1, 3, "right"), ("a", 5, 7, "left")]
    assert compare_coders([coded(ann=ann, bo=swapped)], ["a"])["pairs"][0]["macro_frame_f1"] == 0.0


def test_three_people_and_several_videos():
    videos = [
        coded("v0", ann=[("a", 1, 3)], bo=[("a", 1, 3)], cy=[("a", 1, 4)]),
        coded("v1", ann=[("b", 1, 3)], bo=[("b", 2, 3)]),
    ]
    found = compare_coders(videos, ["a", "b"])
    assert [(pair["first"], pair["second"], pair["videos"]) for pair in found["pairs"]] == [
        ("ann", "bo", 2),
        ("ann", "cy", 1),
        ("bo", "cy", 1),
    ]
    kappas = [pair["kappa"] for pair in found["pairs"]]
    assert found["mean"]["kappa"] == pytest.approx(sum(kappas) / 3)
    assert found["mean"]["classes"]["b"]["kappa"] == pytest.approx(found["pairs"][0]["classes"]["b"]["kappa"])
    json.dumps(found, allow_nan=False)


def test_kappa_is_scikit_learns():
    random = np.random.default_rng(3)
    first = random.integers(0, 4, 500)
    second = np.where(random.random(500) < 0.6, first, random.integers(0, 4, 500))
    assert kappa(first, second) == pytest.approx(cohen_kappa_score(first, second))
    assert np.isnan(kappa(np.zeros(5, dtype=int), np.zeros(5, dtype=int)))
    assert np.isnan(kappa(np.zeros(0, dtype=int), np.zeros(0, dtype=int)))


def test_alpha_of_the_example_in_krippendorffs_text():
    # 12 units, 4 observers, 5 values, missing data: nominal alpha 0.743
    rows = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    coding = np.array([[-1 if cell == "." else int(cell) for cell in row.split()] for row in rows])
    assert alpha(coding) == pytest.approx(0.743, abs=0.0005)


def test_alpha_says_nothing_where_one_thing_was_marked():
    assert np.isnan(alpha(np.zeros((2, 5), dtype=int)))
    assert np.isnan(alpha(np.array([[0, 1], [-1, -1]])))
