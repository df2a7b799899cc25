"""A night call in one sitting: kept from the first key, decided aloud at 2.40, confirmed and written in the morning."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.casework.recordings.oral_decision import GivenAlready
from engine.casework.signers import Relation
from engine.clock import HELSINKI
from engine.commands.consents import WithdrawConsent
from engine.commands.people import AddPerson
from engine.commands.tasks import CompleteTask
from engine.commands.urgent_calls import (
    DropUrgentCall,
    KeepUrgentCall,
    OpenUrgentCall,
    RecordUrgentCall,
)
from engine.commands.visibility import RecordDisqualification
from engine.domain.calendar import working_days_later
from engine.domain.cases import CaseClass, Outcome
from engine.domain.consents import is_given
from engine.domain.people import OPERATOR, Role
from engine.domain.safe_contact import WayNotSafe
from engine.errors import AnswersRejected, ClaimedByAnother, Invalid, NotFound
from engine.queries.resolution_page import ReadLetter
from engine.queries.staff_notices import MyNotices
from engine.queries.task_page import OpenTaskPage
from forms.texts import date_as_typed
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.story import Story

NAMELESS = {"given_names": None, "family_name": None}


def at_night(story: Story, hour: int = 2, minute: int = 31) -> None:
    """The next night, by a Finnish clock."""
    tomorrow = story.today + timedelta(days=1)
    until = datetime(tomorrow.year, tomorrow.month, tomorrow.day, hour, minute, tzinfo=HELSINKI)
    story.passes(seconds=(until.astimezone(UTC) - story.world.clock.moment).total_seconds())


def typed(answers: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [_text(value)] for name, value in answers.items()}


def _text(value: Any) -> str:
    """A value as one types it on a page."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        return date_as_typed(date.fromisoformat(str(value)))
    return "true" if value is True else str(value)


def call(story: Story, **changes: Any) -> dict[str, list[str]]:
    return typed(plain.merged(plain.phone_intake(story.today), changes))


def decided(story: Story, **changes: Any) -> dict[str, list[str]]:
    """Päivi decided aloud at 2.40, or by day just now."""
    now = story.world.clock.moment.astimezone(HELSINKI)
    usual = {
        "decided": "yes",
        "decided_by": str(story.world.people["paattaja"].id),
        "decided_on": story.today.isoformat(),
        "decided_hour": "2.40" if now.hour < 4 else f"{now:%-H.%M}",
        "oral_ground": "35_1",
        "test_reasons": "Pakotettiin työhön, passi otettiin.",
        "told_to": "hänelle itselleen",
        "told_how": "phone",
        "promised": "Kyyti turvakotiin heti, soitto tulkin kanssa aamulla.",
        "promised_on": (story.today + timedelta(days=1)).isoformat(),
    }
    return typed({name: value for name, value in {**usual, **changes}.items() if value is not None})


def records(
    story: Story, spoken: dict[str, list[str]] | None = None, who: str = "paivystaja", **changes: Any
) -> UUID:
    call_id = uuid4()
    command = RecordUrgentCall(call_id, call(story, **changes), spoken or decided(story))
    story.receipt = story.world.engine.perform(command, story.world.actor(who))
    story.reference = story.receipt.reference
    return call_id


def opened(story: Story, call_id: UUID, who: str = "paivystaja") -> Any:
    return story.world.engine.answer(OpenUrgentCall(call_id), story.world.actor(who))


