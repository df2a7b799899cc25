"""Codes that somebody must read to a professional: who has the link and no code can't answer, and the list says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from engine.commands.code_calls import EndCodeCall, ShowAnswerCode
from engine.commands.links import RevokeLink
from engine.commands.texted_codes import EndCodeTexts, LetCodeBeTexted
from engine.domain.calendar import end_of
from engine.domain.code_calls import CallDetails, CallOutcome, NumberSource
from engine.domain.waits import CODE_TO_READ, WaitKind
from engine.queries.my_cases import CaseLine, MyCases, Turn
from engine.settings import MailSettings
from tests.engine.commands.test_statement_budget import counting
from tests.stories.test_locked_links import locks
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World

MOBILE = "050 111 2222"


def asks_by_link(story: Story, recipient: str = "outside_authority", **changes: str) -> None:
    story.is_referred() if recipient == "referrer" else story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työn ehdot")
    row = plain.request(recipient, story.today + timedelta(days=14)) | changes
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.passes(minutes=5)


def shows_code(story: Story) -> ShowAnswerCode:
    call = ShowAnswerCode(story.reference, "REQ-1", uuid4(), elsewhere(story))
    story.world.engine.perform(call, story.world.actor("kasittelija"))
    return call


def reads_code(story: Story, outcome: CallOutcome = CallOutcome.READ) -> None:
    call = shows_code(story)
    end = EndCodeCall(story.reference, call.call_id, outcome)
    story.world.engine.perform(end, story.world.actor("kasittelija"))


def elsewhere(story: Story) -> CallDetails:
    return CallDetails(MOBILE, NumberSource.SWITCHBOARD.value, "Keksilän vaihde", story.today)


def line(story: Story, who: str = "kasittelija") -> CaseLine:
    found = story.world.engine.answer(MyCases(), story.world.actor(who)).lines
    (only,) = (each for each in found if each.case.reference == story.reference)
    return only


def waits_for_code(story: Story) -> bool:
    wait = line(story).wait
    return (wait.kind, wait.form_key) == (WaitKind.CALL, CODE_TO_READ)


def with_gateway(world: World, gateway: str = "{number}@sms.example") -> None:
    mail = MailSettings("mail.example", 25, "", "", "starttls", "viesti@example.invalid")
    world.engine.settings = replace(world.engine.settings, sms_gateway=gateway, mail=mail)


@pytest.mark.parametrize("recipient", ["outside_authority", "referrer"])
def test_an_unread_code_is_its_caseworkers_turn_until_the_requests_day(story: Story, recipient: str) -> None:
    asks_by_link(story, recipient)
    found = line(story)
    assert waits_for_code(story)
    assert (found.turn, found.is_mine) == (Turn.MINE, True)
    assert found.wait.person_id == found.case.caseworker_id
    assert found.wait.until == end_of(story.today + timedelta(days=14))
    assert found.wait.business_key == "REQ-1"

    shows_code(story)
    assert waits_for_code(story), "showing is not giving"
    reads_code(story, CallOutcome.NOT_REACHED)
    assert waits_for_code(story)
    reads_code(story)
    assert line(story).wait.kind is WaitKind.REPLY
    assert line(story).turn is Turn.OTHERS


def test_what_was_opened_or_answered_needs_no_code(story: Story) -> None:
    asks_by_link(story)
    story.opens(story.file.requests[0])
    assert not waits_for_code(story)
    story.answers("REQ-1", can_answer="partly", answer="Osa.")
    assert not waits_for_code(story)


def test_nobody_reads_a_code_to_a_link_that_opens_nothing(story: Story) -> None:
    asks_by_link(story)
    (wanted,) = story.file.requests
    locks(story, story.link_of(wanted), story.code_of(wanted))
    assert line(story).wait.kind is WaitKind.LINK, "a new link comes first"
    caseworker = story.world.actor("kasittelija")
    story.world.engine.perform(RevokeLink(story.reference, "REQ-1"), caseworker)
    assert line(story).wait.kind is WaitKind.REPLY


@pytest.mark.parametrize("changes", [{"recipient": "applicant"}, {"request_channel": "letter"}])
def test_a_person_has_a_code_of_their_own_and_a_letter_needs_none(
    story: Story, changes: dict[str, str]
) -> None:
    asks_by_link(story, **changes)
    assert not waits_for_code(story)


def test_who_gets_the_code_by_text_message_is_not_called_while_texts_leave(
    story: Story, world: World
) -> None:
    with_gateway(world)
    asks_by_link(story)
    assert waits_for_code(story), "no number stands yet"
    caseworker = world.actor("kasittelija")
    world.engine.perform(LetCodeBeTexted(story.reference, "REQ-1", uuid4(), elsewhere(story)), caseworker)
    assert not waits_for_code(story)
    with_gateway(world, gateway="")
    assert waits_for_code(story), "nothing leaves any more"
    with_gateway(world)
    story.passes(minutes=1)
    world.engine.perform(EndCodeTexts(story.reference, "REQ-1"), caseworker)
    assert waits_for_code(story)


def test_a_new_round_by_a_new_link_has_the_same_code(story: Story) -> None:
    asks_by_link(story)
    reads_code(story)
    story.answers("REQ-1", can_answer="partly", answer="Osa.")
    due = (story.today + timedelta(days=20)).isoformat()
    again = {"reply_enough": "ask_again", "new_questions": "Entä palkka?", "new_due_on": due}
    story.does("kasittelija", "review_reply", **again)
    assert line(story).wait.kind is WaitKind.REPLY


def test_the_row_leads_to_the_call_and_the_case_says_that_the_code_is_unread(story: Story) -> None:
    asks_by_link(story)
    worker = signed_in(story.world, "kasittelija")
    words = "Soita vastaajalle ja lue koodi (REQ-1)"
    page = worker.get("/my-cases/")
    (step,) = page.tree.xpath("//a[text()=$words]/@href", words=words)
    assert worker.get(step).heading == "Lue koodi puhelimessa"
    assert "koodi lukematta vastaajalle" in worker.get(f"/cases/{story.reference}").text
    reads_code(story)
    assert words not in worker.get("/my-cases/").text
    assert "koodi lukematta vastaajalle" not in worker.get(f"/cases/{story.reference}").text


@pytest.mark.databases
def test_the_list_asks_as_much_for_three_unread_codes_as_for_one(world: World) -> None:
    def asked() -> int:
        with counting(world.engine) as counted:
            world.engine.answer(MyCases(), world.actor("kasittelija"))
        return len(counted.statements)

    asks_by_link(Story(world))
    asked()
    one = asked()
    for _ in range(2):
        asks_by_link(Story(world))
    assert asked() <= one
