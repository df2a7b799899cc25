"""A browser's own folder on the disk, and the traces that anyone with the device could find in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

from playwright.sync_api import Browser, Page

from tests.support.chromium import FLAGS, PATIENCE, PHONE, executable


@contextmanager
def kept_in(folder: Path, browser: Browser, *, scripts: bool = True) -> Iterator[Page]:
    """A browser as on somebody's telephone, closed at the end so that all it keeps is written."""
    context = browser.browser_type.launch_persistent_context(
        str(folder),
        executable_path=str(executable()),
        args=list(FLAGS),
        viewport=PHONE,
        locale="fi-FI",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context.pages[0]
    finally:
        context.close()


def _ways(word: str) -> Iterator[bytes]:
    """Yield the word as it is kept in files, and as it goes in a posted form."""
    for text in (word, quote_plus(word).lower(), quote(word).lower()):
        yield text.encode()
        yield text.encode("utf-16-le")


def found_in(folder: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Return each word found, with the files that hold it in any writing browsers use. Every file is read."""
    written = {word: set(_ways(word.lower())) for word in words}
    found: dict[str, list[str]] = {}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = file.read_bytes().lower()
        for word, ways in written.items():
            if any(way in data for way in ways):
                found.setdefault(word, []).append(str(file.relative_to(folder)))
    return found


def history_of(folder: Path) -> dict[str, str]:
    """Return the title of each address in the history."""
    with closing(sqlite3.connect(folder / "Default" / "History")) as history:
        return dict(history.execute("select url, title from urls").fetchall())
