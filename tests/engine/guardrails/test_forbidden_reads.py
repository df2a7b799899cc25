"""Nobody is judged by who they are: each place that could read it is planted with a fault, and the fault is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.findings import Finding, in_language
from engine.guardrails import load_guardrails
from engine.guardrails.prover import Surroundings, read_diagrams
from engine.guardrails.prover.drawing import broken
from engine.guardrails.prover.model_index import ModelIndex
from engine.models.diagram_gate import check_in_child
from engine.models.gate import references_of
from tests.engine.bpmn.drawn import chain, file, lanes, node, process

KEY = "nobody_is_judged_by_who_they_are"
GUARDRAIL = next(
    each for each in load_guardrails(shipped_files()["guardrails.json"]).on_drawing if each.key == KEY
)
Files = Mapping[str, bytes]


def found_in(files: Files) -> list[Finding]:
    references = references_of({}, files)
    around = Surroundings(tables=references.tables, conditions=references.conditions)
    return list(broken(ModelIndex(read_diagrams(files), {}, around), GUARDRAIL))


def written(path: str, old: str, new: str) -> Callable[[], Files]:
    """Return the shipped files with a text replaced wherever it stands in one of them."""

    def edit() -> Files:
        files = shipped_files()
        text = files[path].decode()
        assert old in text, (path, old)
        return {**files, path: text.replace(old, new).encode()}

    return edit


def asked(path: str, key: str, hide: str) -> Callable[[], Files]:
    """Return the shipped files with another condition on a question of a form, also in the rows of a list."""

    def edit() -> Files:
        files = shipped_files()
        form = json.loads(files[path])
        (question,) = _questions(form, key)
        question["conditional"] = {"hide": hide}
        return {**files, path: json.dumps(form).encode()}

    return edit


def _questions(component: dict[str, object], key: str) -> list[dict[str, object]]:
    inner = component.get("components")
    found = [each for one in inner for each in _questions(one, key)] if isinstance(inner, list) else []
    return [component, *found] if component.get("key") == key else found


URGENCY, REACH = "urgency/process.bpmn", "reach_client/process.bpmn"
FORMS = "forms"

PLANTED: dict[str, tuple[Callable[[], Files], str]] = {
    "the condition of a way": (written(URGENCY, 'case_class = "urgent" and', 'gender = "f" and'), "gender"),
    "a longer name": (
        written(URGENCY, 'case_class = "urgent" and', 'parent_gender = "f" and'),
        "parent_gender",
    ),
    "a Finnish name, inflected": (
        written(URGENCY, 'case_class = "urgent" and', 'hakijan_kansalaisuuden_maa = "x" and'),
        "hakijan_kansalaisuuden_maa",
    ),
    "a name of two words": (written(URGENCY, 'case_class = "urgent" and', "born_on = null and"), "born_on"),
    "a timer": (
        written(
            "contact_change/process.bpmn", ">contact_due_at<", ">if sex = null then contact_due_at else null<"
        ),
        "sex",
    ),
    "a loop": (
        written(
            "gather_information/process.bpmn",
            'name="collection" value="',
            'name="collection" value="if uskonto = null then [] else ',
        ),
        "uskonto",
    ),
    "a script": (written(REACH, "<bpmn:script>{", "<bpmn:script>{quiet: vakaumus = null, "), "vakaumus"),
    "a mapping of answers": (
        written(
            "urgency/process.bpmn",
            'name="output" value="{',
            'name="output" value="{far: answers.nationality = null, ',
        ),
        "nationality",
    ),
    "a mapping into a call": (
        written(
            "make_notice/process.bpmn", 'name="input" value="{', 'name="input" value="{far: etninen_tausta, '
        ),
        "etninen_tausta",
    ),
    "an input of a table": (
        written("intake_to_decision/triage.dmn", "<text>is_child</text>", "<text>sukupuoli</text>"),
        "sukupuoli",
    ),
    "a process that none of the scope calls": (
        written("decision_correction/process.bpmn", 'correction_effect = "', 'religion = "'),
        "religion",
    ),
}
CONDITIONS: dict[str, tuple[Callable[[], Files], str, str]] = {
    "a question of a task": (
        asked("forms/assessment.form", "needs_special_help", '=kansalaisuus = "x"'),
        "assessment",
        "kansalaisuus",
    ),
    "a question of an application": (
        asked("forms/application.form", "has_children", "=ikä < 30"),
        "application",
        "ikä",
    ),
    "a question of a part": (
        asked("forms/parts/person_danger.form", "in_danger", '=religion = "x"'),
        "referral",
        "religion",
    ),
    "a question in the rows of a list": (
        asked("forms/new_information_request.form", "questions", '=gender = "f"'),
        "new_information_request",
        "gender",
    ),
}


def test_the_shipped_bundle_reads_none_of_it() -> None:
    assert found_in(shipped_files()) == []


@pytest.mark.parametrize("place", PLANTED)
def test_a_diagram_or_table_that_reads_it_is_found(place: str) -> None:
    edit, name = PLANTED[place]
    found = found_in(edit())
    assert {(each.code, each.values["variable"]) for each in found} == {("guardrail_reads", name)}
    assert all(each.element_id for each in found)


@pytest.mark.parametrize("place", CONDITIONS)
def test_a_condition_of_a_form_that_reads_it_is_found(place: str) -> None:
    edit, form, name = CONDITIONS[place]
    found = {(each.code, each.values["form"], each.values["variable"]) for each in found_in(edit())}
    assert ("guardrail_form_reads", form, name) in found
    assert {variable for _, _, variable in found} == {name}


def test_a_name_that_only_contains_such_a_word_is_no_fault() -> None:
    for name in ("language", "sexual_offence_named", "message", "kielen_ikkuna", "agency", "ikävä"):
        assert found_in(written(URGENCY, 'case_class = "urgent" and', f"{name} = null and")()) == []


def test_the_conditions_reach_the_check_in_a_child_process() -> None:
    text = {
        "key": KEY, "template": "no_condition_reads", "scope": "p", "names": ["gender"], "fi": "Ei.", "sv": "Nej.", "en": "No.",
    }  # fmt: skip
    guardrails = {"version": 1, "effective_from": "2026-12-01", "facts": {}, "guardrails": [text]}
    body = node("startEvent", "a") + node("endEvent", "e") + chain("a e") + lanes("a e")
    references = replace(references_of({}, {}), conditions={"f": frozenset({"gender", "choice"})})
    files = {"p.bpmn": file(process(body))}
    (found,) = [
        each
        for each in check_in_child(files, references, json.dumps(guardrails).encode(), seconds=60)
        if each.code.startswith("guardrail")
    ]
    assert (found.code, found.values["form"], found.severity) == ("guardrail_form_reads", "f", "error")
    assert len({in_language(found, language)[0] for language in ("fi", "sv", "en")}) == 3
