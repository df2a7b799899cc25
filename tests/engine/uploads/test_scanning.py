"""ClamAV, really running, with a signature of our own; and what happens while it is silent."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import update

from engine.casework.incoming_files import examine
from engine.commands.applications import SubmitApplication
from engine.commands.attachments import AttachToCase, AttachToDraft, DraftFiles
from engine.commands.public_drafts import KeepPublicDraft, new_token
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC, SYSTEM
from engine.errors import NotFound
from engine.queries.attachment import NotYetScanned, ReadAttachment
from engine.queries.health import ReadHealth
from engine.settings import ScannerSettings
from engine.storage.tables.attachments import ATTACHMENTS
from engine.uploads import NotScanned, is_infected
from engine.uploads.refusals import FileInfected
from engine.worker import Worker
from tests.support import answers as plain
from tests.support.browsing import adds, visitor
from tests.support.clamd import running
from tests.support.story import Story
from tests.support.uploads import EICAR, paper, picture, telling_png
from tests.support.world import World
from tests.webapp.test_files import at_the_files, stored

pytestmark = pytest.mark.clamav


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScannerSettings]:
    # A path of a socket holds some hundred characters, fewer than a test's own folder may have.
    with running(tmp_path_factory.mktemp("c")) as listening:
        yield listening


@pytest.fixture
def silent(tmp_path: Path) -> ScannerSettings:
    return ScannerSettings(path=str(tmp_path / "nobody"))


def with_eicar() -> bytes:
    """A picture that is one, with the scanners' test text in its comment."""
    return picture(comment=EICAR)


def test_the_scanner_finds_what_it_should_and_nothing_else(scanner: ScannerSettings) -> None:
    assert is_infected(scanner, EICAR)
    assert is_infected(scanner, with_eicar())
    assert not is_infected(scanner, picture())
    assert not is_infected(scanner, paper())


def test_an_infected_file_is_refused_though_the_picture_made_of_it_would_be_clean(
    scanner: ScannerSettings, world: World
) -> None:
    settings = replace(world.engine.settings, scanner=scanner)

    with pytest.raises(FileInfected):
        examine(settings, "kuva.jpg", with_eicar())
    assert examine(settings, "kuva.jpg", picture()).state == "clean"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kuva.jpg", picture(comment=EICAR)),
        ("kuva.png", telling_png(EICAR.decode())),
        ("kirje.pdf", paper(lambda pdf: setattr(pdf.pages[0].obj, "Contents", pdf.make_stream(EICAR)))),
    ],
)
def test_an_infected_file_is_refused_with_a_sentence_and_nothing_is_stored(
    scanner: ScannerSettings, world: World, name: str, content: bytes
) -> None:
    world.engine.settings = replace(world.engine.settings, scanner=scanner)
    browser = visitor(world)
    page = at_the_files(browser)

    page_after = adds(browser, page, (name, content))

    assert page_after.status == 422
    # The name stands apart from the sentence, whichever way it is written.
    assert page_after.problems == [f"\u2068{name}\u2069: {FileInfected().message}"]
    assert "kuva.jpg" in adds(browser, page, ("kuva.jpg", picture())).text
    assert stored(world) == 1


def test_more_than_the_scanner_takes_is_no_clean_file(scanner: ScannerSettings) -> None:
    with pytest.raises(NotScanned):
        is_infected(scanner, bytes(13 * 1024 * 1024))


def test_a_scanner_that_answers_nonsense_is_not_believed(tmp_path: Path) -> None:
    with answering(tmp_path / "s", lambda _: b"OK\0") as scanner, pytest.raises(NotScanned):
        is_infected(scanner, b"x")


