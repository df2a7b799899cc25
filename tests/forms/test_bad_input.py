"""Unacceptable input from people and machines, and the messages they get."""

from __future__ import annotations

from decimal import Decimal

import pytest

from forms.errors import AnswersRejected
from forms.submission import accept, accept_json
from tests.forms.writing import TODAY, asked, choices, form, problems, rows


def test_a_question_the_form_does_not_ask_is_refused():
    assert problems(form(asked("name")), {"name": ["x"], "salary": ["1"]}) == {"salary": "unknown_field"}


@pytest.mark.parametrize("name", ["typename", "_x", "__class__", "children.0.typename"])
def test_a_reserved_name_is_refused_in_any_form(name):
    definition = form(asked("name"), rows("children", asked("born_on", "datetime")))

    assert problems(definition, {name: ["x"]}) == {name: "reserved_name"}


def test_json_with_a_typename_is_refused_at_any_depth():
    definition = form(asked("name"), rows("children", asked("first_name")))

    for data in (
        {"typename": "x"},
        {"name": {"typename": "x"}},
        {"children": [{"first_name": {"typename": 1}}]},
    ):
        with pytest.raises(AnswersRejected) as rejected:
            accept_json(definition, data, today=TODAY)
        assert "reserved_name" in {found[0].key for found in rejected.value.problems.values()}


def test_the_text_of_a_typename_is_only_text():
    sent = {"name": ['{"typename": "x"}']}

    assert accept(form(asked("name")), sent, today=TODAY) == {"name": '{"typename": "x"}'}


@pytest.mark.parametrize(
    "data, path",
    [
        ({"name": 5}, "name"),
        ({"age": "5"}, "age"),
        ({"age": True}, "age"),
        ({"agree": "true"}, "agree"),
        ({"born_on": 20}, "born_on"),
        ({"channels": "phone"}, "channels"),
        ({"channels": [1]}, "channels"),
        ({"children": {"first_name": "x"}}, "children"),
        ({"children": ["x"]}, "children"),
        ([], ""),
        (None, ""),
    ],
)
def test_json_of_the_wrong_type_is_refused(data, path):
    definition = form(
        asked("name"),
        asked("age", "number"),
        asked("agree", "checkbox"),
        asked("born_on", "datetime", subtype="date"),
        asked("channels", "checklist", values=choices("phone", "post")),
        rows("children", asked("first_name")),
    )

    with pytest.raises(AnswersRejected) as rejected:
        accept_json(definition, data, today=TODAY)
    assert {p: found[0].key for p, found in rejected.value.problems.items()} == {path: "wrong_type"}


def test_json_too_deep_is_refused():
    data: object = "x"
    for _ in range(50):
        data = {"a": data}

    with pytest.raises(AnswersRejected) as rejected:
        accept_json(form(asked("a")), data, today=TODAY)
    assert "too_deep" in {found[0].key for found in rejected.value.problems.values()}


def test_300_kb_of_text_is_refused_as_a_whole():
    assert problems(form(asked("story", "textarea")), {"story": ["ä" * 150_001]}) == {"": "too_large"}


def test_one_text_has_its_own_limit():
    definition = form(asked("story", "textarea"), asked("name", validate={"maxLength": 3}))

    assert problems(definition, {"story": ["x" * 20_000], "name": ["  abc  "]}) == {}
    assert problems(definition, {"story": ["x" * 20_001], "name": ["abcd"]}) == {
        "story": "too_long",
        "name": "too_long",
    }


def test_a_date_in_the_future_is_refused_where_it_must_be_past():
    definition = form(
        asked("born_on", "datetime", subtype="date", properties={"date_limit": "past"}),
        asked("leaves_on", "datetime", subtype="date", properties={"date_limit": "future_allowed"}),
    )

    assert problems(definition, {"born_on": ["25.11.2026"], "leaves_on": ["1.1.2030"]}) == {}
    assert problems(definition, {"born_on": ["26.11.2026"]}) == {"born_on": "date_in_future"}


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("31.2.2026", "no_such_date"),
        ("1.1.226", "not_a_date"),
        ("5.", "not_a_date"),
        ("12/2026", "not_a_date"),
        ("30.2", "no_such_date"),
        ("-5.12.2026", "not_a_date"),
        ("5 kuuta 2026", "not_a_date"),
        ("32.1.26", "no_such_date"),
        ("1.1.0001", "date_out_of_range"),
        ("tänään", "not_a_date"),
        ("2026-13-01", "no_such_date"),
    ],
)
def test_a_text_that_is_no_date_is_explained(typed, sentence):
    assert problems(form(asked("on", "datetime", subtype="date")), {"on": [typed]}) == {"on": sentence}


