"""Notes in a case: a call that brings it back, a statement nobody was heard about, a correction, a colleague who is mentioned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from engine.commands.assignments import AssignCase
from engine.commands.notes import KeepNoteDraft, WriteNote
from engine.commands.parties import StopContactByCode
from engine.commands.staff_notices import ReadNotice
from engine.commands.visibility import RecordDisqualification
from engine.domain.cases import CaseState
from engine.domain.disqualification import DisqualificationGround
from engine.domain.notes import (
    ContactEntry,
    NoteDetails,
    NoteKind,
    NotesGone,
    NotesRejected,
    Settled,
    WaysHeld,
    mentioned,
)
from engine.domain.people import PUBLIC, SYSTEM
from engine.domain.staff_notices import NoticeKind
from engine.domain.waits import WaitKind
from engine.errors import Invalid, NotFound
from engine.queries.case_export import ExportCase
from engine.queries.my_cases import NOTED, CaseLine, MyCases, Turn
from engine.queries.notes import NotesPage, OpenNotes
from engine.queries.staff_notices import CountNotices, MyNotices
from engine.storage.sealing import SealingClass
from engine.storage.tables.cases import CASES
from tests.engine.queries.test_sealed_away import SealAway
from tests.stories.test_children import family
from tests.support.party_changes import code_of
from tests.support.story import Story


def writes(story: Story, who: str, details: NoteDetails, *, note_id: UUID | None = None, **more: Any) -> UUID:
    written = note_id or uuid4()
    story.world.engine.perform(WriteNote(story.reference, written, details, **more), story.world.actor(who))
    return written


def refusals(story: Story, who: str, details: NoteDetails) -> dict[str, str]:
    """The sentences beside the fields; empty if the note was taken."""
    try:
        writes(story, who, details)
    except NotesRejected as refused:
        return {name: each.message for name, each in refused.problems.items()}
    return {}


def read(story: Story, who: str = "kasittelija") -> NotesPage:
    return story.world.engine.answer(OpenNotes(story.reference), story.world.actor(who))


def contact(story: Story, **changes: Any) -> NoteDetails:
    """A call with the applicant just now."""
    applicant = next(each for each in story.file.parties if each.kind == "applicant")
    entry = ContactEntry(applicant.id, "", "phone", story.today, "8.30", agreed="Soitan uudelleen.")
    details = NoteDetails(NoteKind.CONTACT, "Hän on turvassa.", contact=entry)
    return replace(details, **changes)


def mails_to(who: str, story: Story) -> list[str]:
    """Kinds of the mails of notices that somebody got."""
    address = f"{who}@example.invalid"
    sent = [mail for mail in story.mails if mail.recipient["email"] == address]
    return [mail.kind for mail in sent if mail.kind in ("mail_notice", "mail_digest")]


def line(story: Story) -> CaseLine:
    found = story.world.engine.answer(MyCases(), story.world.actor("kasittelija")).lines
    return next(each for each in found if each.case.reference == story.reference)


def test_an_agreed_contact_brings_the_case_back_until_a_further_note_takes_its_place(
    registered: Story,
) -> None:
    registered.until("sign_resolution")
    usual = line(registered).back_on
    agreed = registered.today + timedelta(days=1)
    assert agreed < usual
    first = writes(registered, "kasittelija", contact(registered, follow_up_on=agreed))
    assert (line(registered).back_on, line(registered).back_for) == (agreed, NOTED)
    assert line(registered).turn is Turn.OTHERS

    registered.passes(days=1)
    found = line(registered)
    assert (found.wait.kind, found.turn, found.is_mine) == (WaitKind.CONTACT, Turn.MINE, True)
    registered.passes(days=1)
    assert line(registered).turn is Turn.STUCK, "its day has passed"

    writes(registered, "toinen", NoteDetails(NoteKind.WORKING, "Soitettu, kaikki hyvin.", refers_to=first))
    assert line(registered).wait.kind is not WaitKind.CONTACT
    assert line(registered).turn is Turn.OTHERS


def test_what_was_written_stays_and_a_correction_stands_under_it(registered: Story) -> None:
    wrong = contact(registered, text="Hän asuu Turussa.")
    first = writes(registered, "kasittelija", wrong)
    writes(registered, "kasittelija", wrong, note_id=first)
    registered.passes(minutes=5)
    tomorrow = registered.today + timedelta(days=1)
    right = NoteDetails(NoteKind.WORKING, "Hän asuu Tampereella.", refers_to=first, follow_up_on=tomorrow)
    second = writes(registered, "toinen", right)
    writes(registered, "toinen", right, note_id=second)
    assert read(registered).threads[0].further[0].is_open, "a second press takes no day back"
    registered.passes(minutes=5)
    third = writes(registered, "toinen", replace(right, text="Hervannassa.", refers_to=second))

    (thread,) = read(registered).threads
    assert (thread.first.id, thread.first.text) == (first, "Hän asuu Turussa."), "pressed twice, written once"
    assert [each.id for each in thread.further] == [second, third], "all under the first"
    assert registered.events.count("note_written") == 3
    exported = registered.world.engine.answer(
        ExportCase(registered.reference), registered.world.actor("johtaja")
    )
    assert [each["text"] for each in exported["notes"]] == [
        "Hän asuu Turussa.",
        "Hän asuu Tampereella.",
        "Hervannassa.",
    ]
    assert exported["notes"][0]["contact"]["agreed"] == "Soitan uudelleen."

    # One went back to the page and wrote something else on it: nothing of it is lost.
    writes(registered, "kasittelija", replace(wrong, text="Toinen puhelu."), note_id=first)
    assert {each.first.text for each in read(registered).threads} == {"Hän asuu Turussa.", "Toinen puhelu."}


def test_a_statement_of_another_waits_for_a_word_of_the_hearing(registered: Story) -> None:
    registered.until("sign_resolution")
    own = contact(registered, kind=NoteKind.STATEMENT, text="Pomo otti passini.")
    writes(registered, "kasittelija", own)
    assert registered.file.unheard == (), "one's own words are no reason to hear one"
    assert own.contact is not None
    other = replace(own.contact, party_id=None, other="Työnantaja", agreed="")
    stated = replace(own, text="Hän lähti itse.", contact=other)
    first = writes(registered, "kasittelija", stated)
    assert [each.first.id for each in registered.file.unheard] == [first]

    answer = NoteDetails(NoteKind.WORKING, "Luettu hänelle tulkin kanssa.", refers_to=first)
    writes(registered, "kasittelija", answer)
    assert len(registered.file.unheard) == 1, "nobody has written that the person was heard"
    writes(registered, "kasittelija", replace(answer, settles=Settled.HEARD))
    assert registered.file.unheard == ()
    assert "settles" in refusals(registered, "toinen", contact(registered, settles=Settled.HEARD))


def test_an_unsafe_way_or_person_is_recorded_only_with_open_eyes(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="000 000 0009", email=None)
    unsafe = [{"part": "other", "name": "Vaara Keksitty", "reason": "Uhkaa."}]
    story.does("kirjaaja", "register", unsafe_parties=unsafe)
    called = contact(story)
    assert called.contact is not None
    texted = replace(called, contact=replace(called.contact, way="sms"))
    assert set(refusals(story, "kasittelija", texted)) == {"way"}
    guardian = next(each for each in story.file.parties if each.is_unsafe)
    spoken = replace(called, contact=replace(called.contact, party_id=guardian.id))
    assert set(refusals(story, "kasittelija", spoken)) == {"who"}
    assert read(story).threads == ()
    writes(story, "kasittelija", texted, despite=True)
    met = replace(called, contact=replace(called.contact, way="in_person"))
    assert refusals(story, "kasittelija", met) == {}
    assert len(read(story).threads) == 2


def test_a_person_whose_ways_are_checked_is_not_called_dangerous(story: Story) -> None:
    """The mother's telephone and post are not safe: she may be met, and a call is recorded with open eyes."""
    child = family(story)
    mother = next(each for each in child.file.parties if each.kind == "guardian")
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    assert next(each for each in child.file.parties if each.id == mother.id).held_at is not None
    entry = ContactEntry(mother.id, "", "phone", child.today, "")
    called = NoteDetails(NoteKind.CONTACT, "Äiti kertoi lapsesta.", contact=entry)
    (problem,) = refusals(child, "kasittelija", called).values()
    assert problem == WaysHeld.sentence
    assert refusals(child, "kasittelija", replace(called, contact=replace(entry, way="in_person"))) == {}
    writes(child, "kasittelija", called, despite=True)


