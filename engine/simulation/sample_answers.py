"""Invented answers to forms: the plain, valid sets of `sample_answers.toml`, and random ones where they do not fit."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any, Final

from engine.simulation.people import CASEWORKER_ID
from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING
from forms.definition import Field, FormDefinition, Kind
from forms.errors import AnswersRejected
from forms.random_answers import Typed, random_answers
from forms.submission import accept
from forms.typed import ROWS, SKIP, as_typed

ROUNDS: Final = 12
"""Every round answers or drops at least one question."""
Answers = dict[str, Any]
OF_A_CHILD: Final[Mapping[str, Answers]] = {
    "register": {
        "is_child": "yes",
        "representative_state": "guardian",
        "child_welfare_considered": "not_needed",
    },
    "sufficiency": {"representative_state": "guardian"},
    "triage_override": {"case_class": "child"},
    "verify_consent": {"minor_maturity": "yes"},
    "assessment": {
        "concerns_child": "yes",
        "child_interest": "Ratkaisu turvaa lapsen arjen.",
        "child_opinion": "Lapsi haluaa asua äitinsä kanssa.",
        "child_heard": "heard",
    },
    "removal_assessment": {
        "concerns_child": "yes",
        "child_interest": "Lapsi on turvassa ja haluaa pois.",
        "child_heard": "heard",
    },
}
"""The usual answers, where the case is a child's."""

PROOFS: Final[Mapping[str, str]] = {
    "in_person": "certificate",
    "agent": "certificate",
    "acknowledgement": "receipt",
}
"""How a document is given, to the proof of it."""


def plain_answers(
    form_key: str, today: date, *, caseworker: str = CASEWORKER_ID, given: Mapping[str, Any] | None = None
) -> Answers:
    """Return the usual answers to a form, as JSON; empty for a form without a sample.

    `given`: the variables that the form's task sees, since some usual answers depend on them.
    """
    answers = {key: _on_day(value, today, caseworker) for key, value in _samples().get(form_key, {}).items()}
    if given is not None:
        answers |= OF_A_CHILD.get(form_key, {}) if given.get("is_child") is True else {}
        if form_key in _FITTING:
            answers |= _FITTING[form_key](given, today)
    return {name: value for name, value in answers.items() if value is not None}


def _registered(given: Mapping[str, Any], _today: date) -> Answers:
    answers: Answers = {"child_welfare_considered": "not_needed"} if given.get("has_children") is True else {}
    if given.get("case_class") == "urgent":
        answers["less_urgent_because"] = "Henkilö kertoi puhelimessa, ettei syytä enää ole."
    return answers


def _classed(given: Mapping[str, Any], _today: date) -> Answers:
    return {"case_class": given["case_class"]} if given.get("case_class") else {}


def _handed_over(given: Mapping[str, Any], _today: date) -> Answers:
    way = str(given.get("channel_now"))
    return {"delivery_channel": way, "proof": PROOFS[way]} if way in PROOFS else {}


def _prepared(given: Mapping[str, Any], _today: date) -> Answers:
    outcome = str(given.get("outcome_proposed"))
    answers: Answers = {} if outcome.startswith("admitted") else {"organiser": None}
    if outcome == "not_examined":
        answers["not_examined_ground"] = "Asia ei kuulu auttamisjärjestelmälle."
    return answers


def _reflected(given: Mapping[str, Any], today: date) -> Answers:
    if not given.get("reflection_running"):
        return {}
    answers = _interrupted(today)
    if given.get("is_child") is True:
        # A sample knows no parties of the case, so it names nobody who is heard for a child.
        answers |= {
            "hearing": "unnecessary",
            "hearing_exception": "harm",
            "hearing_unnecessary_reasons": "Viivytys vaarantaisi lapsen.",
        }
    return answers


def _interrupted(today: date) -> Answers:
    return {
        "reflection_proposal": "interrupt",
        "interruption_ground": "contact_renewed",
        "ground_shown": "Henkilö kertoi itse palanneensa omasta tahdostaan.",
        "hearing": "heard",
        "hearing_held": "Harkinta-aika voidaan keskeyttää hänen kertomansa vuoksi.",
        "hearing_way": "in_person",
        "hearing_given_on": today.isoformat(),
        "hearing_until": (today + timedelta(days=14)).isoformat(),
        "reflection_opinion": "Tiedän, mitä siitä seuraa.",
        "interrupted_from": today.isoformat(),
    }


def _is_hearing(given: Mapping[str, Any]) -> bool:
    request = given.get("request")
    return isinstance(request, Mapping) and request.get("kind") == "hearing"


