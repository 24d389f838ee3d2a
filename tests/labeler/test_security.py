"""What must not be let in: each way is tried on a real server."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

Served = Any
JSON = {"Content_Type": "application/json"}
CODING = "/api/coding/numbered/anna"
TOGGLE = {"do": "toggle", "label": "grooming", "frame": 3}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, make_workspace: Any, served: Any) -> Iterator[Served]:
    """One server for all tests of this file, on the loopback."""
    with served(make_workspace(tmp_path_factory.mktemp("loopback")), "--port", "0") as found:
        yield found


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory, make_workspace: Any, served: Any) -> Iterator[Served]:
    """One that other computers may ask, too."""
    with served(make_workspace(tmp_path_factory.mktemp("open")), "--port", "0", "--host", "0.0.0.0") as found:
        yield found


# Who asks


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil", "", "[::1"]
)
def test_a_page_of_another_name_is_refused_though_it_leads_here(server: Served, host: str) -> None:
    assert server.get("/api/workspace", Host=host).status == 403


def test_other_names_of_this_computer_are_fine(server: Served) -> None:
    assert server.get("/api/workspace", Host=f"localhost:{server.port}").status == 200
    assert server.get("/api/workspace", Host="localhost:9000").status == 200  # through an SSH tunnel


def test_two_hosts_in_one_request_are_refused(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /api/workspace HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n")
        assert status_of(connection) in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_another_page_can_neither_change_nor_listen(server: Served, origin: str) -> None:
    assert server.post(CODING, TOGGLE, Origin=origin).status == 403
    assert server.get("/api/events", Origin=origin).status == 403
    assert server.get("/api/workspace", Origin=origin).status == 403


def test_a_change_must_say_where_it_comes_from(server: Served) -> None:
    assert server.ask("POST", CODING, b"{}", **JSON).status == 403


def test_what_another_page_loads_is_refused_even_without_an_origin(server: Served) -> None:
    foreign = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}
    assert server.get("/api/workspace", **foreign).status == 403
    followed = {**foreign, "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert server.get("/", **followed).status == 200


def test_no_other_page_may_read_anything(server: Served) -> None:
    for answer in (server.get("/api/workspace"), server.get("/"), server.get("/api/nothing")):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


# The token


def test_on_this_computer_no_token_is_asked_for(server: Served) -> None:
    assert not server.token
    assert server.get("/api/workspace").status == 200


def test_beyond_this_computer_everything_asks_for_the_token(open_server: Served) -> None:
    server = open_server
    assert len(server.token) >= 32
    for path in ("/", "/page/main.js", "/api/workspace", "/api/events", "/?token=", "/?token=wrong", "/api/nothing"):
        assert server.get(path).status == 403, path
    assert server.get("/api/workspace", Cookie=f"ethonight-{server.port}=wrong").status == 403
    assert (
        server.get("/api/workspace", Cookie=f"ethonight-{server.port}={'é' * 20}".encode().decode("latin-1")).status
        == 403
    )
    assert server.get(f"/api/workspace?token={server.token}").status == 403  # only the first visit brings it
    assert server.post(CODING, TOGGLE).status == 403


def test_the_first_visit_turns_the_token_into_a_cookie(open_server: Served) -> None:
    server = open_server
    first = server.get(f"/?token={server.token}&video=numbered")
    cookie = first.headers["set-cookie"]
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in cookie.split(";")}
    assert b'url=/?video=numbered"' in first.body
    assert server.token.encode() not in first.body
    own = cookie.partition(";")[0]
    assert server.get("/api/workspace", Cookie=own).status == 200
    assert server.get("/api/workspace", Cookie=f'theirs={{"a": [1]}}; {own}; é').status == 200  # of other programs


def test_the_token_is_another_one_each_time(open_server: Served, serve: Any) -> None:
    assert serve("--host", "0.0.0.0").token != open_server.token


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_nobody_else_on_this_computer_can_read_the_token(open_server: Served) -> None:
    assert open_server.workspace.label_server.stat().st_mode & 0o077 == 0


# What is asked for


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/page/../app.py",
        "/page/%2e%2e/app.py",
        "/page/..%2fapp.py",
        "/page/%2e%2e%2fapp.py",
        "/page/..%5capp.py",
        "/page//etc/passwd",
        "/page/%2fetc%2fpasswd",
        "/page/C:/Windows/win.ini",
        "/page/C%3A%5CWindows%5Cwin.ini",
        "/page/main.js%00.png",
        "/page/",
        "/page",
        "/reports/../../../etc/passwd/report.html",
        "/reports/%2e%2e/report.html",
        "/reports/..%2f..%2fsecret/report.html",
        "/api/videos/..%2f..%2fsecret",
        "/api/videos/%2e%2e",
        "/api/videos/..%5c..%5csecret/edges",
        "/api/videos/numbered%00/edges",
        "/api/videos/C%3A/edges",
        "/api/videos/numbered/predictions/..%2f..%2fsecret",
        "/api/videos/numbered/predictions/%2e%2e",
        "/api/videos/numbered/scores/%2e%2e%5csecret?label=a&first=0&stop=9&bins=1",
        "/api/videos/numbered/ethograms/%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out_of_what_is_served(server: Served, path: str) -> None:
    (server.workspace.root.parent / "secret").mkdir(exist_ok=True)
    (server.workspace.root.parent / "secret" / "report.html").write_text("hidden words", "utf-8")
    answer = server.get(path)
    assert answer.status == 404
    assert b"hidden words" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "name", ["", "..", ".", "a%2Fb", "a%5Cb", "a%3Ab", "a%00b", "a%0Ab", "%20a", "a%20", ".hidden", "a" * 300]
)
def test_names_that_cannot_be_a_coders_are_refused(server: Served, name: str) -> None:
    answer = server.get(f"/api/coding/numbered/{name}")
    assert answer.status in ((404,) if name in ("", "a%2Fb") else (400,)), answer.body
    assert list(server.workspace.annotations.rglob("*.csv")) == []


def test_what_is_not_there_is_not_found(server: Served) -> None:
    for path in (
        "/api/videos/other",
        "/api/videos/other/edges",
        "/api/videos/other/frames?first=0",
        "/api/videos/numbered/predictions/other",
        "/api/coding/other/anna",
        "/api/agreement/numbered?coders=anna,ben",
        "/api/jobs/log?settings=settings/other/train.toml",
        "/reports/other/report.html",
        "/api/other",
    ):
        assert server.get(path).status == 404, path
    assert "numbered" in server.get("/api/videos/numbere").error  # and says what was probably meant


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_out_of_the_workspace_are_not_followed(server: Served) -> None:
    workspace, outside = server.workspace, server.workspace.root.parent / "outside"
    outside.mkdir()
    secret = outside / "secret.csv"
    secret.write_text("labelId,timestamp,endTimestamp\nsecret,1,2\n", "utf-8")
    (outside / "report.html").write_text("secret", "utf-8")
    predictions, coders = workspace.predictions / "numbered", workspace.annotations / "numbered"
    for folder in (predictions, coders):
        folder.mkdir(exist_ok=True)
        (folder / "linked.csv").symlink_to(secret)
    (workspace.models / "linked_20260101_010101").symlink_to(outside)
    journals = workspace.coding / "numbered"
    journals.mkdir(parents=True, exist_ok=True)
    (journals / "journal.jsonl").symlink_to(outside / "journal.jsonl")
    for path in (
        "/api/coding/numbered/linked",
        "/api/coding/numbered/journal",
        "/api/videos/numbered/predictions/linked",
        "/reports/linked_20260101_010101/report.html",
    ):
        answer = server.get(path)
        assert answer.status == 403, path
        assert b"secret" not in answer.body
    for coder in ("linked", "journal"):
        assert server.post(f"/api/coding/numbered/{coder}", TOGGLE).status == 403
    assert b"secret" not in server.get("/api/ethogram").body
    assert not (outside / "journal.jsonl").exists()
    assert "secret,1,2" in secret.read_text("utf-8")


# How it is asked


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "CONNECT"])
def test_other_methods_are_refused(server: Served, method: str) -> None:
    answer = server.ask(method, "/api/workspace")
    assert answer.status == 405
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/api/workspace", "/api/videos/numbered", "/page/main.js", "/api/events"])
def test_what_is_only_read_cannot_be_posted(server: Served, path: str) -> None:
    assert server.post(path, {}).status == 405


def test_what_is_only_posted_cannot_be_read(server: Served) -> None:
    assert server.get("/api/jobs/skip").status == 405


def test_a_body_that_is_too_long_is_refused_by_its_announcement(server: Served) -> None:
    head = f"POST {CODING} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\n"
    with server.connect() as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n".encode())
        assert status_of(connection) == 413


def test_a_body_that_is_too_long_is_refused_though_it_was_not_announced(server: Served) -> None:
    head = f"POST {CODING} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\n"
    with server.connect() as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        try:
            for _ in range(64):
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It was refused before all of it was sent.
        assert status_of(connection) == 413


def test_a_header_without_end_is_refused(server: Served) -> None:
    with server.connect() as connection:
        try:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 1_000_000)
        except (BrokenPipeError, ConnectionResetError):
            return
        assert status_of(connection) == 400


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1]", b'"text"', b"null", b"\xff\xfe", b'{"do": NaN}', b"[" * 100_000, b'{"do": 1e999}', b"do=toggle"],
)
def test_a_body_that_is_no_json_object_is_refused(server: Served, body: bytes) -> None:
    answer = server.ask("POST", CODING, body, Origin=server.origin, **JSON)
    assert answer.status == 400, answer.body
    assert answer.error


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"do": "explode"},
        {"do": "add"},
        {"do": "add", "label": 3, "first": 0, "stop": 2},
        {"do": "add", "label": "a", "first": "0", "stop": 2},
        {"do": "add", "label": "a", "first": True, "stop": 2},
        {"do": "add", "label": "a", "first": 0.5, "stop": 2},
        {"do": "add", "label": "a", "first": -5, "stop": 2},
        {"do": "add", "label": "a", "first": 0, "stop": 10**30},
        {"do": "add", "label": "_scored", "first": 0, "stop": 2},
        {"do": "delete", "ids": "all"},
        {"do": "delete", "ids": []},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(server: Served, document: dict[str, object]) -> None:
    server.ready()
    answer = server.post(CODING, document)
    assert answer.status == 400, answer.body
    assert server.get(CODING).json["marks"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_of_another_page_could_send_is_refused(server: Served, kind: str) -> None:
    assert server.post(CODING, TOGGLE, Content_Type=kind).status == 415


# What comes with every answer


def test_every_answer_forbids_what_the_page_does_not_need(server: Served) -> None:
    for path, status in (("/", 200), ("/api/workspace", 200), ("/api/nothing", 404), ("/page/main.js", 200)):
        answer = server.get(path)
        assert answer.status == status, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy  # as default-src says
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers
    assert server.get("/api/workspace").headers["cache-control"] == "no-store"


def test_the_pages_files_are_asked_for_again_and_sent_once(server: Served) -> None:
    first = server.get("/page/main.js")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-type"].startswith("text/javascript")
    assert server.get("/page/main.js", If_None_Match=first.headers["etag"]).status == 304


def test_a_report_may_show_itself_and_ask_for_nothing(server: Served) -> None:
    folder = server.workspace.models / "mice_20260101_010101"
    folder.mkdir()
    (folder / "report.html").write_text("<script>alert(1)</script>", "utf-8")
    answer = server.get("/reports/mice_20260101_010101/report.html")
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


# Who is slow


def test_whoever_hangs_keeps_nobody_waiting(server: Served) -> None:
    hanging: list[socket.socket] = []
    try:
        for text in (
            b"GET /",
            b"POST /api/jobs/skip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{",
            f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode(),
            b"",
        ):
            for _ in range(12):
                hanging.append(server.connect())
                hanging[-1].sendall(text)
        assert server.get("/api/workspace").status == 200
        assert server.get("/page/main.js").status == 200
    finally:
        for connection in hanging:
            connection.close()


def status_of(connection: socket.socket) -> int:
    """Return the status of the answer that comes on a bare connection."""
    found = b""
    while b"\r\n" not in found:
        part = connection.recv(4096)
        assert part, f"no answer: {found!r}"
        found += part
    return int(found.split()[1])
