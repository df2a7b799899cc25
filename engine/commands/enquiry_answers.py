"""Enquiries as those who answer them see them: what waits, what presses, the answer and its call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.casework.messages import send_to
from engine.casework.receipts import (
    DANGER,
    ENQUIRY_ACTS_IN,
    late_before,
    usually_read_by,
)
from engine.commands.enquiry_calls import rung_now
from engine.domain.calendar import end_of
from engine.domain.people import ANSWERERS
from engine.errors import Conflict, Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role
from engine.feel.values import from_json
from engine.storage import enquiry_calls as calls
from engine.storage.enquiries import AnsweredEnquiry, Enquiry, WaitingEnquiry
from engine.storage.rings import ENQUIRY
from engine.texts import MAIL_LANGUAGES


@dataclass(frozen=True, slots=True)
class PressingEnquiry:
    id: UUID
    reference: str
    received_at: datetime
    acts_by: datetime
    """By when an on-call worker begins, or it is answered, as the receipt promised."""
    is_danger: bool
    rung_by: str
    """The name of a colleague who rings them now; empty if nobody does."""


@dataclass(frozen=True, slots=True)
class WaitingEnquiries:
    count: int
    """All that have no answer."""
    pressing: tuple[PressingEnquiry, ...]
    """Those in which somebody may be in danger, then those whose promised day has passed, the oldest first."""


class AnsweredMeanwhile(Conflict):
    sentence = "Työkaveri ehti vastata tähän. Sinun tekstiäsi ei tallennettu."


CALLED, NOT_REACHED = CALLS = ("called", "not_reached")
"""The call that the person asked for: they heard the answer, or nobody reached them. Then who asked on the web reads by
their code what was answered. Without an answer the call stays owed, and always to who rang or wrote on paper: they may have
no code."""
LATELY: Final = timedelta(days=14)
MOST_ANSWERED: Final = 50
BY_PHONE: Final = "phone"
"""The channel of an enquiry that staff recorded from a call."""
BY_WEB: Final = "web"
"""The channel of an enquiry whose sender saw its code."""


@dataclass(frozen=True)
class AnswerEnquiry(Command[bool]):
    """Answer an enquiry: by phone, or on the page of the person who holds its code. Who asked for a mail is sent one,
    without a word of the answer. Answered twice by one person in the same words, it is answered once; the call is logged each time.

    Return False, and leave it open, if the person was not reached and it came another way than the web or has no answer: only
    the attempt is logged.
    """

    enquiry_id: UUID
    answer: str
    call: str = ""
    """Of who asked for a call, one of CALLS: before, the enquiry has no answer."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> bool:
        enquiry = work.stores.enquiries.get(self.enquiry_id)
        wishes_call = _wishes_call(enquiry)
        is_unreached = wishes_call and self.call == NOT_REACHED and enquiry.state == "open"
        if is_unreached and (enquiry.channel != BY_WEB or not self.answer.strip()):
            _log_call(work, enquiry, self.call)
            # The call is over, and holds the rings no more.
            work.stores.rings.hold(enquiry.id, work.now + work.settings.on_call.every)
            return False
        _require_words(self.answer)
        if enquiry.state != "open":
            if (enquiry.answer, enquiry.answered_by) == (self.answer.strip(), work.actor.person_id):
                # They may have rung back since, or the wrong choice was made: the newest entry holds.
                _log_call(work, enquiry, self.call)
                return True
            raise AnsweredMeanwhile
        _require_call(enquiry, self.call)
        work.stores.enquiries.answer(enquiry, self.answer.strip(), work.actor.person_id, work.now)
        work.stores.access.log_list([enquiry.id], work.actor, calls.ANSWERED, work.now)
        _log_call(work, enquiry, self.call)
        _send_word(work, enquiry)
        return True


@dataclass(frozen=True)
class AnswerAgain(Command[bool]):
    """Put a further answer in the place of one that was wrong or meant for another: the code shows the newest, the first is
    kept. Who asked for a mail is sent one again. Raise AnsweredMeanwhile if a colleague has done so since.

    Return False if it came another way than the web and the person was not reached: they live by the wrong answer, so the
    enquiry waits for one again, in the lists and in the rings.
    """

    enquiry_id: UUID
    answer: str
    replaces: str
    """The moment (ISO 8601) of the answer that the page shows."""
    call: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> bool:
        enquiry = work.stores.enquiries.get(self.enquiry_id)
        if enquiry.state == "open" and enquiry.earlier:
            # A colleague did not reach the person, so it waits for an answer again: this is one.
            return AnswerEnquiry(self.enquiry_id, self.answer, self.call).execute(work)
        if enquiry.state != "answered" or enquiry.answered_at is None or not enquiry.answer:
            raise NotFound
        _require_words(self.answer)
        if (enquiry.answer, enquiry.answered_by) == (self.answer.strip(), work.actor.person_id):
            _log_call(work, enquiry, self.call)
            return True
        if enquiry.answered_at.isoformat() != self.replaces:
            raise AnsweredMeanwhile
        _require_call(enquiry, self.call)
        if enquiry.channel != BY_WEB and _wishes_call(enquiry) and self.call == NOT_REACHED:
            self._ask_anew(work, enquiry)
            return False
        work.stores.enquiries.answer_again(enquiry, self.answer.strip(), work.actor.person_id, work.now)
        work.stores.access.log_list([enquiry.id], work.actor, calls.CORRECTED, work.now)
        _log_call(work, enquiry, self.call)
        _send_word(work, enquiry)
        return True

    def _ask_anew(self, work: Work, enquiry: Enquiry) -> None:
        work.stores.enquiries.ask_anew(enquiry)
        _log_call(work, enquiry, self.call)
        if enquiry.content.get("in_danger") in DANGER:
            work.stores.rings.end(enquiry.id)
            work.stores.rings.add(enquiry.id, ENQUIRY, work.now + work.settings.on_call.every)


