"""Every page of identification speaks one language, in each of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, Response

from tests.support import answers as plain
from tests.support.identity_provider import CLAIM, IdentityProvider
from tests.support.leftovers import Listener
from tests.support.reader import applied
from tests.support.story import Story
from tests.webapp.identification.conftest import comes_back, goes_on
from webapp.translations.files import translated_codes

LANGUAGES = translated_codes()


@pytest.fixture
def answered(story: Story) -> str:
    """A matter with a question, an answer and a decision on its way; its code."""
    code = applied(story, mother_tongue="–").code
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    story.answers(story.file.requests[0].reference)
    story.until("open_resolution")
    return code


def test_every_page(identifying: Flask, service: IdentityProvider, answered: str, story: Story) -> None:
    for language in LANGUAGES:
        # So often from one place in a quarter of an hour, and no oftener.
        story.world.clock.passes(minutes=16)
        listener = Listener(identifying, language)
        page = goes_on(listener, answered, language)
        wrong = comes_back(listener, service, page, "eero")
        broken = comes_back(listener, service, goes_on(listener, answered, language), None)
        service.bend_claims = lambda claims: {name: value for name, value in claims.items() if name != CLAIM}
        without = comes_back(listener, service, goes_on(listener, answered, language))
        service.bend_claims = dict
        service.answers = lambda path: Response("", 500) if path == "/token" else None
        away = comes_back(listener, service, goes_on(listener, answered, language))
        service.answers = lambda path: None
        own = comes_back(listener, service, goes_on(listener, answered, language))
        again = listener.post(f"/{language}/more/read", dict(own.form(0).form_values()))
        ended = listener.submits(own, "go=end", place=-1)
        for path in ("privacy", "safety"):
            listener.get(f"/{language}/{path}")

        assert [each.status for each in (wrong, broken, without, away)] == [403, 422, 403, 503]
        assert [each.status for each in (page, own, again, ended)] == [200] * 4
        assert {each.tree.get("lang").split("-")[0] for each in (page, own, wrong)} == {
            "fi" if language == "selko" else language
        }


def test_closing(identifying: Flask, answered: str, story: Story) -> None:
    for language in LANGUAGES:
        story.world.clock.passes(minutes=16)
        listener = Listener(identifying, language)
        closed = listener.submits(goes_on(listener, answered, language), "go=close")
        assert closed.status == 200
