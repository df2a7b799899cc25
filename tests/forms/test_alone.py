"""An option that says "none" is not chosen beside others."""

from __future__ import annotations

import pytest

from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.definition import FormDefinition, Kind
from forms.errors import AnswersRejected, InvalidDefinition
from forms.submission import accept, accept_json
from tests.forms.writing import TODAY, asked, form

NONE_VALUES = {"nobody", "none", "no_preference", "nothing"}
PRESENT = [{"label": label, "value": value} for value, label in (("nobody", "Ei muita"), ("lawyer", "Lakimies"), ("other", "Muu"))]  # fmt: skip


def present(alone: str = "nobody") -> FormDefinition:
    return form(asked("present", "checklist", values=PRESENT, properties={"alone": alone}))


def test_none_beside_others_is_refused_on_the_page_and_from_a_program() -> None:
    for take, answers in ((accept, {"present": ["nobody", "lawyer"]}), (accept_json, {"present": ["nobody", "lawyer"]})):  # fmt: skip
        with pytest.raises(AnswersRejected) as refused:
            take(present(), answers, today=TODAY)
        (problem,) = refused.value.problems["present"]
        assert problem.key == "not_beside_others"
    assert accept(present(), {"present": ["nobody"]}, today=TODAY) == {"present": ["nobody"]}
    assert accept(present(), {"present": ["lawyer", "other"]}, today=TODAY)


def test_only_an_option_of_a_checklist_stands_alone() -> None:
    with pytest.raises(InvalidDefinition):
        present("somebody")
    with pytest.raises(InvalidDefinition):
        form(asked("name", properties={"alone": "nobody"}))


def test_each_none_of_a_shipped_checklist_stands_alone() -> None:
    for key in form_keys():
        for field in read_form(key, parse=parse).fields:
            if field.kind is Kind.CHECKLIST and (
                none := NONE_VALUES & {each.value for each in field.options}
            ):
                assert {field.alone} == none, f"{key}.{field.key}"
