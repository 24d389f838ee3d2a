"""Check the code: format, lint, types. For developers."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
CHECKS = (("ruff", "format", "--check", "."), ("ruff", "check", "."), ("mypy",))
EXAMPLES = """examples, to be written after "pixi run" or "python3 run.py":
  check          say what is wrong
  check --fix    first mend what can be mended by itself"""


def main() -> int:
    """Run every check, also after one that failed; return 1 when any did."""
    parser = argparse.ArgumentParser(
        prog="check", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fix", action="store_true", help="first format the code and mend simple findings")
    if parser.parse_args().fix:
        for mending in (("ruff", "check", "--fix", "--quiet", "."), ("ruff", "format", "--quiet", ".")):
            tool_passes(mending)
    failed = [words for words in CHECKS if not tool_passes(words)]
    return 1 if failed else 0


def tool_passes(words: tuple[str, ...]) -> bool:
    print("$", *words, flush=True)
    return subprocess.run([sys.executable, "-m", *words], cwd=REPOSITORY).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
