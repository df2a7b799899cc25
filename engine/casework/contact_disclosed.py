"""Notices that name the safe ways of the person to somebody else, and those that a change of the ways has overtaken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from engine.casework.posted_letters import returned_from
from engine.casework.resolution_letter import language_in_words
from engine.domain.cases import Case
from engine.domain.parties import CONTACT, language_in_own_words
from engine.domain.safe_contact import safe_ways
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.storage.documents import Document
from engine.storage.parties import Party
from engine.texts import text

REWRITE: Final = "rewrite"
"""Answer in the task of sending: the notice is written anew, with the ways as they are now."""
_CARRYING: Final = frozenset({"notice_service_handover", "notice_transfer"})
_DECISIVE: Final = frozenset({*CONTACT, "is_unsafe", "is_protected"})
"""Details whose change makes the named ways wrong."""
_SENDING: Final = "send_notice"
_WAYS: Final = {
    "phone": "puhelu",
    "sms": "tekstiviesti",
    "email": "sähköposti",
    "post": "posti",
    "via_person": "toisen ihmisen kautta",
}
_TIMES: Final = {
    "weekday_morning": "arkisin klo 8–12",
    "weekday_afternoon": "arkisin klo 12–16",
    "weekday_evening": "arki-iltaisin",
    "weekend": "viikonloppuna",
}
_IF_OTHER: Final = {
    "wrong_number": "Jos joku muu vastaa, sanokaa soittaneenne väärään numeroon.",
    "hang_up": "Jos joku muu vastaa, sulkekaa puhelin sanomatta mitään.",
}
_INTERPRETERS: Final = {
    "woman": "mieluiten nainen",
    "man": "mieluiten mies",
    "by_phone": "mieluiten puhelimessa",
}


def ways_disclosed(work: Work, case: Case, language: str) -> dict[str, str]:
    """Return only ways that the person called safe, with what they asked to be observed; none while contact is stopped."""
    person = work.stores.parties.applicant_of(case.id)
    if person is None or person.is_silent:
        return {"safe_contact": "", "mother_tongue": "", "interpreter": ""}
    ways = safe_ways(person.contact) & _WAYS.keys()
    if any(each.kind == "contact_person" and each.is_unsafe for each in work.stores.parties.of_case(case.id)):
        ways -= {"via_person"}
    if returned_from(work, case, person) is not None:
        ways -= {"post"}
    shown = _addresses(person, language)
    lines = [
        ": ".join(filter(None, (text(language, _WAYS[way]), shown.get(way, "")))) for way in sorted(ways)
    ]
    if "phone" in ways:
        lines += _of_calls(person.contact, language)
    return {
        "safe_contact": "\n".join(lines),
        "mother_tongue": _text(person.identity.get("mother_tongue")),
        "interpreter": _interpreter(person, language),
    }


def _addresses(person: Party, language: str) -> dict[str, str]:
    contact = person.contact
    phone = _text(contact.get("phone"))
    go_between = (contact.get("contact_person_name"), contact.get("contact_person_phone"))
    return {
        "phone": phone,
        "sms": _text(contact.get("sms_phone")) or phone,
        "email": _text(contact.get("email")),
        # A document may be passed on, an address under a protection order may not (661/2009 36, 37 §).
        "post": text(language, "kysykää osoite meiltä")
        if person.is_protected
        else ", ".join(filter(None, map(_text, str(contact.get("postal_address") or "").splitlines()))),
        "via_person": ", ".join(filter(None, map(_text, go_between))),
    }


def _of_calls(contact: Mapping[str, Any], language: str) -> list[str]:
    """Return when to call, what to say if somebody else answers, and that no message may be left."""
    times = ", ".join(
        text(language, _TIMES[each]) for each in _list(contact.get("safe_times")) if each in _TIMES
    )
    words = _text(contact.get("safe_words"))
    choice = _text(contact.get("if_other_answers"))
    if_other = text(language, _IF_OTHER[choice]) if choice in _IF_OTHER else ""
    return [
        *([text(language, "Soittaa saa: {times}", times=times)] if times else []),
        *([text(language, "Älkää jättäkö viestiä.")] if contact.get("may_leave_message") == "no" else []),
        *filter(
            None,
            [text(language, "Jos joku muu vastaa, sanokaa: ”{words}”", words=words) if words else if_other],
        ),
    ]


def _interpreter(person: Party, language: str) -> str:
    """Return in which language an interpreter is needed, and who the person wants, or must not meet, as one."""
    if person.identity.get("interpreter_needed") != "yes":
        return ""
    code = _text(person.identity.get("contact_language"))
    spoken = language_in_own_words(person.identity)
    if not spoken and code not in ("", "other"):
        spoken = language_in_words(code, language)
    chosen = _list(person.contact.get("interpreter_preferences"))
    wishes = [text(language, _INTERPRETERS[each]) for each in chosen if each in _INTERPRETERS]
    lines = (", ".join(filter(None, (spoken, *wishes))), _text(person.contact.get("interpreter_wishes")))
    return ". ".join(filter(None, lines)) or text(language, "tarvitaan")


def _list(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """Return what was typed as one line: in the letter a line is one way."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def names_old_ways(work: Work, case: Case, notice: Document | None) -> bool:
    """True of a notice that names the person's ways as they were before their newest change, or before contact was stopped.

    Who gets it would write or call where somebody else reads or answers.
    """
    if notice is None or notice.kind not in _CARRYING:
        return False
    parties = [
        each
        for each in work.stores.parties.ever_of_case(case.id)
        if each.kind in ("applicant", "contact_person")
    ]
    return any(_changed_since(work, case, each, notice.created_at) for each in parties)


def _changed_since(work: Work, case: Case, party: Party, moment: datetime) -> bool:
    added = party.added_at if party.kind == "contact_person" else None
    moments = [each for each in (added, party.held_at, party.removed_at) if each is not None]
    changed = (
        each.made_at
        for each in work.stores.corrections.of_subject(case.id, party.id)
        if _DECISIVE & {*each.before, *each.after}
    )
    return any(each > moment for each in (*moments, *changed))


def notice_of(work: Work, case: Case, task: UserTask) -> Document | None:
    """Return the notice that a task of sending offers; None in other tasks."""
    if task.form_key != _SENDING:
        return None
    wanted = work.instances.scope_of(case, task.instance_id, task.task_key).get("notice_document")
    return next((each for each in work.stores.documents.of_case(case.id) if str(each.id) == wanted), None)


def is_written_anew(models: CompiledModels) -> bool:
    """False of versions from before `REWRITE`: there the case must be moved first."""
    question = models.form(_SENDING).by_key.get("notice_state")
    return question is not None and REWRITE in {each.value for each in question.options}


def withheld_of_ways(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the answers that the task of sending does not offer, by question."""
    if task.form_key != _SENDING:
        return {}
    is_old = names_old_ways(work, case, notice_of(work, case, task))
    return {"notice_state": frozenset({"sent" if is_old else REWRITE})}
