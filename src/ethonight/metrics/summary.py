"""Everything there is to say about how a model did, in one dictionary that can be written as JSON.

The keys of ``evaluate``'s dictionary; every number is a float or an int, and None where it does not exist. "@10" and
so on stand for the overlap (temporal intersection over union, in percent) from which a bout counts as found.
``SCORE`` is ``{"10": x, "25": x, "50": x}``; ``INTERVAL`` is ``[low, high]`` (95 %) or None.

- ``format``: 1
- ``labels``: list of texts, in the order of the classes
- ``data``: ``videos``, ``subjects`` (recordings times subjects), ``groups`` (0 without), ``steps`` and ``seconds``
  (that a person watched), ``unscored_seconds`` (left out everywhere)
- ``frames``
    - ``classes``: label -> ``precision``, ``recall``, ``f1``, ``average_precision``, ``support`` (steps where it is
      true), ``predicted`` (steps where it was predicted), ``prevalence`` (share of the steps where it is true)
    - ``macro``, ``macro_with_none``, ``micro``: ``precision``, ``recall``, ``f1``, ``average_precision`` (None for
      micro)
    - ``accuracy``: share of the steps where exactly the true labels were predicted
    - ``confusion``: ``labels`` (the labels, then "none"), ``matrix`` (rows: true, columns: predicted; steps; rows sum
      to the support; a float where labels overlap, see :mod:`ethonight.metrics.frames`)
- ``bouts``
    - ``classes``: label -> ``truth`` and ``predicted`` (how many), ``found`` SCORE (true bouts that were found),
      ``precision`` SCORE, ``recall`` SCORE, ``f1`` SCORE, ``average_precision`` (``"0.10"`` ... ``"0.90"`` -> number)
    - ``macro``: ``precision`` SCORE, ``recall`` SCORE, ``f1`` SCORE (over the classes with any true or predicted
      bout)
    - ``micro``: the same, all bouts of all classes together (what the literature calls F1@k)
    - ``edit``: 0 to 1; ``map_30_70`` and ``map_10_90``: mean average precision over tIoU 0.3:0.1:0.7 and 0.1:0.1:0.9;
      ``map``: ``"0.10"`` ... ``"0.90"`` -> mean over the classes
    - ``least_seconds``: bouts shorter than this were compared as if they lasted so long
    - ``strict``: without that, every bout as long as it is: ``classes``: label -> ``precision``, ``recall``, ``f1``
      SCORE; ``macro``, ``micro``: the same; ``map_30_70``
- ``timing``: errors of the bouts that were found @50, in seconds, predicted minus true (positive: too late)
    - ``classes``: label -> ``onset``, ``offset``, each: ``bouts``, ``median``, ``mad``, ``absolute_50``,
      ``absolute_90``, ``absolute_95``
    - ``all``: ``onset``, ``offset``
- ``totals``
    - ``recordings``: list of ``video``, ``subject``, ``label``, ``truth`` and ``predicted``, each of these:
      ``bouts``, ``seconds`` (total), ``mean_seconds``, ``latency`` (seconds of watched time before the first bout)
    - ``agreement``: label -> ``bouts``, ``seconds``, ``mean_seconds``, ``latency``, each: ``recordings`` (how many
      pairs of numbers), ``bias`` (mean of predicted minus true), ``low``, ``high`` (Bland-Altman limits),
      ``concordance`` (Lin), ``pearson``
- ``calibration``
    - ``classes``: label -> ``ece``, ``bins``: list of ``low``, ``high``, ``steps``, ``score`` (mean), ``frequency``
      (of truth)
    - ``all``: the same over all classes together
- ``baselines``: ``chance`` and ``majority``, each: ``what`` (one sentence), ``frames`` (``classes``: label -> f1,
  ``macro_f1``), ``bouts`` (``classes``: label -> SCORE of f1, ``macro_f1`` SCORE)
- ``uncertainty``: intervals under the same keys as the numbers they belong to
    - ``unit``: "video" or "group"; ``units``: how many; ``resamples``
    - ``frames``: ``classes``: label -> ``precision``, ``recall``, ``f1`` INTERVAL; ``macro``, ``macro_with_none``,
      ``micro``: the same
    - ``bouts``: ``classes``: label -> ``precision``, ``recall``, ``f1``: ``"10"``, ``"25"``, ``"50"`` -> INTERVAL;
      ``macro``, ``micro``: the same; ``edit`` INTERVAL
- ``errors``: ``false_positives`` and ``false_negatives``: at most 20 each, worst first: ``video``, ``subject``,
  ``label``, ``start``, ``end`` (seconds), ``score`` (false positives: the bout's; false negatives: the highest score
  of the label within the bout), ``overlap`` (tIoU with the nearest bout on the other side)
- ``coders``: None, or what :func:`ethonight.metrics.agreement.compare_coders` returns (put there by who has several
  coders)
- ``warnings``, ``sentences``: lists of texts, to be shown to a person
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ethonight.metrics.baselines import baseline_metrics
from ethonight.metrics.bouts import bout_metrics
from ethonight.metrics.calibration import calibration_metrics
from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.frames import frame_metrics
from ethonight.metrics.mistakes import mistakes
from ethonight.metrics.sentences import sentences, warnings
from ethonight.metrics.timing import timing_metrics
from ethonight.metrics.totals import totals_metrics
from ethonight.metrics.uncertainty import RESAMPLES, uncertainty_metrics

FORMAT = 1


def evaluate(
    recordings: Sequence[Evaluated], labels: Sequence[str], resamples: int = RESAMPLES, unseen: bool = True
) -> dict[str, Any]:
    """Return everything above. ``unseen``: whether the model had not seen these recordings when it was made.

    Raises ValueError for malformed recordings, and where nobody watched a single step.
    """
    validate(recordings, labels)
    if not any(recording.scored.any() for recording in recordings):
        raise ValueError("nothing to evaluate: no step of these recordings was watched by a person")
    metrics: dict[str, Any] = {
        "format": FORMAT,
        "labels": list(labels),
        "data": _data(recordings),
        "frames": frame_metrics(recordings, labels),
        "bouts": bout_metrics(recordings, labels),
        "timing": timing_metrics(recordings, labels),
        "totals": totals_metrics(recordings, labels),
        "calibration": calibration_metrics(recordings, labels),
        "baselines": baseline_metrics(recordings, labels),
        "uncertainty": uncertainty_metrics(recordings, labels, resamples),
        "errors": mistakes(recordings, labels),
        "coders": None,
    }
    return metrics | {"warnings": warnings(metrics), "sentences": sentences(metrics, unseen)}


def _data(recordings: Sequence[Evaluated]) -> dict[str, Any]:
    lengths = [np.diff(recording.edges) for recording in recordings]
    watched = sum(float(seconds[r.scored].sum()) for seconds, r in zip(lengths, recordings, strict=True))
    whole = sum(float(seconds.sum()) for seconds in lengths)
    return {
        "videos": len({recording.video for recording in recordings}),
        "subjects": len(recordings),
        "groups": len({recording.group for recording in recordings} - {""}),
        "steps": int(sum(recording.scored.sum() for recording in recordings)),
        "seconds": round(watched, 6),
        "unscored_seconds": round(whole - watched, 6),
    }
