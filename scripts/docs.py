"""Show the documentation in the terminal."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.markdown import Markdown

from _arguments import REPOSITORY, parser, run
from ethonight.docs_page import find_page, listing, read_page

EXAMPLES = """  docs                 the README
  docs --list          which pages there are
  docs architecture    one page of docs/"""


def main() -> int:
    arguments = parser("Show the README or a page of docs/.", EXAMPLES)
    arguments.add_argument(
        "page", nargs="?", default="readme", metavar="PAGE", help="name of the page (default: readme)"
    )
    arguments.add_argument("--list", action="store_true", help="list the pages")
    asked = arguments.parse_args()
    show(listing(REPOSITORY) if asked.list else read_page(find_page(REPOSITORY, asked.page)))
    return 0


def show(text: str) -> None:
    """Print Markdown; on a terminal, a text longer than the screen is shown page by page."""
    console = Console()
    page = Markdown(text)
    lines = len(console.render_lines(page)) if console.is_terminal else 0
    if lines < console.height or not sys.stdin.isatty():
        console.print(page)
        return
    os.environ.setdefault("LESS", "-R")
    with console.pager(styles=sys.platform != "win32"):
        console.print(page)


if __name__ == "__main__":
    run(main)
