"""The ethogram as a picture file."""

from __future__ import annotations

from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
import pytest
from numpy.typing import NDArray

from ethonight.reports.ethogram import WIDTH, draw_ethogram, ethogram_png
from ethonight.reports.lane import Lane
from ethonight.reports.palette import label_colours, rgb


def lane(subject: str = "", labels: int = 2, seconds: int = 100) -> Lane:
    """Return a lane in which the first label is active from 50 to 60 s and the last one in the last second."""
    edges = np.arange(seconds * 10 + 1) / 10
    predicted = np.zeros((len(edges) - 1, labels), np.bool_)
    predicted[500:600, 0] = True
    predicted[-10:, -1] = True
    return Lane(subject, edges, predicted)


def picture(data: bytes) -> NDArray[np.uint8]:
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read[:, :, ::-1], np.uint8)


def columns_of(pixels: NDArray[np.uint8], colour: str) -> NDArray[np.intp]:
    """Return the columns in which a run of five pixels has the colour."""
    same = (pixels == rgb(colour)).all(axis=2)
    return np.flatnonzero(same.sum(axis=0) >= 5)


def test_bouts_have_their_colours_at_their_times() -> None:
    pixels = picture(ethogram_png(["groom", "rear"], [lane()]))
    colours = label_colours(["groom", "rear"])
    groom, rear = columns_of(pixels, colours["groom"]), columns_of(pixels, colours["rear"])
    end = rear[-1] + 1
    width = (end - groom[0]) / 0.5
    assert pixels.shape[1] == WIDTH
    assert (groom[-1] - groom[0] + 1) / width == pytest.approx(0.1, abs=0.002)
    assert (rear[-1] - rear[0] + 1) / width == pytest.approx(0.01, abs=0.002)
    assert end - width > 0


def test_every_subject_and_label_has_a_row() -> None:
    labels = [f"behaviour {place}" for place in range(20)]
    few, many = ethogram_png(labels, [lane("a", 20)]), ethogram_png(labels, [lane(name, 20) for name in "abcdefgh"])
    assert picture(many).shape[0] > 3 * picture(few).shape[0]


@pytest.mark.parametrize("label", ["$x_1$ costs 5$", "Häufig & lang <b>", "中文", "a" * 300, "two\tparts"])
def test_any_label_and_title_can_be_drawn(label: str) -> None:
    assert picture(ethogram_png([label, "rear"], [lane(label)], title=label)).shape[1] == WIDTH


def test_a_short_and_a_long_recording_can_be_drawn() -> None:
    for seconds in (60, 100_000):
        assert picture(ethogram_png(["groom"], [lane(labels=1, seconds=seconds)])).shape[1] == WIDTH


def test_the_file_is_there_whole_and_nothing_else(tmp_path: Path) -> None:
    draw_ethogram(tmp_path / "a.png", ["groom", "rear"], [lane()], "a")
    draw_ethogram(tmp_path / "a.png", ["groom", "rear"], [lane()], "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert picture((tmp_path / "a.png").read_bytes()).shape[1] == WIDTH


def test_no_subject_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one subject"):
        draw_ethogram(tmp_path / "a.png", ["groom"], [])
    assert not list(tmp_path.iterdir())


def test_the_settings_of_matplotlib_stay_as_they_are() -> None:
    before = dict(mpl.rcParams)
    ethogram_png(["groom", "rear"], [lane()])
    assert dict(mpl.rcParams) == before


def test_the_same_recording_gives_the_same_bytes() -> None:
    assert ethogram_png(["groom", "rear"], [lane()], "a") == ethogram_png(["groom", "rear"], [lane()], "a")