def test_what_cannot_be_recorded_gets_a_sentence_beside_its_cause(registered: Story) -> None:
    today: date = registered.today
    called = contact(registered)
    assert called.contact is not None
    wrong: dict[str, NoteDetails] = {
        "text": replace(called, text="ä" * 1_000_000),
        "follow_up_on": replace(called, follow_up_on=today - timedelta(days=1)),
        "on": replace(called, contact=replace(called.contact, on=today + timedelta(days=1))),
        "hour": replace(called, contact=replace(called.contact, hour="25.00")),
        "who": replace(called, contact=replace(called.contact, party_id=uuid4())),
        "other": replace(called, contact=replace(called.contact, party_id=None, other="x" * 201)),
        "agreed": replace(called, kind=NoteKind.WORKING),
    }
    for field, details in wrong.items():
        assert set(refusals(registered, "kasittelija", details)) == {field}
    whom = replace(called, contact=replace(called.contact, other="Työnantaja"))
    assert set(refusals(registered, "kasittelija", whom)) == {"other"}, "a party, or somebody else"
    to_come = replace(called, contact=replace(called.contact, hour="23.59"))
    assert set(refusals(registered, "kasittelija", to_come)) == {"hour"}, "nobody called tonight yet"
    assert set(refusals(registered, "toinen", replace(called, text=" \n", contact=None))) == {"text", "who"}
    assert read(registered).threads == ()
    other = Story(registered.world)
    other.applies()
    foreign = writes(other, "kasittelija", NoteDetails(NoteKind.WORKING, "Toinen asia."))
    with pytest.raises(NotFound):
        writes(registered, "kasittelija", replace(called, refers_to=foreign))


