"""Data of no case end on a day of their own, and traces that find a case end with it, in older copies too."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from engine.casework.incoming_files import ExaminedFile
from engine.clock import day_of
from engine.commands.applications import SubmitApplication
from engine.commands.attachments import AttachToDraft, DraftFiles
from engine.commands.codes import GiveCode, IdentityErased
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import AnswerEnquiry, ReadEnquiry, UnansweredEnquiries
from engine.commands.page_addresses import IssueAddress
from engine.commands.public_drafts import DestroyExpired, KeepPublicDraft, ReadPublicDraft, new_token
from engine.commands.retention import SealOlder
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC, SYSTEM
from engine.domain.retention import answered_before, period_later
from engine.errors import NotFound, Unsealable
from engine.executor import Engine
from engine.queries.receipt import DrawReceipt
from engine.queries.search import FindCases
from engine.queries.status import IsCodeKnown, StatusByCode
from engine.storage.key_store import owner_of_day
from engine.storage.sealing import DRAFTS, ENQUIRIES, KEYED, SealingClass
from engine.storage.tables.cases import (
    APPLICATIONS,
    BLIND_INDEXES,
    CASES,
    DOCUMENTS,
    PAGE_ADDRESSES,
    PUBLIC_DRAFTS,
)
from engine.storage.tables.cases import ENQUIRIES as ENQUIRY_ROWS
from engine.storage.tables.decisions import DECISION_EVALUATIONS, RESOLUTIONS
from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.storage.tables.retention import IDENTITY_TABLES
from tests.support import answers as plain
from tests.support.key_stores import dumped, erase_due, opened_with_the_store_of_today, plan_all
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.story import Story
from tests.support.world import World

CODED = "K" * 12


def found_by(engine: Engine, name: str, story: Story) -> list[str]:
    found = engine.answer(FindCases(name), story.world.actor("johtaja"))
    return [each.reference for each in found.cases]


@pytest.mark.databases
def test_a_name_finds_no_erased_case_in_an_older_copy_either(
    story: Story, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    story.applies()
    assert story.file.applicant is not None
    name, world = story.file.applicant.name, story.world
    plan_all(story)
    dump = opened_with_the_store_of_today(world, dumped(world, tmp_path, request))
    assert found_by(dump, name, story) == [story.reference]

    erase_due(world.engine)

    for engine in (world.engine, dump):
        assert found_by(engine, name, story) == []
    dump.close()


def opened_by(engine: Engine, key: str, *codes: str) -> list[bool]:
    """True of each code that shows a status, and at last of the key of the sending, if it draws a receipt."""
    shown = [engine.answer(StatusByCode(each), PUBLIC) is not None for each in codes]
    known = [engine.answer(IsCodeKnown(each), PUBLIC) for each in codes]
    assert shown == known
    try:
        engine.answer(DrawReceipt(key, is_card=True), PUBLIC)
    except NotFound:
        return [*shown, False]
    return [*shown, True]


def codes_stored(world: World) -> list[object]:
    row = APPLICATIONS.c
    with world.engine.database.view() as connection:
        found = connection.execute(select(row.code_hash, row.referrer_code_hash, row.idempotency_key))
        return [each for one in found for each in one if each is not None]


def refers(story: Story, key: str) -> tuple[str, str]:
    """Send a referral under this key. Return the referrer's code and the person's own."""
    data = plain.referral(story.today)
    sent = SubmitApplication(Channel.REFERRAL, key, data=data)
    code = story.world.engine.perform(sent, PUBLIC).code
    with story.world.engine.database.view() as connection:
        story.reference = connection.execute(select(CASES.c.reference)).scalar_one()
    given = GiveCode(story.reference, secrets.token_urlsafe(32), 0)
    return code, story.world.engine.perform(given, story.world.actor("kasittelija"))


@pytest.mark.databases
def test_no_code_tells_of_an_erased_case_in_an_older_copy_either(
    story: Story, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A slip that is found would tell that the person had a matter, and on which days."""
    key, world = secrets.token_urlsafe(32), story.world
    codes = refers(story, key)
    plan_all(story)
    dump = opened_with_the_store_of_today(world, dumped(world, tmp_path, request))
    assert opened_by(dump, key, *codes) == [True, True, True]

    erase_due(world.engine)

    for engine in (world.engine, dump):
        assert opened_by(engine, key, *codes) == [False, False, False]
    assert codes_stored(world) == []
    with pytest.raises(IdentityErased):
        world.engine.perform(
            GiveCode(story.reference, secrets.token_urlsafe(32), 1), world.actor("kasittelija")
        )
    dump.close()


def test_codes_that_the_version_before_left_in_erased_cases_go_too(story: Story) -> None:
    story.applies()
    engine, kept = story.world.engine, codes_stored(story.world)
    assert kept
    with engine.database.view() as connection:
        before = connection.execute(select(APPLICATIONS)).mappings().one()
    assert engine.perform(SealOlder(), SYSTEM) == 0
    plan_all(story)
    erase_due(engine)
    with engine.database.transaction() as connection:
        connection.execute(update(APPLICATIONS).values(**before))
    assert codes_stored(story.world) == kept
    assert [engine.perform(SealOlder(), SYSTEM) for _ in range(2)] == [1, 0]
    assert codes_stored(story.world) == []


