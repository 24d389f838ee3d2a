"""README and the pages of ``docs/``, for reading in the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ethonight.errors import UsageError
from ethonight.suggest import closest


@dataclass(frozen=True)
class Page:
    """One Markdown file. ``title`` is its first heading, or its name where it has none."""

    name: str
    path: Path
    title: str


def list_pages(repository: Path) -> list[Page]:
    """Return README.md first, then ``docs/*.md`` by name."""
    paths = [repository / "README.md", *sorted((repository / "docs").glob("*.md"))]
    return [Page(path.stem, path, _title(path)) for path in paths if path.is_file()]


def find_page(repository: Path, name: str) -> Page:
    """Return the page called ``name``, with or without ``.md`` and ``docs/``, upper or lower case.

    Raises UsageError, with a suggestion, when there is none.
    """
    wanted = Path(name.replace("\\", "/")).name.removesuffix(".md").lower()
    pages = {page.name.lower(): page for page in list_pages(repository)}
    if wanted in pages:
        return pages[wanted]
    close = closest(wanted, pages)
    hint = f"Did you mean '{close}'?" if close else f"Pages: {', '.join(pages)}."
    raise UsageError(f"There is no page '{name}'. {hint}")


def listing(repository: Path) -> str:
    """Return the pages and their titles, one a line, for the end of the README."""
    return "\n".join(f"- `{page.name.lower()}`: {page.title}" for page in list_pages(repository))


def read_page(page: Page) -> str:
    """Return the page's Markdown. Raises UsageError when the file cannot be read."""
    try:
        return page.path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The page {page.path} cannot be read: {error}.") from error


def _title(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as stream:
        headings = (line.removeprefix("# ").strip() for line in stream if line.startswith("# "))
        return next(headings, path.stem)
