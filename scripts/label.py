"""The page: mark bouts in videos, review what models have found, and run jobs, in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from _arguments import parser, run
from ethonight.behaviour import recordings_named
from ethonight.labeler.server import PORT, ServedAlready, Wish, is_here, opened_at, serve, show
from ethonight.overnight import open_site
from ethonight.workspace import Workspace

_EXAMPLES = """\
  label                              the page of this folder's videos, in the browser
  label video07                      the page, with this video open
  label D:/videos/mouse.mp4          adds the video, and opens it
  label --no-browser --port 9000     only prints the address (for a computer without a screen: ssh -L 9000:...)
  label --host 0.0.0.0               for other computers of the lab; whoever has the printed address can change bouts

Bouts are saved at once, in annotations/<video>/<coder>.csv. Ctrl-C ends it; nothing is lost."""


def main() -> int:
    made = parser("Mark bouts in videos, review what models have found, and run jobs, in the browser.", _EXAMPLES)
    made.add_argument("videos", nargs="*", metavar="VIDEO", help="videos to be opened (the first) and added, if new")
    made.add_argument("--host", default="127.0.0.1", metavar="H", help="where to listen (default: this computer only)")
    made.add_argument("--port", type=_port, default=None, metavar="N", help=f"default: {PORT}, or any that is free")
    made.add_argument("--no-browser", action="store_true", help="do not open the browser, only print the address")
    arguments = made.parse_args()
    site = open_site(Workspace.open(arguments.workspace))
    videos = recordings_named(site.workspace, arguments.videos) if arguments.videos else [""]

    def ready(address: str) -> None:
        print(f"The page is at {address}")
        print(
            "Choose a video and your name there; '?' shows the keys. Ctrl-C here ends it; all that was marked is saved."
        )
        _open(address, arguments.no_browser)

    try:
        serve(site, Wish(Path(__file__).parent, arguments.host, arguments.port, videos[0]), ready)
    except ServedAlready as served:
        print(served)
        if served.address and is_here(served.address):
            _open(opened_at(served.address, videos[0]), arguments.no_browser)
    return 0


def _open(address: str, quiet: bool) -> None:
    if not quiet and not show(address):
        print("No browser could be started here. Open the address by hand.")


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 1 << 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a number below 65536; found {text}")


if __name__ == "__main__":
    run(main)
