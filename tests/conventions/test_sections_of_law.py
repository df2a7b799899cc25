"""Texts name the parts of a section as the Act does: 746/2011 35 § has subsections (momentti), no points (kohta)."""

from __future__ import annotations

import re

import pytest

from tests.conventions.tracked import product_files, shown

TEXTS = product_files(".bpmn", ".dmn", ".form", ".toml", ".json", ".po", ".py", ".html", ".md")
BROKEN_LINE = re.compile(r'"\s*\n\s*"')
"""A sentence of a catalogue or of code goes on in the next line's quotes."""
NUMBERS = r"(?:\s*(?:\d|/|,|–|-|tai|ja|eller|och|or|and|momentin|momentti|mom\.?))*"
FINNISH = re.compile(rf"\b35\s*§(?::n)?{NUMBERS}\s*(?:koh(?:ta|da|ti|de)\w*|punkt\w*)", re.IGNORECASE)
ENGLISH = re.compile(
    rf"\bsection\s+35\b,?\s*(?:point|item|paragraph)\w*|\bpoints?{NUMBERS}\s+of\s+section\s+35\b",
    re.IGNORECASE,
)


def wrong_in(text: str) -> list[str]:
    """Return each place that gives 35 § a point."""
    plain = BROKEN_LINE.sub("", text).replace("\u00a0", " ").replace("&#160;", " ").replace("\\u00a0", " ")
    return [each[0] for pattern in (FINNISH, ENGLISH) for each in pattern.finditer(plain)]


def test_no_text_gives_section_35_points() -> None:
    assert len([path for path in TEXTS if path.suffix == ".bpmn"]) > 30
    found = {shown(path): wrong for path in TEXTS if (wrong := wrong_in(path.read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "<bpmn:documentation>Ottaminen (746/2011 35 § 1 kohta).</bpmn:documentation>",
        '<bpmn:userTask id="t" name="35 §:n 2 kohdan edellytykset" />',
        '<text>"35\u00a0§ 1/2/3 kohta"</text>',
        '"label": "Peruste (35 § 1, 2 tai 3 kohta)"',
        'paragraphs = ["35 § 1 momentin 2 kohdassa"]',
        'msgstr "(746/2011 "\n"35 § 3 punkten)"',
        "35§ 1 kohdalla",
        "admitted under section 35, point 1",
        "points 2 and 3 of section 35",
    ],
)
def test_a_text_that_does_is_found(text: str) -> None:
    assert wrong_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "746/2011 35 § 3 momentti",
        "615/2020 13 § 4 momentti 3 kohta",
        "135 § 1 kohta",
        "35 § 2 ja 3 momentin nojalla. Kohta alkaa uusi.",
        "434/2003 14, 35 §; 301/2004 191 § 1 momentin 10 kohta",
        "section 35, subsection 1",
    ],
)
def test_other_sections_keep_their_points(text: str) -> None:
    assert wrong_in(text) == []
