"""Train models of behaviour from videos in which bouts are marked."""

from __future__ import annotations

import argparse

from rich.console import Console

from _arguments import parser, run
from ethonight.behaviour import TrainingAsked, write_training
from ethonight.errors import UsageError
from ethonight.overnight import Asked, dry_run, open_site, run_night
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_EXAMPLES = """\
  train --model mice --pairs video01=anna video02=anna video03=anna
  train --model mice --pairs video01.mp4=video01_final.csv video02.mp4=video02_final.csv
  train --model social --pairs pair1=anna pair2=anna --subjects tracks --features motion+kinematics
  train --model mice                 again, after bouts were changed in the same files
  train --model mice --features motion+kinematics --subjects blobs     the same with other settings
  train                              every pending training file in settings/
  train --model mice --dryrun        check bouts, videos and split; run nothing

A pair is a video (its name in the workspace, or a file) and its bouts (a coder's name, or a CSV file).
--subjects: frame (the whole picture), blobs:2 (two moving animals), tracks (idtracker.ai's identities).
--features: motion (no weights needed), kinematics (of positions), motion+kinematics, or a pretrained backbone:
  videomae, mvd, vjepa2, videoprism, dino; with weights in a folder of yours: videomae:D:/weights
--split: auto, leave-one-video-out, leave-one-group-out (annotations/groups.csv), none, or the test videos' names.
Exit status: 0 all fine, 1 some job failed or waits for one, 2 wrong usage or unusable workspace, 130 interrupted."""


def main() -> int:
    made = parser("Train a model of behaviour: cached features first, then the model and its report.", _EXAMPLES)
    made.add_argument("--model", default="", metavar="NAME", help="the model's name; its settings are settings/NAME/")
    made.add_argument("--pairs", nargs="+", default=(), metavar="VIDEO=BOUTS", help="videos and their bouts")
    made.add_argument("--features", default="", metavar="F", help="what is computed of the pictures (default: motion)")
    made.add_argument("--subjects", default="", metavar="S", help="who is looked at (default: frame)")
    made.add_argument("--labels", default="", metavar="A,B", help="labels to learn (default: all in the bouts files)")
    made.add_argument("--split", default="", metavar="S", help="how videos are held out (default: auto)")
    made.add_argument(
        "--exclusive", action=argparse.BooleanOptionalAction, default=None, help="at most one label is true at a time"
    )
    made.add_argument("--dryrun", action="store_true", help="check everything and say what would run; run nothing")
    arguments = made.parse_args()
    site = open_site(Workspace.open(arguments.workspace))
    asked = TrainingAsked(
        arguments.model,
        tuple(arguments.pairs),
        arguments.features,
        arguments.subjects,
        arguments.labels,
        arguments.split,
        arguments.exclusive,
    )
    if not asked.model and asked != TrainingAsked(""):
        raise UsageError("Give the model a name: train --model NAME --pairs ...")
    keys: tuple[str, ...] = ()
    if asked.model:
        keys = (write_training(site, asked),)
    console = Console(highlight=False, soft_wrap=False)
    options = Options(tasks=frozenset({"train"}))
    night = dry_run if arguments.dryrun else run_night
    return night(site, Asked("train", keys, refresh=bool(keys)), options, console)


if __name__ == "__main__":
    run(main)
