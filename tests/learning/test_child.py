"""How a child process ends: its failure is a sentence and a kind, its progress a line that status can read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ethonight.jobs.own import OwnKind, failure, notes
from ethonight.jobs.protocol import AttemptPaths, Exit, FailureKind

PROGRAM = """
import sys
from ethonight.errors import UsageError
from ethonight.learning.child import Counter, leave_notes, run, tell
import torch

def work(order):
    {body}

run(work)
"""


def child(folder: Path, body: str) -> tuple[AttemptPaths, Exit]:
    """Run a child process with this body; return its attempt and its end."""
    attempt = AttemptPaths(folder)
    attempt.work.mkdir(parents=True)
    attempt.snapshot.write_text("value = 3\n", "utf-8")
    with attempt.log.open("wb") as log:
        command = [sys.executable, "-c", PROGRAM.format(body=body), str(attempt.snapshot)]
        code = subprocess.run(command, cwd=attempt.work, stdout=log, stderr=log, timeout=120).returncode
    return attempt, Exit(code, None, 0.0, 1.0)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("raise UsageError('Give a video.')", FailureKind.BAD_INPUT, "Give a video."),
        ("raise MemoryError", FailureKind.OUT_OF_MEMORY, "There was not enough memory. Close other programs"),
        ("raise torch.cuda.OutOfMemoryError('x')", FailureKind.OUT_OF_MEMORY, "not enough memory on the GPU"),
        ("raise ZeroDivisionError('by nothing')", FailureKind.CRASHED, "It crashed: ZeroDivisionError: by nothing"),
    ],
)
def test_a_failure_is_told_by_its_kind(tmp_path: Path, body: str, kind: FailureKind, words: str) -> None:
    found = failure(*child(tmp_path, body))
    assert found is not None
    assert found.kind is kind and words in found.message


def test_a_good_end_leaves_notes_and_its_last_progress(tmp_path: Path) -> None:
    body = "tell('Epoch 1 of 3'); Counter('Time step')(4, 4); leave_notes(['Ends early.', str(order.whole('value'))])"
    attempt, end = child(tmp_path, body)
    assert failure(attempt, end) is None
    assert notes(attempt) == ["Ends early.", "3"]
    stage = OwnKind().stage(attempt.log.read_text("utf-8"))
    assert stage is not None and stage.passing and stage.name == "Time step 4 of 4"


def test_a_long_progress_keeps_the_time_that_is_left() -> None:
    line = "Training 12 of 12, network 2 of 2, epoch 17 of 24, loss 0.115, validation F1 0.68, 1 h 40 min left"
    stage = OwnKind().stage(f"progress: {line}\n")
    assert stage is not None and stage.name == line


def test_a_kill_is_told_as_one(tmp_path: Path) -> None:
    attempt, _ = child(tmp_path, "pass")
    found = failure(attempt, Exit(None, 9, 0.0, 1.0))
    assert found is not None and found.kind is FailureKind.KILLED
