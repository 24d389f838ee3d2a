"""Collecting predictions: bouts and ethograms under each model, and two tables for Excel."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import ethonight.collect_files
from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.bouts_writing import render_annotation
from ethonight.collect import CollectResult, CopyState, collect
from ethonight.config import Config
from ethonight.jobs.protocol import Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.workspace import Workspace

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "copy_trajectories.py"
NEW, UPDATED, SAME, BROKEN = CopyState.NEW, CopyState.UPDATED, CopyState.SAME, CopyState.BROKEN
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"
BOUTS = (Bout("grooming", 1.0, 3.0, "left", 0.75), Bout("grooming", 5.0, 6.0, "left", 0.5), Bout("rearing", 2.0, 2.5))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty workspace; nobody waits between two looks at a file."""
    monkeypatch.setattr(ethonight.collect_files, "_PAUSE_SECONDS", 0.0)
    return Site(Workspace.open(tmp_path), Config())


def predict(site: Site, video: str, bouts: tuple[Bout, ...] = BOUTS, model: str = "m") -> Path:
    """Write what a prediction leaves and return its bouts file."""
    path = site.workspace.predictions / video / f"{model}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(render_annotation(Annotation(bouts)))
    path.with_suffix(".png").write_bytes(PICTURE)
    with h5py.File(path.with_suffix(".h5"), "w") as file:
        file.create_dataset("labels", data=["grooming", "rearing"], dtype=h5py.string_dtype())
        file.create_dataset("subjects", data=["left"], dtype=h5py.string_dtype())
        file.create_dataset("times", data=np.arange(0.0, 10.0, 0.5))
        file.attrs["end"] = 10.0
    return path


def row(video: str, model: str = "m", **changes: object) -> Row:
    values = {"task": "predict", "state": State.DONE, "output": f"predictions/{video}/{model}.csv"} | changes
    return Row(settings=f"settings/{video}/predict_{model}.toml", **values)  # type: ignore[arg-type]


def states(results: list[CollectResult]) -> dict[str, CopyState]:
    return {result.shown: result.state for result in results}


def table(site: Site, name: str, model: str = "m") -> list[dict[str, str]]:
    text = (site.workspace.tracking / "behaviour" / model / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_bouts_ethogram_and_tables_are_collected_under_the_model(site: Site) -> None:
    source = predict(site, "v")
    assert states(collect([row("v")], site)) == {
        "behaviour/m/v.csv": NEW,
        "behaviour/m/v.png": NEW,
        "behaviour/m/all_bouts.csv": NEW,
        "behaviour/m/summary.csv": NEW,
    }
    folder = site.workspace.tracking / "behaviour" / "m"
    assert (folder / "v.csv").read_bytes() == source.read_bytes()
    assert (folder / "v.png").read_bytes() == PICTURE
    assert sorted(os.listdir(folder)) == ["all_bouts.csv", "summary.csv", "v.csv", "v.png"]


def test_a_second_call_changes_nothing(site: Site) -> None:
    predict(site, "v")
    collect([row("v")], site)
    folder = site.workspace.tracking / "behaviour" / "m"
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()}
    assert set(states(collect([row("v")], site)).values()) == {SAME}
    assert {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()} == before


def test_a_prediction_that_was_made_again_replaces_the_copy_and_the_tables(site: Site) -> None:
    predict(site, "v")
    collect([row("v")], site)
    source = predict(site, "v", BOUTS[:1])
    assert states(collect([row("v")], site)) == {
        "behaviour/m/v.csv": UPDATED,
        "behaviour/m/v.png": SAME,
        "behaviour/m/all_bouts.csv": UPDATED,
        "behaviour/m/summary.csv": UPDATED,
    }
    assert (site.workspace.tracking / "behaviour" / "m" / "v.csv").read_bytes() == source.read_bytes()


def test_every_bout_of_every_video_is_in_one_table(site: Site) -> None:
    predict(site, "w", BOUTS[:1])
    predict(site, "v", BOUTS[1:])
    collect([row("w"), row("v")], site)
    assert [tuple(line.values()) for line in table(site, "all_bouts.csv")] == [
        ("v", "left", "grooming", "5", "6", "1", "0.5"),
        ("v", "", "rearing", "2", "2.5", "0.5", ""),
        ("w", "left", "grooming", "1", "3", "2", "0.75"),
    ]
    again = read_annotation(site.workspace.tracking / "behaviour" / "m" / "all_bouts.csv")
    assert [bout.label for bout in again.bouts] == ["grooming", "rearing", "grooming"]


