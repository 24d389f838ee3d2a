"""The server as a process: where it is, that there is one only, what it takes along, how it ends."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ethonight.workspace import Workspace

Served = Any
Serve = Callable[..., Any]
LABEL = Path(__file__).resolve().parents[2] / "scripts" / "label.py"
CODING = "/api/coding/numbered/anna"


def label(workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call ``label`` once more."""
    command = [sys.executable, str(LABEL), "--no-browser", "--workspace", str(workspace.root), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, make_workspace: Any, served: Any) -> Iterator[Served]:
    """One server for the tests that only ask."""
    with served(make_workspace(tmp_path_factory.mktemp("lasting")), "--port", "0") as found:
        found.ready()
        yield found


def test_a_second_one_says_where_the_first_is(lasting: Served) -> None:
    second = label(lasting.workspace)
    assert second.returncode == 0
    assert lasting.address in second.stdout
    assert second.stderr == ""


def test_a_port_that_is_taken_is_said(lasting: Served, tmp_path: Path) -> None:
    taken = label(Workspace.open(tmp_path), "--port", str(lasting.port))
    assert taken.returncode == 2
    assert f"port {lasting.port}" in taken.stderr
    assert "Traceback" not in taken.stderr
    nowhere = label(Workspace.open(tmp_path), "--host", "192.0.2.1")
    assert nowhere.returncode == 2
    assert "192.0.2.1" in nowhere.stderr


def test_the_page_is_served_though_its_address_cannot_be_noted(serve: Serve, workspace: Workspace) -> None:
    workspace.label_server.mkdir()
    server = serve()
    assert server.get("/api/workspace").status == 200
    assert server.stop() == 130
    assert list(workspace.state.glob(f".{workspace.label_server.name}.*")) == []


def test_ctrl_c_ends_it_cleanly_with_pages_open(serve: Serve) -> None:
    server = serve()
    listeners = [server.connect() for _ in range(3)]
    for listener in listeners:
        listener.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert b"200" in listener.recv(4096)
    assert server.stop() == 130
    assert "Traceback" not in "".join(server.printed)
    assert not server.workspace.label_server.exists()
    for listener in listeners:
        while listener.recv(4096):  # what was still on its way, then the end
            pass
        listener.close()
    assert serve().get("/api/workspace").status == 200  # and it can begin anew


def test_ctrl_c_ends_it_cleanly_while_pictures_are_sent(serve: Serve) -> None:
    server = serve()
    server.ready()
    with server.connect() as connection:
        path = "/api/videos/numbered/frames?first=0&count=100000&width=320"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert connection.recv(16)
        assert server.stop() == 130
    assert "Traceback" not in "".join(server.printed)


def test_one_that_was_killed_leaves_the_place_free_and_loses_no_bout(serve: Serve) -> None:
    server = serve()
    server.ready()
    assert server.post(CODING, {"do": "add", "label": "grooming", "first": 3, "stop": 7}).status == 200
    server.process.kill()
    server.process.wait()
    assert server.workspace.label_server.exists()
    again = serve()
    again.ready()
    marks = again.get(CODING).json["marks"]
    assert [(mark["label"], mark["first"], mark["stop"]) for mark in marks] == [("grooming", 3, 7)]


def test_what_waits_is_in_the_file_when_it_has_ended(serve: Serve) -> None:
    server = serve()
    server.ready()
    server.post(CODING, {"do": "add", "label": "grooming", "first": 5, "stop": 10})
    server.stop()
    saved = (server.workspace.annotations / "numbered" / "anna.csv").read_text("utf-8-sig")
    assert "grooming,0.2,0.4" in saved


def test_a_new_video_is_added_and_opened(serve: Serve, tmp_path: Path) -> None:
    video = tmp_path / "mouse & rat.mp4"
    video.write_bytes(b"no video")
    server = serve(str(video))
    assert server.address.endswith("?video=mouse+%26+rat")
    assert [one["name"] for one in server.get("/api/workspace").json["videos"]] == ["mouse & rat", "numbered"]
    found = server.get("/api/videos/mouse%20%26%20rat")
    assert found.status == 400 or found.json["state"] == "reading"  # it is no video, which is said in the page


