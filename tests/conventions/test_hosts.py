"""Nothing tracked names a registry, a machine's path or a built file."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conventions.tracked import ROOT, named, shown, tracked

REGISTRY = re.compile(
    r'"resolved":\s*"https?:|^-(-extra)?(-index-url|i )\s*https?:|^--find-links|registry\s*=\s*"?https?:'
    r"|(files|registry)\.[a-z]+[a-z.]*/(packages|simple)|https?://registry\.",
    re.MULTILINE,
)
BINARY = {".ttf", ".otf", ".woff", ".woff2", ".png", ".jpg", ".ico", ".pdf", ".zst", ".db"}
BUILT = re.compile(r"(^|/)(node_modules|static/build|dist|__pycache__)/|\.(mo|pyc|map)$")


def test_no_download_address_is_tracked():
    assert {shown(path) for path in _texts() if REGISTRY.search(path.read_text())} == set()


def test_no_path_of_this_machine_is_tracked():
    here = f"{ROOT.parent}/"
    if len(ROOT.parent.parts) < 2:
        here = f"{ROOT}/"

    assert {shown(path) for path in _texts() if here in path.read_text() or "/home/" in path.read_text()} <= {
        shown(Path(__file__).resolve())
    }


def test_nothing_built_is_tracked():
    assert {shown(path) for path in tracked() if BUILT.search(shown(path))} == set()


def test_locks_carry_hashes():
    for lock in (path for path in named(".txt") if path.name.startswith("requirements")):
        entries = re.split(r"\n(?=\S)", lock.read_text().strip())
        bare = [
            entry.split()[0]
            for entry in entries
            if not entry.startswith("#") and "--hash=sha256:" not in entry
        ]
        assert bare == [], lock.name


def _texts() -> list[Path]:
    return [path for path in tracked() if path.suffix not in BINARY]
