"""Which questions are asked, what is not answered, what is skipped, and what the others get of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from forms.compatibility import may_lose
from forms.definition import as_answered
from forms.errors import AnswersRejected, InvalidDefinition
from forms.submission import accept, accept_json, accept_step
from forms.typed import as_typed, rows_changed
from forms.views import as_json, by_class, shown, variables
from tests.forms.writing import TODAY, asked, choices, form, problems, rows

CHAIN = form(
    asked("a", "radio"),
    asked("b", "radio", hide='a != "yes"', validate={"required": True}),
    asked("c", "radio", hide='b != "yes"', validate={"required": True}),
    asked("d", hide='c != "yes"', validate={"required": True}),
)


def test_a_hidden_question_is_neither_checked_nor_stored():
    sent = {"a": ["no"], "b": ["nonsense"], "c": ["yes"], "d": ["x"]}

    assert accept(CHAIN, sent, today=TODAY) == {"a": "no"}


def test_a_chain_is_hidden_from_the_first_link_on():
    assert accept(CHAIN, {"a": ["yes"], "b": ["no"], "c": ["yes"], "d": ["x"]}, today=TODAY) == {
        "a": "yes",
        "b": "no",
    }
    assert problems(CHAIN, {"a": ["yes"], "b": ["yes"], "c": ["yes"]}) == {"d": "required"}


def test_a_wrong_answer_counts_as_none_for_what_hangs_on_it():
    assert problems(CHAIN, {"a": ["perhaps"], "b": ["yes"]}) == {"a": "not_a_choice"}


def test_the_order_on_the_page_does_not_matter_to_conditions():
    definition = form(asked("later_hidden", hide='switch != "yes"'), asked("switch", "radio"))

    assert accept(definition, {"later_hidden": ["x"], "switch": ["no"]}, today=TODAY) == {"switch": "no"}


def test_a_group_hides_all_in_it():
    group = {
        "type": "group",
        "label": "Ryhmä",
        "conditional": {"hide": '=a != "yes"'},
        "components": [asked("b", validate={"required": True})],
    }
    definition = form(asked("a", "radio"), group)

    assert accept(definition, {"a": ["no"], "b": ["x"]}, today=TODAY) == {"a": "no"}
    assert problems(definition, {"a": ["yes"]}) == {"b": "required"}


def test_in_a_row_a_condition_reads_the_row_then_the_form():
    column = asked("school", hide='in_finland != "yes" or wants != "yes"', validate={"required": True})
    definition = form(asked("wants", "radio"), rows("children", asked("in_finland", "radio"), column))
    sent = {
        "wants": ["yes"],
        "children.0.in_finland": ["no"],
        "children.0.school": ["x"],
        "children.1.in_finland": ["yes"],
    }

    assert problems(definition, sent) == {"children.1.school": "required"}
    sent |= {"children.1.school": ["Keksitty"]}
    assert accept(definition, sent, today=TODAY)["children"] == [
        {"in_finland": "no"},
        {"in_finland": "yes", "school": "Keksitty"},
    ]


def test_the_cases_variables_may_hide_questions():
    definition = form(asked("guardian", hide="is_child != true", validate={"required": True}))

    assert definition.given_names == {"is_child"}
    assert problems(definition, {}, given={"is_child": False}) == {}
    assert problems(definition, {}, given={"is_child": True}) == {"guardian": "required"}


def test_blanks_are_no_answers_but_an_empty_box_is_one():
    definition = form(asked("a"), asked("b", "checkbox"), asked("c", "checklist"), rows("d", asked("e")))

    assert accept(definition, {"a": ["  "], "d.rows": ["2"], "d.0.e": [" "]}, today=TODAY) == {
        "b": False,
        "c": [],
        "d": [],
    }


def test_a_skip_is_an_answer_even_to_a_question_that_must_be_answered():
    must = {"validate": {"required": True}, "properties": {"skippable": "true"}}
    definition = form(asked("a", **must), asked("b", "radio", values=choices("yes"), **must))

    assert problems(definition, {}) == {"a": "required_or_skip", "b": "required_or_skip"}
    sent = {"a.skip": ["dont_know"], "b": ["dont_want"]}
    assert accept(definition, sent, today=TODAY) == {
        "a": {"skipped": "dont_know"},
        "b": {"skipped": "dont_want"},
    }


def test_one_cannot_both_answer_and_not():
    definition = form(asked("a", properties={"skippable": "true"}))

    assert problems(definition, {"a": ["x"], "a.skip": ["dont_want"]}) == {"a": "answered_and_skipped"}
    assert problems(definition, {"a.skip": ["dont_want", "dont_know"]}) == {"a": "choose_one"}


def test_only_an_offered_reason_skips_a_question():
    definition = form(asked("a"), asked("b", properties={"skippable": "dont_want"}))

    assert problems(definition, {"a.skip": ["dont_want"], "b.skip": ["dont_know"]}) == {
        "a": "not_skippable",
        "b": "not_skippable",
    }


def test_a_question_that_depends_on_a_skipped_one_is_hidden():
    definition = form(
        asked("a", "radio", values=choices("yes"), properties={"skippable": "true"}),
        asked("b", hide='a != "yes"'),
    )

    assert accept(definition, {"a": ["dont_want"], "b": ["x"]}, today=TODAY) == {
        "a": {"skipped": "dont_want"}
    }


def test_a_process_reads_only_marked_fields_and_null_for_unanswered_ones():
    definition = form(
        asked("danger", "radio", values=choices("yes"), properties={"variable": "true", "skippable": "true"}),
        asked("ill", "checkbox", properties={"variable": "true"}),
        asked("story"),
        rows("children", asked("name"), asked("young", "checkbox", properties={"variable": "true"})),
    )
    sent = {"danger": ["dont_know"], "story": ["x"], "children.0.name": ["y"], "children.0.young": ["true"]}

    assert variables(definition, accept(definition, sent, today=TODAY)) == {
        "danger": None,
        "ill": False,
        "children": [{"young": True}],
    }
    assert variables(definition, {}) == {"danger": None, "ill": None, "children": []}


def test_answers_are_cut_by_the_class_they_are_sealed_in():
    definition = form(asked("name", properties={"class": "identity"}), asked("story"))

    assert by_class(definition, {"name": "x", "story": "y"}) == {
        "identity": {"name": "x"},
        "contact": {},
        "narrative": {"story": "y"},
        "decision": {},
    }


EVERY_KIND = form(
    asked("on", "datetime", subtype="date"),
    asked("sum", "number"),
    asked("why", "radio", values=choices("war", "work"), properties={"skippable": "true"}),
    asked("agree", "checkbox"),
    asked("channels", "checklist", values=choices("phone", "post")),
    rows("children", asked("first_name")),
)
SENT = {
    "on": ["1.12.2026"],
    "sum": ["1,50"],
    "why": ["dont_want"],
    "agree": ["true"],
    "channels": ["post", "phone"],
    "children.0.first_name": ["Yksi"],
}
ANSWERS = {
    "on": date(2026, 12, 1),
    "sum": Decimal("1.5"),
    "why": {"skipped": "dont_want"},
    "agree": True,
    "channels": ["phone", "post"],
    "children": [{"first_name": "Yksi"}],
}


def test_answers_come_back_from_the_page_and_from_json_as_they_were():
    answers = accept(EVERY_KIND, SENT, today=TODAY)

    assert answers == ANSWERS
    assert accept(EVERY_KIND, as_typed(EVERY_KIND.fields, answers), today=TODAY) == answers
    assert accept_json(EVERY_KIND, as_json(answers), today=TODAY) == answers


def test_answers_are_shown_in_words():
    (step,) = shown(EVERY_KIND, ANSWERS)

    assert [(answer.label, answer.words, answer.state) for answer in step.answers] == [
        ("On", ("1.12.2026",), "answered"),
        ("Sum", ("1,5",), "answered"),
        ("Why", ("En halua vastata",), "skipped"),
        ("Agree", ("Kyllä",), "answered"),
        ("Channels", ("Phone", "Post"), "answered"),
        ("Rivi 1: First name", ("Yksi",), "answered"),
    ]


def test_rows_are_added_and_removed_by_buttons():
    fields = EVERY_KIND.fields
    sent = {
        "children.rows": ["2"],
        "children.0.first_name": ["Yksi"],
        "children.1.first_name": ["Kaksi"],
        "on": ["x"],
    }

    assert rows_changed(fields, sent) is None
    assert rows_changed(fields, {**sent, "add_row": ["children"]}) == {**sent, "children.rows": ["3"]}
    assert rows_changed(fields, {**sent, "remove_row": ["children.0"]}) == {
        "children.rows": ["1"],
        "children.0.first_name": ["Kaksi"],
        "on": ["x"],
    }
    assert rows_changed(fields, {**sent, "remove_row": ["on"]}) is None


def test_a_step_is_checked_by_itself_with_the_answers_of_the_others():
    definition = form(
        asked("a", "radio", values=choices("yes", "no"), properties={"step": "Yksi"}),
        asked("b", validate={"required": True}, hide='a != "yes"', properties={"step": "Kaksi"}),
        asked("c", validate={"required": True}, properties={"step": "Kolme"}),
    )

    assert accept_step(definition, 1, {"a": ["yes"]}, today=TODAY) == {"a": "yes"}
    assert accept_step(definition, 2, {"a": ["yes"], "b": ["x"]}, today=TODAY) == {"b": "x"}
    assert accept_step(definition, 2, {"a": ["no"], "b": ["x"]}, today=TODAY) == {}


def test_what_a_variable_let_through_is_asked_again_without_it_and_the_rest_is_not():
    definition = form(
        asked("a", "radio"),
        asked("urgent", hide='class != "urgent"', validate={"required": True}),
        asked("why", hide='class != "urgent"'),
        asked("child", hide="age > 17", validate={"required": True}),
        asked("both", hide='a != "yes" or class != "urgent"'),
        asked("reads_child", hide='child != "x"'),
    )
    assert definition.given_names == {"class", "age"}

    again = as_answered(definition, frozenset({"a", "urgent"}))

    assert again.given_names == frozenset()
    assert [field.key for field in again.fields] == ["a", "urgent", "why", "reads_child"]
    assert problems(again, {"a": ["yes"]}) == {"urgent": "required"}
    sent = {"a": ["yes"], "urgent": ["x"], "why": ["y"], "reads_child": ["z"]}
    assert accept(again, sent, today=TODAY) == {"a": "yes", "urgent": "x", "why": "y"}


def test_what_rows_read_of_the_case_is_still_missing():
    definition = form(rows("children", asked("name"), asked("school", hide="age > 17")))

    assert as_answered(definition, frozenset({"children"})).given_names == {"age"}


def test_an_option_that_is_retired_is_read_in_older_answers_and_chosen_no_more() -> None:
    older = form(asked("way", "radio", values=choices("phone", "interpreter")))
    newer = form(
        asked(
            "way",
            "radio",
            values=choices("phone", "interpreter"),
            properties={"retired_interpreter": "true"},
        )
    )
    assert [each.value for each in newer.by_key["way"].offered] == ["phone"]
    for take in (accept, accept_json):
        sent = {"way": ["interpreter"]} if take is accept else {"way": "interpreter"}
        with pytest.raises(AnswersRejected) as refused:
            take(newer, sent, today=TODAY)
        assert refused.value.problems["way"][0].key == "not_a_choice"
    ((step,), label) = shown(newer, {"way": "interpreter"}), newer.by_key["way"].options[1].label
    assert step.answers[0].words == (label,)
    assert not may_lose(older, newer), "a draft that holds it shows it"
    with pytest.raises(InvalidDefinition):
        form(asked("way", "radio", values=choices("phone"), properties={"retired_letter": "true"}))
