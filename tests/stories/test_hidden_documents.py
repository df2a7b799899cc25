"""Documents that staff registered to the wrong case or twice: nobody reads them from then on, and the register keeps who hid them and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from engine.commands.arrivals import ReturnArrival, SettleArrival
from engine.commands.attachments import AttachToCase
from engine.commands.hidden_documents import HideDocument, ShowDocument
from engine.domain.arrivals import ArrivalKind, CallsFor
from engine.domain.hidden_documents import DecisionRests, HiddenDocument, NotYours
from engine.errors import Invalid, NotFound
from engine.queries.access_log import WhoLooked
from engine.queries.arrivals import OpenHiding
from engine.queries.attachment import ReadAttachment
from engine.queries.case_export import ExportCase
from engine.queries.exported_files import ExportFiles
from engine.queries.preview import PreviewedKind, ReadForPreview
from engine.queries.printed_file import OpenWholeCase
from engine.queries.staff_notices import MyNotices
from engine.storage.tables.attachments import ATTACHMENTS
from tests.stories.test_misfiled_arrivals import moves
from tests.stories.test_misfiled_arrivals import other as other
from tests.stories.test_registry import LETTER, arrives, line, register
from tests.support.story import Story

NAME = "Kirje, jossa on toisen nimi"


def hides(story: Story, document_id: UUID, who: str = "kirjaaja", **changes: Any) -> None:
    reason = changes.pop("reason", "Kuuluu toiseen asiaan.")
    story.world.engine.perform(
        HideDocument(story.reference, document_id, reason, **changes), story.world.actor(who)
    )


def shows(story: Story, document_id: UUID, who: str = "kirjaaja", reason: str = "Kuului tähän.") -> None:
    story.world.engine.perform(ShowDocument(story.reference, document_id, reason), story.world.actor(who))


def hidden(story: Story) -> list[HiddenDocument]:
    return list(register(story).hidden)


def attached(story: Story, who: str = "kasittelija") -> UUID:
    story.world.engine.perform(AttachToCase(story.reference, LETTER, NAME), story.world.actor(who))
    return story.file.attachments[-1].id


@pytest.mark.databases
def test_a_hidden_document_is_read_nowhere_and_the_register_says_who_hid_it_and_why(
    registered: Story,
) -> None:
    wrong = arrives(registered, ArrivalKind.COURT, file=LETTER, about=NAME)
    assert wrong.attachment_id is not None
    engine, head = registered.world.engine, registered.world.actor("johtaja")
    found = line(registered)
    assert found is not None
    assert found.wait.kind == "arrival"
    hides(registered, wrong.id)
    hides(registered, wrong.id)

    assert (registered.file.arrivals, registered.file.attachments) == ((), ())
    (row,) = hidden(registered)
    assert (row.kind, row.arrived_on, row.registered_by_name, row.hidden_by_name, row.reason) == (
        ArrivalKind.COURT,
        wrong.arrived_on,
        wrong.registered_by_name,
        wrong.registered_by_name,
        "Kuuluu toiseen asiaan.",
    )
    assert registered.file.hidden_documents == (row,)
    still = line(registered)
    assert still is not None
    assert still.wait.kind != "arrival", "what it called for waits for nobody"
    for query in (
        ReadAttachment(wrong.attachment_id),
        ReadForPreview(registered.reference, PreviewedKind.ATTACHMENT, wrong.attachment_id),
    ):
        with pytest.raises(NotFound):
            engine.answer(query, head)
    for command in (SettleArrival, ReturnArrival):
        with pytest.raises(NotFound):
            engine.perform(command(registered.reference, wrong.id), registered.world.actor("kasittelija"))
    export = engine.answer(ExportCase(registered.reference), head)
    assert (export["arrivals"], export["attachments"]) == ([], [])
    assert NAME not in str(export)
    assert "Kuuluu toiseen asiaan." in str(export["corrections"])
    assert str(wrong.attachment_id) not in engine.answer(ExportFiles(registered.reference), head)
    whole = engine.answer(OpenWholeCase(registered.reference), head)
    assert NAME not in str(whole.file)
    assert wrong.attachment_id not in whole.digests
    page = engine.answer(OpenHiding(registered.reference, wrong.id), registered.world.actor("kirjaaja"))
    assert (page.document, page.file) == (None, None)
    assert "document_hidden" in registered.events
    looked = engine.answer(WhoLooked(registered.reference), head)
    assert any(each["action"] == "hide_document" for each in looked)


def test_a_document_hidden_by_mistake_is_shown_again_and_waits_again(registered: Story) -> None:
    wrong = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    hides(registered, wrong.id)
    with pytest.raises(Invalid):
        shows(registered, wrong.id, reason=" ")
    shows(registered, wrong.id)
    assert [each.id for each in registered.file.attachments] == [wrong.attachment_id]
    found = line(registered)
    assert found is not None
    assert found.wait.kind == "arrival"
    assert hidden(registered) == []
    reasons = [each.reason for each in registered.file.corrections if each.subject_id == wrong.id]
    assert reasons == ["Kuuluu toiseen asiaan.", "Kuului tähän."]
    hides(registered, wrong.id, reason="Sittenkin väärä.")
    assert [each.reason for each in hidden(registered)] == ["Sittenkin väärä."]


def test_who_registered_it_the_caseworkers_and_the_heads_hide_it(registered: Story) -> None:
    wrong = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    with pytest.raises(NotYours):
        hides(registered, wrong.id, who="paattaja")
    with pytest.raises(Invalid):
        hides(registered, wrong.id, reason="")
    for who in ("kirjaaja", "kasittelija", "johtaja"):
        hides(registered, wrong.id, who=who)
        with pytest.raises(NotYours):
            shows(registered, wrong.id, who="paattaja")
        shows(registered, wrong.id, who=who)


def test_of_one_registered_twice_one_is_hidden_and_the_file_stays_with_the_other(registered: Story) -> None:
    first = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    second = arrives(registered, ArrivalKind.OTHER, again=first.id)
    hides(registered, second.id, reason="Kirjattiin kahdesti.")
    assert [each.id for each in registered.file.arrivals] == [first.id]
    assert [each.id for each in registered.file.attachments] == [first.attachment_id]
    assert first.attachment_id is not None
    hides(registered, first.attachment_id)
    assert (registered.file.arrivals, registered.file.attachments) == ((), ())
    shows(registered, second.id)
    assert [each.id for each in registered.file.attachments] == [first.attachment_id]


def test_a_file_that_staff_added_is_hidden_and_waits_to_be_read_in_its_own_case_with_its_day(
    registered: Story, other: Story
) -> None:
    came_on = registered.today
    file_id = attached(registered)
    registered.passes(days=2)
    with pytest.raises(Invalid):
        hides(registered, file_id, who="kasittelija", into=registered.reference)
    with pytest.raises(NotFound):
        hides(registered, file_id, who="kasittelija", into="2026-999999")
    hides(registered, file_id, who="johtaja", into=other.reference)
    assert registered.file.attachments == ()
    (moved,) = other.file.attachments
    moment = registered.world.clock.moment
    assert (moved.name, moved.description, moved.created_at) == (LETTER.name, NAME, moment)
    (arrival,) = register(other).arrivals
    assert (arrival.about, arrival.arrived_on, arrival.registered_at) == (NAME, came_on, moment)
    assert (arrival.attachment_id, arrival.calls_for, arrival.is_open) == (moved.id, CallsFor.READ, True)
    noticed = registered.world.engine.answer(MyNotices(), registered.world.actor("kasittelija")).lines
    assert [each.kind.value for each in noticed][:1] == ["arrival"]
    assert "arrival_moved_here" in other.events
    _, content = registered.world.engine.answer(
        ReadAttachment(moved.id), registered.world.actor("kasittelija")
    )
    assert content == LETTER.content
    assert [each.id for each in hidden(registered)] == [file_id]


def test_a_hidden_arrival_moves_to_its_own_case_later(registered: Story, other: Story) -> None:
    wrong = arrives(registered, ArrivalKind.OTHER, file=LETTER, about=NAME)
    hides(registered, wrong.id)
    with pytest.raises(NotFound):
        moves(registered, wrong, other, who="paattaja")
    moved = moves(registered, wrong, other)
    assert moved.arrived_on == wrong.arrived_on
    assert [each.id for each in other.file.attachments] == [moved.attachment_id]
    assert hidden(registered) == []
    assert len(register(registered).arrivals) == 1, "the mark of the move"


def test_what_a_signed_decision_rests_on_is_neither_hidden_nor_moved(registered: Story, other: Story) -> None:
    paper = arrives(registered, ArrivalKind.OTHER, file=LETTER, about="Palkkalaskelma maaliskuulta")
    beside = arrives(registered, ArrivalKind.OTHER, about="Kutsu kuulusteluun", sender="Asema")
    registered.until("prepare_resolution")
    registered.does("kasittelija", "prepare_resolution", clarifications="Palkkalaskelma 3/2026")
    hides(registered, paper.id, who="johtaja")
    shows(registered, paper.id, who="johtaja")
    registered.does("paattaja", "sign_resolution")
    for document_id in (paper.id, paper.attachment_id):
        assert document_id is not None
        with pytest.raises(DecisionRests):
            hides(registered, document_id, who="johtaja")
    with pytest.raises(DecisionRests):
        moves(registered, paper, other)
    hides(registered, beside.id)
    registered.passes(hours=1)
    later = arrives(registered, ArrivalKind.OTHER, about="Palkkalaskelma, toisen henkilön")
    hides(registered, later.id)


def test_a_paper_that_shares_a_word_with_what_the_case_bears_otherwise_is_hidden_and_moved(
    registered: Story, other: Story
) -> None:
    strange = arrives(registered, ArrivalKind.OTHER, file=LETTER, about="Hakijan passin kopio")
    second = arrives(registered, ArrivalKind.OTHER, about="Hakijan kirje")
    registered.until("prepare_resolution")
    registered.does("kasittelija", "prepare_resolution", clarifications="Hakijan kertomus 3.12.2026")
    registered.does("paattaja", "sign_resolution")
    hides(registered, strange.id)
    moves(registered, second, other)
    assert "removed_though_cited" not in registered.events


def test_a_head_hides_and_moves_what_a_signed_decision_names_and_that_is_kept(
    registered: Story, other: Story
) -> None:
    about = "Palkkalaskelma maaliskuulta"
    paper = arrives(registered, ArrivalKind.OTHER, file=LETTER, about=about)
    registered.until("prepare_resolution")
    registered.does("kasittelija", "prepare_resolution", clarifications="Palkkalaskelma 3/2026")
    registered.does("paattaja", "sign_resolution")
    for who in ("kirjaaja", "kasittelija"):
        with pytest.raises(DecisionRests):
            hides(registered, paper.id, who=who, though_cited=True)
        with pytest.raises(DecisionRests):
            moves(registered, paper, other, who=who, though_cited=True)
    page = registered.world.engine.answer(
        OpenHiding(registered.reference, paper.id), registered.world.actor("johtaja")
    )
    assert page.is_cited
    with pytest.raises(DecisionRests):
        hides(registered, paper.id, who="johtaja")
    hides(registered, paper.id, who="johtaja", though_cited=True)
    assert [each.reason for each in hidden(registered)] == ["Kuuluu toiseen asiaan."]
    assert registered.events.count("removed_though_cited") == 1
    with pytest.raises(DecisionRests):
        moves(registered, paper, other, who="johtaja")
    moved = moves(registered, paper, other, who="johtaja", though_cited=True)
    assert moved.about == about
    assert registered.events.count("removed_though_cited") == 2


def test_a_file_is_read_no_more_once_all_that_has_it_is_hidden_or_moved(
    registered: Story, other: Story
) -> None:
    first = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    second = arrives(registered, ArrivalKind.OTHER, again=first.id)
    hides(registered, second.id)
    moved = moves(registered, first, other)
    assert registered.file.attachments == ()
    assert first.attachment_id is not None
    with pytest.raises(NotFound):
        registered.world.engine.answer(
            ReadAttachment(first.attachment_id), registered.world.actor("kasittelija")
        )
    assert [each.id for each in other.file.attachments] == [moved.attachment_id]
    shows(registered, second.id)
    assert [each.id for each in registered.file.attachments] == [first.attachment_id]


def test_a_file_that_is_shown_is_hidden_also_when_all_its_arrivals_are(registered: Story) -> None:
    wrong = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    assert wrong.attachment_id is not None
    hides(registered, wrong.id)
    with registered.world.engine.database.unit_of_work() as unit:
        unit.update(ATTACHMENTS, {"id": wrong.attachment_id}, {"hidden_at": None})
    assert len(registered.file.attachments) == 1
    hides(registered, wrong.attachment_id, reason="Jäi näkyviin.")
    assert registered.file.attachments == ()
    assert [each.reason for each in hidden(registered)] == ["Jäi näkyviin."]
