"""Arrivals: documents that came from outside to a case, by any way and at any time, and what each calls for.

An authority registers without delay what arrives, so that its day, sender and case are known (906/2019 25-26 §).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.errors import Conflict, Invalid

LONGEST_LINE: Final = 200
LONGEST: Final = 2_000
MOST_DAYS: Final = 366
RETURN_WITHIN: Final = timedelta(days=1)


class ArrivalKind(StrEnum):
    APPEAL = "appeal"
    COURT = "court"
    """A letter of a court."""
    RETURNED = "returned"
    """Our own letter, come back."""
    REPLY = "reply"
    """To an information request or in a hearing."""
    WITHDRAWAL = "withdrawal"
    POWER = "power"
    """A power of attorney, or its end."""
    OTHER = "other"


class ArrivalWay(StrEnum):
    POST = "post"
    EMAIL = "email"
    SECURE_MAIL = "secure_mail"
    IN_PERSON = "in_person"
    PHONE = "phone"
    """Of what was spoken and written down here, such as a withdrawal."""
    AUTHORITY = "authority"
    """Over an authority's own channel."""


ONLINE: Final = "online"
"""Way of what somebody outside wrote on a public page. Nobody registers it by hand, and its words lie where it was stored."""
WRITTEN: Final = frozenset({ArrivalKind.APPEAL, ArrivalKind.COURT, ArrivalKind.RETURNED})
"""Kinds that nobody brings by telephone: each is a document."""


class EnvelopeReason(StrEnum):
    """The words of the post on an envelope that it brought back."""

    UNKNOWN_THERE = "unknown_there"
    MOVED = "moved"
    UNCLAIMED = "unclaimed"
    REFUSED = "refused"
    OTHER = "other"


class CallsFor(StrEnum):
    """The task that an arrival makes, by its kind and the state of its case."""

    MESSAGE = "message"
    """The case goes on by itself, and its diagram has the task. Nothing else is left to do."""
    REPLY = "reply"
    """The answer is typed into the open request's task."""
    LATE_REPLY = "late_reply"
    """The answer is typed though its request has ended (434/2003 42 §)."""
    COURT_TASK = "court_task"
    """A task of the case waits for the court's decision."""
    PARTY = "party"
    """The parties of the case change."""
    READ = "read"
    """A caseworker reads it by a day."""
    ELSEWHERE = "elsewhere"
    """Nothing: it was registered to the wrong case, and has moved to its own."""


LEFT_TO_PEOPLE: Final = frozenset(CallsFor) - {CallsFor.MESSAGE, CallsFor.ELSEWHERE}


class ArrivalRejected(Invalid):
    """An arrival with something to mend, beside each field."""

    sentence = "Tarkista kirjaus."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems)))
        self.problems = problems


class ArrivalGone(Conflict):
    sentence = "Asian sisältö on hävitetty säilytysajan päätyttyä. Asiakirjaa ei voi kirjata tähän asiaan. Vie se esihenkilölle."


class MovedAlready(Conflict):
    sentence = "Asiakirja on jo siirretty toiseen asiaan."


class SenderTwice(Invalid):
    sentence = "Valitsit lähettäjän ja kirjoitit toisen. Valitse Joku muu, tai tyhjennä tämä."


class RegisteredAlready(Invalid):
    """The same document of the same sender and day stands in the case."""

    sentence = "Sama asiakirja samalta lähettäjältä samalta päivältä on jo kirjattu tähän asiaan. Jos se tuli kahdesti, kirjaa uudelleen."

    def __init__(self, earlier: UUID) -> None:
        super().__init__(field="file")
        self.earlier = earlier


@dataclass(frozen=True, slots=True)
class ArrivalDetails:
    """An arrival as it is to be registered."""

    kind: ArrivalKind
    way: str
    arrived_on: date | None
    about: str
    """A line that names the document."""
    sender_id: UUID | None = None
    """The party who sent it."""
    sender: str = ""
    """Name or office of a sender who is no party."""
    business_key: str | None = None
    """The request that it answers, or the letter that came back."""
    due_on: date | None = None
    """By when somebody is to act on it."""
    envelope: str = ""
    """Of our own letter that came back: the reason marked on it."""

    def with_words_of(self, hidden: Arrival) -> ArrivalDetails:
        """Return them with the words of an arrival that nobody may read, where who moves it wrote none."""
        is_named = self.sender_id is not None or bool(self.sender.strip())
        return replace(
            self,
            about=self.about if self.about.strip() else hidden.about,
            sender=self.sender if is_named else hidden.sender,
            envelope=self.envelope or hidden.envelope,
        )


