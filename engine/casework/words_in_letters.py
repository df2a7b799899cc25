"""Answers whose words enter a letter as they are typed, and the language of that letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.casework.clienthood import PROCESS as REMOVAL_PROCESS
from engine.casework.decision_corrections import in_force
from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.executor.engine import Work

HEARING_REPLY: Final = "hearing_reply"
_HEARING: Final = ("hearing_told", "hearing_material")
_PREPARED: Final = ("reasons", "clarifications", "oral_words", "oral_reasons")
_DECISION, _SIGNED, _REQUEST = "decision", "signed decision", "request"
"""Sources of a language where no text of the letter's key gives it: the decision that is prepared, the one in force, the
request that is asked anew."""
LETTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "register": {"transfer_reason": "transferred"},
    "assessment": {**dict.fromkeys(_HEARING, "hearing"), "hearing_unnecessary_reasons": _DECISION},
    "removal_assessment": {**dict.fromkeys(_HEARING, "hearing"), "hearing_unnecessary_reasons": _DECISION},
    HEARING_REPLY: {"opinion": _DECISION},
    "reflection_period": dict.fromkeys(
        (
            "reasons",
            "ground_shown",
            "hearing_held",
            "party_words",
            "reflection_opinion",
            "hearing_unnecessary_reasons",
        ),
        _DECISION,
    ),
    "prepare_resolution": dict.fromkeys(
        (*_PREPARED, "not_examined_ground", "organiser_name", "entitlement_notes"), _DECISION
    ),
    "prepare_removal": dict.fromkeys(_PREPARED, _DECISION),
    "examine_correction": dict.fromkeys(
        ("right_text", "slip_shown", "instructions_fault", "correction_reasons"), _SIGNED
    ),
    "appeal_opinion": dict.fromkeys(("opinion", "secrecy_notes"), _SIGNED),
    "contact_client": dict.fromkeys(
        ("first_needs", "children_needs", "organiser_name"), "notice_service_handover"
    ),
    "write_notice": dict.fromkeys(("notice_addressee", "notice_facts"), "notice_child_welfare"),
    "write_enquiry_notice": dict.fromkeys(("notice_addressee", "notice_facts"), "notice_child_welfare"),
    "review_reply": {"new_questions": _REQUEST},
}
"""By form: the question, and the key of the text that its answer enters, or what gives its language."""
_CHOSEN: Final = {"prepare_resolution": "resolution_language", "register": "language"}
"""The question that gives the language in the same form."""
_OF_DECISIONS: Final = ("fi", "sv")


def letter_languages(work: Work, case: Case, task: UserTask, typed: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the language of the letter by question of the task's form. `typed`: the answers of its draft, or prefilled."""
    entered = LETTERS.get(task.form_key or "", {})
    if task.form_key == HEARING_REPLY and not is_of_removal(work, task):
        # The letter of an admission is silent on the hearing; that of a removal repeats the opinion.
        return {}
    chosen = _first(typed.get(_CHOSEN.get(task.form_key or "", "")))
    return {question: _language(work, case, task, letter, chosen) for question, letter in entered.items()}


def _language(work: Work, case: Case, task: UserTask, letter: str, chosen: str) -> str:
    wanted = chosen or case.language
    offered: Sequence[str] = _OF_DECISIONS
    if letter == _SIGNED:
        decision = in_force(work, case)
        wanted = decision.language if decision is not None else wanted
    elif letter == _REQUEST:
        request = work.stores.requests.find(case.id, task.business_key or "")
        return request.language if request is not None else wanted
    elif letter != _DECISION:
        texts = work.instances.models(case.deployment_id).bundle.texts
        offered = tuple(texts.get(letter) or _OF_DECISIONS)
    return wanted if wanted in offered else "fi"


def is_of_removal(work: Work, task: UserTask) -> bool:
    """True of a task of a removal, whose letter repeats what was answered in a hearing."""
    return work.stores.instances.process_of(task.instance_id) == REMOVAL_PROCESS


def _first(value: Any) -> str:
    if isinstance(value, str):
        return value
    return next(iter(value), "") if isinstance(value, Sequence) else ""
