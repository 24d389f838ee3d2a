"""Names of behaviours, as other programs allow them and as they may stand here."""

from __future__ import annotations

from ethonight.annotations.bouts import SCORED


def label_text(text: str, otherwise: str = "unnamed") -> str:
    """Return the label for a text: on one line, with single blanks, no ``#`` in front; ``otherwise`` for nothing."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    label = " ".join(printable.split()).lstrip("# ")
    return SCORED if label.lower() == SCORED else label or otherwise
