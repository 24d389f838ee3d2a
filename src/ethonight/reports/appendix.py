"""What is needed to do it again, and what the words mean."""

from __future__ import annotations

from ethonight.reports.about import About
from ethonight.reports.markup import NOTHING, Column, escape, labelled, paragraph, table

_WORDS = (
    ("Bout", "One stretch of one behaviour of one animal, from its beginning to its end."),
    (
        "Overlap (tIoU)",
        "The time that a marked and a found bout share, divided by the time that either of them covers. A found bout "
        "counts as right at @50 when that is 50 % or more; each bout can be matched once.",
    ),
    ("Precision", "Of what the model reports, the share that is right."),
    ("Recall", "Of what a person marked, the share that the model found."),
    ("F1", "The harmonic mean of precision and recall: high only when both are."),
    (
        "AP, mAP",
        "Average precision: how well scores put right things before wrong ones, over all thresholds; and its mean.",
    ),
    ("Edit score", "How well the order of bouts agrees, whatever their times: 1 less the share of bouts to change."),
    ("Time step", "The model judges a video in equal steps; time that nobody watched is left out."),
    ("Chance", "The marked bouts, moved to random times: what somebody who has not seen the video would reach."),
    ("95 % interval", "What the number could have been with other videos of the same kind; wide with few videos."),
    ("Concordance (CCC)", "How near the dots are to the line where found equals marked; 1 is perfect."),
)


def appendix(about: About, colours: dict[str, str]) -> str:
    """Return the section on how to repeat this, and the glossary."""
    words = "".join(f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>" for word, meaning in _WORDS)
    return (
        '<section id="again"><h2>To do it again</h2>'
        + _decoding(about, colours)
        + _versions(about)
        + (f"<h3>Training file</h3><pre>{escape(about.settings.strip())}</pre>" if about.settings.strip() else "")
        + f'</section><section id="words"><h2>Words</h2><dl class="words">{words}</dl></section>'
    )


def _decoding(about: About, colours: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for values in about.decoding.values() for name in values))
    if not names:
        return ""
    columns = [Column("Behaviour", kind="text"), *(Column(name.replace("_", " ")) for name in names)]
    rows = [
        [labelled(label, colours), *(_value(values.get(name)) for name in names)]
        for label, values in about.decoding.items()
    ]
    intro = "Chosen on validation videos only (without any: the usual ones), stored in the model; times in seconds."
    return "<h3>How scores become bouts</h3>" + paragraph(intro) + table(columns, rows, kind="small")


def _value(value: object) -> str:
    if value is None:
        return NOTHING
    return f"{value:.4g}" if isinstance(value, float) else escape(value)


def _versions(about: About) -> str:
    if not about.versions:
        return ""
    rows = [[escape(name), f'<span class="name">{escape(value)}</span>'] for name, value in about.versions]
    return "<h3>Made with</h3>" + table([Column("", kind="text"), Column("", kind="text")], rows, kind="small bare")
