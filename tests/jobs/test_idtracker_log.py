"""Reading idtracker.ai's log: real samples in tests/data/idtracker."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.jobs.idtracker_log import Findings, read_findings, records, stage_reached

SAMPLES = Path(__file__).parents[1] / "data" / "idtracker"
STAGES = {
    "Tracking session",
    "Animal detection",
    "Crossing detection",
    "Fragmentation",
    "Tracking",
    "Fragment identification",
    "Contrastive step",
    "Accumulation protocol",
    "Identification",
    "Trajectories creation",
    "Impossible jumps correction",
    "Crossings solver",
}


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text("utf-8")


def findings(name: str) -> Findings:
    return read_findings(SAMPLES / f"{name}.txt")


def stages_seen(name: str) -> list[str | None]:
    """Return the stages that one sees who looks at the log after each of its lines, without repetitions."""
    text, seen = "", []
    for line in sample(name).splitlines(keepends=True):
        text += line
        stage = stage_reached(text)
        if not seen or seen[-1] != stage:
            seen.append(stage)
    return seen


def test_stages_of_a_run_without_identities() -> None:
    main = "Tracking session"
    assert stages_seen("success") == [
        None,
        main,
        "Animal detection",
        main,
        "Crossing detection",
        main,
        "Fragmentation",
        main,
        "Tracking",
        main,
        "Trajectories creation",
        main,
        None,
    ]


def test_inner_stages_are_shown_while_they_run() -> None:
    seen = stages_seen("contrastive")
    for outer, inner in [("Tracking", "Fragment identification"), ("Fragment identification", "Contrastive step")]:
        assert seen.index(inner) > seen.index(outer)
    assert seen[-1] is None


def test_the_contrastive_step_is_known_when_its_start_is_out_of_sight() -> None:
    lines = sample("contrastive").splitlines(keepends=True)
    batches = [line for line in lines if "contrastive.py:651" in line]
    assert len(batches) > 5
    assert stage_reached("".join(batches)) == "Contrastive step"


def test_the_segmentation_is_known_when_its_start_is_out_of_sight() -> None:
    lost = [line for line in sample("truncated_video").splitlines(keepends=True) if "could not read" in line]
    assert stage_reached("".join(lost)) == "Animal detection"


@pytest.mark.parametrize("text", ["", "\n", "Killed\n", "START", "13:30:36 START Tracking session"])
def test_a_log_without_a_whole_stage_line_shows_none(text: str) -> None:
    assert stage_reached(text) is None


@pytest.mark.parametrize("name", ["success", "contrastive", "twenty_animals", "truncated_video"])
@given(data=st.data())
def test_a_log_cut_anywhere_shows_a_real_stage_or_none(name: str, data: st.DataObject) -> None:
    text = sample(name)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert stage_reached(text[start:end]) in STAGES | {None}


def test_wrapped_lines_are_one_record() -> None:
    texts = [record.text for record in records(sample("success").splitlines())]
    assert (
        "Classifying Blobs as individuals or crossings depending on their area and the number of blobs in the frame"
        in texts
    )
    assert (
        "Saving ListOfGlobalFragments at "
        "/srv/lab/track/ok/out/session_demo/preprocessing/list_of_global_fragments.json" in texts
    )


def test_a_word_longer_than_the_line_is_put_together_without_gaps() -> None:
    path = "/videos/" + "x" * 250 + ".avi"
    width = 126 - 9 - len(" session.py:172")
    pieces = [path[i : i + width] for i in range(0, len(path), width)]
    lines = ["         Setting video paths to:".ljust(112) + "session.py:172"]
    lines += ["         " + piece.ljust(117) for piece in pieces]
    assert [record.text for record in records(lines)] == [f"Setting video paths to: {path}"]


def test_success_and_nothing_else() -> None:
    assert findings("success") == Findings(success=True)


def test_the_reason_is_read_without_its_place_in_the_program() -> None:
    assert findings("missing_video").critical == (
        'Video file "/srv/lab/track/vids/a folder with a very long name that will make the log line wrap somewhere in '
        'the middle of it/none.avi" not found'
    )
    assert findings("no_animals").critical == "No animals detected in the video"


def test_a_traceback_is_not_part_of_the_reason() -> None:
    assert findings("twenty_animals").critical == "ValueError: need at least one array to concatenate"
    assert findings("crash").critical == "AttributeError: 'str' object has no attribute 'is_file'"


def test_an_interrupted_training_is_noticed_though_the_run_goes_on() -> None:
    found = findings("interrupted")
    assert found.interrupted
    assert found.critical == findings("twenty_animals").critical
    assert not findings("contrastive").interrupted


def test_frames_lost_one_by_one_are_counted() -> None:
    found = findings("truncated_video")
    assert (found.success, found.unreadable_frames) == (True, 50)


def test_frames_that_could_not_be_jumped_to_are_counted() -> None:
    assert findings("beyond_the_cut").unreadable_frames == 40


def test_frames_missing_for_the_background_only_are_not_counted(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    first = "         ERROR OpenCV could not read frame 7 of /videos/a.avi while".ljust(109)
    log.write_text(f"{first}segmentation.py:298\n         computing the background\n", "utf-8")
    assert read_findings(log).unreadable_frames == 0


def test_words_of_python_itself_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_bytes(sample("success")[:3000].encode() + b"\nFatal Python error: Segmentation fault\n\xff\xfe\n")
    found = read_findings(log)
    assert "Segmentation fault" in found.outside
    assert not found.success


def test_no_log_has_no_findings(tmp_path: Path) -> None:
    assert read_findings(tmp_path / "log.txt") == Findings()
