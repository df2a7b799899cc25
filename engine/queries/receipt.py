"""The receipt as a PDF: one that says what was received, and a slip that says nothing but the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.casework.messages import language_of
from engine.casework.receipts import code_for, code_given, decided_by, permit_giving, read_by, usually_read_by
from engine.domain.cases import Case, Channel
from engine.domain.people import Actor, Role
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.letters import assemble, render
from engine.letters.translating import in_language
from engine.texts import day

CARD = "receipt_card"
TEXTS = {
    Channel.SELF: "receipt_application",
    Channel.REFERRAL: "receipt_referral",
    Channel.URGENT: "receipt_call",
}
ENQUIRY = "receipt_enquiry"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a receipt says."""

    text: str
    received_at: datetime
    read_by: date
    decided_by: date | None = None
    may_contact: bool = False


@dataclass(frozen=True)
class DrawReceipt(Query[bytes]):
    """For whoever sent it: they hold the key that named the sending. NotFound for a key that sent nothing."""

    idempotency_key: str
    language: str = "fi"
    is_card: bool = False
    """Only the code, on a small slip: safe to carry."""

    def permit(self, work: Work) -> None:
        """Whoever holds the key of the sending."""

    def execute(self, work: Work) -> bytes:
        told = _told(work, self.idempotency_key)
        return _drawn(work, told, code_for(work, self.idempotency_key), self.language, is_card=self.is_card)


@dataclass(frozen=True)
class DrawGivenCode(Query[bytes]):
    """The slip for a code that staff gave: for whoever gave it, as long as it is the code in force."""

    reference: str
    act: str

    def permit(self, work: Work) -> None:
        permit_giving(work, self.reference)

    def execute(self, work: Work) -> bytes:
        case = work.stores.cases.by_reference(self.reference)
        code = code_given(work, case, self.act)
        if work.stores.applications.by_code(code) is None:
            raise NotFound
        told = _Told(CARD, case.received_at, usually_read_by(case.received_at))
        language = language_of(work.stores.parties.applicant_of(case.id), case)
        return _drawn(work, told, code, language, is_card=True)


def _drawn(work: Work, told: _Told, code: str, language: str, *, is_card: bool) -> bytes:
    texts = work.instances.models(work.stores.deployments.current().id).bundle.texts
    # A version older than its receipts still has the slip.
    key = CARD if is_card or told.text not in texts else told.text
    text, spoken = in_language(texts[key], language)
    values = {
        "code": " ".join(code[place : place + 4] for place in range(0, len(code), 4)),
        "help_line": work.settings.authority.help_line,
        "received_at": day(spoken, told.received_at),
        "read_by": day(spoken, told.read_by),
        "decision_target": day(spoken, told.decided_by) if told.decided_by else "",
        "may_contact": "yes" if told.may_contact else "",
    }
    return render(assemble({key: text}, key, spoken, values), drawn_on=work.today)


def _told(work: Work, key: str) -> _Told:
    application = work.stores.applications.by_idempotency_key(key)
    if application is not None:
        return _of_case(work, work.stores.cases.get(application.case_id))
    enquiry = work.stores.enquiries.by_idempotency_key(key)
    if enquiry is None:
        raise NotFound
    return _Told(ENQUIRY, enquiry.received_at, usually_read_by(enquiry.received_at))


def _of_case(work: Work, case: Case) -> _Told:
    """A referrer's says only that it arrived, and when it is read."""
    is_referral = case.channel is Channel.REFERRAL
    role = Role.REFERRER if is_referral else Role.APPLICANT
    work.stores.access.opened(case.id, Actor(name=role.value, roles=frozenset({role})), "receipt", work.now)
    told = _Told(TEXTS[case.channel], case.received_at, read_by(work, case))
    if is_referral:
        return told
    parties = work.stores.parties.of_case(case.id)
    reached = any(isinstance(party.contact.get("safe_channels"), list) for party in parties)
    return _Told(told.text, told.received_at, told.read_by, decided_by(work, case), reached)
