"""Accounts at the start: an emergency account that opens nothing, and a token that never ends, are named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.readiness import mistakes
from engine.storage.database import new_id
from engine.storage.tables.people import PEOPLE
from engine.storage.tables.sign_in import PASSKEYS
from tests.support.world import World


@pytest.mark.databases
def test_an_emergency_account_that_opens_nothing_is_named_at_the_start(world: World) -> None:
    """It begins all the same: the invitation to the account is accepted on its pages."""
    engine = world.engine

    def named(*usernames: str) -> set[str]:
        engine.settings = replace(engine.settings, local_accounts=frozenset(usernames) or None)
        found = [each for each in mistakes(engine) if each.about == "accounts"]
        assert not any(each.is_grave for each in found)
        return {name for name in usernames for each in found if f"tunnuksen {name}," in each.sentence}

    assert named() == set()
    assert named("nobody") == {"nobody"}
    # The account is there, and nobody has accepted its invitation; then a passkey opens it.
    person = world.people["kirjaaja"]
    with engine.database.transaction() as connection:
        connection.execute(PEOPLE.update().where(PEOPLE.c.id == person.id).values(password_hash=None))
    assert named("kirjaaja", "nobody") == {"kirjaaja", "nobody"}
    with engine.database.transaction() as connection:
        connection.execute(
            PASSKEYS.insert().values(
                id=new_id(),
                person_id=person.id,
                credential_id="x",
                public_key=b"x",
                sign_count=0,
                name="avain",
                created_at=world.clock(),
            )
        )
    assert named("Kirjaaja") == set(), "usernames are the same in capitals"
    with engine.database.transaction() as connection:
        connection.execute(PEOPLE.update().where(PEOPLE.c.id == person.id).values(is_active=False))
    assert named("kirjaaja") == {"kirjaaja"}


@pytest.mark.databases
def test_a_token_from_before_tokens_ended_is_named_at_the_start(world: World) -> None:
    engine = world.engine
    with engine.database.unit_of_work() as unit:
        accounts = engine.stores(unit).service_accounts
        accounts.add("vanha", "t" * 43, ["cases:read"], [], None, world.clock())
        accounts.add("uusi", "u" * 43, ["cases:read"], [], None, world.clock(), world.clock().date())

    (found,) = [each for each in mistakes(engine) if each.about == "accounts"]

    assert "vanha" in found.sentence
    assert not found.is_grave
