"""Files that a person sent along are listed when they read their own matter, and stay with us."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.incoming_files import ExaminedFile
from engine.commands.applications import SubmitApplication
from engine.commands.attachments import AttachToCase, AttachToDraft
from engine.commands.public_drafts import KeepPublicDraft, new_token
from engine.commands.requests import AnswerRequest, KeepReply
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from tests.support import answers as plain
from tests.support.reader import AGREED, Reader, applied, entries, known
from tests.support.story import Story

FILE = ExaminedFile("aino_passi.jpg", "image/jpeg", b"a picture", "clean")


def applied_with_a_file(story: Story) -> Reader:
    """Apply with a file, as the applicant's own page sends it."""
    token = new_token()
    perform = story.world.engine.perform
    perform(KeepPublicDraft(token, "application", {"typed": {}}), PUBLIC)
    perform(AttachToDraft(token, FILE, "Passini kuva"), PUBLIC)
    data = plain.merged(plain.application(story.today), AGREED)
    receipt = perform(SubmitApplication(Channel.SELF, token, data=data), PUBLIC)
    story.reference = receipt.reference
    known(story)
    return Reader(story, receipt.code)


@pytest.mark.databases
def test_files_of_the_application_are_listed_and_logged(story: Story) -> None:
    reader = applied_with_a_file(story)
    staff = story.world.actor("kasittelija")
    story.world.engine.perform(AttachToCase(story.reference, FILE, "Kirje poliisilta"), staff)
    reader.identifies()

    application = reader.reads().application

    assert application is not None
    (file,) = application.files
    assert (file.media_type, file.size, file.description) == ("image/jpeg", 9, "Passini kuva")
    (entry,) = entries(story, "own_case")
    assert str(file.id) in entry["subjects"]


def test_files_of_an_answer_stand_beside_it_and_those_of_others_nowhere(story: Story) -> None:
    reader = applied(story)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    due = story.today + timedelta(days=14)
    rows = [plain.request(each, due) for each in ("applicant", "outside_authority")]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    for request in story.file.requests:
        key = story.opens(request)
        story.world.engine.perform(KeepReply(key, {}, awaits_files=True), PUBLIC)
        story.world.engine.perform(AttachToDraft(key, FILE, request.recipient_role), PUBLIC)
        data = plain.of("information_reply", story.today, story.world)
        story.world.engine.perform(AnswerRequest(key, data=data), PUBLIC)
    reader.identifies()

    own = reader.reads()

    (question,) = own.questions
    (reply,) = question.replies
    assert [each.description for each in reply.files] == ["applicant"]
    assert own.application is not None
    assert own.application.files == ()
