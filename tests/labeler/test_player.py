"""The page's player in Chromium: what is drawn is the frame that is claimed, however one got there."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import coder_file
from ethonight.annotations.ethogram import Behaviour, Ethogram, write_ethogram
from ethonight.annotations.frames import frames_of
from ethonight.arena.numbered import Numbered, of_pixels, read_number, write_numbered
from ethonight.settings.recording import add_recording
from ethonight.video.timeline import Timeline
from ethonight.workspace import Workspace

FRAMES = 300
GRID = (64, 32)
"""Columns and rows of the canvas's pixels that are looked at."""

_LOOK = """([columns, rows]) => {
  const canvas = document.querySelector("[data-testid=picture]");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixels = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = Math.floor((row + 0.5) * canvas.height / rows) * canvas.width
        + Math.floor((column + 0.5) * canvas.width / columns);
      pixels.push(...data.subarray(at * 4, at * 4 + 4));
    }
  }
  const claimed = document.querySelector("[data-testid=frame-number]").textContent;
  return { pixels, claimed: Number(claimed), root: Number(document.documentElement.dataset.frame) };
}"""
"""What the canvas shows and what the page says of it, at one moment."""

_WATCH = """([grid, count]) => new Promise((resolve) => {
  const look = %s;
  const seen = [];
  const each = () => {
    const now = look(grid);
    if (seen.length === 0 || seen.at(-1).claimed !== now.claimed) {
      seen.push(now);
    }
    if (seen.length < count && document.documentElement.dataset.playing === "true") {
      requestAnimationFrame(each);
    } else {
      resolve(seen);
    }
  };
  requestAnimationFrame(each);
})"""
"""The same, each time that another frame is claimed, ``count`` times at most and while the video plays."""


def _variable() -> Numbered:
    """Frames that last from 1/60 second to 1/4 second, some of them shown in another order than they are stored."""
    lengths = random.Random(5).choices((1500, 3000, 6000, 22500), (2, 5, 2, 1), k=FRAMES - 1)
    return Numbered((0, *np.cumsum(lengths).tolist()), b_frames=2)


KINDS = {
    "constant": Numbered.constant(FRAMES),
    "variable": _variable(),
    "late": Numbered.constant(FRAMES, fps=25, start=1.4),
}


