"""Urgency is heard at once: the on-call workers are notified, again and again, until one takes it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import AnswerEnquiry
from engine.commands.people import AddPerson
from engine.commands.tasks import ClaimTask, ReleaseTask, SaveDraft
from engine.domain.inbox import View
from engine.domain.people import OPERATOR, PUBLIC, SYSTEM, Actor, Role
from engine.domain.staff_notices import NoticeKind
from engine.errors import ClaimedByAnother, NotFound
from engine.queries.health import ReadHealth
from engine.queries.inbox import OpenInbox
from engine.queries.staff_notices import CountNotices, MyNotices
from engine.queries.status import StatusByCode
from engine.queries.task_page import OpenTaskPage
from engine.settings import OnCallSettings
from engine.storage.outbox import OutboxMessage
from engine.storage.tables.cases import CASES
from engine.storage.tables.people import PEOPLE
from engine.storage.unit_of_work import UnitOfWork
from tests.stories.test_enquiry_notices import enquiry_of
from tests.stories.test_who_sees import restricted
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.story import Story

NO_BED = {"accommodation_needed": "yes"}


def heard(story: Story) -> int:
    return story.events.count("on_call_notified")


def rung(story: Story) -> list[OutboxMessage]:
    return [each for each in story.mails if each.kind == "mail_urgent"]


@pytest.mark.databases
def test_a_person_without_a_bed_on_a_friday_afternoon_is_heard_at_once(story: Story) -> None:
    receipt = story.applies(**NO_BED)
    assert receipt.is_urgent
    assert receipt.urgent_by == story.world.clock.moment + timedelta(hours=4)
    story.passes(seconds=5)
    assert heard(story) == 1


def test_it_is_repeated_until_somebody_takes_it_and_again_when_it_is_given_back(story: Story) -> None:
    story.applies(**NO_BED)
    story.passes(seconds=5)
    for times in (2, 3):
        story.passes(minutes=15)
        assert heard(story) == times
    task, actor = story.task("urgent_measures", None), story.world.actor("paivystaja")
    story.world.engine.perform(ClaimTask(task.id), actor)
    story.passes(hours=2)
    assert heard(story) == 3
    story.world.engine.perform(ReleaseTask(task.id), actor)
    story.passes(minutes=15)
    assert heard(story) == 4
    story.does("paivystaja", "urgent_measures")
    story.passes(hours=3)
    assert heard(story) == 4


def test_what_somebody_took_and_forgot_rings_again_once_it_is_late(story: Story) -> None:
    story.applies(**NO_BED)
    story.passes(seconds=5)
    task, actor = story.task("urgent_measures", None), story.world.actor("paivystaja")
    story.world.engine.perform(ClaimTask(task.id), actor)
    assert task.due_at is not None
    story.passes(seconds=(task.due_at - story.world.clock.moment - timedelta(minutes=1)).total_seconds())
    assert heard(story) == 1
    story.passes(minutes=17)
    assert heard(story) == 2
    story.passes(minutes=15)
    assert heard(story) == 3
    story.does("paivystaja", "urgent_measures")
    story.passes(hours=1)
    assert heard(story) == 3


def second_on_call(story: Story) -> Actor:
    added = AddPerson("toinen_paivystaja", "Outi Toinen", frozenset({Role.ON_CALL}), team=None)
    story.world.engine.perform(added, OPERATOR)
    return story.world.actor("toinen_paivystaja")


@pytest.mark.databases
def test_what_somebody_took_and_forgot_is_taken_by_a_colleague_who_is_rung(story: Story) -> None:
    colleague, engine = second_on_call(story), story.world.engine
    story.applies(**NO_BED)
    task, holder = story.task("urgent_measures", None), story.world.actor("paivystaja")
    engine.perform(ClaimTask(task.id), holder)
    engine.perform(SaveDraft(task.id, {"notes": ["Soitan heti."]}), holder)
    story.passes(hours=3, minutes=59)
    assert not _offered(story, task.id, colleague)
    assert engine.answer(CountNotices(), colleague) == 1, "the registration"
    with pytest.raises(ClaimedByAnother):
        engine.perform(ClaimTask(task.id), colleague)

    story.passes(minutes=2)
    assert _offered(story, task.id, colleague)
    assert not _offered(story, task.id, holder), "it is theirs"
    assert not _offered(story, task.id, story.world.actor("kasittelija")), "it is no caseworker's task"
    page = signed_in(story.world, "toinen_paivystaja").get("/tasks/")
    (first,) = page.tree.xpath("//main//section[@aria-labelledby='held-title']")
    assert "on myöhässä" in first.text_content()
    assert "Pekka Päivystäjä" in first.text_content()
    assert engine.answer(CountNotices(), colleague) == 2
    engine.perform(ClaimTask(task.id), colleague)
    assert NoticeKind.HANDED_OVER in {each.kind for each in engine.answer(MyNotices(), holder).lines}
    story.does("toinen_paivystaja", "urgent_measures")
    rounds = heard(story)
    story.passes(hours=1)
    assert heard(story) == rounds


@pytest.mark.databases
def test_who_takes_a_late_call_has_the_time_of_one_ring_before_another_may_take_it(story: Story) -> None:
    colleague, engine = second_on_call(story), story.world.engine
    engine.perform(AddPerson("kolmas", "Kaija Kolmas", frozenset({Role.ON_CALL}), team=None), OPERATOR)
    third = story.world.actor("kolmas")
    story.applies(**NO_BED)
    task = story.task("urgent_measures", None)
    engine.perform(ClaimTask(task.id), story.world.actor("paivystaja"))
    story.passes(hours=4, minutes=1)
    assert _offered(story, task.id, third)
    engine.perform(ClaimTask(task.id), colleague)
    rounds = heard(story)

    story.passes(minutes=14)
    assert not _offered(story, task.id, third)
    assert not _offered(story, task.id, colleague), "it is theirs"
    with pytest.raises(ClaimedByAnother):
        engine.perform(ClaimTask(task.id), third)
    assert heard(story) == rounds, "nobody is rung meanwhile"
    for who in ("toinen_paivystaja", "kolmas"):
        page = signed_in(story.world, who).get(f"/tasks/{task.id}")
        assert "Kollega voi ottaa tehtävän" in page.text

    story.passes(minutes=2)
    assert heard(story) == rounds + 1, "then it rings again"
    assert _offered(story, task.id, third)
    engine.perform(ClaimTask(task.id), third)


def test_a_late_call_that_is_given_back_is_free_at_once(story: Story) -> None:
    colleague, engine = second_on_call(story), story.world.engine
    story.applies(**NO_BED)
    task = story.task("urgent_measures", None)
    story.passes(hours=4, minutes=1)
    engine.perform(ClaimTask(task.id), colleague)
    assert not _offered(story, task.id, story.world.actor("paivystaja"))
    engine.perform(ReleaseTask(task.id), colleague)
    assert _offered(story, task.id, story.world.actor("paivystaja"))


def _offered(story: Story, task_id: UUID, who: Actor) -> bool:
    """Return True if the list of free tasks, its count, the list of all and the task's page offer the task."""
    engine = story.world.engine
    inbox = engine.answer(OpenInbox(View.UNASSIGNED), who)
    listed = [each.task_id for each in inbox.items]
    assert inbox.counts[View.UNASSIGNED] == len(listed)
    assert len(set(listed)) == len(listed), "no task twice"
    is_offered = task_id in listed
    in_team = engine.answer(OpenInbox(View.TEAM), who).items
    assert all(each.may_be_taken is is_offered for each in in_team if each.task_id == task_id)
    assert engine.answer(OpenTaskPage(task_id), who).may_take is is_offered
    with engine.database.view() as connection:
        compared = engine.stores(UnitOfWork(connection)).next_tasks.free_for(who, story.world.clock())
    assert (task_id in {each.task_id for each in compared}) is is_offered
    return is_offered


