"""Why idtracker.ai ended without a session, in the words of the person who wants one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ethonight.jobs.idtracker_log import Findings
from ethonight.jobs.protocol import Exit, Failure, FailureKind

BAD, MEMORY, KILLED = FailureKind.BAD_INPUT, FailureKind.OUT_OF_MEMORY, FailureKind.KILLED
CUDA, CRASHED = FailureKind.CUDA, FailureKind.CRASHED

REINSTALL = "Run pixi install; without Pixi, delete the folder .venv and start run.py again."
_LONGEST = 300
_WINDOWS_CRASH = 0xC0000000
"""Windows reports a crash by an exit code from here on."""


@dataclass(frozen=True)
class Cause:
    """A pattern in idtracker.ai's last words, and what to tell. ``{1}`` stands for the pattern's first group."""

    pattern: str
    kind: FailureKind
    message: str


CAUSES: Sequence[Cause] = (
    Cause(
        r"No module named .*torchvision",
        CRASHED,
        f"torchvision is missing (idtracker.ai's own message blames PyTorch). {REINSTALL}",
    ),
    Cause(
        r"No module named .?(idtrackerai|torch)\b", CRASHED, f"{{1}} is not installed in this environment. {REINSTALL}"
    ),
    Cause(
        r"GPU got out of memory|CUDA out of memory|CUDA error: out of memory|OutOfMemoryError|MPS backend out of memory"
        r"|CUBLAS_STATUS_ALLOC_FAILED",
        MEMORY,
        "The GPU ran out of memory. Close other programs that use it (check-gpu lists them), "
        "or set contrastive_batchsize = 100 in the settings.",
    ),
    Cause(
        r"\bMemoryError\b|Unable to allocate .* for an array|Cannot allocate memory|bad_alloc|DefaultCPUAllocator"
        r"|Insufficient memory|paging file is too small",
        MEMORY,
        "The computer ran out of memory. Close other programs, or set number_of_parallel_workers = 1 and "
        "bounding_box_images_in_ram = false in the settings.",
    ),
    Cause(
        r"DataLoader worker .* is killed by signal|BrokenProcessPool",
        MEMORY,
        "A worker process of idtracker.ai was killed: usually the computer ran out of memory. Close other programs, "
        "or set number_of_parallel_workers = 1 in the settings.",
    ),
    Cause(
        r"Found no NVIDIA driver|not compiled with CUDA|No CUDA GPUs are available|invalid device ordinal"
        r"|CUDA driver version is insufficient|CUDA-capable device\(s\) is/are busy",
        BAD,
        "The settings ask for a CUDA device that is not there. Delete the line 'device' from the settings to use what "
        "there is, or run check-gpu.",
    ),
    Cause(
        r"CUDA error|CUDA driver error|cuDNN error|CUDNN_STATUS|CUBLAS_STATUS|CUFFT_|device-side assert|NVML",
        CUDA,
        "The GPU reported an error. If it comes again, restart the computer and run check-gpu.",
    ),
    Cause(
        r"No space left on device|Disk quota exceeded|not enough space on the disk",
        CRASHED,
        "The disk is full. Make room, then run track again.",
    ),
    Cause(
        r"Video file \"(.*)\" not found|FileNotFoundError: (.*) not found",
        BAD,
        "A video was not found: {1}. Connect its disk, or correct video_paths (fix-paths looks for moved videos).",
    ),
    Cause(
        r"Video file \"(.*)\" not readable|cannot read the number of frames in (.*)",
        BAD,
        "A video could not be read: {1}. Play it: if it is damaged, copy it again from the camera; "
        "if it plays, convert it for idtracker.ai (ffmpeg -i OLD -c:v libx264 NEW.mp4).",
    ),
    Cause(
        r"Directories \(\"(.*)\"\) are not allowed",
        BAD,
        "video_paths names a folder: {1}. Name the video file in it.",
    ),
    Cause(r"Permission denied for the path \"(.*)\"", BAD, "{1} may not be read. Correct its permissions."),
    Cause(
        r"Video paths have different resolutions",
        BAD,
        "The files in video_paths have different resolutions, so they are not one recording. Track them one by one.",
    ),
    Cause(
        r"Not recognized parameters: \{(.*?)\}",
        BAD,
        "idtracker.ai does not know these keys: {1}. Correct or delete them in the settings.",
    ),
    Cause(
        r"parameters? .* (?:has|have) been (?:removed|replaced)",
        BAD,
        "The settings have a key that idtracker.ai no longer knows. Save them again from its window.",
    ),
    Cause(
        r"undefined number of animals",
        BAD,
        "number_of_animals is missing or 0. Set it, or set track_wo_identities = true.",
    ),
    Cause(
        r"Missing (area|intensity) thresholds",
        BAD,
        "{1}_ths is missing. Open the video in idtracker.ai, set the thresholds and save the settings.",
    ),
    Cause(
        r"No animals detected in the video",
        BAD,
        "No animal was found in any frame. Open the video in idtracker.ai and correct intensity_ths, area_ths and the "
        "region of interest.",
    ),
    Cause(
        r"Check_segmentation is True",
        BAD,
        "Some frames show more blobs than animals, and check_segmentation = true stops then. Correct the thresholds, "
        "or set it to false.",
    ),
    Cause(
        r"need at least one array to concatenate|no negative pairs of Fragments",
        BAD,
        "No animal could be identified: number_of_animals is probably wrong, or the animals are never seen apart. "
        "Check it and the thresholds in idtracker.ai.",
    ),
    Cause(
        r"exclusive ROIs if there|Not inside any ROI|Not recognized ROI representation",
        BAD,
        "The regions of interest cannot be used as they are (roi_list, exclusive_rois). Draw them again in "
        "idtracker.ai and save the settings.",
    ),
    Cause(
        r"Could not read the image file",
        BAD,
        "The background image of the settings is no picture that can be read. Compute it again from this video and "
        "save it.",
    ),
    Cause(
        r"background image has shape \((.*?)\)",
        BAD,
        "The background image has another size than the video ({1} pixels). Compute it again from this video and save "
        "it.",
    ),
    Cause(
        r"Knowledge transfer folder \"(.*)\" not found|(identification_network\S*)",
        BAD,
        "There is no network to reuse in knowledge_transfer_folder ({1}). Correct the folder, or delete the line.",
    ),
    Cause(
        r"permission to write in (.*?)\. Set",
        CRASHED,
        "idtracker.ai may not write in {1}. Correct the folder's permissions.",
    ),
    Cause(
        r"Torch device name (.*) not recognized",
        BAD,
        "PyTorch knows no device {1}. Delete the line 'device' from the settings.",
    ),
    Cause(
        r"(Pandas|PyArrow) is not installed",
        BAD,
        "{1} is not installed, which the format 'parquet' needs. Take it out of trajectories_formats.",
    ),
    Cause(
        r"Could not read toml file",
        BAD,
        "idtracker.ai could not read the settings. Save them again from its window.",
    ),
    Cause(r"^KeyboardInterrupt", KILLED, "idtracker.ai was interrupted (Ctrl-C). Run track again."),
)
"""In order: the first that fits counts. Memory and GPU come first because their messages have others inside."""

_SIGNALS = {
    9: (KILLED, "idtracker.ai was killed: usually because the computer ran out of memory, or by hand. "
                "Close other programs; if it comes again, set number_of_parallel_workers = 1 in the settings."),
    15: (KILLED, "idtracker.ai was stopped from outside (terminated). Run track again."),
    2: (KILLED, "idtracker.ai was interrupted (Ctrl-C). Run track again."),
    1: (KILLED, "idtracker.ai was stopped when its terminal closed. Run track again."),
    7: (CRASHED, "idtracker.ai crashed (bus error): often the disk is full. Make room, then run track again."),
    4: (CRASHED, "idtracker.ai crashed (illegal instruction): this processor is too old for the installed PyTorch."),
}  # fmt: skip


def explain(found: Findings, end: Exit, unread: str) -> Failure:
    """Return why there is no session.

    ``unread`` is a sentence on frames that could not be read, or empty. The exit code is only looked at when the log
    says nothing: idtracker.ai's codes mean the opposite of what they should.
    """
    if found.no_episodes:
        message = "The tracking intervals lie outside the video. Correct tracking_intervals in the settings."
        return Failure(BAD, message)
    cause = _cause_in(found.critical) or (None if found.critical else _cause_in(found.outside))
    if cause is not None:
        return Failure(cause.kind, f"{unread} {cause.message}".strip())
    if found.critical:
        return Failure(CRASHED, f"idtracker.ai stopped: {_sentence(found.critical)} Look into the log for details.")
    return _without_words(found, end)


def _without_words(found: Findings, end: Exit) -> Failure:
    signal = end.signal if end.signal is not None else _signal_in_code(end.code)
    if signal in _SIGNALS:
        return Failure(*_SIGNALS[signal])
    how = f"crashed (signal {signal})" if signal is not None else "ended without finishing and without saying why"
    if end.code is not None and end.code >= _WINDOWS_CRASH:
        how = f"crashed (Windows error {end.code:#x})"
    last = f" Its last error: {_sentence(found.last_error)}" if found.last_error else ""
    return Failure(CRASHED, f"idtracker.ai {how}.{last} Run track again; if it comes again, look into the log.")


def _signal_in_code(code: int | None) -> int | None:
    """Return the signal that a shell's exit code (128 + signal) stands for."""
    return code - 128 if code is not None and 128 < code < 160 else None


def _cause_in(text: str) -> Cause | None:
    for cause in CAUSES:
        match = re.search(cause.pattern, text)
        if match is not None:
            group = next((g for g in match.groups() if g), "") if match.groups() else ""
            return Cause(cause.pattern, cause.kind, cause.message.replace("{1}", _short(group.strip("' "))))
    return None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def _sentence(text: str) -> str:
    return _short(text).rstrip(".: ") + "."