def _unanswered(given: Mapping[str, Any], _today: date) -> Answers:
    return {"hearing_attempts": "Soitettu kahdesti turvalliseen aikaan."} if _is_hearing(given) else {}


def _posted(given: Mapping[str, Any], _today: date) -> Answers:
    if given.get("paper_to") == "police":
        return {
            "paper_way": None,
            "notice_recipient": "Esimerkin poliisilaitos, kirjaamo",
            "notice_channel": "secure_mail",
        }
    if not _is_hearing(given):
        return {}
    return {"paper_way": None, "hearing_way": "in_person", "hearing_explained": True}


_FITTING: Final[Mapping[str, Callable[[Mapping[str, Any], date], Answers]]] = {
    "register": _registered,
    "triage_override": _classed,
    "record_delivery": _handed_over,
    "prepare_resolution": _prepared,
    "reflection_period": _reflected,
    "post_paper": _posted,
    "request_follow_up": _unanswered,
    "stalled_request": _unanswered,
}
"""Answers that fit what the case holds, by form; None takes a usual answer away."""


@cache
def _samples() -> Mapping[str, Answers]:
    return tomllib.loads(resources.files(__package__).joinpath("sample_answers.toml").read_text("utf-8"))


def _on_day(value: Any, today: date, caseworker: str) -> Any:
    if not isinstance(value, str):
        return value
    day, _, days = value.partition("+")
    if day == "today":
        return (today + timedelta(days=int(days or 0))).isoformat()
    return caseworker if value == "@kasittelija" else value


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Answers:
    """Return the answers with some changed; a change to None removes the answer."""
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def request_row(recipient: str, due_on: date, **changes: Any) -> Answers:
    """Return one row of the form that writes information requests."""
    row: Answers = {
        "recipient": recipient,
        "legal_basis": "consent" if recipient == "referrer" else "admin_31",
        "necessity": "Tieto ratkaisee, täyttyykö edellytys.",
        "questions": "Mitä tiedät työn ehdoista?",
        "due_on": due_on.isoformat(),
        "request_language": "fi",
        "request_channel": "link",
        "person_prefers_no_reminders": "no",
    }
    if recipient == "referrer":
        row |= {
            "is_police": "no",
            "consent_on": (due_on - timedelta(days=90)).isoformat(),
            "consent_how": "phone",
            "interpreter_used": "none",
            "consent_language": "en",
        }
    if recipient == "outside_authority":
        row |= {
            "recipient_name": "Esimerkkivirasto",
            "recipient_contact": "virasto@example.invalid",
            "is_police": "no",
            "legal_basis": "l615_13_1",
        }
    return merged(row, changes)


def invented_answers(
    definition: FormDefinition,
    today: date,
    *,
    given: Mapping[str, Any] = NOTHING,
    choices: Choices = NO_CHOICES,
    fixed: Mapping[str, Any] = NOTHING,
) -> Typed:
    """Return answers that the form accepts, as a page would send them. The same form and day give the same answers.

    `fixed` answers are kept. Raise AnswersRejected if the form refuses one of them.
    """
    usual = {**plain_answers(definition.key, today, given=given), **fixed}
    typed = as_typed(definition.fields, _with_dates(definition.fields, usual))
    rng = Random(f"{definition.key} {today}")  # noqa: S311 - chance, not secrecy
    must_stay = {key for key, value in fixed.items() if value is not None}
    for _ in range(ROUNDS):
        try:
            accept(definition, typed, today=today, given=given, choices=choices)
        except AnswersRejected as rejected:
            refused = {path.partition(".")[0] for path in rejected.problems}
            if refused & must_stay:
                raise
            by_chance = random_answers(definition, rng, today=today, given=given, choices=choices)
            typed = {
                **{name: texts for name, texts in typed.items() if _question(name) not in refused},
                **{name: texts for name, texts in by_chance.items() if _question(name) in refused},
            }
        else:
            return typed
    return random_answers(definition, rng, today=today, given=given, choices=choices)


def _with_dates(fields: Sequence[Field], answers: Mapping[str, Any]) -> Answers:
    """Return the answers with dates as a page shows them, not as JSON has them."""
    dates = {each.key for each in fields if each.kind is Kind.DATE}
    return {
        key: date.fromisoformat(value) if key in dates and isinstance(value, str) else value
        for key, value in answers.items()
        if value is not None
    }


def _question(name: str) -> str:
    return name.removesuffix(SKIP).removesuffix(ROWS).partition(".")[0]