@pytest.mark.parametrize(
    "typed",
    [
        "1.12.2026",
        "01.12.2026",
        " 1. 12. 2026 ",
        "1/12/2026",
        "2026-12-01",
        "1.12.26",
        "1 12 2026",
        "1-12-2026",
        "1. joulukuuta 2026",
        "1 joulukuuta 2026",
        "den 1 december 2026",
        "December 1st, 2026",
        "1 Dec 2026",
        "1 декабря 2026 г.",
        "1 грудня 2026 р.",
        "1 ديسمبر 2026",
        "1 دسامبر 2026",
        "1er décembre 2026",
        "1 de diciembre de 2026",
        "ngày 1 tháng 12 năm 2026",
    ],
)
def test_a_date_may_be_typed_as_people_do(typed):
    answers = accept(form(asked("on", "datetime", subtype="date")), {"on": [typed]}, today=TODAY)

    assert str(answers["on"]) == "2026-12-01"


@pytest.mark.parametrize(("typed", "year"), [("1.12.40", 2040), ("1.12.41", 1941), ("1.12.99", 1999)])
def test_two_digits_of_a_year_are_of_the_century_that_people_mean(typed, year):
    answers = accept(form(asked("on", "datetime", subtype="date")), {"on": [typed]}, today=TODAY)

    assert answers["on"].year == year


@pytest.mark.parametrize("typed", ["1 234,5", "1\u00a0234,50", "1234.5", "+1234,5"])
def test_a_number_may_be_typed_in_finnish(typed):
    assert accept(form(asked("sum", "number")), {"sum": [typed]}, today=TODAY) == {"sum": Decimal("1234.5")}


@pytest.mark.parametrize(
    "typed", ["1.234,5", "1e9", "NaN", "∞", "0x10", "9" * 16, "0," + "0" * 15 + "1", "½"]
)
def test_a_text_that_is_no_sane_number_is_refused(typed):
    assert problems(form(asked("sum", "number")), {"sum": [typed]}) == {"sum": "not_a_number"}


@pytest.mark.parametrize("number", [1e999, float("nan"), 10**400, Decimal("1E+999999")])
def test_json_numbers_without_bounds_are_refused(number):
    with pytest.raises(AnswersRejected) as rejected:
        accept_json(form(asked("sum", "number")), {"sum": number}, today=TODAY)
    assert rejected.value.problems["sum"][0].key == "not_a_number"


def test_numbers_keep_to_their_limits():
    definition = form(asked("n", "number", decimalDigits=0, increment="5", validate={"min": 5, "max": 20}))

    sentence = {
        typed: problems(definition, {"n": [typed]}).get("n") for typed in ["10", "0", "25", "7", "7,5"]
    }
    assert sentence == {
        "10": None,
        "0": "number_too_small",
        "25": "number_too_big",
        "7": "increment",
        "7,5": "whole_number",
    }


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\ud800b", "a\uffffb"])
def test_characters_that_cannot_be_stored_are_refused(text):
    assert problems(form(asked("name")), {"name": [text]}) == {"name": "bad_characters"}


def test_text_is_stored_composed_with_plain_newlines_and_without_space_around():
    answers = accept(
        form(asked("story", "textarea")), {"story": ["  A\u0308iti\r\nja\tisa\u0308 \r\n"]}, today=TODAY
    )

    assert answers == {"story": "Äiti\nja\tisä"}


@pytest.mark.parametrize("kind", ["radio", "select", "checklist"])
def test_an_answer_that_is_not_among_the_choices_is_refused(kind):
    assert problems(form(asked("a", kind)), {"a": ["maybe"]}) == {"a": "not_a_choice"}


