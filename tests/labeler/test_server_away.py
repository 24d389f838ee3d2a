"""A page that goes on while its server is away: what is marked then is kept, said not to be saved, and sent later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from ethonight.annotations.ethogram import Behaviour, Ethogram, write_ethogram

Served = Any
Serve = Callable[..., Any]


def test_what_is_marked_while_the_server_is_away_is_sent_when_it_is_back(
    page: Page, server: Served, serve: Serve, mishaps: list[str]
) -> None:
    write_ethogram(server.workspace.ethogram, Ethogram((Behaviour("grooming", "g"), Behaviour("rearing", "r"))))
    server.ready()
    page.goto("/#/numbered/anna")
    page.wait_for_selector("html[data-ready='true'][data-frame='0']", state="attached")
    server.process.kill()
    server.process.wait()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_test_id("banner")).to_contain_text("Cannot save")
    again = serve("--port", str(server.port))
    for label in ("grooming", "rearing"):
        expect(page.get_by_test_id(f"behaviour-{label}")).to_have_attribute("data-open", "true")
    expect(page.get_by_test_id("banner")).to_be_hidden()
    opened = again.get("/api/coding/numbered/anna").json["opened"]
    assert [(one["label"], one["first"]) for one in opened] == [("grooming", 0), ("rearing", 0)]
    mishaps.clear()  # The browser's console tells of every request that nobody answered.
