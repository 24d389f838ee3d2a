"""The job table through the page: as a person's edits, and as a night takes them."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

Served = Any
Until = Callable[[Callable[[], object]], None]
OVERNIGHT = Path(__file__).resolve().parents[2] / "scripts" / "overnight.py"
KEY = "settings/numbered/job.toml"
WAITS = """import pathlib, sys, time
print('begun', flush=True)
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.02)
"""
WRITES = """import pathlib, sys
pathlib.Path(sys.argv[2], 'result.txt').write_text('done')
"""


def add_job(workspace: Workspace, name: str = "job", gate: Path | None = None) -> str:
    """Save the settings of a job that writes a file, when there is a file ``gate``; return its key."""
    code = (WAITS if gate else "") + WRITES
    document = {
        "task": "command",
        "command": ["python", "-c", code, str(gate or "-"), "{out}"],
        "outputs": ["{out}/result.txt"],
    }
    path = workspace.settings / "numbered" / f"{name}.toml"
    path.write_text(tomli_w.dumps(document), "utf-8")
    return workspace.key(path)


def statuses(workspace: Workspace) -> dict[str, str]:
    return {row.settings: row.status for row in read_rows(workspace)}


def job(server: Served, key: str = KEY) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in server.get("/api/jobs").json["jobs"] if one["settings"] == key)
    return found


@contextmanager
def events(server: Served) -> Iterator[Iterator[dict[str, Any]]]:
    """Listen as a page does."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", "/api/events", headers={"Host": f"127.0.0.1:{server.port}"})
        answer = connection.getresponse()
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        assert answer.readline().startswith(b"retry")
        yield (json.loads(line[6:]) for line in iter(answer.readline, b"") if line.startswith(b"data: "))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, make_workspace: Any, served: Any) -> Iterator[Served]:
    """One server for the tests that do without a night, each with jobs of its own. Two coders have marked the video;
    one has a name that a shell would take apart.
    """
    workspace: Workspace = make_workspace(tmp_path_factory.mktemp("lasting"))
    folder = workspace.annotations / "numbered"
    folder.mkdir(parents=True)
    for coder in ("anna", "ben o'neil"):
        (folder / f"{coder}.csv").write_text("labelId,timestamp,endTimestamp\ngrooming,1,2\nrearing,3,4\n", "utf-8")
    with served(workspace, "--port", "0") as found:
        yield found


def test_the_table_is_shown_as_it_is(lasting: Served) -> None:
    key = "settings/numbered/shown.toml"
    with Ledger(lasting.workspace, "track") as ledger:
        ledger.record(Row(key, video="numbered", task="command", notes="mine"))
        ledger.record(replace(ledger.rows[key], state=State.RUNNING))
        ledger.record(replace(ledger.rows[key], state=State.FAILED, message="It broke.", minutes="1.5"))
        assert lasting.get("/api/jobs").json["runner"].startswith("'track'")
    found = job(lasting, key)
    assert (found["status"], found["message"], found["minutes"], found["notes"]) == (
        "failed",
        "It broke.",
        "1.5",
        "mine",
    )
    shown = lasting.get("/api/jobs").json
    assert (shown["runner"], shown["counts"]["failed"]) == ("", 1)


def test_pages_are_told_of_changes_in_the_table(lasting: Served) -> None:
    with events(lasting) as told:
        with Ledger(lasting.workspace, "track") as ledger:
            ledger.record(Row("settings/numbered/told.toml"))
        assert next(event for event in told if event["kind"] != "workspace") == {"kind": "jobs"}


def test_skip_and_retry_without_a_run(lasting: Served) -> None:
    workspace, key = lasting.workspace, "settings/numbered/held.toml"
    with Ledger(workspace, "track") as ledger:
        ledger.record(Row(key))
    assert lasting.post("/api/jobs/skip", {"settings": key}).status == 200
    assert statuses(workspace)[key] == "skip"
    with Ledger(workspace, "track") as ledger:
        assert ledger.rows[key].hold == "skip"
    assert lasting.post("/api/jobs/retry", {"settings": key}).status == 200
    assert statuses(workspace)[key] == "pending"
    assert not workspace.lease.exists()


