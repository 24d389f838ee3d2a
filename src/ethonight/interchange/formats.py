"""All formats, by name and by what their files look like."""

from __future__ import annotations

from pathlib import Path

from ethonight.delimited import decode
from ethonight.errors import UsageError
from ethonight.interchange.bento import BENTO
from ethonight.interchange.boris_project import BORIS
from ethonight.interchange.boris_table import BORIS_TABLE
from ethonight.interchange.bouts_file import BOUTS
from ethonight.interchange.deepethogram import DEEPETHOGRAM
from ethonight.interchange.elan import ELAN
from ethonight.interchange.observation import Format, FormatError
from ethonight.interchange.simba import SIMBA
from ethonight.interchange.single_behavior_lab import SINGLE_BEHAVIOR_LAB
from ethonight.interchange.solomon import SOLOMON
from ethonight.interchange.trace import TRACE
from ethonight.suggest import closest

FORMATS: tuple[Format, ...] = (
    TRACE,
    BOUTS,
    BORIS,
    BORIS_TABLE,
    ELAN,
    BENTO,
    SINGLE_BEHAVIOR_LAB,
    DEEPETHOGRAM,
    SOLOMON,
    SIMBA,
)
"""Those that recognise their files by more come first."""
_BY_ENDING: tuple[Format, ...] = (BOUTS, BORIS, BORIS_TABLE, ELAN, BENTO, SINGLE_BEHAVIOR_LAB)
"""What a new file with an ending is; many programs write ``.csv``, and here that is our own."""
HOLD_SEVERAL: tuple[Format, ...] = (BORIS, BORIS_TABLE)
"""Those whose files can hold several observations."""
_HEAD = 65536


def format_named(name: str) -> Format:
    """Return the format with this name. Raises UsageError, with the name that was probably meant."""
    known = {one.name: one for one in FORMATS}
    if name in known:
        return known[name]
    close = closest(name, known)
    hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(known)}."
    raise UsageError(f"There is no format '{name}'; {hint}")


def recognised(path: Path) -> Format:
    """Return the format of a file, by what is in it. Raises FormatError for a file that is none of them."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_HEAD)
    except FileNotFoundError:
        raise FormatError(f"There is no file {path}.") from None
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {error.strerror}.") from error
    head, _ = decode(data, "time")
    for one in FORMATS:
        if one.recognises(path, head):
            return one
    names = ", ".join(one.name for one in FORMATS)
    raise FormatError(f"{path.name} is of no format that is known here. If it is one of {names}, say which.")


def format_of_ending(path: Path) -> Format:
    """Return the format in which a new file with this ending is written. Raises UsageError where none is."""
    for one in _BY_ENDING:
        if path.suffix.lower() in one.endings:
            return one
    endings = ", ".join(dict.fromkeys(ending for one in _BY_ENDING for ending in one.endings))
    raise UsageError(f"'{path.name}' does not say in which format it is to be written: use {endings}, or name one.")
