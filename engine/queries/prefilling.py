"""Prefilled answers of a task's form: facts known already, never a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from engine.casework.childs_ground import REFERENCE as PARENT_CASE
from engine.casework.letters_under_way import DOUBTED
from engine.casework.municipality import WITHOUT
from engine.casework.recordings.preparing import NO_MUNICIPALITY
from engine.casework.recordings.registration import REGISTRATION
from engine.clock import day_of
from engine.domain.applications import CHILD_FORM, answers_about_person
from engine.domain.arrivals import Arrival, ArrivalKind, ArrivalWay
from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest
from engine.storage.resolutions import Delivery
from engine.storage.submissions import Submission
from forms.definition import FormDefinition
from forms.estimates import is_estimate


@dataclass(frozen=True, slots=True)
class Source:
    """The earlier forms whose answers are taken over, and the questions that must be answered afresh each time."""

    forms: tuple[str, ...]
    afresh: frozenset[str] = frozenset()
    signed: tuple[str, str] | None = None
    """The form that signs what this one prepares, and its question. The answers behind a signed decision are that decision's:
    the next one has facts and reasons of its own."""


APPLICATIONS = ("application", CHILD_FORM, "referral", "phone_intake")
SOURCES: Mapping[str, Source] = {
    "register": Source((*APPLICATIONS, "register")),
    "oral_decision": Source(("phone_intake", "spoken_decision")),
    "sufficiency": Source(
        ("register", "sufficiency"), frozenset({"enough", "missing", "still_missing", "reason"})
    ),
    "assessment": Source(("assessment",)),
    "prepare_resolution": Source(("prepare_resolution",), signed=("sign_resolution", "signature")),
    "contact_client": Source(("prepare_resolution",)),
    "reflection_period": Source(
        ("reflection_period",), signed=("sign_reflection_period", "reflection_signature")
    ),
    "removal_assessment": Source(("removal_assessment",), signed=("sign_removal", "removal_signature")),
    "prepare_removal": Source(("prepare_removal",), signed=("sign_removal", "removal_signature")),
    "appeal_opinion": Source(("appeal_opinion",)),
    "examine_correction": Source(("examine_correction",)),
}
"""Form key to the source of its prefilled answers: its own earlier round, or the application."""


REVIEW = "review_reply"
ASSESSMENT: Final = "assessment"
PREPARATION: Final = "prepare_resolution"
RECALL: Final = "recall_resolution"
ARRIVAL, PARENT, REQUEST, REGISTER, PERSONS = "arrival", "parent_case", "request", "arrivals", "persons"
RESTRICTED = "restricted"
"""Sources that are no form: the day a matter came, the parent's case, the request that is reviewed, the register of
arrivals, a change of the person's details."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer that is known already, with its source."""

    value: Any
    source: str
    """The key of the form that it was written in, or one of the sources above."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The knowledge of a case beside its forms, when it is registered."""

    case: Case
    scope: Mapping[str, Any]
    person: Party | None
    speaker: Party | None = None
    """The one who speaks for the person, a child."""
    parent_reference: str = ""
    """Of the parent's case, from which a child's was opened and which the reader sees."""


APPEAL, WAY_AGAIN = "appeal_arrival", "choose_delivery_way"
NOT_BACK = "unsafe_address"
"""The answer that no post came back: the address to which it left is not safe."""
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
    facts: Facts | None = None,
    arrivals: Iterable[Arrival] = (),
    deliveries: Sequence[Delivery] = (),
) -> Mapping[str, Known]:
    """Return answers of earlier forms to questions with the same key, the newest if there are several. An option that
    no longer exists is left out. Where an answer wishes for more time, its day and the questions stand in the review; of an
    appeal and of post that came back, what was registered when it arrived."""
    if definition.key == REVIEW:
        return _wished(task, requests)
    if definition.key == APPEAL:
        return _registered(arrivals)
    if definition.key == WAY_AGAIN:
        return _doubted(task, definition, deliveries) or _returned(task, arrivals)
    source = SOURCES.get(definition.key)
    if source is None:
        return {}
    sent = sorted(submissions, key=lambda one: one.sent_at)
    known = _of_facts(definition.key, facts) if facts is not None else {}
    if definition.key == PREPARATION and facts is not None:
        known |= _of_record(sent, facts) | _of_assessment(_since_signature(source, sent), facts.scope)
    for each in _since_signature(source, sent):
        if each.form_key in source.forms and each.business_key in (None, task.business_key):
            answers = _as_confirmed(each.form_key, answers_about_person(each.form_key, each.answers))
            known |= {
                name: Known(value, each.form_key, each.sent_at)
                for name, value in _as_registered(answers).items()
            }
    return {
        field.key: known[field.key]
        for field in definition.fields
        if field.key in known and field.key not in source.afresh and _fits(field, known[field.key].value)
    }


