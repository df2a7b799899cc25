"""My cases: all that is one's own, on anybody's turn, each with the person it waits for and a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import day_of
from engine.commands.absences import RecordAbsence
from engine.domain.inbox import DueWithin, Order, TaskFilter, Urgency
from engine.domain.waits import WaitKind
from engine.queries.my_cases import CaseLine, MyCases, Turn
from engine.queries.oversight import WatchOver
from engine.queries.whose_cases import Whose
from tests.stories.test_codes_to_read import reads_code
from tests.support import answers as plain
from tests.support.story import Story


def lines(story: Story, who: str, whose: Whose = Whose.MINE) -> tuple[CaseLine, ...]:
    return story.world.engine.answer(MyCases(whose), story.world.actor(who)).lines


def line(story: Story, who: str, whose: Whose = Whose.MINE) -> CaseLine:
    (only,) = lines(story, who, whose)
    return only


def asks(story: Story, channel: str = "link", recipient: str = "applicant", days: int = 14) -> None:
    due = story.today + timedelta(days=days)
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    row = plain.request(recipient, due) | {"request_channel": channel}
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Siksi.")
    story.passes(minutes=5)


def test_a_caseworker_named_at_registration_has_the_first_task(registered: Story) -> None:
    (task,) = registered.file.tasks
    assert task.assignee_id == registered.world.people["kasittelija"].id
    found = line(registered, "kasittelija")
    assert (found.turn, found.wait.kind, found.is_mine) == (Turn.MINE, WaitKind.TASK, True)
    assert found.name == "Aino Esimerkki Keksitty"


def test_the_first_task_of_one_who_is_away_stays_free_for_the_team(story: Story) -> None:
    away = RecordAbsence("kasittelija", story.today, story.today + timedelta(days=3))
    story.world.engine.perform(away, story.world.actor("johtaja"))
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    assert story.file.tasks[0].assignee_id is None


def test_the_look_at_urgency_has_a_day_and_comes_before_what_is_due_later(registered: Story) -> None:
    task = registered.task("triage_override")
    assert task.due_at is None
    assert task.follow_up_at is not None
    later = Story(registered.world)
    later.applies()
    later.until("sufficiency")
    assert registered.work_of("kasittelija") == ["triage_override", "sufficiency"]


@pytest.mark.parametrize("channel", ["phone", "in_person"])
def test_a_question_that_a_caseworker_asks_is_their_turn(registered: Story, channel: str) -> None:
    registered.does("kasittelija", "triage_override")
    asks(registered, channel)
    registered.does("kasittelija", "ask_aloud", ask_way=channel)
    found = line(registered, "kasittelija")
    assert (found.wait.kind, found.turn, found.is_mine) == (WaitKind.CALL, Turn.MINE, True)
    assert found.wait.channel == channel
    assert found.due_at is not None


def test_a_case_that_waits_for_an_answer_stays_in_the_list_with_whom_since_when_and_a_day(
    registered: Story,
) -> None:
    registered.does("kasittelija", "triage_override")
    asks(registered, "link", "outside_authority")
    reads_code(registered)
    assert registered.work_of("kasittelija") == []
    found = line(registered, "kasittelija")
    assert (found.wait.kind, found.turn) == (WaitKind.REPLY, Turn.OTHERS)
    assert found.wait.role == "outside_authority"
    assert day_of(found.wait.since) == registered.today
    assert registered.today < found.back_on <= registered.today + timedelta(days=14)


def test_what_a_manager_is_late_with_stands_first_in_the_caseworkers_list(registered: Story) -> None:
    registered.does("kasittelija", "triage_override")
    asks(registered, "link", "outside_authority")
    registered.passes(days=50)
    assert "stalled_request" in registered.forms
    found = line(registered, "kasittelija")
    assert found.turn is Turn.STUCK
    assert found.is_stalled


def test_an_unsigned_decision_past_its_day_is_late_for_the_caseworker_too(registered: Story) -> None:
    registered.until("sign_resolution")
    assert line(registered, "kasittelija").turn is Turn.OTHERS
    registered.passes(days=80)
    found = line(registered, "kasittelija")
    assert (found.turn, found.is_mine) == (Turn.STUCK, False)
    assert found.due_at is not None
    assert found.due_at < registered.world.clock.moment


def test_a_decision_held_to_a_day_far_ahead_is_looked_at_in_turns(registered: Story) -> None:
    registered.until("sign_resolution")
    later = registered.today + timedelta(days=300)
    registered.does("paattaja", "sign_resolution", because={"hold_until": "Siksi."}, hold_until=str(later))
    found = line(registered, "kasittelija")
    assert registered.today < found.back_on <= registered.today + timedelta(days=14)


def test_service_has_the_day_of_the_ledger(registered: Story) -> None:
    registered.until("sign_resolution")
    registered.does("paattaja", "sign_resolution")
    registered.passes(hours=30)
    while "record_delivery" not in registered.forms and "post_letter" not in registered.forms:
        registered.passes(days=1)
    waits = [each for each in lines(registered, "kasittelija") if each.wait.kind is WaitKind.TASK]
    assert waits
    assert all(each.due_at is not None for each in waits)


def test_danger_and_unsafe_people_are_marked(story: Story) -> None:
    story.applies(in_danger="yes")
    unsafe = [{"part": "other", "name": "Vaara Keksitty", "reason": "Uhkaa."}]
    story.does("kirjaaja", "register", in_danger="yes", unsafe_parties=unsafe)
    found = line(story, "esihenkilo", Whose.NOBODYS)
    assert found.warnings.is_in_danger
    assert found.warnings.unsafe == ("other",)


def test_a_deputy_has_the_cases_of_one_who_is_away_and_a_head_those_without_a_deputy(
    registered: Story,
) -> None:
    world, today = registered.world, registered.today
    away = RecordAbsence("kasittelija", today, today + timedelta(days=5), "toinen")
    world.engine.perform(away, world.actor("johtaja"))
    assert line(registered, "toinen", Whose.STANDING_IN).case.reference == registered.reference
    assert lines(registered, "esihenkilo", Whose.NOBODYS) == ()
    world.engine.perform(
        RecordAbsence(
            "kasittelija",
            today,
            today + timedelta(days=5),
            absence_id=world.people["kasittelija"].absences[0].id,
        ),
        world.actor("johtaja"),
    )
    assert lines(registered, "toinen", Whose.STANDING_IN) == ()
    assert line(registered, "esihenkilo", Whose.NOBODYS).case.reference == registered.reference


def test_a_restricted_case_is_no_deputys_and_stays_with_the_heads(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes", caseworker=str(story.world.people["kasittelija"].id))
    away = RecordAbsence("kasittelija", story.today, story.today + timedelta(days=5), "toinen")
    story.world.engine.perform(away, story.world.actor("johtaja"))
    assert lines(story, "toinen", Whose.STANDING_IN) == ()
    assert line(story, "esihenkilo", Whose.NOBODYS).case.reference == story.reference


def test_a_colleague_sees_nothing_of_it_and_one_who_is_disqualified_neither(story: Story) -> None:
    story.applies()
    story.does(
        "kirjaaja",
        "register",
        caseworker=str(story.world.people["kasittelija"].id),
        disqualified_staff="yes",
        disqualified_person=str(story.world.people["toinen"].id),
        disqualified_reason="Sukulainen.",
    )
    for whose in Whose:
        assert lines(story, "toinen", whose) == ()


def test_the_list_is_narrowed_by_each_question_and_sorted(registered: Story) -> None:
    world = registered.world
    asking = Story(world)
    asking.applies()
    asking.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    asking.does("kasittelija", "triage_override")
    asks(asking, "link", "outside_authority")

    def left(**narrowed: object) -> set[str]:
        query = MyCases(narrowed=TaskFilter(**narrowed))  # type: ignore[arg-type]  # as the test writes them
        return {each.case.reference for each in world.engine.answer(query, world.actor("kasittelija")).lines}

    assert left() == {registered.reference, asking.reference}
    assert left(form_key="triage_override") == {registered.reference}
    assert left(follow_up=DueWithin.WEEK) == {registered.reference}
    assert left(language="so") == left(urgency=Urgency.URGENT) == left(team="north") == set()
    assert left(is_stalled=True) == left(due=DueWithin.LATE) == set()
    asking.passes(days=50)
    assert left(is_stalled=True) == {asking.reference}
    assert asking.reference in left(due=DueWithin.LATE)
    oldest = MyCases(narrowed=TaskFilter(order=Order.OLDEST))
    found = world.engine.answer(oldest, world.actor("kasittelija")).lines
    assert [each.turn for each in found] == sorted((each.turn for each in found), key=list(Turn).index)


def test_the_number_beside_a_list_is_of_all_of_it_where_it_is_narrowed_too(registered: Story) -> None:
    engine, worker = registered.world.engine, registered.world.actor("kasittelija")
    whole = engine.answer(MyCases(), worker)
    narrowed = engine.answer(MyCases(narrowed=TaskFilter(language="ar")), worker)
    assert (len(whole.lines), len(narrowed.lines)) == (1, 0)
    assert whole.counts == narrowed.counts == {Whose.MINE: 1, Whose.STANDING_IN: 0, Whose.NOBODYS: 0}


def test_a_manager_counts_the_cases_and_the_tasks_of_a_person(registered: Story) -> None:
    for _ in range(2):
        more = Story(registered.world)
        more.applies()
        more.does("kirjaaja", "register", caseworker=str(more.world.people["kasittelija"].id))
        more.does("kasittelija", "triage_override")
    seen = registered.world.engine.answer(WatchOver(), registered.world.actor("esihenkilo"))
    carried = next(each for each in seen.load if each.person.username == "kasittelija")
    assert (carried.cases, carried.open_tasks) == (3, 3)
