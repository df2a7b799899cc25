"""Erasure: classes of case data whose retention has ended lose their keys (615/2020 15 §)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from engine.casework.clienthood import clienthood_of, runs
from engine.casework.retention import rows_for, table_of
from engine.casework.search_keys import renew_search_keys
from engine.clock import day_of
from engine.domain.administration import Act
from engine.domain.calendar import end_of
from engine.domain.cases import CaseState
from engine.domain.retention import ENDED_RULE, ENQUIRY_RULE, answered_before, period_later
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system
from engine.storage.destructions import DestroyedKey
from engine.storage.key_store import KeyName, day_of_owner
from engine.storage.retention import RetentionPlan
from engine.storage.sealing import ENQUIRIES, OF_DAYS, SealingClass

NOTED_WITHIN: Final = timedelta(days=7)
"""No round after a rolled back one comes later."""
ORPHAN_AFTER: Final = timedelta(days=1)
"""No transaction lasts as long: keys without a case belong to one that was rolled back."""


@dataclass(frozen=True)
class DueErasures(Query[tuple[UUID, ...]]):
    """Return the cases and enquiries of which something is due to be destroyed, the longest overdue first."""

    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        enquiries = work.stores.enquiries.ended(_answered_until(work), work.today, self.limit)
        return work.stores.retention.due(work.today, self.limit) + enquiries


@dataclass(frozen=True)
class EraseDue(Command[int]):
    """Destroy the keys of the data of one case, or of an enquiry, whose retention has ended. Return how many.

    The keys go first. If this transaction is then rolled back, they are gone all the same, and the next attempt notes
    it; noted first, an erasure could stand in the record while the key lives.
    """

    owner_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        found = work.stores.retention.due_of(self.owner_id, work.today)
        plans = [each for each in found if not _is_spared(work, each)]
        enquiry = _enquiry_due(work, self.owner_id)
        lines = [DestroyedKey(each.case_id, each.sealing_class, each.rule, each.destroy_on) for each in plans]
        if enquiry is not None:
            lines.append(enquiry)
        work.stores.vault.destroy((each.owner_id, each.sealing_class) for each in lines)
        for plan in plans:
            _forget(work, plan)
            work.stores.retention.destroyed(plan, work.now)
            work.record(plan.case_id, "content_erased", plan.sealing_class, rule=plan.rule)
        if plans:
            _end_meetings(work, self.owner_id)
            work.stores.notes.end_erased(work.now, self.owner_id)
        if enquiry is not None:
            work.stores.enquiries.erased(self.owner_id, work.now)
        _certify(work, lines)
        return len(lines)


@dataclass(frozen=True)
class EraseDays(Command[int]):
    """Destroy the keys of days that are over, and end what waits for data that are destroyed. Return how many keys."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        lines = _days_over(work)
        # The version before destroyed the key and left the meeting booked.
        _end_meetings(work)
        work.stores.notes.end_erased(work.now)
        work.stores.outbox.forget_ended(work.now)
        _certify(work, lines)
        return len(lines)


def _is_spared(work: Work, plan: RetentionPlan) -> bool:
    """Return True, and take the day back, while the case is open or the person is a client."""
    case = work.stores.cases.get(plan.case_id)
    if case.state is CaseState.CLOSED and not runs(work, case):
        return False
    # One part of the case had ended and the rest goes on, or a version of the models counted from the case's closing.
    work.stores.retention.take_back(plan.case_id)
    return True


def _answered_until(work: Work) -> datetime:
    """Return until when an enquiry must have been answered to be due."""
    return end_of(answered_before(work.today, work.settings.enquiries_kept))


def _enquiry_due(work: Work, enquiry_id: UUID) -> DestroyedKey | None:
    """Return the line of an enquiry that is due; None for another, and for a case."""
    answered_at = work.stores.enquiries.ended_at(enquiry_id, _answered_until(work), work.today)
    if answered_at is None:
        return None
    day = period_later(day_of(answered_at), f"P{work.settings.enquiries_kept}M")
    return DestroyedKey(enquiry_id, ENQUIRIES, ENQUIRY_RULE, day) if day <= work.today else None


def _end_meetings(work: Work, case_id: UUID | None = None) -> None:
    for each in work.stores.meetings.end_erased(work.now, case_id):
        work.record(each, "meeting_cancelled")


def _days_over(work: Work) -> list[DestroyedKey]:
    """Destroy the keys of days that are over: of drafts, messages of no case, identifications, try-outs. Return those
    that no certificate names yet, also if the transaction that destroyed them was rolled back."""
    store, over = work.stores.key_store, set[KeyName]()
    for name in OF_DAYS:
        over |= {(owner, name) for owner in store.days_before(store.today(), name, work.now - NOTED_WITHIN)}
    work.stores.vault.destroy(over)
    fresh = work.stores.destructions.without_line(over)
    return [DestroyedKey(owner, name, ENDED_RULE, day_of_owner(owner)) for owner, name in sorted(fresh)]


