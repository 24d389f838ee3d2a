"""What becomes of a job that has ended: done with its outputs in place, or failed with the reason in words."""

from __future__ import annotations

import re
import shutil

import pytest
from lab import Lab, wait_for


def failed(lab: Lab, name: str) -> str:
    """Run the night; return the message of the job, which must have failed, while the job beside it must be done."""
    lab.add("other")
    status, text = lab.track()
    assert status == 1, text
    assert lab.statuses() == {name: "failed", "other": "done"}
    assert "Why: pixi run status --failed" in text
    assert "Traceback" not in text
    return lab.message(name)


def test_a_missing_output_fails_the_job(lab: Lab) -> None:
    lab.add("one", "result=none")
    message = failed(lab, "one")
    assert "The program ended well, but its output {out}/result.txt is not there." in message
    assert not lab.result("one").parent.exists()


def test_an_empty_output_fails_the_job(lab: Lab) -> None:
    lab.add("one", "result=")
    assert "its output {out}/result.txt is empty." in failed(lab, "one")


def test_a_program_that_does_not_exist_is_named(lab: Lab) -> None:
    lab.add("one", command=["no-such-program", "x"])
    assert "The program 'no-such-program' is not found." in failed(lab, "one")


def test_a_program_whose_path_leads_nowhere_is_named(lab: Lab) -> None:
    lab.add("one", command=["no/such-program", "x"])
    assert "The program 'no/such-program' could not be started: No such file" in failed(lab, "one")


def test_a_working_directory_that_does_not_exist_is_named(lab: Lab) -> None:
    lab.add("one", cwd="no/such/folder")
    assert re.search(r"The working directory .*no/such/folder is not there\.", failed(lab, "one"))


def test_an_exit_status_is_shown_with_the_last_line_and_the_log(lab: Lab) -> None:
    lab.add("one", "say=reading", "say=cannot open camera 2", "exit=3")
    message = failed(lab, "one")
    assert "The program ended with exit status 3; its last line: cannot open camera 2." in message
    log = message.rpartition("Log: ")[2]
    assert (lab.workspace.root / log).read_text("utf-8") == "reading\ncannot open camera 2\n"


def test_bad_settings_fail_their_job_with_the_line(lab: Lab) -> None:
    lab.save("one", 'task = "command"\ncommand = ["x"\noutputs = 3\n')
    assert "line 2: the list that starts here is not closed" in failed(lab, "one")


def test_an_unknown_key_fails_its_job_with_a_suggestion(lab: Lab) -> None:
    lab.add("one", output=["x"])
    message = failed(lab, "one")
    assert "output" in message
    assert "'outputs'" in message


def test_finished_outputs_are_in_the_results_folder_and_whole(lab: Lab) -> None:
    lab.add("one")
    assert lab.track()[0] == 0
    assert lab.table()["settings/v/one.toml"]["output"] == "results/v/one"
    assert lab.result("one").read_text("utf-8") == "one result\n"
    assert not lab.attempt("one").paths.out.exists()


def test_outputs_that_are_replaced_are_kept_with_their_date(lab: Lab) -> None:
    key = lab.add("one")
    assert lab.track()[0] == 0
    (lab.result("one").parent / "checked by hand.txt").write_text("fine", "utf-8")
    for count in (1, 2):
        lab.edit(key, status="pending")
        assert lab.track()[0] == 0
        kept = sorted((lab.workspace.results / "v" / "replaced").iterdir())
        assert len(kept) == count
        assert all(re.fullmatch(r"one \d{4}-\d\d-\d\d \d{4}( \(2\))?", folder.name) for folder in kept)
    first = next(folder for folder in kept if (folder / "checked by hand.txt").exists())
    assert (first / "result.txt").read_text("utf-8") == "one result\n"
    assert [path.name for path in lab.result("one").parent.iterdir()] == ["result.txt"]


def test_a_failed_rerun_leaves_the_earlier_outputs_where_they_are(lab: Lab) -> None:
    key = lab.add("one")
    assert lab.track()[0] == 0
    lab.add("one", "exit=1")
    lab.edit(key, status="pending")
    assert lab.track()[0] == 1
    assert lab.result("one").read_text("utf-8") == "one result\n"


def test_settings_that_are_edited_while_the_job_runs_do_not_touch_it(lab: Lab) -> None:
    lab.holding("one")
    run = lab.start()
    lab.wait_for_event("one start")
    lab.save("one", 'task = "command"\ncommand = [')
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done"}


def test_settings_that_are_deleted_while_the_job_runs_do_not_touch_it(lab: Lab) -> None:
    key = lab.holding("one")
    run = lab.start()
    lab.wait_for_event("one start")
    lab.workspace.settings_file(key).unlink()
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done"}
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done"}
    assert "The settings file is gone" in lab.message("one")


def test_outputs_that_cannot_be_moved_wait_for_the_next_run(lab: Lab) -> None:
    """Something lies in the way (a file with the folder's name); the job has done its work and does not run again."""
    lab.holding("one")
    lab.add("two")
    in_the_way = lab.workspace.results / "v"
    run = lab.start()
    lab.wait_for_event("one start")
    in_the_way.write_text("not a folder", "utf-8")
    lab.release("one")
    wait_for(lambda: "could not be moved to results/v/one" in run.words, "the reason")
    in_the_way.unlink()
    run.ended()
    assert "its outputs could not be moved to results/v/one" in lab.message("one")
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert lab.events().count("one start") == 1
    assert lab.message("one") == ""


@pytest.mark.parametrize("outer_first", [True, False])
def test_no_job_takes_the_folder_that_holds_anothers_results(lab: Lab, outer_first: bool) -> None:
    """``settings/v.toml`` would have its results around those of ``settings/v/inner.toml``."""
    inner, outer = lab.add("inner"), "settings/v.toml"
    shutil.copy(lab.workspace.settings_file(inner), lab.workspace.settings_file(outer))
    first, second = (outer, inner) if outer_first else (inner, outer)
    assert lab.track(first)[0] == 0
    assert lab.track(second)[0] == 1
    table = lab.table()
    assert [table[key]["status"] for key in (first, second)] == ["done", "failed"]
    assert f"where {first} writes or has written" in table[second]["message"]
    assert (lab.workspace.root / table[first]["output"] / "result.txt").is_file()
