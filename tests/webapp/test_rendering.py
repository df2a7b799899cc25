"""Dates, numbers, pictures and positions as they stand on pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from engine.bootstrap import shipped_files
from engine.errors import NotFound
from engine.operations.papers import LEGAL_BASES
from engine.texts import LANGUAGES, text
from webapp.http.json_provider import OrjsonProvider
from webapp.http.pagination import decode_position, encode_position
from webapp.rendering.assets import icon
from webapp.rendering.environment import digits, telephone
from webapp.rendering.words import dates
from webapp.rendering.words.deadline_labels import DEADLINES
from webapp.rendering.words.document_titles import title_in_words
from webapp.rendering.words.files import size
from webapp.rendering.words.labels import word
from webapp.rendering.words.request_names import basis_in_words

MOMENT = datetime(2026, 11, 24, 12, 5, tzinfo=UTC)
SUMMER_MIDNIGHT = datetime(2026, 7, 1, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "language, shown",
    [
        ("fi", "ti 24.11.2026 klo 14.05"),
        ("sv", "tis 24.11.2026 kl. 14.05"),
        ("en", "Tue 24 Nov 2026 at 14:05"),
    ],
)
def test_a_moment_in_finnish_time(app: Flask, language: str, shown: str) -> None:
    with app.test_request_context(f"/{language}/"):
        assert dates.moment(MOMENT) == shown


@pytest.mark.parametrize(
    "language, decision, act",
    [
        ("fi", "Päätös 2026-000001-P", "hallintolaki (434/2003) 34 §"),
        ("sv", "Beslut 2026-000001-P", "förvaltningslagen (434/2003) 34 §"),
    ],
)
def test_a_document_and_an_act_bear_the_readers_name(
    app: Flask, language: str, decision: str, act: str
) -> None:
    with app.test_request_context(f"/{language}/"):
        assert title_in_words("Päätös 2026-000001-P") == decision
        assert title_in_words("Päätös kahvista 2026") == "Päätös kahvista 2026", "somebody's own words stay"
        assert word("hallintolaki (434/2003) 34 §", "basis") == act


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_legal_basis_of_any_recipient_stands_in_the_readers_language(app: Flask, language: str) -> None:
    with app.test_request_context(f"/{language}/"):
        for basis in LEGAL_BASES.values():
            (shown,) = {basis_in_words(text(recipients, basis)) for recipients in LANGUAGES}
            assert (shown == basis) is (language == "fi")


def test_each_due_day_of_the_shipped_diagrams_says_what_it_is() -> None:
    drawn = b"".join(content for path, content in shipped_files().items() if path.endswith(".bpmn"))
    reasons = {each.decode() for each in re.findall(rb'name="due_reason" value="(\w+)"', drawn)}
    assert reasons
    assert reasons <= set(DEADLINES)


def test_a_day_begins_at_midnight_in_finland(app: Flask) -> None:
    with app.test_request_context("/fi/"):
        assert dates.moment(SUMMER_MIDNIGHT) == "to 2.7.2026 klo 0.00"
        assert dates.day(date(2026, 1, 5)) == "ma 5.1.2026"
        assert dates.short_day(SUMMER_MIDNIGHT) == "2.7.2026"
        assert dates.machine(MOMENT) == "2026-11-24T14:05+02:00"
        assert dates.machine(date(2026, 1, 5)) == "2026-01-05"


@pytest.mark.parametrize(
    "language, small, large",
    [
        ("fi", "2 kt", "1,5 Mt"),
        ("selko", "2 kt", "1,5 Mt"),
        ("sv", "2 kB", "1,5 MB"),
        ("en", "2 kB", "1.5 MB"),
        ("fr", "2 ko", "1,5 Mo"),
        ("ar", "2 ك.ب", "1.5 م.ب"),
    ],
)
def test_a_size_is_written_as_the_language_writes_numbers(
    app: Flask, language: str, small: str, large: str
) -> None:
    with app.test_request_context(f"/{language}/"):
        assert size(1025) == small
        assert size(3 * 512 * 1024) == large


@pytest.mark.parametrize(
    "number, dialled",
    [
        ("029 546 3177", "+358295463177"),
        ("112", "112"),
        ("+46 8 123 45", "+46812345"),
        ("(09) 123-456", "+3589123456"),
    ],
)
def test_a_number_is_dialled_from_any_country(number: str, dialled: str) -> None:
    assert telephone(number) == dialled


def test_a_code_is_read_in_fours() -> None:
    assert digits("0458273190641172") == ["0458", "2731", "9064", "1172"]
    assert digits("12345") == ["1234", "5"]


def test_an_icon_is_hidden_unless_it_speaks() -> None:
    assert 'aria-hidden="true"' in icon("phone")
    assert 'role="img" aria-label="&lt;b&gt;"' in icon("phone", label="<b>")
    with pytest.raises(KeyError):
        icon("no such picture")


@pytest.mark.parametrize("key", [("2026-11-24T12:05:00+00:00", "0190-x"), ("ä", ""), ()])
def test_a_position_comes_back_as_it_went(key: tuple[str, ...]) -> None:
    assert decode_position(encode_position(key)) == key


@pytest.mark.parametrize("made_up", ["x", "!!", "W10x", "eyJhIjoxfQ", "WzFd", "W1tbW1tb" * 60])
def test_a_position_made_up_is_not_found(made_up: str) -> None:
    with pytest.raises(NotFound):
        decode_position(made_up)


def test_no_position_is_the_beginning() -> None:
    assert decode_position(None) is None
    assert decode_position("") is None


def test_answers_to_programs_are_json_for_every_kind_of_value(app) -> None:
    """By the quick way and by Flask's own the same, in the order of the names."""
    values = {"later": UUID(int=1), "early": Decimal("1.50"), "day": date(2026, 11, 2)}
    assert app.json.dumps(values) == super(OrjsonProvider, app.json).dumps(values, separators=(",", ":"))
    assert app.json.loads(app.json.dumps({"many": 10**30, "keys": {1: "one"}})) == {
        "many": 10**30,
        "keys": {"1": "one"},
    }
