"""A code written down as something else comes back as the same code."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from webapp.http.languages import PUBLIC_LANGUAGES, speak
from webapp.rendering.words import code_disguise
from webapp.rendering.words.code_disguise import as_groceries, as_telephone_numbers, code_in

CODES = st.text("0123456789", min_size=16, max_size=16)
PAGE = Flask(__name__)


@pytest.mark.parametrize("language", code_disguise._groceries())
def test_a_hundred_words_differ_even_when_written_in_a_hurry(language: str):
    words = code_disguise._groceries()[language]

    assert len(words) == 100
    assert len(code_disguise._places(language)) == 100, [w for w in words if words.count(w) > 1]


@pytest.mark.parametrize("language", code_disguise._groceries())
def test_no_list_can_be_read_in_two_ways(language: str):
    """Sardinas and Patterson: no suffix left over between words is ever a word itself."""
    words = frozenset(code_disguise._places(language))
    seen: set[str] = set()
    hanging = {
        long[len(short) :]
        for short, long in product(words, words)
        if long != short and long.startswith(short)
    }
    while hanging:
        assert not hanging & words, hanging & words
        seen |= hanging
        hanging = {
            longer[len(shorter) :]
            for one, other in product(hanging, words)
            for shorter, longer in ((one, other), (other, one))
            if longer.startswith(shorter)
        } - seen


@given(CODES, st.sampled_from(sorted(PUBLIC_LANGUAGES)), st.sampled_from([" ", ", ", "\n", "", "\n- "]))
def test_a_shopping_list_is_the_code(code: str, language: str, between: str):
    with PAGE.test_request_context():
        speak(language)
        assert code_in(between.join(as_groceries(code)).upper()) == code


def test_a_list_in_another_language_is_understood():
    with PAGE.test_request_context():
        speak("so")
        written = "\n".join(as_groceries("0123456789012345"))
        speak("en")
        assert code_in(written) == "0123456789012345"


@given(CODES)
def test_two_telephone_numbers_are_the_code(code: str):
    with PAGE.test_request_context():
        speak("fi")
        numbers = as_telephone_numbers(code)
        assert code_in(" / ".join(numbers)) == code
        assert code_in(", ".join("+358 " + number.removeprefix("0") for number in numbers)) == code
        assert all(number.startswith("04") and sum(map(str.isdigit, number)) == 10 for number in numbers)


@pytest.mark.parametrize(
    "typed", ["٤٥٨٢ ٧٣١٩ ٠٦٤١ ١٧٢٣", "۴۵۸۲۷۳۱۹۰۶۴۱۱۷۲۳", "4582-7319-0641-1723", "4582 7319 0641 1723"]
)
def test_digits_of_any_script_are_digits(typed: str):
    with PAGE.test_request_context():
        speak("ar")
        assert code_in(typed) == "4582731906411723"


def test_a_numbered_list_is_read_by_its_words():
    with PAGE.test_request_context():
        speak("fi")
        words = as_groceries("0458273190641172")
        assert (
            code_in("\n".join(f"{place}. {word}" for place, word in enumerate(words, 1)))
            == "0458273190641172"
        )


def test_a_text_that_is_neither_is_nothing():
    with PAGE.test_request_context():
        speak("fi")
        assert code_in("en muista enää") == ""
