"""One server for a workspace: where it listens, how it is found again, how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlencode, urlsplit

import uvicorn
from filelock import FileLock, Timeout

from ethonight.errors import EthonightError, UsageError
from ethonight.files import temporary_beside, write_durable
from ethonight.jobs.protocol import Site
from ethonight.labeler.access import Access, access_for, is_loopback, shown_host
from ethonight.labeler.app import make_app
from ethonight.labeler.services import Services, open_services
from ethonight.workspace import Workspace

PORT = 8230
"""Where the page is served when nothing else is said; if it is taken, any free port."""
_GRACE_SECONDS = 1


class ServedAlready(EthonightError):
    """Another process serves this workspace. ``address`` is where; empty where that is not known."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The page of this workspace is served already: {address}"
            if address
            else "The page of this workspace is being served by another process. Stop it there, or wait a moment."
        )
        self.address = address


@dataclass(frozen=True)
class Wish:
    """How the page is to be served."""

    scripts: Path
    """The folder of the tasks' scripts."""
    host: str = "127.0.0.1"
    port: int | None = None
    """None: PORT, or any free one; 0: any free one."""
    video: str = ""
    """The video that the page opens with."""


def serve(site: Site, wish: Wish, ready: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C; ``ready`` is called with its address when it can be opened.

    Raises ServedAlready, or UsageError for an address that cannot be used.
    """
    with _only_one(site.workspace), _listening(wish) as listener:
        port = listener.getsockname()[1]
        access = access_for(wish.host, port)
        address = f"http://{shown_host(wish.host)}:{port}/{_query(token=access.token)}"
        with open_services(site, wish.scripts) as services:
            _write_address(site.workspace.label_server, address)
            try:
                _Server(services, access, lambda: ready(opened_at(address, wish.video))).run([listener])
            finally:
                with contextlib.suppress(OSError):
                    site.workspace.label_server.unlink()


def opened_at(address: str, video: str) -> str:
    """Return the address with which the page opens a video; empty: its start page."""
    if not video:
        return address
    return address + ("&" if "?" in address else "?") + urlencode({"video": video})


def show(address: str) -> bool:
    """Open an address in the person's browser. Returns whether there is one."""
    with contextlib.suppress(webbrowser.Error, OSError):
        return webbrowser.open(address)
    return False


def is_here(address: str) -> bool:
    """Whether an address is this computer's own."""
    return is_loopback(urlsplit(address).hostname or "")


class _Server(uvicorn.Server):
    """Ends the pages' streams as soon as it is told to stop; otherwise it would wait for them."""

    def __init__(self, services: Services, access: Access, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                make_app(services, access, ready),
                http="h11",
                ws="none",
                loop="asyncio",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._services = services

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._services.events.close()
        super().handle_exit(sig, frame)


@contextlib.contextmanager
def _only_one(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's page for this process. Raises ServedAlready."""
    lock = FileLock(workspace.label_server.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ServedAlready(_address_in(workspace.label_server)) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _listening(wish: Wish) -> Iterator[socket.socket]:
    """Yield a socket that listens at the wished address. Raises UsageError."""
    ports = [PORT, 0] if wish.port is None else [wish.port]
    for port in ports:
        try:
            listener = _bound(wish.host, port)
            break
        except OSError as error:
            if port == ports[-1]:
                where = f"{wish.host}, port {port}"
                raise UsageError(f"Cannot listen at {where} ({error.strerror or error}). Give another.") from error
    with listener:
        yield listener


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # On Windows, this would let two programs share one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _write_address(path: Path, address: str) -> None:
    """Write where the page is to be found. The address may hold the token: the file is its owner's alone.

    Where the disk is full the page is served without it, and says itself what cannot be saved.
    """
    with contextlib.suppress(OSError):
        temporary = temporary_beside(path)
        try:
            os.chmod(temporary, 0o600)
            write_durable(temporary, json.dumps({"url": address, "pid": os.getpid()}).encode())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def _address_in(path: Path) -> str:
    try:
        return str(json.loads(path.read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _query(**values: str) -> str:
    """Return the query of an address with the values that are not empty."""
    there = {name: value for name, value in values.items() if value}
    return f"?{urlencode(there)}" if there else ""
