"""All work that is open in one workspace: trouble with one is not the others'."""

from __future__ import annotations

import pytest
from coder_at_work import Coder

from ethonight.coding.changes import Add
from ethonight.coding.coding import Coding


def beside(anna: Coder) -> Coding:
    """Open Ben's work behind Anna's; each has a bout that is not in a file yet."""
    anna.marked("rest", 10, 20)
    ben = anna.desk.open(anna.video, "ben", anna.edges)
    ben.apply(Add("groom", "", 1, 5), anna.ethogram)
    return ben


def broken() -> None:
    raise RuntimeError("broken")


def test_trouble_with_one_work_keeps_no_other_waiting(
    anna: Coder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ben = beside(anna)
    with monkeypatch.context() as patched:
        patched.setattr(anna.coding, "look", broken)
        anna.desk.look()
    assert anna.path.with_name("ben.csv").exists() and not anna.path.exists()
    assert "anna's work on vid" in caplog.text
    anna.desk.look()
    assert anna.saved() == [("rest", 10, 20)]
    assert ben.state().saved.state == "saved"


def test_all_work_is_closed_though_one_cannot_be(anna: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = beside(anna)
    with monkeypatch.context() as patched:
        patched.setattr(ben, "close", broken)
        with pytest.raises(RuntimeError, match="broken"):
            anna.desk.close()
    assert anna.path.exists()
    ben.close()
    assert anna.path.with_name("ben.csv").exists()
