"""All metrics in one dictionary, and what they say in sentences."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from ethonight.metrics.sentences import sentences
from ethonight.metrics.summary import evaluate

LABELS = ["a", "b"]


def bouts(number, label="a"):
    return [(label, start, start + 0.6) for start in np.arange(number) * 1.0]


def test_everything_can_be_written_as_json(random_recordings, make):
    for recordings in (random_recordings, [make(labels="abc")], [make([("a", 60, 60)], [], labels="abc")]):
        metrics = evaluate(recordings, list("abc"), resamples=50)
        assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics


def test_the_keys_are_those_that_are_documented(random_recordings):
    metrics = evaluate(random_recordings, list("abc"), resamples=50)
    documented = evaluate.__globals__["__doc__"]
    names = set()

    def collect(tree):
        if isinstance(tree, dict):
            names.update(tree)
            for value in tree.values():
                collect(value)
        elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
            collect(tree[0])

    collect(metrics)
    unknown = [name for name in names - set("abc") if f"``{name}``" not in documented and f'"{name}"' not in documented]
    assert [name for name in unknown if not name.startswith("0.")] == []


def test_data_counts_what_was_watched(make):
    recordings = [make(video="v", subject=str(n), unscored=[(10, 60)]) for n in range(2)]
    assert evaluate(recordings, LABELS, 10)["data"] == {
        "videos": 1,
        "subjects": 2,
        "groups": 0,
        "steps": 200,
        "seconds": 20.0,
        "unscored_seconds": 100.0,
    }


def test_the_same_recordings_give_the_same_numbers(random_recordings):
    assert evaluate(random_recordings, list("abc"), 50) == evaluate(random_recordings, list("abc"), 50)


def test_the_sentence_counts_in_hundreds_where_there_are_many(make):
    recordings = [make(bouts(50), bouts(50)[:40] + bouts(5, "b"), video=f"v{n}") for n in range(2)]
    said = evaluate(recordings, LABELS, 10)["sentences"]
    assert said[0] == "On videos it has not seen, it finds 80 of 100 a bouts, and 0 of 100 it reports are none."
    assert "half of the time" in said[-1]
    assert len(said) == 2


def test_the_sentence_counts_in_bouts_where_there_are_few(make):
    metrics = evaluate([make(bouts(8), [*bouts(6), ("a", 30, 31), ("a", 40, 41)])], LABELS, 10)
    assert (
        metrics["sentences"][0]
        == "On a video it has not seen, it finds 6 of the 8 a bouts, and 2 of the 8 it reports are none."
    )
    assert sentences(metrics, unseen=False)[0].startswith("On this video, it finds 6")


def test_a_label_that_is_never_reported(make):
    said = evaluate([make(bouts(1), [])], LABELS, 10)["sentences"]
    assert said[0] == "On a video it has not seen, it finds 0 of the one a bout, and reports none."


def test_warnings_tell_what_makes_numbers_doubtful(make):
    metrics = evaluate([make(bouts(3), bouts(3, "b"), video=f"v{n}") for n in range(2)], LABELS, 50)
    text = " ".join(metrics["warnings"])
    assert "only 2 videos" in text
    assert "only 6 true bouts of 'a'" in text
    assert "'a' is found no better than by chance" in text
    assert "'b' does not occur in the test" in text
    assert "the model reports 6 bouts of it" in text


def test_good_and_plenty_has_no_warnings(make):
    recordings = [make(bouts(30) + bouts(30, "b"), bouts(30) + bouts(30, "b"), video=f"v{n}") for n in range(5)]
    assert evaluate(recordings, LABELS, 50)["warnings"] == []


def test_an_interval_that_is_wide_is_told(make):
    recordings = [make(bouts(20), bouts(20) if n % 2 else [], video=f"v{n}") for n in range(6)]
    assert any("F1 of 'a' bouts is uncertain" in said for said in evaluate(recordings, LABELS, 200)["warnings"])


def test_nothing_watched_at_all_is_refused(make):
    with pytest.raises(ValueError, match="no step of these recordings was watched"):
        evaluate([replace(make(), scored=np.zeros(600, dtype=bool))], LABELS)


def test_one_recording_that_nobody_watched_changes_nothing_but_its_own_row(make):
    good = make(bouts(5), bouts(5), video="v")
    blank = replace(make(bouts(5), bouts(2), video="w"), scored=np.zeros(600, dtype=bool))
    with_blank, without = (evaluate(recordings, LABELS, 10) for recordings in ([good, blank], [good]))
    for part in ("frames", "bouts", "timing", "errors"):
        assert with_blank[part] == without[part]
