"""Say whether there is a GPU, whether it can be used, and what to do when it cannot."""

from __future__ import annotations

import json

from rich.console import Console

from _arguments import parser, run
from ethonight.gpu_view import as_document, rendered, survey

EXAMPLES = """  check-gpu
  check-gpu --json"""


def main() -> int:
    arguments = parser("Is there a GPU, and can it be used? The exit status is 0 either way.", EXAMPLES)
    arguments.add_argument("--json", action="store_true", help="print the findings for a program")
    as_json = arguments.parse_args().json
    found = survey()
    if as_json:
        print(json.dumps(as_document(found), indent=2))
    else:
        Console().print(rendered(found))
    return 0


if __name__ == "__main__":
    run(main)
