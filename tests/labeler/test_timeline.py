"""The timeline, the behaviours and the list of bouts, with the mouse of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_writing import write_annotation
from ethonight.annotations.coders import coder_file
from ethonight.annotations.ethogram import Ethogram, read_ethogram, write_ethogram

Desk = Any
Until = Callable[[Callable[[], object]], None]


class Mouse:
    """The pointer over the timeline, by lane and frame."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.timeline = page.get_by_test_id("timeline")

    def to(self, lane: str, frame: float) -> None:
        """Point at a frame edge (a whole number) or into a frame, in the middle of a lane."""
        self.page.mouse.move(*self.place(self.page.get_by_test_id(f"lane-{lane}"), frame), steps=4)

    def drag(self, lane: str, frame: float, to: float) -> None:
        self.to(lane, frame)
        self.page.mouse.down()
        self.to(lane, to)
        self.page.mouse.up()

    def place(self, row: Locator, frame: float) -> tuple[float, float]:
        canvas, beside = self.timeline.bounding_box(), row.bounding_box()
        assert canvas and beside
        first, stop = (float(self.timeline.get_attribute(name) or 0) for name in ("data-first", "data-stop"))
        x = canvas["x"] + (frame - first) / (stop - first) * canvas["width"]
        return x, beside["y"] + beside["height"] / 2


@pytest.fixture
def mouse(desk: Desk) -> Mouse:
    return Mouse(desk.page)


def test_edges_and_bouts_are_dragged_to_the_frame(desk: Desk, mouse: Mouse) -> None:
    desk.press("d", 40)
    desk.press("d", 80)
    desk.expect(("digging", "", 40, 80))
    mouse.drag("digging", 79.8, 120)
    desk.expect(("digging", "", 40, 120))
    mouse.drag("digging", 40.2, 25)
    desk.expect(("digging", "", 25, 120))
    mouse.drag("digging", 70, 100)
    desk.expect(("digging", "", 55, 150))
    desk.page.keyboard.press("Control+z")
    desk.page.keyboard.press("Control+z")
    desk.expect(("digging", "", 40, 120))

    mouse.to("digging", 119.8)
    desk.page.mouse.down()
    mouse.to("digging", 200)
    desk.page.keyboard.press("Escape")
    desk.page.mouse.up()
    desk.press("d", 210)
    desk.press("d", 220)
    desk.expect(("digging", "", 40, 120), ("digging", "", 210, 220))


def test_bouts_and_scored_time_are_drawn_with_the_mouse(desk: Desk, mouse: Mouse, until: Until) -> None:
    page = desk.page
    expect(page.get_by_test_id("lane-grooming")).to_be_visible()
    expect(page.get_by_test_id("lane-grooming-male")).to_have_count(0)
    page.keyboard.press("1")
    mouse.drag("grooming-male", 100, 160)
    desk.expect(("grooming", "male", 100, 160))
    canvas = mouse.timeline.bounding_box()
    assert canvas
    left, _ = mouse.place(page.get_by_test_id("lane-digging-male"), 50)
    right, _ = mouse.place(page.get_by_test_id("lane-digging-male"), 200)
    page.mouse.move(left, canvas["y"] + 32)
    page.mouse.down()
    page.mouse.move(right, canvas["y"] + 32, steps=4)
    page.mouse.up()
    watched = (desk.edges[50], desk.edges[200])
    until(lambda: [row.interval for row in desk.annotation().scored_rows] == [pytest.approx(watched)])


def test_the_menu_changes_what_lies_under_the_pointer(desk: Desk, mouse: Mouse) -> None:
    page = desk.page
    desk.press("d", 40)
    desk.press("d", 80)
    desk.expect(("digging", "", 40, 80))

    def choose(lane: str, frame: float, entry: str) -> None:
        mouse.to(lane, frame)
        page.mouse.click(*mouse.place(page.get_by_test_id(f"lane-{lane}"), frame), button="right")
        page.get_by_role("menuitem", name=entry).click()

    choose("digging", 60.5, "Split here")
    desk.expect(("digging", "", 40, 60), ("digging", "", 60, 80))
    choose("digging", 70.5, "grooming")
    desk.expect(("digging", "", 40, 60), ("grooming", "", 60, 80))
    choose("digging", 50.5, "female")
    desk.expect(("digging", "female", 40, 60), ("grooming", "", 60, 80))
    choose("grooming", 70.5, "Delete")
    desk.expect(("digging", "female", 40, 60))


