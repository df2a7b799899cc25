"""Words that people write beside forms, in commands of their own: found in clear nowhere.

Forms themselves: test_canaries.py; answers that are chosen: test_canaries_chosen.py. A new field of a command whose name promises words fails here until it is written or named.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, get_args, get_type_hints
from uuid import uuid4

import pytest

from engine.casework.incoming_files import ExaminedFile
from engine.commands.arrivals import RegisterArrival
from engine.commands.attachments import AttachToCase, AttachToDraft, DescribeDraftFile, DraftFiles
from engine.commands.by_code import AddByCode
from engine.commands.case_links import HandleApart, HandleTogether, LinkCases, UnlinkCases
from engine.commands.consents import ConsentDetails, RecordConsent, WithdrawConsent
from engine.commands.corrections import ClarifyRecord, CorrectRecord
from engine.commands.deadlines import ExtendDeadline
from engine.commands.emergencies import OpenInEmergency
from engine.commands.given_copies import BeginCopy, EndCopy, WithholdFromCopy
from engine.commands.hidden_documents import HideDocument, ShowDocument
from engine.commands.legal_holds import LiftHold, PlaceHold
from engine.commands.meetings import BookMeeting, EndMeeting
from engine.commands.notes import WriteNote
from engine.commands.parties import AddParty, ChangeParty, RemoveParty
from engine.commands.public_drafts import KeepPublicDraft, new_token
from engine.commands.saved_views import KeepView
from engine.commands.taken_back import RecordTakingBack, RecordWithdrawal
from engine.commands.visibility import (
    LiftDisqualification,
    LiftRestriction,
    RecordDisqualification,
    RestrictCase,
)
from engine.domain.arrivals import ArrivalDetails, ArrivalKind, Misfiled
from engine.domain.given_copies import PROVISIONS, CopyDetails, CopyGround, IdentityProof
from engine.domain.inbox import TaskFilter, View
from engine.domain.meetings import MeetingDetails, MeetingState
from engine.domain.notes import ContactEntry, NoteDetails, NoteKind
from engine.domain.parties import Ground, PartyDetails
from engine.domain.people import PUBLIC
from engine.errors import Invalid, Refusal
from engine.executor import Command, Query
from engine.queries.case_export import ExportCase
from engine.queries.duplicates import LikelyDuplicatesOf
from engine.queries.exported_files import ExportFiles
from engine.queries.search import FindCases
from tests.conventions.test_canaries import Canaries, files_of, leaks, metadata_of_letters, rows_of
from tests.support.browsing import visitor
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.use_cases import all_of_them
from tests.support.world import World

WORDS = {
    "reason", "reasons", "note", "text", "description", "comment", "answer", "wanted", "identity", "contact",
    "remark", "explanation", "words", "story", "clarification", "sender", "interpreter", "barred",
}  # fmt: skip
"""Names of fields in which somebody writes."""
ASKED_IN_QUERIES = {"text", "purpose", "given_names", "family_name", "email", "phone"}
"""Names of fields in which somebody types what they look for, or why."""
ELSEWHERE = {
    "answer": "AnswerEnquiry: test_canaries; of passkeys: no words, but what a device computed",
    "reasons": "CompleteTask: the days' reasons, in the answers' own class",
}
NOT_OF_A_PERSON = {
    "AddPerson", "AddServiceAccount", "Appoint", "Invite", "ReopenPerson", "SetRoles", "SetTeam",
    "DeployProcesses", "DiscardModelDraft", "RequestPublication", "ReturnToEditing",
    "ProveAtProvider", "SignInAtProvider", "ReviewText",
    "AddReceiver", "FindPeople",
}  # fmt: skip
"""Why somebody of the staff or a program gets a power or a model is changed, who of them signs in, how a public text is
worded: it is shown in words."""


class Written:
    """Performs commands with a canary in each field of words, and remembers in which."""

    def __init__(self, world: World, canaries: Canaries) -> None:
        self.world = world
        self.canaries = canaries
        self.fields: set[tuple[str, str]] = set()

    def word(self, command: type[Command[Any] | Query[Any]], name: str) -> str:
        self.fields.add((command.__name__, name))
        number = len(self.canaries.known)
        return self.canaries.known.setdefault(
            (command.__name__, name),
            f"Sanottu {self.canaries.letters}{number} puhelimessa, joten tämä tehtiin heti.",
        )

    def ground(self, command: type[Command[Any]]) -> Ground:
        return Ground("call", self.world.clock().date(), self.word(command, "reason"))

    def performs(self, command: Command[Any], who: str = "johtaja") -> Any:
        return self.world.engine.perform(command, self.world.actor(who))


def writes_of_a_case(written: Written, story: Story) -> None:
    file = replace(
        ExaminedFile("a.pdf", "application/pdf", b"x", "clean"), name=f"{written.canaries.letters}7.pdf"
    )
    written.performs(AttachToCase(story.reference, file, written.word(AttachToCase, "description")))
    written.performs(RestrictCase(story.reference, written.word(RestrictCase, "reason")))
    reason = written.word(OpenInEmergency, "reason")
    written.performs(OpenInEmergency(story.reference, "", "danger", reason), "paivystaja")
    wanted = written.word(OpenInEmergency, "wanted")
    written.performs(OpenInEmergency(wanted, "1.1.1990", "danger", reason), "paivystaja")
    written.performs(LiftRestriction(story.reference, written.word(LiftRestriction, "reason")))
    barred = story.world.people["toinen"].id
    written.performs(RecordDisqualification(story.reference, barred, "other"), "esihenkilo")
    written.fields.add(("RecordDisqualification", "ground"))  # one of a list
    lifted = LiftDisqualification(story.reference, barred, written.word(LiftDisqualification, "reason"))
    written.performs(lifted)
    until = story.today + timedelta(days=400)
    written.performs(ExtendDeadline(story.reference, "target", until, "workload"), "esihenkilo")
    written.fields.add(("ExtendDeadline", "reason"))  # one of a list
    note = written.word(RecordConsent, "note")
    consent = ConsentDetails(
        "information_request", "outside_authority", "fi", "phone", story.today, note=note
    )
    given = written.performs(RecordConsent(story.reference, consent, is_given=True), "kasittelija")
    taken = WithdrawConsent(
        story.reference, given, story.today, "phone", note=written.word(WithdrawConsent, "note")
    )
    written.performs(taken, "kasittelija")
    written.performs(KeepView(written.canaries.letters, View.TEAM, TaskFilter()), "kasittelija")


def writes_of_parties(written: Written, story: Story) -> None:
    name = {
        "given_names": written.word(AddParty, "identity"),
        "family_name": written.word(AddParty, "identity"),
    }
    contact = {"safe_times": written.word(AddParty, "contact")}
    shape = PartyDetails("representative", name, contact)
    party_id = written.performs(AddParty(story.reference, shape, written.ground(AddParty)), "kasittelija")
    party = next(each for each in story.file.parties if each.id == party_id)
    changed = PartyDetails(
        party.kind,
        {**name, "given_names": written.word(ChangeParty, "identity")},
        {"safe_times": written.word(ChangeParty, "contact")},
    )
    ground = written.ground(ChangeParty)
    written.performs(ChangeParty(story.reference, party.id, party.version, changed, ground), "kasittelija")
    party = next(each for each in story.file.parties if each.id == party_id)
    ground = written.ground(RemoveParty)
    written.performs(RemoveParty(story.reference, party.id, party.version, ground), "kasittelija")


def writes_of_records(written: Written, story: Story) -> None:
    known = {each.form_key: each for each in story.file.submissions}
    text, ground = written.word(ClarifyRecord, "text"), written.ground(ClarifyRecord)
    clarified = ClarifyRecord(story.reference, known["application"].id, text, ground)
    written.performs(clarified, "kasittelija")
    record = known["register"]
    plain = {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in record.answers.items()
        if value is not None
    }
    corrected = CorrectRecord(story.reference, record.id, 0, written.ground(CorrectRecord), data=plain)
    with pytest.raises(Refusal):
        # Nothing differs: what was written beside it must not stay anywhere either.
        written.performs(corrected, "kasittelija")


def writes_with_a_code(written: Written, story: Story) -> None:
    engine = written.world.engine
    assert story.receipt
    engine.perform(AddByCode(story.receipt.code, written.word(AddByCode, "text")), PUBLIC)
    token = new_token()
    engine.perform(KeepPublicDraft(token, "application", {}), PUBLIC)
    file = ExaminedFile(f"{written.canaries.letters}8.pdf", "application/pdf", b"x", "clean")
    engine.perform(AttachToDraft(token, file, written.word(AttachToDraft, "description")), PUBLIC)
    (attached,) = engine.answer(DraftFiles(token), PUBLIC)
    described = DescribeDraftFile(token, attached.id, written.word(DescribeDraftFile, "description"))
    engine.perform(described, PUBLIC)


def writes_of_relations(written: Written, story: Story) -> None:
    other = Story(story.world)
    other.applies()
    pair = (story.reference, other.reference)
    linked = written.performs(LinkCases(*pair, "family", written.word(LinkCases, "reason")))
    written.performs(UnlinkCases(story.reference, linked, written.word(UnlinkCases, "reason")))
    written.performs(HandleTogether(*pair, written.word(HandleTogether, "reason")))
    written.performs(HandleApart(story.reference, written.word(HandleApart, "reason")))
    until = story.today + timedelta(days=30)
    written.performs(PlaceHold(story.reference, written.word(PlaceHold, "reason"), until), "esihenkilo")
    written.performs(LiftHold(story.reference, written.word(LiftHold, "reason")))
    agreed = written.word(WriteNote, "contact")
    entry = ContactEntry(None, "Ystävä", "phone", story.today, "", agreed=agreed)
    note = NoteDetails(NoteKind.CONTACT, written.word(WriteNote, "text"), entry)
    written.performs(WriteNote(story.reference, uuid4(), note, despite=True), "kasittelija")


def writes_of_copies(written: Written, story: Story) -> None:
    recipient, passport = written.word(BeginCopy, "recipient"), written.word(BeginCopy, "proof_words")
    details = CopyDetails(
        recipient, CopyGround.LAW, "1/2000 1 §", IdentityProof.OFFICE, passport, story.today
    )
    begun = BeginCopy(story.reference, uuid4(), details)
    written.performs(begun, "kasittelija")
    piece, reason = f"party {story.file.parties[0].id}", written.word(WithholdFromCopy, "reason")
    withheld = WithholdFromCopy(story.reference, begun.copy_id, "", piece, PROVISIONS[0], reason)
    written.performs(withheld, "kasittelija")
    why = written.word(EndCopy, "not_given_why")
    written.performs(EndCopy(story.reference, begun.copy_id, None, not_given_why=why), "kasittelija")


def takes_a_withdrawal_back(written: Written, story: Story) -> None:
    source, wish = (written.word(RecordWithdrawal, name) for name in ("source", "words"))
    brought = RecordWithdrawal(story.reference, "phone", story.today, "other", source, wish)
    written.performs(brought, "kasittelija")
    words = written.word(RecordTakingBack, "words")
    written.performs(RecordTakingBack(story.reference, "phone", story.today, "person", words), "kasittelija")


def writes_of_the_registry(written: Written, story: Story) -> None:
    about, sender = (written.word(RegisterArrival, name) for name in ("about", "sender"))
    arrival = ArrivalDetails(ArrivalKind.OTHER, "post", story.today, about, sender=sender, due_on=story.today)
    registered = written.performs(RegisterArrival(story.reference, uuid4(), arrival))
    for act in (HideDocument, ShowDocument):
        written.performs(act(story.reference, registered.id, written.word(act, "reason")))
    wrong = Story(story.world)
    wrong.applies()
    arrived = written.performs(RegisterArrival(wrong.reference, uuid4(), replace(arrival, about="Kirje")))
    misfiled = Misfiled(wrong.reference, arrived.id, written.word(RegisterArrival, "reason"))
    moves = replace(arrival, about="Kirje")
    written.performs(RegisterArrival(story.reference, uuid4(), moves, misfiled=misfiled))
    names = ("place", "interpreter", "barred", "about", "others")
    words = {name: written.word(BookMeeting, name) for name in names}
    # An interpreter whose words stand among the barred ones is refused.
    words["barred"] = words["barred"].partition(",")[0]
    meeting = MeetingDetails(story.today + timedelta(days=3), "12.00", "in_person", **words)
    first, second = uuid4(), uuid4()
    written.performs(BookMeeting(story.reference, first, meeting))
    reason = written.word(BookMeeting, "reason")
    written.performs(BookMeeting(story.reference, second, meeting, moves=first, reason=reason))
    outcome = written.word(EndMeeting, "outcome")
    written.performs(EndMeeting(story.reference, second, MeetingState.CANCELLED, outcome))


def asks_for_a_person(written: Written, story: Story) -> None:
    engine, caseworker = written.world.engine, written.world.actor("kasittelija")
    engine.answer(FindCases(written.word(FindCases, "text")), caseworker)
    names = ("given_names", "family_name", "phone", "email")
    typed = {name: written.word(LikelyDuplicatesOf, name) for name in names}
    engine.answer(LikelyDuplicatesOf(**typed), caseworker)
    for act in (ExportCase, ExportFiles):
        with pytest.raises(Invalid):
            engine.answer(act(story.reference, written.word(act, "purpose")), written.world.actor("johtaja"))


@pytest.fixture
def cluster(database_kind: str, request: pytest.FixtureRequest) -> Cluster | None:
    """The server whose files are searched; None on SQLite."""
    return request.getfixturevalue("postgres") if database_kind == "postgresql" else None


def places(world: World, tmp_path: Path, cluster: Cluster | None, log: str) -> dict[str, bytes]:
    """Return the files of the database, each table as a dump would hold it, what letters say of themselves, the journal and
    the checkpoints."""
    rows: dict[str, bytes] = {}
    for table, row in rows_of(world.engine):
        rows[table] = rows.get(table, b"") + row + b"\n"
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    described = metadata_of_letters(world.engine)
    return {
        **files_of(world.engine, tmp_path, cluster),
        **files,
        **rows,
        **described,
        "journal": log.encode(),
    }


@pytest.mark.databases
def test_no_word_written_beside_a_form_is_found_anywhere(
    world: World, tmp_path: Path, cluster: Cluster | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canaries, story = Canaries(), Story(world)
    written = Written(world, canaries)
    story.applies()
    story.until("sufficiency")
    writes_of_records(written, story)
    writes_of_a_case(written, story)
    writes_of_parties(written, story)
    writes_with_a_code(written, story)
    writes_of_relations(written, story)
    writes_of_copies(written, story)
    writes_of_the_registry(written, story)
    takes_a_withdrawal_back(written, story)
    asks_for_a_person(written, story)

    log = "\n".join(f"{vars(record)}" for record in caplog.records)
    assert leaks(places(world, tmp_path, cluster, log), canaries) == {}
    assert len(canaries.known) >= 15
    # The words are kept, not thrown away.
    assert canaries.letters in str(story.file.parties) + str(story.file.submissions) + str(story.file)
    missing = sorted((asked_of_commands() | asked_in_queries()) - written.fields)
    assert missing == [], "write a canary into it here, or say in NOT_OF_A_PERSON or ELSEWHERE why not"


def test_nothing_is_let_past_that_asks_for_no_words() -> None:
    """A name that is left over would hide a field of tomorrow."""
    named = {each.__name__: each for each in all_of_them()}
    assert [each for each in NOT_OF_A_PERSON if not list(_words_in(named[each], set()))] == []


def asked_of_commands() -> set[tuple[str, str]]:
    """Return each field of words of each command about a person's matter."""
    found = set()
    for command in all_of_them():
        if not issubclass(command, Command) or command.__name__ in NOT_OF_A_PERSON:
            continue
        found |= {(command.__name__, name) for name in _words_in(command, set()) if name not in ELSEWHERE}
    return found


