"""Every sentence a page says stands in the Swedish and the English catalogue, with the same places to fill in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir

from tests.conventions.tracked import ROOT

WEB = ROOT / "webapp"
FUNCTIONS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
METHODS = [("frontend/**", "ignore"), ("static/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
PLACES = re.compile(r"%\((\w+)\)[sd]")


@cache
def said() -> frozenset[str]:
    """The Finnish of every page, as it stands in the source."""
    found = extract_from_dir(
        WEB, METHODS, OPTIONS, keywords=FUNCTIONS, directory_filter=lambda path: "node_modules" not in path
    )
    messages = {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}
    return frozenset(message for message in messages if message)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_sentence_is_missing(language):
    entries = {entry.msgid: entry for file in _catalogues(language) for entry in polib.pofile(str(file))}
    done = {text for text, entry in entries.items() if entry.translated() and not entry.fuzzy}

    assert said() - done == set()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_translation_fills_in_the_same_places(language):
    wrong = {
        entry.msgid
        for file in _catalogues(language)
        for entry in polib.pofile(str(file))
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if text and not set(PLACES.findall(text)) <= {*PLACES.findall(entry.msgid), "num"}
    }

    assert wrong == set()


def _catalogues(language: str) -> list[Path]:
    return sorted((WEB / "translations" / language / "LC_MESSAGES").glob("*.po"))
