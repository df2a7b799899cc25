"""The assessment behind a decision, as its letter says it: why nobody was heard, the ground and the terms of a removal."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.casework.clienthood import clienthood_of
from engine.casework.decision_corrections import AS_OF, PREPARED_IN
from engine.clock import day_of
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.law import OWN_SAY_AGE
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest
from engine.storage.resolutions import Resolution
from engine.storage.submissions import Submission
from engine.texts import day, text

UNHEARD = {
    "groundless": "vaatimus hylätään heti perusteettomana",
    "harm": "viivytys olisi aiheuttanut huomattavaa haittaa terveydelle tai turvallisuudelle",
    "needless": "kuuleminen oli muusta syystä ilmeisen tarpeetonta",
    "accepted_wish": "asianosaisen oma vaatimus hyväksytään, eikä se koske muita",
}
"""Exceptions from hearing (434/2003 34 § 2 mom.), as the letter says them."""


def assessed(work: Work, case: Case, form_key: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answers of the newest form of this kind; of a corrected copy those of before the decision was prepared."""
    form = _form(work, case, form_key, content)
    answers: Mapping[str, Any] = from_json(form.answers) if form else {}
    return answers


def _form(work: Work, case: Case, form_key: str, content: Mapping[str, Any]) -> Submission | None:
    until = _as_of(content)
    if until is None:
        return work.stores.submissions.latest(case.id, form_key)
    earlier = work.stores.submissions.of_case(case.id, form_key)
    return next((each for each in reversed(earlier) if each.sent_at <= until), None)


def _as_of(content: Mapping[str, Any]) -> datetime | None:
    as_of = content.get(AS_OF)
    return datetime.fromisoformat(as_of) if isinstance(as_of, str) else None


@dataclass(frozen=True, slots=True)
class PartyHeard:
    """A hearing that was held out to one of several who are heard before a decision, with its answer."""

    name: str
    """Empty of a person whose name is not known."""
    given_on: date
    answers: Mapping[str, Any]
    """Of the reply; empty without one."""
    is_spoken_for: bool = False
    """True of a child for whom others speak: they read the letter, so the child's words stay with the signer (621/1999 11 §
    2 mom.)."""
    is_age_unknown: bool = False
    """True of such a child whose age nobody knows: the letter, which is theirs too, says if they answered."""
    is_person: bool = True
    """False of one who speaks for the person."""


def hearings_since(
    work: Work, case: Case, form: Submission | None, content: Mapping[str, Any]
) -> tuple[InformationRequest, ...]:
    """Return the hearings that were begun since the assessment by the instance that prepared this content: a removal and a
    correction of the admission go on beside each other, and each hears for itself."""
    prepared_in = content.get(PREPARED_IN)
    instance_id = UUID(str(prepared_in)) if prepared_in is not None else None
    return tuple(
        each
        for each in work.stores.requests.of_case(case.id)
        if form is not None
        and each.kind == "hearing"
        and each.created_at >= form.sent_at
        and each.is_of(instance_id)
    )


def heard_before_removal(work: Work, case: Case, content: Mapping[str, Any]) -> tuple[PartyHeard, ...]:
    """Return the hearings on the assessment behind a removal: a child of fifteen and each who speaks for the child has one
    (434/2003 14, 34 §)."""
    form, until = _form(work, case, "removal_assessment", content), _as_of(content)
    person = work.stores.parties.applicant_of(case.id)
    held = [
        each
        for each in hearings_since(work, case, form, content)
        if (until is None or each.created_at <= until) and each.closed_as != "cancelled"
    ]
    found = []
    for each in held:
        if each.sent_at is not None:
            replied = work.stores.submissions.latest(case.id, "hearing_reply", each.reference)
            name, answers = (
                str(each.recipient.get("name") or ""),
                from_json(replied.answers) if replied else {},
            )
            given_on = day_of(each.sent_at)
            # Whom nobody speaks for is heard alone, and gets the letter.
            is_person = each.recipient.get("party") in (None, "applicant")
            child = person if person is not None and each.party_id == person.id and len(held) > 1 else None
            found.append(PartyHeard(name, given_on, answers, *spoken_for(child, given_on), is_person))
    return tuple(found)


def may_lack_own_say(person: Party, on: date) -> bool:
    """True of a child too young on the day to speak beside a guardian (434/2003 14 §), and of one whose age nobody knows: they
    are heard and served as one who speaks, and may be younger (746/2011 5 §)."""
    age = age_of(person.identity, on)
    return person.is_minor_on(on) if age is None else age < OWN_SAY_AGE


def spoken_for(person: Party | None, on: date) -> tuple[bool, bool]:
    """Return if others read the letter of a child who may lack a say of their own, and if that is since nobody knows their age."""
    is_spoken_for = person is not None and may_lack_own_say(person, on)
    return is_spoken_for, is_spoken_for and person is not None and age_of(person.identity, on) is None


