"""Random walks: the seed alone finds a problem again, and a problem is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from engine.bootstrap import shipped_files
from engine.domain.people import SYSTEM
from engine.errors import ModelRejected
from engine.executor import Engine, Query, Work
from engine.executor.permissions import require_system
from engine.simulation.open_form import OpenForm
from engine.simulation.random_walk import BEGINNING, WalkResults, walk_bundle, walk_case
from tests.engine.guardrails.fewer import only
from tests.support.trying import shipped_image


class Happened(Query[tuple[tuple[str, str], ...]]):
    """Kind and moment of every event of every case."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[tuple[str, str], ...]:
        cases = work.stores.cases.find()
        return tuple(
            (event.kind, event.at.isoformat())
            for case in cases
            for event in work.stores.timeline.of_case(case.id)
        )


def walked(seed: int, cases: int) -> list[tuple[tuple[str, str], ...]]:
    found: list[tuple[tuple[str, str], ...]] = []

    def visit(engine: Engine) -> None:
        found.append(engine.answer(Happened(), SYSTEM))

    walk_bundle(shipped_files(), cases=cases, seed=seed, visit=visit)
    return found


def test_a_case_goes_the_same_way_after_any_earlier_walks() -> None:
    both = walked(3, cases=2)
    assert both[1] == walked(4, cases=1)[0]
    assert both[0] != both[1]


def test_a_fault_is_counted_with_its_seed_and_the_last_steps() -> None:
    environment, results = shipped_image().copy(BEGINNING), WalkResults()

    def answers(_form: OpenForm, _rng: Random) -> dict[str, list[str]]:
        raise ValueError("no such answer")

    walk_case(environment, 7, results, answers)
    environment.close()
    assert results.problems == ["siemen 7: ValueError: no such answer []"]
    assert (results.ended, results.unfinished) == (0, 0)


def without_guardrail(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The resolution is signed by a task that says nothing of it, so that what follows breaks a guardrail: the only one, as
    all of them take ten seconds to prove."""
    return {
        path: data.replace(b'value="resolution_signed"', b'value=""') if path.endswith(".bpmn") else data
        for path, data in files.items()
    } | {"guardrails.json": only("signed_before_served")}


def test_only_what_could_be_published_is_walked() -> None:
    with pytest.raises(ModelRejected) as rejected:
        walk_bundle(without_guardrail(shipped_files()), cases=1, seed=1)
    assert {each.code for each in rejected.value.findings if each.severity == "error"} == {"guardrail_order"}
