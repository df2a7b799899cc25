"""Arrivals are registered to any case at any time, each makes the task it calls for, and is on somebody's list until it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.casework.incoming_files import ExaminedFile
from engine.commands.absences import RecordAbsence
from engine.commands.arrivals import RegisterArrival, ReturnArrival, SettleArrival
from engine.commands.staff_notices import DueNotices
from engine.commands.visibility import DeclareDisqualification, RestrictCase
from engine.domain.arrivals import (
    Arrival,
    ArrivalDetails,
    ArrivalGone,
    ArrivalKind,
    ArrivalRejected,
    CallsFor,
    RegisteredAlready,
)
from engine.domain.cases import CaseState
from engine.domain.people import SYSTEM
from engine.domain.waits import WaitKind
from engine.errors import Invalid, NotFound
from engine.queries.arrivals import ArrivalsPage, FindCaseOfArrival, OpenArrivals
from engine.queries.case_export import ExportCase
from engine.queries.my_cases import CaseLine, MyCases, Turn
from engine.queries.staff_notices import MyNotices
from engine.queries.task_page import OpenTaskPage
from engine.storage.sealing import SealingClass
from tests.stories.test_appeals import served
from tests.stories.test_representatives import adds
from tests.support.browsing import signed_in
from tests.support.party_changes import asks
from tests.support.story import Story

LETTER = ExaminedFile("kirje.pdf", "application/pdf", b"%PDF a letter", "clean")


def arrives(
    story: Story, kind: ArrivalKind, who: str = "kirjaaja", file: ExaminedFile | None = None, **changes: Any
) -> Arrival:
    extra = {name: changes.pop(name) for name in ("again", "arrival_id") if name in changes}
    details = ArrivalDetails(
        kind, "post", story.today, "Kirje", sender="Hallinto-oikeus", due_on=story.today + timedelta(days=2)
    )
    command = RegisterArrival(
        story.reference,
        extra.get("arrival_id") or uuid4(),
        replace(details, **changes),
        file,
        extra.get("again"),
    )
    return story.world.engine.perform(command, story.world.actor(who))


def refusals(story: Story, kind: ArrivalKind = ArrivalKind.OTHER, **changes: Any) -> dict[str, str]:
    with pytest.raises(ArrivalRejected) as refused:
        arrives(story, kind, who="kasittelija", **changes)
    return {name: each.message for name, each in refused.value.problems.items()}


def register(story: Story, who: str = "kasittelija") -> ArrivalsPage:
    return story.world.engine.answer(OpenArrivals(story.reference), story.world.actor(who))


def line(story: Story, who: str = "kasittelija") -> CaseLine | None:
    found = story.world.engine.answer(MyCases(), story.world.actor(who)).lines
    return next((each for each in found if each.case.reference == story.reference), None)


def settles(story: Story, arrival: Arrival, who: str = "kasittelija") -> None:
    story.world.engine.perform(SettleArrival(story.reference, arrival.id), story.world.actor(who))


def returns(story: Story, arrival: Arrival, who: str = "kasittelija") -> None:
    story.world.engine.perform(ReturnArrival(story.reference, arrival.id), story.world.actor(who))


@pytest.mark.databases
def test_a_courts_letter_to_a_closed_case_is_on_the_list_until_somebody_has_read_it(
    registered: Story,
) -> None:
    registered.ends()
    assert registered.case.state is CaseState.CLOSED
    assert line(registered) is None
    letter = arrives(registered, ArrivalKind.COURT, file=LETTER)
    assert (letter.calls_for, letter.is_open) == (CallsFor.READ, True)
    assert registered.case.state is CaseState.CLOSED, "a letter that nothing waits for reopens nothing"
    found = line(registered)
    assert found is not None
    assert (found.wait.kind, found.wait.name, found.is_mine) == (WaitKind.ARRIVAL, "court", True)
    assert found.back_on == registered.today + timedelta(days=2)
    noticed = registered.world.engine.answer(MyNotices(), registered.world.actor("kasittelija")).lines
    assert [each.kind.value for each in noticed][:1] == ["arrival"]

    registered.passes(days=4)
    late = line(registered)
    assert late is not None
    assert late.turn is Turn.STUCK
    settles(registered, letter)
    settles(registered, letter)
    assert line(registered) is None
    returns(registered, letter)
    assert line(registered) is not None, "it was pressed by mistake"
    settles(registered, letter)
    assert [each for each in registered.events if "arrival" in each] == [
        "arrival_registered",
        "arrival_settled",
        "arrival_returned",
        "arrival_settled",
    ]
    registered.passes(days=1)
    with pytest.raises(Invalid):
        returns(registered, letter)
    assert line(registered) is None
    (exported,) = registered.world.engine.answer(
        ExportCase(registered.reference), registered.world.actor("johtaja")
    )["arrivals"]
    assert (exported["kind"], exported["sender"], exported["settled_at"] is None) == (
        "court",
        "Hallinto-oikeus",
        False,
    )
    page = register(registered)
    assert page.files[UUID(exported["attachment_id"])].origin == "arrival"
    assert page.kept is not None
    assert page.kept.sealing_class == SealingClass.NARRATIVE


def test_an_appeal_begins_its_own_reception_with_what_the_register_knows(story: Story) -> None:
    served(story)
    appeal = arrives(story, ArrivalKind.APPEAL, file=LETTER, arrived_on=story.today - timedelta(days=1))
    assert (appeal.calls_for, appeal.is_open, appeal.due_on) == (CallsFor.MESSAGE, False, None)
    task = story.task("appeal_arrival")
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kasittelija"))
    assert page.prefilled == {
        "appeal_received_on": appeal.arrived_on,
        "arrival_way": "post",
        "appeal_document": "attached",
    }


def test_a_power_of_attorney_by_post_leads_to_a_new_party(registered: Story) -> None:
    registered.until("sign_resolution")
    power = arrives(registered, ArrivalKind.POWER, sender="Asianajaja Virtanen", file=LETTER)
    assert power.calls_for is CallsFor.PARTY
    found = line(registered)
    assert found is not None
    assert found.wait.kind is WaitKind.ARRIVAL
    adds(registered, "agent", powers=("see_documents",), authorised_on=registered.today)
    settles(registered, power)
    assert "agent" in [each.kind for each in registered.file.parties]
    assert not any(each.is_open for each in register(registered).arrivals)


def test_an_answer_by_post_is_settled_by_being_typed_and_a_late_one_too(registered: Story) -> None:
    asks(registered, "applicant")
    (asked, *_) = [each for each in registered.file.requests if each.is_open]
    reply = arrives(registered, ArrivalKind.REPLY, business_key=asked.reference)
    assert reply.calls_for is CallsFor.REPLY
    registered.does("kasittelija", "information_reply", asked.reference)
    assert not register(registered).arrivals[0].is_open
    with pytest.raises(ArrivalRejected, match="Tarkista"):
        arrives(registered, ArrivalKind.REPLY, business_key="PYYNTÖ-9")
    registered.ends()
    late = arrives(registered, ArrivalKind.REPLY, business_key=asked.reference)
    assert late.calls_for is CallsFor.LATE_REPLY


def test_a_withdrawal_by_post_is_confirmed_with_the_person_and_afterwards_read(registered: Story) -> None:
    registered.until("assessment")
    spoken = arrives(registered, ArrivalKind.WITHDRAWAL, way="phone", sender="Asianajaja Keksitty")
    assert spoken.calls_for is CallsFor.MESSAGE
    page = signed_in(registered.world, "kasittelija").get(f"/cases/{registered.reference}").text
    assert "kertoi muu henkilö, puhelin" in page, "no visit of the applicant"
    assert "hakija peruuttaa" not in page
    assert "withdraw" in registered.forms
    second = arrives(registered, ArrivalKind.WITHDRAWAL, about="Toinen kirje")
    assert second.calls_for is CallsFor.READ, "the first is being confirmed"


def test_what_is_wrong_is_named_beside_its_field_and_nothing_is_registered(registered: Story) -> None:
    assert refusals(
        registered,
        way="kyyhkynen",
        arrived_on=registered.today + timedelta(days=1),
        sender=" ",
        about="",
        due_on=registered.today - timedelta(days=1),
    ).keys() == {"way", "arrived_on", "who", "about", "due_on"}
    assert refusals(registered, sender_id=uuid4()).keys() == {"who"}
    person = registered.file.parties[0].id
    assert refusals(registered, sender_id=person, sender="Poliisi").keys() == {"sender"}, "which of the two?"
    assert refusals(registered, ArrivalKind.COURT, way="phone").keys() == {"way"}, "a letter is no call"
    assert register(registered).arrivals == ()
    early = arrives(registered, ArrivalKind.OTHER, arrived_on=registered.today - timedelta(days=400))
    assert early.arrived_on < registered.case.received_at.date()


def test_a_letter_registered_twice_is_asked_about_and_its_document_is_kept_once(registered: Story) -> None:
    first = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    pressed_twice = arrives(registered, ArrivalKind.OTHER, file=LETTER, arrival_id=first.id)
    assert pressed_twice == first
    with pytest.raises(RegisteredAlready) as asked:
        arrives(registered, ArrivalKind.COURT, file=LETTER)
    assert asked.value.earlier == first.id
    again = arrives(registered, ArrivalKind.OTHER, again=first.id)
    assert (again.attachment_id, again.digest) == (first.attachment_id, first.digest)
    arrives(registered, ArrivalKind.OTHER, file=LETTER, sender="Poliisi")
    on_paper = arrives(registered, ArrivalKind.OTHER, about="Paperilla")
    arrives(registered, ArrivalKind.OTHER, about="Paperilla", again=on_paper.id)
    assert len(register(registered).arrivals) == 5
    assert len(registered.file.attachments) == 2
    with pytest.raises(NotFound):
        arrives(registered, ArrivalKind.OTHER, again=uuid4())


def test_a_case_is_found_by_its_reference_and_a_hidden_one_is_answered_as_one_that_is_not_there(
    registered: Story,
) -> None:
    world = registered.world
    assert world.engine.answer(FindCaseOfArrival(registered.reference), world.actor("kirjaaja"))
    assert not world.engine.answer(FindCaseOfArrival("2026-999999"), world.actor("kirjaaja"))
    restriction = RestrictCase(registered.reference, "Entinen työnantaja kysyy.")
    world.engine.perform(restriction, world.actor("esihenkilo"))
    assert not world.engine.answer(FindCaseOfArrival(registered.reference), world.actor("kirjaaja"))
    with pytest.raises(NotFound):
        arrives(registered, ArrivalKind.OTHER)
    assert arrives(registered, ArrivalKind.OTHER, who="esihenkilo").is_open


def test_nothing_is_registered_to_a_case_whose_content_is_destroyed(registered: Story) -> None:
    engine, case_id = registered.world.engine, registered.case.id
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).vault.destroy([(case_id, SealingClass.NARRATIVE)])
    assert arrives(registered, ArrivalKind.OTHER).is_open, (
        "an appeal may arrive as long as the decision is there"
    )
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).vault.destroy([(case_id, SealingClass.DECISION)])
    with pytest.raises(ArrivalGone):
        arrives(registered, ArrivalKind.OTHER)


def test_the_heads_are_notified_of_an_arrival_where_no_caseworker_is_there(story: Story) -> None:
    def notified(who: str) -> list[str]:
        return [each.kind.value for each in story.asks(MyNotices(), who).lines]

    story.applies()
    arrives(story, ArrivalKind.COURT, due_on=story.today + timedelta(days=1))
    assert notified("esihenkilo") == notified("johtaja") == ["arrival"], "the case has no caseworker"
    story.passes(days=3)
    assert notified("esihenkilo").count("owed") == notified("johtaja").count("owed") == 1

    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    arrives(story, ArrivalKind.COURT)
    assert notified("esihenkilo").count("arrival") == 1, "the caseworker is there"
    until = story.today + timedelta(days=5)
    story.performs(RecordAbsence("kasittelija", story.today, until), "esihenkilo")
    arrives(story, ArrivalKind.POWER)
    assert notified("esihenkilo").count("arrival") == 2, "the caseworker is away, and nobody stands in"
    assert notified("kasittelija").count("arrival") == 2


def owed_to(story: Story, who: str) -> int:
    return [each.kind.value for each in story.asks(MyNotices(), who).lines].count("owed")


def test_heads_who_are_away_are_notified_of_a_late_arrival_where_none_is_there(story: Story) -> None:
    story.applies()
    arrives(story, ArrivalKind.COURT, due_on=story.today + timedelta(days=1))
    until = story.today + timedelta(days=9)
    for head in ("esihenkilo", "johtaja"):
        story.performs(RecordAbsence(head, story.today, until), "esihenkilo")
    story.passes(days=3)
    assert (owed_to(story, "esihenkilo"), owed_to(story, "johtaja")) == (1, 1)
    assert owed_to(story, "kasittelija") == 0


def test_all_who_see_the_case_are_notified_of_a_late_arrival_where_no_head_does(story: Story) -> None:
    story.applies()
    arrives(story, ArrivalKind.COURT, due_on=story.today + timedelta(days=1))
    for head in ("esihenkilo", "johtaja"):
        story.performs(DeclareDisqualification(story.reference, "party"), head)
    story.passes(days=3)
    assert owed_to(story, "kasittelija") == owed_to(story, "kirjaaja") == 1
    assert owed_to(story, "esihenkilo") == owed_to(story, "johtaja") == 0
    assert story.world.engine.answer(DueNotices(), SYSTEM) == (), "no worker begins it anew"
