"""What people see of the subjects."""

from __future__ import annotations

import numpy as np

from ethonight.subjects.boxes import Located, Scene
from ethonight.subjects.frame import WholeFrame
from ethonight.subjects.overlay import contact_sheet, draw

SCENE = Scene(("1", "2"), 400, 200, 40.0, 80.0)


def two(found: bool) -> Located:
    centers = np.array([[[100, 100]], [[300, 100]]], np.float32)
    axes = np.full((2, 1, 2), (40, 16), np.float32)
    return Located(centers, axes, np.zeros((2, 1), np.float32), np.array([[True], [found]]))


def test_marks_are_where_the_subjects_are_at_any_size_of_picture() -> None:
    for scale in (1, 2):
        frame = np.zeros((200 * scale, 400 * scale, 3), np.uint8)
        drawn = draw(frame, SCENE, two(True), 0)
        rows, columns = np.nonzero(drawn.any(axis=2))
        assert columns.min() >= 55 * scale and columns.max() <= 345 * scale
        assert 50 * scale <= rows.min() and rows.max() <= 145 * scale
        assert not drawn[:, 150 * scale : 250 * scale].any()
        assert not frame.any()


def test_a_gap_looks_different() -> None:
    frame = np.zeros((200, 400, 3), np.uint8)
    seen, gap = draw(frame, SCENE, two(True), 0), draw(frame, SCENE, two(False), 0)
    assert (seen[:, :200] == gap[:, :200]).all()
    assert (seen[:, 200:] != gap[:, 200:]).any() and gap[100, 300].tolist() == [255, 60, 60]


def test_the_whole_frame_can_be_drawn() -> None:
    whole = WholeFrame(400, 200)
    drawn = draw(np.zeros((100, 200, 3), np.uint8), whole.scene, whole.locate(range(1), None), 0)
    assert drawn.shape == (100, 200, 3) and drawn.any()


def test_a_sheet_holds_every_picture() -> None:
    sheet = contact_sheet([np.full((10, 20, 3), level, np.uint8) for level in (10, 20, 30)], columns=2, margin=4)
    assert sheet.shape == (24, 44, 3)
    assert sheet[5, 5, 0] == 10 and sheet[5, 30, 0] == 20 and sheet[20, 5, 0] == 30 and sheet[20, 30, 0] == 255