@pytest.fixture(scope="module")
def theatre(served: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page of a workspace with numbered videos of each kind, and one whose file is lost."""
    folder = tmp_path_factory.mktemp("theatre")
    workspace = Workspace.open(folder)
    for name, numbered in KINDS.items():
        write_numbered(folder / f"{name}.mp4", numbered)
        add_recording(workspace, [folder / f"{name}.mp4"])
    write_numbered(folder / "lost.mp4", Numbered.constant(3))
    add_recording(workspace, [folder / "lost.mp4"])
    (folder / "lost.mp4").unlink()
    write_ethogram(workspace.ethogram, Ethogram((Behaviour("grooming", "g"),)))
    with served(workspace, "--port", "0") as running:
        yield running


@pytest.fixture
def screen(browser: Browser, theatre: Any, mishaps: list[str]) -> Iterator[Page]:
    """A browser's page; what goes wrong in it fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, base_url=theatre.origin) as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: mishaps.append(str(error)))
        page.on("console", lambda message: mishaps.append(message.text) if message.type == "error" else None)
        yield page
    assert not mishaps


@pytest.fixture
def watching(screen: Page) -> Callable[..., Page]:
    """Open a video for anna, at a frame."""

    def watch(video: str = "constant", frame: int = 0) -> Page:
        screen.goto(f"/#/{video}/anna?frame={frame}")
        screen.wait_for_selector("html[data-ready=true]", state="attached")
        _drawn(screen, frame)
        return screen

    return watch


def _drawn(page: Page, frame: int) -> None:
    """Wait until a frame is drawn, and check that the picture shows it."""
    page.wait_for_selector(f"html[data-frame='{frame}']", state="attached")
    assert _numbers(page.evaluate(_LOOK, GRID)) == (frame, frame, frame)


def _numbers(look: Any) -> tuple[int, int, int]:
    """Return the number in the picture, and the two that the page claims."""
    return read_number(of_pixels(look["pixels"], GRID[0])), look["claimed"], look["root"]


def _jump(page: Page, frame: int) -> None:
    """Type a frame's number."""
    page.keyboard.press("Control+g")
    page.keyboard.type(str(frame))
    page.keyboard.press("Enter")


def _seen(page: Page, count: int) -> list[int]:
    """Return up to ``count`` frames that are shown one after the other; each must be what the page claims."""
    looks = page.evaluate(_WATCH % _LOOK, [GRID, count])
    numbers = [_numbers(look) for look in looks]
    assert all(one == claimed == root for one, claimed, root in numbers)
    return [one for one, _, _ in numbers]


@pytest.mark.parametrize("kind", KINDS)
def test_after_any_seek_and_step_the_canvas_shows_the_frame_that_the_page_claims(
    watching: Callable[..., Page], kind: str
) -> None:
    page, chance = watching(kind), random.Random(kind)
    at = 0
    keys = {"ArrowRight": 1, "ArrowLeft": -1, "Shift+ArrowRight": 10, "Shift+ArrowLeft": -10}
    for _ in range(5):
        at = chance.randrange(FRAMES)
        _jump(page, at)
        _drawn(page, at)
        for key in chance.choices(list(keys), k=2):
            page.keyboard.press(key)
            at = min(max(at + keys[key], 0), FRAMES - 1)
        _drawn(page, at)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_while_playing_is_what_is_claimed_forwards_and_backwards(
    watching: Callable[..., Page], kind: str
) -> None:
    page = watching(kind, 100)
    page.keyboard.press("Space")
    forwards = _seen(page, 8)
    page.keyboard.press("Shift+Space")
    backwards = _seen(page, 8)
    page.keyboard.press("Shift+Space")
    assert len(forwards) == len(backwards) == 8
    assert all(one < other for one, other in pairwise(forwards))
    assert all(one > other for one, other in pairwise(backwards[1:]))
    page.wait_for_selector("html[data-playing=false]", state="attached")
    _drawn(page, int(page.inner_text("[data-testid=frame-number]")))


@pytest.mark.parametrize("kind", KINDS)
def test_saved_times_lead_back_to_the_frames_that_were_seen(
    kind: str, watching: Callable[..., Page], theatre: Any, until: Callable[[Callable[[], object]], None]
) -> None:
    page, rng = watching(kind), random.Random(kind)
    frames = sorted(rng.sample(range(FRAMES - 1), 6))
    for frame in frames:
        _jump(page, frame)
        _drawn(page, frame)
        page.keyboard.press("g")
        page.wait_for_selector(f"[data-testid=behaviour-grooming][data-open={str(frame in frames[::2]).lower()}]")
    path = coder_file(theatre.workspace, kind, "anna")
    until(lambda: path.is_file() and len(read_annotation(path).bouts) == 3)
    edges = Timeline.read([theatre.workspace.root / f"{kind}.mp4"]).edges
    saved = [frames_of(bout, edges) for bout in read_annotation(path).bouts]
    assert [(one.start, one.stop) for one in saved] == list(zip(frames[::2], frames[1::2], strict=True))


def test_playing_ends_at_the_last_frame_also_when_frames_are_left_out(watching: Callable[..., Page]) -> None:
    page = watching("constant", 200)
    page.select_option("[data-testid=speed]", "8")
    page.keyboard.press("Space")
    shown = _seen(page, FRAMES)
    page.wait_for_selector("html[data-playing=false]", state="attached")
    _drawn(page, FRAMES - 1)
    assert len(shown) < FRAMES - 200


def test_a_loop_shows_its_frames_again_and_again_and_no_others(watching: Callable[..., Page]) -> None:
    page = watching("variable", 10)
    page.evaluate("import('/page/player.js').then((player) => { player.setLoop(50, 58); player.play(); })")
    shown = _seen(page, 24)
    assert set(shown) <= {10, *range(50, 58)}
    assert sum(one > other for one, other in pairwise(shown)) >= 2  # It began again at least twice.
    expect(page.get_by_test_id("loop")).to_contain_text("8 frames")
    page.get_by_test_id("loop").click()
    expect(page.get_by_test_id("loop")).to_be_hidden()
    assert page.evaluate("document.documentElement.dataset.playing") == "true"


def test_frames_are_due_for_as_long_as_they_last_in_the_recording(watching: Callable[..., Page]) -> None:
    page = watching()
    due = page.evaluate("""async () => {
      const { Playback } = await import("/page/playback.js");
      const edges = Float64Array.of(2, 2.1, 2.2, 3.2, 3.3);
      const at = (speed, again, start, times) => {
        const playback = new Playback(edges, [0, 4], { speed, again, framesPerSecond: 10 });
        playback.start(start, 1000);
        return times.map((time) => playback.frameAt(playback.due(1000 + time)));
      };
      return {
        once: at(1, false, 0, [0, 99, 101, 201, 1199, 1201, 1299, 9999]),
        half: at(0.5, false, 1, [0, 199, 201, 2199, 2201]),
        back: at(-2, false, 3, [0, 49, 51, 549, 551, 599, 601, 9999]),
        again: at(1, true, 3, [0, 99, 101, 201, 301, 1299, 1301, 1401]),
      };
    }""")
    assert due["once"] == [0, 0, 1, 2, 2, 3, 3, 3]
    assert due["half"] == [1, 1, 2, 2, 3]
    assert due["back"] == [3, 3, 2, 2, 1, 1, 0, 0]
    assert due["again"] == [3, 3, 0, 1, 2, 2, 3, 0]


def test_a_reload_comes_back_to_the_same_frame_and_speed(watching: Callable[..., Page]) -> None:
    page = watching("variable", 3)
    page.keyboard.press("Shift+ArrowDown")
    _jump(page, 217)
    _drawn(page, 217)
    page.reload()
    _drawn(page, 217)
    expect(page.get_by_test_id("speed")).to_have_value("0.75")


def test_a_time_that_is_typed_is_jumped_to(watching: Callable[..., Page]) -> None:
    page = watching("constant")
    for text, frame in (("2.5", 75), ("0:04", 120), ("0:00:01.1", 33), ("99:00", FRAMES - 1)):
        page.keyboard.press("Control+Shift+g")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        _drawn(page, frame)
    page.get_by_test_id("time").click()
    page.keyboard.type("soon")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    _drawn(page, FRAMES - 1)


def test_seconds_are_those_of_the_recording(watching: Callable[..., Page]) -> None:
    page = watching("late", 50)
    page.keyboard.press("Control+ArrowRight")
    _drawn(page, 75)
    page.keyboard.press("PageUp")
    _drawn(page, 50)


def test_the_wheel_zooms_dragging_moves_and_a_double_click_shows_all_again(watching: Callable[..., Page]) -> None:
    page = watching("constant", 7)
    canvas = page.get_by_test_id("picture")
    before = canvas.evaluate("(one) => one.toDataURL()")
    canvas.hover(position={"x": 40, "y": 40})
    page.mouse.wheel(0, -800)
    expect(page.get_by_test_id("fit")).to_have_class(re.compile(r"\bon\b"))
    zoomed = canvas.evaluate("(one) => one.toDataURL()")
    assert zoomed != before
    page.mouse.down()
    page.mouse.move(20, 20, steps=3)
    page.mouse.up()
    assert canvas.evaluate("(one) => one.toDataURL()") == zoomed  # The corner is reached already.
    canvas.hover(position={"x": 200, "y": 200})
    page.mouse.down()
    page.mouse.move(300, 300, steps=3)
    page.mouse.up()
    canvas.dblclick()
    expect(page.get_by_test_id("fit")).not_to_have_class(re.compile(r"\bon\b"))
    _drawn(page, 7)


def test_places_of_subjects_are_drawn_over_the_picture_and_named(watching: Callable[..., Page], screen: Page) -> None:
    known = [{"name": "session_one", "subjects": ["left", "right"]}]
    places = {"first": 0, "subjects": ["left", "right"], "x": [[80.0], [240.0]], "y": [[60.0], [180.0]]}
    places |= {"long": [[60.0], [None]], "short": [[20.0], [None]], "angle": [[0.5], [None]]}
    screen.route("**/api/videos/constant", lambda route: route.fulfill(json={**route.fetch().json(), "boxes": known}))
    screen.route("**/boxes?*", lambda route: route.fulfill(json=places))
    page = watching("constant")
    overlay = page.get_by_test_id("overlay")
    drawn = """(one) => [[80, 60], [240, 180], [160, 200]].map(([x, y]) => {
      const scale = one.width / 320;
      const box = [x - 40, y - 30, 80, 60].map((length) => Math.round(length * scale));
      return one.getContext("2d").getImageData(...box).data.some((value) => value > 0);
    })"""
    assert overlay.evaluate(drawn) == [False, False, False]
    page.get_by_test_id("boxes").click()
    expect(page.get_by_test_id("legend")).to_contain_text("right")
    page.wait_for_function(f"() => ({drawn})(document.querySelector('[data-testid=overlay]'))[1]")
    assert overlay.evaluate(drawn) == [True, True, False]
    assert _numbers(page.evaluate(_LOOK, GRID)) == (0, 0, 0)
    page.get_by_test_id("boxes").click()
    page.wait_for_function(f"() => !({drawn})(document.querySelector('[data-testid=overlay]'))[1]")


def test_light_is_neutral_until_it_is_changed_and_can_be_put_back(watching: Callable[..., Page]) -> None:
    page = watching()
    canvas = page.get_by_test_id("picture")
    assert canvas.evaluate("(one) => getComputedStyle(one).filter") == "none"
    page.get_by_test_id("light").click()
    page.get_by_test_id("brightness").fill("200")
    assert canvas.evaluate("(one) => getComputedStyle(one).filter") == "brightness(2) contrast(1)"
    page.get_by_test_id("light-reset").click()
    assert canvas.evaluate("(one) => getComputedStyle(one).filter") == "none"


def test_keys_do_nothing_while_someone_types(watching: Callable[..., Page]) -> None:
    page = watching("constant", 20)
    page.get_by_test_id("find-bouts").click()
    page.keyboard.type("g g")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    assert page.get_by_test_id("find-bouts").input_value() == "g g"
    assert page.evaluate("document.documentElement.dataset.playing") != "true"
    expect(page.get_by_test_id("behaviour-grooming")).to_have_attribute("data-open", "false")
    _drawn(page, 20)


def test_a_clicked_button_does_not_take_the_space_key(watching: Callable[..., Page]) -> None:
    page = watching("constant", 20)
    page.get_by_test_id("step-on").click()
    _drawn(page, 21)
    page.keyboard.press("Space")
    page.wait_for_selector("html[data-playing=true]", state="attached")


def test_the_help_lists_every_command_and_the_behaviours(watching: Callable[..., Page]) -> None:
    page = watching()
    page.keyboard.press("?")
    text = page.get_by_test_id("help").inner_text()
    titles = page.evaluate(
        "import('/page/commands.js').then(({ allCommands }) => allCommands().map(({ name, title }) => [name, title]))"
    )
    listed = [title for name, title in titles if not name.startswith("subject-")]
    assert len(listed) > 20
    assert [title for title in listed if title not in text] == []
    assert "grooming" in text
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("help")).to_have_count(0)


