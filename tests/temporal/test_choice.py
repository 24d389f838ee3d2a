"""Which decoding suits each label."""

from __future__ import annotations

import numpy as np
import pytest

from ethonight.annotations.frames import active
from ethonight.temporal.choice import Validated, choose, default_decoding
from ethonight.temporal.decoding import Decoding, decode, decoded_mask
from ethonight.temporal.trial import bout_lengths, joined


def recording(seed, steps=3000, lengths=(90, 2), level=0.55, noise=0.35, rate=30):
    """One recording: long bouts with flickering, weak scores, and twitches of two steps with clear ones."""
    random = np.random.default_rng(seed)
    truth = np.zeros((steps, len(lengths)), dtype=bool)
    for c, length in enumerate(lengths):
        for start in range(int(random.integers(100)), steps - length, 250 + 50 * c):
            truth[start : start + length, c] = True
    scores = np.where(truth, [level] + [0.9] * (len(lengths) - 1), 0.15) + random.normal(0, noise, truth.shape) * [
        1,
        *[0.15] * (len(lengths) - 1),
    ]
    return Validated(
        np.clip(scores, 0, 1).astype(np.float32), truth, np.ones(steps, dtype=bool), np.arange(steps + 1) / rate
    )


def frame_f1(recordings, decodings, exclusive=False):
    found = [decoded_mask(r.scores, r.edges, ["long", "twitch"], decodings, exclusive)[r.scored] for r in recordings]
    truth = [r.truth[r.scored] for r in recordings]
    both = sum((f & t).sum(axis=0) for f, t in zip(found, truth, strict=True))
    return 2 * both / sum(f.sum(axis=0) + t.sum(axis=0) for f, t in zip(found, truth, strict=True))


def recall_of_twitches(one, decodings):
    found = active(decode(one.scores, one.edges, ["long", "twitch"], decodings, False), ["long", "twitch"], one.edges)
    starts = np.flatnonzero(np.diff(one.truth[:, 1].astype(int), prepend=0) == 1)
    return np.mean([found[start : start + 2, 1].any() for start in starts])


@pytest.mark.parametrize("exclusive", [False, True])
def test_chosen_decodings_are_good_on_other_recordings(exclusive):
    validation, test = ([recording(seed) for seed in seeds] for seeds in ((1, 2), (3, 4)))
    if exclusive:
        validation, test = (
            [r._replace(scores=r.scores / 2, truth=r.truth & [[True, False]]) for r in group]
            for group in (validation, test)
        )
    chosen = choose(validation, ["long", "twitch"], exclusive)
    plain = dict.fromkeys(("long", "twitch"), Decoding())
    assert frame_f1(test, chosen, exclusive)[0] > max(0.9, frame_f1(test, plain, exclusive)[0] + 0.1)


def test_flicker_is_smoothed_and_twitches_survive():
    chosen = choose([recording(seed) for seed in (1, 2)], ["long", "twitch"])
    assert chosen["long"].smoothing > 0.1
    assert chosen["twitch"].smoothing <= 0.1
    assert chosen["twitch"].least_duration < 2 / 30
    assert recall_of_twitches(recording(5), chosen) > 0.95


def test_without_validation_the_typical_length_decides():
    chosen = choose([], ["sleep", "twitch", "new"], typical={"sleep": 20.0, "twitch": 0.07})
    assert chosen["sleep"] == default_decoding(20.0)
    assert chosen["sleep"].smoothing == 1.0
    assert recall_of_twitches(recording(5), {"long": Decoding(), "twitch": default_decoding(2 / 30)}) > 0.95
    assert chosen["new"] == default_decoding() == Decoding(0.5, 0.4)


def test_a_label_without_a_validation_bout_has_its_default():
    one = recording(1)
    quiet = one._replace(truth=one.truth & [[True, False]])
    chosen = choose([quiet], ["long", "twitch"], typical={"twitch": 1.0})
    assert chosen["twitch"] == default_decoding(1.0)
    assert chosen["long"] != default_decoding(3.0)


