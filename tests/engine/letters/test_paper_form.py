"""A form for a pen, between words that run the other way."""

from __future__ import annotations

import io
import re
from datetime import date
from importlib import resources

import pikepdf
import pytest

from engine.domain.paper_forms import PaperForm, PaperItem, PaperSection
from engine.letters import render_form
from tests.support.pdf import page_text, seen


def form_of(*sections: PaperSection, language: str = "fi", words: str = "Soita") -> PaperForm:
    return PaperForm(
        language=language,
        title=words,
        is_rtl=language != "fi",
        opening=(),
        phone_label=words,
        phone="012 345 6789",
        send_label=words,
        send_text=words,
        guide_label=words,
        guide=(words,),
        sections=sections,
    )


@pytest.mark.parametrize(("language", "words"), [("fi", "Soita"), ("ar", "اتصل"), ("fa", "تماس")])
def test_a_telephone_number_reads_from_left_to_right_in_every_language(language: str, words: str) -> None:
    form = form_of(language=language, words=words)
    sender = ("7 rue Exemple, 00980", "kirjaamo@example.invalid")
    made = render_form(form, sender=sender, drawn_on=date(2026, 11, 2))
    drawn = seen(made)

    # Once in the frame, once at the foot of the page.
    assert "".join(drawn.split()).count("0123456789") == 2
    assert "7rueExemple,00980" in "".join(drawn.split())
    leads = [str(each.A.URI) for page in pikepdf.open(io.BytesIO(made)).pages for each in page.Annots]
    assert leads == ["tel:0123456789", "mailto:kirjaamo@example.invalid"], (
        "the foot of a page is none of its text"
    )


def test_nothing_on_the_paper_is_smaller_than_twelve_points() -> None:
    source = resources.files("engine.letters").joinpath("paper_form.typ").read_text("utf-8")
    sizes = [float(each) for each in re.findall(r"size: ([\d.]+)pt", source)]
    assert len(sizes) > 5
    assert min(sizes) >= 12


def test_a_question_stands_on_the_page_of_the_one_that_it_hangs_on() -> None:
    pages = set()
    for before in range(10, 26):
        fillers = (PaperItem("lines", f"Täyte {number}", lines=1) for number in range(before))
        gate = PaperItem("boxes", "Onko päivä?", choices=(("Kyllä", ""), ("Ei", "")))
        section = PaperSection("Osa", items=(*fillers, gate, PaperItem("lines", "Mikä päivä?", level=1)))
        made = render_form(form_of(section), sender=(), drawn_on=date(2026, 11, 2))
        texts = [page_text(page) for page in pikepdf.open(io.BytesIO(made)).pages]
        places = [
            [place for place, words in enumerate(texts) if asked in words] for asked in ("Onko", "Mikä")
        ]
        assert places[0] == places[1]
        pages.update(places[0])
    assert len(pages) > 1, "the bounds of pages lie between"