def test_the_summary_counts_each_label_and_tells_what_was_never_seen(site: Site) -> None:
    predict(site, "v", BOUTS[:2])
    collect([row("v")], site)
    header = ("video", "subject", "label", "bouts", "total_seconds", "mean_seconds", "first_seconds", "share_of_video")
    lines = table(site, "summary.csv")
    assert tuple(lines[0]) == header
    assert [tuple(line.values()) for line in lines] == [
        ("v", "left", "grooming", "2", "3", "1.5", "1", "0.3"),
        ("v", "left", "rearing", "0", "0", "", "", "0"),
    ]


def test_without_the_scores_the_share_is_empty(site: Site) -> None:
    predict(site, "v", BOUTS[:2]).with_suffix(".h5").write_bytes(b"rubbish")
    collect([row("v")], site)
    assert [tuple(line.values())[2:] for line in table(site, "summary.csv")] == [("grooming", "2", "3", "1.5", "1", "")]


def test_no_text_becomes_a_formula_and_letters_are_readable(site: Site) -> None:
    predict(site, "=cmd()", (Bout("+sniff", 0.0, 1.0, "@ä"), Bout("-5", 2.0, 3.0, "=1+1")))
    collect([row("=cmd()")], site)
    for name, label in (("all_bouts.csv", "labelId"), ("summary.csv", "label")):
        assert (site.workspace.tracking / "behaviour" / "m" / name).read_bytes().startswith(b"\xef\xbb\xbf")
        lines = [line for line in table(site, name) if line["subject"] != "left"]
        assert {line["video"] for line in lines} == {"'=cmd()"}
        assert {(line["subject"], line[label]) for line in lines} == {("'@ä", "'+sniff"), ("'=1+1", "-5")}


@pytest.mark.parametrize(
    "other",
    [row("b", state=State.FAILED), row("b", state=State.PENDING), row("b", hold="skip"), row("b", task="embed")],
)
def test_only_done_predictions_that_nobody_skips_are_collected(site: Site, other: Row) -> None:
    predict(site, "a")
    predict(site, "b")
    shown = states(collect([other, row("a")], site))
    assert "behaviour/m/a.csv" in shown
    assert not any("b.csv" in name for name in shown)
    assert {line["video"] for line in table(site, "all_bouts.csv")} == {"a"}


def test_each_model_has_its_own_folder(site: Site) -> None:
    predict(site, "v", model="one")
    predict(site, "v", BOUTS[:1], model="two")
    collect([row("v", "one"), row("v", "two")], site)
    assert len(table(site, "all_bouts.csv", "one")) == 3
    assert len(table(site, "all_bouts.csv", "two")) == 1


@pytest.mark.parametrize(
    ("ending", "content", "words"),
    [
        (".csv", None, "There is no predictions/v/m.csv any more"),
        (".csv", b"", "is empty"),
        (".csv", b"labelId,timestamp,endTimestamp\r\ngrooming,5,", "cannot be used"),
        (".png", None, "There is no predictions/v/m.png any more"),
        (".png", PICTURE[:30], "no whole picture"),
    ],
)
def test_a_broken_prediction_leaves_the_collected_file_and_the_tables_alone(
    site: Site, ending: str, content: bytes | None, words: str
) -> None:
    source = predict(site, "v").with_suffix(ending)
    predict(site, "w")
    rows = [row("v"), row("w")]
    collect(rows, site)
    folder = site.workspace.tracking / "behaviour" / "m"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    source.unlink() if content is None else source.write_bytes(content)
    results = collect(rows, site)
    (broken,) = [result for result in results if result.state is BROKEN]
    assert broken.shown == f"behaviour/m/v{ending}"
    assert words in broken.message
    assert "Set the row to pending" in broken.message
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_two_rows_with_one_target_are_reported(site: Site) -> None:
    predict(site, "v")
    other = Row("settings/inner/v/predict_m.toml", task="predict", state=State.DONE, output="predictions/v/m.csv")
    (broken,) = [result for result in collect([row("v"), other], site) if result.state is BROKEN]
    assert broken.settings == other.settings
    assert "settings/v/predict_m.toml has the same video name" in broken.message


