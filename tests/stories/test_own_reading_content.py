"""A person who has identified themselves reads what is theirs, each time with an entry in the log; and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.by_code import OpenQuestionByCode
from engine.commands.requests import AnswerRequest
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from tests.stories.test_adverse_outcomes import adverse
from tests.stories.test_safe_contact import ONLY_POST
from tests.support import answers as plain
from tests.support.reader import Reader, applied, chooses, entries, known, let_in
from tests.support.story import Story


@pytest.mark.databases
def test_the_person_reads_what_they_wrote(story: Story) -> None:
    reader = applied(story, what_happened="Passini otettiin pois.")

    assert reader.identifies()
    own = reader.reads()

    assert own.application is not None
    assert own.application.answers["what_happened"] == "Passini otettiin pois."
    assert (own.letters, own.questions) == ((), ())
    assert "own_reading_opened" in story.events


@pytest.mark.databases
def test_every_reading_is_in_the_log_as_the_persons(story: Story) -> None:
    reader = applied(story)
    reader.identifies()
    reader.reads()
    reader.reads()

    (first, second) = entries(story, "own_case")
    assert first["actor_name"] == "applicant"
    assert (first["roles"], first["person_id"]) == (["applicant"], None)
    assert len(first["subjects"]) == 1
    assert second["previous"] != first["previous"]


def test_questions_to_the_person_are_shown_and_those_to_others_are_not(story: Story) -> None:
    reader = applied(story)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    due = story.today + timedelta(days=14)
    rows = [
        {**plain.request(each, due), "questions": f"Kysymys: {each}"}
        for each in ("applicant", "outside_authority")
    ]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    mine, theirs = sorted(story.file.requests, key=lambda each: each.recipient_role)
    story.answers(mine.reference, answer="Sain rahaa kerran.")
    story.answers(theirs.reference, answer="Salainen tieto muualta.")
    reader.identifies()

    (question,) = reader.reads().questions

    assert question.questions == "Kysymys: applicant"
    (reply,) = question.replies
    assert "Sain rahaa kerran." in reply.answers.values()
    assert not question.is_open


def test_each_part_of_an_answer_is_shown(story: Story) -> None:
    reader = applied(story)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    (request,) = story.file.requests
    for key, text, can in (("a" * 43, "Ensimmäinen osa.", "partly"), ("b" * 43, "Loput.", "yes")):
        opened = OpenQuestionByCode(reader.code, request.reference, key)
        story.world.engine.perform(opened, PUBLIC)
        sent = AnswerRequest(key, data={"can_answer": can, "answer": text})
        story.world.engine.perform(sent, PUBLIC)
        story.passes(minutes=1)
    reader.identifies()

    (question,) = reader.reads().questions

    assert [each.answers["answer"] for each in question.replies] == ["Ensimmäinen osa.", "Loput."]


def test_a_hearing_is_not_shown(story: Story) -> None:
    reader = applied(story)
    story.until("assessment")
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    reader.identifies()

    own = reader.reads()

    assert {each.kind for each in story.file.requests} == {"hearing"}
    assert own.questions == ()


def test_texts_of_others_are_not_shown_to_the_person(story: Story) -> None:
    """A referral, a call written down by staff, a guardian's application: words of others about the person."""
    for begin in (story.is_referred, story.calls, story.applies_for_children):
        begin()
        known(story)
        chooses(story, is_open=True)
        reader = Reader(story, "")
        let_in(reader)
        assert reader.reads().application is None


def test_answers_that_staff_recorded_are_not_shown_as_the_persons(story: Story) -> None:
    reader = applied(story)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    story.does("kasittelija", "information_reply")
    reader.identifies()

    (question,) = reader.reads().questions

    assert question.replies == ()


def test_a_letter_to_somebody_else_is_not_theirs(story: Story) -> None:
    """A child's is served on who speaks for the child."""
    story.applies_for_children()
    known(story)
    chooses(story, is_open=True)
    story.until("record_delivery")
    reader = Reader(story, "")
    let_in(reader)

    assert {each.party_id for each in story.file.deliveries} != {story.file.applicant.id}
    assert reader.reads().letters == ()


def test_a_letter_is_theirs_when_it_has_been_sent_to_them(story: Story) -> None:
    reader = applied(story, electronic_delivery="no")
    chooses(story, is_open=True)
    story.until("sign_resolution")
    reader.identifies()
    assert reader.reads().letters == ()
    story.until("record_delivery")
    assert reader.reads().letters == (), "nobody has handed it over yet"
    story.does("kasittelija", "record_delivery")
    (letter,) = reader.reads().letters

    content = reader.opens_letter(letter.document_id)

    assert content.startswith(b"%PDF")
    assert not letter.is_served_by_opening
    (entry,) = entries(story, "own_letter")
    assert entry["subjects"] == [str(letter.document_id)]
    assert "own_letter_opened" in story.events


def test_no_other_document_is_opened_with_the_key(story: Story) -> None:
    reader = applied(story, electronic_delivery="no")
    chooses(story, is_open=True)
    story.until("record_delivery")
    other = Story(story.world)
    theirs = applied(other, electronic_delivery="no")
    chooses(other, is_open=True)
    other.until("record_delivery")
    other.does("kasittelija", "record_delivery")
    theirs.identifies()
    (letter,) = theirs.reads().letters
    reader.identifies()

    mine = {each.document_id for each in reader.reads().letters}
    for document in (letter.document_id, *(each.id for each in story.file.documents if each.id not in mine)):
        with pytest.raises(NotFound):
            reader.opens_letter(document)
    assert entries(other, "own_letter") == []


@pytest.mark.databases
def test_opening_what_was_sent_electronically_serves_it(story: Story) -> None:
    """13/2003 18 §: with consent, fetched from the authority's server after secure identification; served when fetched."""
    reader = applied(story)
    story.until("open_resolution")
    reader.identifies()
    (letter,) = reader.reads().letters
    assert letter.is_served_by_opening

    reader.opens_letter(letter.document_id)

    (delivery,) = story.file.deliveries
    assert (delivery.channel, delivery.state, delivery.served_on) == ("electronic", "served", story.today)
    assert "open_resolution" not in story.forms
    (again,) = reader.reads().letters
    assert not again.is_served_by_opening
    assert reader.opens_letter(letter.document_id).startswith(b"%PDF")


def test_a_letter_that_was_not_fetched_goes_another_way_and_stays_theirs(story: Story) -> None:
    reader = applied(story)
    story.until("open_resolution")
    story.passes(days=8)
    reader.identifies()

    (letter,) = reader.reads().letters

    assert not letter.is_served_by_opening
    assert reader.opens_letter(letter.document_id).startswith(b"%PDF")
    assert story.file.deliveries[-1].state == "open"


def test_a_letter_that_came_back_by_post_stays_theirs(story: Story) -> None:
    reader = applied(story, electronic_delivery="no", **ONLY_POST)
    chooses(story, is_open=True)
    story.until("post_letter")
    reader.identifies()
    assert reader.reads().letters == (), "nobody has posted it yet"
    story.does("kasittelija", "post_letter")
    assert story.hears("mail_returned")

    (letter,) = reader.reads().letters

    assert story.file.deliveries[-1].state == "returned"
    assert not letter.is_served_by_opening
    assert reader.opens_letter(letter.document_id).startswith(b"%PDF")
