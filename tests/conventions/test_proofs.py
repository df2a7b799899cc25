"""A table of the commands and queries that ask for a fresh proof of the person. Anything new asks for none until it
has a line here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from engine.domain.people import PROOF_LASTS, Actor, Role
from engine.errors import ProofRequired, Refusal
from engine.executor import Query, Work
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from engine.storage.unit_of_work import UnitOfWork
from tests.support.samples_of_models import UseCase
from tests.support.use_cases import Sample, actors, samples
from tests.support.world import Template, World, world_on

PROVED = {
    "CompleteTask (to sign)",
    "OpenInEmergency",
    "LiftRestriction",
    "DeclareDisqualification",
    "RecordDisqualification",
    "LiftDisqualification",
    # powers
    "AddPerson",
    "Appoint",
    "EndAppointment",
    "AddServiceAccount",
    "AddReceiver",
    "ChangeReceiverKey",
    "ReopenPerson",
    "SetRoles",
    "SetTeam",
    "ConfirmPower",
    "EndSessionsOf",
    "Invite",
    "ClosePerson",
    # one's own ways to sign in
    "AskForOwnPasskey",
    "AddOwnPasskey",
    "RemoveOwnPasskey",
    "ChangeOwnPassword",
    "OfferOneTimeCodes",
    "TakeUpOneTimeCodes",
    "RenewRecoveryCodes",
}
PROVED_IF_RESTRICTED = {
    # a colleague sees the case
    "AssignTask",
    "AssignCase",
    "ReassignCases",
    # somebody outside does
    "GiveCode",
    "RenewLink",
    "ShowAnswerCode",
    "LetCodeBeTexted",
    "RecordIdentityCode",
    "ChooseReading",
    # what is sent goes elsewhere
    "ChangeParty",
    "AddParty",
    "RemoveParty",
}
"""Commands that let somebody into a case, or show a key to it: while it is restricted, they ask."""
READ_WITHOUT = {
    "FindCases",
    "FindCaseOfArrival",
    "WhoLooked",
    "TakeLogExtract",
    "ReadOwnCase (with the key)",
    "ReadRequest (with the key)",
    "StatusByCode",
}
"""Queries that open a restricted case without a proof: a search and its log say nothing of its content, and what a key opens is
read by people outside, who have no session."""


@dataclass(frozen=True)
class Office:
    """A world, and one sample of everything that can be asked in it."""

    world: World
    samples: tuple[Sample, ...]

    @contextmanager
    def restricted(self) -> Iterator[None]:
        """Restrict every case for a while."""
        every = update(CASES).where(CASES.c.is_restricted.is_(False)).returning(CASES.c.id)
        with self.world.engine.database.transaction() as connection:
            changed = connection.execute(every.values(is_restricted=True)).scalars().all()
        try:
            yield
        finally:
            with self.world.engine.database.transaction() as connection:
                again = update(CASES).where(CASES.c.id.in_(changed))
                connection.execute(again.values(is_restricted=False))


@pytest.fixture(scope="module")
def office(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    template.copy(folder / "vireille.db")
    with world_on(f"sqlite:///{folder / 'vireille.db'}", folder) as world:
        yield Office(world, samples(world))


def refusal(world: World, use_case: UseCase, actor: Actor, connection: Connection) -> type[Refusal] | None:
    stores = world.engine.stores(UnitOfWork(connection))
    try:
        use_case.permit(Work(world.engine, stores, actor, world.clock()))
    except Refusal as refused:
        return type(refused)
    return None


def test_only_what_is_listed_asks_for_a_proof(office: Office) -> None:
    assert asking(office) == PROVED


def test_what_lets_somebody_into_a_restricted_case_asks_for_a_proof(office: Office) -> None:
    with office.restricted():
        assert asking(office) == PROVED | PROVED_IF_RESTRICTED


def asking(office: Office) -> set[str]:
    """Return what some person may do with a fresh proof, and not with one that is over."""
    world, people = office.world, [each for each in actors().values() if each.person_id]
    old, fresh = world.clock(), world.clock() + PROOF_LASTS
    found = set()
    for sample in office.samples:
        with world.engine.database.view() as connection:
            for person in people:
                usual, new, stale = (
                    refusal(world, sample.use_case, replace(person, proof_ends_at=ends_at), connection)
                    for ends_at in (person.proof_ends_at, fresh, old)
                )
                assert new == usual
                if stale is not usual:
                    assert (usual, stale) == (None, ProofRequired), sample.name
                    found.add(sample.name)
    return found


def openings(world: World) -> int:
    """Entries in the log of those who opened a case."""
    opened = select(func.count()).select_from(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.case_id.is_not(None))
    with world.engine.database.view() as connection:
        return connection.execute(opened).scalar_one()


def outcome(world: World, query: UseCase, actor: Actor) -> type[Refusal] | None:
    try:
        world.engine.answer(query, actor)
    except Refusal as refused:
        return type(refused)
    return None


def test_every_query_that_opens_a_restricted_case_asks_for_a_proof(office: Office) -> None:
    with office.restricted():
        opening, without = opened_and_opened_without(office)

    assert without == READ_WITHOUT
    assert len(opening) > len(without) + 10


def opened_and_opened_without(office: Office) -> tuple[set[str], set[str]]:
    """Return the queries that open a case to the director, and those of them that ask for no proof."""
    world, queries = office.world, [each for each in office.samples if isinstance(each.use_case, Query)]
    director = next(each for each in actors().values() if Role.DIRECTOR in each.roles)
    old, fresh = world.clock(), world.clock() + PROOF_LASTS
    opening, without = set(), set()
    for sample in queries:
        before = openings(world)
        if outcome(world, sample.use_case, replace(director, proof_ends_at=fresh)) is not None:
            continue
        if openings(world) == before:
            continue
        opening.add(sample.name)
        if outcome(world, sample.use_case, replace(director, proof_ends_at=old)) is not ProofRequired:
            without.add(sample.name)
    return opening, without
