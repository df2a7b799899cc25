"""Pages of a letter: wherever a page ends, what belongs together is still together.

The same letter is typeset with reasons of growing length, so that the end of a page passes through every section.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat

from engine.casework.letter_readers import Reader
from engine.letters import Letter, render
from engine.letters.fonts import printable
from engine.letters.typesetting import pictures
from engine.texts import catalogue
from tests.processes.made_letters import AHEAD, EVERY, LETTERS, alone
from tests.support.pdf import page_text

DAY = date(2026, 11, 24)
RUN_LEFT = ("ar", "fa")
LINE = "Tämä kappale on keksitty, ja se täyttää yhden rivin."
CASES = (
    ("admitted_35_1", None, Reader.PERSON),
    ("admitted_35_3", None, Reader.GUARDIAN),
    ("not_admitted", None, Reader.MINOR),
    ("lapsed", "death", Reader.RELATIVES),
)
TOGETHER = {
    "fi": (
        ("Lisätietoa antaa", "Puhelin:", "Sähköposti:"),
        ("Salassapito", "Päivi Päättäjä", "Asian valmisteli", "annetaan tiedoksi vain turvallisella tavalla"),
        ("Ratkaisuun vaikuttivat", "Henkilön oma kertomus", "Vastaanottokeskuksen lausunto"),
        ("Sovelletut säännökset", "(746/2011)", "hallintolaki (434/2003) "),
        ("Mistä voit valittaa", "Milloin valitus on tehtävä", "Apua valittamiseen"),
        ("Mistä voi saada apua", "soita 112", "Apua antavat myös:", "Esimerkkijärjestö"),
    ),
    "sv": (
        ("Mer information ger", "Telefon:", "E-post:"),
        ("Sekretess", "Päivi Päättäjä", "Ärendet bereddes", "delges bara på ett tryggt sätt"),
        ("Följande utredningar", "Personens egen berättelse", "Förläggningens utlåtande"),
        ("Tillämpade bestämmelser", "(746/2011)", "förvaltningslagen (434/2003) "),
        ("Vad du kan överklaga", "När besvären ska anföras", "Hjälp med besvären"),
        ("Var man kan få hjälp", "Ring 112", "Hjälp ges också av:", "Exempelorganisationen"),
    ),
}
"""Words that stand on one page, whatever its length, if the letter has them."""


def longer(letter: Letter, paragraphs: int) -> Letter:
    sections = tuple(
        replace(each, paragraphs=(LINE,) * paragraphs) if each.key == "reasons" else each
        for each in letter.sections
    )
    return replace(letter, wording=replace(letter.wording, sections=sections))


@cache
def pages_of(outcome: str, reason: str | None, reader: Reader, language: str) -> tuple[tuple[str, ...], ...]:
    made = next(
        each
        for each in EVERY
        if (each.outcome, each.lapse_reason, each.reader, each.language)
        == (outcome, reason, reader, language)
    )
    return tuple(pages(longer(made.letter, count)) for count in range(1, 31))


def pages(letter: Letter) -> tuple[str, ...]:
    with pikepdf.open(io.BytesIO(render(letter, drawn_on=DAY))) as pdf:
        return tuple(page_text(page) for page in pdf.pages)


def lowest_on_each_page(letter: Letter, heading: str) -> Iterator[tuple[str, ...]]:
    """Yield the pages with the longest reasons with which the heading is still on a page, for each page that it comes to:
    with shorter ones it stands higher there, and so does what follows it."""

    @cache
    def typeset(count: int) -> tuple[str, ...]:
        return pages(longer(letter, count))

    def page_of_heading(count: int) -> int:
        return next(n for n, page in enumerate(typeset(count)) if heading in page)

    counts = range(1, 31)
    while counts:
        lower = bisect_right(counts, page_of_heading(counts[0]), key=page_of_heading)
        yield typeset(counts[lower - 1])
        counts = counts[lower:]


def letters_with(language: str) -> Iterator[tuple[str, ...]]:
    for case in CASES:
        yield from pages_of(*case, language)


@pytest.mark.parametrize("language", LETTERS)
def test_what_belongs_together_stands_on_one_page(language: str) -> None:
    for typeset in letters_with(language):
        for words in TOGETHER[language]:
            if any(words[0] in page for page in typeset):
                assert any(all(each in page for each in words) for page in typeset), (words, typeset)


@pytest.mark.parametrize("language", LETTERS)
def test_no_page_ends_with_a_heading(language: str) -> None:
    headings = {each.heading for made in EVERY for each in made.letter.sections if each.heading}
    for typeset in letters_with(language):
        for page in typeset[:-1]:
            body = page.rsplit(" (", 1)[0].rstrip("0123456789")
            assert not any(body.endswith(str(heading)) for heading in headings), page


@pytest.mark.parametrize(
    "key", ["reflection_notice", "removal_notice", "correction_refused", "reissued_instructions"]
)
def test_no_page_of_a_decision_holds_the_signature_alone(key: str) -> None:
    letter = alone(key, "fi")
    place = "reasons" if any(each.key == "reasons" for each in letter.sections) else "contact"
    for count in range(1, 15):
        sections = tuple(
            replace(each, paragraphs=(LINE,) * count) if each.key == place else each
            for each in letter.sections
        )
        typeset = pages(replace(letter, wording=replace(letter.wording, sections=sections)))
        signed = next(page for page in typeset if "Päivi Päättäjä" in page)
        before = signed.partition("Päivi Päättäjä")[0]
        assert "Salassapito" in before or "Puhelin:" in before, signed


@pytest.mark.parametrize(
    "cited",
    [
        "746/2011 35 § 3 momentti",
        "434/2003 43 §",
        "301/2004 191 § 1 momentti",
        "746/2011 38 f §",
        "35 § 1 mom.",
        "301/2004 191 § 1 momentti 10 kohta",
        "301/2004 191 § 1 mom. 10 punkten",
        "906/2019 25 ja 26 §",
        "906/2019 25 och 26 §",
        "(434/2003) 54–60 §",
        "section 34",
        "sections 34",
    ],
)
def test_the_citation_of_an_act_stays_on_one_line(cited: str) -> None:
    typeset = printable(f"Se perustuu lakiin ({cited}).")
    assert cited.replace(" ", "\u00a0") in typeset


def test_a_long_section_before_the_signature_keeps_its_end() -> None:
    opinion = "\n\n".join([LINE] * 120) + "\n\nTässä lausunto päättyy."
    letter = alone("appeal_opinion", "fi", opinion=opinion)
    kept = tuple(each for each in letter.sections if each.key not in ("documents", "secrecy"))
    typeset = pages(replace(letter, wording=replace(letter.wording, sections=kept)))
    assert len(typeset) >= 3
    assert "Tässä lausunto päättyy." in typeset[-1]


def test_a_certificate_has_a_line_for_each_signature() -> None:
    keys = [each.key for each in alone("service_certificate", "fi").sections]
    assert "sign_here" in keys


@pytest.mark.parametrize(("language", "last"), [("fi", "36 § 1 momentti"), ("sv", "36 § 1 mom.")])
@pytest.mark.parametrize("key", ["reflection_notice", "reflection_notice_guardian"])
@pytest.mark.parametrize("unheard", ["", "kuuleminen oli tarpeetonta"])
def test_the_provision_of_an_interruption_stands_in_the_list_under_its_heading(
    unheard: str, key: str, language: str, last: str
) -> None:
    heard = {"heard_on": "" if unheard else "24.11.2026", "hearing_held": "x", "unheard_because": unheard}
    given = {"outcome": "reflection_interrupted", "interruption_ground": "section_36", "reflection_until": ""}
    letter = alone(key, language, **given, **heard)
    heading = {"fi": "Sovelletut säännökset", "sv": "Tillämpade bestämmelser"}[language]
    for typeset in lowest_on_each_page(letter, heading):
        (page,) = [each for each in typeset if heading in each]
        assert last in page.partition(heading)[2], typeset


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("lines", [0, 2, 5])
@pytest.mark.parametrize("key", ["removal_notice", "reissued_instructions"])
def test_instructions_for_an_appeal_stand_on_one_page(key: str, lines: int, language: str) -> None:
    note = " ".join([LINE] * lines) or " "
    given = {"is_reissued_instructions": "yes"} if key == "reissued_instructions" else {}
    typeset = pages(alone(key, language, "appeal_instructions", deadline_note=note, **given))
    first = next(n for n, page in enumerate(typeset) if TOGETHER[language][4][0] in page)
    assert first == len(typeset) - 1


@pytest.mark.parametrize(("spoken", "runs_left"), [("ar", True), ("fa", True), ("ru", False)])
def test_a_decision_is_explained_on_a_page_that_runs_as_its_language_does(
    spoken: str, runs_left: bool
) -> None:
    made = next(each for each in EVERY if each.explained_in == spoken and each.language == "sv")
    page = Image.open(io.BytesIO(pictures(made.letter, drawn_on=DAY)[-1])).convert("L")
    ink = page.point(lambda light: 255 * (light < 100))
    left, _, right, _ = ink.getbbox() or (0, 0, 0, 0)
    # Below the lines in Swedish, above the page's number.
    top, bottom, wide = ink.height // 3, ink.height * 9 // 10, (right - left) // 5
    at_left, at_right = (
        ImageStat.Stat(ink.crop((edge, top, edge + wide, bottom))).sum[0] for edge in (left, right - wide)
    )
    assert (at_right > at_left) is runs_left
    with pikepdf.open(io.BytesIO(render(made.letter, drawn_on=DAY))) as pdf:
        marked = {
            str(each.Lang) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Lang" in each
        }
    assert spoken in marked
    assert made.letter.number in pages(made.letter)[-1]


def opens(line: str, spoken: str) -> Letter:
    made = next(each for each in EVERY if each.explained_in == "ru" and each.language == "sv")
    sections = tuple(
        replace(each, paragraphs=(line,)) if each.key == "explanation_ahead" else each
        for each in made.letter.sections
    )
    wording = replace(made.letter.wording, sections=sections, annexes=())
    return replace(made.letter, wording=wording, explanation_language=spoken)


@pytest.mark.parametrize("spoken", ["ru", "uk", "vi", "es", "ar", "fa"])
def test_the_line_that_says_where_the_explanation_is_opens_the_first_page_in_its_own_language(
    spoken: str,
) -> None:
    line = catalogue(spoken)[AHEAD]
    letter = opens(line, spoken)
    first = pages(letter)[0]
    if spoken not in RUN_LEFT:
        before, found, after = first.partition(line)
        assert found
        assert letter.secrecy not in before
        assert letter.title in after
    with pikepdf.open(io.BytesIO(render(letter, drawn_on=DAY))) as pdf:
        assert spoken in {
            str(each.Lang) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Lang" in each
        }
    with_line, with_another = (
        Image.open(io.BytesIO(pictures(each, drawn_on=DAY)[0])).convert("L")
        for each in (letter, opens(".", "ru"))
    )
    _, top, _, _ = ImageChops.difference(with_line, with_another).getbbox() or (0, 0, 0, 0)
    ink = with_line.crop((0, top, with_line.width, top + 12)).point(lambda light: 255 * (light < 100))
    left, _, right, _ = ink.getbbox() or (0, 0, 0, 0)
    assert (left > with_line.width // 3) is (spoken in RUN_LEFT)
    assert (right > with_line.width * 3 // 4) is (spoken in RUN_LEFT)
