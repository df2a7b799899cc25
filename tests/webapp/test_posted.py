"""Data of a request: the pressed button, the typed answers, ids and numbers."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from engine.errors import NotFound
from forms.errors import AnswersRejected
from tests.forms.writing import asked, form, rows
from webapp.http.posted import PostedForm, number_in, posted_form, uuid_in

DEFINITION = form(asked("story"), rows("children", asked("first_name")))
PAGE = Flask(__name__)


def posted(**fields: str | list[str]) -> PostedForm:
    sent = {name.replace("__", "."): value for name, value in fields.items()}
    with PAGE.test_request_context(method="POST", data={"form_token": "x", "act": "y", **sent}):
        return posted_form("next", "act")


def test_the_answers_come_without_buttons_and_fields_of_the_page() -> None:
    found = posted(go="save", story="Jotain", stray="x")

    assert found.button == "save"
    assert found.sent == {"story": ["Jotain"], "stray": ["x"]}
    assert found.typed(DEFINITION) == {"story": ["Jotain"]}


def test_enter_presses_the_page_s_own_button() -> None:
    assert posted(story="Jotain").button == "next"


def test_a_row_button_adds_or_removes_a_row_of_what_was_typed() -> None:
    added = posted(children__0__first_name="Onni", add_row="children")
    removed = posted(children__0__first_name="Onni", children__1__first_name="Aino", remove_row="children.0")

    assert added.typed(DEFINITION)["children.rows"] == ["2"]
    assert removed.typed(DEFINITION) == {"children.0.first_name": ["Aino"], "children.rows": ["1"]}
    assert not posted(story="Jotain").row_buttons


def test_a_row_button_of_no_list_changes_nothing() -> None:
    assert posted(story="Jotain", add_row="nowhere").typed(DEFINITION) == {"story": ["Jotain"]}


def test_more_than_a_form_may_hold_is_refused() -> None:
    found = posted(story="x" * 300_001)

    with pytest.raises(AnswersRejected):
        found.typed(DEFINITION)


def test_an_id_is_one_or_none_or_not_there() -> None:
    assert uuid_in("") is None
    assert uuid_in("01923af0-0000-7000-8000-000000000001") == UUID(int=0x01923AF0000070008000000000000001)
    with pytest.raises(NotFound):
        uuid_in("1")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "１２", "1 000", "1000000000"])
def test_only_short_whole_numbers_in_ascii_are_numbers(text: str) -> None:
    assert number_in(text) is None
    assert number_in("999999999") == 999_999_999
