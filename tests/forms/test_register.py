"""A question says of itself whose details its answer belongs to, and none about identity or contact is left out."""

from __future__ import annotations

from datetime import date

import pytest

from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.definition import RegisterPlace
from forms.errors import InvalidDefinition
from forms.views import RegisterEntry, register_entries, unregistered
from tests.forms.writing import asked, form, rows

PERSON = {"properties": {"party": "person"}}


def test_no_question_of_a_shipped_form_about_identity_or_contact_is_left_out():
    forms = {key: read_form(key, parse=parse) for key in form_keys()}

    assert {key: unregistered(each) for key, each in forms.items() if unregistered(each)} == {}


def test_a_question_goes_by_its_class_to_the_party_around_it():
    definition = form(
        asked("name", properties={"class": "identity"}),
        asked("phone", properties={"class": "contact"}),
        asked("story"),
        asked("age", properties={"class": "identity", "register": "answers"}),
        asked("language", properties={"class": "contact", "register": "identity"}),
        asked(
            "guardian_name", properties={"class": "identity", "party": "speaker", "register": "identity.name"}
        ),
        **PERSON,
    )

    assert {field.key: field.place for field in definition.fields} == {
        "name": RegisterPlace("person", "identity", "name"),
        "phone": RegisterPlace("person", "contact", "phone"),
        "story": None,
        "age": None,
        "language": RegisterPlace("person", "identity", "language"),
        "guardian_name": RegisterPlace("speaker", "identity", "name"),
    }
    assert unregistered(definition) == ()


def test_a_question_without_a_register_is_named():
    definition = form(
        asked("name", properties={"class": "identity"}),
        asked("story"),
        rows("children", asked("born_on", "datetime"), properties={"class": "identity"}),
    )

    assert unregistered(definition) == ("name", "children.born_on")


def test_a_row_belongs_to_the_party_of_its_list_and_not_to_the_one_around_it():
    given = asked("given", properties={"register": "identity"})
    children = rows("children", given, asked("school"), properties={"party": "child"})
    definition = form(asked("name", properties={"class": "identity"}), children, **PERSON)
    answers = {"name": "A", "children": [{"given": "B", "school": "x"}, {"school": "y"}]}

    assert register_entries(definition, answers) == {
        "person": (RegisterEntry({"name": "A"}, {}),),
        "child": (RegisterEntry({"given": "B"}, {}), RegisterEntry({}, {})),
    }


def test_answers_are_kept_as_json_holds_them_and_what_was_not_answered_is_not():
    definition = form(
        asked("born_on", "datetime", properties={"class": "identity", "skippable": "true"}),
        asked("name", properties={"class": "identity", "skippable": "true"}),
        asked("phone", properties={"class": "contact"}),
        **PERSON,
    )
    entries = register_entries(definition, {"born_on": date(2001, 2, 3), "name": {"skipped": "dont_want"}})

    assert entries["person"] == (
        RegisterEntry({"born_on": "2001-02-03", "name": {"skipped": "dont_want"}}, {}),
    )


@pytest.mark.parametrize(
    "properties",
    [
        {"register": "identity"},
        {"party": "nobody", "class": "identity"},
        {"party": "person", "register": "elsewhere"},
        {"party": "person", "register": "identity.Name"},
    ],
)
def test_a_register_that_does_not_exist_is_refused(properties):
    with pytest.raises(InvalidDefinition) as refused:
        form(asked("name", properties=properties))
    assert refused.value.where == "name"
