"""Notices to the police of a decision on the reflection period (301/2004 52 c §), and those that a correction has overtaken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.casework.decision_corrections import (
    answers_in,
    correction_of,
    decided_anew,
    decided_on,
    decision_kind,
    is_of_another,
    newest_copy,
    outcome_of,
)
from engine.casework.reflection_periods import decided_period
from engine.domain.cases import Case
from engine.domain.decision_corrections import Decision, Letter
from engine.domain.reflection import OUTCOMES, POLICE_NOTIFIED
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.storage.documents import Document
from engine.storage.resolutions import Resolution
from engine.texts import day

REFLECTION_NOTICE: Final = "notice_police_reflection"
NOT_OWED: Final = "not_owed"
"""Answer in the task of sending: the decision gives no period any more, and the police get no word."""
_SENDING: Final = "send_notice"
_TELLING: Final = "reflection_told"


def notice_in_place(
    documents: Iterable[Document], resolutions: Iterable[Resolution], notice: Document
) -> tuple[Document, bool]:
    """Return the notice that may be sent in the task of this one, and True if a correction has overtaken this one. It is this
    one still where none has been written since the correction."""
    corrected = [each for each in corrections(resolutions) if each > notice.created_at]
    if notice.kind != REFLECTION_NOTICE or not corrected:
        return notice, False
    later = [
        each for each in documents if each.kind == REFLECTION_NOTICE and each.created_at >= max(corrected)
    ]
    return (max(later, key=lambda each: each.created_at) if later else notice), True


def corrections(resolutions: Iterable[Resolution]) -> list[datetime]:
    """Return the moments at which a decision on the reflection period was corrected in a copy or decided anew."""
    return [
        each.signed_at
        for each in resolutions
        if each.state == "signed"
        and each.signed_at is not None
        and decision_kind(each) == Decision.REFLECTION
        and (each.outcome == Letter.COPY or (each.kind == Decision.REFLECTION and correction_of(each)))
    ]


def standing(resolutions: Iterable[Resolution], decision: Resolution) -> Resolution:
    """Return what holds in place of a decision: its newest copy, or the decision made anew, through any chain of them."""
    signed = [each for each in resolutions if each.state == "signed"]
    found = newest_copy(signed, decision)
    while (anew := decided_anew(signed, found.number)) is not None:
        found = newest_copy(signed, anew)
    return found


def is_notified(work: Work, case: Case, copy: Resolution) -> bool:
    """True once a notice has left that was written after the decision which the copy corrects was signed."""
    resolutions = work.stores.resolutions.of_case(case.id)
    first = copy
    while (corrects := correction_of(first).get("corrects")) is not None:
        before = next(
            (each for each in resolutions if each.number == corrects and each.state == "signed"), None
        )
        if before is None:
            break
        first = before
    written = {
        str(each.id): each.created_at
        for each in work.stores.documents.of_case(case.id)
        if each.kind == REFLECTION_NOTICE
    }
    sent = [str(each.facts.get("document")) for each in work.stores.timeline.of_case(case.id, "notice_sent")]
    return any(
        first.signed_at is not None and written[each] >= first.signed_at for each in sent if each in written
    )


def announced(work: Work, case: Case, instance_id: UUID | None, proposal: object) -> Resolution | None:
    """Return the decision that an instance announces: of two that are announced side by side, the one that it proposed and
    prepared itself."""
    proposed = OUTCOMES.get(str(proposal))
    signed = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == Decision.REFLECTION
        and each.state == "signed"
        and proposed in (None, each.outcome)
        and not is_of_another(each, instance_id)
    ]
    return max(signed, key=lambda each: (each.signed_at or each.prepared_at, each.round), default=None)


def owes_none(work: Work, case: Case, decision: Resolution | None) -> bool:
    """True of a decision in whose place a negative one stands, made before the police were notified. They never heard of the
    person, and a negative decision is no matter of theirs: to send would disclose without a ground (301/2004 52 c §)."""
    if decision is None:
        return False
    holds = standing(work.stores.resolutions.of_case(case.id), decision)
    return (
        holds.id != decision.id
        and outcome_of(holds) not in POLICE_NOTIFIED
        and not is_notified(work, case, holds)
    )


def announced_in(work: Work, case: Case, task: UserTask) -> Resolution | None:
    """Return the decision that an open task tells the person or the police of; None in other tasks."""
    if task.form_key not in (_SENDING, _TELLING):
        return None
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    if task.form_key == _SENDING and f"notice_{scope.get('notice')}" != REFLECTION_NOTICE:
        return None
    return announced(work, case, task.instance_id, scope.get("reflection_proposal"))


def withheld_of_notice(
    models: CompiledModels, task: UserTask, *, is_owed: bool
) -> Mapping[str, frozenset[str]]:
    """Return the answers that the task of sending does not offer, by question."""
    if task.form_key != _SENDING:
        return {}
    if is_owed:
        return {"notice_state": frozenset({NOT_OWED})}
    return {"notice_state": frozenset({"sent", "not_sent"} if offers_none(models) else {"sent"})}


def offers_none(models: CompiledModels) -> bool:
    """False of versions whose form knows only that a notice leaves or does not: there nothing leaves, and the task stays."""
    question = models.form(_SENDING).by_key.get("notice_state")
    return question is not None and NOT_OWED in {each.value for each in question.options}


def values_of(work: Work, case: Case, decision: Resolution, language: str) -> dict[str, str]:
    """Return the decision and its days as the police get them. Never its reasons (301/2004 52 c §)."""
    answers = answers_in(decision)
    period = decided_period(work, case)
    until = answers.get("reflection_until")
    if outcome_of(decision) == OUTCOMES["not_extended"] and period is not None:
        # In the place of an extension: the period goes on as it was given.
        until = period.last
    days = {
        "reflection_from": answers.get("reflection_from") or (period.first if period else None),
        "reflection_until": until,
        "interrupted_from": answers.get("interrupted_from"),
    }
    return {
        **_replaced(work, case, decision, language),
        **{name: day(language, each) if isinstance(each, date) else "" for name, each in days.items()},
        "outcome": outcome_of(decision),
        "decision_number": decision.number,
        "decision_signed_on": day(language, decided_on(decision)),
    }


def _replaced(work: Work, case: Case, decision: Resolution, language: str) -> dict[str, str]:
    """Return the decision of which the police were notified and which this one corrects; nothing where they have none that
    another notice would take the place of."""
    corrected = correction_of(decision)
    if not corrected or not is_notified(work, case, decision):
        return {}
    made_on = corrected.get("decided_on")
    before = date.fromisoformat(str(made_on)) if made_on else decided_on(decision)
    is_copy = {"is_copy": "yes"} if decision.outcome == Letter.COPY else {}
    return {"corrects_decided_on": day(language, before), **is_copy}
