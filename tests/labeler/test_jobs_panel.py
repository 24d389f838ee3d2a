"""The panel "Jobs", as a person uses it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

Served = Any
Until = Callable[[Callable[[], object]], None]
KEY = "settings/numbered/job.toml"


@pytest.fixture
def panel(workspace: Workspace, server: Served, page: Page) -> Page:
    """The page with the numbered video open and the panel in front; anna has marked the video."""
    folder = workspace.annotations / "numbered"
    folder.mkdir(exist_ok=True)
    (folder / "anna.csv").write_text("labelId,timestamp,endTimestamp\ngrooming,1,2\n", "utf-8")
    server.ready()
    page.goto(f"{server.origin}/#/numbered/anna")
    page.get_by_test_id("tab-jobs").click()
    return page


def test_jobs_come_and_go_while_one_looks(panel: Page, workspace: Workspace) -> None:
    expect(panel.get_by_test_id("runner")).to_contain_text("No jobs yet")
    with Ledger(workspace, "track") as ledger:
        ledger.record(Row(KEY, video="numbered", task="track"))
        ledger.record(replace(ledger.rows[KEY], state=State.RUNNING))
        ledger.record(replace(ledger.rows[KEY], state=State.FAILED, message="The video <b>broke</b>."))
    job = panel.get_by_test_id(f"job-{KEY}")
    expect(job).to_contain_text("The video <b>broke</b>.")
    expect(job).to_have_attribute("data-status", "failed")
    panel.get_by_test_id(f"skip-{KEY}").click()
    expect(job).to_have_attribute("data-status", "skip")
    panel.get_by_test_id(f"retry-{KEY}").click()
    expect(job).to_have_attribute("data-status", "pending")
    assert [row.state for row in read_rows(workspace)] == [State.PENDING]


def test_a_training_is_ordered_and_its_command_shown(panel: Page, workspace: Workspace) -> None:
    panel.get_by_test_id("new-training").click()
    dialog = panel.get_by_role("dialog")
    command = dialog.get_by_test_id("command")
    expect(command).to_have_class("command problem")  # a model needs a name
    dialog.get_by_test_id("job-model").fill("mice")
    dialog.get_by_test_id("job-split").select_option("none")
    expect(command).to_have_text(
        "pixi run train --model mice --pairs numbered=anna --features motion --subjects frame "
        "--split none --no-exclusive"
    )
    dialog.get_by_role("button", name="Put into the table").click()
    expect(dialog).to_have_count(0)
    expect(panel.get_by_test_id("job-settings/mice/train.toml")).to_have_attribute("data-status", "pending")
    document = tomllib.loads((workspace.settings / "mice" / "train.toml").read_text("utf-8"))
    assert document["pairs"] == [{"video": "numbered", "annotations": "anna"}]


def test_what_is_refused_is_said_and_the_form_stays(
    panel: Page, workspace: Workspace, mishaps: list[str], until: Until
) -> None:
    panel.get_by_test_id("new-training").click()
    dialog = panel.get_by_role("dialog")
    dialog.get_by_test_id("job-model").fill("a/b")
    dialog.get_by_role("button", name="Put into the table").click()
    expect(panel.get_by_test_id("toast")).to_contain_text("'model' cannot be")
    expect(dialog).to_have_count(1)
    assert not (workspace.settings / "a").exists()
    until(lambda: any("400" in mishap for mishap in mishaps))
    mishaps.clear()  # the browser counts every refusal as an error
