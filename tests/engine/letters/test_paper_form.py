"""A form for a pen, between words that run the other way."""

from __future__ import annotations

from datetime import date

import pytest

from engine.domain.paper_forms import PaperForm
from engine.letters import render_form
from tests.support.pdf import seen


@pytest.mark.parametrize(("language", "words"), [("fi", "Soita"), ("ar", "اتصل"), ("fa", "تماس")])
def test_a_telephone_number_reads_from_left_to_right_in_every_language(language: str, words: str) -> None:
    form = PaperForm(
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
        sections=(),
    )

    drawn = seen(render_form(form, sender=("7 rue Exemple, 00980",), drawn_on=date(2026, 11, 2)))

    # Once in the frame, once at the foot of the page.
    assert "".join(drawn.split()).count("0123456789") == 2
    assert "7rueExemple,00980" in "".join(drawn.split())