def asked_in_queries() -> set[tuple[str, str]]:
    """Return each field of words of each query about a person's matter."""
    queries = (each for each in all_of_them() if issubclass(each, Query))
    return {
        (query.__name__, each.name)
        for query in queries
        for each in fields(query)
        if each.name in ASKED_IN_QUERIES and query.__name__ not in NOT_OF_A_PERSON
    }


def _words_in(kind: Any, seen: set[Any]) -> Iterator[str]:
    """Yield the fields of words that a command has, and each kind of value in it; those that were seen are left out."""
    if not is_dataclass(kind):
        for each in get_args(kind):
            yield from _words_in(each, seen)
        return
    if kind in seen:
        return
    seen.add(kind)
    hints = get_type_hints(kind, {**vars(sys.modules[kind.__module__]), "ClassVar": ClassVar})  # type: ignore[arg-type]  # a class, not an instance
    for each in fields(kind):
        if each.name in WORDS:
            yield each.name
        elif kind.__module__.startswith("engine.") and "models" not in str(hints[each.name]):
            yield from _words_in(hints[each.name], seen)


# ---------------------------------------------------------------- error pages


@pytest.mark.parametrize(
    ("status", "how"),
    [
        (403, {"data": {"form_token": "x"}}),
        (413, {"data": {"many": "x" * 300_000}}),
        (415, {"data": b"{}", "content_type": "application/json"}),
        (400, {"data": {"nul": "\x00"}}),
    ],
)
def test_no_error_page_repeats_what_was_typed(
    world: World, caplog: pytest.LogCaptureFixture, status: int, how: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    canaries, browser = Canaries(), visitor(world)
    canary = f"{canaries.letters}1"
    data = how["data"] | {"what_happened": canary} if isinstance(how["data"], dict) else canary.encode()
    for path in ("/fi/own/questions", f"/fi/own/questions?x={canary}"):
        page = browser.post(path, **{**how, "data": data})
        assert page.status == status
        assert canaries.found_in(page.response.get_data()) == []
        assert canaries.found_in(str(page.response.headers).encode()) == []
    for path in (f"/{canary}", f"/fi/r/{canary}", f"/api/v1/cases/{canary}", f"/cases/{canary}"):
        answer = browser.client.get(path)
        assert answer.status_code in {303, 401, 404}
        # The address itself is named by links to the same page in other languages, and by the way back.
        assert canary not in answer.get_data(as_text=True).replace(f"/r/{canary}", "").replace(
            f"cases/{canary}", ""
        )
    log = "\n".join(f"{vars(record)}" for record in caplog.records if not record.name.startswith("werkzeug"))
    assert canaries.found_in(log.encode()) == []
