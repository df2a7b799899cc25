"""A receipt in its reader's language, from the catalogues."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

import processes
from engine.domain.wording import Text, compose
from engine.letters import assemble
from engine.letters.files import read_text
from engine.letters.translating import in_language
from engine.letters.typesetting import pictures
from forms.translations import THROUGH_ENGLISH

TEXTS = Path(processes.__file__).parent / "intake_to_decision" / "texts"
RECEIPTS = sorted(path.stem for path in TEXTS.glob("receipt_*.toml"))
VALUES = {
    "code": "1234 5678 9012 3456",
    "help_line": "000 000 0001",
    "received_at": "2.11.2026",
    "read_by": "3.11.2026",
    "decision_target": "23.11.2026",
    "may_contact": "yes",
}


def shipped(key: str) -> Text:
    return read_text((TEXTS / f"{key}.toml").read_bytes())


@pytest.mark.parametrize("language", sorted(THROUGH_ENGLISH))
@pytest.mark.parametrize("key", RECEIPTS)
def test_every_receipt_is_in_every_language(key: str, language: str) -> None:
    text, spoken = in_language(shipped(key), language)

    composed = compose(text, spoken, VALUES)
    assert spoken == language
    assert VALUES["code"] in composed.paragraphs
    finnish = compose(text, "fi", VALUES)
    assert not {*composed.paragraphs, composed.title} & {*finnish.paragraphs, finnish.title} - {
        VALUES["code"]
    }


def test_easy_finnish_is_set_as_finnish() -> None:
    text, spoken = in_language(shipped("receipt_call"), "selko")

    assert spoken == "fi"
    assert compose(text, spoken, VALUES).title == "Kirjoitimme asiasi muistiin"
    assert compose(shipped("receipt_call"), "fi", VALUES).title == "Asiasi on kirjattu"


@pytest.mark.parametrize(("language", "nearest"), [("so", "en"), ("selko", "fi")])
def test_a_letter_with_one_new_line_is_in_one_language_all_the_same(language: str, nearest: str) -> None:
    text = shipped("receipt_card")
    changed = {**text, "fi": {**text["fi"], "title": "Muista tämä"}}

    assert in_language(changed, language) == (changed, nearest)


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_a_code_stays_the_same_code_among_arabic_letters(language: str) -> None:
    """From the first group to the last, one below the other: in a row, a reader from the right would begin with the last."""
    groups, line = lines_of(slip_in(language))[-4:], lines_of(slip_in("ru"))[-1]

    for place, group in enumerate(groups):
        left = round(place * (line.width - group.width) / 3)
        same = trimmed(line.crop((left, 0, left + group.width, line.height)))
        # Lines stand a fraction of a pixel lower; other digits would differ in most of their ink.
        apart = ImageStat.Stat(ImageChops.difference(group.resize(same.size), same)).mean[0]
        assert apart < ImageStat.Stat(same).mean[0] / 2


def trimmed(ink: Image.Image) -> Image.Image:
    return ink.crop(ink.getbbox())


def slip_in(language: str) -> Image.Image:
    text, spoken = in_language(shipped("receipt_card"), language)
    (page,) = pictures(assemble({"slip": text}, "slip", spoken, VALUES), drawn_on=date(2026, 11, 2))
    return Image.open(io.BytesIO(page)).convert("L").point(lambda light: 255 * (light < 100))


def lines_of(ink: Image.Image) -> list[Image.Image]:
    """Return the lines of a page from above, each as narrow as its ink."""
    lines, top = list[Image.Image](), None
    for height in range(ink.height):
        is_inked = ink.crop((0, height, ink.width, height + 1)).getbbox() is not None
        if is_inked and top is None:
            top = height
        elif not is_inked and top is not None:
            lines.append(trimmed(ink.crop((0, top, ink.width, height))))
            top = None
    return lines
