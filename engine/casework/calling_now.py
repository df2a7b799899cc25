"""The rule by which a person is asked to call now: for a form as it is filled in, and an application that nobody has read yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.bpmn.host_functions import FUNCTIONS
from engine.domain.applications import OPENING, answers_about_person, urgency_facts
from engine.domain.cases import Case, CaseClass, Channel
from engine.executor import Work
from engine.feel.values import from_json

TRIAGE: Final = "triage"


def asks_to_call_now(work: Work, form_key: str, answers: Mapping[str, Any]) -> bool:
    """Return True if the table of urgency calls these answers urgent, or they speak of a child who may need something at once
    or of whom it is not known with whom they are."""
    facts = _facts(work, form_key, answers)
    if facts["children_in_need"] == "yes" or "unknown" in (facts["child_with"], facts["children_with"]):
        return True
    return is_urgent_by_table(work, form_key, answers)


def is_urgent_by_table(work: Work, form_key: str, answers: Mapping[str, Any]) -> bool:
    """Return True if the table of urgency calls these answers urgent: the on-call worker is notified of them at once."""
    models = work.instances.models(work.stores.deployments.current().id)
    # An application is accepted with any version of the models, also one without the table.
    if TRIAGE not in models.bundle.tables:
        return False
    clock = {**FUNCTIONS, "today": lambda: work.today}
    facts = _facts(work, form_key, answers)
    found: Any = models.table(TRIAGE).evaluate(TRIAGE, facts, functions=clock).result
    return isinstance(found, Mapping) and found.get("case_class") == CaseClass.URGENT


def _facts(work: Work, form_key: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    channel = Channel.REFERRAL if form_key == "referral" else Channel.SELF
    return dict(urgency_facts(channel, answers_about_person(form_key, answers), work.today))


def is_unread_and_asks_to_call(work: Work, case: Case) -> bool:
    """Return True if the application asks to call, until it is registered: those who register it have read it, and act."""
    if case.pending_at is not None:
        return False
    sent = work.stores.submissions.of_case(case.id, *OPENING)[:1]
    return any(asks_to_call_now(work, each.form_key, from_json(dict(each.answers))) for each in sent)
