"""Erasure: classes of case data whose retention has ended lose their keys (615/2020 15 §)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Self

from engine.casework.clienthood import runs
from engine.casework.search_keys import renew_search_keys
from engine.executor import Command, Work
from engine.executor.permissions import require_system
from engine.storage.key_store import KeyName
from engine.storage.retention import RetentionPlan
from engine.storage.sealing import SealingClass

ORPHAN_AFTER: Final = timedelta(days=1)
"""No transaction lasts as long: keys without a case belong to one that was rolled back."""


@dataclass(frozen=True)
class EraseDue(Command[int]):
    """Destroy the keys of case data whose retention has ended. Return how many.

    The keys go first. If this transaction is then rolled back, they are gone all the same, and the next attempt notes
    it; noted first, an erasure could stand in the record while the key lives.
    """

    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        due = [plan for plan in work.stores.retention.due(work.today, self.limit) if not _held(work, plan)]
        work.stores.vault.destroy((plan.case_id, plan.sealing_class) for plan in due)
        for plan in due:
            if plan.sealing_class == SealingClass.CONTACT:
                # Addresses of messages still unsent are sealed under a key of their own, which stays.
                work.stores.outbox.forget_recipients(plan.case_id, work.now)
            if plan.sealing_class in (SealingClass.IDENTITY, SealingClass.CONTACT):
                renew_search_keys(work, plan.case_id)
            if plan.sealing_class == SealingClass.NARRATIVE:
                work.stores.attachments.forget_contents(plan.case_id)
            work.stores.retention.destroyed(plan, work.now)
            work.record(plan.case_id, "content_erased", plan.sealing_class, rule=plan.rule)
        return len(due)


def _held(work: Work, plan: RetentionPlan) -> bool:
    """Return True, and take the day back, if the person is a client."""
    if not runs(work, work.stores.cases.get(plan.case_id)):
        return False
    # Planned by a version of the models that counted from the case's closing.
    work.stores.retention.hold(plan.case_id)
    return True


@dataclass(frozen=True)
class SettleKeys(Command[int]):
    """Note in the key store which new keys have a case, and delete those whose case was never committed. Return how
    many cases were noted.

    A key that was noted once is never deleted, so that a database restored from an older copy costs no newer case its
    keys.
    """

    limit: int = 500

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        waiting = work.stores.key_store.unsettled(self.limit)
        known = work.stores.cases.existing(waiting)
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
        destroyed = view.stores.retention.all_destroyed()
        held = view.stores.key_store.of_cases(tuple({case_id for case_id, _ in destroyed}))
        return replace(self, revived=tuple(each for each in destroyed if each[1] in held[each[0]]))

    def execute(self, work: Work) -> int:
        work.stores.vault.destroy(self.revived)
        return len(self.revived)
