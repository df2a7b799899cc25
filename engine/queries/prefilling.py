"""Prefilled answers of a task's form: facts known already, never a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.applications import CHILD_FORM, answers_about_person
from engine.domain.arrivals import Arrival, ArrivalKind, ArrivalWay
from engine.domain.tasks import UserTask
from engine.storage.requests import InformationRequest
from engine.storage.submissions import Submission
from forms.definition import FormDefinition


@dataclass(frozen=True, slots=True)
class Source:
    """The earlier forms whose answers are taken over, and the questions that must be answered afresh each time."""

    forms: tuple[str, ...]
    afresh: frozenset[str] = frozenset()


APPLICATIONS = ("application", CHILD_FORM, "referral", "phone_intake")
SOURCES: Mapping[str, Source] = {
    "register": Source((*APPLICATIONS, "register")),
    "sufficiency": Source(
        ("register", "sufficiency"), frozenset({"enough", "missing", "still_missing", "reason"})
    ),
    "assessment": Source(("assessment",)),
    "prepare_resolution": Source(("prepare_resolution",)),
    "reflection_period": Source(("reflection_period",)),
    "removal_assessment": Source(("removal_assessment",)),
    "prepare_removal": Source(("prepare_removal",)),
    "appeal_opinion": Source(("appeal_opinion",)),
    "examine_correction": Source(("examine_correction",)),
}
"""Form key to the source of its prefilled answers: its own earlier round, or the application."""


REVIEW = "review_reply"
APPEAL = "appeal_arrival"
_WAYS: Mapping[str, str] = {
    ArrivalWay.POST: "post",
    ArrivalWay.EMAIL: "email",
    ArrivalWay.SECURE_MAIL: "email",
    ArrivalWay.IN_PERSON: "in_person",
}
"""Ways of an arrival, as the form of an appeal names them."""


def prefilled(
    task: UserTask,
    definition: FormDefinition,
    submissions: tuple[Submission, ...],
    requests: Iterable[InformationRequest] = (),
    arrivals: Iterable[Arrival] = (),
) -> Mapping[str, Any]:
    """Return answers of earlier forms to questions with the same key, the newest if there are several. An option that
    no longer exists is left out. Where an answer wishes for more time, its day and the questions stand in the review; of an
    appeal, what was registered when it arrived."""
    if definition.key == REVIEW:
        return _wished(task, requests)
    if definition.key == APPEAL:
        return _registered(arrivals)
    source = SOURCES.get(definition.key)
    if source is None:
        return {}
    known: dict[str, Any] = {}
    for each in sorted(submissions, key=lambda one: one.sent_at):
        if each.form_key in source.forms and each.business_key in (None, task.business_key):
            known |= answers_about_person(each.form_key, each.answers)
    return {
        field.key: known[field.key]
        for field in definition.fields
        if field.key in known and field.key not in source.afresh and _fits(field, known[field.key])
    }


def _wished(task: UserTask, requests: Iterable[InformationRequest]) -> Mapping[str, Any]:
    request = next((each for each in requests if each.reference == task.business_key), None)
    if request is None or request.more_time_until is None:
        return {}
    return {"new_questions": request.questions.get("questions"), "new_due_on": request.more_time_until}


def _registered(arrivals: Iterable[Arrival]) -> Mapping[str, Any]:
    """Return what the register says of the newest appeal; whether it is one, and whose, is asked afresh."""
    newest = max(
        (each for each in arrivals if each.kind is ArrivalKind.APPEAL),
        key=lambda each: each.registered_at,
        default=None,
    )
    if newest is None:
        return {}
    known = {
        "appeal_received_on": newest.arrived_on,
        "arrival_way": _WAYS.get(newest.way),
        "appeal_document": "attached" if newest.attachment_id else "paper",
    }
    return {name: value for name, value in known.items() if value is not None}


def _fits(field: Any, value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(field.properties.get("skippable"))
    if not field.options:
        return True
    offered = {option.value for option in field.options}
    chosen = value if isinstance(value, list) else [value]
    return all(one in offered for one in chosen)
