"""The last lines of a night: what happened, and where to look now."""

from __future__ import annotations

from ethonight.ledger.row import SKIP, Row, State
from ethonight.overnight import closing_line, what_to_look_at
from ethonight.runner.night import Summary


def done(key: str, task: str, output: str = "", message: str = "") -> Row:
    return Row(settings=key, task=task, state=State.DONE, output=output, message=message)


def test_failures_name_the_command_that_says_why() -> None:
    rows = [Row(settings="b", state=State.FAILED), Row(settings="c", hold=SKIP)]
    line = closing_line(Summary(done=["a"], failed=["b"]), rows, "track")
    assert line == "1 done, 1 failed, 1 skipped. Why: pixi run status --failed"


def test_an_interrupted_night_says_how_to_go_on() -> None:
    line = closing_line(Summary(stopped=["a"], interrupted=True), [], "train")
    assert line == "0 done, 0 failed, 0 skipped, 1 stopped. Interrupted; the rest waits for the next: pixi run train"


def test_a_trained_model_is_shown_with_its_numbers_and_its_report() -> None:
    rows = {"t": done("t", "train", "models/mice_20260301_220405", "Frame F1 0.91."), "e": done("e", "embed")}
    lines = what_to_look_at(Summary(done=["e", "t"]), rows)
    assert lines == ["Frame F1 0.91. Its report: models/mice_20260301_220405/report.html"]


def test_what_can_be_collected_names_the_command() -> None:
    rows = {"a": done("a", "track"), "p": done("p", "predict"), "gone": done("gone", "track")}
    assert what_to_look_at(Summary(done=["a", "p"]), rows) == ["Collect what is done in tracking/: pixi run copy"]


def test_features_alone_say_what_they_are_for() -> None:
    (line,) = what_to_look_at(Summary(done=["e"]), {"e": done("e", "embed")})
    assert "pixi run train" in line
