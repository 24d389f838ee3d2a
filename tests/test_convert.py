"""The task convert: what a person sees of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import read_annotation

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "convert.py"
EVENTS = "Time\tSubject\tBehavior\tStatus\n1\tmale\trun\tSTART\n2.5\tmale\trun\tSTOP\n7\tmale\trun\tSTART\n"


def convert(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--workspace", str(folder), *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=folder)


def test_a_file_is_converted_and_what_needs_repair_is_listed(tmp_path: Path) -> None:
    (tmp_path / "events.tsv").write_text(EVENTS)
    done = convert(tmp_path, "events.tsv", "bouts.csv")
    assert done.returncode == 1, done.stderr
    assert read_annotation(tmp_path / "bouts.csv").rows == (Bout("run", 1.0, 2.5, "male"),)
    assert "BORIS table → bouts CSV: bouts.csv" in done.stdout
    assert "START of 'run' of male at 7 s (line 4)" in done.stdout


def test_nothing_is_overwritten_without_replace(tmp_path: Path) -> None:
    (tmp_path / "bouts.csv").write_text("labelId,timestamp,endTimestamp\nrun,1,2\n")
    (tmp_path / "out.eaf").write_text("old")
    refused = convert(tmp_path, "bouts.csv", "out.eaf")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "out.eaf is there already" in refused.stderr
    assert (tmp_path / "out.eaf").read_text() == "old"
    done = convert(tmp_path, "bouts.csv", "out.eaf", "--replace")
    assert done.returncode == 0, done.stderr
    assert "The old file is kept as out " in done.stdout


def test_a_wrong_word_is_answered_with_the_right_one(tmp_path: Path) -> None:
    done = convert(tmp_path, "bouts.csv", "out.csv", "--from", "bots")
    assert done.returncode == 2
    assert "no format 'bots'; did you mean 'bouts'" in done.stderr
