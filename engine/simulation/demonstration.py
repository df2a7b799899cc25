"""A dozen invented cases in different states, made by acting: the same commands, a clock that runs fast."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unicodedata import normalize

from engine.clock import HELSINKI, day_of
from engine.commands.applications import SubmitApplication
from engine.commands.cases import WithdrawByCode
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC, Person
from engine.executor import Engine
from engine.queries.case_file import OpenTaskPage
from engine.queries.case_state import ReadCaseStatus
from engine.simulation import sample_answers
from engine.simulation.demonstration_people import actor_of
from engine.simulation.passing_time import pass_until

BEGINS_BEFORE = timedelta(days=46)
NAMES = (
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
REGIONS = ("south", "west", "east", "north")
EXAMINED = ("triage_override", "sufficiency", "assessment", "prepare_resolution")


def first_morning(now: datetime) -> datetime:
    """Nine o'clock in Finland on the day with which the history begins."""
    day = day_of(now - BEGINS_BEFORE)
    return datetime.combine(day, time(9), tzinfo=HELSINKI).astimezone(UTC)


class Clock:
    """The moment of the history being told."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


class History:
    """Tells what happened, in order, and lets the days between pass."""

    def __init__(
        self, engine: Engine, clock: Clock, people: Mapping[str, Person], told: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._people = people
        self._told = told
        self._number = 0
        self._codes: dict[str, str] = {}

    def day(self, number: float) -> None:
        """The day with that number, counted from the beginning."""
        pass_until(self._engine, self._clock, self._began + timedelta(days=number))

    def begins(self) -> None:
        self._began = self._clock.moment

    @property
    def today(self) -> date:
        return day_of(self._clock.moment)

    def opens(self, channel: Channel, **changes: Any) -> str:
        self._clock.moment += timedelta(minutes=17)
        forms = {
            Channel.SELF: sample_answers.application,
            Channel.REFERRAL: sample_answers.referral,
            Channel.URGENT: sample_answers.phone_intake,
        }
        given, family = NAMES[self._number % len(NAMES)]
        data = sample_answers.merged(
            forms[channel](self.today),
            {
                "given_names": given,
                "family_name": family,
                "region": REGIONS[self._number % 4],
                **({"email": _address(given, family)} if channel is Channel.SELF else {}),
                **changes,
            },
        )
        self._number += 1
        actor = actor_of(self._people["paivystaja"]) if channel is Channel.URGENT else PUBLIC
        receipt = self._engine.perform(
            SubmitApplication(channel, secrets.token_urlsafe(32), data=data), actor
        )
        self._codes[receipt.reference] = receipt.code
        self._told(f"{receipt.reference} {given} {family}")
        return receipt.reference

    def asks(self, question: str) -> None:
        data = {**sample_answers.enquiry(self.today), "question": question}
        self._engine.perform(SubmitEnquiry(secrets.token_urlsafe(32), data=data), PUBLIC)

    def withdraws(self, reference: str) -> None:
        self._engine.perform(WithdrawByCode(self._codes[reference]), PUBLIC)

    def does(self, who: str, reference: str, *forms: str, **changes: Any) -> None:
        """Someone hands in the open tasks with these forms, one after another."""
        actor = actor_of(self._people[who])
        for form in forms:
            self._clock.moment += timedelta(minutes=23)
            status = self._engine.answer(ReadCaseStatus(reference), actor_of(self._people["johtaja"]))
            task = next(task for task in status.tasks if task.form_key == form)
            if task.assignee_id is None and task.candidate_group.value not in (
                "applicant",
                "referrer",
                "outside_authority",
            ):
                self._engine.perform(ClaimTask(task.id), actor)
            page = self._engine.answer(OpenTaskPage(task.id), actor)
            prepared = [each for each in page.file.resolutions if each.state == "prepared"]
            seen = prepared[-1].content_sha256 if prepared and form.startswith("sign_") else None
            contact = str(self._people["kasittelija"].id)
            data = sample_answers.merged(sample_answers.of(form, self.today, contact), changes)
            self._engine.perform(CompleteTask(task.id, data=data, seen=seen), actor)

    def claims(self, who: str, reference: str, form: str) -> None:
        status = self._engine.answer(ReadCaseStatus(reference), actor_of(self._people["johtaja"]))
        task = next(task for task in status.tasks if task.form_key == form)
        self._engine.perform(ClaimTask(task.id), actor_of(self._people[who]))

    def requests(self, reference: str, *recipients: str, days: int = 14) -> None:
        """The caseworker finds that something is missing and asks."""
        self.does(
            "kasittelija",
            reference,
            "sufficiency",
            enough="ask",
            missing="Työn ehdot ja majoitus",
            reason="Ilman näitä ei voi arvioida.",
        )
        rows = [sample_answers.request(each, self.today + timedelta(days=days)) for each in recipients]
        self.does(
            "kasittelija",
            reference,
            "new_information_request",
            requests=rows,
            round_reason="Kukin tietää eri asiat.",
        )


def tell(history: History) -> None:
    """Forty-six days of an office in which nobody exists."""
    history.begins()
    _ended_and_stalled(history)
    _waiting_and_returned(history)
    _of_this_week(history)


def _ended_and_stalled(history: History) -> None:
    closed = history.opens(Channel.SELF)
    history.does("kirjaaja", closed, "register")
    history.day(1)
    history.does("kasittelija", closed, *EXAMINED)
    history.day(2)
    history.does("paattaja", closed, "sign_resolution")
    history.does("kasittelija", closed, "contact_client", "record_delivery")

    refused = history.opens(Channel.REFERRAL)
    history.does("kirjaaja", refused, "register")
    history.does("kasittelija", refused, "triage_override")
    history.day(4)
    history.does(
        "kasittelija",
        refused,
        "verify_consent",
        consent="refused",
        consent_by=None,
        minor_maturity=None,
        consent_explained=None,
        referrer_may_know=None,
    )
    history.does("kasittelija", refused, "prepare_resolution", organiser=None)
    history.does("paattaja", refused, "sign_resolution")

    history.day(14)
    stalled = history.opens(Channel.REFERRAL)
    history.does("kirjaaja", stalled, "register")
    history.does("kasittelija", stalled, "triage_override", "verify_consent")
    history.requests(stalled, "referrer", "outside_authority")


def _waiting_and_returned(history: History) -> None:
    history.day(20)
    appealable = history.opens(
        Channel.SELF, safe_channels=["post"], email=None, postal_address="Keksittykatu 1, 00000 Esimerkkilä"
    )
    history.does("kirjaaja", appealable, "register")
    history.does("kasittelija", appealable, *EXAMINED)
    history.does("paattaja", appealable, "sign_resolution")
    history.does("kasittelija", appealable, "contact_client")

    history.day(31)
    waiting = history.opens(Channel.SELF)
    history.does("kirjaaja", waiting, "register")
    history.does("kasittelija", waiting, "triage_override")
    history.requests(waiting, "applicant", days=21)

    history.day(36)
    returned = history.opens(Channel.SELF)
    history.does("kirjaaja", returned, "register")
    history.does("kasittelija", returned, *EXAMINED)
    history.does(
        "paattaja",
        returned,
        "sign_resolution",
        signature="return",
        return_reason="Perustele avun tarve tarkemmin.",
        delegation_confirmed=None,
        not_disqualified=None,
        letter_read=None,
    )

    history.day(39)
    to_sign = history.opens(Channel.REFERRAL)
    history.does("kirjaaja", to_sign, "register")
    history.does("kasittelija", to_sign, "triage_override", "verify_consent")
    history.does("kasittelija", to_sign, "sufficiency", "assessment", "prepare_resolution")


def _of_this_week(history: History) -> None:
    history.day(42)
    urgent = history.opens(Channel.URGENT)
    history.does("kirjaaja", urgent, "register", in_danger="yes", accommodation_needed="yes")
    history.does("paivystaja", urgent, "urgent_measures")

    unconfirmed = history.opens(Channel.REFERRAL)
    history.does("kirjaaja", unconfirmed, "register")
    history.does("kasittelija", unconfirmed, "triage_override")

    history.day(44)
    withdrawn = history.opens(Channel.SELF)
    history.does("kirjaaja", withdrawn, "register")
    history.does("kasittelija", withdrawn, "triage_override")
    history.withdraws(withdrawn)

    assessed = history.opens(Channel.SELF)
    history.does("kirjaaja", assessed, "register")
    history.does("kasittelija", assessed, "triage_override", "sufficiency")
    history.claims("kasittelija", assessed, "assessment")

    history.day(45.2)
    history.opens(Channel.SELF)
    history.asks("Kollegani on ehkä pakotettu työhön. Miten voin auttaa ilman, että kerron hänen nimeään?")


def _address(given: str, family: str) -> str:
    plain = normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode()
    return f"{plain.lower()}@example.invalid"
