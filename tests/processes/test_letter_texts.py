"""The words of letters and messages: whole in every language, neutral where strangers may read, law as we know it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import polib
import pytest

from engine.letters.translating import in_language, lines_of
from forms.translations import THROUGH_ENGLISH
from webapp.translations.sources import TO_PEOPLES_MAILBOXES

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"
LISTS = ("paragraphs", "items", "after")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
LANGUAGES = {
    "frame": ["fi", "sv"],
    "part": ["fi", "sv"],
    "annex": ["fi", "sv"],
    "resolution": ["fi", "sv"],
    "receipt": ["fi", "sv", "en"],
    "card": ["fi", "sv", "en"],
    "explanation": ["fi", "sv", "en"],
    "mail": ["fi", "sv", "en"],
}
TELLING = re.compile(
    "auttamis|ihmiskaup|uhri|hjälpsystem|människohandel|offer|traffick|victim|assistance"
    "|hakemu|ansökan|application|päätö|beslut|decision|asia"
)
OFFICIAL = {
    "mail_request_official",
    "mail_request_referrer",
    "mail_reminder_official",
    "mail_new_date_official",
    "mail_message_closed_official",
}
"""To a professional's own mailbox: they say who asks, on which ground, under which reference. They name nobody."""
SWEDISH = {
    r"avför\w*( \S+){0,5} ur (hjälp)?system": "avförs från hjälpsystemet (746/2011 33 and 38 f §)",
    r"avlägsna\w*( \S+){0,5} (ur|från) (hjälp)?system": "avförs från hjälpsystemet (746/2011 33 and 38 f §)",
    r"förbindelse\w* med": "kontakten med de personer som är misstänkta (301/2004 52 b §)",
    r"dem som misstänks för människohandel": "de personer som är misstänkta (301/2004 52 b §)",
}
"""Words that differ from the Act in Swedish, and the Act's own."""
SWEDISH_CATALOGUES = (
    *sorted(ROOT.glob("*/translations/*sv.po")),
    *sorted(ROOT.glob("webapp/translations/sv/LC_MESSAGES/*.po")),
    PROCESSES / "names" / "sv.po",
)
DIRECTOR = {
    "fi": re.compile(r"(?i)\b(apulais)?johtaja"),
    "sv": re.compile(r"(?i)\b(biträdande )?föreståndar"),
}
READ_STATUTES = {
    "746/2011",
    "434/2003",
    "808/2019",
    "301/2004",
    "1218/2013",
    "906/2019",
    "13/2003",
    "417/2007",
    "39/1889",
}
"""The acts that the research behind the procedure read."""


def _read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


PATHS = sorted(PROCESSES.glob("*/texts/*.toml"))
TEXTS = {path.stem: _read(path) for path in PATHS}
EVERY_TEXT = pytest.mark.parametrize("key", sorted(TEXTS))


def languages(text):
    return [name for name in ("fi", "sv", "en") if name in text]


def sections(text):
    return [section for language in languages(text) for section in text[language]["sections"]]


def words(text):
    """All that is printed, in every language."""
    sentences = [text[language]["title"] for language in languages(text) if "title" in text[language]]
    for section in sections(text):
        sentences += [section["heading"]] if "heading" in section else []
        sentences += [word for name in LISTS for word in section.get(name, [])]
    return sentences


def names_read(text):
    named = {name for word in words(text) for name in PLACEHOLDER.findall(word)}
    asked = {
        re.split("!?=", when.lstrip("!"))[0] for section in sections(text) for when in section.get("when", [])
    }
    return named | asked


def test_each_text_has_a_key_of_its_own():
    assert len(PATHS) == len(TEXTS)
    assert [path.stem for path in PATHS] == [_read(path)["key"] for path in PATHS]


@EVERY_TEXT
def test_every_value_is_documented_and_used(key):
    text = TEXTS[key]

    assert names_read(text) == set(text.get("values", {}))
    assert set(text.get("optional", [])) <= set(text.get("values", {}))


@EVERY_TEXT
def test_no_brace_is_left_that_is_no_value(key):
    assert [word for word in words(TEXTS[key]) if re.search(r"[{}]", PLACEHOLDER.sub("", word))] == []


@EVERY_TEXT
def test_every_language_has_the_same_sections_with_the_same_values(key):
    text = TEXTS[key]
    shapes = [
        [
            (
                section["key"],
                section.get("place"),
                section.get("when"),
                [[PLACEHOLDER.findall(word) for word in section.get(name, [])] for name in LISTS],
            )
            for section in text[language]["sections"]
        ]
        for language in languages(text)
    ]

    assert languages(text) in (LANGUAGES.get(text["kind"]), ["fi", "sv"], ["fi", "sv", "en"])
    assert languages(text) == LANGUAGES.get(text["kind"], languages(text))
    assert all(shape == shapes[0] for shape in shapes)


@EVERY_TEXT
def test_the_emergency_number_stands_in_every_language_of_a_section_or_in_none(key):
    text = TEXTS[key]
    names_it = [
        [section["key"] for section in text[language]["sections"] if "112" in str(section)]
        for language in languages(text)
    ]

    assert all(each == names_it[0] for each in names_it)


