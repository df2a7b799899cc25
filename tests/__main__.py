"""python -m tests: format, lint, types, layers, then the tests. What CI runs, and `make test`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

from tests.support.flows import FOLDER

CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy", "--no-error-summary"],
    "layers": ["tests.conventions.test_layers"],
}
MENDED_BY = {"format": "make format"}
SIDE_BY_SIDE = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]
"""One process per core. The tests of one file stay together, for what is made once; in the order of `conftest`."""

ARROWS = "tests/conventions/test_flow_coverage.py"


def main(arguments: list[str]) -> int:
    """Every check runs even if one before it failed, so that one round shows all there is to mend. The types take one
    processor for a minute where nothing is known of them yet: the tests begin beside them."""
    # Without kept bytecode each process translates the program anew, and each worker also all tests: a minute in all.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    only_checks = "--only-checks" in arguments
    # A whole run asks for the layers among its tests.
    asked = {name: command for name, command in CHECKS.items() if name != "layers" or arguments}
    with ThreadPoolExecutor(1) as beside:
        checked = beside.submit(_checked, asked)
        rest = [argument for argument in arguments if argument != "--only-checks"]
        broken = [] if only_checks else _tested(rest)
        failed = [*checked.result(), *broken]
    if failed:
        named = [f"{name} (run `{MENDED_BY[name]}`)" if name in MENDED_BY else name for name in failed]
        sys.stderr.write(f"Failed: {', '.join(named)}\n")
    return 1 if failed else 0


def _checked(asked: Mapping[str, list[str]]) -> list[str]:
    return [name for name, command in asked.items() if not _passes(name, command)]


def _tested(arguments: list[str]) -> list[str]:
    """Return the parts that failed. After a whole run, the records of all its processes must cover every arrow."""
    with TemporaryDirectory() as folder:
        if not arguments:
            os.environ[FOLDER] = folder
        failed = [] if _passes("tests", ["pytest", *SIDE_BY_SIDE, *arguments], quiet=False) else ["tests"]
        if not arguments and not failed and not _passes("arrows", ["pytest", "-q", ARROWS]):
            failed.append("arrows")
    return failed


def _passes(name: str, command: list[str], *, quiet: bool = True) -> bool:
    began = time.monotonic()
    outcome = subprocess.run([sys.executable, "-m", *command], check=False, capture_output=quiet, text=True)
    verdict = "ok" if outcome.returncode == 0 else "FAILED"
    sys.stderr.write(f"{name:8} {verdict} ({time.monotonic() - began:.1f} s)\n")
    if quiet and outcome.returncode:
        sys.stderr.write(outcome.stdout + outcome.stderr)
    return outcome.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
