"""Compute cached features of videos ahead of training and prediction."""

from __future__ import annotations

from rich.console import Console

from _arguments import parser, run
from ethonight.behaviour import write_embedding
from ethonight.overnight import Asked, dry_run, open_site, run_night
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_EXAMPLES = """\
  embed                              every video, the whole picture, motion
  embed video01 --subjects blobs     one moving animal
  embed --subjects tracks --features motion+kinematics

`train` and `predict` do this by themselves where it is needed. The same features serve all models.
Exit status: 0 all fine, 1 some job failed or waits for one, 2 wrong usage or unusable workspace, 130 interrupted."""


def main() -> int:
    made = parser("Compute features of videos, kept for all models in features/.", _EXAMPLES)
    made.add_argument("videos", nargs="*", metavar="VIDEO", help="names or files of videos (default: all)")
    made.add_argument("--features", default="motion", metavar="F", help="see: train --help (default: motion)")
    made.add_argument("--subjects", default="frame", metavar="S", help="see: train --help (default: frame)")
    made.add_argument("--dryrun", action="store_true", help="check everything and say what would run; run nothing")
    arguments = made.parse_args()
    site = open_site(Workspace.open(arguments.workspace))
    keys = write_embedding(site, arguments.videos, arguments.features, arguments.subjects)
    console = Console(highlight=False, soft_wrap=False)
    night = dry_run if arguments.dryrun else run_night
    return night(site, Asked("embed", tuple(keys), refresh=True), Options(tasks=frozenset({"embed"})), console)


if __name__ == "__main__":
    run(main)