@contextmanager
def answering(place: Path, answer: Callable[[bytes], bytes]) -> Iterator[ScannerSettings]:
    """A scanner that gives its answer to whatever was sent."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()
        thread = Thread(target=_answers, args=(listening, answer), daemon=True)
        thread.start()
        yield ScannerSettings(path=str(place))
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _answers(listening: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    # Until the listening ends.
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with connection:
                sent = b""
                while not sent.endswith(bytes(4)):
                    sent += connection.recv(65536)
                connection.sendall(answer(sent))


@pytest.mark.databases
def test_a_file_that_cant_be_scanned_or_opened_holds_up_no_other(
    tmp_path: Path, silent: ScannerSettings, world: World, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.scanning.AT_ONCE", 1)
    world.engine.settings = replace(world.engine.settings, scanner=silent)
    story.applies()
    odd = examine(world.engine.settings, "a.pdf", paper())
    for file in (odd, *(examine(world.engine.settings, "b.jpg", picture()) for _ in range(3))):
        world.engine.perform(AttachToCase(story.reference, file), world.actor("kasittelija"))
    _, erased, spoiled, sound = [each.id for each in story.file.attachments]
    with world.engine.database.transaction() as connection:
        for place, content in ((erased, None), (spoiled, b"\x01" + bytes(60))):
            of_file = update(ATTACHMENTS).where(ATTACHMENTS.c.id == place)
            connection.execute(of_file.values(content=content))

    def answer(sent: bytes) -> bytes:
        return b"Can't allocate memory ERROR\0" if odd.content in sent else b"stream: OK\0"

    with answering(tmp_path / "s", answer) as scanner:
        world.engine.settings = replace(world.engine.settings, scanner=scanner)
        assert Worker(world.engine).scan_files() == 1
        assert Worker(world.engine).scan_files() == 0, "it ends, though some can't be scanned"
    states = {each.id: each.state for each in story.file.attachments}
    assert states[sound] == "clean"
    health = world.engine.answer(ReadHealth(), SYSTEM)
    assert [each.count for each in health.backlogs if each.kind == "file"] == [2], (
        "what is erased waits no more"
    )


@pytest.mark.databases
def test_while_the_scanner_is_silent_nothing_is_lost_and_nothing_is_opened(
    scanner: ScannerSettings, silent: ScannerSettings, world: World, story: Story
) -> None:
    """Kept sealed in quarantine, listed as such; the worker asks again and lets it out."""
    world.engine.settings = replace(world.engine.settings, scanner=silent)
    story.applies()
    worker, reader = world.actor("kasittelija"), world.actor("johtaja")
    file = examine(world.engine.settings, "kuva.jpg", picture())
    world.engine.perform(AttachToCase(story.reference, file), worker)
    (waiting,) = story.file.attachments
    assert waiting.state == "quarantined"

    with pytest.raises(NotYetScanned):
        world.engine.answer(ReadAttachment(waiting.id), reader)
    Worker(world.engine).scan_files()
    assert story.file.attachments[0].state == "quarantined"

    world.engine.settings = replace(world.engine.settings, scanner=scanner)
    assert Worker(world.engine).scan_files() == 1
    assert world.engine.answer(ReadAttachment(waiting.id), reader)[1] == file.content


@pytest.mark.databases
def test_an_infected_file_is_destroyed_and_the_case_shows_it(
    scanner: ScannerSettings, silent: ScannerSettings, world: World, story: Story
) -> None:
    """A PDF is not drawn anew: what the scanner would find in it is there still when it speaks again."""
    world.engine.settings = replace(world.engine.settings, scanner=silent)
    token = new_token()
    world.engine.perform(KeepPublicDraft(token, "application", {"typed": {}}), PUBLIC)
    infected = paper(lambda pdf: setattr(pdf.pages[0].obj, "Contents", pdf.make_stream(EICAR)))
    world.engine.perform(AttachToDraft(token, examine(world.engine.settings, "kirje.pdf", infected)), PUBLIC)
    assert [each.state for each in world.engine.answer(DraftFiles(token), PUBLIC)] == ["quarantined"]
    receipt = world.engine.perform(
        SubmitApplication(Channel.SELF, token, data=plain.application(story.today)), PUBLIC
    )
    story.reference = receipt.reference

    world.engine.settings = replace(world.engine.settings, scanner=scanner)
    Worker(world.engine).scan_files()

    (found,) = story.file.attachments
    assert found.state == "infected"
    assert "attachment_destroyed" in story.events
    assert _unreadable(world, found.id)


def _unreadable(world: World, attachment_id: UUID) -> bool:
    try:
        world.engine.answer(ReadAttachment(attachment_id), world.actor("johtaja"))
    except NotFound:
        return True
    return False
