"""The shipped models: the gate finds nothing, and they call, ask and show what exists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn import Element
from engine.bpmn.catalogue import Catalogue, read
from engine.bpmn.checks import References, check_bundle
from engine.bpmn.checks.model import Model
from engine.bpmn.checks.naming import entries_of, items_around, readable
from engine.casework.code_holder import ADDITION
from engine.commands.urgent_calls import SPOKEN
from engine.domain.people import Role
from engine.feel import parse
from engine.guardrails import load_guardrails
from engine.models.gate import MESSAGES, START_VARIABLES
from engine.operations import OPERATIONS
from forms.catalogue import form_keys, read_form
from forms.definition import FormDefinition
from processes import catalogue

FILES = catalogue.files()
TABLES = {PurePosixPath(path).stem: data for path, data in FILES.items() if path.endswith(".dmn")}
QUESTION = re.compile(r".+\?$")
LITERAL = re.compile(r'"([^"]*)"')


@cache
def drawn() -> Catalogue:
    return read({path: etree.fromstring(data) for path, data in FILES.items() if path.endswith(".bpmn")})


@cache
def definitions() -> Mapping[str, FormDefinition]:
    return {key: read_form(key, parse=parse) for key in form_keys()}


def elements(*kinds: str) -> Iterator[Element]:
    return (element for element in drawn().elements.values() if element.kind in kinds)


def references() -> References:
    return References(
        forms={key: frozenset(form.variable_names) for key, form in definitions().items()},
        roles=frozenset(role.value for role in Role),
        operations={name: each.shape for name, each in OPERATIONS.items()},
        tables={key: frozenset() for key in TABLES},
        variables=frozenset(START_VARIABLES),
        messages=MESSAGES,
        functions=frozenset({"working_days_later"}),
    )


def test_the_gate_finds_nothing() -> None:
    found = check_bundle(FILES, references())
    assert [f"{f.code} {f.process_id} {f.element_id}: {f.sentence}" for f in found] == []


def test_a_folder_is_named_after_its_process() -> None:
    assert tuple(sorted(drawn().processes)) == catalogue.processes()
    assert all(path == f"{key}/process.bpmn" for key, path in drawn().files.items())


def test_no_id_is_used_twice_in_the_bundle() -> None:
    ids: Counter[str] = Counter()
    for path, data in FILES.items():
        if path.endswith(".bpmn"):
            here = {node.get("id", "message_") for node in etree.fromstring(data).iter()}
            ids.update(key for key in here if not key.startswith("message_"))
    assert [key for key, times in ids.items() if times > 1] == []


def test_the_examination_is_drawn_alike_in_both_diagrams() -> None:
    first, again = _part("examine"), _part("examine_anew")
    assert len(first) > 50
    assert first == again


STEPS = ("gather_information", "assess_and_resolve", "resolution", "after_decision")
"""Processes in which the matter is asked about, assessed, decided and followed."""


def test_the_picture_with_which_a_case_begins_shows_asking_assessing_and_deciding() -> None:
    shown = {each.calls for each in elements("callActivity") if each.process_id == "intake_to_decision"}
    assert shown >= set(STEPS)


DEEPER = {"letter": 6, "send_notice": 5}
"""Diagrams with a reminder or an escalation that lie deeper than four; a number may only fall."""


def test_no_reminder_lies_deeper_than_the_fourth_diagram() -> None:
    """Counted by the longest way of calls, from a diagram that nothing calls."""
    calls: dict[str, set[str]] = {key: set() for key in drawn().processes}
    for each in elements("callActivity"):
        calls[each.process_id].add(each.calls or "")
    called = set().union(*calls.values())

    def deepest(key: str) -> int:
        return 1 + max((deepest(above) for above, below in calls.items() if key in below), default=0)

    assert called <= set(calls)
    reminding = {
        each.process_id
        for each in drawn().elements.values()
        if each.properties.get("timer") in ("reminder", "escalation")
    }
    assert len(reminding) > 15
    assert {key: depth for key in reminding if (depth := deepest(key)) > 4} == DEEPER


def _part(sub_process: str) -> set[tuple[str, ...]]:
    """The steps and ways of an embedded sub-process, without the ending that ids of the second diagram have."""
    found: set[tuple[str, ...]] = set()
    for each in drawn().elements.values():
        if each.scope == sub_process:
            drawn_as = (
                each.kind,
                each.name,
                each.documentation,
                each.message or "",
                each.calls or "",
                *each.events,
            )
            mapped = (f"{name}={value}" for name, value in sorted(each.properties.items()))
            found.add((_bare(each.element_id), _bare(each.default or ""), *drawn_as, *mapped))
    for flow in drawn().flows.values():
        if flow.scope == sub_process:
            found.add((_bare(flow.source), _bare(flow.target), flow.name, flow.condition or ""))
    return found


def _bare(element_id: str) -> str:
    return element_id.replace("_anew", "")


def test_every_task_of_a_person_has_a_form_and_somebody_to_do_it() -> None:
    without = [
        element.element_id
        for element in elements("userTask")
        if element.properties.get("form_key") not in definitions() or element.role not in set(Role)
    ]
    assert without == []


def test_every_form_of_a_task_is_used_and_every_task_names_one() -> None:
    used = {element.properties["form_key"] for element in elements("userTask")}
    opening = {"application", "child_application", "referral", "phone_intake", "enquiry", "arrival"}
    # Nobody's tasks: a person adds by their code at any time, and a call is written down with its decision.
    beside = {ADDITION, SPOKEN}
    assert used == set(definitions()) - opening - beside


def test_a_choice_is_a_question_and_its_ways_are_named() -> None:
    flows = {flow.flow_id: flow for flow in drawn().flows.values()}
    wrong = []
    for element in elements("exclusiveGateway", "inclusiveGateway"):
        asks = len(element.outgoing) > 1
        named = bool(QUESTION.match(element.name)) and all(flows[each].name for each in element.outgoing)
        if (asks and not (named and element.default in element.outgoing)) or (element.name and not asks):
            wrong.append(element.element_id)
    assert wrong == []


def test_at_most_one_condition_of_a_choice_is_true() -> None:
    """The engine would take the way that is drawn higher: moving a box would change a decision."""
    flows = {flow.flow_id: flow for flow in drawn().flows.values()}
    for element in elements("exclusiveGateway"):
        texts = [flows[each].condition or "" for each in element.outgoing if flows[each].condition]
        names = sorted({name for text in texts for name in parse(text).names})
        words = sorted({word for text in texts for word in LITERAL.findall(text)})
        values = (None, True, False, "something else", "admitted_35_1", *words)
        for combination in product(values, repeat=len(names)):
            scope = dict(zip(names, combination, strict=True))
            true = [text for text in texts if parse(text).evaluate(scope) is True]
            assert len(true) <= 1, (element.element_id, scope, true)


def test_every_operation_that_a_diagram_calls_exists() -> None:
    assert {element.properties["operation"] for element in elements("serviceTask")} <= set(OPERATIONS)


def test_a_called_operation_finds_every_variable_it_reads() -> None:
    """By name, in the process that calls it or in one that calls that."""
    model = Model({}, drawn(), references())
    known = readable(model)
    missing = []
    for element in elements("serviceTask"):
        given = set(entries_of(element.properties.get("input", "")) or ()) | items_around(model, element)
        read = set(OPERATIONS[element.properties["operation"]].inputs)
        missing += [(element.element_id, name) for name in read - given - known[element.process_id]]
    assert missing == []


def test_the_guardrails_can_be_read_and_speak_of_milestones_that_exist() -> None:
    guardrails = load_guardrails(FILES["guardrails.json"])
    carried = {name for element in drawn().elements.values() for name in element.milestones}
    from_elsewhere = {"threat_disclosure_signed", "child_offence_duty"}
    for guardrail in guardrails.on_paths:
        assert guardrail.scope in drawn().processes, guardrail.key
        assert guardrail.milestones <= carried | from_elsewhere, guardrail.key
        assert guardrail.a & carried, f"{guardrail.key} holds emptily"


def test_every_process_says_what_it_is_and_which_law_it_carries_out() -> None:
    for path, data in FILES.items():
        if path.endswith(".bpmn"):
            process = etree.fromstring(data).find("{*}process")
            assert process is not None
            assert len(process.findtext("{*}documentation") or "") > 100, path