def test_another_coder_is_shown_with_the_agreement(desk: Desk) -> None:
    page = desk.page
    desk.press("d", 40)
    desk.press("d", 80)
    desk.expect(("digging", "", 40, 80))
    theirs = Bout("digging", float(desk.edges[40]), float(desk.edges[80]))
    annotation = replace(desk.annotation(), rows=(theirs,), document=type(desk.annotation().document)())
    write_annotation(coder_file(desk.server.workspace, "numbered", "ben"), annotation)
    page.reload()
    page.wait_for_selector("html[data-ready='true']", state="attached")
    page.get_by_test_id("compare").click()
    page.get_by_role("menuitem", name="ben").click()
    expect(page.locator(".lane-thin", has_text="ben").first).to_be_visible()
    expect(page.locator(".agreement", has_text="κ 1.00")).to_have_count(1)


def test_a_new_workspace_invites_to_add_behaviours(desk: Desk, mishaps: list[str]) -> None:
    page, workspace = desk.page, desk.server.workspace
    write_ethogram(workspace.ethogram, Ethogram())
    expect(page.get_by_test_id("no-behaviours")).to_be_visible()
    page.get_by_role("button", name="Add the first behaviour").click()
    editor = page.get_by_role("dialog")
    editor.locator("[name=label]").fill("sniffing")
    editor.locator("[name=key]").press("s")
    page.get_by_test_id("add-behaviour").click()
    editor.locator("[name=label]").last.fill("sniffing")
    editor.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("ethogram-problem")).to_contain_text("'sniffing' is there twice")
    mishaps.clear()  # The browser notes that the server refused.
    editor.locator("[name=label]").last.fill("jump")
    editor.locator("[name=kind]").last.select_option("point")
    page.get_by_test_id("subjects").fill("old, young")
    editor.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("behaviour-jump")).to_be_visible()
    saved = read_ethogram(workspace.ethogram)
    assert [(one.label, one.key, one.kind) for one in saved.behaviours] == [
        ("sniffing", "s", "state"),
        ("jump", "", "point"),
    ]
    assert saved.subjects == ("old", "young")


def test_a_renamed_behaviour_takes_its_bouts_along_if_wanted(desk: Desk) -> None:
    page = desk.page
    desk.press("d", 40)
    desk.press("d", 80)
    desk.expect(("digging", "", 40, 80))
    page.get_by_test_id("edit-ethogram").click()
    page.get_by_role("dialog").locator("[name=label]").nth(2).fill("burrowing")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Rename the bouts").click()
    desk.expect(("burrowing", "", 40, 80))


def test_the_list_of_bouts_makes_only_the_rows_in_sight(desk: Desk, until: Until) -> None:
    page = desk.page
    rows = [
        Bout("digging" if frame % 5 else "grooming", *desk.edges[frame : frame + 2].tolist())
        for frame in range(0, 250, 2)
    ]
    write_annotation(desk.file, replace(desk.annotation(), rows=tuple(rows)))
    expect(page.get_by_test_id("panel-bouts")).to_contain_text("125 bouts")
    assert page.locator(".bout-row").count() < 60
    page.get_by_test_id("find-bouts").fill("groom")
    expect(page.get_by_test_id("panel-bouts")).to_contain_text("25 of 125")
    page.locator(".bout-row").nth(2).locator(".bout-time").click()
    page.wait_for_selector("html[data-frame='20']", state="attached")
    comment = page.locator(".bout-row").nth(2).get_by_label("Comment")
    comment.fill("hind leg")
    comment.press("Enter")
    until(lambda: [bout.comment for bout in desk.annotation().bouts if bout.comment] == ["hind leg"])
    expect(page.locator(".bout-row").nth(2).get_by_label("Comment")).to_have_value("hind leg")
