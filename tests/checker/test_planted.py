"""Tests of the checker: silence on honest records, a sentence of its own for each planted fault."""

import json
import re
from copy import deepcopy
from pathlib import Path

import jsonschema_rs
import pytest

from . import (
    check,
    check_linked,
    honest,
    planted_closely,
    planted_course,
    planted_decisions,
    planted_deliveries,
    planted_details,
    planted_warnings,
)
from .planting import PLANTED, Planted, Row

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = re.compile(r"^(warning: )?[a-z0-9-]+ \([^)]+\): .*\S")
SOURCES = (
    planted_closely,
    planted_course,
    planted_decisions,
    planted_details,
    planted_deliveries,
    planted_warnings,
)


def records() -> dict[str, Row]:
    """Build the honest records."""
    parent, small_child = honest.family()
    return {
        "refusal": honest.refusal(),
        "child": honest.child(),
        "urgent": honest.urgent(),
        "withdrawn": honest.withdrawn(),
        "parent": parent,
        "small_child": small_child,
    }


@pytest.mark.parametrize("name", records())
def test_finds_nothing_in_an_honest_record(name: str) -> None:
    assert check(records()[name]) == []


@pytest.mark.parametrize("name", records())
def test_honest_record_fits_the_schema(name: str) -> None:
    schema = json.loads((ROOT / "docs/reference/case-export.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(records()[name])] == []


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{one.rule}:{one.plant.__name__}" for one in PLANTED])
def test_finds_a_planted_fault(planted: Planted) -> None:
    export = deepcopy(records()[planted.record])
    planted.plant(export)
    found = check(export)
    own = [sentence for sentence in found if sentence.startswith(f"{planted.rule} (")]
    assert own, found
    assert all(SENTENCE.match(sentence) for sentence in found)


def test_plants_every_module() -> None:
    assert {planted.plant.__module__ for planted in PLANTED} == {source.__name__ for source in SOURCES}
    faults = {planted.plant.__name__ for planted in PLANTED if not planted.rule.startswith("warning")}
    assert len(faults) >= 30


def test_plants_a_fault_of_every_rule() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py")]
    named = {
        rule for text in texts for rule in re.findall(r'(?:fault|warning|judge)\(\s*"([a-z0-9-]+)"', text)
    }
    assert named - {planted.rule.removeprefix("warning: ") for planted in PLANTED} == {"family-agrees"}


def test_compares_the_cases_of_a_family() -> None:
    parent, child = (deepcopy(export) for export in honest.family())
    assert check_linked([parent, child]) == []
    parent["resolutions"][0]["signed_at"] = "2026-11-20T08:00:00+00:00"
    parent["child_references"] = []
    rules = [sentence.split(" ")[0] for sentence in check_linked([parent, child])]
    assert rules == ["family-agrees", "child-after-parent"]


def test_survives_a_record_without_contents() -> None:
    assert check({}) == []
    export = deepcopy(records()["child"])
    for row in export["submissions"]:
        row["answers"] = {}
    for row in export["parties"]:
        row.update(identity={}, contact={})
    export["retention"] = [{"sealing_class": "narrative", "destroyed_at": "2032-01-01T00:00:00+00:00"}]
    assert check(export)
