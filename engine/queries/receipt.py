"""The receipt as a PDF: one that lists what was received, and a slip with nothing but the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.casework.messages import language_of
from engine.casework.receipts import (
    code_for,
    code_given,
    decided_by,
    enquiry_read_by,
    permit_giving,
    read_by,
    usually_read_by,
)
from engine.domain.cases import Case, Channel
from engine.domain.people import Actor, Role
from engine.domain.safe_contact import safe_ways
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.letters import PrintableLetter, assemble
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
class _Facts:
    """The values that a receipt prints."""

    text: str
    received_at: datetime
    read_by: date
    decided_by: date | None = None
    may_contact: bool = False


@dataclass(frozen=True)
class DrawReceipt(Query[PrintableLetter]):
    """Draw the receipt for the sender. Raise NotFound for an unknown idempotency key."""

    idempotency_key: str
    language: str = "fi"
    is_card: bool = False
    """Only the code, on a small slip: safe to carry."""

    def permit(self, work: Work) -> None:
        """Permit anyone who holds the idempotency key of the sending."""

    def execute(self, work: Work) -> PrintableLetter:
        facts = _facts(work, self.idempotency_key)
        return _drawn(work, facts, code_for(work, self.idempotency_key), self.language, is_card=self.is_card)


@dataclass(frozen=True)
class DrawGivenCode(Query[PrintableLetter]):
    """Draw the slip with a code given by staff, for the person who gave it, as long as the code is in force."""

    reference: str
    act: str

    def permit(self, work: Work) -> None:
        permit_giving(work, self.reference)

    def execute(self, work: Work) -> PrintableLetter:
        case = work.stores.cases.by_reference(self.reference)
        code = code_given(work, case, self.act)
        if work.stores.applications.by_code(code) is None:
            raise NotFound
        facts = _Facts(CARD, case.received_at, usually_read_by(case.received_at))
        language = language_of(work.stores.parties.applicant_of(case.id), case)
        return _drawn(work, facts, code, language, is_card=True)


def _drawn(work: Work, facts: _Facts, code: str, language: str, *, is_card: bool) -> PrintableLetter:
    texts = work.instances.models(work.stores.deployments.current().id).bundle.texts
    # A version older than its receipts still has the slip.
    key = CARD if is_card or facts.text not in texts else facts.text
    text, spoken = in_language(texts[key], language)
    values = {
        "code": " ".join(code[place : place + 4] for place in range(0, len(code), 4)),
        "help_line": work.settings.authority.help_line,
        "received_at": day(spoken, facts.received_at),
        "read_by": day(spoken, facts.read_by),
        "decision_target": day(spoken, facts.decided_by) if facts.decided_by else "",
        "may_contact": "yes" if facts.may_contact else "",
    }
    return PrintableLetter(assemble({key: text}, key, spoken, values), work.today)


def _facts(work: Work, key: str) -> _Facts:
    application = work.stores.applications.by_idempotency_key(key)
    if application is not None:
        return _of_case(work, work.stores.cases.get(application.case_id))
    enquiry = work.stores.enquiries.by_idempotency_key(key)
    if enquiry is None:
        raise NotFound
    return _Facts(ENQUIRY, enquiry.received_at, enquiry_read_by(enquiry.content, enquiry.received_at))


def _of_case(work: Work, case: Case) -> _Facts:
    """Return the receipt's values. A referrer's has only the day of arrival and the day by which it is read."""
    is_referral = case.channel is Channel.REFERRAL
    role = Role.REFERRER if is_referral else Role.APPLICANT
    work.stores.access.log_case(case.id, Actor(name=role.value, roles=frozenset({role})), "receipt", work.now)
    facts = _Facts(TEXTS[case.channel], case.received_at, read_by(work, case))
    if is_referral:
        return facts
    parties = work.stores.parties.of_case(case.id)
    reached = any(safe_ways(party.contact) for party in parties)
    return _Facts(facts.text, facts.received_at, facts.read_by, decided_by(work, case), reached)
