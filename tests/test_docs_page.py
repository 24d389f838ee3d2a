"""The pages that `docs` shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ethonight.docs_page import find_page, list_pages, listing, read_page
from ethonight.errors import UsageError

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "docs.py"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("Some words first.\n\n# Ethonight\n\nTracks *at night*.\n", "utf-8")
    (tmp_path / "docs" / "reliability.md").write_text("No heading here.\n", "utf-8")
    (tmp_path / "docs" / "architecture.md").write_text("# Architecture\n", "utf-8")
    (tmp_path / "docs" / "picture.png").write_bytes(b"")
    return tmp_path


def test_the_readme_comes_first_then_the_pages_by_name(repository: Path) -> None:
    pages = [(page.name, page.title) for page in list_pages(repository)]
    assert pages == [("README", "Ethonight"), ("architecture", "Architecture"), ("reliability", "reliability")]
    assert "- `architecture`: Architecture" in listing(repository)


@pytest.mark.parametrize("name", ["architecture", "Architecture", "architecture.md", "docs/architecture.md"])
def test_a_page_is_found_however_it_is_written(repository: Path, name: str) -> None:
    assert read_page(find_page(repository, name)) == "# Architecture\n"


def test_an_unknown_page_gets_a_suggestion(repository: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no page 'arcitecture'\. Did you mean 'architecture'\?"):
        find_page(repository, "arcitecture")
    with pytest.raises(UsageError, match="Pages: readme, architecture, reliability"):
        find_page(repository, "xyzzy")


def test_a_page_that_is_no_text_is_refused(repository: Path) -> None:
    (repository / "docs" / "architecture.md").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(UsageError, match="cannot be read"):
        read_page(find_page(repository, "architecture"))


def docs(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, encoding="utf-8")


def test_the_task_shows_the_readme_rendered() -> None:
    done = docs()
    assert done.returncode == 0, done.stderr
    assert "Ethonight" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("# ")]


def test_the_task_lists_its_pages() -> None:
    done = docs("--list")
    assert done.returncode == 0, done.stderr
    assert "readme: " in done.stdout


def test_the_task_refuses_an_unknown_page() -> None:
    done = docs("no-such-page-at-all")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no page 'no-such-page-at-all'.")
