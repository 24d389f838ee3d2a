"""Which recording belongs to which animal, cage or day."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from ethonight.delimited import decode, not_text, without_sep_line
from ethonight.errors import SettingsError
from ethonight.suggest import closest
from ethonight.workspace import Workspace

_COLUMNS = ("video", "group")


def read_groups(workspace: Workspace, pattern: str, videos: Sequence[str]) -> dict[str, str]:
    """Return the group of each of ``videos`` that has one: from its name by ``pattern``, or from
    ``annotations/groups.csv``.

    Raises SettingsError for a pattern or a file that cannot be used.
    """
    found = _by_pattern(pattern, videos) if pattern else _of_file(workspace)
    return {video: found[video] for video in videos if video in found}


def group_warnings(workspace: Workspace, pattern: str, videos: Sequence[str], there: Sequence[str]) -> list[str]:
    """Return what looks forgotten in the groups of ``videos``: names that are no video ``there``, and videos without
    a group among others that have one. Raises SettingsError as ``read_groups`` does.
    """
    groups = _by_pattern(pattern, videos) if pattern else _of_file(workspace)
    where = "[split] 'group'" if pattern else workspace.shown(workspace.groups)
    warnings = []
    for name in groups:
        if name not in there:
            close = closest(name, [video for video in videos if video not in groups])
            hint = f"did you mean '{close}'?" if close else "its line counts for nothing."
            warnings.append(f"{where} names '{name}', which is no video of the workspace; {hint}")
    alone = [video for video in videos if video not in groups]
    if alone and len(alone) < len(videos):
        warnings.append(f"{where} gives no group to {', '.join(alone)}: each counts as a group of its own.")
    return warnings


def _of_file(workspace: Workspace) -> dict[str, str]:
    path, name = workspace.groups, workspace.shown(workspace.groups)
    if not path.is_file():
        return {}
    try:
        data = path.read_bytes()
        if kind := not_text(data):
            raise SettingsError(f"{name} was saved as {kind}, not as CSV. Open it and save it as CSV (text).")
        text, _ = decode(data, "group")
        lines = list(_lines(without_sep_line(text)))
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {error.strerror}.") from error
    except csv.Error as error:
        raise SettingsError(f"{name} cannot be read as CSV ({error}). Save it as CSV (text) again.") from error
    skipped = text.count("\n") - without_sep_line(text).count("\n")
    numbered = [(line + skipped, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    first, header = numbered[0] if numbered else (1, [])
    known = [cell.strip().lower() for cell in header]
    for column in _COLUMNS:
        if column not in known:
            raise SettingsError(f"{name}, line {first}: the column '{column}' is missing; it needs video,group.")
    return _of_rows(numbered[1:], [known.index(column) for column in _COLUMNS], name)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number (1-based) of the line in which each row begins, and its cells."""
    first = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";\t,", key=first.count))
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _of_rows(rows: Sequence[tuple[int, Sequence[str]]], places: Sequence[int], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, cells in rows:
        if len(cells) <= max(places):
            raise SettingsError(f"{name}, line {line}: a cell is missing; it needs a video and its group.")
        video, group = (cells[place].strip() for place in places)
        if not video:
            raise SettingsError(f"{name}, line {line}, video: the cell is empty; name the video, or delete the line.")
        if found.setdefault(video, group) != group:
            raise SettingsError(f"{name}, line {line}, group: '{video}' is in two groups, {found[video]} and {group}.")
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
