"""A workspace with a video whose frames carry their numbers, its page served by a process of its own, and a browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import coder_file
from ethonight.annotations.ethogram import POINT, Behaviour, Ethogram, write_ethogram
from ethonight.annotations.frames import frames_of
from ethonight.arena.numbered import Numbered, write_numbered
from ethonight.frame_times import Edges
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "scripts" / "label.py"
CHROMIUM = "/usr/bin/chromium"
PATIENCE_SECONDS = 120.0
"""How long a condition may take on a machine that has much else to do; passing tests never wait this long."""
PAGE_MILLISECONDS = 30_000
"""As long as that in the browser."""
VIDEO = "numbered"


def wait_until(condition: Callable[[], object]) -> None:
    """Look again and again until ``condition`` holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "what was waited for has not happened"
        time.sleep(0.02)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    return wait_until


@dataclass(frozen=True)
class Answer:
    """What the server said. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The sentence of an answer that says no."""
        return str(self.json["error"])


@dataclass
class Served:
    """A page that is being served, and how to ask it for something without a browser."""

    address: str
    """As it was printed, with the token where there is one."""
    process: subprocess.Popen[str]
    workspace: Workspace
    printed: list[str]
    """All lines that the program has printed so far."""

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    @property
    def origin(self) -> str:
        """What a browser calls the page's origin."""
        return f"http://{urlsplit(self.address).netloc}"

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.address).query).get("token", [""])[0]

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request as it stands: ``path`` is not tidied. ``_`` in names of headers means ``-``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with_dashes = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {"Host": urlsplit(self.address).netloc, **with_dashes})
            found = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, document: object, **headers: str) -> Answer:
        """Send JSON as the page does."""
        return self._send("POST", path, document, headers)

    def put(self, path: str, document: object, **headers: str) -> Answer:
        return self._send("PUT", path, document, headers)

    def _send(self, method: str, path: str, document: object, headers: dict[str, str]) -> Answer:
        usual = {"Origin": self.origin, "Content_Type": "application/json"}
        return self.ask(method, path, json.dumps(document).encode(), **{**usual, **headers})

    def connect(self) -> socket.socket:
        """Return a bare connection, for what no well-behaved program would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def ready(self, video: str = VIDEO) -> None:
        """Wait until the video can be shown."""
        wait_until(lambda: self.get(f"/api/videos/{video}").json["state"] == "ready")

    def stop(self) -> int:
        """Press Ctrl-C and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(workspace: Workspace, *arguments: str) -> Iterator[Served]:
    """Serve the page of a workspace by a process of its own."""
    command = [sys.executable, str(SCRIPT), "--no-browser", "--workspace", str(workspace.root), *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment
    ) as process:
        printed: list[str] = []
        reader = threading.Thread(target=_read, args=(process, printed), daemon=True)
        reader.start()
        try:
            wait_until(lambda: _address(printed) or process.poll() is not None)
            assert process.poll() is None, "".join(printed)
            yield Served(_address(printed), process, workspace, printed)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            reader.join()


def _read(process: subprocess.Popen[str], printed: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        printed.append(line)


def _address(printed: list[str]) -> str:
    found = re.search(r"http://\S+", "".join(printed))
    return found[0] if found else ""


Serve = Callable[..., Served]
"""Serves the workspace's page with further arguments of the command line."""


@pytest.fixture(scope="session")
def served() -> Callable[..., AbstractContextManager[Served]]:
    """Serve the page of any workspace, for as long as the block lasts."""
    return serving


@pytest.fixture(scope="session")
def numbered_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 250 frames at 25 per second, each of which shows its number."""
    path = tmp_path_factory.mktemp("videos") / f"{VIDEO}.mp4"
    write_numbered(path, Numbered.constant(250, fps=25))
    return path


@pytest.fixture(scope="session")
def make_workspace(numbered_video: Path) -> Callable[[Path], Workspace]:
    """Make a workspace with the numbered video in a folder."""

    def make(folder: Path) -> Workspace:
        root = folder / "workspace"
        root.mkdir()
        made = Workspace.open(root)
        add_recording(made, [numbered_video])
        return made

    return make


@pytest.fixture
def workspace(tmp_path: Path, make_workspace: Callable[[Path], Workspace]) -> Workspace:
    """A workspace with the numbered video in it."""
    return make_workspace(tmp_path)


@pytest.fixture
def serve(workspace: Workspace) -> Iterator[Serve]:
    """Serve the workspace's page with further arguments; it ends with the test."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(serving(workspace, "--port", "0", *arguments))


@pytest.fixture
def server(serve: Serve) -> Served:
    """The workspace's page, served on this computer's loopback."""
    return serve()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PAGE_MILLISECONDS)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def mishaps() -> list[str]:
    """What went wrong in the page so far: exceptions, and errors in its console. A test may clear what it provoked."""
    return []


