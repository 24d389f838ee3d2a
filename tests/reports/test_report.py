"""The page about a model: whole in itself, right, and robust against what may be missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ethonight.metrics.evaluated import Evaluated
from ethonight.metrics.summary import evaluate
from ethonight.reports.about import About
from ethonight.reports.behaviours import behaviours
from ethonight.reports.curves import precision_recall_points
from ethonight.reports.markup import ratio
from ethonight.reports.recordings import mistakes
from ethonight.reports.report import report_page, write_report
from ethonight.reports.timing import boundary_errors
from ethonight.reports.training import read_log

LABELS = ["grooming", "rearing", "twitch"]
ODD = ["<b>", 'Häufig & "lang"', "'; alert(1) //", "</style><script>"]
VOID = {"meta", "br", "img", "link", "input", "hr"}
Make = Callable[..., list[Evaluated]]


class Page(HTMLParser):
    """Reads a page: its text, its addresses, and whether every element is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(recordings: Make, about: Callable[..., About]) -> Callable[..., tuple[Page, dict[str, Any]]]:
    """Return a maker of the page about so many recordings, and its metrics."""

    def make(number: int, labels: list[str], **more: object) -> tuple[Page, dict[str, Any]]:
        found = recordings(number, labels)
        metrics = json.loads(json.dumps(evaluate(found, labels, resamples=50)))
        return Page(report_page(metrics, found, about(labels, **more))), metrics

    return make


def test_the_page_needs_nothing_from_elsewhere(page: Callable[..., tuple[Page, Any]]) -> None:
    read, _ = page(3, LABELS)
    assert read.addresses
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in read.addresses)
    assert not read.tags & {"script", "link", "iframe", "object", "base"}


def test_the_page_holds_the_sentences_and_the_numbers(page: Callable[..., tuple[Page, Any]]) -> None:
    read, metrics = page(3, LABELS)
    assert metrics["sentences"] and all(sentence in read.text for sentence in metrics["sentences"])
    assert all(warning in read.text for warning in metrics["warnings"])
    for label in LABELS:
        bouts, frames = metrics["bouts"]["classes"][label], metrics["frames"]["classes"][label]
        for value in (bouts["f1"]["50"], frames["precision"], frames["recall"], frames["average_precision"]):
            assert ratio(value) in read.text
    for value in (metrics["bouts"]["edit"], metrics["baselines"]["chance"]["frames"]["macro_f1"]):
        assert ratio(value) in read.text


def test_every_link_leads_to_a_section(page: Callable[..., tuple[Page, Any]]) -> None:
    read, _ = page(3, LABELS)
    links = [address.removeprefix("#") for address in read.addresses if address.startswith("#")]
    assert len(set(read.ids)) == len(read.ids)
    assert set(links) <= set(read.ids) and len(links) > 8


def test_odd_labels_and_names_are_shown_as_they_are(page: Callable[..., tuple[Page, Any]]) -> None:
    read, _ = page(
        3, ODD, model="<i>model</i>", warnings=("a & b < c",), settings="x = '<pre>'", parts=(("<u>", ("<s>",)),)
    )
    assert not read.tags & {"b", "i", "u", "s", "script"} - {"b", "i"}
    for text in (*ODD, "<i>model</i>", "a & b < c", "x = '<pre>'", "<u>", "<s>"):
        assert text in read.text


def test_split_warnings_settings_and_versions_are_there(page: Callable[..., tuple[Page, Any]]) -> None:
    read, metrics = page(
        1,
        LABELS,
        split="Held out by cage.",
        warnings=("video0 ends early.", "video0 ends early."),
        notes=("Boxes in 98 %.",),
        settings='task = "train"',
        versions=(("torch", "2.14.1"),),
        decoding={"grooming": {"threshold": 0.4567, "least_seconds": 0.25}},
    )
    for text in ("Held out by cage.", "teacher", "Boxes in 98 %.", 'task = "train"', "2.14.1", "0.4567", "0.25"):
        assert text in read.text
    assert read.text.count("video0 ends early.") == 1
    assert any("only one video" in warning for warning in metrics["warnings"])


