"""Guardrails on decision tables: every way of drawing them away is found, with inputs that show it."""

from __future__ import annotations

import json
from datetime import date
from random import Random
from typing import Any

import pytest

from engine.bpmn.findings import Finding, in_language
from engine.dmn import parse_tables
from engine.guardrails import GuardrailsRefused, load_guardrails
from engine.guardrails.prover import Limit, Surroundings, Verdict, prove
from processes import catalogue
from tests.engine.bpmn.shipped import FOLDER, processes

GUARDRAILS = {
    each["key"]: each
    for each in json.loads((FOLDER / "guardrails.json").read_bytes())["guardrails"]
    if each["template"] == "table_gives"
}
TRIAGE = next(data for path, data in catalogue.files().items() if path.endswith("triage.dmn")).decode()
TABLE = parse_tables(TRIAGE.encode()).decisions[0].table
assert TABLE is not None
FACTS = ("in_danger", "in_detention", "removal_known", "accommodation_needed", "child_with", "children_with")


def file_of(*guardrails: dict[str, Any]) -> bytes:
    return json.dumps(
        {"version": 1, "effective_from": "2026-12-01", "facts": {}, "guardrails": guardrails}
    ).encode()


def found_with(
    triage: str = TRIAGE, diagrams: dict[str, bytes] | None = None, **changes: Any
) -> tuple[Verdict, list[Finding]]:
    guardrail = GUARDRAILS["danger_is_urgent"] | changes
    report = prove(
        diagrams or processes(),
        load_guardrails(file_of(guardrail)),
        limit=Limit(0, 600_000),
        surroundings=Surroundings(decisions={"triage": parse_tables(triage.encode())}),
    )
    found = [each for each in report.findings if each.values.get("guardrail") == guardrail["key"]]
    assert all(in_language(each, language)[0] for each in found for language in ("fi", "sv", "en"))
    return report.verdicts[guardrail["key"]], found


def replaced(old: str, new: str) -> str:
    assert old in TRIAGE
    return TRIAGE.replace(old, new)


def without_rows(*numbers: int) -> str:
    left = TRIAGE
    for number in numbers:
        begin = left.index(f'<rule id="triage_rule_{number}">')
        end = left.index("</rule>", begin) + len("</rule>")
        left = left[:begin] + left[end:]
    return left


def swapped() -> str:
    """The last rule, which takes everything, put first."""
    begin = TRIAGE.index('<rule id="triage_rule_13">')
    end = TRIAGE.index("</rule>", begin) + len("</rule>")
    first = TRIAGE.index('<rule id="triage_rule_1">')
    return TRIAGE[:first] + TRIAGE[begin:end] + TRIAGE[first:begin] + TRIAGE[end:]


def test_what_ships_keeps_its_guardrails() -> None:
    assert found_with() == (Verdict.PROVEN, [])


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
def test_no_row_of_urgency_can_be_taken_away(number: int) -> None:
    verdict, (found,) = found_with(without_rows(number))
    assert (verdict, found.code) == (Verdict.BROKEN, "guardrail_table")
    assert found.element_id == "triage_first"
    assert found.values["example"]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (swapped(), "guardrail_table"),
        (replaced("&lt;= 14", "&lt;= 13"), "guardrail_table"),
        (replaced("&lt;= 14", "[0..14]"), "guardrail_table"),
        (replaced('(removal_on - today()) / duration("P1D")', "9999"), "guardrail_table"),
        (replaced("<text>in_detention</text>", "<text>in_prison</text>"), "guardrail_table"),
        (replaced('"yes","no","unknown"</text>', '"no","unknown"</text>'), "guardrail_table_silent"),
        (without_rows(2, 12, 13, 15, 16), "guardrail_table_silent"),
        (
            replaced("<text>in_detention</text>", "<text>if is_child then null else in_detention</text>"),
            "guardrail_table_unproven",
        ),
        (replaced('hitPolicy="FIRST"', 'hitPolicy="COLLECT"'), "guardrail_table_unproven"),
    ],
)
def test_a_table_drawn_otherwise_is_found(table: str, code: str) -> None:
    verdict, (found,) = found_with(table)
    assert (verdict, found.code) == (Verdict.BROKEN, code)


def test_a_table_nobody_asks_or_hears_keeps_nothing() -> None:
    _, (unknown,) = found_with(table="triage_of_old")
    assert unknown.code == "guardrail_table_unasked"
    top = processes()["intake_to_decision/process.bpmn"].decode()
    deaf = top.replace("{case_class: result.case_class,", "{case_class: &#34;normal&#34;,")
    _, (unheard,) = found_with(diagrams=processes() | {"intake_to_decision/process.bpmn": deaf.encode()})
    assert (unheard.code, unheard.element_id) == ("guardrail_table_unheard", "triage_first")


def test_a_fact_that_the_table_does_not_ask_is_not_kept() -> None:
    verdict, (found,) = found_with(facts=[{"is_pregnant": ["yes"]}])
    assert (verdict, found.code) == (Verdict.BROKEN, "guardrail_table")


def test_the_proof_agrees_with_the_table_itself() -> None:
    """Compare the proof with the engine's own evaluation over inputs by chance, each with one of the facts."""
    rng = Random(746)
    model = parse_tables(TRIAGE.encode())
    facts = GUARDRAILS["danger_is_urgent"]["facts"]
    listed = {column.text: column.allowed for column in TABLE.inputs if column.allowed}
    words = {name: [*_listed(listed[name].text), None] for name in (*FACTS, "channel", "urgent_call")}
    for _ in range(2_000):
        inputs: dict[str, Any] = {name: rng.choice(values) for name, values in words.items()}
        inputs |= {"is_child": rng.choice([True, False, None]), "removal_on": rng.choice(DAYS)}
        for name, values in rng.choice(facts).items():
            inputs[name] = date(2026, 1, 1) if isinstance(values, dict) else rng.choice(values)
        functions = {"today": lambda: date(2026, 1, 1)}
        result = model.evaluate("triage", inputs, functions=functions).result
        assert isinstance(result, dict)
        assert result["case_class"] == "urgent", inputs


DAYS = [None, date(2025, 12, 1), date(2026, 1, 15), date(2026, 1, 16), date(2030, 1, 1)]


def _listed(text: str) -> list[str]:
    return json.loads(f"[{text}]")


@pytest.mark.parametrize(
    "changes",
    [
        {"table": None},
        {"gives": []},
        {"facts": []},
        {"facts": [{}]},
        {"facts": [{"in_danger": "yes"}]},
        {"facts": [{"removal_on": {"within_days": "14"}}]},
        {"facts": [{"removal_on": {"within_days": 10_000}}]},
    ],
)
def test_a_guardrail_that_says_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(GuardrailsRefused):
        load_guardrails(file_of(GUARDRAILS["danger_is_urgent"] | changes))
