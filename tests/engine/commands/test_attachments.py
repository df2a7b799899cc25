"""Files on their way from a draft to a case, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from engine.casework.incoming_files import ExaminedFile
from engine.commands.applications import SubmitApplication
from engine.commands.attachments import (
    MOST_FILES,
    AttachToCase,
    AttachToDraft,
    DescribeDraftFile,
    DraftFiles,
    RemoveDraftFile,
    TooManyFiles,
    TooMuchInAll,
)
from engine.commands.public_drafts import (
    DestroyExpired,
    DestroyPublicDraft,
    KeepPublicDraft,
    ReadPublicDraft,
    TakeUpPublicDraft,
    new_token,
)
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC, SYSTEM
from engine.errors import NotFound, Unsealable
from engine.queries.access_log import SearchAccessLog
from engine.queries.attachment import ReadAttachment
from engine.storage.sealing import SealingClass
from engine.storage.tables.attachments import ATTACHMENTS, DRAFT_KEYS
from tests.support import answers as plain
from tests.support.key_stores import close_and_plan, erase_due
from tests.support.story import Story
from tests.support.world import World

CONTENT = b"what is in the picture, canary 4711"
FILE = ExaminedFile("passi.jpg", "image/jpeg", CONTENT, "clean")


@pytest.fixture
def token(world: World) -> str:
    """A draft of an application."""
    made = new_token()
    world.engine.perform(KeepPublicDraft(made, "application", {"typed": {}}), PUBLIC)
    return made


def rows(world: World) -> tuple[int, int]:
    with world.engine.database.view() as connection:
        return (
            connection.execute(select(func.count()).select_from(ATTACHMENTS)).scalar_one(),
            connection.execute(select(func.count()).select_from(DRAFT_KEYS)).scalar_one(),
        )


def sent(world: World, story: Story, token: str) -> None:
    answers = plain.application(story.today)
    story.reference = world.engine.perform(
        SubmitApplication(Channel.SELF, token, data=answers), PUBLIC
    ).reference


@pytest.mark.databases
def test_files_of_a_form_belong_to_the_case_once_it_is_sent(world: World, story: Story, token: str) -> None:
    world.engine.perform(AttachToDraft(token, FILE, "Passin kuva"), PUBLIC)

    sent(world, story, token)

    (found,) = story.file.attachments
    assert (found.name, found.description, found.origin) == ("passi.jpg", "Passin kuva", "application")
    read = world.engine.answer(ReadAttachment(found.id), world.actor("kasittelija"))
    assert read[1] == CONTENT
    assert rows(world) == (1, 0), "the draft's own key is gone"


@pytest.mark.databases
def test_a_form_put_aside_and_taken_up_again_has_its_files(world: World, token: str) -> None:
    world.engine.perform(KeepPublicDraft(token, "application", {"typed": {}}, code="1" * 16), PUBLIC)
    world.engine.perform(AttachToDraft(token, FILE), PUBLIC)
    later = new_token()

    assert world.engine.perform(TakeUpPublicDraft("1" * 16, later), PUBLIC) is not None

    assert [each.name for each in world.engine.answer(DraftFiles(later), PUBLIC)] == ["passi.jpg"]
    assert world.engine.answer(DraftFiles(token), PUBLIC) == ()
    assert world.engine.answer(ReadPublicDraft(token), PUBLIC) is None


def test_a_file_can_be_described_and_removed_by_its_own_draft_alone(world: World, token: str) -> None:
    other = new_token()
    world.engine.perform(KeepPublicDraft(other, "application", {"typed": {}}), PUBLIC)
    world.engine.perform(AttachToDraft(token, FILE), PUBLIC)
    (found,) = world.engine.answer(DraftFiles(token), PUBLIC)

    with pytest.raises(NotFound):
        world.engine.perform(DescribeDraftFile(other, found.id, "x"), PUBLIC)
    world.engine.perform(RemoveDraftFile(other, found.id), PUBLIC)
    world.engine.perform(DescribeDraftFile(token, found.id, "Vuokrasopimus"), PUBLIC)
    assert world.engine.answer(DraftFiles(token), PUBLIC)[0].description == "Vuokrasopimus"

    world.engine.perform(RemoveDraftFile(token, found.id), PUBLIC)
    assert world.engine.answer(DraftFiles(token), PUBLIC) == ()


def test_ten_files_and_forty_megabytes_are_the_most(world: World, token: str) -> None:
    large = ExaminedFile("suuri.pdf", "application/pdf", bytes(9 * 1024 * 1024), "clean")
    for _ in range(4):
        world.engine.perform(AttachToDraft(token, large), PUBLIC)
    with pytest.raises(TooMuchInAll):
        world.engine.perform(AttachToDraft(token, large), PUBLIC)
    for _ in range(MOST_FILES - 4):
        world.engine.perform(AttachToDraft(token, FILE), PUBLIC)
    with pytest.raises(TooManyFiles):
        world.engine.perform(AttachToDraft(token, FILE), PUBLIC)


def test_no_file_comes_with_a_question_without_names(world: World) -> None:
    token = new_token()
    world.engine.perform(KeepPublicDraft(token, "enquiry", {"typed": {}}), PUBLIC)

    with pytest.raises(NotFound):
        world.engine.perform(AttachToDraft(token, FILE), PUBLIC)


@pytest.mark.databases
@pytest.mark.parametrize("way", ["left", "expired"])
def test_a_draft_that_goes_takes_its_files_along(world: World, token: str, way: str) -> None:
    world.engine.perform(AttachToDraft(token, FILE), PUBLIC)

    if way == "left":
        world.engine.perform(DestroyPublicDraft(token), PUBLIC)
    else:
        world.clock.passes(days=15)
        world.engine.perform(DestroyExpired(), SYSTEM)

    assert rows(world) == (0, 0)


def test_each_reading_is_logged_before_the_file_leaves(world: World, story: Story) -> None:
    story.applies()
    world.engine.perform(AttachToCase(story.reference, FILE, "Todistus"), world.actor("kasittelija"))
    (found,) = story.file.attachments

    world.engine.answer(ReadAttachment(found.id), world.actor("toinen"))

    entries = world.engine.answer(SearchAccessLog(), world.actor("tarkastaja")).entries
    assert [each.action for each in entries if each.actor_name == "Tuomas Toinen"] == ["read_attachment"]


def test_those_who_may_not_see_the_case_do_not_see_its_files(world: World, story: Story) -> None:
    story.applies(region="south")
    story.does("kirjaaja", "register")
    world.engine.perform(AttachToCase(story.reference, FILE), world.actor("johtaja"))
    (found,) = story.file.attachments

    for username in ("omistaja", "tarkastaja", "yllapitaja"):
        with pytest.raises(Exception, match="oikeutta"):
            world.engine.answer(ReadAttachment(found.id), world.actor(username))


@pytest.mark.databases
def test_erasing_the_case_destroys_its_files(world: World, story: Story) -> None:
    story.applies()
    world.engine.perform(AttachToCase(story.reference, FILE, "Todistus"), world.actor("kasittelija"))
    (found,) = story.file.attachments
    close_and_plan(story, story.today - timedelta(days=1), SealingClass.NARRATIVE)
    erase_due(world.engine)

    (left,) = story.file.attachments
    assert (left.name, left.description, left.is_readable) == ("", "", False)
    with pytest.raises((NotFound, Unsealable)):
        world.engine.answer(ReadAttachment(found.id), world.actor("johtaja"))


def test_neither_name_nor_content_stands_in_the_database(
    world: World, story: Story, token: str, tmp_path: Path
) -> None:
    world.engine.perform(AttachToDraft(token, FILE, "Passin kuva"), PUBLIC)
    before = database_bytes(world, tmp_path / "before")
    sent(world, story, token)
    after = database_bytes(world, tmp_path / "after")

    for secret in (b"canary 4711", b"passi.jpg", b"Passin kuva"):
        assert secret not in before
        assert secret not in after
    assert b"image/jpeg" in after, "the search finds what stands in clear"


def database_bytes(world: World, copy: Path) -> bytes:
    with world.engine.database.view() as connection:
        connection.execute(text("select 1"))
    world.engine.database.backup_to(copy)
    return copy.read_bytes()
