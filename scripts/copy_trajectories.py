"""Collect trajectories and predicted bouts of finished jobs in tracking/."""

from __future__ import annotations

from _arguments import parser, run
from ethonight.collect import CopyState, collect
from ethonight.collect_view import collected_lines
from ethonight.config import load_config
from ethonight.jobs.protocol import Site
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

_WHAT = """\
Collect the trajectories of all finished sessions in tracking/, and the predicted bouts and ethograms of each model in
tracking/behaviour/<model>/, with two tables for Excel: all_bouts.csv and summary.csv."""
EXAMPLES = """\
  copy              copy what is new or has changed, validated sessions included
  copy --dryrun     only say what would be copied
"""


def main() -> int:
    command_line = parser(_WHAT, EXAMPLES)
    command_line.add_argument("--dryrun", action="store_true", help="write nothing")
    chosen = command_line.parse_args()
    workspace = Workspace.open(chosen.workspace)
    results = collect(read_rows(workspace), Site(workspace, load_config(workspace.config)), chosen.dryrun)
    print("\n".join(collected_lines(results, chosen.dryrun)))
    return 1 if any(result.state is CopyState.BROKEN for result in results) else 0


if __name__ == "__main__":
    run(main)