def removal_terms(work: Work, case: Case, decision: Resolution) -> dict[str, str]:
    """Return the ground of a signed removal, and when it takes effect, as they were assessed before it was prepared."""
    as_of = decision.content.get(AS_OF) or decision.prepared_at.isoformat()
    answers = assessed(work, case, "removal_assessment", {AS_OF: as_of})
    return {name: str(answers[name]) for name in ("removal_ground", "takes_effect") if answers.get(name)}


def unheard(answers: Mapping[str, Any], outcome: str, language: str) -> dict[str, str]:
    """Return why the party was not heard; nothing in a decision that no hearing has to precede."""
    because = UNHEARD.get(str(answers.get("hearing_exception")))
    reasons = answers.get("hearing_unnecessary_reasons")
    is_other = outcome in ("lapsed", "transferred", "not_examined")
    if is_other or answers.get("hearing") != "unnecessary" or because is None or not isinstance(reasons, str):
        return {}
    return {"unheard_because": text(language, because), "unheard_reasons": reasons}


def of_child(answers: Mapping[str, Any], outcome: str) -> dict[str, str]:
    """Return that a decision rests on an assessment of a child's interest and opinion (746/2011 5 §)."""
    is_assessed = outcome not in ("lapsed", "transferred", "not_examined")
    return {"is_child": "yes"} if is_assessed and answers.get("concerns_child") == "yes" else {}


def removal_values(
    work: Work, case: Case, content: Mapping[str, Any], language: str, places: Container[str]
) -> dict[str, str]:
    """Return what the assessment says of the removal, and how the person was heard (434/2003 34, 45 §). `places`: the values
    for which the letter's text has a place."""
    answers = assessed(work, case, "removal_assessment", content)
    clienthood = clienthood_of(work, case)
    return {
        **_heard(heard_before_removal(work, case, content), answers, language, places),
        "removal_ground": str(answers.get("removal_ground") or ""),
        "takes_effect": str(answers.get("takes_effect") or ""),
        "client_since": day(language, clienthood.since) if clienthood else "",
    }


def _heard(
    hearings: tuple[PartyHeard, ...], answers: Mapping[str, Any], language: str, places: Container[str]
) -> dict[str, str]:
    if not hearings or answers.get("hearing") != "needed":
        return {}
    if len(hearings) > 1 or not all(each.is_person for each in hearings):
        return each_heard(hearings, "hearing_told", str(answers.get("hearing_told") or ""), language, places)
    (hearing,) = hearings
    state = hearing.answers.get("heard")
    return {
        "heard_on": day(language, hearing.given_on),
        "hearing_told": str(answers.get("hearing_told") or ""),
        "hearing_opinion": str(hearing.answers.get("opinion") or "") if state == "heard" else "",
        "is_silent": "yes" if state in (None, "no_answer") else "",
        "is_declined": "yes" if state == "declined" else "",
    }


def each_heard(
    hearings: Iterable[PartyHeard], place: str, subject: str, language: str, places: Container[str]
) -> dict[str, str]:
    """Return the subject of the hearings as the value `place`, and the hearings by name, with the day and the answer, one a
    line."""
    named = [(each, each.name or text(language, "asianosainen")) for each in hearings]
    replies = [_reply(each, name, language) for each, name in named]
    if "hearings" in places:
        return {place: subject, "hearings": "\n".join(replies)}
    # Texts of versions before have a place for one hearing: all stand in it.
    days = (f"{day(language, each.given_on)} ({name})" for each, name in named)
    return {"heard_on": ", ".join(days), place: "\n\n".join((subject, *replies))}


def _reply(hearing: PartyHeard, name: str, language: str) -> str:
    values = {"name": name, "day": day(language, hearing.given_on)}
    state = hearing.answers.get("heard")
    if hearing.is_spoken_for and not hearing.is_age_unknown:
        # A young child's silence is their own matter too.
        return text(language, "%(name)s, jolle siitä kerrottiin %(day)s, sai kertoa mielipiteensä.") % values
    if state == "heard" and hearing.is_spoken_for:
        return text(language, "%(name)s, jolle siitä kerrottiin %(day)s, kertoi mielipiteensä.") % values
    if state == "heard":
        # A line of the letter is one answer, whatever lines its writer made.
        words = " ".join(str(hearing.answers.get("opinion") or "").split())
        return text(language, "%(name)s, jolle siitä kerrottiin %(day)s, sanoi: %(words)s") % {
            **values,
            "words": words,
        }
    if state == "declined":
        return text(language, "%(name)s, jolle siitä kerrottiin %(day)s, ei halunnut ottaa kantaa.") % values
    return text(language, "%(name)s, jolle siitä kerrottiin %(day)s, ei vastannut määräajassa.") % values