@pytest.mark.databases
def test_the_rows_that_find_a_case_by_its_person_are_deleted(story: Story) -> None:
    story.applies()
    plan_all(story)
    engine = story.world.engine
    of_before = {"id": uuid4(), "case_id": story.case.id, "kind": "name", "digest": "0" * 64}
    with engine.database.transaction() as connection:
        connection.execute(insert(BLIND_INDEXES), of_before)
    with engine.database.view() as connection:
        assert all(connection.execute(select(table)).first() for table in IDENTITY_TABLES)
    erase_due(engine)
    with engine.database.view() as connection:
        assert not any(connection.execute(select(table)).first() for table in IDENTITY_TABLES)


@pytest.mark.databases
def test_an_enquiry_is_gone_on_its_day_and_waits_for_its_answer(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    engine, clerk = world.engine, world.actor("kirjaaja")
    engine.perform(
        SubmitEnquiry(secrets.token_urlsafe(32), data=plain.enquiry(day_of(world.clock()))), PUBLIC
    )
    (asked,) = engine.answer(UnansweredEnquiries(), clerk)
    months = engine.settings.enquiries_kept
    world.clock.moment += timedelta(days=31 * months)
    erase_due(engine)
    assert engine.answer(ReadEnquiry(asked.id), clerk).content, "nobody has answered it"

    engine.perform(AnswerEnquiry(asked.id, "Voit hakea itse."), clerk)
    answered_on = world.clock().date()
    dump = opened_with_the_store_of_today(world, dumped(world, tmp_path, request))
    day = period_later(answered_on, f"P{months}M")
    world.clock.moment += day - answered_on - timedelta(days=1)
    erase_due(engine)
    assert engine.answer(ReadEnquiry(asked.id), clerk).answer == "Voit hakea itse."
    world.clock.moment += timedelta(days=1)
    erase_due(engine)

    for each in (engine, dump):
        erased = each.answer(ReadEnquiry(asked.id), clerk)
        assert (erased.content, erased.answer, erased.reference) == ({}, None, asked.reference)
    assert ENQUIRIES not in engine.key_store.of_case(asked.id)
    dump.close()


@pytest.mark.databases
def test_a_draft_that_has_ended_opens_in_no_copy(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    engine, token = world.engine, new_token()
    ends = world.clock()
    for _ in range(3):
        engine.perform(KeepPublicDraft(token, "application", {"a": ["b"]}, code=CODED), PUBLIC)
        file = ExaminedFile("kuva.png", "image/png", b"salainen kuva", "clean")
        engine.perform(AttachToDraft(token, file), PUBLIC)
        ends = world.clock() + timedelta(days=14)
        world.clock.moment += timedelta(days=9)
        erase_due(engine)
    # Kept for longer than one of its days, it opens still: the key of its files has followed it.
    assert len(engine.answer(DraftFiles(token), PUBLIC)) == 3
    dump = opened_with_the_store_of_today(world, dumped(world, tmp_path, request))
    world.clock.moment = ends + timedelta(days=2)
    engine.perform(DestroyExpired(), SYSTEM)
    erase_due(engine)

    assert engine.answer(ReadPublicDraft(token), PUBLIC) is None
    assert DRAFTS not in engine.key_store.of_case(owner_of_day(ends.date()))
    dump.prove_key()
    with dump.database.unit_of_work() as unit:
        row = unit.rows(select(PUBLIC_DRAFTS))[0]
        with pytest.raises(Unsealable):
            dump.stores(unit).vault.open_apart(DRAFTS, row["token_hash"], row["typed"])
        with pytest.raises(Unsealable):
            dump.stores(unit).attachments.of_draft(token)
    dump.close()


@pytest.mark.databases
def test_the_address_of_a_message_of_no_case_ends_after_thirty_days(world: World) -> None:
    engine = world.engine
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).outbox.add(
            "receipt",
            recipient={"email": "joku@example.invalid"},
            language="fi",
            template_values={},
            moment=world.clock(),
        )
        unit.flush()
        (kept,) = unit.rows(select(OUTBOX_MESSAGES))
    world.clock.moment += timedelta(days=32)
    erase_due(engine)
    with engine.database.unit_of_work() as unit:
        stores = engine.stores(unit)
        with pytest.raises(Unsealable):
            stores.vault.open_apart("outbox recipients", str(kept["id"]), kept["recipient"])
        assert unit.rows(select(OUTBOX_MESSAGES))[0]["recipient"] is None
        assert stores.outbox.due(world.clock(), 10) == ()


def test_the_address_of_a_page_opens_nothing_the_day_after_not_even_from_a_copy(world: World) -> None:
    engine = world.engine
    engine.perform(IssueAddress("code", "1" * 16, {"code": "1" * 16}), PUBLIC)
    with engine.database.unit_of_work() as unit:
        (copied,) = unit.rows(select(PAGE_ADDRESSES))
        opened = engine.stores(unit).vault.open_apart(
            "page addresses", copied["address_hash"], copied["held"]
        )
    assert opened["values"] == {"code": "1" * 16}
    world.clock.moment += timedelta(days=2)
    erase_due(engine)
    with engine.database.unit_of_work() as unit, pytest.raises(Unsealable):
        engine.stores(unit).vault.open_apart("page addresses", copied["address_hash"], copied["held"])


def test_a_clock_that_ran_ahead_turns_nobody_away(world: World) -> None:
    engine, token, now = world.engine, new_token(), world.clock()
    engine.perform(KeepPublicDraft(token, "application", {"a": ["b"]}), PUBLIC)
    world.clock.moment = now + timedelta(days=400)
    erase_due(engine)
    world.clock.moment = now
    engine.perform(KeepPublicDraft(token, "application", {"a": ["c"]}), PUBLIC)
    assert engine.answer(ReadPublicDraft(token), PUBLIC) == ("application", {"a": ["c"]})


@pytest.mark.databases
def test_what_the_version_before_left_in_clear_is_sealed_and_dies_with_its_case(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    world, clear = story.world, {"in_danger": "yes", "stay_status": "none"}
    engine, case_id = world.engine, story.case.id
    with engine.database.transaction() as connection:
        asked = connection.execute(select(DECISION_EVALUATIONS)).mappings().all()
        assert all(each["content"] and not each["inputs"] and not each["rules"] for each in asked)
        prepared = connection.execute(select(RESOLUTIONS.c.content_sha256)).scalars().all()
        letters = connection.execute(select(DOCUMENTS.c.sha256)).scalars().all()
        assert all(each.startswith(KEYED) for each in (*prepared, *letters)), "no plain digest is stored"
        connection.execute(update(DECISION_EVALUATIONS).values(inputs=clear, rules=["r"], content=None))
        connection.execute(update(RESOLUTIONS).values(content_sha256="a" * 64))
        connection.execute(update(DOCUMENTS).values(sha256="b" * 64))

    assert engine.perform(SealOlder(), SYSTEM) > 0
    assert engine.perform(SealOlder(), SYSTEM) == 0

    with engine.database.unit_of_work() as unit:
        stores = engine.stores(unit)
        assert all(each.inputs == clear for each in stores.evaluations.of_case(case_id))
        (letter,) = stores.resolutions.of_case(case_id)
        assert stores.resolutions.is_of(letter, "a" * 64)
        assert not stores.resolutions.is_of(letter, "c" * 64)
        rows = [*unit.rows(select(DECISION_EVALUATIONS.c.inputs)), *unit.rows(select(RESOLUTIONS))]
        assert not any("a" * 64 in str(each) or "in_danger" in str(each) for each in rows)
        assert not any(each["sha256"] == "b" * 64 for each in unit.rows(select(DOCUMENTS)))
    plan_all(story)
    erase_due(engine)
    with engine.database.unit_of_work() as unit:
        stores = engine.stores(unit)
        assert not any(each.inputs or each.rules for each in stores.evaluations.of_case(case_id))
        (letter,) = stores.resolutions.of_case(case_id)
        assert not stores.resolutions.is_of(letter, "a" * 64)
        assert not stores.vault.has_key(case_id, SealingClass.ENGINE)


@pytest.mark.databases
def test_an_enquiry_of_the_version_before_gets_a_key_of_its_own(world: World) -> None:
    engine, clerk = world.engine, world.actor("kirjaaja")
    engine.perform(
        SubmitEnquiry(secrets.token_urlsafe(32), data=plain.enquiry(day_of(world.clock()))), PUBLIC
    )
    (asked,) = engine.answer(UnansweredEnquiries(), clerk)
    with engine.database.unit_of_work() as unit:
        place, vault = f"content/{asked.id}", engine.stores(unit).vault
        older = vault.seal_apart(ENQUIRIES, place, {"question": "Vanha kysymys"})
        unit.update(ENQUIRY_ROWS, {"id": asked.id}, {"content": older})
    assert engine.answer(ReadEnquiry(asked.id), clerk).content == {"question": "Vanha kysymys"}
    assert engine.perform(SealOlder(), SYSTEM) == 1
    assert engine.perform(SealOlder(), SYSTEM) == 0
    assert engine.answer(ReadEnquiry(asked.id), clerk).content == {"question": "Vanha kysymys"}


def test_no_enquiry_is_taken_for_due_before_its_last_month_is_full() -> None:
    for ordinal in range(date(2031, 1, 1).toordinal(), date(2033, 3, 2).toordinal()):
        today = date.fromordinal(ordinal)
        latest = max(
            each
            for each in (date.fromordinal(ordinal - 1830 + number) for number in range(12))
            if period_later(each, "P60M") <= today
        )
        assert latest <= answered_before(today, 60)
