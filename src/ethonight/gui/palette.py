"""The window's colours. Every state has a word and a sign of its own as well."""

from __future__ import annotations

from collections.abc import Mapping

COLOURS: Mapping[str, str] = {
    "done": "#1f7a45",
    "failed": "#b3261e",
    "running": "#1660b8",
    "pending": "#4a5261",
    "skip": "#6a707c",
    "new": "#7a4fb0",
    "gone": "#6a707c",
    "unknown": "#9a5b00",
    "remark": "#9a5b00",
}
"""Dark enough to be read as text on white (contrast 4.5 or more)."""

LOUD = frozenset({"failed", "running", "skip", "gone", "unknown", "remark"})
"""States whose whole line has their colour; the others have a coloured sign only, so that these stand out."""

VIDEO = "#5b6472"
WARNING = "#9a5b00"

TEXT = "#1f242d"
DIM = "#666d79"
FRAME = "#f3f4f7"
LINE = "#d5d9e0"
FIELD = "#ffffff"
HOVER = "#e9ecf2"
PRESSED = "#dde2ea"
STRIPE = "#f5f6f9"
SELECTED = "#d6e6fa"
