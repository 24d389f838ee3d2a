"""Mark bouts in videos with a trained model."""

from __future__ import annotations

import argparse
from contextlib import suppress

from rich.console import Console

from _arguments import parser, run
from ethonight.behaviour import write_predictions
from ethonight.overnight import Asked, dry_run, open_site, run_night
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_EXAMPLES = """\
  predict --model mice               every video of the workspace that has no current prediction
  predict --model mice video07 video08
  predict --model mice video07 --overlay        also an annotated video
  predict --model mice --threshold 0.3          more bouts than the model would report by itself
  predict --model mice_20260301_220405          an earlier version of the model

Writes predictions/<video>/<model>.csv, its scores (.h5) and an ethogram (.png); bouts of people are never touched.
Exit status: 0 all fine, 1 some job failed or waits for one, 2 wrong usage or unusable workspace, 130 interrupted."""


def main() -> int:
    made = parser("Mark bouts with a trained model; only what is missing or older than the model runs.", _EXAMPLES)
    made.add_argument("videos", nargs="*", metavar="VIDEO", help="names or files of videos (default: all)")
    made.add_argument("--model", default="", metavar="NAME", help="the model (default: the only one there is)")
    made.add_argument("--threshold", type=_share, default=None, metavar="T", help="replaces the model's; 0: its own")
    made.add_argument("--overlay", action=argparse.BooleanOptionalAction, default=None, help="an annotated video too")
    made.add_argument("--dryrun", action="store_true", help="check everything and say what would run; run nothing")
    arguments = made.parse_args()
    site = open_site(Workspace.open(arguments.workspace))
    keys = write_predictions(site, arguments.model, arguments.videos, arguments.threshold, arguments.overlay)
    console = Console(highlight=False, soft_wrap=False)
    options = Options(tasks=frozenset({"predict"}))
    night = dry_run if arguments.dryrun else run_night
    return night(site, Asked("predict", tuple(keys), refresh=True), options, console)


def _share(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text)) < 1:
            return value
    raise argparse.ArgumentTypeError(f"must be a number between 0 and 1; found {text}")


if __name__ == "__main__":
    run(main)
