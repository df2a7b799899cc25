"""A guardian speaks for a child alone; for an adult, who was appointed or authorised."""

from __future__ import annotations

from typing import Final

from engine.domain.cases import Case
from engine.errors import Invalid
from engine.executor.engine import Work

GUARDIAN: Final = "guardian"
OF_CHILDREN: Final = frozenset({GUARDIAN, "conflicted", "missing"})
"""Answers about who speaks that fit a child alone: a guardian, one who may not, a representative to be applied for."""


class GuardianOfAdult(Invalid):
    sentence = (
        "Henkilö on täysi-ikäinen, ja huolto päättyi, kun hän täytti 18 vuotta (361/1983 3 §). Aikuisen puolesta puhuu "
        "tuomioistuimen määräämä edunvalvoja tai hänen itse valtuuttamansa asiamies. Muu läheinen lisätään muuna henkilönä."
    )


class SpeakerOfChildren(Invalid):
    sentence = (
        "Henkilö on täysi-ikäinen: hänellä ei ole huoltajaa (361/1983 3 §). Valitse, että hän puhuu itse puolestaan, tai määrätty "
        "edustaja, jos hänelle on määrätty edunvalvoja."
    )


def is_adult(work: Work, case: Case) -> bool:
    """True from eighteen on. A registered doubt about the birth date counts as a child (746/2011 5 §)."""
    person = work.stores.parties.applicant_of(case.id)
    return person is not None and not person.is_minor_on(work.today)


def problems_of_guardian(work: Work, case: Case, kind: str, field: str) -> dict[str, Invalid]:
    """Return the problem, beside the field, of a guardian who would come to an adult or speak for one."""
    return {field: GuardianOfAdult()} if kind == GUARDIAN and is_adult(work, case) else {}
