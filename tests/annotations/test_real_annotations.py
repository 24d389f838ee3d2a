"""Bouts that people marked in real laboratories, as their programs saved them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts_csv import parse_annotation
from ethonight.annotations.bouts_writing import render_annotation
from ethonight.annotations.checks import beyond_video, overlapping_exclusive, unknown_labels
from ethonight.annotations.coders import coder_frames
from ethonight.annotations.problems import AnnotationError
from ethonight.frame_times import frame_edges

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "annotations"
RATERS = DATA / "multi_rater" / "AllLabDataOFT_final.csv"
SWIM = DATA / "multi_rater" / "FSTLables_Oliver_example.csv"

pytestmark = pytest.mark.skipif(not RATERS.is_file(), reason="the shared data folder is not here")


def renamed(path: Path) -> bytes:
    """The file with its columns named as here; everything else as it was saved."""
    header, _, rest = path.read_bytes().partition(b"\r\n")
    for old, new in ((b"from", b"timestamp"), (b"to", b"endTimestamp"), (b"type", b"labelId")):
        cells = [new if cell.strip(b'"') == old else cell for cell in header.split(b";")]
        header = b";".join(cells)
    return header + b"\r\n" + rest


def by_video_and_coder(data: bytes) -> dict[str, dict[str, bytes]]:
    header, *rows = data.splitlines(keepends=True)
    parts: defaultdict[str, defaultdict[str, bytes]] = defaultdict(lambda: defaultdict(lambda: header))
    for row in rows:
        cells = row.decode().replace('"', "").split(";")
        parts[cells[5]][cells[1]] += row
    return {video: dict(coders) for video, coders in parts.items()}


@pytest.mark.parametrize("path", [RATERS, SWIM], ids=lambda path: path.stem)
def test_a_file_with_other_columns_says_which_ones_are_meant(path: Path) -> None:
    with pytest.raises(AnnotationError) as caught:
        parse_annotation(path.read_bytes(), path.name)
    for old, new in (("from", "timestamp"), ("to", "endTimestamp"), ("type", "labelId")):
        assert f"If '{old}' is that column, rename it to '{new}'." in str(caught.value)


def test_the_row_without_an_end_is_named() -> None:
    with pytest.raises(AnnotationError) as caught:
        parse_annotation(renamed(RATERS), RATERS.name)
    assert str(caught.value) == (
        f"{RATERS.name}, line 5032, endTimestamp: expected seconds, found 'NA'. "
        "A bout needs both times; a point event has the same time twice."
    )


def test_a_whole_file_comes_out_as_it_went_in() -> None:
    data = renamed(SWIM)
    annotation = parse_annotation(data)
    assert len(annotation.bouts) == 103
    assert annotation.labels == ("Floating",)
    assert dict(annotation.bouts[0].extra)["Experimenter"] == "Oliver"
    assert render_annotation(annotation) == data
    assert render_annotation(annotation.with_bouts(annotation.bouts[1:])) == b"".join(
        line for number, line in enumerate(data.splitlines(keepends=True), 1) if number != 2
    )


def test_three_coders_of_twenty_videos() -> None:
    good = b"".join(line for line in renamed(RATERS).splitlines(keepends=True) if b";NA;" not in line)
    videos = by_video_and_coder(good)
    assert len(videos) == 20
    labels = ["Supported", "Unsupported", "Grooming"]
    edges = frame_edges(np.arange(25 * 660) / 25, 660.0)
    for coders in videos.values():
        read = {coder: parse_annotation(data, coder) for coder, data in coders.items()}
        assert all(render_annotation(one) == coders[coder] for coder, one in read.items())
        frames = coder_frames(read, labels, edges)
        assert frames.scored.all()
        first, second = frames.active[0].any(axis=1), frames.active[1].any(axis=1)
        assert (first & second).sum() > 0.5 * min(first.sum(), second.sum())  # they saw mostly the same
    whole = parse_annotation(good)
    assert len(whole.bouts) == 5517
    assert not beyond_video(whole, 660)
    found = " ".join(map(str, unknown_labels(whole, [*labels, "StartEnd", "Jumping"])))
    assert "'Start/End' (36 bouts) is not in the list of labels; did you mean 'StartEnd'?" in found
    assert "'_DEFAULT' (12 bouts)" in found


def test_one_coders_bouts_can_be_checked_against_each_other() -> None:
    good = b"".join(line for line in renamed(RATERS).splitlines(keepends=True) if b";NA;" not in line)
    annotation: Annotation = parse_annotation(by_video_and_coder(good)["OFT_38"]["Oliver"])
    assert [str(problem) for problem in overlapping_exclusive(annotation, ["Supported", "Unsupported"])] == [
        "line 127, timestamp: 'Unsupported' begins at 535.711 s while 'Supported' (line 128) goes on; "
        "only one can be true."
    ]