def test_a_frame_that_cannot_be_decoded_is_said_to_be_so(watching: Callable[..., Page]) -> None:
    page = watching()
    empty = (123).to_bytes(4, "little") + bytes(4)
    page.route("**/frames?first=123&*", lambda route: route.fulfill(body=empty))
    _jump(page, 123)
    page.wait_for_selector("html[data-frame='123']", state="attached")
    expect(page.get_by_text("This frame cannot be decoded.")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    _drawn(page, 122)
    expect(page.get_by_text("This frame cannot be decoded.")).to_be_hidden()


def test_the_start_page_finds_videos_asks_who_marks_and_shows_what_is_lost(screen: Page, theatre: Any) -> None:
    page = screen
    page.goto(theatre.address)
    lost = page.get_by_test_id("video-lost")
    expect(lost).to_be_disabled()
    expect(lost).to_contain_text("lost.mp4 is not there")
    page.get_by_test_id("find-videos").fill("vari")
    expect(page.get_by_test_id("video-constant")).to_have_count(0)
    page.get_by_test_id("video-variable").click()
    expect(page.get_by_test_id("start-problem")).to_contain_text("Give your name first")
    page.get_by_test_id("coder-name").fill("ben/anna")
    page.get_by_test_id("video-variable").click()
    expect(page.get_by_test_id("start-problem")).to_contain_text("use letters, digits, - and _")
    page.get_by_test_id("coder-name").fill("ben")
    page.get_by_test_id("video-variable").click()
    _drawn(page, 0)
    expect(page.get_by_test_id("coder")).to_have_text("ben")
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("coder-name")).to_have_value("ben")


def test_a_video_that_is_not_there_says_so_in_its_place(screen: Page, mishaps: list[str]) -> None:
    screen.goto("/#/nothing/anna")
    expect(screen.get_by_test_id("stage-note")).to_contain_text("nothing")
    screen.get_by_role("button", name="Back to the videos").click()
    expect(screen.get_by_test_id("video-constant")).to_be_visible()
    mishaps.clear()


def test_a_server_that_is_gone_is_told_and_the_page_goes_on_when_it_is_back(
    browser: Browser, served: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    workspace = Workspace.open(tmp_path)
    write_numbered(tmp_path / "short.mp4", Numbered.constant(40))
    add_recording(workspace, [tmp_path / "short.mp4"])
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        with served(workspace, "--port", "0") as running:
            port = str(running.port)
            page.goto(f"{running.origin}/#/short/anna?frame=5")
            _drawn(page, 5)
            expect(page.get_by_test_id("banner")).to_be_hidden()
        expect(page.get_by_test_id("banner")).to_contain_text("The server does not answer", timeout=120_000)
        _jump(page, 39)
        with served(workspace, "--port", port):
            expect(page.get_by_test_id("banner")).to_be_hidden(timeout=120_000)
            _drawn(page, 39)
