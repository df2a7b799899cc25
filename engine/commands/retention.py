"""Erasure: classes of case data whose retention has ended lose their keys (615/2020 15 §)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.clienthood import runs
from engine.executor import Command, Work
from engine.executor.permissions import require_system
from engine.storage.sealing import SealingClass


@dataclass(frozen=True)
class EraseDue(Command[int]):
    """Destroy the keys of case data whose retention has ended. Return how many."""

    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        due = work.stores.retention.due(work.today, self.limit)
        erased = 0
        for plan in due:
            if runs(work, work.stores.cases.get(plan.case_id)):
                # Planned by a version of the models that counted from the case's closing.
                work.stores.retention.hold(plan.case_id)
                continue
            erased += 1
            work.stores.vault.destroy(plan.case_id, (plan.sealing_class,), work.now)
            if plan.sealing_class == SealingClass.CONTACT:
                # Addresses of messages still unsent are sealed under a key of their own, which stays.
                work.stores.outbox.forget_recipients(plan.case_id, work.now)
            if plan.sealing_class == SealingClass.NARRATIVE:
                work.stores.attachments.forget_contents(plan.case_id)
            work.stores.retention.destroyed(plan, work.now)
            work.record(plan.case_id, "content_erased", plan.sealing_class, rule=plan.rule)
        return erased
