"""Marking bouts with the keyboard, in a real browser: each test ends with what the coder's file holds, in frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playwright.sync_api import expect

from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_writing import write_annotation

Desk = Any
Until = Callable[[Callable[[], object]], None]


def test_keys_mark_the_frame_that_is_drawn_and_undo_lasts_over_a_reload(desk: Desk) -> None:
    desk.press("g", 20)
    expect(desk.page.get_by_test_id("behaviour-grooming")).to_have_attribute("data-open", "true")
    desk.press("g", 45)
    desk.press("d", 30)  # Several at once, and backwards: the end is marked before the start.
    desk.press("d", 12)
    desk.press("j", 71)
    desk.expect(("grooming", "", 20, 45), ("digging", "", 12, 30), ("jump", "", 71, 71))

    desk.press("r", 40)  # One of grooming's group: it cuts grooming where it begins.
    desk.press("r", 60)
    desk.expect(("grooming", "", 20, 40), ("rearing", "", 40, 60), ("digging", "", 12, 30), ("jump", "", 71, 71))

    desk.page.keyboard.press("Control+z")
    desk.page.keyboard.press("Control+z")
    desk.expect(("grooming", "", 20, 45), ("digging", "", 12, 30), ("jump", "", 71, 71))
    desk.page.reload()
    desk.page.wait_for_selector("html[data-ready='true']", state="attached")
    desk.page.keyboard.press("Control+z")
    desk.expect(("grooming", "", 20, 45), ("digging", "", 12, 30))
    desk.page.keyboard.press("Control+y")
    desk.expect(("grooming", "", 20, 45), ("digging", "", 12, 30), ("jump", "", 71, 71))


def test_keys_mark_while_playing_and_a_key_held_down_counts_once(desk: Desk, until: Until) -> None:
    page = desk.page
    page.evaluate(
        "window.addEventListener('keydown', (event) => event.key === 'g' && "
        "(window.seen ??= []).push(Number(document.documentElement.dataset.frame)), {capture: true})"
    )
    page.keyboard.press("Space")
    until(lambda: desk.frame > 10)
    page.keyboard.down("g")
    page.keyboard.down("g")  # The keyboard repeats a key that is held down.
    page.keyboard.up("g")
    until(lambda: desk.frame > 40)
    page.keyboard.press("g")
    page.keyboard.press("Space")
    first, _, stop = page.evaluate("window.seen")
    desk.expect(("grooming", "", first, stop))


def test_digits_choose_whose_behaviour_it_is(desk: Desk) -> None:
    desk.page.keyboard.press("2")
    desk.press("g", 10)
    desk.page.keyboard.press("1")
    desk.press("r", 15)  # The group excludes rearing for one animal, not for the other.
    desk.press("r", 25)
    desk.page.keyboard.press("2")
    desk.press("g", 30)
    desk.page.keyboard.press("0")
    desk.press("j", 50)
    desk.expect(("grooming", "female", 10, 30), ("rearing", "male", 15, 25), ("jump", "", 50, 50))


def test_a_bout_is_corrected_from_the_keyboard(desk: Desk, until: Until) -> None:
    page = desk.page
    desk.press("d", 40)
    desk.press("d", 80)
    desk.expect(("digging", "", 40, 80))
    desk.press("[", 44)
    for _ in range(3):
        page.keyboard.press(",")
    desk.expect(("digging", "", 41, 80))
    desk.press("[", 95)  # Behind its end: that cannot be meant.
    expect(page.locator("#toasts")).to_contain_text("behind the selected bout")
    desk.press("]", 90)
    page.keyboard.press(".")
    desk.expect(("digging", "", 41, 91))
    desk.press("Control+b", 60)
    desk.expect(("digging", "", 41, 60), ("digging", "", 60, 91))

    desk.select("digging", 0)
    page.keyboard.press("Shift+g")
    desk.expect(("grooming", "", 41, 60), ("digging", "", 60, 91))
    page.keyboard.press("Shift+d")
    expect(page.locator(".bout-row", has_text="digging")).to_have_count(2)
    desk.select("digging", 0)
    page.locator(".bout-row").nth(1).locator(".bout-time").click(modifiers=["Control"])
    page.keyboard.press("Control+m")
    desk.expect(("digging", "", 41, 91))

    page.keyboard.press("Enter")
    page.get_by_test_id("comment").fill("behind the wheel, hardly seen")
    page.keyboard.press("Enter")
    until(lambda: [bout.comment for bout in desk.annotation().bouts] == ["behind the wheel, hardly seen"])
    desk.select("digging")
    page.keyboard.press("Delete")
    desk.expect()


def test_escape_forgets_an_open_bout(desk: Desk) -> None:
    desk.press("g", 10)
    indicator = desk.page.get_by_test_id("behaviour-grooming")
    expect(indicator).to_have_attribute("data-open", "true")
    desk.page.keyboard.press("Escape")
    expect(indicator).to_have_attribute("data-open", "false")
    desk.press("g", 30)
    desk.press("g", 35)
    desk.expect(("grooming", "", 30, 35))


def test_another_tab_and_another_program_are_seen_at_once(desk: Desk) -> None:
    page = desk.page
    with page.context.new_page() as other:
        other.goto(page.url)
        other.wait_for_selector("html[data-ready='true']", state="attached")
        desk.press("d", 10)
        desk.press("d", 20)
        expect(other.locator(".bout-row", has_text="digging")).to_have_count(1)
    desk.expect(("digging", "", 10, 20))

    found = desk.annotation()
    added = Bout("grooming", float(desk.edges[100]), float(desk.edges[110]))
    write_annotation(desk.file, replace(found, rows=(*found.rows, added)))
    expect(page.locator(".bout-row", has_text="grooming")).to_have_count(1)
    desk.press("d", 120)
    desk.press("d", 130)
    desk.expect(("digging", "", 10, 20), ("grooming", "", 100, 110), ("digging", "", 120, 130))


def test_what_is_marked_while_the_server_is_away_is_kept_and_sent(desk: Desk, mishaps: list[str]) -> None:
    page = desk.page
    page.route("**/api/coding/**", lambda route: route.abort())
    desk.press("g", 10)
    desk.press("g", 30)
    expect(page.get_by_test_id("saved")).to_contain_text("annot save")
    page.unroute("**/api/coding/**")
    desk.expect(("grooming", "", 10, 30))
    expect(page.get_by_test_id("saved")).not_to_contain_text("annot save")
    mishaps.clear()  # The browser notes each request that failed.


def test_a_file_that_cannot_be_read_is_read_only_until_it_is_mended(desk: Desk) -> None:
    page, broken = desk.page, desk.file.with_name("carl.csv")
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text("labelId,timestamp,endTimestamp\ngrooming,1,two\n")
    page.goto("/#/numbered/carl")
    expect(page.get_by_test_id("banner")).to_contain_text("found 'two'. Mend the file")
    expect(page.get_by_test_id("behaviour-grooming")).to_be_disabled()
    broken.write_text("labelId,timestamp,endTimestamp\ngrooming,1,2\n")
    expect(page.get_by_test_id("behaviour-grooming")).to_be_enabled()
    expect(page.get_by_test_id("banner")).to_be_hidden()
