"""Decisions on children under 746/2011 35 § 3 mom., once the parent's admission on which they rest stands no more."""

from __future__ import annotations

from collections.abc import Iterator

from engine.casework.appeals import begins_with, is_sent_back
from engine.casework.childs_ground import parent_of
from engine.casework.correction_course import is_pending
from engine.casework.decision_corrections import CORRECTION_NEEDED, signed_last
from engine.domain.case_links import LinkKind
from engine.domain.cases import Case, Outcome
from engine.domain.decision_corrections import Decision
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.storage.sealing import SealingClass

_BEGINS_IN = "correct_decision"


def reconsider_children(work: Work, parent: Case) -> None:
    """Ask in each child's case if its decision is to be corrected (434/2003 50 §), also in a closed one.

    The child's own decision stays in force meanwhile: nobody loses help by what happens to somebody else's decision.
    """
    for child in _children_of(work, parent):
        if _rests_on_parent(work, child) and not _is_asked(work, child):
            work.record(child.id, "parent_admission_ended")
            begun = to_json(dict(begins_with(work, child, CORRECTION_NEEDED)))
            work.stores.starts.add(child.id, CORRECTION_NEEDED, begun, work.now)


def _children_of(work: Work, parent: Case) -> Iterator[Case]:
    """Yield the cases opened from the parent's, and those of the family whose assessment names it."""
    opened = work.stores.cases.children_of(parent.id)
    linked = work.stores.case_links.linked_with(parent.id, (LinkKind.FAMILY,)) - {each.id for each in opened}
    for child in (*opened, *(work.stores.cases.get(each) for each in sorted(linked))):
        named = parent_of(work, child)
        if named is not None and named.id == parent.id:
            yield child


def _rests_on_parent(work: Work, child: Case) -> bool:
    """False of a decision signed with reasons of its own why the parent is meant by 1 or 2 mom."""
    if child.outcome is not Outcome.ADMITTED_35_3 or is_sent_back(work, child):
        return False
    if not work.stores.vault.takes(child.id, SealingClass.ENGINE):
        return False
    signed = signed_last(work, child, Decision.ADMISSION)
    reasoned = {each.at for each in work.stores.timeline.of_case(child.id, "parent_ground_reasoned")}
    return signed is not None and signed.signed_at not in reasoned


def _is_asked(work: Work, child: Case) -> bool:
    """True while the question waits, and while the decision is being corrected."""
    if CORRECTION_NEEDED in work.stores.starts.messages_to(child.id):
        return True
    if any(each.form_key == _BEGINS_IN for each in work.stores.tasks.open_in(child.id)):
        return True
    decision = signed_last(work, child, Decision.ADMISSION)
    return decision is not None and is_pending(work, child, decision)
