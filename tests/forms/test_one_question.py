"""The easy way and the change of one answer: one question a page, with those that hang on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import webapp
from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.definition import PICTURES, FormDefinition
from forms.drafts import partial
from forms.errors import InvalidDefinition
from forms.one_question import Place, around, easy_questions, places, root_of, together
from tests.forms.writing import asked, choices, form

PUBLIC = tuple(each for key in form_keys() if (each := read_form(key, parse=parse)).is_public)


@pytest.mark.parametrize("definition", PUBLIC, ids=lambda each: each.key)
def test_each_question_has_one_page_on_which_it_stands(definition: FormDefinition) -> None:
    for key in definition.by_key:
        root = root_of(definition, key)
        assert key in together(definition, root)
        assert root_of(definition, root) == root
    assert root_of(definition, "no_such_question") == ""


@pytest.mark.parametrize("definition", PUBLIC, ids=lambda each: each.key)
def test_the_easy_way_asks_all_that_must_be_answered(definition: FormDefinition) -> None:
    easy = [field.key for field in definition.fields if field.is_easy]
    needed = {field.key for field in definition.fields if field.required}
    stand = {key for each in easy for key in together(definition, root_of(definition, each))}

    assert not easy or needed <= stand
    assert [place.question for place in places(definition, {}, is_easy=True) if easy] == list(
        easy_questions(definition, {})
    )


def test_the_easy_way_is_short_and_offered_to_people_who_apply_for_themselves_or_a_child() -> None:
    assert {each.key: len(easy_questions(each, {})) for each in PUBLIC if easy_questions(each, {})} == {
        "application": 12,
        "child_application": 13,
    }


def test_how_much_each_form_asks_of_people_may_only_shrink() -> None:
    doors = {each.key: (len(each.steps), len(each.fields)) for each in PUBLIC}
    most = {"application": (7, 52), "child_application": (7, 42), "referral": (6, 65), "enquiry": (2, 9)}
    assert {key: doors[key] for key in most} == most, "pages and questions"


def test_an_answer_alone_leaves_the_others_of_its_step() -> None:
    definition = form(asked("a"), asked("b"), asked("c", hide="a = null"))
    earlier = {"a": ["1"], "b": ["2"], "c": ["3"]}

    kept = partial(
        definition, {"a": ["4"], "b": ["lost"]}, earlier=earlier, step=1, only=together(definition, "a")
    )

    assert kept == {"a": ["4"], "b": ["2"]}


def test_a_page_that_is_asked_no_more_has_neighbours_too() -> None:
    definition = form(asked("a"), asked("b"), asked("c"))
    pages = [Place(1, "a"), Place(1, "c")]

    assert around(definition, pages, Place(1, "b")) == ([Place(1, "a")], [Place(1, "c")])
    assert around(definition, [Place(1)], Place(1)) == ([], [])


def test_a_picture_is_one_that_is_drawn() -> None:
    drawn = Path(webapp.__file__).parent / "templates" / "components" / "pictures.html"
    assert tuple(re.findall(r'^  "(\w+)":', drawn.read_text("utf-8"), re.MULTILINE)) == PICTURES
    with pytest.raises(InvalidDefinition, match="hevonen"):
        form(asked("a", "radio", values=choices("yes"), properties={"picture_yes": "hevonen"}))
