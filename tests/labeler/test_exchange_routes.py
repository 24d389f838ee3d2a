"""Import and export through the server, as the page asks for them, and as nobody should."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import coder_file
from ethonight.annotations.ethogram import Behaviour, Ethogram, read_ethogram, write_ethogram
from ethonight.interchange.deepethogram import DEEPETHOGRAM

Served = Any
Until = Callable[[Callable[[], object]], None]

TABLE = """Time,male,female
0,rest,
0.04,attack,
0.08,attack,attack
0.12,,attack
"""


@pytest.fixture(scope="module")
def shared_server(
    tmp_path_factory: pytest.TempPathFactory, make_workspace: Callable[[Path], Any], served: Callable[..., Any]
) -> Any:
    workspace = make_workspace(tmp_path_factory.mktemp("exchange"))
    with served(workspace, "--port", "0") as server:
        server.ready()
        yield server


def order(text: str | bytes = TABLE, coder: str = "anna", **rest: object) -> dict[str, object]:
    data = text.encode() if isinstance(text, str) else text
    return {"name": "x.csv", "base64": base64.b64encode(data).decode(), "video": "numbered", "coder": coder, **rest}


def bouts(server: Served, coder: str) -> list[tuple[str, str, int, int]]:
    marks = server.get(f"/api/coding/numbered/{coder}").json["marks"]
    return [(mark["label"], mark["subject"], mark["first"], mark["stop"]) for mark in marks]


def folders(server: Served) -> set[str]:
    return {str(path) for path in server.workspace.root.rglob("*") if "coding" not in path.parts}


def test_formats_are_listed_by_the_name_that_people_know(shared_server: Served) -> None:
    formats = shared_server.get("/api/formats").json
    assert {"name": "elan", "title": "ELAN", "endings": [".eaf"], "counts_frames": False} in formats
    assert {"boris", "bento", "deepethogram", "simba", "solomon", "trace"} <= {one["name"] for one in formats}


def test_a_preview_shows_everything_and_changes_nothing(shared_server: Served) -> None:
    before = folders(shared_server)
    table = TABLE.replace("attack", "yawn").replace("rest", "stare")
    found = shared_server.post("/api/import", order(table, "looker")).json
    assert found["format"]["name"] == "solomon"
    rows = [(row["label"], row["subject"], row["bouts"], row["new"]) for row in found["bouts"]]
    assert sorted(rows) == [("stare", "male", 1, True), ("yawn", "female", 1, True), ("yawn", "male", 1, True)]
    assert found["unpaired"] == [] and found["observation"] == 0
    assert any("subjects" in note for note in found["notes"])
    assert bouts(shared_server, "looker") == []
    assert folders(shared_server) == before


def test_an_import_is_one_step_that_reaches_the_file_and_can_be_undone(shared_server: Served, until: Until) -> None:
    ethogram = shared_server.workspace.ethogram
    write_ethogram(ethogram, Ethogram((*read_ethogram(ethogram).behaviours, Behaviour("sleep", "q"))))
    table = TABLE.replace("attack", "quarrel").replace("rest", "sleep")
    done = shared_server.post("/api/import", order(table, do=True)).json
    assert done["added"] == 3 and done["new"] == ["quarrel"]
    expected = [("sleep", "male", 0, 1), ("quarrel", "male", 1, 3), ("quarrel", "female", 2, 4)]
    assert bouts(shared_server, "anna") == expected
    path = coder_file(shared_server.workspace, "numbered", "anna")
    until(lambda: path.exists() and len(read_annotation(path).bouts) == 3)
    assert read_ethogram(ethogram).of("quarrel").key not in ("", "q")

    again = shared_server.post("/api/import", order(table, do=True)).json
    assert again["added"] == 0 and again["new"] == []
    assert shared_server.post("/api/coding/numbered/anna/undo", {}).status == 200
    assert bouts(shared_server, "anna") == []


def boris(*events: tuple[float, str], observations: tuple[str, ...] = ("numbered",)) -> bytes:
    """A BORIS project in which each observation has these events of the behaviour."""
    behaviours = {"0": {"type": "State event", "key": "a", "code": "attack", "modifiers": {}, "excluded": ""}}
    one = {
        "type": "MEDIA",
        "time offset": 0.0,
        "events": [[time, "", label, "", ""] for time, label in events],
        "media_info": {"length": {"numbered.mp4": 10.0}, "fps": {"numbered.mp4": 25.0}},
    }
    found = {name: {**one, "file": {"1": [f"{name}.mp4"]}} for name in observations}
    document = {"project_format_version": "7.0", "project_name": "x", "behaviors_conf": behaviours}
    return json.dumps({**document, "subjects_conf": {}, "observations": found}).encode()


def test_an_event_without_its_other_end_is_repaired_with_a_frame_or_left_out(shared_server: Served) -> None:
    data = boris((1.0, "attack"), (2.0, "attack"), (4.0, "attack"))
    (event,) = shared_server.post("/api/import", order(data, name="x.boris")).json["unpaired"]
    assert (event["label"], event["which"], event["second"], event["frame"]) == ("attack", "START", 4.0, 100)

    shared_server.post("/api/import", order(data, "leaves", name="x.boris", do=True))
    assert bouts(shared_server, "leaves") == [("attack", "", 25, 50)]
    repairs = [{"place": 0, "frame": 130}]
    shared_server.post("/api/import", order(data, "mends", name="x.boris", do=True, repairs=repairs))
    assert bouts(shared_server, "mends") == [("attack", "", 25, 50), ("attack", "", 100, 130)]


def test_the_observation_of_this_video_is_chosen_first(shared_server: Served) -> None:
    data = boris((1.0, "attack"), (2.0, "attack"), observations=("other", "numbered"))
    found = shared_server.post("/api/import", order(data, name="x.boris")).json
    assert [one["name"] for one in found["observations"]] == ["other", "numbered"]
    assert found["observation"] == 1
    assert shared_server.post("/api/import", order(data, name="x.boris", observation=0)).json["observation"] == 0


def test_bouts_after_the_video_are_left_out_and_told(shared_server: Served) -> None:
    data = boris((1.0, "attack"), (2.0, "attack"), (400.0, "attack"), (500.0, "attack"))
    found = shared_server.post("/api/import", order(data, name="x.boris")).json
    assert [row["bouts"] for row in found["bouts"]] == [1]
    assert "1 bout after the end of the video left out." in found["notes"]


def test_an_export_holds_the_coders_bouts_to_the_frame(shared_server: Served, tmp_path: Path) -> None:
    shared_server.post("/api/import", order(coder="bea", do=True))
    ask = {"video": "numbered", "coder": "bea", "format": "deepethogram"}
    sent = shared_server.post("/api/export", ask).json
    assert sent["name"] == "numbered bea deepethogram.csv"
    assert any("subjects" in note for note in sent["notes"])
    path = tmp_path / "x.csv"
    path.write_bytes(base64.b64decode(sent["base64"]))
    rows = path.read_text("utf-8").splitlines()
    assert len(rows) == 251
    header = rows[0].split(",")
    attack = header.index("attack")
    assert [row.split(",")[attack] for row in rows[1:7]] == ["0", "1", "1", "1", "0", "0"]
    assert DEEPETHOGRAM.recognises(path, path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"video": "../numbered"}, 404, "no video"),
        ({"video": "numbred"}, 404, "Did you mean 'numbered'"),
        ({"coder": "../../x"}, 400, ""),
        ({"coder": 5}, 400, "'coder' must be a text"),
        ({"coder": "x" * 300}, 400, "too long"),
        ({"coder": "\ud800"}, 400, "cannot be the name"),
        ({"video": "\ud800"}, 404, "no video"),
        ({"base64": "W1tb" * 50_000, "format": "boris"}, 400, "no BORIS project"),
        ({"base64": "W1tb" * 50_000, "format": "singlebehaviorlab"}, 400, "no JSON"),
        ({"base64": "not base64!"}, 400, "did not arrive whole"),
        ({"base64": ""}, 400, "no format"),
        ({"format": "elann"}, 400, "did you mean 'elan'"),
        ({"format": "elan"}, 400, "the XML is broken"),
        ({"observation": 7}, 400, "no observation number 7"),
        ({"do": "yes"}, 400, "'do' must be true or false"),
        ({"do": True, "repairs": [{"place": 3, "frame": 1}]}, 400, "no event 3"),
        ({"do": True, "repairs": ["x"]}, 400, "'repairs' must be a list"),
        ({"name": ["x"]}, 400, "'name' must be a text"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(
    shared_server: Served, change: dict[str, object], status: int, said: str
) -> None:
    answer = shared_server.post("/api/import", {**order(coder="nobody"), **change})
    assert answer.status == status
    assert said in answer.error
    assert bouts(shared_server, "nobody") == []


@pytest.mark.parametrize(
    "name",
    [
        "../../escaped.csv",
        "/etc/passwd",
        "C:\\x\\y.csv",
        "..",
        "\x00",
        "a" * 3000 + ".csv",
        "鼠" * 90 + ".csv",
        "\ud800",
        "",
    ],
)
def test_no_name_of_a_file_leads_anywhere(shared_server: Served, name: str) -> None:
    before = folders(shared_server)
    answer = shared_server.post("/api/import", {**order(coder="looker"), "name": name, "format": "solomon"})
    assert answer.status == 200, answer.body
    assert folders(shared_server) == before


def test_a_file_that_is_not_of_its_format_is_told_with_its_line(shared_server: Served) -> None:
    answer = shared_server.post("/api/import", order("Time,a\n0,x\nnoon,x\n", format="solomon"))
    assert answer.status == 400
    assert answer.error.startswith("x.csv, line 3, column 'Time'")


def test_an_unknown_format_or_coder_is_no_export(shared_server: Served) -> None:
    ask = {"video": "numbered", "coder": "anna", "format": "boriss"}
    assert shared_server.post("/api/export", ask).status == 400
    assert shared_server.post("/api/export", {**ask, "format": "boris", "video": "x"}).status == 404
    assert shared_server.post("/api/export", {**ask, "format": "boris", "coder": "a/b"}).status == 400
    assert shared_server.get("/api/export").status == 405
