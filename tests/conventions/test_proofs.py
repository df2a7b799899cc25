"""A table of the commands and queries that ask for a fresh proof of the person. Anything new asks for none until it
has a line here."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select, update

from engine.domain.people import PROOF_LASTS, Actor, Role
from engine.errors import ProofRequired, Refusal
from engine.executor import Query, Work
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from engine.storage.unit_of_work import UnitOfWork
from tests.support.samples_of_models import UseCase
from tests.support.use_cases import actors, samples
from tests.support.world import World

PROVED = {
    "CompleteTask (to sign)",
    "OpenInEmergency",
    # powers
    "AddPerson",
    "Appoint",
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
READ_WITHOUT = {
    "FindCases",
    "FindCaseOfArrival",
    "WhoLooked",
    "TakeLogExtract",
    "ReadOwnCase (with the key)",
    "ReadRequest (with the key)",
}
"""Queries that open a restricted case without a proof: a search and its log say nothing of its content, and what a key opens is
read by people outside, who have no session."""


def refusal(world: World, use_case: UseCase, actor: Actor) -> type[Refusal] | None:
    with world.engine.database.view() as connection:
        stores = world.engine.stores(UnitOfWork(connection))
        try:
            use_case.permit(Work(world.engine, stores, actor, world.clock()))
        except Refusal as refused:
            return type(refused)
    return None


def test_only_what_is_listed_asks_for_a_proof(world: World) -> None:
    every, people = samples(world), [each for each in actors().values() if each.person_id]
    old, fresh = world.clock(), world.clock() + PROOF_LASTS
    asking = set()
    for sample in every:
        for person in people:
            usual = refusal(world, sample.use_case, person)
            assert refusal(world, sample.use_case, replace(person, proof_ends_at=fresh)) == usual
            stale = refusal(world, sample.use_case, replace(person, proof_ends_at=old))
            if stale is not usual:
                assert (usual, stale) == (None, ProofRequired), sample.name
                asking.add(sample.name)

    assert asking == PROVED


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


def test_every_query_that_opens_a_restricted_case_asks_for_a_proof(world: World) -> None:
    queries = [each for each in samples(world) if isinstance(each.use_case, Query)]
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).values(is_restricted=True))
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

    assert without == READ_WITHOUT
    assert len(opening) > len(without) + 10
