"""LibreOffice itself, as a person uses it: opens the table, saves it as text."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ethonight.ledger.dialect import detect

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CHARSETS = {"utf-16-le": 65535, "utf-16-be": 65535, "cp1252": 1}
"""LibreOffice's numbers of encodings; all others here are UTF-8, 76."""
Save = Callable[[bytes, str, int, bool], bytes]


@pytest.fixture
def libreoffice(tmp_path: Path) -> Save:
    """Return what opens a table (as bytes) in LibreOffice, with special numbers detected, and saves it as text.

    Its arguments: the table, the separator, LibreOffice's number of the encoding, whether all cells are quoted.
    """
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    turns = iter(range(1000))

    def save(data: bytes, separator: str, charset: int, quote_all: bool) -> bytes:
        folder = tmp_path / f"office {next(turns)}"
        (folder / "in").mkdir(parents=True)
        table = folder / "in" / "tracking_status.csv"
        table.write_bytes(data)
        found = detect(data)
        as_read = f"CSV:{ord(found.delimiter)},34,{CHARSETS.get(found.encoding, 76)},1,,0,false,true"
        as_saved = f"{ord(separator)},34,{charset},1,,0,{str(quote_all).lower()},true"
        command = [
            SOFFICE,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            f"--infilter={as_read}",
            "--convert-to",
            f"csv:Text - txt - csv (StarCalc):{as_saved}",
            "--outdir",
            str(folder / "out"),
            str(table),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        saved = folder / "out" / table.name
        assert saved.exists(), done.stdout + done.stderr
        return saved.read_bytes()

    return save
