"""Tasks that a caseworker has from their birth and has not begun: a colleague may take one that is urgent or late, or whose
caseworker is not there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from engine.commands.absences import RecordAbsence
from engine.commands.bulk_acts import BeginBulk, DoBulkLine, UndoBulkLine
from engine.commands.next_task import TakeNext
from engine.commands.tasks import ClaimTask, ReleaseTask, SaveDraft
from engine.commands.visibility import RestrictCase
from engine.domain.bulk_acts import BulkKind
from engine.domain.inbox import View
from engine.domain.staff_notices import NoticeKind
from engine.errors import ClaimedByAnother, NotFound
from engine.queries.bulk_acts import OpenBulk
from engine.queries.inbox import OpenInbox
from engine.queries.next_task import OfferNext
from engine.queries.staff_notices import MyNotices
from engine.queries.task_page import OpenTaskPage
from engine.storage.unit_of_work import UnitOfWork
from tests.support.browsing import signed_in
from tests.support.story import Story

HOLDER, COLLEAGUE = "kasittelija", "toinen"
DRAFT = {"notes": ["Luen hakemusta."]}


@pytest.fixture
def usual(registered: Story) -> Story:
    """A usual case whose next task the caseworker has from its birth."""
    registered.does(HOLDER, "triage_override")
    return registered


def urgent_case(story: Story) -> Story:
    """An urgent case of the same kind."""
    story.applies(in_danger="yes")
    story.until("register")
    story.does("kirjaaja", "register", in_danger="yes", caseworker=str(_id(story, HOLDER)))
    assert _held(story)
    return story


def _id(story: Story, who: str) -> UUID:
    return story.world.people[who].id


def _held(story: Story) -> UUID:
    """Return the task that the caseworker has."""
    (found,) = (each.id for each in story.case_status.tasks if each.assignee_id == _id(story, HOLDER))
    return found


def _is_offered(story: Story, who: str = COLLEAGUE) -> bool:
    """Return True if the list of free tasks, its count, the button and the task's page all offer the held task."""
    task_id, actor = _held(story), story.world.actor(who)
    inbox = story.world.engine.answer(OpenInbox(View.UNASSIGNED), actor)
    listed = [each.task_id for each in inbox.items]
    assert inbox.counts[View.UNASSIGNED] == len(listed)
    assert len(set(listed)) == len(listed), "no task twice"
    in_team = story.world.engine.answer(OpenInbox(View.TEAM), actor).items
    is_offered = task_id in listed
    assert [each.may_be_taken for each in in_team if each.task_id == task_id] == [is_offered]
    assert story.world.engine.answer(OpenTaskPage(task_id), actor).may_take is is_offered
    with story.world.engine.database.view() as connection:
        stores = story.world.engine.stores(UnitOfWork(connection))
        compared = stores.next_tasks.free_for(actor, story.world.clock())
    assert (task_id in {each.task_id for each in compared}) is is_offered
    return is_offered


def _is_refused(story: Story, who: str = COLLEAGUE) -> bool:
    try:
        story.world.engine.perform(ClaimTask(_held(story)), story.world.actor(who))
    except ClaimedByAnother:
        return True
    return False


def _next(story: Story) -> tuple[UUID, str] | None:
    offer = story.world.engine.answer(OfferNext(), story.world.actor(COLLEAGUE)).offer
    return (offer.task.task_id, offer.reason) if offer else None


def _heard(story: Story) -> set[NoticeKind]:
    return {each.kind for each in story.world.engine.answer(MyNotices(), story.world.actor(HOLDER)).lines}


@pytest.mark.databases
def test_an_urgent_task_is_offered_to_a_colleague_and_its_holder_is_notified(story: Story) -> None:
    urgent = urgent_case(story)
    task_id = _held(urgent)
    assert _is_offered(urgent)
    assert _next(urgent) == (task_id, "urgent")
    assert not _is_offered(urgent, HOLDER), "it is theirs"
    urgent.world.engine.perform(TakeNext(task_id), urgent.world.actor(COLLEAGUE))
    taken = next(each for each in urgent.case_status.tasks if each.id == task_id)
    assert taken.assignee_id == _id(urgent, COLLEAGUE)
    assert urgent.case.caseworker_id == _id(urgent, HOLDER), "the case stays theirs"
    assert NoticeKind.HANDED_OVER in _heard(urgent)


@pytest.mark.databases
def test_a_usual_task_is_its_holders_until_it_is_late(usual: Story) -> None:
    assert not _is_offered(usual)
    assert _is_refused(usual)
    due = usual.task("sufficiency").due_at
    assert due is not None
    usual.world.clock.moment = due + timedelta(days=1)
    assert _is_offered(usual)
    assert _next(usual) == (_held(usual), "late")
    assert not _is_refused(usual)


