"""A call whose writing down was left: it stands in the inbox, rings, is taken over, and is never destroyed unheard."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from engine.commands.nameless_calls import RecordNamelessCall
from engine.commands.public_drafts import DestroyExpired
from engine.commands.unfinished_calls import CallNotLeft, TakeCallOver, UnfinishedCalls
from engine.commands.urgent_calls import (
    CallRecorded,
    DropUrgentCall,
    KeepUrgentCall,
    OpenUrgentCall,
    RecordUrgentCall,
    UrgentCallPage,
)
from engine.domain.people import SYSTEM
from engine.errors import NotFound
from engine.queries.administration import ReadAdministrationLog
from engine.queries.staff_notices import CountNotices
from engine.storage.tables.cases import PUBLIC_DRAFTS
from tests.stories.test_urgent_calls import SCARED, UNDECIDED
from tests.stories.test_urgent_night import call
from tests.support.browsing import signed_in
from tests.support.story import Story

WRITER, COLLEAGUE, HEAD = "kirjaaja", "paivystaja", "esihenkilo"
TYPED = {"what_happened": ["Hän on tulossa tänne."]}


@pytest.fixture
def left(story: Story) -> UUID:
    """A call that the registrar began to write down and left."""
    call_id = uuid4()
    types(story, call_id)
    return call_id


def types(story: Story, call_id: UUID, who: str = WRITER) -> None:
    story.world.engine.perform(KeepUrgentCall(call_id, TYPED), story.world.actor(who))


def opened(story: Story, call_id: UUID, who: str) -> UrgentCallPage:
    return story.world.engine.answer(OpenUrgentCall(call_id), story.world.actor(who))


def listed(story: Story, who: str) -> list[tuple[str, bool]]:
    found = story.world.engine.answer(UnfinishedCalls(), story.world.actor(who))
    return [(each.writer, each.may_be_taken) for each in found.others]


def mailed(story: Story, who: str, kind: str) -> int:
    address = story.world.people[who].email
    return sum(each.kind == kind and each.recipient["email"] == address for each in story.mails)


@pytest.mark.databases
def test_a_call_that_was_left_rings_until_somebody_goes_on_with_it(story: Story, left: UUID) -> None:
    story.passes(minutes=29)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 0
    story.passes(minutes=2)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 1
    assert mailed(story, WRITER, "mail_urgent") == 1, "its writer may have forgotten it"
    assert mailed(story, HEAD, "mail_task") == 1
    story.passes(minutes=15)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 2
    assert mailed(story, HEAD, "mail_task") == 1, "the heads hear once of each time that it is left"

    types(story, left)
    story.passes(minutes=29)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 2
    story.passes(minutes=17)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 3
    assert mailed(story, HEAD, "mail_task") == 2
    for each in story.mails:
        assert "tulossa" not in str(each.template_values)
        assert str(left) not in str(each.template_values)


@pytest.mark.parametrize("ends", ["drop", "send"])
def test_what_is_dropped_or_sent_rings_no_more(story: Story, left: UUID, ends: str) -> None:
    story.passes(minutes=31)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 1
    writer = story.world.actor(WRITER)
    if ends == "drop":
        story.world.engine.perform(DropUrgentCall(left), writer)
    else:
        sent = call(story, urgent="no", urgency_reason=None, in_danger="no", accommodation_needed="no")
        story.world.engine.perform(RecordUrgentCall(left, sent, {"decided": ["no"]}), writer)
    story.passes(hours=2)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 1
    assert listed(story, COLLEAGUE) == []


def test_it_stands_in_the_inbox_of_those_who_take_calls_and_of_heads_without_a_word_of_it(
    story: Story, left: UUID
) -> None:
    assert listed(story, COLLEAGUE) == [("Kaisa Kirjaaja", False)], "she may be on the phone now"
    story.passes(minutes=31)
    assert listed(story, COLLEAGUE) == [("Kaisa Kirjaaja", True)]
    assert listed(story, HEAD) == [("Kaisa Kirjaaja", False)], "heads take no calls"
    assert story.world.engine.answer(CountNotices(), story.world.actor(COLLEAGUE)) == 1
    pages = {who: signed_in(story.world, who).get("/tasks/") for who in (WRITER, COLLEAGUE, HEAD)}
    assert f"/tasks/urgent/{left}" in pages[WRITER].links()
    for who in (COLLEAGUE, HEAD):
        assert "Kaisa Kirjaaja" in pages[who].text
        assert f"/tasks/urgent/{left}" not in pages[who].links()
        assert "tulossa" not in pages[who].text


@pytest.mark.databases
def test_a_colleague_goes_on_with_what_was_left(story: Story, left: UUID) -> None:
    engine, colleague = story.world.engine, story.world.actor(COLLEAGUE)
    with pytest.raises(CallNotLeft):
        engine.perform(TakeCallOver(left), colleague)
    story.passes(minutes=31)
    engine.perform(TakeCallOver(left), colleague)
    assert opened(story, left, COLLEAGUE).typed == TYPED
    (entry,) = (
        each
        for each in engine.answer(ReadAdministrationLog(), story.world.actor("tarkastaja")).entries
        if each.act == "call_taken_over"
    )
    assert (entry.actor_name, entry.about) == ("Pekka Päivystäjä", "Kaisa Kirjaaja")
    with pytest.raises(NotFound):
        opened(story, left, WRITER)
    with pytest.raises(CallNotLeft):
        engine.perform(TakeCallOver(left), story.world.actor("kasittelija"))

    rung = mailed(story, WRITER, "mail_urgent")
    story.passes(minutes=31)
    assert mailed(story, COLLEAGUE, "mail_urgent") > 1, "what was taken over and left rings again"
    assert mailed(story, WRITER, "mail_urgent") == rung, "it is not theirs any more"
    engine.perform(RecordUrgentCall(left, call(story), {"decided": ["no"]}), colleague)
    assert engine.answer(UnfinishedCalls(), colleague).own == ()


def test_the_writer_who_comes_back_loses_no_word(story: Story, left: UUID) -> None:
    writer = signed_in(story.world, WRITER)
    page = writer.get(f"/tasks/urgent/{left}")
    story.passes(minutes=31)
    colleague = signed_in(story.world, COLLEAGUE, writer.app)
    token = {"form_token": colleague.token(colleague.get("/tasks/"))}
    taken = colleague.post(f"/tasks/urgent/{left}/take", token)
    assert taken.goes_to == f"/tasks/urgent/{left}"
    quietly = {**dict(page.form().form_values()), "go": "quietly"}
    assert writer.client.post("/tasks/urgent/", data=quietly).status_code == 409, "nothing says saved"
    anew = writer.submits(page, "go=save", what_happened="Hän on oven takana.")
    assert anew.goes_to != f"/tasks/urgent/{left}"
    shown = writer.get(anew.goes_to)
    assert "oven takana" in shown.text
    assert "kollega jatkaa" in shown.text
    assert colleague.post(f"/tasks/urgent/{anew.goes_to[-36:]}/take", token).goes_to == "/tasks/"
    assert "Puhelua ei voi ottaa" in colleague.get("/tasks/").text


def test_time_destroys_no_call(story: Story, left: UUID) -> None:
    for _ in range(20):
        story.world.clock.moment += timedelta(days=1)
        story.world.engine.perform(DestroyExpired(), SYSTEM)
    assert opened(story, left, WRITER).typed == TYPED
    assert listed(story, COLLEAGUE) == [("Kaisa Kirjaaja", True)]
    story.passes(seconds=5)
    assert mailed(story, COLLEAGUE, "mail_urgent") == 1


@pytest.mark.databases
@pytest.mark.parametrize("is_nameless", [False, True])
def test_a_page_that_stayed_open_makes_no_second_case_of_a_call_that_a_colleague_recorded(
    story: Story, left: UUID, is_nameless: bool
) -> None:
    engine, writer = story.world.engine, story.world.actor(WRITER)
    again = (RecordUrgentCall(left, call(story), UNDECIDED), RecordNamelessCall(left, SCARED, UNDECIDED))
    page = signed_in(story.world, WRITER).get(f"/tasks/urgent/{left}")
    story.passes(minutes=31)
    engine.perform(TakeCallOver(left), story.world.actor(COLLEAGUE))
    receipt = engine.perform(again[is_nameless], story.world.actor(COLLEAGUE))

    for refused in (KeepUrgentCall(left, TYPED), *again):
        with pytest.raises(CallRecorded):
            engine.perform(refused, writer)

    browser = signed_in(story.world, WRITER)
    quietly = {**dict(page.form().form_values()), "go": "quietly"}
    assert browser.client.post("/tasks/urgent/", data=quietly).status_code == 409, "nothing says saved"
    assert engine.answer(UnfinishedCalls(), writer).own == ()
    recorded = opened(story, left, WRITER).recorded
    assert recorded.reference == receipt.reference
    led = browser.get(f"/tasks/urgent/{left}").goes_to
    assert led == (
        f"/tasks/enquiries/{recorded.enquiry_id}" if is_nameless else f"/cases/{receipt.reference}"
    )
    anew = browser.submits(page, "go=send", what_happened="Hän on oven takana.")
    shown = browser.get(anew.goes_to)
    assert "oven takana" in shown.text, "it may be the next caller's"
    assert f"Tämä puhelu on jo kirjattu: {receipt.reference}." in shown.text
    assert "lisää puuttuva sinne" in shown.text, (
        "what the colleague did not write belongs to what they recorded"
    )


UNOPENABLE = b"\x01 of a day whose key is gone"


@pytest.fixture
def unopenable(story: Story, left: UUID) -> UUID:
    """A call of which an older copy of the database opens no word."""
    with story.world.engine.database.transaction() as connection:
        connection.execute(update(PUBLIC_DRAFTS).values(typed=UNOPENABLE))
    return left


def kept_words(story: Story) -> list[bytes]:
    with story.world.engine.database.view() as connection:
        return [bytes(each) for each in connection.execute(select(PUBLIC_DRAFTS.c.typed)).scalars()]


def test_a_call_whose_words_an_older_copy_opens_no_more_stops_no_chore_and_no_colleague(
    story: Story, unopenable: UUID
) -> None:
    story.world.clock.moment += timedelta(days=13)
    story.world.engine.perform(DestroyExpired(), SYSTEM)
    story.world.engine.perform(TakeCallOver(unopenable), story.world.actor(COLLEAGUE))
    page = signed_in(story.world, COLLEAGUE).get(f"/tasks/urgent/{unopenable}")
    assert NOT_OPENED in page.text
    types(story, unopenable, COLLEAGUE)
    assert UNOPENABLE in kept_words(story), "the key of its day may come back"
    assert opened(story, unopenable, COLLEAGUE).typed == TYPED


NOT_OPENED = "Tästä puhelusta aiemmin kirjoitettua ei voida avata"


def test_a_call_whose_words_do_not_open_is_written_anew_by_its_own_writer(
    story: Story, unopenable: UUID
) -> None:
    writer = signed_in(story.world, WRITER)
    page = writer.get(f"/tasks/urgent/{unopenable}")
    assert NOT_OPENED in page.text
    kept = writer.submits(page, "go=save", what_happened="Hän on oven takana.")
    shown = writer.get(kept.goes_to)
    assert "oven takana" in shown.text
    assert NOT_OPENED not in shown.text
    assert writer.submits(shown, "go=drop").status == 200