def test_swedish_has_the_words_of_the_acts():
    written = {key: " ".join(words({"sv": text["sv"]})) for key, text in TEXTS.items() if "sv" in text}
    written |= {
        str(path): path.read_text(encoding="utf-8").replace('"\n"', "") for path in SWEDISH_CATALOGUES
    }

    found = [
        f"{name}: {match[0]} (say {instead})"
        for name, text in written.items()
        for pattern, instead in SWEDISH.items()
        for match in re.finditer(pattern, text)
    ]
    assert found == []


def translated_to_swedish():
    """Yield each sentence of letters, models, pages and mails in Finnish, and in Swedish."""
    for text in TEXTS.values():
        if "sv" in text:
            yield from zip(words({"fi": text["fi"]}), words({"sv": text["sv"]}), strict=True)
    for each in json.loads((PROCESSES / "guardrails.json").read_text("utf-8"))["guardrails"]:
        yield each["fi"], each["sv"]
    for path in SWEDISH_CATALOGUES:
        for entry in polib.pofile(path.read_text(encoding="utf-8")):
            yield entry.msgid, entry.msgstr or " ".join(entry.msgstr_plural.values())


def test_swedish_calls_the_head_of_a_reception_centre_as_the_act_does():
    """746/2011 37 and 39 §: föreståndare."""
    named = [pair for pair in translated_to_swedish() if DIRECTOR["fi"].search(pair[0])]

    assert len(named) > 40
    assert [pair for pair in named if not DIRECTOR["sv"].search(pair[1])] == []
    assert [sv for _, sv in translated_to_swedish() if re.search(r"(?i)\bdirektör", sv)] == []


def test_the_table_chooses_only_texts_that_are_there():
    table = ET.parse(PROCESSES / "resolution" / "resolution_texts.dmn")
    outputs = {node.text.strip('"') for node in table.iterfind(".//{*}outputEntry/{*}text") if node.text}
    parts = {key for key, text in TEXTS.items() if text["kind"] in {"part", "annex"}}

    # The page of an explanation follows from its language, not from the outcome.
    assert outputs == {key.removesuffix("_guardian") for key in parts} - {"explanation_beside"}
    assert {key for key in parts if key.endswith("_guardian")} >= {
        f"{key}_guardian"
        for key in outputs
        if key.startswith("operative_") and key != "operative_lapsed_death"
    }


def test_every_part_has_a_slot_in_the_frame():
    frame = TEXTS["resolution"]
    slots = [section["place"] for section in frame["fi"]["sections"] if "place" in section]

    assert len(slots) == len(set(slots))
    assert {text["place"] for text in TEXTS.values() if text["kind"] == "part"} == set(slots)


def test_every_operative_part_gives_the_letter_its_heading():
    operative = [text for key, text in TEXTS.items() if key.startswith("operative_")]

    assert len(operative) == 19  # ten and their nine for a guardian
    assert all(text[language]["title"] for text in operative for language in languages(text))


@pytest.mark.parametrize(
    "key", sorted(key for key, text in TEXTS.items() if text["kind"] in {"mail", "card"})
)
def test_texts_that_strangers_may_read_name_neither_the_sender_nor_the_matter(key):
    text = TEXTS[key]
    sentences = " ".join(words(text)).lower()

    official = (
        {"authority", "request_reference", "legal_basis", "legal_duty", "by_text"}
        if key in OFFICIAL
        else set()
    )
    assert names_read(text) <= {"link", "code", "due_on", "received_at"} | official
    assert TELLING.findall(sentences) == []


def test_only_statutes_that_were_read_are_cited():
    cited = {
        number
        for text in TEXTS.values()
        for word in words(text)
        for number in re.findall(r"\b\d{2,4}/\d{4}\b", word)
    }

    assert cited - READ_STATUTES == set()


def test_unverified_parts_of_the_law_are_values_not_sentences():
    """Which court, its fee, the last day, the grounds of secrecy."""
    assert {"court_name", "court_fee_note", "deadline_note"} <= set(TEXTS["appeal_instructions"]["values"])
    assert "secrecy_grounds" in TEXTS["secrecy"]["values"]


def test_no_letter_speaks_of_what_was_repealed_in_2023():
    """Recovery period, expert group: 746/2011 36, 38 and 38 c § as they were until 1.1.2023 (1294/2022)."""
    sentences = " ".join(word for text in TEXTS.values() for word in words(text)).lower()

    repealed = ("toipumisai", "återhämtningstid", "asiantuntijaryhm", "arviointiryhm", "expertgrupp")
    assert [word for word in repealed if word in sentences] == []


@pytest.mark.parametrize("language", sorted(THROUGH_ENGLISH))
def test_every_mail_to_people_has_its_content_in_their_language(language: str) -> None:
    for name in TO_PEOPLES_MAILBOXES:
        text = TEXTS[f"mail_{name}"]
        translated, spoken = in_language(text, language)
        assert spoken == language, name
        assert [section["key"] for section in translated[spoken]["sections"]] == [
            section["key"] for section in text["fi"]["sections"]
        ]
        assert not set(lines_of(translated[spoken])) & set(lines_of(text["fi"])), name


@pytest.mark.parametrize("language", sorted(THROUGH_ENGLISH))
@pytest.mark.parametrize("key", ["explanation", "reflection_explanation", "cover_explained"])
def test_every_explanation_has_its_content_in_the_readers_language(key: str, language: str) -> None:
    _, spoken = in_language(TEXTS[key], language)

    assert spoken == language