@dataclass(frozen=True, slots=True)
class Misfiled:
    """An arrival that was registered to another case by mistake, and why it does not belong there."""

    reference: str
    arrival_id: UUID
    reason: str
    though_cited: bool = False
    """A head knows that a signed decision names it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    id: UUID
    case_id: UUID
    kind: ArrivalKind
    way: str
    arrived_on: date
    calls_for: CallsFor
    business_key: str | None
    """The request that it answers, or the letter that came back: its recipient's delivery, or its document."""
    due_on: date | None
    """By when somebody is to act on it; null where the case went on by itself."""
    registered_by: UUID | None
    registered_by_name: str
    registered_at: datetime
    settled_at: datetime | None
    """When it was acted on."""
    settled_by: UUID | None
    attachment_id: UUID | None
    """Its document; null where it is on paper only."""
    about: str
    """A line that names the document; empty once the case's narrative is erased. Of one that moved: why."""
    sender_id: UUID | None
    sender: str
    digest: str
    """SHA-256 of the document as it is kept; empty without one."""
    envelope: str
    """The reason marked on the envelope of our own letter; empty of anything else."""
    hidden_at: datetime | None = None
    """When it was hidden as registered in error."""

    @property
    def is_open(self) -> bool:
        return self.settled_at is None and self.hidden_at is None

    @property
    def without_words(self) -> Arrival:
        """The same as the register shows it while it is hidden."""
        return replace(self, about="", sender_id=None, sender="", digest="", envelope="")

    def may_return(self, now: datetime) -> bool:
        """Return True if it waited for somebody and was settled lately: one press settles it, perhaps by mistake."""
        return (
            not self.is_elsewhere
            and self.due_on is not None
            and self.settled_at is not None
            and now < self.settled_at + RETURN_WITHIN
        )

    @property
    def is_elsewhere(self) -> bool:
        return self.calls_for is CallsFor.ELSEWHERE

    @property
    def had_moved_case(self) -> bool:
        """Return True if the case went on by itself when it was registered."""
        return self.due_on is None

    def is_like(self, details: ArrivalDetails, digest: str) -> bool:
        """Return True for the same document from the same sender on the same day; on paper, for the same name and kind. Of our own
        letters several may come back in one post."""
        same_sender = self.sender_id == details.sender_id and self.sender == details.sender.strip()
        if not same_sender or (self.arrived_on, self.digest) != (details.arrived_on, digest):
            return False
        if digest:
            return True
        same_name = self.about.casefold() == details.about.strip().casefold()
        return same_name and self.kind is details.kind and self.kind is not ArrivalKind.RETURNED


@dataclass(frozen=True, slots=True)
class ArrivalSetting:
    """The waits of a case, as the table of calls reads them."""

    messages: frozenset[tuple[str, str | None]]
    """Those that the case would take now, with their business keys."""
    takes_withdrawal: bool
    open_requests: frozenset[str]
    ended_requests: frozenset[str]
    forms: frozenset[str]
    """Of its open tasks."""
    letters: Mapping[str, date] = field(default_factory=dict)
    """Those that left and have not come back, with the day on which they left."""

    @property
    def returned_keys(self) -> tuple[str, ...]:
        """Return the recipients whose post, come back, undoes a service or what is presumed of it."""
        return tuple(
            sorted(key or "" for name, key in self.messages if name == MESSAGES[ArrivalKind.RETURNED])
        )


MESSAGES: Final[Mapping[ArrivalKind, str]] = {
    ArrivalKind.APPEAL: "appeal_received",
    ArrivalKind.RETURNED: "mail_returned",
    ArrivalKind.WITHDRAWAL: "application_withdrawn",
}
"""Messages with which a case goes on by itself when such a thing arrives."""
OTHER_LETTER: Final = "other"
"""Key of returned post that is none of the letters that the case knows to have left."""
COURT_FORMS: Final = frozenset({"court_decision", "finality_inquiry"})
"""Forms on which a court's letter is recorded."""


def calls_for(kind: ArrivalKind, setting: ArrivalSetting, business_key: str | None = None) -> CallsFor:
    """Return what an arrival calls for. What nothing waits for is read by a caseworker."""
    match kind:
        case ArrivalKind.APPEAL if (MESSAGES[kind], None) in setting.messages:
            return CallsFor.MESSAGE
        case ArrivalKind.RETURNED if (business_key or "") in setting.returned_keys:
            return CallsFor.MESSAGE
        case ArrivalKind.WITHDRAWAL if setting.takes_withdrawal:
            return CallsFor.MESSAGE
        case ArrivalKind.REPLY if business_key in setting.open_requests:
            return CallsFor.REPLY
        case ArrivalKind.REPLY if business_key in setting.ended_requests:
            return CallsFor.LATE_REPLY
        case ArrivalKind.COURT if setting.forms & COURT_FORMS:
            return CallsFor.COURT_TASK
        case ArrivalKind.POWER:
            return CallsFor.PARTY
    return CallsFor.READ


