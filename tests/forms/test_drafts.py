"""Half-filled forms: nothing typed is lost, and a draft of an older version goes on where it can."""

from __future__ import annotations

import pytest

from forms.compatibility import may_lose
from forms.drafts import partial, step_of, steps_shown
from forms.errors import AnswersRejected
from tests.forms.writing import asked, choices, form, rows

FORM = form(
    asked("a", "radio", values=choices("yes", "no"), properties={"step": "Yksi"}),
    asked("born_on", "datetime", subtype="date"),
    rows("children", asked("first_name")),
    asked("b", hide='a != "yes"', properties={"step": "Kaksi"}),
    asked("c", "checklist", values=choices("x", "y"), properties={"step": "Kolme", "skippable": "true"}),
)


def test_wrong_answers_are_kept_as_they_were_typed():
    typed = {
        "a": ["nonsense"],
        "born_on": ["  31.2. "],
        "children.rows": ["2"],
        "children.1.first_name": ["Ä"],
        "b": ["hidden"],
    }

    assert partial(FORM, typed) == typed


def test_an_answer_to_no_question_is_left_out_of_a_draft():
    assert partial(FORM, {"a": ["yes"], "form_token": ["x"], "typename": ["x"]}) == {"a": ["yes"]}


def test_a_character_no_database_can_store_is_marked():
    assert partial(FORM, {"b": ["a\x00b\ud800"]}) == {
        "b": ["a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"]
    }


def test_a_draft_too_large_is_refused():
    with pytest.raises(AnswersRejected):
        partial(FORM, {"b": ["x" * 300_001]})
    with pytest.raises(AnswersRejected):
        partial(FORM, {"b": ["x" * 200_000]}, earlier={"a": ["x" * 200_000]}, step=2)


def test_a_step_replaces_its_own_part_of_the_draft_only():
    earlier = {
        "a": ["yes"],
        "children.rows": ["2"],
        "children.0.first_name": ["Yksi"],
        "b": ["kept"],
        "c": ["x"],
    }

    assert partial(FORM, {"born_on": ["x"]}, earlier=earlier, step=1) == {
        "born_on": ["x"],
        "b": ["kept"],
        "c": ["x"],
    }


def test_a_step_in_which_nothing_is_asked_is_passed_by():
    assert steps_shown(FORM, {}) == (1, 3)
    assert steps_shown(FORM, {"a": ["yes"]}) == (1, 2, 3)


def test_a_problem_leads_to_its_step():
    assert [step_of(FORM, path) for path in ("a", "children.0.first_name", "b", "c", "")] == [1, 1, 2, 3, 3]


def test_drafts_lose_nothing_in_a_version_that_has_a_place_for_every_answer():
    newer = form(
        asked("a", "select", values=choices("yes", "no", "perhaps")),
        asked("born_on", "datetime", subtype="date"),
        rows("children", asked("first_name", "textarea"), asked("family_name")),
        asked("b", "textarea"),
        asked("new"),
        asked("c", "checklist", values=choices("x", "y"), properties={"skippable": "true"}),
    )

    assert not may_lose(FORM, FORM)
    assert not may_lose(FORM, newer)


@pytest.mark.parametrize(
    "name, changed",
    [
        pytest.param("a", asked("a", "radio", values=choices("yes")), id="a choice is gone"),
        pytest.param("born_on", asked("born_on"), id="another kind"),
        pytest.param("children", rows("children", asked("family_name")), id="a column is gone"),
        pytest.param("c", asked("c", "checklist", values=choices("x", "y")), id="no way to skip it"),
        pytest.param("d", asked("e"), id="a question is gone"),
    ],
)
def test_drafts_may_lose_an_answer_that_has_no_place(name, changed):
    old = {
        "a": asked("a", "radio", values=choices("yes", "no")),
        "born_on": asked("born_on", "datetime", subtype="date"),
        "children": rows("children", asked("first_name")),
        "c": asked("c", "checklist", values=choices("x", "y"), properties={"skippable": "true"}),
        "d": asked("d"),
    }

    assert may_lose(form(*old.values()), form(*(old | {name: changed}).values()))
