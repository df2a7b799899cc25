"""A consent to ask others of a person is a consent to ask whom it names, and nobody else (621/1999 26 §)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from engine.casework.consents_given_anew import ConsentEnded
from engine.casework.recordings.contact import ConsentWithdrawn, NoConsentToAsk
from engine.casework.recordings.paper import ConsentTakenBack
from engine.commands.consents import ConsentDetails, RecordConsent, SaysNotWhy
from engine.commands.links import RenewLink
from engine.domain.chronology import DatesRejected
from engine.domain.consents import NotInForce
from engine.errors import Invalid, NotFound
from engine.storage.requests import CONSENT
from engine.storage.tables.cases import CONSENTS
from engine.storage.unit_of_work import UnitOfWork
from tests.stories.test_chronology import WHY, reasons_in
from tests.stories.test_consents import STOPPED, asks, newest, takes_back, until_requests
from tests.stories.test_posted_letters import POSTED
from tests.support.answers import request
from tests.support.story import Story

CLINIC = "Esimerkkiklinikka"
OFFICE = "Esimerkkivirasto"
POLICE = {
    "recipient_name": "Esimerkin poliisilaitos",
    "is_police": "yes",
    "told_person_on": "today",
}
TALK = {"consent_how": "phone", "interpreter_used": "none", "consent_language": "en"}


def says(
    story: Story,
    recipient: str,
    name: str = "",
    *,
    is_given: bool = True,
    purpose: str = "information_request",
    on: date | None = None,
) -> UUID:
    details = ConsentDetails(purpose, recipient, "fi", "phone", on or story.today, note=name)
    return story.world.engine.perform(
        RecordConsent(story.reference, details, is_given=is_given), story.world.actor("kasittelija")
    )


def asks_each(story: Story, consents: Mapping[str, date], because: Mapping[str, str] | None = None) -> None:
    """Ask several authorities with consent, each on the day on which the person agreed to it."""
    due = story.today + timedelta(days=14)
    rows = [
        {
            **request("outside_authority", due, recipient_name=name),
            "legal_basis": "consent",
            "consent_on": day.isoformat(),
            **TALK,
        }
        for name, day in consents.items()
    ]
    story.does(
        "kasittelija",
        "new_information_request",
        because=because,
        requests=rows,
        round_reason="Työn ehdot puuttuvat.",
    )


def asks_police(story: Story, **changes: str) -> None:
    asks(story, **{**POLICE, "told_person_on": story.today.isoformat(), **changes})


def test_a_consent_to_ask_one_authority_is_none_to_ask_the_police(story: Story) -> None:
    until_requests(story)
    says(story, "outside_authority", CLINIC)
    says(story, "police", is_given=False)

    with pytest.raises(NoConsentToAsk) as refused:
        asks_police(story)

    assert refused.value.field == "requests.0.consent_on"
    assert not story.file.requests


def test_a_consent_to_ask_one_authority_is_none_to_ask_another(story: Story) -> None:
    until_requests(story)
    says(story, "outside_authority", CLINIC)

    with pytest.raises(NoConsentToAsk):
        asks(story, recipient_name=OFFICE)

    asks(story, recipient_name=CLINIC)
    assert len(story.file.requests) == 1


def test_a_consent_to_ask_an_authority_says_which(story: Story) -> None:
    until_requests(story)

    with pytest.raises(Invalid) as refused:
        says(story, "outside_authority")

    assert refused.value.field == "note"


def test_a_consent_to_ask_the_police_is_none_to_ask_another_investigator(story: Story) -> None:
    until_requests(story)
    says(story, "police")

    with pytest.raises(NoConsentToAsk):
        asks_police(story, recipient_name="Rajavartiolaitos")
    asks_police(story, recipient_name="Rajavartiolaitos", consent_on=story.today.isoformat(), **TALK)

    entry = story.file.consents[-1]
    assert (entry.recipient, entry.state) == ("police", "given")


@pytest.mark.parametrize("is_refusal", [False, True])
def test_the_police_are_asked_no_more_once_the_person_says_no(story: Story, *, is_refusal: bool) -> None:
    until_requests(story)
    given = says(story, "police")
    asks_police(story)
    says(story, "outside_authority", CLINIC)

    if is_refusal:
        says(story, "police", is_given=False)
    else:
        assert takes_back(story, given) == 1

    with pytest.raises(NotFound):
        story.opens(story.file.requests[0])
    with pytest.raises(NotInForce):
        story.world.engine.perform(RenewLink(story.reference, "REQ-1"), story.world.actor("kasittelija"))
    story.passes(days=8)
    assert "mail_request" not in [mail.kind for mail in story.mails]
    assert "request_reminded" not in story.events


def test_the_police_are_not_asked_again_once_that_consent_was_taken_back(story: Story) -> None:
    until_requests(story)
    takes_back(story, says(story, "police"))
    says(story, "outside_authority", CLINIC)

    with pytest.raises(ConsentWithdrawn):
        asks_police(story)


@pytest.mark.parametrize("is_refusal", [False, True])
def test_an_older_day_does_not_bring_a_consent_back(story: Story, *, is_refusal: bool) -> None:
    until_requests(story)
    given = says(story, "outside_authority", CLINIC)
    first = story.today
    story.passes(days=5)
    if is_refusal:
        says(story, "outside_authority", CLINIC, is_given=False)
    else:
        takes_back(story, given)
    ended = story.today
    story.passes(days=2)

    for day in (first, ended - timedelta(days=1)):
        with pytest.raises(ConsentEnded) as refused:
            asks(story, recipient_name=CLINIC, consent_on=day.isoformat(), **TALK)
        assert refused.value.field == "requests.0.consent_on"
    with pytest.raises(ConsentEnded) as older:
        says(story, "outside_authority", CLINIC, on=first)
    assert older.value.field == "given_on"
    assert not story.file.requests
    asks_each(story, {OFFICE: first, CLINIC: story.today})
    assert len(story.file.requests) == 2, "another was not refused, and the clinic may be asked anew"


def test_a_consent_of_the_day_of_the_withdrawal_needs_a_reason(story: Story) -> None:
    until_requests(story)
    takes_back(story, says(story, "outside_authority", CLINIC))
    with pytest.raises(SaysNotWhy) as nameless:
        says(story, "outside_authority", CLINIC)
    assert nameless.value.field == "note"
    with pytest.raises(DatesRejected) as refused:
        asks_each(story, {OFFICE: story.today, CLINIC: story.today})
    assert (refused.value.field, refused.value.need_reasons) == ("requests.1.consent_on", True)
    asks_each(story, {CLINIC: story.today}, because={"requests.0.consent_on": WHY})
    assert reasons_in(story)[-1] == WHY


def test_a_consent_to_ask_another_frees_no_letter_whose_own_was_taken_back(story: Story) -> None:
    until_requests(story)
    clinic = says(story, "outside_authority", CLINIC)
    asks(story, recipient_name=CLINIC, request_channel="letter")
    takes_back(story, clinic)
    story.passes(days=1)

    says(story, "outside_authority", OFFICE)

    with pytest.raises(ConsentTakenBack):
        story.does("kasittelija", "post_paper", **POSTED)
    story.does("kasittelija", "post_paper", **STOPPED)
    assert story.file.requests[0].sent_at is None


def test_each_of_two_consents_to_ask_can_be_taken_back(story: Story) -> None:
    until_requests(story)
    clinic = says(story, "outside_authority", CLINIC)
    asks(story, recipient_name=CLINIC)
    office = says(story, "outside_authority", OFFICE)
    assert {clinic, office} <= story.file.consents_in_force

    assert takes_back(story, clinic) == 1

    assert clinic not in story.file.consents_in_force
    assert office in story.file.consents_in_force
    with pytest.raises(NotInForce):
        takes_back(story, clinic)


@pytest.mark.parametrize(
    ("recipient", "given", "other", "refused"),
    [
        ("outside_authority", CLINIC, "outside_authority", f" {CLINIC.upper()}, kaikki tiedot"),
        ("outside_authority", f"{CLINIC}, vain tulokset", "outside_authority", CLINIC),
        ("outside_authority", "Esimerkin poliisilaitos", "police", ""),
    ],
)
def test_a_consent_that_was_refused_later_is_shown_as_in_force_no_more(
    story: Story, recipient: str, given: str, other: str, refused: str
) -> None:
    until_requests(story)
    consent, office = says(story, recipient, given), says(story, "outside_authority", OFFICE)

    says(story, other, refused, is_given=False)

    assert consent not in story.file.consents_in_force
    assert office in story.file.consents_in_force


def test_of_two_consents_that_name_one_authority_none_is_in_force_once_one_is_taken_back(
    story: Story,
) -> None:
    until_requests(story)
    first, office = says(story, "outside_authority", CLINIC), says(story, "outside_authority", OFFICE)
    asks(story, recipient_name=CLINIC, consent_on=story.today.isoformat(), **TALK)
    second = newest(story, "information_request")

    takes_back(story, first)

    assert {first, second}.isdisjoint(story.file.consents_in_force)
    assert office in story.file.consents_in_force
    story.passes(minutes=1)
    anew = f"{CLINIC}. Hän soitti tunnin päästä ja suostui."
    assert says(story, "outside_authority", anew) in story.file.consents_in_force, "given anew"


def test_the_same_authority_named_twice_is_asked_no_more_once_one_is_taken_back(story: Story) -> None:
    until_requests(story)
    first = says(story, "outside_authority", CLINIC)
    asks(story, recipient_name=CLINIC, consent_on=story.today.isoformat(), **TALK)
    assert newest(story, "information_request") != first

    assert takes_back(story, first) == 1


LOCAL = "Esimerkkiklinikka, Helsingin toimisto"


@pytest.mark.parametrize(
    ("refused", "named"),
    [(CLINIC, LOCAL), (LOCAL, CLINIC), ("Ei saa kysyä Esimerkkiklinikalta eikä Esimerkkivirastolta", OFFICE)],
)
def test_a_refusal_stops_whom_it_may_mean(story: Story, refused: str, named: str) -> None:
    until_requests(story)
    asks(story, recipient_name=named, consent_on=story.today.isoformat(), **TALK)

    says(story, "outside_authority", refused, is_given=False)

    with pytest.raises(NotInForce):
        story.world.engine.perform(RenewLink(story.reference, "REQ-1"), story.world.actor("kasittelija"))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (f"Kaikki paitsi {CLINIC}", CLINIC),
        (f"Alla utom {CLINIC}", CLINIC),
        (f"{OFFICE}, not {CLINIC}", CLINIC),
        (CLINIC, LOCAL),
        ("Esimerkkivirastotalo", OFFICE),
    ],
)
def test_a_consent_that_does_not_surely_name_the_recipient_is_none(
    story: Story, given: str, named: str
) -> None:
    until_requests(story)
    says(story, "outside_authority", given)

    with pytest.raises(NoConsentToAsk):
        asks(story, recipient_name=named)


def test_a_consent_names_several_recipients_and_marks_between_words_are_none(story: Story) -> None:
    until_requests(story)
    says(story, "outside_authority", f"{OFFICE}; {LOCAL.replace(',', ' –')}.")

    asks(story, recipient_name=LOCAL)

    assert len(story.file.requests) == 1


def forgets_names(story: Story) -> None:
    """Leave consents and requests as a version before wrote them: no entry names anybody, no request keeps its entry."""
    case_id = story.case.id
    with story.world.engine.database.transaction() as connection:
        unit = UnitOfWork(connection)
        stores = story.world.engine.stores(unit)
        for each in stores.requests.of_case(case_id):
            kept = {name: value for name, value in each.questions.items() if name != CONSENT}
            stores.requests.ask_again(each, kept)
        unit.flush()
        connection.execute(update(CONSENTS).values(note=None))


@pytest.mark.parametrize("withdrawn", [0, 1])
@pytest.mark.parametrize("is_withdrawn_before", [False, True])
def test_consents_that_name_nobody_end_each_earlier_request_when_one_is_taken_back(
    story: Story, withdrawn: int, *, is_withdrawn_before: bool
) -> None:
    until_requests(story)
    asks_each(story, {CLINIC: story.today, OFFICE: story.today})
    given = [each.id for each in story.file.consents if each.purpose == "information_request"][withdrawn]
    if is_withdrawn_before:
        takes_back(story, given)
        forgets_names(story)
    else:
        forgets_names(story)
        takes_back(story, given)

    for key in ("REQ-1", "REQ-2"):
        with pytest.raises(NotInForce):
            story.world.engine.perform(RenewLink(story.reference, key), story.world.actor("kasittelija"))
    story.passes(days=8)
    assert "request_reminded" not in story.events
