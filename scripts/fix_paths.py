"""Repair the video paths in settings files: wrong backslashes, paths of another system, videos that were moved.

Only the paths change. The first version of a changed file is kept beside it as NAME.toml.before-fix.
Moved videos are looked for by name in the workspace, and in video_roots of ethonight.toml.
"""

from __future__ import annotations

from _arguments import parser, run
from ethonight.config import load_config
from ethonight.settings.paths import fix_paths
from ethonight.settings.scan import scan_toml, settings_keys
from ethonight.words import count
from ethonight.workspace import Workspace

EXAMPLES = """\
  fix-paths --dryrun                    show what would change
  fix-paths                             repair all settings files
  fix-paths settings/mouse1/night.toml  repair this one"""


def main() -> int:
    arguments = parser(__doc__ or "", EXAMPLES)
    arguments.add_argument("settings", nargs="*", metavar="SETTINGS", help="settings files or folders (default: all)")
    arguments.add_argument("--dryrun", action="store_true", help="change nothing, only show what would change")
    options = arguments.parse_args()
    workspace = Workspace.open(options.workspace)
    keys = settings_keys(workspace, options.settings, sorted(scan_toml(workspace))) if options.settings else None
    reports = fix_paths(workspace, load_config(workspace.config), keys, options.dryrun)
    for report in reports:
        for line in report.lines(options.dryrun):
            print(line)
    changed = sum(bool(report.changes) for report in reports)
    unsolved = sum(not report.fine for report in reports)
    verb = "would be repaired" if options.dryrun else "repaired"
    print(f"{count(len(reports), 'settings file')}: {changed} {verb}, {unsolved} that need your help.")
    return 1 if unsolved else 0


if __name__ == "__main__":
    run(main)
