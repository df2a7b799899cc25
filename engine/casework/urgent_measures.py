"""Urgency that is found after a case began: the on-call worker acts as on a case that was urgent at once."""

from __future__ import annotations

from typing import Final

from engine.domain.cases import Case, CaseClass
from engine.domain.tasks import RINGING_FORM
from engine.executor.engine import Work
from engine.instances import CompiledModels

URGENT_FOUND: Final = "urgent_found"
"""Starts an instance of its own with the urgent measures, which ring the on-call workers until one takes them."""


def owe_measures(work: Work, case: Case, models: CompiledModels, case_class: CaseClass) -> None:
    """Begin the urgent measures of a case that has become urgent, unless it had them before. A version of the models before
    has no such process."""
    if case_class is not CaseClass.URGENT or case.case_class is CaseClass.URGENT:
        return
    if URGENT_FOUND not in models.parsed.starts:
        return
    if URGENT_FOUND in work.stores.starts.messages_to(case.id):
        return
    if any(each.form_key == RINGING_FORM for each in work.stores.tasks.of_case(case.id)):
        return
    work.stores.starts.add(case.id, URGENT_FOUND, {}, work.now)
