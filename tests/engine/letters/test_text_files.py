"""A letter's text read, written and checked: the shipped ones come back byte for byte, and a mistake is named in its field."""

from __future__ import annotations

import re

import pytest

from engine.bootstrap import shipped_files
from engine.domain.wording import compose
from engine.letters.checking import problems_of, stale_translations
from engine.letters.files import TextUnreadable, read_text, write_text
from engine.letters.samples import invented

TEXTS = {path: data for path, data in shipped_files().items() if path.endswith(".toml")}
HEARING = "assess_and_resolve/texts/hearing.toml"


@pytest.mark.parametrize("path", sorted(TEXTS))
def test_a_shipped_text_is_written_as_it_was_read(path):
    assert write_text(read_text(TEXTS[path])) == TEXTS[path]


@pytest.mark.parametrize("path", sorted(TEXTS))
def test_a_shipped_text_has_no_mistakes_and_an_invented_value_for_everything(path):
    text = read_text(TEXTS[path])

    assert problems_of(text) == ()
    given = {name: "asetus" for name, what in text.get("values", {}).items() if "asetus" in what}
    for language in (each for each in ("fi", "sv", "en") if each in text):
        values = invented(text, language, given)
        assert [name for name, value in values.items() if value.startswith("«")] == []
        compose(text, language, values)
        if language == "en":
            digits = [value for value in values.values() if re.search(r"\d\.\d{1,2}\.\d{4}", value)]
            assert digits == [], "an English day has its month in letters"


@pytest.mark.parametrize("value", ['"', "\\", "\x7f", "\t", "ä “x” ■", "{a}", "'''", "#"])
def test_every_character_is_read_back_as_written(value):
    text = {
        "key": "x",
        "fi": {"title": value, "sections": [{"key": "a", "paragraphs": [value, value], "when": []}]},
    }

    assert read_text(write_text(text)) == text


SHAPELESS = (
    "",
    "fi = 5",
    "[sv]",
    "values = 5\n[fi]",
    "[fi]\n[values]\nname = 5",
    'optional = "name"\n[fi]',
    "[fi]\ntitle = 5",
    "[fi]\nsections = 5",
    "[fi]\nsections = [5]",
    "[[fi.sections]]\nkey = []",
    "[[fi.sections]]\nkey = 'a'\nparagraphs = 'one'",
    "[[fi.sections]]\nparagraphs = ['one']",
    "[fi]\n[[sv.sections]]\nkey = 'a'\nwhen = [5]",
)


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"[x", *(each.encode() for each in SHAPELESS)])
def test_a_file_that_is_no_text_is_refused(data):
    with pytest.raises(TextUnreadable):
        read_text(data)


def _hearing(words: str, *, place: int = 2, part: str = "paragraphs", language: str = "fi"):
    text = read_text(TEXTS[HEARING])
    text[language]["sections"][place][part] = words if part == "heading" else [words]
    return [(each.severity, each.language, each.place, each.sentence_in("fi")) for each in problems_of(text)]


def test_a_misspelt_value_is_named_with_the_one_that_was_meant():
    found = _hearing("Asia {referense}, {proposed_outcome}, {reference}")

    assert found == [("error", "fi", "2.paragraphs", "Tietoa {referense} ei ole. Tarkoititko {reference}?")]


def test_a_value_that_is_nothing_like_any_is_named():
    assert _hearing("{xyzzy} {reference} {proposed_outcome}")[0][3] == (
        "Tietoa {xyzzy} ei ole. Käytä jotain luettelon tiedoista."
    )


@pytest.mark.parametrize("words", ["{", "a } b", "{Reference}", "{}"])
def test_a_brace_alone_is_a_mistake(words):
    assert "yksinäinen aaltosulje" in _hearing(words)[0][3]


def test_a_translation_that_forgot_a_value_is_asked_about_and_not_refused():
    found = _hearing("Vi överväger {proposed_outcome}.", language="sv")

    assert found == [
        (
            "warning",
            "sv",
            "2.paragraphs",
            "Tästä puuttuu tieto {reference}, joka on suomenkielisessä kohdassa.",
        )
    ]


def test_a_character_that_no_font_has_is_named():
    assert "𓀀" in _hearing("𓀀", part="heading")[0][3]


def test_a_condition_on_a_missing_value_and_an_empty_section_are_mistakes():
    text = read_text(TEXTS[HEARING])
    text["fi"]["sections"][1] |= {"when": ["!nothing", "reference=x"], "paragraphs": []}

    assert [each.place for each in problems_of(text) if each.severity == "error"] == [
        "1.when",
        "1.paragraphs",
    ]


@pytest.mark.parametrize("place", ["title", "intro"])
def test_a_translation_is_stale_when_only_the_finnish_words_changed(place):
    before = read_text(TEXTS[HEARING])

    def changed(*languages):
        text = read_text(TEXTS[HEARING])
        for language in languages:
            if place == "title":
                text[language]["title"] += " nyt"
            else:
                text[language]["sections"][2]["paragraphs"].append("Nyt.")
        return [(each.language, each.place) for each in stale_translations(before, text)]

    assert changed() == []
    assert changed("sv") == []
    assert changed("fi") == [("sv", place), ("en", place)]
    assert changed("fi", "sv") == [("en", place)]
    assert changed("fi", "sv", "en") == []


def test_a_new_place_and_a_changed_condition_leave_no_translation_behind():
    before, after = read_text(TEXTS[HEARING]), read_text(TEXTS[HEARING])
    after["fi"]["sections"].append({"key": "new", "paragraphs": ["Uusi."]})
    after["fi"]["sections"][2]["when"] = ["reference"]

    assert stale_translations(before, after) == ()