@pytest.mark.databases
def test_a_night_call_of_a_woman_without_a_name_to_its_written_decision(story: Story) -> None:
    at_night(story)
    call_id, on_call = uuid4(), story.world.actor("paivystaja")
    perform = story.world.engine.perform
    perform(KeepUrgentCall(call_id, {"what_happened": ["Tein siivous"]}), on_call)
    story.passes(minutes=14)
    assert opened(story, call_id).typed == {"what_happened": ["Tein siivous"]}
    assert "Päivi Päättäjä" in {each.name for each in opened(story, call_id).deciders}

    receipt = perform(RecordUrgentCall(call_id, call(story, **NAMELESS), decided(story)), on_call)
    assert opened(story, call_id).call is None, "nothing is left of the draft"

    story.receipt, story.reference = receipt, receipt.reference
    (spoken,) = story.file.oral_decisions
    paivi = story.world.people["paattaja"].id
    assert (spoken.given_by, spoken.recorded_by, spoken.waits) == (paivi, on_call.person_id, True)
    assert spoken.given_at.astimezone(HELSINKI).strftime("%-H.%M") == "2.40"
    owed = next(each for each in story.file.deadlines if each.name == "written_after_oral")
    assert owed.is_open
    assert owed.due_on == working_days_later(story.today, 5), "urgency alone allows one"
    (thread,) = story.file.notes
    assert thread.first.follow_up_on == story.today + timedelta(days=1)
    notices = story.world.engine.answer(MyNotices(), story.world.actor("paattaja"))
    assert [each.reference for each in notices.lines] == [story.reference]

    at_night(story, 8, 0)
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes", **NAMELESS)
    assert story.case.case_class is CaseClass.URGENT
    task = story.task("oral_decision")
    assert task.assignee_id == paivi
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("paattaja"))
    assert page.prefilled["oral_decision"] == "admitted"
    assert page.prefilled["test_reasons"] == "Pakotettiin työhön, passi otettiin."
    assert page.prefilled["consent_confirmed"] == "yes"

    record = signed_in(story.world, "paattaja").get(f"/cases/{story.reference}").text
    assert "saapui ti 3.11.2026 klo 2.40" in record, "the call came then, and was written down after it"
    night = spoken.given_at.astimezone(HELSINKI).date().isoformat()
    story.does("paattaja", "oral_decision", told_on=night)
    (confirmed,) = story.file.oral_decisions
    assert (confirmed.id, confirmed.waits) == (spoken.id, False)
    assert confirmed.given_at == spoken.given_at, "it was given in the night"
    assert "oral_decision" in story.milestones
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_call_written_down_after_midnight_arrived_when_it_came(story: Story) -> None:
    at_night(story, 0, 40)
    evening = (story.today - timedelta(days=1)).isoformat()
    came = {"called_on": evening, "called_hour": "23.10", "consent_on": evening}
    spoken = decided(story, decided_on=evening, decided_hour="23.05")
    for changes, field in (
        ({**came, "called_hour": "23.59", "called_on": story.today.isoformat()}, "called_hour"),
        (came, "decided_hour"),
    ):
        with pytest.raises(Invalid) as refused:
            records(story, spoken, **changes)
        assert refused.value.field == field
    late = decided(story, decided_on=evening, decided_hour="23.20")
    with pytest.raises(Invalid) as after:
        records(story, late, **{**came, "consent_on": story.today.isoformat()})
    assert after.value.field == "consent_after_reasons"
    records(story, late, **came)
    assert f"{story.case.received_at.astimezone(HELSINKI):%Y-%m-%d %H.%M}" == f"{evening} 23.10"
    story.does("paivystaja", "register", in_danger="yes", pending_on=evening)
    story.does("paattaja", "oral_decision", told_on=evening)
    assert story.case.pending_at is not None
    assert story.case.pending_at.astimezone(HELSINKI).date().isoformat() == evening
    assert "days_explained" not in story.events, "nothing contradicts anything"
    (promised,) = [each.first.contact for each in story.file.notes]
    assert promised is not None
    assert (promised.on.isoformat(), promised.hour) == (evening, "23.10"), "the log has the hour of the call"


NOT_GIVEN: dict[str, Any] = {
    "oral_decision": "not_given",
    "not_given_reason": "Sanoin vain, että häntä autetaan aamuun.",
    **dict.fromkeys(
        (
            "oral_ground",
            "test_reasons",
            "need_reasons",
            "consent_confirmed",
            "consent_how",
            "told_to",
            "told_on",
            "told_how",
        )
    ),
}


def test_what_was_not_decided_so_is_no_decision(story: Story) -> None:
    at_night(story, 2, 45)
    records(story)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision", **NOT_GIVEN)
    assert story.file.oral_decisions == ()
    assert "oral_decision_denied" in story.events
    story.passes(minutes=1)
    assert "confirm_spoken" not in story.forms, "answered once"
    assert "tell_denied" in story.forms
    assert not any(each.is_open for each in story.file.deadlines if each.name == "written_after_oral")


