"""Every answer that speaks of urgency, with any three others and with none: through the shipped table, nothing urgent is
ordinary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, islice, product
from typing import Any, Final

import pytest

from engine.dmn import parse_tables
from engine.domain.applications import urgency_facts
from engine.domain.cases import Channel
from engine.feel import parse
from forms.catalogue import read_form
from tests.processes.test_tables import CLOCK, NOW, TABLES

TODAY: Final = NOW.date()
LIMIT: Final = 14
"""Days before a removal from which on the matter is urgent."""
ASKED: Final[dict[str, tuple[Any, ...]]] = {
    "in_danger": (None, "yes", "no", "unknown"),
    "in_detention": (None, "yes", "no", "unknown"),
    "removal_known": (None, "yes", "no", "unknown"),
    "accommodation_needed": (None, "yes", "no", "unknown"),
    "child_with": (None, "safe_adult", "unsafe_adult", "alone", "unknown"),
    "children_with": (None, "with_parent", "safe_adult", "unsafe_adult", "alone", "unknown"),
    "children_in_need": (None, "yes", "no"),
}
DAYS: Final = (None, -1, 0, 1, LIMIT - 1, LIMIT, LIMIT + 1)
CALLS: Final = (("self", None), ("referral", None), ("urgent", "yes"), ("urgent", "no"), ("urgent", None))
WITHOUT_SAFE_ADULT: Final = ("alone", "unsafe_adult")


def every_combination() -> Iterator[dict[str, Any]]:
    """Yield every combination of at most four answers beside silence. Half a million have more: a rule would have to look
    at four answers that do not speak of urgency to overlook one in them alone."""
    given = {"is_child": (False, True), "call": CALLS, "days": DAYS, **ASKED}
    for spoken in (each for most in range(5) for each in combinations(given, most)):
        for values in product(*(given[each][1:] for each in spoken)):
            facts = {name: choices[0] for name, choices in given.items()} | dict(
                zip(spoken, values, strict=True)
            )
            yield _facts(facts)


def whole_product(first: int, step: int) -> Iterator[dict[str, Any]]:
    """Yield a slice of every combination of all values, silence included. All take minutes: a deep run does."""
    names = ("is_child", "call", "days", *ASKED)
    for values in islice(product((False, True), CALLS, DAYS, *ASKED.values()), first, None, step):
        yield _facts(dict(zip(names, values, strict=True)))


def _facts(chosen: dict[str, Any]) -> dict[str, Any]:
    (channel, call), days = chosen.pop("call"), chosen.pop("days")
    removal_on = None if days is None else TODAY + timedelta(days=days)
    return {**chosen, "channel": channel, "urgent_call": call, "removal_on": removal_on}


def expected_class(facts: dict[str, Any]) -> str:
    """Return the class that the promise gives, without the table."""
    of_child = facts["is_child"] or facts["children_in_need"] == "yes" or facts["children_with"] == "unknown"
    return "urgent" if is_urgent(facts) else "child" if of_child else "normal"


def is_urgent(facts: dict[str, Any]) -> bool:
    """Return the answer of the promise, without the table."""
    day = facts["removal_on"]
    near = facts["removal_known"] == "yes" if day is None else (day - TODAY).days <= LIMIT
    return (
        (facts["channel"] == "urgent" and facts["urgent_call"] != "no")
        or facts["in_danger"] in ("yes", "unknown")
        or facts["in_detention"] == "yes"
        or near
        or facts["accommodation_needed"] in ("yes", "unknown")
        or facts["child_with"] in WITHOUT_SAFE_ADULT
        or facts["children_with"] in WITHOUT_SAFE_ADULT
    )


def test_no_combination_of_answers_that_speaks_of_urgency_is_ordinary() -> None:
    table = parse_tables(TABLES["triage"])
    seen: Counter[str] = Counter()
    wrong = []
    for facts in every_combination():
        found: Any = table.evaluate("triage", facts, functions=CLOCK).result
        expected = expected_class(facts)
        seen[expected] += 1
        if found["case_class"] != expected:
            wrong.append((facts, found["case_class"]))
    assert wrong[:5] == []
    assert sum(seen.values()) == 30_161
    assert all(seen[each] for each in ("urgent", "child", "normal"))


@pytest.mark.parametrize("form_key", ["application", "child_application", "referral", "phone_intake"])
def test_every_value_that_a_form_offers_is_in_the_product(form_key: str) -> None:
    form = read_form(form_key, parse=parse)
    for key, values in ASKED.items():
        field = form.by_key.get(key)
        if field is not None:
            assert {each.value for each in field.options} <= set(values), key


@pytest.mark.parametrize(
    ("answers", "fact", "value"),
    [
        ({}, "in_danger", None),
        ({"in_danger": {"skipped": "dont_want"}}, "in_danger", None),
        ({"in_danger": {"skipped": "dont_know"}}, "in_danger", "unknown"),
        ({"is_under_18": "unknown"}, "is_child", True),
        ({"is_under_18": "no"}, "is_child", False),
        ({"born_on": TODAY.replace(year=TODAY.year - 18)}, "is_child", False),
        ({"born_on": TODAY.replace(year=TODAY.year - 18) + timedelta(days=1)}, "is_child", True),
        ({"guardian_safe": "no"}, "child_with", "unsafe_adult"),
        ({"removal_on": {"skipped": "dont_know"}}, "removal_on", None),
        ({"help_needed": ["money", "safe_place"]}, "accommodation_needed", "unknown"),
        ({"help_needed": ["safe_place"], "accommodation_needed": "no"}, "accommodation_needed", "no"),
        (
            {"help_needed": ["safe_place"], "accommodation_needed": {"skipped": "dont_want"}},
            "accommodation_needed",
            "unknown",
        ),
        ({"help_needed": ["money"]}, "accommodation_needed", None),
        ({"children": [{"help_needed": ["safe_place"]}]}, "accommodation_needed", "unknown"),
        ({"children": [{}, {"help_needed": ["safe_place"]}]}, "accommodation_needed", "unknown"),
        (
            {"children": [{"help_needed": ["safe_place"]}], "accommodation_needed": "no"},
            "accommodation_needed",
            "no",
        ),
        ({"children": [{"help_needed": {"skipped": "dont_want"}}]}, "accommodation_needed", None),
        ({"children_with": {"skipped": "dont_know"}}, "children_with", "unknown"),
        ({"ground": "35_3"}, "is_child", True),
        ({"ground": "35_3", "is_under_18": {"skipped": "dont_want"}}, "is_child", True),
        ({"ground": "35_3", "is_under_18": "no"}, "is_child", False),
        ({"ground": "35_3", "born_on": TODAY.replace(year=TODAY.year - 18)}, "is_child", False),
        ({"ground": "35_1"}, "is_child", False),
        ({"children_notes": "Hänellä on kuumetta."}, "children_in_need", "yes"),
        ({"children_notes": {"skipped": "dont_want"}}, "children_in_need", "no"),
    ],
)
def test_an_answer_becomes_the_fact_that_the_table_asks(
    answers: dict[str, Any], fact: str, value: Any
) -> None:
    assert urgency_facts(Channel.SELF, answers, TODAY)[fact] == value


def test_what_the_table_asks_is_what_an_application_gives() -> None:
    facts = urgency_facts(Channel.SELF, {}, TODAY)
    assert facts.keys() == {*ASKED, "channel", "urgent_call", "is_child", "removal_on"}
