"""Which recording belongs to which animal, cage or day."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from ethonight.delimited import decode, without_sep_line
from ethonight.errors import SettingsError
from ethonight.workspace import Workspace

_COLUMNS = ("video", "group")


def read_groups(workspace: Workspace, pattern: str, videos: Sequence[str]) -> dict[str, str]:
    """Return the group of each video that has one: from its name by ``pattern``, or from ``annotations/groups.csv``.

    Raises SettingsError for a pattern or a file that cannot be used.
    """
    if pattern:
        return _by_pattern(pattern, videos)
    path = workspace.groups
    if not path.is_file():
        return {}
    text, _ = decode(path.read_bytes(), "group")
    text = without_sep_line(text)
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    for column in _COLUMNS:
        if column not in header:
            raise SettingsError(
                f"{workspace.shown(path)}, line 1: the column '{column}' is missing; it needs video,group."
            )
    places = [header.index(column) for column in _COLUMNS]
    return _of_rows(rows[1:], places, workspace.shown(path))


def _of_rows(rows: Sequence[Sequence[str]], places: Sequence[int], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= max(places):
            raise SettingsError(f"{name}, line {line}: a cell is missing; it needs a video and its group.")
        video, group = (cells[place].strip() for place in places)
        if found.setdefault(video, group) != group:
            raise SettingsError(f"{name}, line {line}, video: '{video}' is in two groups, {found[video]} and {group}.")
    return {video: group for video, group in found.items() if group}


def _by_pattern(pattern: str, videos: Sequence[str]) -> dict[str, str]:
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise SettingsError(f"[split] 'group' is no pattern ({error}); like group = \"^(mouse[0-9]+)\".") from error
    if wanted.groups < 1:
        raise SettingsError(f"[split] 'group' needs parentheses around what is the group, like \"^({pattern})\".")
    matches = {video: wanted.search(video) for video in videos}
    found = {video: match[1] for video, match in matches.items() if match and match[1]}
    if not found:
        raise SettingsError(f"[split] 'group' fits no video's name: {pattern}.")
    return found