def test_what_its_holder_has_begun_is_theirs(story: Story) -> None:
    urgent = urgent_case(story)
    colleague, holder = urgent.world.actor(COLLEAGUE), urgent.world.actor(HOLDER)
    urgent.world.engine.perform(SaveDraft(_held(urgent), DRAFT), colleague)
    assert _is_offered(urgent), "a colleague's draft begins nothing"
    urgent.world.engine.perform(SaveDraft(_held(urgent), DRAFT), holder)
    assert not _is_offered(urgent)
    assert _next(urgent) is None
    assert _is_refused(urgent)


def test_what_its_holder_has_taken_is_theirs(story: Story) -> None:
    urgent = urgent_case(story)
    task_id, holder = _held(urgent), urgent.world.actor(HOLDER)
    urgent.world.engine.perform(ReleaseTask(task_id), holder)
    urgent.world.engine.perform(ClaimTask(task_id), holder)
    assert not _is_offered(urgent)
    assert _is_refused(urgent)


@pytest.mark.databases
def test_a_task_of_one_who_is_not_there_is_free_and_not_the_next(usual: Story) -> None:
    away = RecordAbsence(HOLDER, usual.today, usual.today + timedelta(days=2))
    usual.world.engine.perform(away, usual.world.actor("esihenkilo"))
    assert _is_offered(usual)
    assert _next(usual) is None, "the table offers no case of a colleague before it is urgent or late"
    usual.passes(days=3)
    assert not _is_offered(usual)
    with usual.world.engine.database.unit_of_work() as unit:
        usual.world.engine.stores(unit).people.change(_id(usual, HOLDER), is_active=False)
    assert _is_offered(usual)
    assert not _is_refused(usual)


def test_a_restricted_case_is_offered_to_nobody_who_does_not_see_it(story: Story) -> None:
    urgent = urgent_case(story)
    restricted = RestrictCase(urgent.reference, "Tuntee epäillyn henkilön.")
    urgent.world.engine.perform(restricted, urgent.world.actor(HOLDER))
    inbox = urgent.world.engine.answer(OpenInbox(View.UNASSIGNED), urgent.world.actor(COLLEAGUE))
    assert _held(urgent) not in {each.task_id for each in inbox.items}
    with pytest.raises(NotFound):
        urgent.world.engine.perform(ClaimTask(_held(urgent)), urgent.world.actor(COLLEAGUE))


def test_list_and_page_have_a_button_for_a_deputy(registered: Story) -> None:
    task_id, words = _held(registered), "Voit ottaa tehtävän itsellesi. Hän saa siitä ilmoituksen."
    registered.world.engine.perform(SaveDraft(task_id, DRAFT), registered.world.actor(HOLDER))
    browser = signed_in(registered.world, COLLEAGUE)

    def claims(path: str) -> bool:
        page = browser.get(path)
        return f"/tasks/{task_id}/claim" in page.tree.xpath("//form/@action")

    assert not claims(f"/tasks/{task_id}")
    assert words not in browser.get(f"/tasks/{task_id}").text
    away = RecordAbsence(HOLDER, registered.today, registered.today, deputy=COLLEAGUE)
    registered.world.engine.perform(away, registered.world.actor("esihenkilo"))
    assert claims(f"/tasks/{task_id}")
    assert claims("/tasks/?view=mine")
    assert words in browser.get(f"/tasks/{task_id}").text


def test_a_colleague_takes_an_urgent_task_by_the_button_of_the_list(story: Story) -> None:
    urgent = urgent_case(story)
    task_id, browser = _held(urgent), signed_in(urgent.world, COLLEAGUE)
    page = browser.get("/tasks/?view=unassigned")
    actions = [form.get("action") for form in page.tree.xpath("//main//form")]
    taken = browser.submits(page, place=actions.index(f"/tasks/{task_id}/claim"))
    assert taken.status == 303
    assert {each.assignee_id for each in urgent.case_status.tasks if each.id == task_id} == {
        _id(urgent, COLLEAGUE)
    }


def test_many_are_taken_at_once_and_given_back(story: Story) -> None:
    urgent = urgent_case(story)
    task_id, colleague = _held(urgent), urgent.world.actor(COLLEAGUE)
    act_id = urgent.world.engine.perform(BeginBulk(BulkKind.CLAIM, [task_id]), colleague)
    (row,) = urgent.world.engine.answer(OpenBulk(act_id), colleague).rows
    assert row.line_id is not None
    urgent.world.engine.perform(DoBulkLine(row.line_id), colleague)
    (taken,) = (each for each in urgent.case_status.tasks if each.id == task_id)
    assert taken.assignee_id == _id(urgent, COLLEAGUE)
    urgent.world.engine.perform(UndoBulkLine(row.line_id), colleague)
    assert _held(urgent) == task_id
    assert _is_offered(urgent), "it is again as it was from its birth"