def test_a_video_that_is_not_there_is_said(workspace: Workspace) -> None:
    done = label(workspace, "numberd")
    assert done.returncode == 2
    assert "Did you mean 'numbered'?" in done.stderr


def test_edges_and_frames_are_those_of_the_video(lasting: Served) -> None:
    about = lasting.get("/api/videos/numbered").json
    assert (about["frames"], about["width"], about["height"], about["fps"]) == (250, 320, 240, pytest.approx(25))
    edges = np.frombuffer(lasting.get("/api/videos/numbered/edges").body, "<f8")
    assert edges[:-1] == pytest.approx(np.arange(250) / 25)
    answer = lasting.get("/api/videos/numbered/frames?first=10&count=4&step=-3&width=160&height=160")
    assert [frame for frame, _ in records(answer.body)] == [10, 7, 4, 1]
    assert all(data.startswith(b"\xff\xd8") for _, data in records(answer.body))
    last = lasting.get("/api/videos/numbered/frames?first=248&count=9")
    assert [frame for frame, _ in records(last.body)] == [248, 249]


@pytest.mark.parametrize(
    "query", ["first=250", "first=-1", "first=x", "", "first=0&step=0", "first=0&count=0", "first=0&width=0"]
)
def test_frames_that_cannot_be_are_refused(lasting: Served, query: str) -> None:
    assert lasting.get(f"/api/videos/numbered/frames?{query}").status == 400


def test_whoever_goes_away_ends_the_decoding(lasting: Served) -> None:
    for _ in range(20):
        with lasting.connect() as connection:
            path = "/api/videos/numbered/frames?first=0&count=250"
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{lasting.port}\r\n\r\n".encode())
            assert connection.recv(16)
    answer = lasting.get("/api/videos/numbered/frames?first=100")
    assert [frame for frame, _ in records(answer.body)] == [100]


def test_the_first_change_keeps_keys_and_colours_of_what_coders_have_used(server: Served) -> None:
    server.ready()
    folder = server.workspace.annotations / "numbered"
    folder.mkdir(parents=True)
    (folder / "anna.csv").write_text("labelId,timestamp,endTimestamp\nsniffing,1,2\ngrooming,3,4\n")
    before = server.get("/api/ethogram").json["behaviours"]
    change = {"do": "add", "label": "grooming", "first": 5, "stop": 9}
    assert server.post("/api/coding/numbered/a_first_one", change).status == 200
    assert server.workspace.ethogram.exists()
    assert server.get("/api/ethogram").json["behaviours"] == before


def test_an_ethogram_is_saved_only_over_the_one_that_was_read(lasting: Served) -> None:
    path = lasting.workspace.ethogram
    first = lasting.get("/api/ethogram").json
    behaviour = {"label": "grooming", "key": "g", "colour": "", "kind": "state", "group": "", "description": ""}
    wanted = {"behaviours": [behaviour], "subjects": ["a", "b"], "stamp": first["stamp"]}
    saved = lasting.put("/api/ethogram", wanted)
    assert (saved.status, saved.json["behaviours"][0]["colour"]) == (200, "#0a6fb3")
    assert 'label = "grooming"' in path.read_text("utf-8")
    assert lasting.put("/api/ethogram", wanted).status == 409
    broken = {**wanted, "stamp": saved.json["stamp"], "behaviours": [{**behaviour, "key": "7"}]}
    assert lasting.put("/api/ethogram", broken).status == 400
    assert lasting.get("/api/ethogram").json == saved.json


def records(body: bytes) -> list[tuple[int, bytes]]:
    """Return the records of a stream of frames."""
    found, at = [], 0
    while at < len(body):
        frame, length = struct.unpack_from("<II", body, at)
        found.append((frame, body[at + 8 : at + 8 + length]))
        at += 8 + length
    return found
