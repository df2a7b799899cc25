"""A dozen invented cases in different states: forty-six days of office work, simulated on a real database."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from unicodedata import normalize

from engine.clock import HELSINKI, day_of
from engine.commands.applications import FORMS
from engine.commands.cases import WithdrawByCode
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.tasks import ClaimTask
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from engine.domain.tasks import UserTask
from engine.executor import Engine
from engine.queries.task_page import OpenTaskPage
from engine.simulation.demonstration_people import add_staff
from engine.simulation.environment import Clock, Environment
from engine.simulation.sample_answers import merged, plain_answers, request_row

BEGINS_BEFORE: Final = timedelta(days=46)
NAMES: Final = (
    ("Aino", "Keksitty"),
    ("Bela", "Kuviteltu"),
    ("Cai", "Sepitetty"),
    ("Dara", "Olematon"),
    ("Eeva", "Tarinainen"),
    ("Farid", "Esimerkki"),
    ("Gita", "Satunen"),
    ("Hugo", "Mallinen"),
    ("Ines", "Kokeilu"),
    ("Joni", "Näyte"),
    ("Kira", "Harjoitus"),
    ("Lena", "Malli"),
)
REGIONS: Final = ("south", "west", "east", "north")
EXAMINED: Final = ("triage_override", "sufficiency", "assessment", "prepare_resolution")


def first_morning(now: datetime) -> datetime:
    """Return nine o'clock in Finland on the day on which the demonstration begins."""
    day = day_of(now - BEGINS_BEFORE)
    return datetime.combine(day, time(9), tzinfo=HELSINKI).astimezone(UTC)


class Demonstration:
    """Acts as the staff day after day, and lets the days between pass."""

    def __init__(self, engine: Engine, clock: Clock, progress: Callable[[str], None]) -> None:
        """The engine's database must have models and no people. `clock` is the engine's."""
        people = add_staff(engine)
        self._environment = Environment(engine, clock, people, watcher=people["johtaja"])
        self._progress = progress
        self._began = clock.moment
        self._codes: dict[str, str] = {}
        """Of receipts, by reference."""

    def play(self) -> None:
        """Simulate forty-six days with invented people."""
        _ended_and_stalled(self)
        _waiting_and_returned(self)
        _of_this_week(self)

    def day(self, number: float) -> None:
        """Let time pass until the day with this number, counted from the beginning."""
        self._environment.pass_until(self._began + timedelta(days=number))

    def opens(self, channel: Channel, **changes: Any) -> str:
        self._environment.clock.moment += timedelta(minutes=17)
        number = len(self._codes)
        given, family = NAMES[number % len(NAMES)]
        names = {"given_names": given, "family_name": family, "region": REGIONS[number % 4]}
        if channel is Channel.SELF:
            names["email"] = _address(given, family)
        data = merged(self._answers(FORMS[channel][0]), {**names, **changes})
        receipt = self._environment.apply(channel, data=data)
        self._codes[receipt.reference] = receipt.code
        self._progress(f"{receipt.reference} {given} {family}")
        return receipt.reference

    def asks(self, question: str) -> None:
        data = {**self._answers("enquiry"), "question": question}
        self._environment.engine.perform(SubmitEnquiry(secrets.token_urlsafe(32), data=data), PUBLIC)

    def withdraws(self, reference: str) -> None:
        self._environment.engine.perform(WithdrawByCode(self._codes[reference]), PUBLIC)

    def does(self, username: str, reference: str, *forms: str, **changes: Any) -> None:
        """Hand in the open tasks of a case with these forms, one after another, as this person."""
        for form_key in forms:
            self._environment.clock.moment += timedelta(minutes=23)
            task = self._task(reference, form_key)
            if not task.is_outside:
                self._claim(username, task)
            actor = self._environment.people[username]
            # The page is read first, which stands in the access log.
            self._environment.engine.answer(OpenTaskPage(task.id), actor)
            self._environment.hand_in(task, actor, data=merged(self._answers(form_key), changes))

    def claims(self, username: str, reference: str, form_key: str) -> None:
        self._claim(username, self._task(reference, form_key))

    def requests(self, reference: str, *recipients: str, days: int = 14) -> None:
        """Hand in the caseworker's form that finds information missing and asks these recipients for it."""
        self.does(
            "kasittelija",
            reference,
            "sufficiency",
            enough="ask",
            missing="Työn ehdot ja majoitus",
            reason="Ilman näitä ei voi arvioida.",
        )
        due_on = self._environment.today + timedelta(days=days)
        self.does(
            "kasittelija",
            reference,
            "new_information_request",
            requests=[request_row(each, due_on) for each in recipients],
            round_reason="Kukin tietää eri asiat.",
        )

    def _answers(self, form_key: str) -> dict[str, Any]:
        caseworker = self._environment.people["kasittelija"].person_id
        return plain_answers(form_key, self._environment.today, caseworker=str(caseworker))

    def _task(self, reference: str, form_key: str) -> UserTask:
        tasks = self._environment.status(reference).tasks
        return next(task for task in tasks if task.form_key == form_key)

    def _claim(self, username: str, task: UserTask) -> None:
        self._environment.engine.perform(ClaimTask(task.id), self._environment.people[username])


