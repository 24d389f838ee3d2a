"""Sentences about what became of the file of bouts."""

from __future__ import annotations

import errno

from ethonight.annotations.problems import AnnotationError
from ethonight.coding.merging import Merged
from ethonight.words import count

KEPT = "Your work is kept meanwhile, and the file is written as soon as that is possible."


def cannot_write(name: str, error: OSError) -> str:
    """Say why a file cannot be written, or read before that, and what to do."""
    why = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        return f"The disk is full: {name} cannot be written. Make room on it. {KEPT}"
    if isinstance(error, PermissionError):
        return (
            f"{name} cannot be written ({why}). Another program, like Excel, may have it open: close it there. {KEPT}"
        )
    return f"{name} cannot be written ({why}). {KEPT}"


def cannot_keep(error: OSError) -> str:
    """Say that a change was not made, because the journal cannot be written."""
    why = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
    return f"This change could not be saved and was not made ({why}). Mend that, then repeat it."


def cannot_read(error: AnnotationError) -> str:
    """Say that the file was made unreadable while it was open here."""
    return f"The file was changed by another program and cannot be read now. Mend it there. {KEPT}\n{error}"


def vanished(name: str) -> str:
    """Say that the file was deleted while there was work for it."""
    return f"{name} was deleted or emptied by another program. It is written again with the bouts that are shown."


def merged(name: str, found: Merged) -> str:
    """Say what another program did to the file; "" where it changed nothing that is shown."""
    counts = ((found.new, "new"), (found.different, "changed"), (found.missing, "deleted"))
    told = ", ".join(f"{count(number, 'bout')} {what}" for number, what in counts if number)
    sentences = []
    if told:
        sentences.append(f"{name} was changed by another program ({told}). This is shown now, and can be undone.")
    if found.both:
        bouts = count(found.both, "bout")
        sentences.append(f"{bouts} in {name} had been changed here and there: both versions are shown. Delete one.")
    if found.kept:
        bouts = count(found.kept, "bout")
        sentences.append(f"{bouts} in {name} had been changed on one side and deleted on the other: the change stays.")
    return " ".join(sentences)
