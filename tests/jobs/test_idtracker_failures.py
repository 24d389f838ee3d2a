"""What idtracker.ai's failures are called: real logs, and messages that need hardware or luck."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.jobs.idtracker_failures import CAUSES, Cause, explain
from ethonight.jobs.idtracker_log import Findings, read_findings
from ethonight.jobs.protocol import Exit, Failure, FailureKind

SAMPLES = Path(__file__).parents[1] / "data" / "idtracker"
HANDLED = Exit(code=0, signal=None, started=0.0, finished=60.0)
"""The exit code of idtracker.ai after an error that it handled."""

BAD, MEMORY, KILLED = FailureKind.BAD_INPUT, FailureKind.OUT_OF_MEMORY, FailureKind.KILLED
CUDA, CRASHED = FailureKind.CUDA, FailureKind.CRASHED


def told(failure: Failure, *phrases: str) -> bool:
    """Whether the message has all phrases, and at least two sentences: what happened, and what to do."""
    return all(phrase in failure.message for phrase in phrases) and failure.message.count(". ") >= 1


@pytest.mark.parametrize(
    ("name", "kind", "phrases"),
    [
        ("missing_video", BAD, ["was not found", "middle of it/none.avi", "fix-paths"]),
        ("unreadable_video", BAD, ["could not be read", "bad.avi", "copy it again"]),
        ("unknown_key", BAD, ["number_of_animal", "Correct or delete"]),
        ("undefined_animals", BAD, ["number_of_animals is missing or 0", "track_wo_identities"]),
        ("no_animals", BAD, ["No animal was found", "intensity_ths"]),
        ("interval_outside", BAD, ["outside the video", "tracking_intervals"]),
        ("twenty_animals", BAD, ["number_of_animals is probably wrong"]),
        ("no_cuda", BAD, ["CUDA device that is not there", "check-gpu"]),
        ("no_torchvision", CRASHED, ["torchvision is missing", "blames PyTorch"]),
        ("gpu_memory", MEMORY, ["GPU ran out of memory", "contrastive_batchsize"]),
        ("crash", CRASHED, ["'str' object has no attribute 'is_file'", "log"]),
    ],
)
def test_real_logs(name: str, kind: FailureKind, phrases: list[str]) -> None:
    failure = explain(read_findings(SAMPLES / f"{name}.txt"), HANDLED, unread="")
    assert failure.kind is kind
    assert told(failure, *phrases), failure.message


@pytest.mark.parametrize(
    ("critical", "kind", "phrase"),
    [
        ("RuntimeError: CUDA error: an illegal memory access was encountered", CUDA, "GPU reported an error"),
        ("RuntimeError: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", CUDA, "GPU reported an error"),
        ("OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.", MEMORY, "GPU ran out"),
        ("RuntimeError: CUDA error: out of memory", MEMORY, "GPU ran out"),
        ("RuntimeError: MPS backend out of memory (MPS allocated: 8 GB)", MEMORY, "GPU ran out"),
        ("_ArrayMemoryError: Unable to allocate 7.2 GiB for an array with shape (1, 2)", MEMORY, "computer ran out"),
        ("RuntimeError: DataLoader worker (pid 17) is killed by signal: Killed.", MEMORY, "was killed"),
        ("AssertionError: Torch not compiled with CUDA enabled", BAD, "CUDA device that is not there"),
        ("OSError: [Errno 28] No space left on device", CRASHED, "disk is full"),
        ("Video paths have different resolutions", BAD, "different resolutions"),
        ("OpenCV cannot read the number of frames in /v/a.avi", BAD, "/v/a.avi"),
        ("Check_segmentation is True, exiting... Please readjust", BAD, "check_segmentation = true"),
        ("Could not read the image file: /b/bg.png. Please select a valid image file.", BAD, "background image"),
        ("The uploaded background image has shape (93, 116), which does not match", BAD, "(93, 116 pixels)"),
        ("Torch device name 'gpu' not recognized.", BAD, "no device gpu"),
        ("Missing area thresholds parameter", BAD, "area_ths is missing"),
        ("KeyboardInterrupt", KILLED, "interrupted"),
    ],
)
def test_messages_that_cannot_be_had_here(critical: str, kind: FailureKind, phrase: str) -> None:
    failure = explain(Findings(critical=critical), HANDLED, unread="")
    assert failure.kind is kind
    assert told(failure, phrase), failure.message


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.pattern[:30])
def test_every_cause_says_what_happened_and_what_to_do(cause: Cause) -> None:
    first, _, advice = cause.message.partition(". ")
    assert first
    assert advice.endswith(".")


@pytest.mark.parametrize("end", [Exit(None, 9, 0.0, 1.0), Exit(137, None, 0.0, 1.0)])
def test_killed_is_told_apart_from_a_crash(end: Exit) -> None:
    failure = explain(Findings(), end, unread="")
    assert failure.kind is KILLED
    assert told(failure, "killed", "out of memory")


def test_a_reason_in_the_log_outweighs_the_signal() -> None:
    failure = explain(Findings(critical="No animals detected in the video"), Exit(None, 9, 0.0, 1.0), unread="")
    assert failure.kind is BAD


@pytest.mark.parametrize("code", [0, 1])
def test_a_silent_end_is_a_crash_whatever_the_exit_code(code: int) -> None:
    failure = explain(Findings(last_error="Bad things"), Exit(code, None, 0.0, 1.0), unread="")
    assert failure.kind is CRASHED
    assert told(failure, "without saying why", "Bad things")


def test_a_segmentation_fault_names_its_signal() -> None:
    assert "signal 11" in explain(Findings(), Exit(None, 11, 0.0, 1.0), unread="").message


def test_a_crash_on_windows_shows_its_number() -> None:
    assert "0xc0000005" in explain(Findings(), Exit(0xC0000005, None, 0.0, 1.0), unread="").message


def test_memory_errors_of_python_itself_are_found() -> None:
    found = Findings(outside="terminate called after throwing an instance of 'std::bad_alloc'")
    assert explain(found, Exit(None, 6, 0.0, 1.0), unread="").kind is MEMORY


def test_frames_that_could_not_be_read_come_first() -> None:
    found = Findings(critical="There are no negative pairs of Fragments to train Contrastive.")
    assert explain(found, HANDLED, unread="7 frames could not be read.").message.startswith("7 frames could not")