def _require_words(answer: str) -> None:
    if not answer.strip():
        raise Invalid("Kirjoita, mitä neuvoit.", field="answer")
    if len(answer) > 20_000:
        raise Invalid("Vastaus on liian pitkä.", field="answer")


def _require_call(enquiry: Enquiry, call: str) -> None:
    if _wishes_call(enquiry) and call not in CALLS:
        raise Invalid("Hän pyysi, että soitamme. Soita ensin, ja kerro, saitko hänet kiinni.", field="call")


def _log_call(work: Work, enquiry: Enquiry, call: str) -> None:
    if _wishes_call(enquiry) and call in CALLS:
        action = calls.NOT_REACHED if call == NOT_REACHED else calls.REACHED
        work.stores.access.log_list([enquiry.id], work.actor, action, work.now)


def _wishes_call(enquiry: Enquiry) -> bool:
    return enquiry.content.get("reply_by") == "phone"


def _send_word(work: Work, enquiry: Enquiry) -> None:
    email = enquiry.content.get("email")
    if enquiry.content.get("reply_by") != "email" or not isinstance(email, str):
        return
    models = work.instances.models(work.stores.deployments.current().id)
    # An answer may be wanted in a language without pages.
    language = enquiry.language if enquiry.language in MAIL_LANGUAGES else "en"
    link = f"{work.settings.base_url}/{language}/code"
    send_to(work, models, None, "mail_message", email=email, language=language, values={"link": link})


@dataclass(frozen=True)
class UnansweredEnquiries(Query[tuple[Enquiry, ...]]):
    """Return the enquiries without an answer: those in which somebody may be in danger first, then the oldest."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> tuple[Enquiry, ...]:
        waiting = work.stores.enquiries.unanswered()
        found = sorted(waiting, key=lambda each: each.content.get("in_danger") not in DANGER)
        work.stores.access.log_list((enquiry.id for enquiry in found), work.actor, "list_enquiries", work.now)
        return tuple(_with_values(each) for each in found)


@dataclass(frozen=True)
class AnsweredEnquiries(Query[tuple[AnsweredEnquiry, ...]]):
    """Return the enquiries answered in the last two weeks, the newest first, without a word of them."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> tuple[AnsweredEnquiry, ...]:
        found = work.stores.enquiries.answered_since(work.now - LATELY, MOST_ANSWERED)
        work.stores.access.log_list((each.id for each in found), work.actor, "list_enquiries", work.now)
        return found


@dataclass(frozen=True)
class PressingEnquiries(Query[WaitingEnquiries]):
    """Count the unanswered enquiries. Return those that press, without a word of them."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> WaitingEnquiries:
        waiting = work.stores.enquiries.waiting()
        late = late_before(work.today)
        rung = rung_now(work)
        pressing = tuple(
            PressingEnquiry(
                each.id,
                each.reference,
                each.received_at,
                _acts_by(each),
                is_danger=each.rings,
                rung_by=rung[each.id].by if each.id in rung else "",
            )
            for each in sorted(waiting, key=lambda each: not each.rings)
            if each.rings or each.received_at < late
        )
        if pressing:
            work.stores.access.log_list(
                (each.id for each in pressing), work.actor, "list_enquiries", work.now
            )
        return WaitingEnquiries(len(waiting), pressing)


def _acts_by(enquiry: WaitingEnquiry) -> datetime:
    if enquiry.rings:
        return enquiry.received_at + ENQUIRY_ACTS_IN
    return end_of(usually_read_by(enquiry.received_at))


@dataclass(frozen=True)
class ReadEnquiry(Query[Enquiry]):
    enquiry_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> Enquiry:
        work.stores.access.log_list([self.enquiry_id], work.actor, "read_enquiry", work.now)
        return _with_values(work.stores.enquiries.get(self.enquiry_id))


def _with_values(enquiry: Enquiry) -> Enquiry:
    """Return the enquiry with its answers as values: dates are dates, not text."""
    return replace(enquiry, content=from_json(dict(enquiry.content)))
