"""Every text of the shipped forms can be read in Swedish and in English, and no translation has lost its text."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.translations import DIRECTORY, texts_of

LANGUAGES = ("sv", "en")
ROOT = Path(__file__).parents[2]
OTHER_WORDS = re.compile(
    r"\b(?:tas|tar|togs|tagits)(?: inte)? upp\b[^.]*(?:klient|hjälpsystem|på en annan grund)|\bbesväret\b",
    re.IGNORECASE,
)
"""The Acts say *upptas* (746/2011 35 §) and *besvären* (808/2019)."""


def catalogue(language):
    return polib.pofile((DIRECTORY / f"{language}.po").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def texts():
    """The Finnish texts, and the forms they stand in."""
    found: dict[str, set[str]] = {}
    for key in form_keys():
        for text in texts_of(read_form(key, parse=parse)):
            found.setdefault(text, set()).add(key)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_every_form_is_translated(texts, language):
    translated = {entry.msgid for entry in catalogue(language) if entry.msgstr.strip()}

    assert {text: keys for text, keys in texts.items() if text not in translated} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(texts, language):
    assert {entry.msgid for entry in catalogue(language)} - set(texts) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_translated_once(language):
    translated = [entry.msgid for entry in catalogue(language)]

    assert len(translated) == len(set(translated))


def test_words_we_are_unsure_of_in_swedish_are_marked_for_review():
    unreviewed = {entry.msgid for entry in catalogue("sv") if "unreviewed" in entry.comment}

    assert {"Ohjaaja", "Pyyntö on jumissa", "Käsittelyluokka"} <= unreviewed


def test_swedish_has_the_words_of_the_acts():
    folders = ("engine", "forms", "processes", "webapp/translations")
    paths = [path for each in folders for path in (ROOT / each).rglob("*.po")]
    paths = [path for path in paths if "sv" in (path.stem, *path.parts)]
    assert len(paths) > 5
    entries = [entry for path in paths for entry in polib.pofile(str(path))]
    spoken = [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in spoken if OTHER_WORDS.search(text)] == []
