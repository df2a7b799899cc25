"""A case taken out: whole, as its schema says, by those who may, and the same bytes each time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jsonschema_rs
import orjson
import pytest

from docs.case_export import schema
from engine.domain.people import OPERATOR
from engine.errors import Invalid, Refusal
from engine.queries.access_log import WhoLooked
from engine.queries.case_export import ACTION, ExportCase
from engine.queries.exported_files import ExportFiles
from engine.storage.sealing import SealingClass
from engine.storage.tables import METADATA
from engine.storage.tables.cases import PARTIES
from tests.support import answers as plain
from tests.support.finished import CANARY, finished
from tests.support.story import Story
from tests.support.world import World

EXPORTED = {
    "applications": "application",
    "arrivals": "arrivals",
    "attachments": "attachments",
    "case_events": "events",
    "case_moves": "moves",
    "clock_entries": "deadlines",
    "code_calls": "code_calls",
    "consents": "consents",
    "corrections": "corrections",
    "deadlines": "deadlines",
    "decision_evaluations": "decision_evaluations",
    "deliveries": "deliveries",
    "disqualifications": "disqualifications",
    "documents": "documents",
    "element_runs": "element_runs",
    "incidents": "incidents",
    "given_copies": "given_copies",
    "information_requests": "requests",
    "instances": "instances",
    "links": "links",
    "meetings": "meetings",
    "notes": "notes",
    "oral_decisions": "oral_decisions",
    "outbox_messages": "messages",
    "parties": "parties",
    "reading_choices": "reading_choice",
    "resolutions": "resolutions",
    "retention_plans": "retention",
    "submissions": "submissions",
    "user_tasks": "tasks",
}
"""Table to the key of the export that holds its rows."""
LEFT_OUT = {
    "access_entries": "it grows with each export; the auditor reads it",
    "blind_indexes": "keyed digests of names",
    "bulk_lines": "how a change of many tasks is undone; the events tell of each change",
    "program_acts": "the answers that programs got, repeated to them; the case has what they did",
    "legal_holds": "why its destruction waits, not of the matter; the events tell of it",
    "case_links": "of another case too, which the reader may not see; the events tell that there is one",
    "reassignments": "for undoing; the events have each with its caseworker and day",
    "joint_handlings": "of other cases too, which the reader may not see; the events tell that there are",
    "search_keys": "keyed digests of names",
    "enquiry_notice_cases": "of an enquiry, which is no part of the matter; the events name it",
    "emergencies": "of those who looked, not of the matter; the log and the events tell of it",
    "inbox_messages": "the engine's own; the event tells of it",
    "message_subscriptions": "what the engine waits for",
    "note_drafts": "nobody has recorded it",
    "page_drafts": "nobody has sent it",
    "operation_runs": "the engine's own",
    "readings": "who reads online at this moment",
    "restrictions": "the events tell when; why is for those who see the case",
    "call_wishes": "a call that is owed; its events tell of it",
    "rings": "whom to notify until somebody takes the task; its events tell of it",
    "staff_notices": "whom a colleague or a day has notified, nothing of the matter",
    "starts": "the engine's own",
    "step_records": "the engine's own",
    "task_drafts": "nobody has handed it in",
    "webhook_messages": "which programs heard of an event; the event is there",
    "timers": "what the engine waits for",
}
VALIDATOR = jsonschema_rs.Draft202012Validator(schema(), validate_formats=True)


def exported(world: World, reference: str, who: str = "johtaja") -> dict[str, Any]:
    return dict(world.engine.answer(ExportCase(reference, "tarkastus"), world.actor(who)))


def problems(export: dict[str, Any]) -> list[str]:
    return [
        f"{'.'.join(map(str, each.instance_path))}: {each.message}" for each in VALIDATOR.iter_errors(export)
    ]


def test_every_table_of_a_case_is_exported_or_left_out_for_a_reason() -> None:
    tables = {table.name for table in METADATA.sorted_tables if "case_id" in table.c}
    assert tables == EXPORTED.keys() | LEFT_OUT.keys()
    assert set(EXPORTED.values()) <= schema()["properties"].keys()


@pytest.mark.databases
def test_every_kind_of_case_is_exported_as_the_schema_says(world: World) -> None:
    stories = finished(world)
    exports = {name: exported(world, story.reference) for name, story in stories.items()}
    assert [problem for export in exports.values() for problem in problems(export)] == []
    for name, story in stories.items():
        again = exported(world, story.reference)
        assert orjson.dumps(again) == orjson.dumps(exports[name]), name
    held = {key for export in exports.values() for key in export if export[key]}
    assert held >= {"requests", "links", "oral_decisions", "deliveries", "documents", "messages", "retention"}
    says_what_people_wrote_and_who_did_what(exports["refused"], stories["refused"])


def says_what_people_wrote_and_who_did_what(refused: dict[str, Any], story: Story) -> None:
    names = {each["id"]: each["name"] for each in refused["people"]}
    assessed = next(each for each in refused["submissions"] if each["form_key"] == "assessment")
    signed = next(each for each in refused["resolutions"] if each["state"] == "signed")
    assert CANARY in refused["submissions"][0]["answers"]["what_happened"]
    assert refused["submissions"][0]["answers"]["born_on"] == "1994-05-17"
    assert assessed["answers"]["needs_help"] == "no"
    assert (names[assessed["sent_by"]], names[signed["signed_by"]]) == (
        "Kerttu Käsittelijä",
        "Päivi Päättäjä",
    )
    assert [each["name"] for each in refused["milestones"]] == story.milestones
    sign = next(each for each in refused["tasks"] if each["form_key"] == "sign_resolution")
    assert sign["completed_at"] == signed["signed_at"]


def test_nothing_that_opens_a_request_leaves(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    request = plain.request("outside_authority", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[request], round_reason="Ehdot puuttuvat.")
    (sent,) = story.file.requests
    text = orjson.dumps(exported(story.world, story.reference)).decode()
    assert sent.recipient["email"] in text
    for secret in (story.link_of(sent), story.code_of(sent), story.receipt.code):
        assert secret not in text


def test_each_export_stands_in_the_access_log(story: Story) -> None:
    story.applies()
    exported(story.world, story.reference)
    story.world.engine.answer(ExportCase(story.reference, "asianosainen"), OPERATOR)
    story.world.engine.answer(ExportFiles(story.reference), OPERATOR)
    rows = story.world.engine.answer(WhoLooked(story.reference), story.world.actor("tarkastaja"))
    logged = [(each["actor_name"], each["purpose"]) for each in rows if each["action"] == ACTION]
    for act in (ExportCase, ExportFiles):
        with pytest.raises(Invalid, match="Valitse"):
            story.world.engine.answer(act(story.reference, "Pirkko Keksityn pyyntö"), OPERATOR)
    assert logged == [
        ("komentorivi", None),
        ("komentorivi", "asianosainen"),
        ("Jaana Johtaja", "tarkastus"),
    ]


def test_only_the_director_and_the_operator_take_a_case_out(story: Story) -> None:
    story.applies()
    for who in ("kasittelija", "esihenkilo", "paattaja", "tarkastaja", "yllapitaja", "omistaja"):
        with pytest.raises(Refusal):
            exported(story.world, story.reference, who)


def test_a_restricted_case_comes_whole(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    assert exported(story.world, story.reference)["case"]["is_restricted"] is True


def test_a_protected_address_stands_nowhere(story: Story) -> None:
    """Turvakielto (661/2009 36-37 §): no copy shows the address, from any record."""
    street = "Salaisentie 7"
    story.applies(safe_channels=["post"], email=None, postal_address=street)
    assert street in str(exported(story.world, story.reference))
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        unit.update(PARTIES, {"case_id": case_id}, {"is_protected": True})
    assert street not in str(exported(story.world, story.reference))
    assert story.world.engine.answer(ExportFiles(story.reference), OPERATOR) == {}, "letters may print it"


def test_the_notes_of_the_consent_ledger_and_the_way_through_the_diagrams_are_in_it(story: Story) -> None:
    story.is_referred()
    story.until("verify_consent")
    story.does("kasittelija", "verify_consent")
    export = exported(story.world, story.reference)
    noted = {each["consent_id"]: each["note"] for each in export["consent_notes"]}
    assert noted.keys() <= {each["id"] for each in export["consents"]}
    assert "verify_consent_with_person" in {each["element_id"] for each in export["element_runs"]}
    assert problems(export) == []


def test_erased_content_is_missing_and_the_rest_stays(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    whole, case_id = exported(story.world, story.reference), story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        stores = story.world.engine.stores(unit)
        stores.vault.destroy((case_id, each) for each in SealingClass)
    erased = exported(story.world, story.reference)
    assert problems(erased) == []
    assert "Keksitty" in str(whole)
    assert "Keksitty" not in str(erased)
    assert erased["events"] == whole["events"]
    assert story.world.engine.answer(ExportFiles(story.reference), OPERATOR) == {}


def test_the_bytes_of_documents_are_those_of_their_digests(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    files = story.world.engine.answer(ExportFiles(story.reference), OPERATOR)
    documents = exported(story.world, story.reference)["documents"]
    assert {each["id"] for each in documents} == files.keys()
    assert all(len(files[each["id"]]) == each["size"] for each in documents)
