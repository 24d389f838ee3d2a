"""Measure a trained model on videos in which bouts are marked."""

from __future__ import annotations

from rich.console import Console

from _arguments import parser, run
from ethonight.behaviour import write_evaluation
from ethonight.overnight import Asked, dry_run, open_site, run_night
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_EXAMPLES = """\
  evaluate --model mice              on the videos that were held out when it was trained
  evaluate --model mice --pairs video20=anna video21=anna

Writes models/<model>/evaluations/<name>/report.html and metrics.json. Videos that it learned from are refused.
Exit status: 0 all fine, 1 some job failed or waits for one, 2 wrong usage or unusable workspace, 130 interrupted."""


def main() -> int:
    made = parser("Measure a trained model on videos that it has not seen.", _EXAMPLES)
    made.add_argument("--model", required=True, metavar="NAME", help="the model")
    made.add_argument("--pairs", nargs="+", default=[], metavar="VIDEO=BOUTS", help="videos and their bouts")
    made.add_argument("--dryrun", action="store_true", help="check everything and say what would run; run nothing")
    arguments = made.parse_args()
    site = open_site(Workspace.open(arguments.workspace))
    key = write_evaluation(site, arguments.model, arguments.pairs)
    console = Console(highlight=False, soft_wrap=False)
    night = dry_run if arguments.dryrun else run_night
    return night(site, Asked("evaluate", (key,), refresh=True), Options(tasks=frozenset({"evaluate"})), console)


if __name__ == "__main__":
    run(main)
