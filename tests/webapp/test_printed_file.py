"""The whole file of a case as one PDF: all forms open, only what the reader may see, and a reading that says the file left."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pikepdf
import pytest
from flask import Flask

from engine.commands.notes import WriteNote
from engine.domain.arrivals import ArrivalKind
from engine.domain.notes import NoteDetails, NoteKind
from engine.domain.people import SYSTEM
from engine.domain.policy import Action
from engine.domain.printed_files import (
    PrintedChapter,
    PrintedEntry,
    PrintedFile,
    PrintedLine,
    PrintedPart,
    PrintedTable,
    reworded,
)
from engine.letters.reading import lines
from engine.queries.access_log import WhoLooked
from engine.queries.case_file import ReadDocument
from tests.engine.queries.test_sealed_away import SealAway
from tests.stories.test_registry import arrives
from tests.support.browsing import Visitor, signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story

SAYS = "Pekka Pahamies uhkasi minua.\n\nSitten lähdin. שלום 🙂"
AT = "Esimerkkitie 2"


def printed(visitor: Visitor, story: Story, **asked: str) -> tuple[str, bytes]:
    """Return the words of the file in one line, and the PDF."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    sent = visitor.client.get(f"/cases/{story.reference}/whole.pdf?{query}")
    assert sent.status_code == 200
    assert sent.headers["Content-Disposition"].startswith("attachment")
    content = sent.get_data()
    return " ".join(lines(content).split()), content


def notes(story: Story, text: str) -> None:
    back = story.today + timedelta(days=7)
    note = WriteNote(story.reference, uuid4(), NoteDetails(NoteKind.WORKING, text, follow_up_on=back))
    story.world.engine.perform(note, story.world.actor("kasittelija"))


@pytest.fixture
def begun(story: Story) -> Story:
    story.applies(
        given_names="Aino",
        family_name="Keksitty",
        what_happened=SAYS,
        safe_channels=["post"],
        email=None,
        postal_address=f"{AT}, 00000 Esimerkkilä",
    )
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


def test_all_that_the_reader_may_see_is_in_one_accessible_file_and_the_log_says_that_it_left(
    begun: Story, app: Flask
) -> None:
    notes(begun, "Muistiin ennen puhelua")
    arrives(begun, ArrivalKind.OTHER, about="Kirje lääkäriltä")
    worker = signed_in(begun.world, "kasittelija", app)
    assert f"/cases/{begun.reference}/whole.pdf" in worker.get(f"/cases/{begun.reference}").links()
    words, content = printed(worker, begun)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked, "tagged, as PDF/UA asks"
        assert str(pdf.Root.Lang) == "fi"
    back = begun.today + timedelta(days=7)
    day_of_return = (
        f"{['ma', 'ti', 'ke', 'to', 'pe', 'la', 'su'][back.weekday()]} {back.day}.{back.month}.{back.year}"
    )
    for expected in (
        "Pekka Pahamies uhkasi minua. Sitten lähdin.",
        "Kirjaaminen",
        "Kaisa Kirjaaja, kirjaaja",
        f"Muistiin ennen puhelua Seuraava yhteydenotto {day_of_return}",
        "Kirje lääkäriltä",
        "Tapaamiset Tässä ei ole mitään.",
    ):
        assert expected in words
    reader = begun.world.actor("johtaja")
    for each in begun.file.documents:
        digest = sha256(begun.world.engine.answer(ReadDocument(each.id), reader)[1]).hexdigest()
        assert digest in words.replace("\u200b", "").replace(" ", "")
    assert "Ketkä ovat katsoneet" not in words
    entries = begun.world.engine.answer(WhoLooked(begun.reference), begun.world.actor("esihenkilo"))
    assert [each["actor_name"] for each in entries if each["action"] == Action.PRINT_CASE] == [
        "Kerttu Käsittelijä"
    ]
    for readers in ("names", "roles"):
        refused = worker.client.get(f"/cases/{begun.reference}/whole.pdf?readers={readers}")
        assert refused.status_code == 403
    _whose_log_it_is(begun, app)


def _whose_log_it_is(begun: Story, app: Flask) -> None:
    """A manager prints who has looked: by name for the house, by role and reason for the person, in their language."""
    manager = signed_in(begun.world, "esihenkilo", app)
    own = manager.get(f"/cases/{begun.reference}/readers/extract").links()
    assert any("readers=roles" in each for each in own)
    assert any("readers=names" in each for each in manager.get(f"/cases/{begun.reference}/readers").links())
    by_name = printed(manager, begun, readers="names")[0].split("Ketkä ovat katsoneet")[-1]
    assert "otti koko asian tulosteena Kerttu Käsittelijä" in by_name
    by_role, content = printed(manager, begun, readers="roles", language="sv")
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "sv"
    listed = by_role.split("Vem som har tittat")[-1]
    assert "handläggare" in listed
    assert "Kerttu" not in listed


def test_what_is_protected_or_sealed_is_in_no_print_and_the_file_says_so(begun: Story, app: Flask) -> None:
    changes(begun, person(begun), is_protected=True)
    notes(begun, f"Hän asuu osoitteessa {AT.lower()}, 00000 Esimerkkilä, ei kerrota.")
    worker = signed_in(begun.world, "kasittelija", app)
    words, _ = printed(worker, begun)
    assert AT.lower() not in words.lower()
    assert "[kohta poistettu: 661/2009 36–37 §], ei kerrota." in words
    assert "suojattua osoitetta ei ole tulosteessa" in words
    begun.world.engine.perform(SealAway(begun.reference), SYSTEM)
    words, _ = printed(worker, begun)
    assert "Asian sisältö on sinetöity" in words
    assert "Lomakkeet ja vastaukset Sinetöity: ennen sinettiä kirjattua ei näytetä tässä." in words
    assert "Pahamies" not in words


def test_every_text_of_a_file_is_reworded() -> None:
    part = PrintedPart("a", (PrintedLine("a", ("a", "a")),))
    chapter = PrintedChapter(
        "a", ("a",), (PrintedEntry("a", "a", (part,)),), (PrintedTable(("a",), (("a",),), "a"),)
    )
    file = PrintedFile("a", "a", "a", "a", "a", "a", ("a",), part.lines, (chapter,))
    assert repr(reworded(file, lambda _: "b")) == repr(file).replace("'a'", "'b'")
