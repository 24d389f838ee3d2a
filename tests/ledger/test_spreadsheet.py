"""A table that LibreOffice opens and saves again has the same cells: the real program, several dialects."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ethonight.ledger.cells import same_cell
from ethonight.ledger.dialect import DEFAULT, Dialect, detect
from ethonight.ledger.row import COLUMNS
from ethonight.ledger.table_text import Table, parse_table, render_table

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")

UTF8, UTF16, CP1252 = 76, 65535, 1
AS_TEXT = ("video", "settings", "task", "status", "output", "message", "notes", "lab book")
CELLS: tuple[dict[str, str], ...] = (
    {"video": 'Mäuse "A", Käfig 2.avi', "status": "pending", "priority": "-3", "notes": "=1+1", "lab book": "Größe; 5"},
    {
        "video": "b.avi",
        "status": "skip",
        "priority": "12",
        "notes": "'quoted'",
        "message": "@SUM(A1)",
        "minutes": "46.0",
    },
    {
        "video": "c.avi",
        "status": "done",
        "started": "2026-03-01 22:04",
        "notes": "two\nlines",
        "lab book": "2026-03-01",
    },
    {"video": "d.avi", "status": "failed", "notes": "-x", "message": "+5", "minutes": "100000.5", "lab book": "''=2"},
    {"video": "e.avi", "status": "later", "notes": "  blanks  ", "message": "a,b;c\td|e", "lab book": "-1-1"},
    {"video": "f.avi", "notes": "'", "message": 'say "no"', "lab book": "\t=1+1"},
)
COLUMNS_WITH_OWN = (*COLUMNS[:3], "lab book", *COLUMNS[3:])


def saved_by_libreoffice(data: bytes, folder: Path, separator: str, charset: int, quote_all: bool = False) -> Table:
    """Open a table in LibreOffice as a person would, with all special numbers detected, and save it as text."""
    (folder / "in").mkdir()
    table = folder / "in" / "tracking_status.csv"
    table.write_bytes(data)
    as_read = f"CSV:{ord(detect(data).delimiter)},34,{charset},1,,0,false,true"
    as_saved = f"{ord(separator)},34,{charset},1,,0,{str(quote_all).lower()},true"
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
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
    return parse_table(saved.read_bytes())


@pytest.mark.parametrize(
    ("dialect", "charset"),
    [
        (DEFAULT, UTF8),
        (Dialect("utf-8", ";", "\r\n", quote_all=True), UTF8),
        (Dialect("utf-16-le", "\t", "\n"), UTF16),
        (Dialect("cp1252", ";", "\r\n"), CP1252),
        (Dialect("cp1252", ",", "\n", quote_all=True), CP1252),
    ],
)
def test_a_table_saved_by_libreoffice_has_the_same_cells(tmp_path: Path, dialect: Dialect, charset: int) -> None:
    rows = [{"settings": f"settings/Mäuse/{n}.toml", "rev": str(n + 7), **cells} for n, cells in enumerate(CELLS)]
    data = render_table(COLUMNS_WITH_OWN, rows, dialect)
    before = parse_table(data)

    after = saved_by_libreoffice(data, tmp_path, dialect.delimiter, charset, dialect.quote_all)

    assert after.columns == before.columns
    assert after.problems == ()
    for old, new in zip(before.rows, after.rows, strict=True):
        assert {name: new[name] for name in AS_TEXT} == {name: old[name] for name in AS_TEXT}
        assert all(same_cell(old[name], new[name]) for name in COLUMNS), (old, new)
    found = after.dialect
    assert (found.delimiter, found.quote_all) == (dialect.delimiter, dialect.quote_all)
    assert found.encoding.removesuffix("-sig") == dialect.encoding.removesuffix("-sig")


def test_a_table_saved_with_another_separator_is_written_so_from_then_on(tmp_path: Path) -> None:
    rows = [{"settings": "settings/ä.toml", "status": "pending", "minutes": "12.5", "notes": "=1+1", "rev": "3"}]

    after = saved_by_libreoffice(render_table(COLUMNS, rows, DEFAULT), tmp_path, ";", UTF8)

    assert after.dialect.delimiter == ";"
    again = parse_table(render_table(after.columns, after.rows, after.dialect))
    assert again.dialect.delimiter == ";"
    assert {name: again.rows[0][name] for name in rows[0]} == rows[0]
