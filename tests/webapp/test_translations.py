"""Every word of the pages in every language, once."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import lxml.etree
import polib
import pytest

from engine.bootstrap import shipped_files
from engine.domain.text_reviews import FaultKind, SourceText, faults_of
from tests.support.messages import WEB, messages_of_the_web
from webapp.http.languages import LANGUAGES, PUBLIC_LANGUAGES, SOURCE
from webapp.rendering.words.table_words import GROUNDS

STAFF_LANGUAGES = sorted(set(LANGUAGES) - {SOURCE})
EVERY_LANGUAGE = sorted({*LANGUAGES, *PUBLIC_LANGUAGES} - {SOURCE})
_SAYS_HEN = re.compile(r"msgstr.*\b[Hh]ens?\b")
_PLACES = re.compile(r"%\(\w+\)[sd]")


def catalogues(language: str) -> list[Path]:
    return sorted((WEB / "translations" / language / "LC_MESSAGES").glob("*.po"))


@cache
def read(file: Path) -> polib.POFile:
    return polib.pofile(str(file))


def entries(language: str) -> list[polib.POEntry]:
    return [entry for file in catalogues(language) for entry in read(file) if not entry.obsolete]


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_no_message_is_missing(language: str) -> None:
    known = {entry.msgid for entry in entries(language) if entry.msgstr or all(entry.msgstr_plural.values())}

    missing = {
        f"{place}: {message}"
        for message, place in messages_of_the_web().items()
        if (message if isinstance(message, str) else message[0]) not in known
    }

    assert not missing


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_places_are_filled_in_every_language(language: str) -> None:
    wrong = []
    for entry in entries(language):
        wanted = set(_PLACES.findall(entry.msgid + entry.msgid_plural))
        translated = [
            set(_PLACES.findall(text)) for text in (entry.msgstr, *entry.msgstr_plural.values()) if text
        ]
        # "One thing is missing" may leave its number out, and nothing else: see the plural forms below.
        if any(places - wanted or wanted - places - {"%(num)d"} for places in translated):
            wrong.append(entry.msgid)

    assert not wrong


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_plural_form_that_stands_for_several_numbers_says_which(language: str) -> None:
    """The check of the reviewers' pages, over the staff's texts too."""
    numberless = [
        entry.msgid
        for entry in entries(language)
        if entry.msgid_plural
        for fault in faults_of(
            language, SourceText(entry.msgid, entry.msgid_plural), tuple(entry.msgstr_plural.values())
        )
        if fault.kind is FaultKind.NUMBERLESS
    ]

    assert not numberless


def test_every_ground_that_a_table_gives_has_words_in_the_staffs_languages() -> None:
    """A ground without a Finnish word, such as "615/2020 15 §", needs none."""
    given = set()
    for path, data in shipped_files().items():
        if not path.endswith(".dmn"):
            continue
        table = lxml.etree.fromstring(data)
        columns = table.xpath("//*[local-name()='output']/@name")
        for place, name in enumerate(columns, 1):
            if name in {"why", "basis"}:
                cells = table.xpath(
                    "//*[local-name()='rule']/*[local-name()='outputEntry'][$place]", place=place
                )
                given |= {"".join(cell.itertext()).strip().strip('"') for cell in cells}
    assert {each for each in given if re.search(r"[a-zäö]{3}", each)} == set(GROUNDS)


def test_no_catalogue_has_an_entry_twice() -> None:
    twice = [
        f"{file.name}: {msgid}"
        for language in EVERY_LANGUAGE
        for file in catalogues(language)
        for msgid, times in Counter(entry.msgid for entry in read(file)).items()
        if times > 1
    ]

    assert not twice


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_message_has_one_translation(language: str) -> None:
    translated: dict[str, str] = {}
    twice = [
        entry.msgid
        for entry in entries(language)
        if entry.msgid
        and translated.setdefault(entry.msgid, entry.msgstr or str(entry.msgstr_plural))
        != (entry.msgstr or str(entry.msgstr_plural))
    ]

    assert not twice


def test_no_swedish_page_form_or_letter_says_hen() -> None:
    """Authorities' Swedish names the person instead."""
    written = [
        *catalogues("sv"),
        *(WEB.parent / "engine" / "translations").glob("*sv.po"),
        WEB.parent / "forms" / "translations" / "sv.po",
    ]
    texts = (file.read_text("utf-8").replace('"\n"', "") for file in written)
    found = [line for text in texts for line in text.splitlines() if _SAYS_HEN.match(line)]

    assert found == []


def test_the_test_finds_a_message_of_each_kind_of_file() -> None:
    found = messages_of_the_web()

    assert found["Jatka koodilla"].startswith("webapp/templates/")
    assert found["Kirjoita koodisi."].startswith("webapp/public/codes.py")
    assert found["kirjaaja"].startswith("webapp/rendering/words/labels.py")
    assert "Tilanne on muuttunut." in found
    assert ("Yhteen kohtaan ei ole vastattu.", "%(num)d kohtaan ei ole vastattu.") in found
