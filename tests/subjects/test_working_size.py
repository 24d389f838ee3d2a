"""Pictures are as small as the crop allows, never larger than the video, and keep their shape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ethonight.subjects.boxes import Scene
from ethonight.subjects.working_size import working_size

SIDES = st.integers(64, 4000)


@given(
    width=SIDES,
    height=SIDES,
    share=st.floats(0.02, 1.0),
    short=st.floats(0.0, 60.0),
    pixels=st.sampled_from([16, 64, 224]),
)
def test_working_size(width: int, height: int, share: float, short: float, pixels: int) -> None:
    side = share * max(width, height)
    w, h = working_size(Scene(("",), width, height, side / 2, side, short), pixels)
    assert w % 2 == 0 and h % 2 == 0
    assert 2 <= w <= width and 2 <= h <= height + 1
    wanted = min(1.0, max(pixels / side, 5.0 / short if short else 0.0))
    assert wanted * width - 2 <= w <= max(8.0, wanted * width + 8)
    assert abs(w / width - h / height) <= 2 / min(width, height)


def test_usual_videos_keep_their_shape_exactly() -> None:
    assert working_size(Scene(("",), 640, 480, 640.0, 640.0), 64) == (64, 48)
    assert working_size(Scene(("",), 1920, 1080, 240.0, 480.0), 64) == (256, 144)
    assert working_size(Scene(("",), 640, 480, 20.0, 40.0), 64) == (640, 480)


def test_thin_animals_are_not_shrunk_away() -> None:
    thick = working_size(Scene(("",), 1200, 900, 100.0, 200.0, 40.0), 16)
    thin = working_size(Scene(("",), 1200, 900, 100.0, 200.0, 10.0), 16)
    assert thick[0] < 200 < 600 <= thin[0]
