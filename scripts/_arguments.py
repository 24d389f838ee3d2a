"""What all scripts share: the command line's common part, and how a script ends."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ethonight.errors import EthonightError

REPOSITORY = Path(__file__).resolve().parent.parent
WRONG_USAGE = 2
INTERRUPTED = 130
READER_GONE = 141
"""What a shell shows for a program whose output was cut off, as in ``status | head``."""


def parser(description: str, examples: str) -> argparse.ArgumentParser:
    """Return a parser with ``--workspace DIR`` (``arguments.workspace``, a Path) and the examples below its help.

    ``examples`` is shown as it stands: one command per line, each with the task's name first.
    """
    made = argparse.ArgumentParser(
        prog=examples.split(maxsplit=1)[0],
        description=description,
        epilog=f'examples, to be written after "pixi run" or "python3 run.py":\n{examples.rstrip()}',
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument(
        "--workspace",
        type=Path,
        default=REPOSITORY,
        metavar="DIR",
        help="folder with settings/, sessions/ and the job table (default: the folder of pixi.toml)",
    )
    return made


def run(main: Callable[[], int]) -> None:
    """Call ``main`` and leave the process with its exit status.

    An error that a person can act on is shown as its sentence with exit status 2; Ctrl-C gives 130.
    """
    _go_where_the_person_is()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    raise SystemExit(_status(main))


def _go_where_the_person_is() -> None:
    """Pixi and run.py start tasks in the repository; paths that a person types are meant from the person's folder."""
    folder = os.environ.pop("INIT_CWD", "")
    if Path(folder).is_dir():
        os.chdir(folder or ".")


def _status(main: Callable[[], int]) -> int:
    try:
        status = main()
        sys.stdout.flush()
    except EthonightError as error:
        print(error, file=sys.stderr)
        return WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at exit; give it somewhere to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    return status