def test_two_answers_where_one_is_asked_for_are_refused():
    assert problems(form(asked("a", "radio"), asked("b")), {"a": ["yes", "no"], "b": ["x", "y"]}) == {
        "a": "choose_one",
        "b": "choose_one",
    }


def test_choices_from_elsewhere_must_have_been_offered():
    definition = form(asked("who", "select", properties={"person": "caseworker"}))
    offered = {"person:caseworker": {"1": "Tuuli Testinen"}}

    assert definition.option_sources == {"person:caseworker"}
    assert problems(definition, {"who": ["1"]}, choices=offered) == {}
    assert problems(definition, {"who": ["2"]}, choices=offered) == {"who": "not_a_choice"}
    assert problems(definition, {"who": ["1"]}) == {"who": "not_a_choice"}


def test_consent_that_must_be_given_is_asked_for():
    definition = form(asked("consent_given", "checkbox", validate={"required": True}))

    assert problems(definition, {}) == {"consent_given": "must_be_checked"}
    assert problems(definition, {"consent_given": ["true"]}) == {}


@pytest.mark.parametrize(
    "kind, good, bad",
    [
        ("email", "kukaan@esimerkki.fi", ["kukaan", "a@b", "a b@c.fi", "@c.fi", "a@c..fi"]),
        ("phone", "+358 00 000 0000", ["04", "soita", "1" * 16, "040 123 4567; rm"]),
    ],
)
def test_emails_and_phone_numbers_are_sane(kind, good, bad):
    definition = form(asked("a", validate={"validationType": kind}))

    assert problems(definition, {"a": [good]}) == {}
    assert {problems(definition, {"a": [text]})["a"] for text in bad} == {kind}


@pytest.mark.parametrize("typed", ["٠٤٠ ١٢٣ ٤٥٦٧", "۰۴۰ ۱۲۳ ۴۵۶۷", "\u202a040 123 4567\u202c"])
def test_a_telephone_number_may_be_written_on_any_keyboard_and_is_kept_so_that_it_can_be_dialled(typed):
    definition = form(asked("a", validate={"validationType": "phone"}))

    assert accept(definition, {"a": [typed]}, today=TODAY) == {"a": "040 123 4567"}


@pytest.mark.parametrize("typed", ["٣٫٥", "۳٫۵", "3,5"])
def test_a_number_may_be_written_on_any_keyboard(typed):
    definition = form(asked("a", "number"))

    assert accept(definition, {"a": [typed]}, today=TODAY) == {"a": Decimal("3.5")}


def test_a_pattern_may_match_anywhere_as_in_form_js():
    definition = form(asked("a", validate={"pattern": "[0-9]{3}"}, properties={"example": "x123"}))

    assert problems(definition, {"a": ["abc123def"]}) == {}
    assert problems(definition, {"a": ["12"]}) == {"a": "pattern"}


def test_the_forms_own_sentence_is_used():
    definition = form(asked("a", validate={"required": True}, properties={"required_message": "Kerro tämä."}))

    with pytest.raises(AnswersRejected) as rejected:
        accept(definition, {}, today=TODAY)
    assert rejected.value.problems["a"][0].message == "Kerro tämä."


def test_problems_in_rows_stand_where_they_were_typed():
    born = asked("born_on", "datetime", subtype="date", properties={"date_limit": "past"})
    definition = form(rows("children", asked("first_name", validate={"required": True}), born))
    sent = {
        "children.rows": ["4"],
        "children.1.born_on": ["1.1.2030"],
        "children.3.first_name": ["Yksi"],
        "children.3.born_on": ["x"],
    }

    assert problems(definition, sent) == {
        "children.1.first_name": "required",
        "children.1.born_on": "date_in_future",
        "children.3.born_on": "not_a_date",
    }


def test_a_thousand_rows_are_refused():
    definition = form(rows("children", asked("first_name")))

    assert problems(definition, {"children.rows": ["1000"]}) == {"children": "too_many_rows"}
    assert problems(definition, {f"children.{n}.first_name": ["x"] for n in range(51)}) == {
        "children": "too_many_rows"
    }


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "..", "x" * 256])
def test_file_names_that_are_paths_are_refused(name):
    assert problems(form(asked("files", "filepicker")), {"files": [name]}) == {"files": "file_name"}