def test_the_one_who_decided_confirms_it_before_the_case_is_registered(story: Story) -> None:
    at_night(story, 2, 45)
    records(story)
    task, paivi = story.task("confirm_spoken"), story.world.people["paattaja"].id
    assert (task.assignee_id, task.due_at) == (paivi, story.world.clock.moment + timedelta(hours=1))
    assert story.file.clienthood is None, "nobody is a client by a note"
    with pytest.raises(ClaimedByAnother):
        story.does("kaksoisrooli", "confirm_spoken")
    story.does("paattaja", "confirm_spoken")
    assert story.file.clienthood is not None
    story.does("paivystaja", "register", in_danger="yes")
    given = story.task("oral_decision")
    assert given.assignee_id == paivi, "the reasons and the consent are theirs"
    page = story.world.engine.answer(OpenTaskPage(given.id), story.world.actor("paattaja"))
    assert page.withheld["oral_decision"] == {"not_given"}
    assert page.prefilled["told_hour"] == "2.40"
    shown = signed_in(story.world, "paattaja").get(f"/tasks/{given.id}").text
    assert "Päätös on annettu: tässä täydennetään sen perustelut" in shown
    with pytest.raises(GivenAlready) as refused:
        story.does("paattaja", "oral_decision", **NOT_GIVEN)
    assert refused.value.field == "oral_decision"
    night = story.file.oral_decisions[0].given_at.astimezone(HELSINKI).date().isoformat()
    story.does("paattaja", "oral_decision", told_on=night)
    assert len(story.file.oral_decisions) == 1, "it was given once"


def test_nothing_more_is_given_to_one_who_decided_and_was_disqualified_since(story: Story) -> None:
    at_night(story, 2, 45)
    records(story)
    story.does("paattaja", "confirm_spoken")
    barred = RecordDisqualification(story.reference, story.world.people["paattaja"].id, "other")
    story.world.engine.perform(barred, story.world.actor("johtaja"))
    story.does("paivystaja", "register", in_danger="yes")
    assert story.task("oral_decision").assignee_id is None


def test_who_heard_that_she_is_admitted_hears_within_the_hour_that_it_was_not_confirmed(
    story: Story,
) -> None:
    at_night(story, 2, 45)
    records(story)
    denial = "Sanoin vain, että häntä autetaan aamuun."
    story.does("paattaja", "confirm_spoken", spoken_confirmed="no", spoken_denied_reason=denial)
    assert story.file.oral_decisions == ()
    assert [each.outcome for each in story.file.denied_decisions] == ["admitted_35_1"], "the file keeps it"
    story.passes(minutes=1)
    task = story.task("tell_denied")
    assert task.candidate_group is Role.ON_CALL
    assert task.due_at is not None
    assert task.due_at <= story.world.clock.moment + timedelta(hours=1)
    story.passes(hours=2)
    assert "manager_notified" in [each.kind for each in story.file.timeline], "nobody let her know"
    again = (story.today + timedelta(days=1)).isoformat()
    heard = ("contact_channel", "told_on", "denial_told_notes", "denial_help")
    vain = {**dict.fromkeys(heard), "denial_told": "not_reached", "try_again_on": again}
    story.does("paivystaja", "tell_denied", **vain)
    assert "tell_denied" in story.forms, "it is tried again"
    with pytest.raises(WayNotSafe):
        story.does("paivystaja", "tell_denied", contact_channel="email")
    story.does("paivystaja", "tell_denied")
    assert "tell_denied" not in story.forms
    assert "spoken_denied_told" in story.milestones


