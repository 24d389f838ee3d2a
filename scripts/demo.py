"""Show the whole night: tracking on two real videos, behaviour on made ones."""

from __future__ import annotations

from rich.console import Console

from _arguments import REPOSITORY, parser, run
from ethonight.demo import run_demo
from ethonight.workspace import Workspace

_EXAMPLES = """\
  demo                         tracking, training, prediction; some minutes without a GPU
  demo --workspace /tmp/demo   in another folder

The demonstration lives in the folder demo/; delete the folder to start afresh."""


def main() -> int:
    made = parser("Track two real videos, learn behaviour from made ones, predict, collect, show the table.", _EXAMPLES)
    made.set_defaults(workspace=REPOSITORY / "demo")
    folder = made.parse_args().workspace
    folder.mkdir(parents=True, exist_ok=True)
    return run_demo(Workspace.open(folder), Console(highlight=False))


if __name__ == "__main__":
    run(main)