def test_skip_and_retry_while_a_night_runs(server: Served, until: Until, tmp_path: Path) -> None:
    workspace, gate = server.workspace, tmp_path / "gate"
    first, second, third = (add_job(workspace, name, gate) for name in ("a", "b", "c"))
    command = [sys.executable, str(OVERNIGHT), "--workspace", str(workspace.root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as night:
        try:
            until(lambda: statuses(workspace).get(first) == "running")
            assert server.post("/api/jobs/skip", {"settings": second}).status == 200
            assert server.post("/api/jobs/skip", {"settings": third}).status == 200
            assert server.post("/api/jobs/retry", {"settings": third}).status == 200
            until(lambda: "begun" in server.get(f"/api/jobs/log?settings={first}").json["text"])
            assert job(server, first)["stage"] is not None
        finally:
            gate.touch()
        assert night.wait(120) == 0
    assert statuses(workspace) == {first: "done", second: "skip", third: "done"}


def test_the_night_is_started_from_the_page(server: Served, until: Until) -> None:
    workspace = server.workspace
    key = add_job(workspace)
    assert server.post("/api/jobs/run", {}).status == 200
    until(lambda: statuses(workspace).get(key) == "done")
    until(lambda: not server.get("/api/jobs").json["started_here"])
    assert "1 done" in server.get("/api/jobs/log").json["text"]
    assert (workspace.results / "numbered" / "job" / "result.txt").read_text("utf-8") == "done"


def test_the_night_goes_on_when_the_page_is_closed(server: Served, until: Until, tmp_path: Path) -> None:
    workspace, gate = server.workspace, tmp_path / "gate"
    key = add_job(workspace, gate=gate)
    assert server.post("/api/jobs/run", {}).status == 200
    until(lambda: statuses(workspace).get(key) == "running")
    assert server.post("/api/jobs/run", {}).status == 409
    server.stop()
    gate.touch()
    until(lambda: statuses(workspace).get(key) == "done")
    until(lambda: not workspace.lease.exists())


ORDER = {
    "model": "mice",
    "pairs": [["numbered", "ben o'neil"]],
    "features": ["motion", "kinematics"],
    "subjects": "blobs:2",
    "labels": ["grooming"],
    "split": ["none"],
    "exclusive": True,
}


def test_a_training_is_queued(lasting: Served) -> None:
    answer = lasting.post("/api/jobs/train", ORDER)
    assert answer.status == 200, answer.body
    assert answer.json["settings"] == ["settings/mice/train.toml"]
    document = tomllib.loads((lasting.workspace.settings / "mice" / "train.toml").read_text("utf-8"))
    assert document["pairs"] == [{"video": "numbered", "annotations": "ben o'neil"}]
    assert (document["labels"], document["exclusive"], document["subjects"]["count"]) == (["grooming"], True, 2)
    assert statuses(lasting.workspace)["settings/mice/train.toml"] == "pending"


@pytest.mark.skipif(sys.platform == "win32", reason="its terminal quotes otherwise")
def test_the_command_that_does_the_same_can_be_copied(lasting: Served) -> None:
    wanted = (
        "pixi run train --model mice --pairs 'numbered=ben o'\"'\"'neil' --features motion+kinematics "
        "--subjects blobs:2 --labels grooming --split none --exclusive"
    )
    assert lasting.post("/api/jobs/command", {"task": "train", **ORDER}).json["command"] == wanted
    assert lasting.post("/api/jobs/train", ORDER).json["command"] == wanted
    predict = lasting.post("/api/jobs/command", {"task": "predict", "model": "mice", "videos": ["numbered"]})
    assert predict.json["command"] == "pixi run predict --model mice numbered"
    assert not (lasting.workspace.settings / "other").exists()


def test_predictions_are_queued_and_run_again(lasting: Served) -> None:
    assert lasting.post("/api/jobs/train", ORDER).status == 200
    key = "settings/numbered/predict_mice.toml"
    assert lasting.post("/api/jobs/predict", {"model": "mice", "videos": ["numbered"]}).json["settings"] == [key]
    with Ledger(lasting.workspace, "overnight") as ledger:
        for state in (State.RUNNING, State.DONE):
            ledger.record(replace(ledger.rows[key], state=state))
    lasting.post("/api/jobs/predict", {"model": "mice", "videos": ["numbered"]})
    assert statuses(lasting.workspace)[key] == "pending"


def test_while_a_run_goes_on_new_jobs_wait_for_the_next(lasting: Served) -> None:
    with Ledger(lasting.workspace, "overnight"):
        answer = lasting.post("/api/jobs/train", {**ORDER, "model": "rats"})
    assert answer.status == 200
    assert "A run is going on" in answer.json["message"]
    assert (lasting.workspace.settings / "rats" / "train.toml").is_file()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"model": ""}, 400),
        ({"model": "../mice"}, 400),
        ({"model": 3}, 400),
        ({"pairs": []}, 400),
        ({"pairs": ["numbered=anna"]}, 400),
        ({"pairs": [["numbered", "carl"]]}, 404),
        ({"pairs": [["other", "anna"]]}, 404),
        ({"pairs": [["/etc/passwd", "anna"]]}, 404),
        ({"pairs": [["numbered", "../../secret"]]}, 400),
        ({"features": ["videomae:/etc"]}, 404),
        ({"features": "motion"}, 400),
        ({"subjects": "tracks:../../session"}, 400),
        ({"subjects": "blobs:0"}, 400),
        ({"split": ["/etc/passwd"]}, 404),
        ({"labels": ["a,b"]}, 400),
        ({"exclusive": "yes"}, 400),
    ],
)
def test_orders_name_only_what_is_in_the_workspace(lasting: Served, change: dict[str, object], status: int) -> None:
    before = sorted(lasting.workspace.settings.rglob("*"))
    answer = lasting.post("/api/jobs/train", {**ORDER, "model": "never", **change})
    assert answer.status == status, answer.body
    assert sorted(lasting.workspace.settings.rglob("*")) == before


def test_jobs_that_are_not_there_can_neither_be_skipped_nor_read(lasting: Served) -> None:
    for key in ("settings/numbered/other.toml", "../../etc/passwd", ""):
        assert lasting.post("/api/jobs/skip", {"settings": key}).status == 404
        assert lasting.post("/api/jobs/retry", {"settings": key}).status == 404
    assert lasting.get("/api/jobs/log?settings=../../etc/passwd").status == 404