def _since_signature(source: Source, submissions: list[Submission]) -> list[Submission]:
    """Return the submissions after the newest signature, or all where nothing was signed. A signed decision that is recalled
    before it left is prepared again from what was written."""
    form_key, question = source.signed or ("", "")
    found: list[Submission] = []
    before: list[Submission] = []
    for each in submissions:
        if each.form_key == form_key and each.answers.get(question) == "sign":
            before, found = [*before, *found], []
        elif each.form_key == RECALL and each.answers.get("recall") == "recall":
            before, found = [], [*before, *found]
        found.append(each)
    return found


def _as_confirmed(form_key: str, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was written down in a call as the answers with which the one who decided confirms it."""
    if form_key == "phone_intake" and answers.get("consent_given"):
        return {**answers, "consent_confirmed": "yes"}
    if form_key == "spoken_decision" and answers.get("decided") == "yes":
        spoken = {"told_on": answers.get("decided_on"), "told_hour": answers.get("decided_hour")}
        return {**answers, "oral_decision": "admitted", **spoken}
    return answers


_STAYS: Final = {"none": "no_right", "permit": "permit"}
"""Answers about the stay that mean one answer of the register. The others leave two open: a person judges."""


def _as_registered(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add the answers of the register that follow from an application's in other words."""
    found = dict(answers)
    for asked in ("decision_language", "contact_language"):
        if answers.get(asked) in ("fi", "sv"):
            found.setdefault("language", answers[asked])
    if answers.get("is_under_18") in ("yes", "no", "unknown"):
        # The form: where it is uncertain, answer yes (746/2011 5 §).
        found.setdefault("is_child", "no" if answers["is_under_18"] == "no" else "yes")
    if answers.get("stay_situation") in _STAYS:
        found.setdefault("stay_status", _STAYS[answers["stay_situation"]])
    return found


def _of_facts(form_key: str, facts: Facts) -> dict[str, Known]:
    if form_key == REGISTRATION:
        return _of_case(facts)
    if form_key == ASSESSMENT and facts.parent_reference:
        return {PARENT_CASE: Known(facts.parent_reference, PARENT, facts.case.received_at)}
    return {}


def _of_case(facts: Facts) -> dict[str, Known]:
    """Return what needs no form: the day it came, and in a child's own case what the parent's application says of them all."""
    case = facts.case
    known = {"pending_on": Known(day_of(case.received_at), ARRIVAL, case.received_at)}
    if case.is_restricted:
        known["restricted"] = Known("yes", RESTRICTED, case.received_at)
    if case.parent_id is None:
        return known
    answers = {
        name: value
        for name, value in facts.scope.items()
        if isinstance(value, str) and (name, value) not in _NOT_WRITTEN
    }
    answers |= {"is_child": "yes", "has_children": "no", "language": case.language}
    if facts.speaker is not None:
        # The child is talked with in the language of the person who speaks for them, until somebody knows another.
        spoken = {**facts.speaker.identity, **facts.speaker.contact}
        answers |= {name: spoken[name] for name in _OF_SPEAKER if spoken.get(name)}
    if facts.person is not None:
        answers |= {name: _as_day(value) for name, value in facts.person.identity.items()}
    return known | {name: Known(value, PARENT, case.received_at) for name, value in answers.items()}


_DECIDED_IN: Final = frozenset({"fi", "sv"})


def _of_record(sent: Sequence[Submission], facts: Facts) -> dict[str, Known]:
    """Return what a first preparation need not ask: the language of the decision, unless the case and the person have two; that of
    its explanation; who helps a person without a municipality."""
    registered = next((each for each in reversed(sent) if each.form_key == REGISTRATION), None)
    stayed = next((each for each in reversed(sent) if each.answers.get("stay_status")), None)
    found = dict[str, Known]()
    if registered is not None:
        spoken = str(facts.person.identity.get("contact_language") or "") if facts.person else ""
        decided = {facts.case.language, spoken} & _DECIDED_IN
        if len(decided) == 1:
            found["resolution_language"] = Known(decided.pop(), registered.form_key, registered.sent_at)
        if spoken and spoken not in _DECIDED_IN:
            found["explanation_language"] = Known(spoken, registered.form_key, registered.sent_at)
    if stayed is not None and stayed.answers["stay_status"] in WITHOUT:
        found["organiser"] = Known(NO_MUNICIPALITY, stayed.form_key, stayed.sent_at)
    return found


_ASSESSED: Final = ("victim_reasons", "help_reasons", "ground_reasons", "outcome_reasons")


def _of_assessment(sent: Sequence[Submission], scope: Mapping[str, Any]) -> dict[str, Known]:
    """Return the reasons of the assessment as the decision's first words, where it proposed the outcome that is prepared."""
    assessed = next((each for each in reversed(sent) if each.form_key == ASSESSMENT), None)
    if assessed is None or assessed.answers.get("outcome_proposed") != scope.get("outcome_proposed"):
        return {}
    reasons = [text for each in _ASSESSED if isinstance(text := assessed.answers.get(each), str) and text]
    return {"reasons": Known("\n\n".join(reasons), ASSESSMENT, assessed.sent_at)} if reasons else {}


_OF_SPEAKER: Final = ("contact_language", "interpreter_needed", "interpreter_wishes")
_NOT_WRITTEN: Final = frozenset({("account_known", "no"), ("help_need_known", "no")})
"""Answers that the process takes for given where another's application is silent on the child: the registrar gives them."""


def _as_day(value: Any) -> Any:
    """Return a day that the register keeps as text as a day; anything else as it is."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _wished(task: UserTask, requests: Iterable[InformationRequest]) -> Mapping[str, Known]:
    request = next((each for each in requests if each.reference == task.business_key), None)
    if request is None or request.more_time_until is None:
        return {}
    wished = {"new_questions": request.questions.get("questions"), "new_due_on": request.more_time_until}
    return {name: Known(value, REQUEST, request.answered_at) for name, value in wished.items()}


def _registered(arrivals: Iterable[Arrival]) -> Mapping[str, Known]:
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
    return {
        name: Known(value, REGISTER, newest.registered_at)
        for name, value in known.items()
        if value is not None
    }


def _doubted(
    task: UserTask, definition: FormDefinition, deliveries: Sequence[Delivery]
) -> Mapping[str, Known]:
    """Return that the letter did not come back where its address turned out not to be safe."""
    attempts = [each for each in deliveries if each.business_key == task.business_key]
    asked = definition.by_key.get("envelope_reason")
    if not attempts or attempts[-1].state != DOUBTED or asked is None:
        return {}
    known = Known(NOT_BACK, PERSONS, task.created_at)
    return {"envelope_reason": known} if _fits(asked, NOT_BACK) else {}


def _returned(task: UserTask, arrivals: Iterable[Arrival]) -> Mapping[str, Known]:
    """Return what the register says of this recipient's letter that came back last."""
    newest = max(
        (
            each
            for each in arrivals
            if each.kind is ArrivalKind.RETURNED and each.business_key == task.business_key
        ),
        key=lambda each: each.registered_at,
        default=None,
    )
    if newest is None:
        return {}
    known = {"returned_on": newest.arrived_on, "envelope_reason": newest.envelope}
    return {name: Known(value, REGISTER, newest.registered_at) for name, value in known.items() if value}


def _fits(field: Any, value: Any) -> bool:
    if is_estimate(value):
        return bool(field.takes_estimate)
    if isinstance(value, Mapping):
        return bool(field.properties.get("skippable"))
    if not field.options:
        return True
    offered = {option.value for option in field.offered}
    chosen = value if isinstance(value, list) else [value]
    return all(one in offered for one in chosen)
