"""Which key store belongs to a database: proved with the master key, before a process reads or writes anything else."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Connection, inspect, select

from engine.errors import WrongKeyStore
from engine.storage import sealing
from engine.storage.database import Database
from engine.storage.enquiries import by_own_key
from engine.storage.key_store import KeyName, KeyStore
from engine.storage.sealing import SealingClass
from engine.storage.tables.cases import CASES, ENQUIRIES
from engine.storage.tables.keys import CASE_KEYS, KEY_STORES

_NUMBER: Final = 1
_NOTED: Final = select(KEY_STORES.c.store_id)
_NEWEST: Final = select(CASES.c.id).order_by(CASES.c.id.desc()).limit(1)
"""Ids are ordered in time, and keys come before their case: a store that is too old lacks the newest."""
_ENQUIRIES: Final = select(ENQUIRIES.c.id).where(by_own_key()).order_by(ENQUIRIES.c.id.desc())
_WAY_OUT: Final = (
    "Tarkista VIREILLE_KEY_STORE tai palauta tietokannan oma avainvarasto. Mitään ei ole kirjoitettu."
)


def prove_key_store(database: Database, key_store: KeyStore) -> bool:
    """Raise WrongKeyStore, having written nothing, if the keys of this database lie elsewhere.

    A database without a case takes an empty key store, which is created. Return False if the database has no table for
    it yet: `vireille migrate` comes first. Raise KeyStoreAway if the store can't be reached.
    """
    with database.view() as connection:
        if not inspect(connection).has_table(KEY_STORES.name):
            _require_no_keys(connection)
            return False
        noted = connection.execute(_NOTED).scalar_one_or_none()
        newest = connection.execute(_NEWEST).scalar_one_or_none()
        asked = connection.execute(_ENQUIRIES.limit(1)).scalar_one_or_none()
    held = key_store.id()
    if noted is None:
        _require_free(key_store, held, has_cases=newest is not None)
        held = key_store.create()
        with database.unit_of_work() as unit:
            # Of two processes that begin on an empty database, the second waits and finds the first one's store.
            unit.insert_if_absent(KEY_STORES, {"number": _NUMBER, "store_id": held})
            noted = unit.execute(_NOTED).scalar_one()
    if held is None:
        raise WrongKeyStore(f"Avainvarastoa {key_store.place} ei ole, tai se on tyhjä. {_WAY_OUT}")
    if held != noted:
        raise WrongKeyStore(f"Avainvarasto {key_store.place} ei ole tämän tietokannan. {_WAY_OUT}")
    if key_store.unknown([each for each in (newest, asked) if each is not None]):
        raise WrongKeyStore(
            f"Avainvarasto {key_store.place} on vanhempi kuin tietokanta: uusimman asian tai neuvontapyynnön avaimia siinä ei ole. Palauta uudempi. "
            "Jos sellaista ei ole, aja 'vireille migrate --keys-lost': niiden sisältöä ei enää saa auki."
        )
    return True


def note_lost_keys(database: Database, key_store: KeyStore) -> int:
    """Note in the key store that the keys of cases and enquiries it does not know are lost for good: their content reads as erased,
    and a key that turns up later is not taken. Return of how many. Raise WrongKeyStore unless it is the database's
    own store."""
    with database.view() as connection:
        _require_no_keys(connection)
        held = key_store.id()
        if held is None or held != connection.execute(_NOTED).scalar_one_or_none():
            raise WrongKeyStore(f"Avainvarasto {key_store.place} ei ole tämän tietokannan. {_WAY_OUT}")
    lost, enquiries = without_keys(database, key_store)
    gone: dict[KeyName, None] = {(case_id, name.value): None for case_id in lost for name in SealingClass}
    gone |= {(each, sealing.ENQUIRIES): None for each in enquiries}
    if gone:
        key_store.add(gone, is_settled=True)
    return len(lost) + len(enquiries)


def without_keys(database: Database, key_store: KeyStore) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Return the cases, and the enquiries, of which the key store never held a key."""
    with database.view() as connection:
        case_ids = tuple(connection.execute(select(CASES.c.id)).scalars())
        enquiries = tuple(connection.execute(_ENQUIRIES).scalars())
    return key_store.unknown(case_ids), key_store.unknown(enquiries)


def _require_free(key_store: KeyStore, held: UUID | None, *, has_cases: bool) -> None:
    """Raise WrongKeyStore if a database that has none yet can't take this key store."""
    if key_store.holds_cases_too():
        raise WrongKeyStore(
            f"Avainvarasto {key_store.place} on samassa tietokannassa kuin asiat: sen varmuuskopio veisi avaimet mukanaan. "
            f"{_WAY_OUT}"
        )
    if has_cases and held is None:
        raise WrongKeyStore(
            f"Avainvarastoa {key_store.place} ei ole, ja tietokannassa on asioita. {_WAY_OUT}"
        )
    if not has_cases and held is not None and key_store.is_used():
        raise WrongKeyStore(f"Avainvarastossa {key_store.place} on toisen tietokannan avaimia. {_WAY_OUT}")


def _require_no_keys(connection: Connection) -> None:
    """Raise WrongKeyStore if the keys still lie in the database: they would not be found."""
    is_there = inspect(connection).has_table(CASE_KEYS.name)
    if is_there and connection.execute(select(CASE_KEYS.c.case_id).limit(1)).first() is not None:
        raise WrongKeyStore(
            "Avaimet ovat vielä tietokannassa. Aja 'vireille migrate': se siirtää ne avainvarastoon."
        )
