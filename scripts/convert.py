"""Convert an annotation file of one program to that of another."""

from __future__ import annotations

from rich.console import Console

from _arguments import parser, run
from ethonight.convert_view import render_converted
from ethonight.interchange.conversion import Asked, convert
from ethonight.interchange.formats import FORMATS
from ethonight.workspace import Workspace

_EXAMPLES = """\
  convert scoring.boris video01=anna --observation "day 1"    one of BORIS's observations becomes Anna's bouts
  convert video01=anna anna.eaf                               Anna's bouts for ELAN
  convert labels.csv mouse.annot --video video01              frame numbers become those of the recording
  convert annotations.json bouts.csv --fps 25                 of a video with frames of equal length

What the other format cannot carry is said, and starts without a stop are listed, never guessed.
Exit status: 0 all written, 1 written, but some events have no other end, 2 nothing written."""


def main() -> int:
    formats = "\n".join(f"  {one.name:<20}{one.title} ({', '.join(one.endings)})" for one in FORMATS)
    made = parser(f"Convert annotations of one program to those of another. FORMAT is one of\n{formats}", _EXAMPLES)
    made.add_argument("source", metavar="IN", help="a file, or VIDEO=CODER of this workspace")
    made.add_argument("target", metavar="OUT", help="a new file, or VIDEO=CODER of this workspace")
    made.add_argument("--from", dest="source_format", default="", metavar="FORMAT", help="default: by what is in it")
    ending = "default: by its ending; bouts for .csv"
    made.add_argument("--to", dest="target_format", default="", metavar="FORMAT", help=ending)
    made.add_argument("--video", default="", metavar="NAME", help="the recording whose frames are counted")
    made.add_argument("--fps", type=float, metavar="N", help="frames per second, where all frames last equally long")
    made.add_argument("--observation", default="", metavar="NAME", help="which one, where a file holds several")
    made.add_argument("--replace", action="store_true", help="write over OUT; the old file is kept under its date")
    chosen = vars(made.parse_args())
    workspace = Workspace.open(chosen.pop("workspace"))
    converted = convert(workspace, Asked(**chosen))
    Console(highlight=False).print(render_converted(converted, workspace))
    return 1 if any(one.unpaired for one in converted.observations) else 0


if __name__ == "__main__":
    run(main)