@pytest.fixture
def page(browser: Browser, server: Served, mishaps: list[str]) -> Iterator[Page]:
    """A browser's page with the start page of ``server``; anything that goes wrong in it fails the test."""
    with browsing(browser, server, mishaps) as opened:
        yield opened


@contextmanager
def browsing(browser: Browser, server: Served, mishaps: list[str]) -> Iterator[Page]:
    """Open the start page of a server; afterwards, nothing may have gone wrong in it."""
    with browser.new_context(viewport={"width": 1400, "height": 900}, base_url=server.origin) as context:
        opened = context.new_page()
        opened.set_default_timeout(PAGE_MILLISECONDS)
        opened.on("pageerror", lambda error: mishaps.append(str(error)))
        opened.on("console", lambda message: _note(message, mishaps))
        opened.goto(server.address)
        yield opened
    assert not mishaps


def _note(message: ConsoleMessage, mishaps: list[str]) -> None:
    if message.type == "error":
        mishaps.append(f"{message.text} ({message.location.get('url')})")


ETHOGRAM = Ethogram(
    (
        Behaviour("grooming", "g", group="posture"),
        Behaviour("rearing", "r", group="posture"),
        Behaviour("digging", "d"),
        Behaviour("jump", "j", kind=POINT),
    ),
    ("male", "female"),
)

Frames = tuple[str, str, int, int]
"""Label, subject, and the frames [first, stop); a point event has stop == first."""


@dataclass(frozen=True)
class Desk:
    """The page of one coder, what it is served from, and what is saved of its work."""

    page: Page
    server: Served
    edges: Edges
    coder: str

    def go(self, frame: int) -> None:
        """Go to a frame as a person does who types its number."""
        self.page.keyboard.press("Control+g")
        self.page.keyboard.type(str(frame))
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(f"html[data-frame='{frame}']", state="attached")

    def press(self, key: str, frame: int) -> None:
        """Press a key while a frame is shown."""
        self.go(frame)
        self.page.keyboard.press(key)

    @property
    def frame(self) -> int:
        """The frame that is drawn."""
        return int(self.page.locator("html").get_attribute("data-frame") or -1)

    @property
    def file(self) -> Path:
        """Where the coder's bouts are saved."""
        return coder_file(self.server.workspace, VIDEO, self.coder)

    def annotation(self) -> Annotation:
        """What is saved; nothing before the first bout."""
        return read_annotation(self.file) if self.file.exists() else Annotation()

    def saved(self) -> list[Frames]:
        """What is saved, in frames, sorted."""
        return sorted((bout.label, bout.subject, *self._frames(bout)) for bout in self.annotation().bouts)

    def expect(self, *bouts: Frames) -> None:
        """Wait until exactly these bouts are saved."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.saved() != sorted(bouts):
            assert time.monotonic() < end, f"saved: {self.saved()}"
            time.sleep(0.02)

    def select(self, label: str, place: int = 0) -> None:
        """Click a bout in the list."""
        self.page.locator(".bout-row", has_text=label).nth(place).locator(".bout-time").click()

    def _frames(self, bout: Bout) -> tuple[int, int]:
        frames = frames_of(bout, self.edges)
        return frames.start, frames.start if bout.is_point else frames.stop


@pytest.fixture(scope="module")
def desk_server(
    make_workspace: Callable[[Path], Workspace], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One server for all tests of a module that mark bouts; each of them is a coder of its own."""
    with serving(make_workspace(tmp_path_factory.mktemp("desk")), "--port", "0") as server:
        server.ready()
        yield server


@pytest.fixture
def desk(browser: Browser, desk_server: Served, mishaps: list[str], request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A coder's page on the numbered video, with four behaviours and two subjects."""
    write_ethogram(desk_server.workspace.ethogram, ETHOGRAM)
    edges = np.frombuffer(desk_server.get(f"/api/videos/{VIDEO}/edges").body, "<f8")
    coder = request.node.name.removeprefix("test_")
    with browsing(browser, desk_server, mishaps) as page:
        page.goto(f"/#/{VIDEO}/{coder}")
        page.wait_for_selector("html[data-ready='true'][data-frame='0']", state="attached")
        yield Desk(page, desk_server, edges, coder)
