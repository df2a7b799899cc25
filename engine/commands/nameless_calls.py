"""A call without consent: an enquiry with every answer but those that show who it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent, judge
from engine.casework.receipts import DANGER
from engine.commands.applications import RECORDS_CALLS, Receipt, called_at, opening_form
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import BY_PHONE
from engine.commands.urgent_calls import CallRecorded, recorded_as, require_unrecorded, spoken_form
from engine.domain.cases import Channel
from engine.errors import AnswersRejected, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_person, require_role
from engine.feel.values import to_json
from forms.definition import FormDefinition, without
from forms.submission import readable
from forms.views import shown

LONGEST_QUESTION: Final = 10_000
"""As the form of an enquiry takes."""
NARRATIVE: Final = (
    "what_happened",
    "urgency_reason",
    "danger_notes",
    "help_first",
    "children_notes",
    "call_notes",
)
"""Questions one of which is answered: what happens to somebody. Their words come first in the enquiry."""
_WHEN: Final = ("called_on", "called_hour")
_NUMBERS: Final = ("ring_back_phone", "phone")
"""Questions of a number to ring back. The first answered one is the enquiry's number."""
_RINGING: Final = (
    "others_hear",
    "phone",
    "may_leave_message",
    "safe_times",
    "safe_words",
    "contact_language_other",
    "interpreter_needed",
    "interpreter_wishes",
)
"""Questions of contact that go along: how one rings back, and in which language."""
_AGREED: Final = ("promised", "promised_on")


@dataclass(frozen=True)
class RecordNamelessCall(Command[Receipt]):
    """Record a call without consent as an enquiry: what happens, the advice and promises, when the call came and how one
    rings back. Raise CallRecorded for other words than those it was recorded with."""

    call_id: UUID
    sent: Sent = field(repr=False)
    spoken: Sent = field(default_factory=dict, repr=False)

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS)
        require_person(work)

    def execute(self, work: Work) -> Receipt:
        person_id = require_person(work)
        form, second = opening_form(work, Channel.URGENT, ""), spoken_form(work)
        heard = _heard(form, self.sent)
        agreed = {} if second is None else _heard(second, self.spoken)
        if agreed.get("decided") == "yes":
            raise Invalid(
                "Päätös kirjataan asiaan, johon on suostumus. Jos päätöstä ei tehty, vaihda vastaus.",
                field="decided",
            )
        number = next((name for name in _NUMBERS if heard.get(name)), "")
        lines = list(_lines(form, {key: heard[key] for key in _carried(form, heard, number) if key in heard}))
        if second is not None:
            lines += _lines(second, {key: agreed[key] for key in _AGREED if key in agreed})
        data = _enquiry(heard, number, _question(heard, lines))
        work.stores.urgent_calls.lock(self.call_id)
        key = work.stores.urgent_calls.key(self.call_id, person_id)
        if recorded_as(work, key) is not None:
            _require_same(work, key, data)
        else:
            require_unrecorded(work, self.call_id)
        command = SubmitEnquiry(
            key,
            data=data,
            language=data.get("contact_language", "fi"),
            channel=BY_PHONE,
            received_at=_came(work, form, self.sent),
        )
        try:
            receipt = command.execute(work)
        except AnswersRejected as rejected:
            asked_as = {"phone": number, "question": NARRATIVE[0]}
            raise AnswersRejected(
                {asked_as.get(name, name): each for name, each in rejected.problems.items()}
            ) from None
        work.stores.urgent_calls.end(self.call_id, person_id)
        return receipt


def _heard(form: FormDefinition, sent: Sent) -> dict[str, Any]:
    """Return what was answered: values where they can be read, else the words as they were typed."""
    typed = {each.key: " ".join(sent.get(each.key, ())).strip() for each in form.fields}
    return {key: text for key, text in typed.items() if text} | readable(form, sent)


def _carried(form: FormDefinition, heard: Mapping[str, Any], number: str) -> set[str]:
    """Return the questions whose answers go along in lines of their own."""
    narrative = {each.key for each in form.fields if each.sealing_class == "narrative"}
    found = (narrative | set(_RINGING)) - {*NARRATIVE, *_WHEN, "in_danger", number}
    # A place may tell who somebody is. Where they may be in danger, help needs it.
    return found | {"where_now"} if heard.get("in_danger") in DANGER else found


def _lines(form: FormDefinition, answers: Mapping[str, Any]) -> Iterator[str]:
    for step in shown(form, answers, are_accepted=True):
        for each in step.answers:
            if each.state == "answered":
                yield f"{each.label} {', '.join(each.words)}"


def _question(heard: Mapping[str, Any], lines: list[str]) -> str:
    words = [text.strip() for name in NARRATIVE if isinstance(text := heard.get(name), str) and text.strip()]
    if not words:
        raise Invalid("Kirjoita ensin, mitä on tapahtunut tai mitä tarvitaan.", field=NARRATIVE[0])
    question = "\n\n".join([*words, *(["\n".join(lines)] if lines else [])])
    if len(question) > LONGEST_QUESTION:
        raise Invalid("Teksti on liian pitkä yhteydenotoksi. Lyhennä sitä.", field=NARRATIVE[0])
    return question


def _enquiry(heard: Mapping[str, Any], number: str, question: str) -> dict[str, Any]:
    """Return the answers to the form of an enquiry."""
    answered = {"reply_by": "phone", "phone": heard[number]} if number else {"reply_by": "code"}
    same = ("in_danger", "contact_language", "region")
    return {"question": question, **answered} | {name: heard[name] for name in same if name in heard}


def _came(work: Work, form: FormDefinition, sent: Sent) -> datetime | None:
    """Return when the call came; None of one that is written down at once. Raise AnswersRejected beside its questions."""
    asked = without(form, frozenset(form.by_key) - set(_WHEN))
    return called_at(work, judge(work, asked, {name: sent[name] for name in _WHEN if name in sent}))


def _require_same(work: Work, key: str, data: Any) -> None:
    known = work.stores.enquiries.by_idempotency_key(key)
    form = work.instances.models(work.stores.deployments.current().id).form("enquiry")
    if known is None or known.content != to_json(dict(judge(work, form, None, data))):
        raise CallRecorded
