"""A proof is kept until something that it depends on changes, and not a keystroke longer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any

import pytest

from engine.bpmn.elements import Element, Flow
from engine.guardrails import Guardrails
from engine.guardrails.prover import Report, Surroundings, Verdict, prove
from engine.guardrails.prover.model_index import ModelIndex
from engine.guardrails.prover.proof_cache import CLOSED, PROVED, ProofCache
from engine.guardrails.prover.slices import Attempt
from tests.engine.bpmn.shipped import processes
from tests.engine.guardrails.conftest import set_aside
from tests.engine.guardrails.edits import EDITS
from tests.engine.guardrails.redrawing import edited
from tests.engine.guardrails.test_shipped_guardrails import GUARDRAILS, PATIENT, TABLES, alone

pytestmark = pytest.mark.usefixtures("nothing_proved")


Known = tuple[Report, list[dict[Any, Any]]]


@pytest.fixture(scope="module")
def shipped() -> Known:
    """The proof of the shipped bundle by somebody who knew nothing, and all that they knew afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        set_aside(patch)
        return proved(processes()), [dict(cache._found) for cache in (PROVED, CLOSED)]


def knows(shipped: Known) -> Report:
    """Know what was learnt of the shipped bundle, and nothing else. Return its report."""
    forget()
    report, learnt = shipped
    for cache, found in zip((PROVED, CLOSED), learnt, strict=True):
        for key, answer in found.items():
            cache.keep(key, answer)
    return report


def forget() -> None:
    PROVED.clear()
    CLOSED.clear()


SOME = list(EDITS)[::20]
"""Each is proved twice; test_shipped_guardrails has all."""


def proved(files: Mapping[str, bytes], guardrails: Guardrails = GUARDRAILS) -> Report:
    return replace(prove(files, guardrails, limit=PATIENT, surroundings=TABLES), milliseconds=0)


def test_another_name_or_place_on_the_page_is_not_proved_again(shipped: Known) -> None:
    first = knows(shipped)
    kept = len(PROVED)
    redrawn = {path: moved(renamed(data)) for path, data in processes().items()}
    assert all(redrawn[path] != data for path, data in processes().items())
    assert proved(redrawn) == first
    assert len(PROVED) == kept


def renamed(data: bytes) -> bytes:
    return re.sub(rb'(<bpmn:(?:\w+Task|\w+Event|\w+Gateway|callActivity) id="\w+" name=")', rb"\1Uusi ", data)


def moved(data: bytes) -> bytes:
    return data.replace(b'<dc:Bounds x="', b'<dc:Bounds x="1')


@pytest.mark.slow
def test_after_an_edit_the_same_is_found_as_by_someone_who_knew_nothing(shipped: Known) -> None:
    some = few()
    by_someone_else: dict[str, Report] = {}
    for name in SOME:
        forget()
        by_someone_else[name] = proved(edited(EDITS[name][0]), some)
        assert by_someone_else[name].findings, name
    knows(shipped)
    for name in SOME:
        assert proved(edited(EDITS[name][0]), some) == by_someone_else[name], name


def few() -> Guardrails:
    """Return each fifth guardrail, and those that the edits break: what is kept is kept for each by itself."""
    broken = {EDITS[name][1] for name in SOME}
    kept = [each for n, each in enumerate(GUARDRAILS.on_paths) if n % 5 == 0 or each.key in broken]
    return replace(GUARDRAILS, on_paths=tuple(kept))


UNREAD = {"name", "lane", "role", "timer", "documentation"}
"""Fields of elements and arrows that make no other net."""
OTHERWISE = {
    **{each.name: "other" for each in (*fields(Element), *fields(Flow))},
    "incoming": ("other",),
    "outgoing": ("other",),
    "events": ("other",),
    "interrupting": False,
    "properties": {"milestone": "reached"},
}


def contents(
    around: Surroundings = TABLES, facts: Mapping[str, tuple[str, ...]] = {}, **changed: Any
) -> bytes:
    """Return the digest of a process with one element and one arrow. `changed`: a field of either, with its value."""
    element = replace(Element("p", "e", "userTask", "E", "p"), **_of(Element, changed))
    flow = replace(Flow("p", "f", "p", "e", "e"), **_of(Flow, changed))
    drawn = Drawn({"p": "P"}, {("p", "e"): replace(element, process_id="p")}, {("p", "f"): flow})
    return ModelIndex(drawn, facts, around).contents["p"]


def _of(kind: type, changed: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: changed[each.name] for each in fields(kind) if each.name in changed}


@dataclass(frozen=True)
class Drawn:
    processes: Mapping[str, str]
    elements: Mapping[tuple[str, str], Element]
    flows: Mapping[tuple[str, str], Flow]


@pytest.mark.parametrize(
    "name", sorted({each.name for each in (*fields(Element), *fields(Flow))} - {"process_id"})
)
def test_a_key_depends_on_every_field_that_a_net_reads(name: str) -> None:
    assert (contents(**{name: OTHERWISE[name]}) == contents()) is (name in UNREAD)


def test_a_key_depends_on_facts_messages_and_operations_that_wait() -> None:
    for key in ("input", "output"):
        assert contents(properties={key: "{x: 1}"}) != contents()
    assert contents(properties={"form_key": "f"}) == contents()
    assert contents(facts={"x": ("a",)}) != contents()
    carried = replace(TABLES, messages={"m": frozenset({"x"})})
    assert contents(carried, message="m") != contents(replace(TABLES, messages={}), message="m")
    waits = replace(TABLES, waiting=frozenset({"o"}))
    assert contents(waits, properties={"operation": "o"}) != contents(properties={"operation": "o"})


def test_a_proof_with_findings_is_not_kept(shipped: Known) -> None:
    knows(shipped)
    broken, key = next((edit, key) for edit, key, _ in EDITS.values() if key)
    first = proved(edited(broken), alone(key))
    assert Verdict.BROKEN in first.verdicts.values()
    assert proved(edited(broken), alone(key)) == first


def test_the_oldest_proof_goes_first_and_a_used_one_stays() -> None:
    kept = ProofCache(most=3)
    for number, asked in product(range(5), (0,)):
        kept.keep(number, Attempt(number, is_proven=True))
        kept.found(asked)
    found = [kept.found(number) for number in range(5)]
    assert [each and each.situations for each in found] == [0, None, None, 3, 4]