def _ended_and_stalled(office: Demonstration) -> None:
    closed = office.opens(Channel.SELF)
    office.does("kirjaaja", closed, "register")
    office.day(1)
    office.does("kasittelija", closed, *EXAMINED)
    office.day(2)
    office.does("paattaja", closed, "sign_resolution")
    office.does("kasittelija", closed, "contact_client", "record_delivery")

    refused = office.opens(Channel.REFERRAL)
    office.does("kirjaaja", refused, "register")
    office.does("kasittelija", refused, "triage_override")
    office.day(4)
    office.does(
        "kasittelija",
        refused,
        "verify_consent",
        consent="refused",
        applies_self="no",
        consent_by=None,
        minor_maturity=None,
        consent_explained=None,
        referrer_may_know=None,
    )
    office.does("kasittelija", refused, "prepare_resolution", organiser=None)
    office.does("paattaja", refused, "sign_resolution")

    office.day(14)
    stalled = office.opens(Channel.REFERRAL)
    office.does("kirjaaja", stalled, "register")
    office.does("kasittelija", stalled, "triage_override", "verify_consent")
    office.requests(stalled, "referrer", "outside_authority")


def _waiting_and_returned(office: Demonstration) -> None:
    office.day(20)
    appealable = office.opens(
        Channel.SELF, safe_channels=["post"], email=None, postal_address="Keksittykatu 1, 00000 Esimerkkilä"
    )
    office.does("kirjaaja", appealable, "register")
    office.does("kasittelija", appealable, *EXAMINED)
    office.does("paattaja", appealable, "sign_resolution")
    office.does("kasittelija", appealable, "contact_client")

    office.day(31)
    waiting = office.opens(Channel.SELF)
    office.does("kirjaaja", waiting, "register")
    office.does("kasittelija", waiting, "triage_override")
    office.requests(waiting, "applicant", days=21)

    office.day(36)
    returned = office.opens(Channel.SELF)
    office.does("kirjaaja", returned, "register")
    office.does("kasittelija", returned, *EXAMINED)
    office.does(
        "paattaja",
        returned,
        "sign_resolution",
        signature="return",
        return_reason="Perustele avun tarve tarkemmin.",
        delegation_confirmed=None,
        not_disqualified=None,
        letter_read=None,
    )

    office.day(39)
    to_sign = office.opens(Channel.REFERRAL)
    office.does("kirjaaja", to_sign, "register")
    office.does("kasittelija", to_sign, "triage_override", "verify_consent")
    office.does("kasittelija", to_sign, "sufficiency", "assessment", "prepare_resolution")


def _of_this_week(office: Demonstration) -> None:
    office.day(42)
    urgent = office.opens(Channel.URGENT)
    office.does("kirjaaja", urgent, "register", in_danger="yes", accommodation_needed="yes")
    office.does("paivystaja", urgent, "urgent_measures")

    unconfirmed = office.opens(Channel.REFERRAL)
    office.does("kirjaaja", unconfirmed, "register")
    office.does("kasittelija", unconfirmed, "triage_override")

    office.day(44)
    withdrawn = office.opens(Channel.SELF)
    office.does("kirjaaja", withdrawn, "register")
    office.does("kasittelija", withdrawn, "triage_override")
    office.withdraws(withdrawn)

    assessed = office.opens(Channel.SELF)
    office.does("kirjaaja", assessed, "register")
    office.does("kasittelija", assessed, "triage_override", "sufficiency")
    office.claims("kasittelija", assessed, "assessment")

    office.day(45.2)
    office.opens(Channel.SELF)
    office.asks("Kollegani on ehkä pakotettu työhön. Miten voin auttaa ilman, että kerron hänen nimeään?")


def _address(given: str, family: str) -> str:
    plain = normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode()
    return f"{plain.lower()}@example.invalid"
