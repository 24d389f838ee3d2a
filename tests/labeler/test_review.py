"""A person reviews what a model has marked, in the browser; what they say is in their file, to the frame."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.bouts_writing import write_annotation
from ethonight.annotations.ethogram import Ethogram, write_ethogram
from ethonight.arena.numbered import Numbered, write_numbered
from ethonight.ledger.view import read_rows
from ethonight.predictions.scores_file import ScoresFile
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace

Served = Any
Until = Callable[[Callable[[], object]], None]
FPS, FRAMES = 25, 250
PREDICTED = (("grooming", 25, 50, 0.52), ("rearing", 100, 125, 0.6), ("walking", 175, 200, 0.75))
LABELS = tuple(label for label, *_ in PREDICTED)


def predict(workspace: Workspace, video: str, bouts: tuple[tuple[str, int, int, float], ...], frames: int) -> None:
    """Write what a model of two networks leaves behind: bouts (label, frames, score) and scores."""
    scores = np.full((1, frames, len(LABELS)), 0.02, dtype=np.float32)
    for label, first, stop, score in bouts:
        scores[0, first:stop, LABELS.index(label)] = score
    folder = workspace.predictions / video
    folder.mkdir()
    rows = tuple(Bout(label, first / FPS, stop / FPS, score=score) for label, first, stop, score in bouts)
    write_annotation(folder / "mice.csv", Annotation(rows))
    edges = np.arange(frames + 1) / FPS
    spread = np.full(scores.shape, 0.05, dtype=np.float16)
    ScoresFile(scores, edges, LABELS, [""], video, "mice_20260301_220405", 0.0, "", spread).write(folder / "mice.h5")


@pytest.fixture
def workspace(workspace: Workspace, tmp_path: Path) -> Workspace:
    """The numbered video with predictions, and another one from which the model has learned."""
    other = tmp_path / "taught.mp4"
    write_numbered(other, Numbered.constant(100, fps=25))
    add_recording(workspace, [other])
    write_annotation(workspace.annotations / "taught" / "ben.csv", Annotation((Bout("grooming", 1.0, 2.0),)))
    training = workspace.settings / "mice" / "train.toml"
    training.parent.mkdir()
    training.write_text(
        'task = "train"\nmodel = "mice"\nfeatures = "motion"\n[[pairs]]\nvideo = "taught"\nannotations = "ben"\n',
        "utf-8",
    )
    write_ethogram(workspace.ethogram, Ethogram().with_labels(LABELS))
    predict(workspace, "numbered", PREDICTED, FRAMES)
    return workspace


@pytest.fixture
def review(page: Page, server: Served) -> Page:
    """The page with the first question of the model ``mice`` to anna, which is not playing."""
    server.ready()
    page.goto(f"{server.origin}/#/numbered/anna")
    page.get_by_test_id("tab-review").click()
    page.get_by_test_id("review-start").click()
    expect(page.get_by_test_id("review-where")).to_contain_text("frames 25 to 49")
    page.wait_for_function("document.documentElement.dataset.playing === 'true'")
    return page


def rows_of(workspace: Workspace, coder: str = "anna") -> list[tuple[str, int, int]]:
    """Return label and frames of what stands in a coder's file, the scored stretches among it."""
    path = workspace.annotations / "numbered" / f"{coder}.csv"
    rows = read_annotation(path).rows if path.is_file() else ()
    return sorted((row.label, round(row.start * FPS), round(row.end * FPS)) for row in rows)


def asked(page: Page, label: str, first: int, stop: int) -> None:
    """Wait until this is asked."""
    card = page.get_by_test_id("review-card")
    expect(page.get_by_test_id("review-label")).to_have_value(label)
    expect(card).to_have_attribute("data-first", str(first))
    expect(card).to_have_attribute("data-stop", str(stop))


