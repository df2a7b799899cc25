"""The code of a request to an authority: read by phone, to a number that did not come with the request (906/2019 14 §)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.code_calls import CallOutcome, NumberSource, numbers_in
from tests.support.answers import request
from tests.support.browsing import Page, Visitor, signed_in, visitor
from tests.support.story import Story

ELSEWHERE = {
    "number": "029 111 2222",
    "source": NumberSource.DIRECTORY.value,
    "source_words": "hyvinvointialue.invalid, sosiaalipäivystys",
}


@pytest.fixture
def asked(story: Story) -> Story:
    """A request to an authority that gave a telephone together with the address to which the link goes."""
    story.applies(safe_channels=["phone"], phone="040 123 4567", email=None)
    story.until("sufficiency")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )
    row = {
        **request("outside_authority", story.today + timedelta(days=14)),
        "recipient_name": "Keksilän sosiaalitoimisto, puh. 050 765 4321",
    }
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Tiedot puuttuvat.")
    return story


def code_page(worker: Visitor, story: Story) -> Page:
    return worker.get(f"/cases/{story.reference}/requests/REQ-1/code")


def test_a_caseworker_reads_the_code_to_a_number_from_elsewhere_and_the_case_keeps_which(
    asked: Story,
) -> None:
    worker = signed_in(asked.world, "kasittelija")
    (wanted,) = asked.file.requests
    code = asked.code_of(wanted)
    case = worker.get(f"/cases/{asked.reference}")
    assert code not in case.text, "the page of the case shows it to nobody"
    assert not asked.file.answer_codes

    asking = code_page(worker, asked)
    for number in ("0507654321", "+358 40 123 4567"):
        refused = worker.submits(asking, **{**ELSEWHERE, "number": number})
        assert refused.status == 422
        assert "Ota numero muualta" in refused.text, "it came with the request, or with the application"
        assert code not in refused.text
    for number in ("050 765 4321 (klo 8-16)", "050 765 4321 alanumero 12", "029 111 2222 / 050 765 4321"):
        refused = worker.submits(asking, **{**ELSEWHERE, "number": number})
        assert refused.status == 422
        assert "Kirjoita yksi puhelinnumero" in refused.text
    assert "Ota numero muualta" in worker.submits(asking, **{**ELSEWHERE, "number": "050 765 4321 12"}).text
    tomorrow = f"{asked.today + timedelta(days=1):%-d.%-m.%Y}"
    empty = worker.submits(asking, number="", source_words="", source_on=tomorrow)
    for sentence in (
        "Kirjoita puhelinnumero",
        "Valitse, mistä otit numeron",
        "toinen löytää saman numeron",
        "Päivä ei voi olla tulevaisuudessa",
    ):
        assert sentence in empty.text
    assert "answer_code_shown" not in asked.events

    shown = worker.submits(asking, **ELSEWHERE)
    assert f"{code[:3]} {code[3:]}" in shown.text
    assert "Soita numeroon 029 111 2222" in shown.text
    worker.submits(asking, **ELSEWHERE)
    (call,) = asked.file.code_calls[wanted.id]
    assert (call.number, call.source, call.source_on) == ("029 111 2222", NumberSource.DIRECTORY, asked.today)
    assert call.shown_by == asked.world.people["kasittelija"].id
    assert call.outcome is None, "showing is not giving"
    assert "tulos kirjaamatta" in code_page(worker, asked).text

    worker.submits(shown, "outcome=read")
    (call,) = asked.file.code_calls[wanted.id]
    assert (call.outcome, call.ended_at) == (CallOutcome.READ, asked.world.clock.moment)
    assert asked.events[-2:] == ["answer_code_shown", "answer_code_read"]
    conflict = worker.submits(shown, "outcome=not_reached")
    assert conflict.status == 409
    case = worker.get(f"/cases/{asked.reference}")
    assert "koodi luettiin puhelimessa" in case.text
    assert "029 111 2222" in case.text

    door = visitor(asked.world).get(f"/fi/r/{asked.link_of(wanted)}")
    assert "numeroon, jonka otamme muualta kuin tästä pyynnöstä" in door.text
    assert worker.get(f"/cases/{asked.reference}/requests/REQ-2/code").status == 404
    asked.answers("REQ-1")
    assert code_page(worker, asked).status == 404, "nobody needs it any more"


@pytest.mark.parametrize("number", ["044 111 2233", "045 111 2244"])
def test_a_number_that_stands_in_answers_alone_came_with_the_case(story: Story, number: str) -> None:
    story.is_referred(
        referrer_backup="Toinen työntekijä, 044 111 2233",
        observations="Mies vastaa numerossa 0451112244.",
    )
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("outside_authority", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    worker = signed_in(story.world, "kasittelija")
    refused = worker.submits(code_page(worker, story), **{**ELSEWHERE, "number": number})
    assert refused.status == 422
    assert "Ota numero muualta" in refused.text


def test_numbers_are_the_same_however_they_are_written() -> None:
    known = numbers_in(
        [
            {"contact": "Soita 050-765 4321 tai kirjoita", "way": {"phone": "+358 (40) 123 4567"}},
            7,
            [{"x": ["09 123 4567"]}],
        ]
    )
    assert known == numbers_in(["0507654321", "00358401234567", "091234567"])
