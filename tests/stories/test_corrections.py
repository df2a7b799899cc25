"""Staff correct their own records: the first words stay, what hangs on them follows, and nobody's own words are changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.casework.signers import SIGNATURES
from engine.clock import day_of
from engine.commands.consents import WithdrawConsent
from engine.commands.corrections import ClarifyRecord, CorrectRecord
from engine.domain.cases import CaseState
from engine.domain.chronology import DatesRejected
from engine.domain.corrections import (
    DECISIONS,
    AlreadyFollowed,
    NotHere,
    NotWrittenByStaff,
    OnPartyPage,
    RecordChanged,
)
from engine.domain.parties import DetailsRejected, Ground, NothingChanged
from engine.errors import AnswersRejected, Forbidden, Invalid, NotFound
from engine.queries.correction_page import CorrectionPage, OpenRecord
from engine.queries.resolution_page import PREPARING
from engine.queries.task_page import OpenTaskPage
from engine.storage.submissions import Submission
from tests.support.party_changes import asks
from tests.support.story import Story

WRONG_DAY = Ground("observation", None, "Päivä kirjattiin kalenterista ennen tapaamista.")


def record(story: Story, form: str) -> Submission:
    return [each for each in story.file.submissions if each.form_key == form][-1]


def page_of(story: Story, form: str) -> CorrectionPage:
    query = OpenRecord(story.reference, record(story, form).id)
    return story.world.engine.answer(query, story.world.actor("kasittelija"))


def corrects(
    story: Story,
    form: str,
    seen: int = 0,
    who: str = "kasittelija",
    ground: Ground = WRONG_DAY,
    **changes: Any,
) -> UUID:
    known = record(story, form)
    answers = {**known.answers, **changes}
    # As a program sends them: days as texts.
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in answers.items()
        if value is not None
    }
    command = CorrectRecord(story.reference, known.id, seen, ground, data=plain)
    return story.world.engine.perform(command, story.world.actor(who))


def served(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    story.until("record_delivery")
    story.passes(days=6)
    story.does("kasittelija", "record_delivery", served_on=(story.today - timedelta(days=4)).isoformat())
    if any(each.name == "appeal_period" for each in story.file.deadlines):
        return
    story.until("contact_client")
    story.does("kasittelija", "contact_client")
    while not any(each.name == "appeal_period" for each in story.file.deadlines):
        task = story.file.tasks[0]
        story.does("kasittelija", task.form_key or "", task.business_key)


def appeal_ends(story: Story) -> date:
    (period,) = [each for each in story.file.deadlines if each.name == "appeal_period"]
    assert period.due_on is not None
    return period.due_on


@pytest.mark.databases
def test_a_day_of_service_recorded_too_early_moves_the_appeal_period(story: Story) -> None:
    served(story)
    first_day, first_end = story.file.deliveries[-1].served_on, appeal_ends(story)
    assert first_day is not None

    corrects(story, "record_delivery", served_on=first_day + timedelta(days=4))

    assert story.file.deliveries[-1].served_on == first_day + timedelta(days=4)
    assert appeal_ends(story) > first_end
    assert record(story, "record_delivery").answers["served_on"] == first_day + timedelta(days=4)
    (correction,) = page_of(story, "record_delivery").history
    assert correction.before["served_on"] != correction.after["served_on"]
    assert (correction.made_by_name, correction.reason) == (
        story.world.people["kasittelija"].name,
        WRONG_DAY.reason,
    )
    story.passes(days=(first_end - story.today).days + 1)
    assert story.case.state is not CaseState.CLOSED, (
        "the clock of the first day has gone by, the period has not"
    )
    assert "finality_inquiry" not in {task.form_key for task in story.file.tasks}
    story.passes(days=8)
    story.does("kasittelija", "finality_inquiry")
    assert "resolution_final" in story.events


def test_no_correction_shortens_a_period_already_given(story: Story) -> None:
    served(story)
    day = story.file.deliveries[-1].served_on
    assert day is not None
    corrects(story, "record_delivery", served_on=day + timedelta(days=4))
    end = appeal_ends(story)

    corrects(story, "record_delivery", seen=1, served_on=day)

    assert story.file.deliveries[-1].served_on == day
    assert appeal_ends(story) == end


def test_a_day_that_its_neighbours_contradict_is_refused_beside_it(story: Story) -> None:
    served(story)
    signed_at = story.file.resolutions[-1].signed_at
    assert signed_at is not None

    with pytest.raises(DatesRejected) as refused:
        corrects(story, "record_delivery", served_on=day_of(signed_at) - timedelta(days=1))
    assert refused.value.field == "served_on"
    with pytest.raises((AnswersRejected, Invalid)):
        corrects(story, "record_delivery", served_on=story.today + timedelta(days=1))

    assert page_of(story, "record_delivery").history == ()


def test_a_correction_is_corrected_and_each_stays(story: Story) -> None:
    served(story)
    day = story.file.deliveries[-1].served_on
    assert day is not None
    first = corrects(story, "record_delivery", served_on=day + timedelta(days=1))

    second = corrects(story, "record_delivery", seen=1, served_on=day + timedelta(days=2))

    history = page_of(story, "record_delivery").history
    assert [(each.id, each.corrects) for each in history] == [(first, None), (second, first)]
    assert history[1].before["served_on"] == history[0].after["served_on"]


def test_the_second_of_two_corrections_is_refused(story: Story) -> None:
    served(story)
    day = story.file.deliveries[-1].served_on
    assert day is not None
    corrects(story, "record_delivery", served_on=day + timedelta(days=1))

    with pytest.raises(RecordChanged):
        corrects(story, "record_delivery", who="johtaja", served_on=day + timedelta(days=2))

    assert story.file.deliveries[-1].served_on == day + timedelta(days=1)


def test_nobodys_own_words_are_corrected_and_a_clarification_stands_beside_them(story: Story) -> None:
    story.applies()
    known = record(story, "application")
    with pytest.raises(NotWrittenByStaff):
        corrects(story, "application", what_happened="Muuta.")
    assert page_of(story, "application").why_not

    beside = ClarifyRecord(
        story.reference, known.id, "Hän kertoi puhelimessa vuoden.", Ground("call", story.today, "")
    )
    story.world.engine.perform(beside, story.world.actor("kasittelija"))

    (clarification,) = page_of(story, "application").history
    assert (clarification.kind, clarification.source, clarification.source_on) == (
        "clarification",
        "call",
        story.today,
    )
    assert clarification.after == {"clarification": "Hän kertoi puhelimessa vuoden."}
    assert record(story, "application").answers == known.answers


def test_a_clarification_names_its_source_and_day(story: Story) -> None:
    story.applies()
    bare = ClarifyRecord(story.reference, record(story, "application").id, " ", Ground("", None, ""))

    with pytest.raises(DetailsRejected) as refused:
        story.world.engine.perform(bare, story.world.actor("kasittelija"))

    assert set(refused.value.problems) == {"clarification", "source", "source_on"}


def test_an_answer_that_moved_the_case_is_not_swapped_afterwards(story: Story) -> None:
    story.applies()
    story.until("triage_override")

    with pytest.raises(OnPartyPage):
        corrects(story, "register", family_name="Toinen")
    with pytest.raises(AlreadyFollowed) as refused:
        corrects(story, "register", competence="transfer", transfer_to="migri", transfer_reason="Syy.")
    assert refused.value.field in ("competence", "transfer_to")


def test_the_day_of_becoming_pending_follows(story: Story) -> None:
    story.applies()
    story.passes(days=3)
    story.until("triage_override")
    yesterday = story.today - timedelta(days=1)

    corrects(story, "register", pending_on=yesterday)

    pending_at = story.case.pending_at
    assert pending_at is not None
    assert pending_at.date() == yesterday


def test_what_was_asked_because_of_the_case_is_corrected_with_the_rest(story: Story) -> None:
    story.applies(in_danger="yes")
    lowered = {"less_urgent_because": "Ohjaaja erehtyi.", "in_danger": "no"}
    story.does("kirjaaja", "register", **lowered)
    story.until("sign_resolution")

    corrects(story, "register", less_urgent_because="Ohjaaja kertoi erehtyneensä.")
    corrects(story, "register", seen=1, less_urgent_because=None)
    corrects(story, "register", seen=2, less_urgent_because="Ohjaaja soitti.")
    corrects(story, "assessment", victim_reasons="Häntä on painostettu.")

    assert record(story, "register").answers["less_urgent_because"] == "Ohjaaja soitti."
    assert record(story, "assessment").answers["victim_reasons"] == "Häntä on painostettu."
    with pytest.raises(AnswersRejected):
        corrects(story, "assessment", seen=1, victim_reasons=None)


def test_the_ledger_gets_a_new_entry_for_a_corrected_consent(story: Story) -> None:
    story.is_referred()
    story.until("sufficiency")
    before = [each for each in story.file.consents if each.purpose == "referral"]

    corrects(story, "verify_consent", consent_on=story.today - timedelta(days=1))

    after = [each for each in story.file.consents if each.purpose == "referral"]
    assert after[: len(before)] == before
    assert (after[-1].state, after[-1].given_on) == ("given", story.today - timedelta(days=1))


def test_a_wish_for_more_time_that_was_typed_wrong_is_judged_by_the_corrected_day(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    until = story.today + timedelta(days=30)
    wish = {"can_answer": "partly", "more_time": "yes", "more_time_until": until.isoformat()}
    story.does("kasittelija", "information_reply", "REQ-1", **wish)
    corrects(story, "information_reply", more_time_until=story.today + timedelta(days=20))
    (request,) = story.file.requests
    assert request.more_time_until == story.today + timedelta(days=20)
    page = OpenTaskPage(story.task("review_reply").id)
    known = story.world.engine.answer(page, story.world.actor("kasittelija")).prefilled
    assert known["new_due_on"] == request.more_time_until
    story.does("kasittelija", "review_reply")
    corrects(story, "information_reply", seen=1, more_time_until=story.today + timedelta(days=21))
    (request,) = story.file.requests
    assert request.more_time_until != story.today + timedelta(days=21), "it was judged"


def test_a_corrected_consent_stays_withdrawn(story: Story) -> None:
    story.is_referred()
    story.until("sufficiency")
    given = [each for each in story.file.consents if each.purpose == "referral"][-1]
    withdrawn = WithdrawConsent(story.reference, given.id, story.today, "phone")
    story.world.engine.perform(withdrawn, story.world.actor("kasittelija"))
    talked_on = story.today
    story.passes(days=2)

    corrects(
        story, "verify_consent", channel="in_person", interpreter_used="in_room", interpreter_name="Tulkki 12"
    )

    *_, corrected, last = [each for each in story.file.consents if each.purpose == "referral"]
    assert (corrected.state, corrected.given_how, corrected.withdrawn_at) == ("given", "in_person", None)
    assert (corrected.interpreter, last.interpreter) == ("in_room", None)
    assert (last.state, last.given_how, last.given_on) == ("withdrawn", "phone", talked_on)
    assert last.withdraws == corrected.id


def test_a_decision_is_corrected_by_its_own_process(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")

    with pytest.raises(NotHere):
        corrects(story, "prepare_resolution", reasons="Toiset perustelut.")


def test_no_form_that_prepares_or_signs_a_decision_is_corrected_as_a_record() -> None:
    assert {*PREPARING, *SIGNATURES} - DECISIONS == set()


def test_a_correction_needs_a_change_a_reason_and_somebody_who_may(story: Story) -> None:
    served(story)

    with pytest.raises(NothingChanged):
        corrects(story, "record_delivery")
    with pytest.raises(DetailsRejected):
        corrects(story, "record_delivery", ground=Ground("call", None, ""), explained="no")
    with pytest.raises(Forbidden):
        corrects(story, "record_delivery", who="paattaja", explained="no")
    other = Story(story.world)
    other.applies()
    with pytest.raises(NotFound):
        story.world.engine.answer(
            OpenRecord(other.reference, record(story, "record_delivery").id), story.world.actor("kasittelija")
        )