def test_a_video_with_a_tables_name_does_not_take_its_place(site: Site) -> None:
    predict(site, "Summary")
    predict(site, "v")
    (broken,) = [result for result in collect([row("Summary"), row("v")], site) if result.state is BROKEN]
    assert "another name" in broken.message
    assert {line["video"] for line in table(site, "summary.csv")} == {"v"}


def test_a_done_row_without_an_output_is_reported(site: Site) -> None:
    (broken,) = collect([row("v", output="")], site)
    assert broken.state is BROKEN
    assert "does not say where" in broken.message


@pytest.mark.parametrize("locked", ["all_bouts.csv", "v.csv", "summary.csv"])
def test_a_file_that_is_open_in_excel_is_told_and_the_rest_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch, locked: str
) -> None:
    predict(site, "v")
    predict(site, "w")
    rows = [row("v"), row("w")]
    collect(rows, site)
    predict(site, "v", BOUTS[:1])
    predict(site, "w", BOUTS[:1])
    real = os.replace

    def refuse_one(src: Path, dst: Path) -> None:
        if Path(dst).name == locked:
            raise PermissionError(13, "Permission denied")
        real(src, dst)

    monkeypatch.setattr(os, "replace", refuse_one)
    results = collect(rows, site)
    (broken,) = [result for result in results if result.state is BROKEN]
    assert broken.shown == f"behaviour/m/{locked}"
    assert "open in another program" in broken.message
    updated = {result.shown.rpartition("/")[2] for result in results if result.state is UPDATED}
    assert updated == {"v.csv", "w.csv", "all_bouts.csv", "summary.csv"} - {locked}
    assert not list((site.workspace.tracking / "behaviour" / "m").glob(".*"))


def test_a_dry_run_says_the_same_and_writes_nothing(site: Site) -> None:
    predict(site, "v")
    assert set(states(collect([row("v")], site, dryrun=True)).values()) == {NEW}
    assert os.listdir(site.workspace.tracking) == []


def test_an_unfinished_copy_of_days_ago_is_removed_and_a_fresh_one_is_not(site: Site) -> None:
    folder = site.workspace.tracking / "behaviour" / "m"
    folder.mkdir(parents=True)
    old, fresh = folder / ".v.csv.x.tmp", folder / ".w.csv.x.tmp"
    for stray in (old, fresh):
        stray.touch()
    os.utime(old, (0, 0))
    collect([], site)
    assert os.listdir(folder) == [fresh.name]


def test_a_prediction_that_changes_all_the_time_is_left_for_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    source = predict(site, "v")
    real = ethonight.collect_files.shutil.copyfileobj

    def copy_while_somebody_saves(reader: object, writer: object, length: int) -> None:
        real(reader, writer, length)  # type: ignore[arg-type]
        os.utime(source, ns=(0, source.stat().st_mtime_ns + 10**9))

    monkeypatch.setattr(ethonight.collect_files.shutil, "copyfileobj", copy_while_somebody_saves)
    results = {result.shown: result for result in collect([row("v")], site)}
    assert "being saved right now" in results["behaviour/m/v.csv"].message
    assert not (site.workspace.tracking / "behaviour" / "m" / "v.csv").exists()


def test_the_script_tells_each_file_and_sums_up(site: Site) -> None:
    predict(site, "v")
    with Ledger(site.workspace, "test") as ledger:
        for state in (State.PENDING, State.RUNNING, State.DONE):
            ledger.record(row("v", state=state))
    command = [sys.executable, str(SCRIPT), "--workspace", str(site.workspace.root)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["new", "behaviour/m/v.csv", "settings/v/predict_m.toml"],
        ["new", "behaviour/m/v.png", "settings/v/predict_m.toml"],
        ["new", "behaviour/m/all_bouts.csv"],
    ]
    assert lines[-1] == "4 new, 0 updated, 0 same, 0 broken."
