"""Signers of a prepared decision: a house rule in the table `signers`, asked of what each person has done to the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from engine.casework.decision_corrections import CORRECTED, is_beside
from engine.domain.cases import Case
from engine.domain.decision_corrections import Decision
from engine.errors import NotFound
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.storage.resolutions import Resolution

SIGNATURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sign_resolution": Decision.ADMISSION.value,
        "sign_reflection_period": Decision.REFLECTION.value,
        "sign_removal": Decision.REMOVAL.value,
        "sign_correction": CORRECTED,
    }
)
"""Form of a signature to the kind of resolution it signs."""
TABLE: Final = "signers"
REASONS: Final = ("reasons", "not_examined_ground")
"""Answers of the preparer that are the decision's reasons."""


class Relation(StrEnum):
    """Part that somebody has had in a draft, the closest first."""

    PREPARED_THIS_DRAFT = "prepared_this_draft"
    WROTE_ITS_REASONS = "wrote_its_reasons"
    PREPARED_AN_EARLIER_DRAFT = "prepared_an_earlier_draft"
    GAVE_ORAL_DECISION = "gave_oral_decision"
    ASSESSED = "assessed"
    NONE = "none"


class MaySign(StrEnum):
    YES = "yes"
    WITH_REASONS = "with_reasons"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A round of the draft, and how its preparer stands to the one that is to be signed."""

    round: int
    person_id: UUID
    prepared_at: datetime
    relation: Relation


def contributions(work: Work, case: Case, resolution: Resolution) -> tuple[Contribution, ...]:
    """Return the rounds that led to this one, the newest first: those since the decision before, and those whose reasons it still holds."""
    rounds = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == resolution.kind and each.round <= resolution.round and each.prepared_by is not None
    ]
    signed = max(
        (each.round for each in rounds if each.state == "signed" and each.id != resolution.id), default=0
    )
    # A signature in another instance does not end the drafts of this one.
    beside = [each for each in rounds if is_beside(each, resolution)]
    own_signed = max(
        (each.round for each in beside if each.state == "signed" and each.id != resolution.id), default=0
    )
    leading = {each.id for each in rounds if each.round > signed}
    leading |= {each.id for each in beside if each.round > own_signed}
    found = []
    for each in sorted(rounds, key=lambda one: -one.round):
        relation = _relation(each, resolution)
        if each.prepared_by is not None and (each.id in leading or relation is Relation.WROTE_ITS_REASONS):
            found.append(Contribution(each.round, each.prepared_by, each.prepared_at, relation))
    return tuple(found)


def _relation(earlier: Resolution, resolution: Resolution) -> Relation:
    if earlier.id == resolution.id:
        return Relation.PREPARED_THIS_DRAFT
    if _lines(earlier) & _lines(resolution):
        return Relation.WROTE_ITS_REASONS
    return Relation.PREPARED_AN_EARLIER_DRAFT


def _lines(resolution: Resolution) -> frozenset[str]:
    """Return the lines of the reasons, whatever space is between their words."""
    answers: Mapping[str, Any] = from_json(resolution.content.get("answers") or {})
    texts = [answers.get(name) for name in REASONS]
    lines = [line for text in texts if isinstance(text, str) for line in text.splitlines()]
    return frozenset(" ".join(line.split()).casefold() for line in lines if line.strip())


def relation_of(work: Work, case: Case, resolution: Resolution, person_id: UUID | None) -> Relation:
    """Return the closest relation of a person to the draft."""
    if person_id is None:
        return Relation.NONE
    own = {each.relation for each in contributions(work, case, resolution) if each.person_id == person_id}
    oral = work.stores.oral_decisions.standing(case.id)
    if oral and oral[-1].given_by == person_id:
        own.add(Relation.GAVE_ORAL_DECISION)
    assessed = work.stores.submissions.latest(case.id, "assessment")
    if assessed is not None and assessed.sent_by == person_id:
        own.add(Relation.ASSESSED)
    return next((each for each in Relation if each in own), Relation.NONE)


def may_sign(models: CompiledModels, relation: Relation) -> MaySign:
    """Ask the table; a version without it bars who prepared the draft or wrote its reasons."""
    try:
        table = models.table(TABLE)
    except NotFound:
        barred = relation in (Relation.PREPARED_THIS_DRAFT, Relation.WROTE_ITS_REASONS)
        return MaySign.NO if barred else MaySign.YES
    return MaySign(table.evaluate(TABLE, {"relation": relation.value}).result)


def barred(work: Work, case: Case, models: CompiledModels, resolution: Resolution) -> Sequence[UUID]:
    """Return the preparers who may not sign, in the order of their names' ids."""
    people = {each.person_id for each in contributions(work, case, resolution)}
    return sorted(
        each for each in people if may_sign(models, relation_of(work, case, resolution, each)) is MaySign.NO
    )
