"""A table that LibreOffice opens and saves again has the same cells: the real program, several dialects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ethonight.ledger.cells import same_cell
from ethonight.ledger.dialect import DEFAULT, Dialect
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import COLUMNS, Row, State
from ethonight.ledger.table_text import parse_table, render_table
from ethonight.workspace import Workspace

Save = Callable[[bytes, str, int, bool], bytes]
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
def test_a_table_saved_by_libreoffice_has_the_same_cells(libreoffice: Save, dialect: Dialect, charset: int) -> None:
    rows = [{"settings": f"settings/Mäuse/{n}.toml", "rev": str(n + 7), **cells} for n, cells in enumerate(CELLS)]
    data = render_table(COLUMNS_WITH_OWN, rows, dialect)
    before = parse_table(data)

    after = parse_table(libreoffice(data, dialect.delimiter, charset, dialect.quote_all))

    assert after.columns == before.columns
    assert after.problems == ()
    for old, new in zip(before.rows, after.rows, strict=True):
        assert {name: new[name] for name in AS_TEXT} == {name: old[name] for name in AS_TEXT}
        assert all(same_cell(old[name], new[name]) for name in COLUMNS), (old, new)
    found = after.dialect
    assert (found.delimiter, found.quote_all) == (dialect.delimiter, dialect.quote_all)
    assert found.encoding.removesuffix("-sig") == dialect.encoding.removesuffix("-sig")


def test_a_table_saved_with_another_separator_is_written_so_from_then_on(libreoffice: Save) -> None:
    rows = [{"settings": "settings/ä.toml", "status": "pending", "minutes": "12.5", "notes": "=1+1", "rev": "3"}]

    after = parse_table(libreoffice(render_table(COLUMNS, rows, DEFAULT), ";", UTF8, False))

    assert after.dialect.delimiter == ";"
    again = parse_table(render_table(after.columns, after.rows, after.dialect))
    assert again.dialect.delimiter == ";"
    assert {name: again.rows[0][name] for name in rows[0]} == rows[0]


@pytest.mark.parametrize(("separator", "charset", "quote_all"), [(";", CP1252, False), ("\t", UTF16, True)])
def test_edits_saved_by_libreoffice_reach_the_ledger_and_its_reformatting_changes_nothing(
    libreoffice: Save, tmp_path: Path, separator: str, charset: int, quote_all: bool
) -> None:
    workspace = Workspace.open(tmp_path)
    times = {"started": "2026-03-01 22:04", "finished": "2026-03-01 23:10", "minutes": "66.0"}
    with Ledger(workspace, "test") as ledger:
        ledger.record(*[Row(f"settings/{n}.toml", video=f"Mäuse {n}", task="command") for n in range(4)])
        first = ledger.rows["settings/0.toml"]
        ledger.record(replace(first, state=State.RUNNING, attempts=1))
        ledger.record(replace(ledger.rows[first.settings], state=State.DONE, message="=SUM(A1)", **times))
        ledger.sync()
        before = dict(ledger.rows)

        saved = edited(libreoffice(workspace.table.read_bytes(), separator, charset, quote_all))
        workspace.table.write_bytes(libreoffice(saved, separator, charset, quote_all))
        ledger.settle()
        ledger.sync()

        after = dict(ledger.rows)
    assert (after["settings/1.toml"].hold, after["settings/1.toml"].notes) == ("skip", "Größe = 5")
    assert after["settings/2.toml"].priority == 7
    unchanged = ("settings/0.toml", "settings/3.toml")
    assert {key: after[key] for key in unchanged} == {key: before[key] for key in unchanged}
    published = parse_table(workspace.table.read_bytes())
    assert published.dialect.delimiter == separator
    assert published.rows[0]["message"] == "=SUM(A1)"
    assert [row["status"] for row in published.rows] == ["done", "skip", "pending", "pending"]


def edited(data: bytes) -> bytes:
    """Return the saved table with a few cells changed by a person."""
    table = parse_table(data)
    rows = [dict(row) for row in table.rows]
    rows[1] |= {"status": "skip", "notes": "Größe = 5"}
    rows[2] |= {"priority": "7"}
    return render_table(table.columns, rows, table.dialect)
