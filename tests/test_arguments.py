"""How every script begins and ends: real scripts that do one thing each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


def command(body: str) -> list[str]:
    """Return a command whose ``main`` has ``body`` as its lines."""
    head = f"import os, sys; sys.path.insert(0, {str(SCRIPTS)!r}); from _arguments import parser, run\n"
    lines = "\n    ".join(body.splitlines())
    return [sys.executable, "-c", f"{head}def main():\n    {lines}\nrun(main)"]


def call(body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(body), capture_output=True, encoding="utf-8", env={**os.environ, **environment}, timeout=60
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [("return 0", 0), ("return 1", 1), ("raise KeyboardInterrupt", 130), ("parser('a', 'b').parse_args(['--no'])", 2)],
)
def test_the_exit_status_says_how_it_ended(body: str, status: int) -> None:
    assert call(body).returncode == status


def test_an_error_for_a_person_is_its_sentence_alone() -> None:
    done = call("from ethonight.errors import WorkspaceError\nraise WorkspaceError('The table is damaged.')")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "The table is damaged.\n")


def test_a_mistake_in_the_program_is_not_hidden() -> None:
    done = call("return 1 // 0")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_any_character_can_be_printed_anywhere() -> None:
    done = call("print('Zürich 実験', chr(0xD800))\nreturn 0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (0, "Zürich 実験 ?\n")


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    body = "sys.stdin.read()\nprint('line\\n' * 100_000)\nreturn 0"
    process = subprocess.Popen(
        command(body), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141
    process.stderr.close()


def test_paths_are_meant_from_where_the_person_is(tmp_path: Path) -> None:
    body = "print(os.getcwd(), 'INIT_CWD' in os.environ)\nreturn 0"
    assert call(body, INIT_CWD=str(tmp_path)).stdout == f"{tmp_path.resolve()} False\n"
    assert call(body, INIT_CWD=str(tmp_path / "gone")).stdout == f"{Path.cwd()} False\n"
    assert call(body).stdout == f"{Path.cwd()} False\n"


def test_the_workspace_is_the_repository_or_what_is_asked_for(tmp_path: Path) -> None:
    body = "print(parser('a', 'b').parse_args({words}).workspace)\nreturn 0"
    assert call(body.format(words=[])).stdout == f"{SCRIPTS.parent}\n"
    assert call(body.format(words=["--workspace", str(tmp_path)])).stdout == f"{tmp_path}\n"
