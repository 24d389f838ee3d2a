"""Add videos to the workspace: a folder for their settings, and one for their background images."""

from __future__ import annotations

import sys

from _arguments import parser, run
from ethonight.errors import EthonightError
from ethonight.settings.recording import add_recording
from ethonight.settings.videos import expand_patterns
from ethonight.workspace import Workspace

EXAMPLES = """\
  add D:/videos/mouse1.avi D:/videos/mouse2.avi    two videos
  add --together part1.mp4 part2.mp4               one recording in two files, in this order
  add D:/videos/*.avi                              all of a folder, one recording each"""

NEXT = """\
Next, to mark behaviour: the task label, in the browser.
Or to track: open the video with the task gui and save settings, or put settings (.toml) into its folder in settings/.
Then the task track-dryrun shows what the night will do."""


def main() -> int:
    arguments = parser(__doc__ or "", EXAMPLES)
    arguments.add_argument("videos", nargs="+", metavar="VIDEO", help="a video file; each is one recording")
    arguments.add_argument("--together", action="store_true", help="the files are the parts of one recording, in order")
    options = arguments.parse_args()
    workspace = Workspace.open(options.workspace)
    files = expand_patterns(options.videos)
    status, added = 0, False
    for group in [files] if options.together else [[file] for file in files]:
        try:
            recording = add_recording(workspace, group)
        except EthonightError as error:
            print(error, file=sys.stderr)
            status = 2
        else:
            print(f"settings/{recording.name}: {', '.join(map(str, recording.files))}")
            added = True
    if added:
        print(NEXT)
    return status


if __name__ == "__main__":
    run(main)