def test_bouts_that_nobody_watched_choose_nothing():
    one = recording(1)
    unwatched = one._replace(scored=np.zeros(3000, dtype=bool))
    assert choose([unwatched], ["long", "twitch"]) == choose([], ["long", "twitch"])
    # scores of the unwatched half are wrong, and change nothing
    half = one._replace(scored=np.arange(3000) < 1500)
    wrong = half._replace(scores=np.where(half.scored[:, None], half.scores, 1 - half.scores))
    first, second = (choose([r], ["long", "twitch"]) for r in (half, wrong))
    assert {label: (d.high, d.low) for label, d in first.items()} == {
        label: (d.high, d.low) for label, d in second.items()
    }


def test_few_bouts_change_thresholds_only():
    few = recording(1, steps=400, level=0.35, noise=0.05)  # two bouts
    chosen = choose([few], ["long", "twitch"])["long"]
    start = default_decoding(3.0)
    assert (chosen.smoothing, chosen.least_duration, chosen.least_gap) == (
        start.smoothing,
        start.least_duration,
        start.least_gap,
    )
    assert chosen.high < 0.4


def test_the_choice_is_the_same_each_time():
    validation = [recording(seed) for seed in (1, 2)]
    assert choose(validation, ["long", "twitch"]) == choose(validation, ["long", "twitch"])


def test_plain_tuples_and_empty_recordings_are_fine():
    one = recording(1)
    empty = (np.zeros((0, 2), np.float32), np.zeros((0, 2), bool), np.zeros(0, bool), np.zeros(1))
    assert choose([tuple(one), empty], ["long", "twitch"]) == choose([one], ["long", "twitch"])


def test_a_trial_decodes_what_decoding_does_and_keeps_recordings_apart():
    recordings = [recording(seed, steps=600) for seed in (1, 2)]
    trial = joined([(r.scores[:, 0].astype(float), r.truth[:, 0], r.scored, r.edges) for r in recordings])
    for decoding in (Decoding(), Decoding(0.6, 0.3, 0.2, 0.3, 0.2), Decoding(0.3, 0.1, 0.0, 0.0, 60.0)):
        starts, stops = trial.decoded(decoding)
        found = np.zeros(1201, dtype=bool)
        for start, stop in zip(starts, stops, strict=True):
            found[start:stop] = True
        expected = [decoded_mask(r.scores[:, :1], r.edges, ["a"], {"a": decoding}, False)[:, 0] for r in recordings]
        assert (found == np.concatenate([expected[0], [False], expected[1]])).all()


def test_a_trial_joins_nothing_across_steps_that_are_unknown_or_taken():
    scores = np.full(30, 0.9)
    scores[[10, 11]] = 0.0
    plain = (scores, scores > 0, np.ones(30, dtype=bool), np.arange(31) / 10)
    decoding = Decoding(least_gap=5)
    assert len(joined([plain]).decoded(decoding)[0]) == 1
    unknown = np.where(np.arange(30) == 10, np.nan, scores)
    assert len(joined([(unknown, *plain[1:])]).decoded(decoding)[0]) == 2
    assert len(joined([plain], [np.arange(30) == 10]).decoded(decoding)[0]) == 2


def test_the_value_of_a_perfect_decoding_is_one_and_of_nothing_zero():
    one = recording(1)
    trial = joined([(one.truth[:, 0].astype(float), one.truth[:, 0], one.scored, one.edges)])
    assert trial.value(Decoding()) == 1.0
    silent = joined([(np.zeros(3000), one.truth[:, 0], one.scored, one.edges)])
    assert silent.value(Decoding()) == 0.0


def test_short_but_usual_lengths():
    one = recording(1)
    assert bout_lengths([(one.truth[:, 0], one.edges)]) == pytest.approx(3.0)
    assert bout_lengths([]) == 0.0