def test_a_standstill_collapses_into_one_notice(story: Story) -> None:
    story.applies(**NO_BED)
    story.world.clock.moment += timedelta(hours=3)
    story.passes(seconds=5)
    assert heard(story) == 1


@pytest.mark.databases
def test_danger_that_the_registrar_reads_in_the_text_is_heard_at_once(story: Story) -> None:
    story.applies()
    story.passes(minutes=1)
    assert heard(story) == 0
    story.does("kirjaaja", "register", in_danger="yes")
    found = story.world.clock.moment

    story.passes(seconds=5)
    assert heard(story) == 1
    task = story.task("urgent_measures", None)
    assert task.due_at is not None
    assert found <= task.due_at - timedelta(hours=4) <= story.world.clock.moment
    assert story.receipt is not None
    shown = story.world.engine.answer(StatusByCode(story.receipt.code), PUBLIC)
    assert shown is not None
    assert shown.urgent_by == task.due_at, "the person reads whom to call"
    story.passes(hours=4)
    assert "manager_notified" in story.events

    story.does("paivystaja", "urgent_measures")
    rounds = heard(story)
    story.passes(hours=1)
    assert heard(story) == rounds
    assert story.milestones.count("urgent_measures_done") == 1


def test_a_case_that_a_person_classes_as_urgent_rings_once(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Uhkailtu eilen.")
    story.passes(seconds=5)
    assert heard(story) == 1
    assert story.forms.count("urgent_measures") == 1


def test_what_was_urgent_at_once_is_not_rung_again_by_its_registration(story: Story) -> None:
    story.applies(**NO_BED)
    story.does("paivystaja", "urgent_measures")
    story.passes(minutes=20)
    rounds = heard(story)
    story.does("kirjaaja", "register", accommodation_needed="yes", in_danger="yes")
    story.passes(hours=1)
    assert heard(story) == rounds
    assert "urgent_measures" not in story.forms


def test_nothing_ordinary_rings(story: Story) -> None:
    receipt = story.applies()
    assert (receipt.is_urgent, receipt.urgent_by) == (False, None)
    story.passes(days=3)
    assert heard(story) == 0


def test_the_notice_reaches_each_on_call_worker_and_the_duty_address_without_a_word_of_the_case(
    story: Story,
) -> None:
    engine = story.world.engine
    engine.settings = replace(engine.settings, on_call=OnCallSettings(email="paivystys@example.invalid"))
    story.applies(**NO_BED, danger_notes="Naapurin Pirkko")
    story.passes(seconds=5)
    sent = rung(story)
    on_call = [each.email for each in story.world.people.values() if "on_call" in each.roles and each.email]
    assert sorted(str(each.recipient["email"]) for each in sent) == sorted(
        [*on_call, "paivystys@example.invalid"]
    )
    for each in sent:
        assert story.reference not in str(each.template_values)
        assert "Pirkko" not in str(each.template_values)


def test_an_enquiry_in_danger_rings_until_it_is_answered(story: Story) -> None:
    data = plain.merged(plain.enquiry(story.today), {"in_danger": "unknown"})
    receipt = story.world.engine.perform(SubmitEnquiry(secrets.token_urlsafe(32), data=data), PUBLIC)
    assert receipt.is_urgent
    story.passes(seconds=5)
    story.passes(minutes=15)
    per_round = len({str(each.recipient["email"]) for each in rung(story)})
    assert len(rung(story)) == 2 * per_round > 0
    answered = AnswerEnquiry(enquiry_of(story).id, "Soita 112.")
    story.world.engine.perform(answered, story.world.actor("paivystaja"))
    story.passes(hours=1)
    assert len(rung(story)) == 2 * per_round


def test_a_notice_that_fails_stays_late_until_it_goes(story: Story) -> None:
    """An urgent matter is never given up, so nothing but its lateness shows that nobody hears of it."""
    story.applies(**NO_BED)
    with story.world.engine.database.transaction() as connection:
        connection.exec_driver_sql(
            "create trigger refuses before insert on outbox_messages when new.kind = 'mail_urgent' "
            "begin select raise(abort, 'no'); end"
        )
    for _ in range(10):
        story.passes(minutes=1)
    assert late(story) >= 600
    with story.world.engine.database.transaction() as connection:
        connection.exec_driver_sql("drop trigger refuses")
    story.passes(seconds=5)
    assert heard(story) == 1
    assert late(story) == 0


def late(story: Story) -> float:
    health = story.world.engine.answer(ReadHealth(), SYSTEM)
    return health.late_seconds("ring", story.world.clock.moment)


@pytest.mark.parametrize("is_enquiry", [True, False])
def test_where_no_on_call_worker_has_an_address_the_managers_hear_of_it(
    story: Story, is_enquiry: bool
) -> None:
    with story.world.engine.database.transaction() as connection:
        connection.execute(update(PEOPLE).where(PEOPLE.c.username == "paivystaja").values(email=""))
    if is_enquiry:
        data = plain.merged(plain.enquiry(story.today), {"in_danger": "yes"})
        story.world.engine.perform(SubmitEnquiry(secrets.token_urlsafe(32), data=data), PUBLIC)
    else:
        story.applies(**NO_BED)
    story.passes(seconds=5)
    managers = {each.email for each in story.world.people.values() if "manager" in each.roles and each.email}
    assert {str(each.recipient["email"]) for each in story.mails if each.kind == "mail_task"} >= managers
    assert managers
    assert rung(story) == []


def notified(story: Story) -> set[tuple[str, str]]:
    """Return who was mailed of what is urgent or waits for staff, and the kind of mail."""
    kinds = ("mail_urgent", "mail_task")
    names = {each.email: name for name, each in story.world.people.items()}
    mails = [(str(each.recipient["email"]), each.kind) for each in story.mails if each.kind in kinds]
    return {(names.get(email, email), kind) for email, kind in mails}


HEADS_HEAR = {("esihenkilo", "mail_task"), ("johtaja", "mail_task")}


@pytest.mark.databases
def test_urgency_in_a_restricted_case_is_heard_at_once_by_the_heads_who_see_it(story: Story) -> None:
    engine = story.world.engine
    engine.settings = replace(engine.settings, on_call=OnCallSettings(email="paivystys@example.invalid"))
    story.applies(has_children="yes", children=CHILDREN, children_with="with_parent")
    caseworker = str(story.world.people["kasittelija"].id)
    children = {"has_children": "yes", "children": CHILDREN, "children_with": "alone"}
    story.does("kirjaaja", "register", **children, restricted="yes", caseworker=caseworker)
    story.passes(minutes=1)
    child = story.child()
    assert child.case.is_restricted
    task = child.task("urgent_measures", None)
    with pytest.raises(NotFound):
        engine.answer(OpenTaskPage(task.id), story.world.actor("paivystaja"))
    assert notified(story) >= HEADS_HEAR
    assert rung(story) == [], "the duty address is read by those to whom the page does not exist"
    link = f"/tasks/{task.id}"
    mails = [each for each in story.mails if str(each.template_values.get("link")).endswith(link)]
    assert {str(each.recipient["email"]) for each in mails} == {
        story.world.people[who].email for who, _ in HEADS_HEAR
    }
    heads = len(mails)
    story.passes(minutes=15)
    mails = [each for each in story.mails if str(each.template_values.get("link")).endswith(link)]
    assert len(mails) == 2 * heads, "until somebody takes it"
    assert engine.answer(OpenTaskPage(task.id), story.world.actor("esihenkilo")).task.id == task.id


def test_only_those_on_call_who_see_the_case_are_rung(story: Story) -> None:
    elsewhere = second_on_call(story)
    with story.world.engine.database.transaction() as connection:
        north = update(PEOPLE).where(PEOPLE.c.id == elsewhere.person_id)
        connection.execute(north.values(team="north", email="toinen@example.invalid", is_active=True))
    story.applies(**NO_BED)
    south = update(CASES).where(CASES.c.id == story.case.id).values(team="south")
    with story.world.engine.database.transaction() as connection:
        connection.execute(south)
    story.passes(seconds=5)
    assert [each.recipient["email"] for each in rung(story)] == [story.world.people["paivystaja"].email]
    assert not notified(story) & HEADS_HEAR


def test_where_only_its_holder_sees_it_the_heads_hear_that_it_is_late(story: Story) -> None:
    story.applies(**NO_BED)
    task, holder = story.task("urgent_measures", None), story.world.actor("paivystaja")
    story.world.engine.perform(ClaimTask(task.id), holder)
    restricted(story)
    story.passes(hours=3, minutes=59)
    assert not notified(story) & HEADS_HEAR
    story.passes(minutes=17)
    assert ("paivystaja", "mail_urgent") in notified(story)
    assert ("johtaja", "mail_task") in notified(story)


CHILDREN = [{"given_names": "Lumi", "family_name": "Keksitty", "born_on": "2019-02-03", "in_finland": "yes"}]