def test_three_predictions_are_reviewed_and_taught(review: Page, server: Served, until: Until) -> None:
    page, workspace = review, server.workspace
    asked(page, "grooming", 25, 50)
    page.keyboard.press("Enter")
    asked(page, "rearing", 100, 125)
    expect(page.get_by_test_id("review-counts")).to_contain_text("1 answered (the model was right in 1)")
    for _ in range(3):
        page.keyboard.press(",")
    asked(page, "rearing", 100, 122)
    drag(page, "review-first", 10)
    until(lambda: page.get_by_test_id("review-card").get_attribute("data-first") != "100")
    first = int(page.get_by_test_id("review-card").get_attribute("data-first") or 0)
    assert 100 < first < 122
    page.keyboard.press("Enter")
    asked(page, "walking", 175, 200)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("review-done")).to_be_visible()
    expect(page.get_by_test_id("review-counts")).to_contain_text("3 answered (the model was right in 1) · 0 left")
    expected = [
        (SCORED, 0, 75),  # a second of quiet around the bout
        (SCORED, 75, 150),
        (SCORED, 150, 225),
        ("grooming", 25, 50),
        ("rearing", first, 122),
    ]
    until(lambda: rows_of(workspace) == united(expected))
    page.get_by_test_id("review-train").click()
    expect(page.get_by_test_id("review-result")).to_contain_text("settings/mice/train.toml")
    document = tomllib.loads((workspace.settings / "mice" / "train.toml").read_text("utf-8"))
    assert document["pairs"] == [
        {"video": "taught", "annotations": "ben"},
        {"video": "numbered", "annotations": "anna"},
    ]
    assert [(row.settings, row.status) for row in read_rows(workspace)] == [("settings/mice/train.toml", "pending")]


def drag(page: Page, handle: str, pixels: int) -> None:
    """Drag something to the right."""
    box = page.get_by_test_id(handle).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y, steps=4)
    page.mouse.up()


def united(rows: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return the rows with scored stretches that touch as one."""
    scored = sorted(row for row in rows if row[0] == SCORED)
    joined = [scored[0]]
    for label, first, stop in scored[1:]:
        if first <= joined[-1][2]:
            joined[-1] = (label, joined[-1][1], max(stop, joined[-1][2]))
        else:
            joined.append((label, first, stop))
    return sorted([*joined, *(row for row in rows if row[0] != SCORED)])


def test_an_answer_is_taken_back_and_another_name_is_given(review: Page, server: Served, until: Until) -> None:
    page, workspace = review, server.workspace
    page.keyboard.press("Delete")
    asked(page, "rearing", 100, 125)
    until(lambda: rows_of(workspace) == [(SCORED, 0, 75)])
    page.keyboard.press("ArrowUp")
    asked(page, "grooming", 25, 50)
    until(lambda: rows_of(workspace) == [])
    page.keyboard.press("w")
    asked(page, "walking", 25, 50)
    page.keyboard.press("Enter")
    until(lambda: rows_of(workspace) == [(SCORED, 0, 75), ("walking", 25, 50)])
    expect(page.get_by_test_id("review-counts")).to_contain_text("1 answered (the model was right in 0)")


def test_what_is_skipped_comes_last_and_stays_open(review: Page, server: Served) -> None:
    page = review
    page.keyboard.press("ArrowDown")
    asked(page, "rearing", 100, 125)
    expect(page.get_by_test_id("review-counts")).to_contain_text("1 skipped · 3 left")
    found = server.get("/api/review?coder=anna&model=mice").json
    assert [item["label"] for item in found["items"]] == ["rearing", "walking", "grooming"]
    assert rows_of(server.workspace) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("review-start")).to_be_visible()


def test_questions_and_answers_that_make_no_sense_are_refused(server: Served) -> None:
    server.ready()
    path, who = "/api/review/decide", {"coder": "anna", "model": "mice"}
    item = {"video": "numbered", "subject": "", "label": "grooming", "first": 25, "stop": 50}
    here = {"label": "grooming", "first": 25, "stop": 50}
    assert server.get("/api/review?coder=anna&model=rats").status == 404
    assert server.get("/api/review?coder=../anna&model=mice").status == 400
    assert server.get("/api/review?coder=anna&model=mice&video=taught").status == 404
    for wrong in (
        {},
        {"do": "keep"},
        {"do": "keep", "item": item},
        {"do": "explode", "item": item},
        {"do": "keep", "item": item, "here": {**here, "stop": 25}},
        {"do": "keep", "item": item, "here": {**here, "stop": 10_000}},
        {"do": "keep", "item": item, "here": {**here, "label": SCORED}},
        {"do": "keep", "item": item, "here": {**here, "label": ""}},
        {"do": "reject", "item": item, "also": "all"},
    ):
        assert server.post(path, {**who, **wrong}).status == 400, wrong
    assert server.post(path, {**who, "do": "reject", "item": {**item, "stop": 51}}).status == 409
    assert server.post(path, {**who, "do": "undo"}).status == 409
    assert server.post("/api/review/train", who).status == 409
    assert rows_of(server.workspace) == []


def test_who_has_watched_the_whole_video_is_asked_nothing(server: Served) -> None:
    server.ready()
    write_annotation(server.workspace.annotations / "numbered" / "ben.csv", Annotation((Bout("grooming", 1.0, 2.0),)))
    found = server.get("/api/review?coder=ben&model=mice").json
    assert found["items"] == []
    assert "ben counts as having watched all of it" in found["notes"][0]