def test_a_draft_is_ones_own_until_the_note_is_recorded(registered: Story) -> None:
    actor = registered.world.actor("kasittelija")
    registered.world.engine.perform(KeepNoteDraft(registered.reference, {"text": "Puoli lau"}), actor)
    assert read(registered).draft == {"text": "Puoli lau"}
    assert read(registered, "toinen").draft == {}
    writes(registered, "kasittelija", contact(registered))
    assert read(registered).draft == {}


def test_one_who_is_mentioned_and_then_kept_away_hears_only_that(registered: Story) -> None:
    world = registered.world
    for text, sentence in (("@olematon katso", "Tunnusta"), ("@pohjoinen katso", "Henkilö ei näe")):
        found = refusals(registered, "kasittelija", NoteDetails(NoteKind.WORKING, text))
        assert sentence in found["text"]
    registered.passes(hours=-world.clock.moment.hour + 20)  # A quiet hour: the mail waits.
    note = NoteDetails(NoteKind.WORKING, "@Toinen, katso tätä, @toinen.")
    writes(registered, "kasittelija", note)
    colleague = world.actor("toinen")
    (notice,) = world.engine.answer(MyNotices(), colleague).lines
    assert (notice.kind, notice.reference) == (NoticeKind.MENTION, registered.reference)
    assert world.engine.answer(CountNotices(), colleague) == 1

    keeps_away = RecordDisqualification(
        registered.reference, world.people["toinen"].id, DisqualificationGround.PARTY.value
    )
    world.engine.perform(keeps_away, world.actor("johtaja"))
    (left,) = world.engine.answer(MyNotices(), colleague).lines
    assert (left.kind, left.reference) == (NoticeKind.BARRED, "")
    assert world.engine.answer(CountNotices(), colleague) == 1
    with pytest.raises(NotFound):
        world.engine.perform(ReadNotice(notice.id), colleague)
    world.engine.perform(ReadNotice(left.id), colleague)
    registered.passes(days=2)
    assert mails_to("toinen", registered) == []
    assert "text" in refusals(registered, "kasittelija", note)


@pytest.mark.parametrize("kind", list(NoteKind))
def test_a_note_of_any_kind_notifies_whom_it_mentions_and_refuses_an_unknown_name(
    registered: Story, kind: NoteKind
) -> None:
    details = contact(registered, kind=kind)
    if kind is NoteKind.WORKING:
        details = replace(details, contact=None)
    unknown = refusals(registered, "kasittelija", replace(details, text="@olematon soittaa."))
    assert "Tunnusta ei ole" in unknown["text"]
    assert refusals(registered, "kasittelija", replace(details, text="@toinen soittaa takaisin.")) == {}
    (notice,) = registered.world.engine.answer(MyNotices(), registered.world.actor("toinen")).lines
    assert (notice.kind, notice.reference) == (NoticeKind.MENTION, registered.reference)


