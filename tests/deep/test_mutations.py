"""A sample of the mutation run: each kind of fault turns red what it should, and the table of survivors names mutants."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.checks import check_bundle
from engine.models.gate import references_of
from tests.deep.mutations import SHAPES, STORIES, all_mutants, judged, mutation, survivors

CAUGHT = {
    "milestone enquiry_notice/set_notice_retention retention_set": "guardrail",
    "not_by removal_decision/sign_removal": "guardrail",
    "bypassed make_enquiry_notice/which_offence to enquiry_child_offence": "guardrail",
    "removed transfer/may_transfer to not_transferred_end": "finding",
}


def test_every_fault_is_planted_and_alone() -> None:
    files = shipped_files()
    mutants = all_mutants()
    assert len({each.name for each in mutants}) == len(mutants) > 400
    assert {each.kind for each in mutants} == {"milestone", "not_by", "removed", "bypassed"}
    for mutant in mutants[::40]:
        planted = mutant.planted(files)
        assert [path for path in files if planted[path] != files[path]] == [mutant.path], mutant.name
    for mutant in {each.kind: each for each in mutants}.values():
        planted = mutant.planted(files)
        assert check_bundle(planted, references_of(SHAPES, planted)) is not None


@pytest.mark.parametrize("name", CAUGHT)
def test_a_planted_fault_is_caught(name: str) -> None:
    (mutant,) = [each for each in all_mutants() if each.name == name]
    assert str(judged(mutant)).startswith(CAUGHT[name])


def test_a_gateway_that_only_merges_is_the_same_without_it() -> None:
    number = next(n for n, each in enumerate(all_mutants(), 1) if each.is_alike)
    assert mutation(number, "")[1].endswith(": alike")


def test_each_survivor_is_a_mutant_and_has_a_reason() -> None:
    names = {each.name for each in all_mutants()}
    assert survivors().keys() <= names
    assert all(len(reason.split()) > 3 for reason in survivors().values())


def test_stories_go_through_each_process() -> None:
    assert {each.process_id for each in all_mutants()} <= STORIES.keys()
    folder = Path(__file__).parents[1] / "stories"
    assert {name for names in STORIES.values() for name in names} <= {
        each.stem.removeprefix("test_") for each in folder.glob("test_*.py")
    }
