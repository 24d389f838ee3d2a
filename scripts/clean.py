"""Remove cached features that nothing needs any more."""

from __future__ import annotations

from _arguments import parser, run
from ethonight.clean import clean
from ethonight.clean_view import cleaned_lines
from ethonight.workspace import Workspace

_WHAT = """\
Remove cached features that no model, no training and no embed settings of a person name, and unfinished work that no
job goes on with. Videos, bouts, models, predictions and sessions are never touched; features can be made again."""
EXAMPLES = """\
  clean              remove them and say how much of the disk is free now
  clean --dryrun     only say what would be removed
"""


def main() -> int:
    command_line = parser(_WHAT, EXAMPLES)
    command_line.add_argument("--dryrun", action="store_true", help="remove nothing")
    chosen = command_line.parse_args()
    workspace = Workspace.open(chosen.workspace)
    cleaning = clean(workspace, chosen.dryrun)
    print("\n".join(cleaned_lines(cleaning, workspace, chosen.dryrun)))
    return 1 if cleaning.refused else 0


if __name__ == "__main__":
    run(main)