def test_a_decision_that_nobody_has_confirmed_does_not_count(story: Story) -> None:
    at_night(story, 2, 45)
    records(story)
    story.does("paivystaja", "register", in_danger="yes")
    for form in ("sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    read = ReadLetter(story.task("sign_resolution").id)
    page = story.world.engine.answer(read, story.world.actor("paattaja"))
    assert page is not None
    assert page.signing is not None
    assert page.signing.own is Relation.NONE, "Päivi has not said that she decided so"
    assert page.is_as_prepared

    story.does("paattaja", "confirm_spoken")
    page = story.world.engine.answer(read, story.world.actor("paattaja"))
    assert page is not None
    assert page.signing is not None
    assert page.signing.own is Relation.GAVE_ORAL_DECISION
    assert not page.is_as_prepared, "the letter was prepared without it"


def test_a_consent_is_taken_back_while_nobody_has_confirmed_the_decision(story: Story) -> None:
    at_night(story, 2, 45)
    records(story, caller="other", referrer_name="Raimo Soittaja", referrer_kind="ngo")
    (given,) = [each.id for each in story.file.consents if each.purpose == "referral"]
    command = WithdrawConsent(story.reference, given, story.today, "phone")
    story.world.engine.perform(command, story.world.actor("kasittelija"))
    assert not is_given(story.file.consents, "referral")


def test_only_the_one_who_decided_confirms_it(story: Story) -> None:
    at_night(story, 2, 45)
    records(story)
    story.does("paivystaja", "register", in_danger="yes")
    task = story.task("oral_decision")
    answers = plain.of("oral_decision", story.today, story.world)
    with pytest.raises(ClaimedByAnother):
        story.world.engine.perform(CompleteTask(task.id, data=answers), story.world.actor("kaksoisrooli"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decided_hour": "2.46"}, "decided_hour"),
        ({"decided_by": "ulla"}, "decided_by"),
    ],
)
def test_an_hour_to_come_and_one_who_may_not_decide_are_refused_beside_their_question(
    story: Story, changes: dict[str, str], field: str
) -> None:
    at_night(story, 2, 45)
    ulla = story.world.engine.perform(
        AddPerson("ulla", "Ulla Uusi", frozenset({Role.DECISION_MAKER})), OPERATOR
    )
    if field == "decided_by":
        changes = {"decided_by": str(ulla.id)}
    with pytest.raises(Invalid) as refused:
        records(story, decided(story, **changes))
    assert refused.value.field == field
    with pytest.raises(AnswersRejected) as rejected:
        records(story, decided(story, decided_hour="25.00", told_to=None))
    assert set(rejected.value.problems) == {"decided_hour", "told_to"}
    assert opened(story, uuid4()).own == (), "and no case was opened on the way"


def test_two_who_take_one_call_see_each_other_and_no_word(story: Story) -> None:
    mine, theirs = uuid4(), uuid4()
    perform = story.world.engine.perform
    perform(KeepUrgentCall(mine, {"what_happened": ["Salainen"]}), story.world.actor("paivystaja"))
    perform(KeepUrgentCall(theirs, {"what_happened": ["Muu"]}), story.world.actor("kirjaaja"))
    page = opened(story, theirs, "kirjaaja")
    assert [name for name, _ in page.colleagues] == [story.world.people["paivystaja"].name]
    assert "Salainen" not in repr(page.colleagues)
    for refused in (KeepUrgentCall(mine, {"x": ["y"]}), DropUrgentCall(mine)):
        with pytest.raises(NotFound):
            perform(refused, story.world.actor("kirjaaja"))
    with pytest.raises(NotFound):
        opened(story, mine, "kirjaaja")

    story.passes(hours=2)
    assert opened(story, theirs, "kirjaaja").colleagues == ()
    assert [each.id for each in opened(story, uuid4()).own] == [mine], "one's own is kept"


def test_who_acts_sees_the_facts_of_the_call_and_whether_the_person_is_a_client(story: Story) -> None:
    at_night(story, 2, 45)
    heard = {"where_now": "Huoltoasema, Vantaa", "others_hear": "yes", "help_first": "Yöpaikka ja kyyti"}
    records(story, **heard)
    browser = signed_in(story.world, "paivystaja")
    address = f"/tasks/{story.task('urgent_measures').id}"
    before = browser.get(address)
    facts = {
        " ".join(dt.text_content().split()): " ".join(dt.getnext().text_content().split())
        for dt in before.tree.xpath("//section[contains(@class, 'asked-block')]//dt")
    }
    assert facts["Missä hän on nyt?"] == "Huoltoasema, Vantaa"
    assert facts["Kuuleeko joku muu puhelun?"] == "Kyllä"
    assert facts["Mitä hän tarvitsee ensimmäiseksi?"] == "Yöpaikka ja kyyti"
    assert facts["Mitä luvattiin?"].startswith("Kyyti turvakotiin heti")
    assert "Hän ei ole vielä asiakas" in before.text

    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")
    story.does("paattaja", "oral_decision", told_hour="2.40")
    after = browser.get(address)
    assert "Hän on auttamisjärjestelmän asiakas." in after.text
    assert "Ennen asiakkaaksi ottamista" not in after.text
