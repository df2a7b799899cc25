"""A browser's own folder on the disk, and the traces that anyone with the device could find in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from playwright.sync_api import Browser, Page

from tests.support.chromium import FLAGS, PATIENCE, PHONE, executable
from tests.support.firefox import firefox
from tests.support.tabs import ChromiumTab, Tab

BROWSERS: Final = ("chromium", "firefox")
KEYS: Final = ("back", "reload", "leave")
TRACED: Final = tuple(product(BROWSERS, (True, False), KEYS))
"""Asked of each page of each journey: the browser, with scripts, the key."""
PORTION: Final = 8
"""Pages and keys that are asked together in a deep run: the start of a process takes as long as one of them."""
_HISTORIES: Final = {
    "chromium": ("Default/History", "select url, title from urls"),
    "firefox": ("places.sqlite", "select url, coalesce(title, '') from moz_places"),
}
_OWN_SCRIPTS: Final = "startupCache"
_PACKED: Final = b"mozLz40\0"
"""Begins the files in which Firefox keeps its sessions."""


@contextmanager
def kept_in(folder: Path, which: str, browser: Browser, *, scripts: bool = True) -> Iterator[Tab]:
    """A browser as on somebody's device, closed at the end so that all it keeps is written. `browser` is the running
    Chromium, beside which one with a folder of its own is begun."""
    if which == "firefox":
        with firefox(folder, scripts=scripts) as tab:
            yield tab
        return
    with page_kept_in(folder, browser, scripts=scripts) as page:
        yield ChromiumTab(page)


@contextmanager
def page_kept_in(folder: Path, browser: Browser, *, scripts: bool = True) -> Iterator[Page]:
    """A page of Chromium with a folder of its own."""
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
    if not word.isascii():
        yield word.encode("latin-1", "ignore")


def found_in(folder: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Return each word found, with the files that hold it in any writing browsers use. Every file is read but Firefox's
    copies of its own scripts."""
    written = {word: set(_ways(word.lower())) for word in words}
    found: dict[str, list[str]] = {}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        if file.parent.name == _OWN_SCRIPTS:
            continue
        data = unpacked(file.read_bytes()).lower()
        for word, ways in written.items():
            if any(way in data for way in ways):
                found.setdefault(word, []).append(str(file.relative_to(folder)))
    return found


def unpacked(data: bytes) -> bytes:
    """Return the content of a file of Firefox's sessions, which is one block of LZ4; any other as it is."""
    if not data.startswith(_PACKED):
        return data
    made, at = bytearray(), len(_PACKED) + 4
    while at < len(data):
        token = data[at]
        length, at = _length(data, at + 1, token >> 4)
        made += data[at : at + length]
        at += length
        if at >= len(data):
            break
        start = len(made) - int.from_bytes(data[at : at + 2], "little")
        length, at = _length(data, at + 2, token & 15)
        for place in range(start, start + length + 4):
            made.append(made[place])
    return bytes(made)


def _length(data: bytes, at: int, length: int) -> tuple[int, int]:
    """Return a length that may go on in the next bytes, and the place after it."""
    more = 255 if length == 15 else 0
    while more == 255:
        more = data[at]
        length, at = length + more, at + 1
    return length, at


def history_of(folder: Path, which: str) -> dict[str, str]:
    """Return the title of each address in the history."""
    file, question = _HISTORIES[which]
    with closing(sqlite3.connect(folder / file)) as history:
        return dict(history.execute(question).fetchall())
