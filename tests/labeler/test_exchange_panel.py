"""The panel "Import/Export" in a real browser: what a person imports is in the coder's file, to the frame."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import expect

from ethonight.interchange.elan import ELAN

Desk = Any

BEHAVIOURS = {
    "0": {"type": "State event", "key": "n", "code": "nest building", "modifiers": {}, "excluded": ""},
    "1": {"type": "Point event", "key": "s", "code": "squeak", "modifiers": {}, "excluded": ""},
}
SUBJECTS = {"0": {"key": "1", "name": "male", "description": ""}}


def boris_project(folder: Path) -> Path:
    """A BORIS project: one observation of another video, and one of this one with an event that never stops."""
    events = [
        [0.8, "male", "nest building", "", ""],
        [1.8, "male", "nest building", "", ""],
        [2.84, "", "squeak", "", "loud"],
        [4.0, "male", "nest building", "", ""],
    ]
    media = {"length": {"numbered.mp4": 10.0}, "fps": {"numbered.mp4": 25.0}}
    one = {"type": "MEDIA", "time offset": 0.0, "media_info": media}
    observations = {
        "other cage": {**one, "file": {"1": ["other.mp4"]}, "events": events[:2]},
        "cage 7": {**one, "file": {"1": ["D:\\films\\numbered.mp4"]}, "events": events},
    }
    document = {"project_format_version": "7.0", "project_name": "x", "behaviors_conf": BEHAVIOURS}
    path = folder / "project.boris"
    path.write_text(json.dumps({**document, "subjects_conf": SUBJECTS, "observations": observations}), "utf-8")
    return path


def test_a_boris_project_is_imported_and_an_event_without_its_end_repaired(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    page.get_by_test_id("tab-exchange").click()
    page.get_by_test_id("import-file").set_input_files(boris_project(tmp_path))
    expect(page.get_by_test_id("import-observation").locator("option:checked")).to_have_text("cage 7 (2)")
    rows = page.get_by_test_id("import-table").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("nest building new")
    expect(page.get_by_test_id("import-run")).to_have_text("Import 2 bouts")

    desk.go(137)
    page.get_by_test_id("repair-0").click()
    expect(page.get_by_test_id("repair-state-0")).to_contain_text("frame 137")
    expect(page.get_by_test_id("import-run")).to_have_text("Import 3 bouts")
    assert desk.saved() == [], "nothing is added before the person says so"

    page.get_by_test_id("import-run").click()
    nest = [("nest building", "male", 20, 45), ("nest building", "male", 100, 137)]
    desk.expect(*nest, ("squeak", "", 71, 71))
    expect(page.get_by_test_id("behaviour-nest building")).to_be_visible()
    assert [bout.comment for bout in desk.annotation().bouts if bout.is_point] == ["loud"]

    page.keyboard.press("Control+z")
    desk.expect()
    page.keyboard.press("Control+y")
    desk.expect(*nest, ("squeak", "", 71, 71))


def test_a_file_of_no_known_look_can_be_read_as_what_it_is_and_put_away(
    desk: Desk, tmp_path: Path, mishaps: list[str]
) -> None:
    page = desk.page
    page.get_by_test_id("tab-exchange").click()
    path = tmp_path / "notes.txt"
    path.write_text("Time,state\n0,rest\n1,run\n3,run\n", "utf-8")
    page.get_by_test_id("import-file").set_input_files(path)
    expect(page.get_by_test_id("import-problem")).to_contain_text("notes.txt is of no format")
    mishaps.clear()  # The browser notes every answer that says no.
    page.get_by_test_id("import-format").select_option("solomon")
    expect(page.get_by_test_id("import-table").locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_test_id("import-table")).to_have_count(0)
    assert desk.saved() == []


def test_an_export_is_saved_by_the_browser_and_says_what_it_lacks(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.press("d", 30)
    desk.press("d", 60)
    desk.expect(("digging", "", 30, 60))
    page.get_by_test_id("tab-exchange").click()
    page.get_by_test_id("export-format").select_option("elan")
    with page.expect_download() as download:
        page.get_by_test_id("export").click()
    assert download.value.suggested_filename == f"numbered {desk.coder}.eaf"
    path = tmp_path / "x.eaf"
    download.value.save_as(path)
    (bout,) = ELAN.read(path, None).observations[0].bouts
    assert bout.label == "digging"
    assert np.allclose(bout.interval, desk.edges[[30, 60]], atol=0.001)
    expect(page.get_by_test_id("export-notes")).to_contain_text("Everything is in the file.")

    page.get_by_test_id("export-format").select_option("simba")
    with page.expect_download():
        page.get_by_test_id("export").click()
    expect(page.get_by_test_id("export-notes")).to_contain_text("features")
