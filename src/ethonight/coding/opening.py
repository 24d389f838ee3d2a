"""Opening a coder's work: what the journal knows, or else what the file holds."""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from datetime import datetime
from random import randrange

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.problems import AnnotationError
from ethonight.coding.base import Base
from ethonight.coding.bouts_file import BoutsFile
from ethonight.coding.journal import Journal, JournalDamaged
from ethonight.coding.notebook import Notebook
from ethonight.coding.replay import Known, check_sum, last_known, replay
from ethonight.coding.work import Work
from ethonight.files import dated_sibling
from ethonight.frame_times import Edges

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """A coder's work as its journal tells of it, and the file that the journal knew last.

    ``problem`` says why the file that is there cannot be read, ``notice`` what became of the journal.
    """

    notebook: Notebook
    known: Known
    problem: str
    notice: str


def open_work(journal: Journal, file: BoutsFile, edges: Edges) -> Opened:
    """Read the file, open the journal if there is one, and return the work that it tells of.

    A damaged journal is set aside under its date, and the work begins anew. Raises WorkspaceError while another
    process has the journal open.
    """
    problem = notice = ""
    try:
        file.read()
    except OSError as error:
        problem = f"{file.name} cannot be read: {error.strerror}."
        file.forget()
    try:
        if lines := journal.open() if journal.exists else []:
            work = replay(lines, edges, file.name)
            known = last_known(lines, work, edges, check_sum(file.data))
            return Opened(Notebook(work, journal), known, problem, notice)
    except (JournalDamaged, AnnotationError, LookupError, ValueError, TypeError, zlib.error) as damage:
        notice = _set_aside(journal, damage)
    journal.close()
    work = Work(Base.of(Annotation(name=file.name), ()), edges)
    # Without a journal numbers do not outlive the server. A page that still shows those of another one must not hit a
    # bout that happens to have the same number now.
    work.board.next_id = randrange(1, 1_000_000) * 1_000_000
    return Opened(Notebook(work, journal), Known(check_sum(b""), {}, work.version), problem, notice)


def _set_aside(journal: Journal, damage: Exception) -> str:
    """Keep a damaged journal under another name and return the sentence that tells of it."""
    journal.close()
    kept = dated_sibling(journal.path, datetime.now())
    journal.path.rename(kept)
    logger.warning("%s was set aside as %s: %s", journal.path, kept, damage)
    return (
        f"The journal of these bouts was damaged and is kept as {kept.name} in {kept.parent}. Shown is what the file "
        "of bouts holds; what was done before cannot be undone, and bouts that were begun but not ended are only there."
    )
