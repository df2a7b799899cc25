"""Nights on which a hidden case is opened for half an hour: who is notified, what is seen, who judges it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import UUID

import pytest

from engine.clock import HELSINKI
from engine.commands.emergencies import CloseEmergency, EscalateReviews, OpenInEmergency, ReviewEmergency
from engine.commands.visibility import LiftRestriction
from engine.domain.emergencies import Verdict
from engine.domain.people import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid, NotFound, ProofRequired
from engine.queries.access_log import WhoLooked
from engine.queries.administration import ReadAdministrationLog
from engine.queries.case_file import OpenCaseFile
from engine.queries.emergencies import ListEmergencies, OpenEmergencyFile, Opening
from engine.queries.log_extract import TakeLogExtract
from engine.queries.search import FindCases
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_who_sees import disqualified, restricted
from tests.support.samples_of_emergencies import REASON
from tests.support.story import Story

ON_CALL = "paivystaja"


@pytest.fixture
def hidden(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    restricted(story)
    return story


def opens(
    story: Story, who: str = ON_CALL, wanted: str = "", born_on: str = "", reason: str = REASON
) -> bool:
    command = OpenInEmergency(wanted or story.reference, born_on, "danger", reason)
    found = story.world.engine.perform(command, story.world.actor(who))
    return found is not None and found.in_emergency


def reads(story: Story, who: str = ON_CALL) -> bool:
    try:
        story.world.engine.answer(OpenEmergencyFile(story.reference), story.world.actor(who))
    except NotFound:
        return False
    return True


def listed(story: Story, who: str):
    return story.world.engine.answer(ListEmergencies(), story.world.actor(who))


def last(story: Story) -> UUID:
    return listed(story, "johtaja").waiting[0].emergency.id


@pytest.mark.databases
def test_a_hidden_case_opens_for_half_an_hour_and_shows_how_to_reach_the_person(hidden: Story) -> None:
    engine, reader = hidden.world.engine, hidden.world.actor(ON_CALL)
    assert not reads(hidden)
    assert opens(hidden)

    file = engine.answer(OpenEmergencyFile(hidden.reference), reader)
    assert file.applicant is not None
    assert file.applicant.contact
    assert file.tasks
    for query in (OpenCaseFile(hidden.reference), OpenTaskPage(file.tasks[0].id)):
        with pytest.raises(NotFound):
            engine.answer(query, reader)
    assert engine.answer(FindCases(hidden.reference), reader).cases == ()

    hidden.world.clock.passes(minutes=29)
    assert reads(hidden)
    assert not reads(hidden, "paattaja"), "it is open to the one who opened it"
    hidden.world.clock.passes(minutes=1)
    assert not reads(hidden)


def test_an_emergency_goes_on_over_midnight(hidden: Story) -> None:
    """Opened at a quarter to twelve: its half an hour, its mails and the week of its review count from that evening."""
    clock = hidden.world.clock
    clock.moment = clock.moment.astimezone(HELSINKI).replace(hour=23, minute=45).astimezone(UTC)
    evening = hidden.today
    before = len(hidden.mails)
    assert opens(hidden)
    hidden.passes(minutes=25)
    assert hidden.today == evening + timedelta(days=1)
    assert reads(hidden)
    hidden.passes(minutes=5)
    assert not reads(hidden)

    people = hidden.world.people
    assert {each.recipient["email"] for each in hidden.mails[before:]} >= {
        people["kasittelija"].email,
        people["esihenkilo"].email,
    }
    (waiting,) = listed(hidden, "esihenkilo").waiting
    assert waiting.emergency.review_due_on == evening + timedelta(days=7)
    auditor = hidden.world.actor("tarkastaja")
    looks = hidden.world.engine.answer(WhoLooked(hidden.reference), auditor)
    days = {each["action"]: each["at"].astimezone(HELSINKI).date() for each in looks}
    assert (days["open_in_emergency"], days["emergency_file"]) == (evening, hidden.today)


def test_the_caseworker_and_the_managers_are_notified_at_once_without_content(hidden: Story) -> None:
    hidden.passes(minutes=1)
    before = len(hidden.mails)
    opens(hidden)
    hidden.passes(minutes=1)

    mails, people = hidden.mails[before:], hidden.world.people
    assert {mail.recipient["email"] for mail in mails} == {
        people["kasittelija"].email,
        people["esihenkilo"].email,
    }
    for mail in mails:
        text = repr(mail)
        assert hidden.reference not in text
        assert REASON not in text
        assert people[ON_CALL].name not in text


def test_who_is_kept_from_the_case_is_neither_notified_nor_let_in(hidden: Story) -> None:
    disqualified(hidden, "esihenkilo")
    disqualified(hidden, ON_CALL)
    hidden.passes(minutes=1)
    before = len(hidden.mails)
    assert not opens(hidden)
    assert opens(hidden, "paattaja")
    hidden.passes(minutes=1)

    assert {mail.recipient["email"] for mail in hidden.mails[before:]} == {
        hidden.world.people["kasittelija"].email
    }
    assert listed(hidden, "esihenkilo").waiting == ()
    assert listed(hidden, "esihenkilo").opened == 0


def test_each_reading_stands_in_the_cases_log_and_in_the_persons_extract(hidden: Story) -> None:
    opens(hidden)
    reads(hidden)
    reads(hidden)
    auditor = hidden.world.actor("tarkastaja")

    looks = hidden.world.engine.answer(WhoLooked(hidden.reference), auditor)
    own = [each for each in looks if each["actor_name"] == hidden.world.people[ON_CALL].name]
    assert [(each["action"], each["purpose"]) for each in own[:3]] == [
        ("emergency_file", "danger"),
        ("emergency_file", "danger"),
        ("open_in_emergency", "danger"),
    ]
    extract = hidden.world.engine.answer(TakeLogExtract(hidden.reference), auditor)
    assert sum(each.reason == "emergency" for each in extract.looks) == 3


def test_a_case_that_is_not_there_answers_as_one_that_may_not_be_opened_and_the_attempt_stays(
    hidden: Story,
) -> None:
    disqualified(hidden, ON_CALL)
    for wanted in (hidden.reference, "2026-999999"):
        assert not opens(hidden, wanted=wanted)

    log = hidden.world.engine.answer(ReadAdministrationLog(), hidden.world.actor("tarkastaja"))
    assert sum("emergency_refused" in repr(each) for each in log.entries) == 2


def test_a_person_is_found_by_name_and_birth_date_together(hidden: Story) -> None:
    applicant = hidden.file.applicant
    assert applicant is not None
    born_on = str(applicant.identity["born_on"])
    assert not opens(hidden, wanted=applicant.name)
    assert not opens(hidden, wanted=applicant.name, born_on="1900-01-01")
    assert opens(hidden, wanted=applicant.name, born_on=born_on)


def test_it_takes_a_reason_a_ground_and_a_fresh_proof(hidden: Story) -> None:
    engine, reader = hidden.world.engine, hidden.world.actor(ON_CALL)
    for ground, reason in (("danger", "liian lyhyt"), ("danger", "x" * 501), ("curiosity", REASON)):
        with pytest.raises(Invalid):
            engine.perform(OpenInEmergency(hidden.reference, "", ground, reason), reader)
    stale = replace(reader, proof_ends_at=hidden.world.clock())
    with pytest.raises(ProofRequired):
        engine.perform(OpenInEmergency(hidden.reference, "", "danger", REASON), stale)
    opens(hidden)
    with pytest.raises(ProofRequired):
        engine.answer(OpenEmergencyFile(hidden.reference), stale)


def test_it_can_be_closed_earlier_and_opens_again_with_a_new_reason_only(hidden: Story) -> None:
    opens(hidden)
    opens(hidden)
    hidden.world.engine.perform(CloseEmergency(hidden.reference), hidden.world.actor(ON_CALL))
    assert not reads(hidden)
    with pytest.raises(NotFound):
        hidden.world.engine.perform(CloseEmergency(hidden.reference), hidden.world.actor(ON_CALL))
    opens(hidden)

    assert reads(hidden)
    assert listed(hidden, "johtaja").opened == 2, "the same emergency is not opened twice"


def test_who_sees_the_case_anyway_opens_nothing(hidden: Story) -> None:
    assert not opens(hidden, "kasittelija")
    with pytest.raises(Forbidden):
        opens(hidden, "esihenkilo")
    assert listed(hidden, "johtaja").opened == 0


def test_a_second_person_judges_it_once_and_it_is_counted(hidden: Story) -> None:
    engine = hidden.world.engine
    opens(hidden)
    emergency = last(hidden)
    (waiting,) = listed(hidden, "esihenkilo").waiting
    assert (waiting.reason, waiting.may_review) == (REASON, True)
    (seen,) = listed(hidden, "tarkastaja").waiting
    assert (seen.reason, seen.may_review) == ("", False)
    for who in (ON_CALL, "kasittelija", "tarkastaja"):
        with pytest.raises(Forbidden):
            engine.perform(ReviewEmergency(emergency, "justified"), hidden.world.actor(who))

    engine.perform(ReviewEmergency(emergency, "unclear"), hidden.world.actor("esihenkilo"))

    found = listed(hidden, "johtaja")
    assert (found.opened, found.verdicts[Verdict.UNCLEAR], found.waiting) == (1, 1, ())
    assert listed(hidden, ON_CALL).own[0].verdict is Verdict.UNCLEAR
    with pytest.raises(Conflict):
        engine.perform(ReviewEmergency(emergency, "justified"), hidden.world.actor("johtaja"))


def test_nobody_judges_their_own_opening(hidden: Story) -> None:
    both = replace(
        hidden.world.actor(ON_CALL),
        roles=hidden.world.actor(ON_CALL).roles | hidden.world.actor("esihenkilo").roles,
    )
    opens(hidden)
    with pytest.raises(Forbidden):
        hidden.world.engine.perform(ReviewEmergency(last(hidden), "justified"), both)


def test_a_review_that_is_late_reaches_the_director_once(hidden: Story) -> None:
    opens(hidden)
    hidden.passes(minutes=1)
    hidden.passes(days=7)
    address = hidden.world.people["johtaja"].email
    assert not [mail for mail in hidden.mails if mail.recipient["email"] == address]
    assert hidden.world.engine.perform(EscalateReviews(), SYSTEM) == 0
    hidden.world.clock.passes(days=1)
    assert hidden.world.engine.perform(EscalateReviews(), SYSTEM) == 1
    assert hidden.world.engine.perform(EscalateReviews(), SYSTEM) == 0
    hidden.passes(minutes=1)

    assert hidden.events.count("emergency_review_late") == 1
    assert len([mail for mail in hidden.mails if mail.recipient["email"] == address]) == 1


def test_a_reason_about_a_restricted_case_is_shown_after_a_proof_only(hidden: Story) -> None:
    """It names the person, or the danger."""
    opens(hidden)
    manager, world = hidden.world.actor("esihenkilo"), hidden.world

    def waiting(minutes: int) -> Opening:
        reader = replace(manager, proof_ends_at=world.clock() + timedelta(minutes=minutes))
        (found,) = world.engine.answer(ListEmergencies(), reader).waiting
        return found

    assert (waiting(0).reason, waiting(0).asks_proof) == ("", True)
    assert (waiting(1).reason, waiting(1).asks_proof) == (REASON, False)
    world.engine.perform(LiftRestriction(hidden.reference, "Vaara on ohi nyt."), manager)
    assert (waiting(0).reason, waiting(0).asks_proof) == (REASON, False)