def test_what_was_agreed_mentions_too(registered: Story) -> None:
    called = contact(registered).contact
    assert called is not None
    for agreed, found in (("@olematon soittaa.", {"agreed"}), ("@toinen soittaa.", set())):
        entry = replace(called, agreed=agreed)
        assert set(refusals(registered, "kasittelija", contact(registered, contact=entry))) == found
    assert registered.world.engine.answer(CountNotices(), registered.world.actor("toinen")) == 1


def test_a_closed_case_takes_a_note_but_no_day(registered: Story) -> None:
    with registered.world.engine.database.transaction() as connection:
        connection.execute(update(CASES).values(state=CaseState.CLOSED.value))
    assert refusals(registered, "kasittelija", contact(registered)) == {}
    again = contact(registered, follow_up_on=registered.today + timedelta(days=3))
    assert set(refusals(registered, "kasittelija", again)) == {"follow_up_on"}


def test_an_assignment_is_a_notice_to_another_only(registered: Story) -> None:
    world = registered.world
    manager = world.actor("esihenkilo")
    for _ in range(2):
        for who in ("toinen", "kaksoisrooli"):
            giving = AssignCase(registered.reference, world.people[who].id)
            world.engine.perform(giving, manager)
            with pytest.raises(Invalid):
                world.engine.perform(giving, manager)
    # It came twice and went: of each there is one notice, the newer in the place of the older.
    for who in ("toinen", "kaksoisrooli"):
        lines = world.engine.answer(MyNotices(), world.actor(who)).lines
        assert {each.kind for each in lines} == {NoticeKind.ASSIGNMENT, NoticeKind.HANDED_OVER}
        assert world.engine.answer(CountNotices(), world.actor(who)) == 2
    assert world.engine.answer(CountNotices(), manager) == 0
    registered.passes(minutes=1)
    assert mails_to("kaksoisrooli", registered) == ["mail_notice"]


def test_a_mention_is_no_mail_address() -> None:
    text = "@Kaisa ja @mikko.malli. Osoite on matti@example.invalid, @kaisa."
    assert mentioned(text) == ("kaisa", "mikko.malli")


def test_an_erased_case_says_that_the_words_are_gone_and_takes_no_more(registered: Story) -> None:
    world = registered.world
    writes(registered, "kasittelija", contact(registered))
    world.engine.perform(KeepNoteDraft(registered.reference, {"text": "Kesken"}), world.actor("kasittelija"))
    details, case_id = contact(registered), registered.case.id
    with world.engine.database.unit_of_work() as unit:
        gone = [(case_id, each) for each in (SealingClass.NARRATIVE, SealingClass.DECISION)]
        world.engine.stores(unit).vault.destroy(gone)
    page = read(registered)
    assert page.is_erased
    assert page.draft == {}
    assert [(each.first.text, each.first.contact) for each in page.threads] == [("", None)]
    with pytest.raises(NotesGone):
        writes(registered, "kasittelija", details)


def test_notes_of_a_sealed_case_are_read_by_the_director_alone(registered: Story) -> None:
    first = writes(registered, "kasittelija", contact(registered))
    registered.world.engine.perform(SealAway(registered.reference), SYSTEM)
    assert read(registered).threads == ()
    assert registered.read_by("kasittelija").notes == ()
    assert [each.first.id for each in read(registered, "johtaja").threads] == [first]
    with pytest.raises(NotFound):
        writes(registered, "toinen", NoteDetails(NoteKind.WORKING, "Lisäys.", refers_to=first))


def test_what_a_colleague_hears_at_night_reaches_the_caseworker_unasked(registered: Story) -> None:
    world = registered.world
    writes(registered, "paivystaja", contact(registered, text="Soittakaa vain turvakodin numeroon."))
    writes(registered, "paivystaja", NoteDetails(NoteKind.WORKING, "Tarkistin päivystysvuorot."))
    writes(registered, "kasittelija", contact(registered, text="Soitin takaisin."))
    writes(registered, "paivystaja", contact(registered, text="@kasittelija, soita heti."))
    notices = world.engine.answer(MyNotices(), world.actor("kasittelija")).lines
    of_notes = [each for each in notices if each.kind in (NoticeKind.NOTE, NoticeKind.MENTION)]
    assert [each.kind for each in of_notes] == [NoticeKind.MENTION, NoticeKind.NOTE], "none of their own"
    assert {each.reference for each in of_notes} == {registered.reference}
