"""Hearings before a refusal, a refused extension or an interruption of the reflection period: its preparer records each party."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.casework.assessed_before import PartyHeard, each_heard, spoken_for
from engine.casework.parties_heard import parties_heard
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.law import HEARD_AGE
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.texts import day

FORM: Final = "reflection_period"
HEARING: Final = "hearing"
EACH: Final = "each"
"""The answer that several are heard, or another than the person: each has a row."""
ALONE: Final = frozenset({"heard", "no_answer"})
"""The answers that the person alone was heard."""
ROWS: Final = "heard_each"


@dataclass(frozen=True, slots=True)
class PartyHearing:
    party_id: UUID | None
    name: str
    """Empty of a person whose name is not known."""
    answer: str
    """heard, declined, no_answer."""
    way: str
    """in_person, phone, post."""
    given_on: date | None
    until: date | None
    words: str


def heard_before_reflection(work: Work, case: Case) -> tuple[Party, ...]:
    """Return those who speak in the matter, and a child of twelve or more for whom others speak (301/2004 6 §)."""
    speaking = parties_heard(work, case)
    person = work.stores.parties.applicant_of(case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    if person is None or person in speaking or age is None or age < HEARD_AGE:
        return speaking
    return (person, *speaking)


def hears_others(work: Work, case: Case) -> bool:
    """True unless the person alone is heard."""
    return any(each.kind != "applicant" for each in parties_heard(work, case))


def hearings_in(work: Work, case: Case, answers: Mapping[str, Any]) -> tuple[PartyHearing, ...]:
    """Return the hearings that the answers record, in their order; none where nobody was heard."""
    parties = work.stores.parties.ever_of_case(case.id)
    if answers.get(HEARING) == EACH:
        rows = answers.get(ROWS)
        named = {str(each.id): each for each in parties}
        return tuple(
            _hearing(named.get(_text(row.get("heard_party"))), row, _IN_ROW)
            for row in (rows if isinstance(rows, Sequence) else ())
            if isinstance(row, Mapping)
        )
    if answers.get(HEARING) not in ALONE:
        return ()
    person = next((each for each in parties if each.kind == "applicant"), None)
    return (_hearing(person, answers, _OF_PERSON),)


_IN_ROW: Final = ("party_answer", "party_way", "party_told_on", "party_until", "party_words")
_OF_PERSON: Final = (HEARING, "hearing_way", "hearing_given_on", "hearing_until", "reflection_opinion")


def _hearing(party: Party | None, answers: Mapping[str, Any], keys: tuple[str, ...]) -> PartyHearing:
    answer, way, given_on, until, words = (answers.get(key) for key in keys)
    return PartyHearing(
        party.id if party else None,
        party.name if party else "",
        _text(answer),
        _text(way),
        given_on if isinstance(given_on, date) else None,
        until if isinstance(until, date) else None,
        _text(words),
    )


def withheld_of_hearing(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the answers that do not fit who is heard, by question: of an adult the form asks no more for the rows."""
    if task.form_key != FORM or ROWS not in work.instances.models(case.deployment_id).form(FORM).by_key:
        return {}
    return {HEARING: ALONE if hears_others(work, case) else frozenset({EACH})}


def heard_values(
    work: Work, case: Case, answers: Mapping[str, Any], language: str, places: Container[str]
) -> dict[str, str]:
    """Return what the letter says of who was heard, and how (434/2003 34, 45 §). `places`: the values for which the letter's
    text has a place."""
    if answers.get(HEARING) == EACH:
        person = work.stores.parties.applicant_of(case.id)
        held = [
            PartyHeard(
                each.name,
                each.given_on,
                {"heard": each.answer, "opinion": each.words},
                *spoken_for(
                    person if person is not None and each.party_id == person.id else None, each.given_on
                ),
            )
            for each in hearings_in(work, case, answers)
            if each.given_on is not None
        ]
        return each_heard(held, "hearing_held", str(answers.get("hearing_held") or ""), language, places)
    hearing, given_on = answers.get("hearing"), answers.get("hearing_given_on")
    if hearing not in ("heard", "no_answer") or not isinstance(given_on, date):
        return {}
    return {
        "heard_on": day(language, given_on),
        "hearing_held": str(answers.get("hearing_held") or ""),
        "reflection_opinion": str(answers.get("reflection_opinion") or ""),
        "is_silent": "yes" if hearing == "no_answer" else "",
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
