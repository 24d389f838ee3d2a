"""TRACE's CSV: bouts in seconds, below a line ``# trace-meta:`` with the keys of its behaviours.

The format is that of TRACE's annotator (its importer and its ``save_labels``): the line holds
``behaviors=name:key,name:key`` with names and keys percent-encoded; the columns are ``labelId,timestamp,endTimestamp``
and, with several animals, ``animal``. Its predictions have JSON in that line, and columns for the score and an id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.numbers import number_text
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.bouts_file import BOUTS, bouts_in_file
from ethonight.interchange.label import label_text
from ethonight.interchange.losses import Part, losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.seen import ethogram_seen
from ethonight.interchange.text import text_of
from ethonight.json_text import parse_json
from ethonight.words import count

_META = re.compile(r"^\ufeff?\s*#\s*trace-meta:\s*(.*)$", re.IGNORECASE | re.MULTILINE)
_ANIMAL = "animal"
_BREAKS_ROWS = re.compile(r'[,"\r\n]')
_CARRIED = {Part.SUBJECTS, Part.POINTS, Part.SCORES}


class _Trace:
    """A bouts CSV with TRACE's own line; the ``animal`` column is the subject."""

    name = "trace"
    title = "TRACE"
    endings: tuple[str, ...] = (".csv",)
    counts_frames = False

    def recognises(self, path: Path, head: str) -> bool:
        return bool(_META.search(head)) or (BOUTS.recognises(path, head) and _ANIMAL in _header(head))

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read a file. FormatError lists everything that is wrong in it."""
        rows = tuple(_with_subject(row) for row in bouts_in_file(path).rows)
        meta = _META.search(text_of(path, "trace-meta"))
        labels, keys, media = _meta_of(meta[1].strip() if meta else "", path.name)
        known = Ethogram().with_labels((*labels, *keys))
        behaviours = tuple(replace(one, key=keys.get(one.label, "")) for one in known.behaviours)
        own = [row for row in rows if row.label in known.labels]
        others = [row for row in rows if row.label not in known.labels]
        ethogram = ethogram_seen([*own, *others], replace(known, behaviours=behaviours))
        return Imported((Observation(media=media, bouts=rows),), ethogram)

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write a file that TRACE's annotator opens. See the protocol."""
        observation = sole(observations, self.title)
        bouts = [bout for bout in observation.bouts if bout.label != SCORED]
        animals, scores = any(bout.subject for bout in bouts), any(bout.score is not None for bout in bouts)
        header = ["labelId", "timestamp", "endTimestamp", *([_ANIMAL] if animals else []), *(["score"] * scores)]
        rows = [",".join(_cells(bout, animals, scores)) for bout in bouts]
        replace_atomically(path, "\n".join([*_meta_line(ethogram, bouts), ",".join(header), *rows, ""]).encode())
        return (*losses(observation, self.title, _CARRIED), *_nobodys(bouts, animals))


def _header(head: str) -> list[str]:
    lines = (line for line in head.splitlines() if line.strip() and not line.lstrip("\ufeff ").startswith("#"))
    return [cell.strip().strip('"').lower() for cell in re.split("[,;\t|]", next(lines, ""))]


def _with_subject(row: Bout) -> Bout:
    """Return the row with its ``animal`` as the subject."""
    others = tuple(cell for cell in row.extra if cell[0].strip().lower() != _ANIMAL)
    animal = next((text.strip() for column, text in row.extra if column.strip().lower() == _ANIMAL), "")
    return replace(row, subject=animal or row.subject, extra=others)


def _meta_of(text: str, name: str) -> tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]:
    """Return the labels, the keys by label and the video that TRACE's line names."""
    if text.startswith("{"):
        try:
            found = parse_json(text)
        except ValueError as error:
            raise FormatError(f"{name}: the line '# trace-meta:' holds JSON that cannot be read: {error}.") from error
        if not isinstance(found, dict):
            raise FormatError(f"{name}: the line '# trace-meta:' must hold a JSON object; found {text[:40]!r}.")
        video, labels = found.get("video"), found.get("class_map")
        media = (video,) if isinstance(video, str) and video else ()
        names = labels if isinstance(labels, list) else []
        return tuple(label_text(label) for label in names if isinstance(label, str)), {}, media
    words = dict(word.partition("=")[::2] for word in text.split())
    keys: dict[str, str] = {}
    for pair in words.get("behaviors", "").split(","):
        label, sign, key = pair.partition(":")
        key = unquote(key)
        if sign and label and len(key) == 1 and not key.isdigit() and key.isprintable() and key not in keys.values():
            keys[label_text(unquote(label))] = key
    return (), keys, ()


def _meta_line(ethogram: Ethogram, bouts: Sequence[Bout]) -> list[str]:
    used = {bout.label for bout in bouts}
    pairs = [
        f"{quote(one.label, safe='')}:{quote(one.key, safe='')}"
        for one in ethogram.behaviours
        if one.key and (one.label in used or not used)
    ]
    return [f"# trace-meta: behaviors={','.join(pairs)}"] if pairs else []


def _cells(bout: Bout, animals: bool, scores: bool) -> list[str]:
    """Return the cells of a row. TRACE parts rows at every comma, also inside quotation marks."""
    for text in (bout.label, bout.subject):
        if _BREAKS_ROWS.search(text):
            raise FormatError(f"TRACE's files can hold no comma, quotation mark or line end in '{text}'. Rename it.")
    score = "" if bout.score is None else number_text(bout.score)
    times = [number_text(bout.start), number_text(bout.end)]
    return [bout.label, *times, *([bout.subject] if animals else []), *([score] if scores else [])]


def _nobodys(bouts: Sequence[Bout], animals: bool) -> list[str]:
    number = sum(not bout.subject for bout in bouts)
    if not animals or not number:
        return []
    return [f"TRACE gives {count(number, 'bout')} of nobody in particular to its first animal."]


TRACE: Format = _Trace()
