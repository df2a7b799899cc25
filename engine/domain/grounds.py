"""Outcomes that the tests of 746/2011 35 § allow.

Under 1 mom. they bind it: a person who may be a victim and needs help *is* admitted (*otetaan*), another is not. Under 2 and
3 mom. a person *may* be admitted (*voidaan*), so a refusal stays possible there, heard and reasoned.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from engine.domain.cases import Outcome
from engine.errors import Invalid


class VictimTests(StrEnum):
    """The two tests of 35 § 1 mom. as they were assessed."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_ASSESSED = "not_assessed"


_TESTS: Final[Mapping[Outcome, tuple[str, ...]]] = {
    Outcome.ADMITTED_35_2: ("assists_investigation", "needs_special_help"),
    Outcome.ADMITTED_35_3: ("child_in_finland", "child_needs_help"),
}
"""Questions that must have been answered with yes before the outcome is possible."""


class MustBeAdmitted(Invalid):
    sentence = (
        "Arviossa molempiin 35 § 1 momentin edellytyksiin on vastattu kyllä. Silloin henkilö otetaan asiakkaaksi ja tunnistetaan "
        "uhriksi. Muuta ratkaisua ei voi tehdä. Korjaa arviota tai ratkaisua."
    )


class TestsNotMet(Invalid):
    __test__ = False
    sentence = (
        "Arvion mukaan tämän perusteen edellytykset eivät täyty. Silloin tällä perusteella ei voi ottaa asiakkaaksi. "
        "Korjaa arviota tai ratkaisua."
    )


class GroundNotAssessed(Invalid):
    sentence = "Tätä perustetta ei ole arvioitu. Valitse arvioitavaksi se peruste, jolla henkilö otetaan asiakkaaksi."


def victim_tests(answers: Mapping[str, Any]) -> VictimTests:
    given = (answers.get("may_be_victim"), answers.get("needs_help"))
    if given == ("yes", "yes"):
        return VictimTests.MET
    return VictimTests.NOT_MET if "no" in given else VictimTests.NOT_ASSESSED


def require_lawful(answers: Mapping[str, Any], outcome: str, *, field: str) -> None:
    """Raise Invalid beside the field if the assessment and the outcome contradict each other. A lapse follows from no assessment."""
    if outcome not in list(Outcome) or Outcome(outcome) in (Outcome.LAPSED, Outcome.TRANSFERRED):
        return
    _require_assessed_ground(answers, outcome, field)
    tests = victim_tests(answers)
    if outcome == Outcome.ADMITTED_35_1:
        if tests is VictimTests.NOT_ASSESSED:
            raise GroundNotAssessed(field=field)
        if tests is VictimTests.NOT_MET:
            raise TestsNotMet(field=field)
        return
    if tests is VictimTests.MET:
        raise MustBeAdmitted(field=field)
    given = [answers.get(name) for name in _TESTS.get(Outcome(outcome), ())]
    if "no" in given:
        raise TestsNotMet(field=field)
    if None in given:
        raise GroundNotAssessed(field=field)


def is_discretionary(answers: Mapping[str, Any], outcome: str) -> bool:
    """Tell a refusal by discretion, where the tests of 35 § 2 or 3 mom. are met, from one where they are not."""
    asked = next(
        (names for each, names in _TESTS.items() if each == f"admitted_{answers.get('ground_assessed')}"), ()
    )
    return (
        outcome == Outcome.NOT_ADMITTED and bool(asked) and all(answers.get(name) == "yes" for name in asked)
    )


def _require_assessed_ground(answers: Mapping[str, Any], outcome: str, field: str) -> None:
    assessed = answers.get("ground_assessed")
    if outcome.startswith("admitted_") and assessed and outcome != f"admitted_{assessed}":
        raise GroundNotAssessed(field=field)
