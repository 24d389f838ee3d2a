"""Run the pending and failed jobs of the workspace, one after the other."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress

from rich.console import Console

from _arguments import parser, run
from ethonight.errors import UsageError
from ethonight.overnight import Asked, dry_run, open_site, run_night
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_EXAMPLES = """\
  track                              run everything that is pending or has failed
  track mouse1                       only the settings of the video mouse1
  track settings/mouse1/a.toml       only this settings file
  track-dryrun                       check everything, run nothing (the evening check)
  track --watch                      stay, and take up settings as they are saved
  track --gpus 0,1                   two jobs at a time, one on each GPU
  track --max-hours 6 --retries 2

Ctrl-C once: the running job is finished first. Ctrl-C twice: it is stopped, and waits for the next run.
Exit status: 0 all fine, 1 some job failed, 2 wrong usage or unusable workspace, 130 interrupted."""


_GPU = re.compile(r"\d+|(GPU|MIG)-[\w/-]+")
"""How the driver names a GPU: its number, or its own long name."""


def main() -> int:
    arguments = _parse()
    site = open_site(Workspace.open(arguments.workspace))
    asked = Asked("track", tuple(arguments.settings))
    options = Options(
        tasks=frozenset({"track", "command"}),
        slots=_slots(arguments.gpus),
        max_hours=arguments.max_hours,
        retries=arguments.retries,
        watch=arguments.watch,
    )
    console = Console(highlight=False, soft_wrap=False)
    return (dry_run if arguments.dryrun else run_night)(site, asked, options, console)


def _parse() -> argparse.Namespace:
    made = parser("Track videos overnight: run the pending and failed jobs of the table.", _EXAMPLES)
    made.add_argument("settings", nargs="*", metavar="SETTINGS", help="settings files or video names (default: all)")
    made.add_argument("--dryrun", action="store_true", help="check every job and say what would run; run nothing")
    made.add_argument("--watch", action="store_true", help="stay, and take up settings files as they are saved")
    made.add_argument("--gpus", default="", metavar="0,1", help="GPUs to use, one job at a time on each")
    made.add_argument("--max-hours", type=_not_negative, default=0.0, metavar="H", help="stop a job after H hours")
    made.add_argument("--retries", type=_whole, default=None, metavar="N", help="tries again of failures that may pass")
    return made.parse_args()


def _slots(gpus: str) -> tuple[str, ...]:
    if not gpus:
        return ("",)
    names = tuple(name.strip() for name in gpus.split(","))
    if not all(map(_GPU.fullmatch, names)) or len(set(names)) != len(names):
        raise UsageError(f"--gpus wants different GPUs, like 0 or 0,1; found '{gpus}'. See: pixi run check-gpu")
    return names


def _not_negative(text: str) -> float:
    with suppress(ValueError):
        if (value := float(text)) >= 0:
            return value
    raise argparse.ArgumentTypeError(f"must be a number, 0 or more; found {text}")


def _whole(text: str) -> int:
    with suppress(ValueError):
        if (value := int(text)) >= 0:
            return value
    raise argparse.ArgumentTypeError(f"must be a whole number, 0 or more; found {text}")


if __name__ == "__main__":
    run(main)
