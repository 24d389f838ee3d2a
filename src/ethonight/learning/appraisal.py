"""How well a model does, as numbers and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ethonight.files import replace_atomically
from ethonight.metrics.bouts import bout_metrics
from ethonight.metrics.evaluated import Evaluated
from ethonight.metrics.frames import frame_metrics
from ethonight.metrics.summary import evaluate
from ethonight.reports.about import About
from ethonight.reports.report import write_report

METRICS = "metrics.json"
REPORT = "report.html"


@dataclass(frozen=True)
class Appraised:
    """Metrics of recordings, or none where nothing was held out."""

    metrics: dict[str, Any]
    recordings: tuple[Evaluated, ...]

    FILES: ClassVar[tuple[str, ...]] = (METRICS, REPORT)


def appraise(
    recordings: Sequence[Evaluated],
    linear: Sequence[Evaluated],
    labels: Sequence[str],
    coders: dict[str, Any] | None = None,
) -> Appraised:
    """Return the metrics of ``recordings``, with those of a logistic regression on the same ones beside them."""
    watched = tuple(recording for recording in recordings if recording.scored.any())
    if not watched:
        return Appraised({"format": 1, "labels": list(labels), "headline": "", "coders": coders}, ())
    metrics = evaluate(watched, labels)
    if linear:
        metrics["baselines"]["logistic"] = _linear([one for one in linear if one.scored.any()], labels)
    metrics["coders"] = coders
    metrics["headline"] = headline(metrics)
    return Appraised(metrics, watched)


def headline(metrics: dict[str, Any]) -> str:
    """Return the two numbers for the table's message."""
    f1, bouts = metrics["frames"]["macro"]["f1"], metrics["bouts"]["macro"]["f1"]["50"]
    if f1 is None or bouts is None:
        return ""
    return f"On videos it has not seen: frame F1 {f1:.2f}, bout F1@50 {bouts:.2f}."


def write_appraisal(folder: Path, appraised: Appraised, about: About) -> None:
    """Write ``metrics.json`` and ``report.html`` into ``folder``."""
    text = json.dumps(appraised.metrics, ensure_ascii=False, indent=1, allow_nan=False)
    replace_atomically(folder / METRICS, text.encode())
    write_report(folder / REPORT, appraised.metrics, appraised.recordings, about)


def _linear(recordings: Sequence[Evaluated], labels: Sequence[str]) -> dict[str, Any]:
    frames, bouts = frame_metrics(recordings, labels), bout_metrics(recordings, labels)
    return {
        "what": "a logistic regression on single time steps of the same features",
        "frames": {
            "classes": {label: frames["classes"][label]["f1"] for label in labels},
            "macro_f1": frames["macro"]["f1"],
        },
        "bouts": {
            "classes": {label: bouts["classes"][label]["f1"] for label in labels},
            "macro_f1": bouts["macro"]["f1"],
        },
    }