def problems_of(
    details: ArrivalDetails, today: date, setting: ArrivalSetting, parties: Collection[UUID]
) -> dict[str, Invalid]:
    """Return what is to be mended in an arrival, by field."""
    problems: dict[str, Invalid] = {}
    if details.way not in set(ArrivalWay):
        problems["way"] = Invalid("Valitse, mitä tietä asiakirja tuli.")
    elif details.way == ArrivalWay.PHONE and details.kind in WRITTEN:
        problems["way"] = Invalid("Tämä ei voi tulla puhelimessa. Valitse, mitä tietä asiakirja tuli.")
    problems |= _problems_of_arrival(details, today, setting)
    problems |= _problems_of_sender(details, parties)
    if not details.about.strip():
        problems["about"] = Invalid("Kirjoita, mikä asiakirja on.")
    elif len(details.about) > LONGEST:
        problems["about"] = Invalid("Lyhennä tätä: enintään 2 000 merkkiä.")
    problems |= _problems_of_key(details, setting)
    if details.kind is ArrivalKind.RETURNED and details.envelope not in set(EnvelopeReason):
        problems["envelope"] = Invalid("Valitse, mitä kuoreen on merkitty.")
    if calls_for(details.kind, setting, details.business_key) in LEFT_TO_PEOPLE:
        problems |= _problems_of_day(details.due_on, today)
    return problems


def problems_of_reason(misfiled: Misfiled) -> dict[str, Invalid]:
    """Return what is to be mended in a move from the wrong case."""
    if not misfiled.reason.strip():
        return {"reason": Invalid("Kirjoita, miksi asiakirja ei kuulu asiaan, johon se kirjattiin.")}
    if len(misfiled.reason) > LONGEST:
        return {"reason": Invalid("Lyhennä tätä: enintään 2 000 merkkiä.")}
    return {}


def _problems_of_arrival(details: ArrivalDetails, today: date, setting: ArrivalSetting) -> dict[str, Invalid]:
    on = details.arrived_on
    if on is None:
        return {"arrived_on": Invalid("Kirjoita päivä, jona asiakirja saapui.")}
    if on > today:
        return {"arrived_on": Invalid("Päivä ei ole vielä ollut. Kirjoita päivä, jona asiakirja saapui.")}
    if on < setting.letters.get(letter_of(details, setting) or "", on):
        return {"arrived_on": Invalid("Päivä on ennen kuin kirje lähti postiin. Tarkista päivä.")}
    return {}


def _problems_of_sender(details: ArrivalDetails, parties: Collection[UUID]) -> dict[str, Invalid]:
    if details.sender_id is not None and details.sender_id not in parties:
        return {"who": Invalid("Valitse joku asian osapuolista.")}
    if details.sender_id is None and not details.sender.strip():
        return {"who": Invalid("Valitse lähettäjä, tai kirjoita nimi.")}
    if len(details.sender) > LONGEST_LINE:
        return {"sender": Invalid("Nimi on liian pitkä. Lyhennä se enintään 200 merkkiin.")}
    if details.sender_id is not None and details.sender.strip():
        return {"sender": SenderTwice()}
    return {}


def letter_of(details: ArrivalDetails, setting: ArrivalSetting) -> str | None:
    """Return the key of the letter that came back: the chosen one, or the only one that could. None of other arrivals."""
    if details.kind is not ArrivalKind.RETURNED or details.business_key:
        return details.business_key if details.kind is ArrivalKind.RETURNED else None
    return next(iter(setting.returned_keys or sorted(setting.letters)), None)


def _problems_of_key(details: ArrivalDetails, setting: ArrivalSetting) -> dict[str, Invalid]:
    requests, returned = setting.open_requests | setting.ended_requests, setting.returned_keys
    key = details.business_key
    if details.kind is ArrivalKind.REPLY and key and key not in requests:
        return {"request": Invalid("Pyyntöä ei ole tässä asiassa. Valitse se luettelosta.")}
    if details.kind is not ArrivalKind.RETURNED or key in {*setting.letters, *returned, OTHER_LETTER}:
        return {}
    if key or len({*setting.letters, *returned}) > 1:
        return {"recipient": Invalid("Valitse, mikä kirje palautui.")}
    return {}


def _problems_of_day(due_on: date | None, today: date) -> dict[str, Invalid]:
    if due_on is None:
        return {"due_on": Invalid("Kirjoita päivä, johon mennessä asiakirja käsitellään.")}
    if due_on < today:
        return {"due_on": Invalid("Päivä on jo mennyt. Kirjoita tämä päivä tai myöhempi.")}
    if (due_on - today).days > MOST_DAYS:
        return {"due_on": Invalid("Päivä on yli vuoden päässä. Tarkista se.")}
    return {}
