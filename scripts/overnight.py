"""Run everything that is pending, of every kind, in the order in which one needs the other."""

from __future__ import annotations

from rich.console import Console

from _arguments import parser, run
from ethonight.jobs.registry import KINDS
from ethonight.overnight import Asked, dry_run, open_site, run_night
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_EXAMPLES = """\
  overnight                          tracking, features, training, prediction: all that is pending or has failed
  overnight --dryrun                 check everything, run nothing (the evening check)
  overnight video07                  only the settings of the video video07, and what they need

Ctrl-C once: the running job is finished first. Ctrl-C twice: it is stopped, and waits for the next run.
Exit status: 0 all fine, 1 some job failed or waits for one, 2 wrong usage or unusable workspace, 130 interrupted."""


def main() -> int:
    made = parser("Run everything that is pending, of every kind.", _EXAMPLES)
    made.add_argument("settings", nargs="*", metavar="SETTINGS", help="settings files or video names (default: all)")
    made.add_argument("--dryrun", action="store_true", help="check everything and say what would run; run nothing")
    arguments = made.parse_args()
    site = open_site(Workspace.open(arguments.workspace))
    options = Options(tasks=frozenset(kind.name for kind in KINDS))
    console = Console(highlight=False, soft_wrap=False)
    night = dry_run if arguments.dryrun else run_night
    return night(site, Asked("overnight", tuple(arguments.settings)), options, console)


if __name__ == "__main__":
    run(main)
