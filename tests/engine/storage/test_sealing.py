"""Sealed data opens in its own row, under its own key, and nowhere else; a destroyed key takes it away for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from engine.errors import Unsealable
from engine.storage.keys import MasterKey, RootKey
from engine.storage.sealing import SealingClass, Vault
from engine.storage.stores import Stores
from engine.storage.submissions import Submission
from engine.storage.tables.cases import SUBMISSIONS
from engine.storage.tables.key_store import DATA_KEYS
from engine.storage.unit_of_work import UnitOfWork
from tests.support.story import Story
from tests.support.world import MASTER_KEY, World

NARRATIVE = b"what somebody wrote to us"


@pytest.fixture
def stores(world: World) -> Iterator[Stores]:
    with world.engine.database.unit_of_work() as unit:
        yield world.engine.stores(unit)


@pytest.fixture
def case_id(story: Story) -> UUID:
    story.applies()
    return story.case.id


def afresh(stores: Stores, master: bytes = MASTER_KEY) -> Vault:
    """A vault that remembers no key."""
    return Vault(RootKey(master), MasterKey({1: master}), stores.key_store)


def test_a_sealed_value_opens_again(case_id: UUID, stores: Stores) -> None:
    sealed = stores.vault.seal(case_id, SealingClass.NARRATIVE, "somewhere/1", NARRATIVE)
    assert NARRATIVE not in sealed
    assert afresh(stores).open(case_id, SealingClass.NARRATIVE, "somewhere/1", sealed) == NARRATIVE


def test_equal_texts_look_different_and_lengths_tell_little(case_id: UUID, stores: Stores) -> None:
    def seal(plain: bytes) -> bytes:
        return stores.vault.seal(case_id, SealingClass.NARRATIVE, "somewhere/1", plain)

    assert seal(NARRATIVE) != seal(NARRATIVE)
    assert len(seal(b"yes")) == len(seal(b"no, and here is why I think so"))


@pytest.mark.parametrize(
    ("sealing_class", "place"),
    [
        (SealingClass.NARRATIVE, "somewhere/2"),
        (SealingClass.NARRATIVE, "elsewhere/1"),
        (SealingClass.CONTACT, "somewhere/1"),
    ],
)
def test_another_row_column_or_class_does_not_open(
    case_id: UUID, stores: Stores, sealing_class: SealingClass, place: str
) -> None:
    sealed = stores.vault.seal(case_id, SealingClass.NARRATIVE, "somewhere/1", NARRATIVE)
    with pytest.raises(Unsealable):
        stores.vault.open(case_id, sealing_class, place, sealed)


def test_another_case_does_not_open(case_id: UUID, world: World) -> None:
    other = Story(world)
    other.applies()
    other_id = other.case.id
    with world.engine.database.unit_of_work() as unit:
        vault = world.engine.stores(unit).vault
        sealed = vault.seal(case_id, SealingClass.NARRATIVE, "somewhere/1", NARRATIVE)
        with pytest.raises(Unsealable):
            vault.open(other_id, SealingClass.NARRATIVE, "somewhere/1", sealed)


@pytest.mark.parametrize("place", [0, 1, 13, 40, -1])
def test_a_changed_byte_is_refused(case_id: UUID, stores: Stores, place: int) -> None:
    sealed = bytearray(stores.vault.seal(case_id, SealingClass.NARRATIVE, "somewhere/1", NARRATIVE))
    sealed[place] ^= 1
    with pytest.raises(Unsealable):
        stores.vault.open(case_id, SealingClass.NARRATIVE, "somewhere/1", bytes(sealed))


def test_without_the_master_key_nothing_opens(case_id: UUID, stores: Stores) -> None:
    sealed = stores.vault.seal(case_id, SealingClass.NARRATIVE, "somewhere/1", NARRATIVE)
    with pytest.raises(Unsealable):
        afresh(stores, bytes(32)).open(case_id, SealingClass.NARRATIVE, "somewhere/1", sealed)


def test_a_wrapped_key_moved_to_another_class_is_refused(case_id: UUID, stores: Stores) -> None:
    """Write access to the key store can't make the contact key open the narrative."""
    contact = stores.key_store.of_case(case_id)[SealingClass.CONTACT]
    with stores.key_store.database.transaction() as connection:
        connection.execute(
            update(DATA_KEYS)
            .where(DATA_KEYS.c.case_id == case_id, DATA_KEYS.c.sealing_class == SealingClass.NARRATIVE)
            .values(wrapped=contact)
        )
    with pytest.raises(Unsealable):
        afresh(stores).seal(case_id, SealingClass.NARRATIVE, "somewhere/1", NARRATIVE)


def test_a_destroyed_key_takes_its_class_and_nothing_else(case_id: UUID, stores: Stores) -> None:
    places = {each: stores.vault.seal(case_id, each, "somewhere/1", NARRATIVE) for each in SealingClass}
    stores.vault.destroy([(case_id, SealingClass.NARRATIVE)])
    for vault in (stores.vault, afresh(stores)):
        with pytest.raises(Unsealable):
            vault.open(case_id, SealingClass.NARRATIVE, "somewhere/1", places[SealingClass.NARRATIVE])
        assert (
            vault.open(case_id, SealingClass.CONTACT, "somewhere/1", places[SealingClass.CONTACT])
            == NARRATIVE
        )
        assert (
            vault.open_json(case_id, SealingClass.NARRATIVE, "somewhere/1", places[SealingClass.NARRATIVE])
            is None
        )
    kept = select(DATA_KEYS.c.wrapped, DATA_KEYS.c.destroyed_at).where(
        DATA_KEYS.c.case_id == case_id, DATA_KEYS.c.sealing_class == SealingClass.NARRATIVE
    )
    with stores.key_store.database.view() as connection:
        wrapped, destroyed_at = connection.execute(kept).one()
    assert wrapped is None
    assert destroyed_at is not None


@pytest.mark.databases
def test_two_rows_swapped_in_the_database_are_refused(world: World) -> None:
    """One submission's narrative is put into another's row of the same case, in the real table."""
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register")
    case_id = story.case.id

    def read() -> tuple[Submission, ...]:
        with world.engine.database.view() as connection:
            return world.engine.stores(UnitOfWork(connection)).submissions.of_case(case_id)

    assert len(read()) == 2
    swap(world)
    with pytest.raises(Unsealable):
        read()


def swap(world: World) -> None:
    with world.engine.database.transaction() as connection:
        rows = connection.execute(select(SUBMISSIONS.c.id, SUBMISSIONS.c.narrative)).all()
        (first, one), (second, other) = ((row.id, row.narrative) for row in rows if row.narrative)
        for row_id, sealed in ((first, other), (second, one)):
            connection.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.id == row_id).values(narrative=sealed))


def test_a_value_of_no_case_is_bound_to_its_purpose_and_place(stores: Stores) -> None:
    sealed = stores.vault.seal_apart("enquiries", "1", {"question": "?"})
    assert stores.vault.open_apart("enquiries", "1", sealed) == {"question": "?"}
    for purpose, place in (("enquiries", "2"), ("public drafts", "1")):
        with pytest.raises(Unsealable):
            stores.vault.open_apart(purpose, place, sealed)


def test_a_case_without_keys_seals_nothing(stores: Stores) -> None:
    """Storing nothing is better than storing in clear."""
    seal: Callable[..., bytes] = stores.vault.seal
    with pytest.raises(Unsealable):
        seal(uuid4(), SealingClass.NARRATIVE, "somewhere/1", NARRATIVE)