def test_a_simple_model_stands_beside_chance(recordings: Make, about: Callable[..., About]) -> None:
    found = recordings(2, LABELS)
    metrics = evaluate(found, LABELS, resamples=20)
    metrics["baselines"]["logistic"] = {"what": "linear", "frames": {"macro_f1": 0.4321}, "bouts": {}}
    text = Page(report_page(metrics, found, about(LABELS))).text
    assert "Logistic regression 0.43" in text and "Chance" in text and "Majority" in text


def test_people_stand_beside_the_model(recordings: Make, about: Callable[..., About]) -> None:
    found = recordings(2, LABELS)
    people = {label: {"kappa": 0.815, "frame_f1": 0.825, "bout_f1": {"50": 0.835}} for label in LABELS}
    mean = {"kappa": 0.7111, "classes": people, "macro_frame_f1": None, "macro_bout_f1": {}, "edit": 0.7222}
    pair = mean | {"first": "anna", "second": "<ben>", "videos": 2, "seconds": 5400.0}
    coders = {"coders": ["anna", "<ben>"], "videos": 2, "pairs": [pair], "mean": mean, "alpha": 0.7333}
    metrics = evaluate(found, LABELS, resamples=20) | {"coders": coders}
    text = Page(report_page(metrics, found, about(LABELS))).text
    for words in ("anna and <ben> 2 90.0 min 0.71", "0.83", "0.72", "0.73", "How people agree"):
        assert words in text


def test_a_label_without_bouts_and_a_video_that_is_wholly_wrong(about: Callable[..., About]) -> None:
    steps = 200
    edges = np.arange(steps + 1) / 10
    truth, predicted = np.zeros((steps, 2), np.bool_), np.zeros((steps, 2), np.bool_)
    truth[:50, 0] = True
    scores = np.full((steps, 2), np.nan, np.float32)
    one = Evaluated("a", "mouse 1", edges, truth, np.ones(steps, np.bool_), scores, predicted)
    metrics = evaluate([one], ["groom", "never"], resamples=20)
    text = Page(report_page(metrics, [one], about(["groom", "never"]))).text
    assert "never" in text and "mouse 1" in text


def test_no_test_videos_give_a_page_that_says_so(about: Callable[..., About]) -> None:
    text = Page(report_page({}, [], about(LABELS, settings="x = 1"))).text
    assert "Nothing was held out" in text and "x = 1" in text
    assert "nan" not in text.lower().split()


def test_whatever_is_missing_is_left_out(recordings: Make, about: Callable[..., About]) -> None:
    found = recordings(3, LABELS, 30)
    whole = json.loads(json.dumps(evaluate(found, LABELS, resamples=20)))
    for key in whole:
        Page(report_page({name: part for name, part in whole.items() if name != key}, found, about(LABELS)))
        Page(report_page(whole | {key: None}, found, about(LABELS)))
    Page(report_page(emptied(whole), found, about(LABELS)))


def emptied(value: Any) -> Any:
    """Return the same tree with None for every number."""
    if isinstance(value, dict):
        return {key: emptied(part) for key, part in value.items()}
    return (
        [emptied(part) for part in value] if isinstance(value, list) else None if not isinstance(value, str) else value
    )


def test_the_worst_mistakes_have_video_and_time(recordings: Make) -> None:
    found = recordings(1, LABELS)
    wrong = {
        "video": "video0",
        "subject": "",
        "label": "rearing",
        "start": 61.26,
        "end": 63.0,
        "score": 0.9,
        "overlap": 0,
    }
    html = mistakes({"errors": {"false_positives": [wrong]}}, found, dict.fromkeys(LABELS, "#0a6fb3"))
    text = Page(html).text
    assert "0:01:01.3" in text and "0:01:03.0" in text and "video0" in text and "none" in text
    assert "data:image/png" in html


def test_mistakes_outside_of_what_is_shown_are_listed_too() -> None:
    wrong = {"video": "gone", "label": "other", "start": 1, "end": 2, "score": None, "overlap": None}
    html = mistakes({"errors": {"false_negatives": [wrong]}}, [], {"rearing": "#0a6fb3"})
    assert "gone" in Page(html).text and "data:image/png" not in html


