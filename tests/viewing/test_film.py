"""The pictures of one recording, as the child process makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ethonight.arena.numbered import Numbered, write_numbered
from ethonight.video.timeline import Timeline
from ethonight.viewing.film import Film, Wish
from ethonight.viewing.picture import Picture

SIZE = (160, 120)
NumberOn = Callable[[Picture], int]


class Interrupted(Exception):
    pass


class Search:
    """Somebody who stops every search after ``patience`` frames on the way."""

    def __init__(self, patience: int) -> None:
        self.patience, self.since_pause, self.all = patience, 0, 0

    def on_the_way(self) -> None:
        self.since_pause += 1
        self.all += 1
        if self.since_pause > self.patience:
            self.since_pause = 0
            raise Interrupted


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """300 frames with one key frame at the start."""
    path = tmp_path_factory.mktemp("film") / "long.mp4"
    write_numbered(path, Numbered(Numbered.constant(300).ticks, gop=1000))
    return Timeline.read([path])


def test_a_search_that_is_interrupted_goes_on_from_where_it_was(timeline: Timeline, number_on: NumberOn) -> None:
    search = Search(patience=50)
    film = Film(timeline, lambda order: True, search.on_the_way)
    pauses = 0
    while True:
        try:
            data = film.picture(Wish(0, 299, 1, SIZE))
            break
        except Interrupted:
            pauses += 1
    assert number_on(Picture(299, data)) == 299
    assert pauses == 5
    assert search.all <= 300


def test_requests_do_not_disturb_each_other(timeline: Timeline, number_on: NumberOn) -> None:
    search = Search(patience=10**6)
    film = Film(timeline, lambda order: True, search.on_the_way)
    for at in range(20):
        for order, first in enumerate((0, 100, 200)):
            frame = first + at
            assert number_on(Picture(frame, film.picture(Wish(order, frame, 1, SIZE)))) == frame
    assert search.all <= 300  # with one decoder for all, each picture would be a search from the start


def test_going_back_costs_one_search_for_many_frames(timeline: Timeline, number_on: NumberOn) -> None:
    search = Search(patience=10**6)
    film = Film(timeline, lambda order: True, search.on_the_way)
    for frame in range(250, 150, -1):
        assert number_on(Picture(frame, film.picture(Wish(0, frame, -1, SIZE)))) == frame
    assert search.all <= 250


def test_after_a_jump_a_few_frames_before_are_there(timeline: Timeline) -> None:
    search = Search(patience=10**6)
    film = Film(timeline, lambda order: True, search.on_the_way)
    film.picture(Wish(0, 200, 1, SIZE))
    jumped = search.all
    for frame in range(199, 189, -1):
        film.picture(Wish(1, frame, -1, SIZE))
    assert search.all == jumped


def test_several_files_take_few_decoders(tmp_path: Path, number_on: NumberOn) -> None:
    paths = [tmp_path / f"part{at}.mp4" for at in range(5)]
    for at, path in enumerate(paths):
        write_numbered(path, Numbered(Numbered.constant(4).ticks, first=4 * at))
    film = Film(Timeline.read(paths), lambda order: order == 0, lambda: None)
    for frame in (*range(20), *range(19, -1, -3)):
        assert number_on(Picture(frame, film.picture(Wish(0, frame, 1, (64 + 2 * frame, 48))))) == frame