def _forget(work: Work, plan: RetentionPlan) -> None:
    """Delete what the class's key does not cover, and what it opened no more."""
    match plan.sealing_class:
        case SealingClass.IDENTITY:
            work.stores.retention.forget_identity(plan.case_id)
        case SealingClass.CONTACT:
            # Addresses of messages still unsent may be sealed under another key, which stays.
            work.stores.outbox.forget_recipients(plan.case_id, work.now)
            # Nobody can call: the number is gone.
            work.stores.call_wishes.close(plan.case_id, work.now)
            renew_search_keys(work, plan.case_id)
        case SealingClass.NARRATIVE:
            work.stores.attachments.forget_contents(plan.case_id)
            work.stores.program_acts.forget_case(plan.case_id)
        case SealingClass.ENGINE:
            work.stores.evaluations.forget(plan.case_id)
            work.stores.element_runs.forget(plan.case_id)
        case SealingClass.DECISION:
            # Of a case that opened again after its course was gone.
            work.stores.element_runs.forget(plan.case_id)


def _certify(work: Work, lines: list[DestroyedKey]) -> None:
    """Add a certificate, and its digest to the administration log. A line that a certificate has already is left out."""
    fresh = work.stores.destructions.without_line((each.owner_id, each.sealing_class) for each in lines)
    named = [each for each in lines if (each.owner_id, each.sealing_class) in fresh]
    if not named:
        return
    certificate = work.stores.destructions.certify(named, work.actor.name, work.now)
    work.stores.access.log_administration(
        work.actor,
        Act.DATA_DESTROYED,
        work.now,
        str(certificate.number),
        facts=(f"keys {len(named)}", f"digest {certificate.digest}"),
    )


@dataclass(frozen=True)
class SettleKeys(Command[int]):
    """Note in the key store which new keys have a case or an enquiry, and delete those whose case was never committed.
    Return how many were noted.

    A key that was noted once is never deleted, so that a database restored from an older copy costs no newer case its
    keys.
    """

    limit: int = 500

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        waiting = work.stores.key_store.unsettled(self.limit)
        known = work.stores.cases.existing(waiting) | work.stores.enquiries.existing(waiting)
        work.stores.key_store.settle(known)
        orphans = [
            each
            for each, created in waiting.items()
            if each not in known and work.now - created > ORPHAN_AFTER
        ]
        work.stores.key_store.delete_orphans(orphans)
        return len(known)


@dataclass(frozen=True)
class EraseAgain(Command[int]):
    """Destroy what the database notes as destroyed, in case the key store was restored from an older copy. Return how
    many keys had come back."""

    revived: tuple[KeyName, ...] = ()

    @property
    def is_heavy(self) -> bool:
        return True

    def permit(self, work: Work) -> None:
        require_system(work)

    def prepare(self, view: Work) -> Self:
        """Compare the two without a lock: there are more destroyed keys every year, and nothing takes one back."""
        destroyed = view.stores.retention.all_destroyed() + tuple(
            (each, ENQUIRIES) for each in view.stores.enquiries.all_erased()
        )
        held = view.stores.key_store.of_cases(tuple({case_id for case_id, _ in destroyed}))
        return replace(self, revived=tuple(each for each in destroyed if each[1] in held[each[0]]))

    def execute(self, work: Work) -> int:
        work.stores.vault.destroy(self.revived)
        return len(self.revived)


@dataclass(frozen=True)
class SealOlder(Command[int]):
    """Seal what the version before left in clear or under a key that is never destroyed: inputs of decision tables,
    digests of letters, enquiries; forget the codes that it left in erased cases; and give identity its day, and cases the
    moment from which programs follow them. Return how many; 0 once all is done."""

    limit: int = 500

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        return (
            work.stores.evaluations.seal_older(self.limit)
            + work.stores.documents.key_older(self.limit)
            + work.stores.resolutions.key_older(self.limit)
            + work.stores.enquiries.seal_older(self.limit)
            + work.stores.retention.forget_older_codes(self.limit)
            + work.stores.cases.date_older(self.limit, work.now)
            + sum(_is_dated(work, each) for each in work.stores.retention.undated_beside_dated(self.limit))
        )


def _is_dated(work: Work, plan: RetentionPlan) -> bool:
    """Give a plan its day by the table of its case's version. Return False where neither says one."""
    case = work.stores.cases.get(plan.case_id)
    clienthood = clienthood_of(work, case)
    closed_on = day_of(case.closed_at) if case.closed_at else None
    began = clienthood.until if clienthood else closed_on
    if began is None or table_of(case) not in work.instances.models(case.deployment_id).bundle.tables:
        return False
    for row in rows_for(work, case):
        if row.get("data_class") == plan.sealing_class and row.get("keep"):
            work.stores.retention.give_day(plan, period_later(began, str(row["keep"])))
            return True
    return False