def test_precision_and_recall_by_hand() -> None:
    scores = np.array([[0.9], [0.8], [0.7], [0.2]], np.float32)
    truth = np.array([[True], [False], [True], [True]])
    scored = np.array([True, True, True, False])
    one = Evaluated("a", "", np.arange(5.0), truth, scored, scores, truth)
    assert precision_recall_points([one], 0) == [(0.5, 1.0), (0.5, 0.5), (1.0, 2 / 3)]
    assert precision_recall_points([], 0) == []


def test_histograms_and_table_count_the_same_bouts(recordings: Make) -> None:
    found = recordings(3, LABELS)
    metrics = evaluate(found, LABELS, resamples=20)
    for place, label in enumerate(LABELS):
        onsets, offsets = boundary_errors(found, LABELS)[place]
        assert len(onsets) == metrics["timing"]["classes"][label]["onset"]["bouts"]
        assert np.median(offsets) == pytest.approx(metrics["timing"]["classes"][label]["offset"]["median"])


def test_the_training_log_becomes_curves(tmp_path: Path, about: Callable[..., About]) -> None:
    log = tmp_path / "training_log.csv"
    log.write_text("seed,epoch,loss,validation_f1,seconds\n0,1,2.5,0.1,3\n0,2,1.5,,3\n1,1,2.0,nan,3\n1,2,1.0,0.6,3\n")
    assert read_log(log) == {
        "loss": [[(1.0, 2.5), (2.0, 1.5)], [(1.0, 2.0), (2.0, 1.0)]],
        "validation f1": [[(1.0, 0.1)], [(2.0, 0.6)]],
    }
    assert "How training went" in Page(report_page({}, [], about(LABELS, training_log=log))).text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n", b"epoch,loss\nx,y\n"])
def test_a_training_log_that_says_nothing_is_left_out(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(content)
    assert read_log(tmp_path / "log.csv") == {}
    assert read_log(tmp_path / "none.csv") == {}


def test_many_recordings_stay_small(recordings: Make, about: Callable[..., About]) -> None:
    found = recordings(30, [f"behaviour {place}" for place in range(12)])
    labels = [f"behaviour {place}" for place in range(12)]
    metrics = evaluate(found[:2], labels, resamples=5)
    assert len(report_page(metrics, found, about(labels)).encode()) < 5_000_000


def test_the_file_is_there_whole(tmp_path: Path, recordings: Make, about: Callable[..., About]) -> None:
    found = recordings(1, LABELS)
    path = tmp_path / "report.html"
    write_report(path, evaluate(found, LABELS, resamples=5), found, about(LABELS))
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    html = path.read_text("utf-8")
    assert html.startswith("<!DOCTYPE html>") and html.rstrip().endswith("</html>")
    assert not re.search(r"\b(nan|None|inf)\b", Page(html).text)


def test_the_table_says_what_the_numbers_are_when_short_bouts_are_taken_as_they_are() -> None:
    def bouts(first: float, second: float) -> dict[str, Any]:
        return {label: {"f1": {"50": f1}} for label, f1 in (("<b>", first), ("rearing", second))}

    strict = {"classes": bouts(0.5, 0.8), "macro": {"f1": {"50": 0.65}}}
    metrics = {"bouts": {"least_seconds": 0.2, "classes": bouts(0.9, 0.8), "strict": strict}}
    text = " ".join(Page(behaviours(metrics, {"<b>": "#111111", "rearing": "#222222"})).words)
    assert "Bouts shorter than 0.2 s are compared as if they lasted so long." in text
    assert "the mean F1@50 is 0.65, <b> 0.50." in text
    strict["classes"] = bouts(0.9, 0.8)
    assert "is 0.65: the same for every behaviour." in behaviours(metrics, {"rearing": "#222222"})
    del metrics["bouts"]["strict"]
    assert "shorter than" not in behaviours(metrics, {"rearing": "#222222"})
