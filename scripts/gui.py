"""The window: the workspace's videos, their settings files, and what became of them."""

from __future__ import annotations

from _arguments import parser, run
from ethonight.gui.start import show_window
from ethonight.workspace import Workspace

EXAMPLES = """\
  gui                                  videos and jobs of this folder
  gui --workspace D:/mouse-project     those of another folder"""


def main() -> int:
    options = parser(__doc__ or "", EXAMPLES).parse_args()
    show_window(Workspace.open(options.workspace))
    return 0


if __name__ == "__main__":
    run(main)
