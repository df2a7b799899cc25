"""The files that git would commit, which these conventions are about."""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Tracked files and those not yet added, without the ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(ROOT / name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def named(*suffixes: str) -> tuple[Path, ...]:
    return tuple(path for path in tracked() if path.suffix in suffixes)


def product_files(*suffixes: str) -> tuple[Path, ...]:
    """The product's own files, without the tests."""
    return tuple(path for path in named(*suffixes) if shown(path).split("/")[0] in PACKAGES)


def comments(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file in which the pattern is found, with their lines. Tokens are dear: a file that has the
    words nowhere has them in no comment."""
    text = path.read_text("utf-8")
    if wanted.search(text):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and wanted.search(token.string):
                yield token.start[0], token.string


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PACKAGES = frozenset({"processes", "engine", "forms", "webapp"})
