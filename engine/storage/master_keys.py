"""Which master key, and which root key, a database is sealed with: proved before a process reads or writes anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, Table, TableClause, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from engine.errors import MasterKeyMissing, Refusal, Unavailable, Unsealable, WrongKey, WrongKeyStore
from engine.storage.access import AccessLog
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.keys import MasterKey, RootKey, version_of
from engine.storage.sealing import Vault, is_by_store
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES, ENQUIRIES, PUBLIC_DRAFTS
from engine.storage.tables.keys import CASE_KEYS, MASTER_KEYS
from engine.storage.unit_of_work import UnitOfWork

SHOWN: Final = 8
"""Characters of a fingerprint that a person compares."""
_ROOT: Final = 0
"""The row of the root key's fingerprint. The others have the versions of the master key, so that a sentence can name them."""
_SEALED: Final[tuple[Table, ...]] = (CASES, ACCESS_ENTRIES, ENQUIRIES, PUBLIC_DRAFTS)
"""Everything sealed or chained under the master key has left a row in one of these."""
_NOTED: Final = select(MASTER_KEYS.c.version, MASTER_KEYS.c.fingerprint)
_OLDEST_KEY: Final = (
    select(CASE_KEYS).where(CASE_KEYS.c.wrapped.is_not(None)).order_by(CASE_KEYS.c.case_id).limit(1)
)
_OLDEST_ENTRY: Final = select(ACCESS_ENTRIES).order_by(ACCESS_ENTRIES.c.id).limit(1)
_OLDEST_ENQUIRY: Final = select(ENQUIRIES.c.id, ENQUIRIES.c.content).order_by(ENQUIRIES.c.id).limit(1)
_OLDEST_DRAFT: Final = select(PUBLIC_DRAFTS).order_by(PUBLIC_DRAFTS.c.created_at).limit(1)


def prove_key(
    database: Database, key_store: KeyStore, master: MasterKey, place: str, moment: datetime
) -> RootKey | None:
    """Return the root key. Raise WrongKey, having written nothing, if the database is sealed with another one, or the
    master key does not open it.

    A database without a fingerprint takes this key's once its oldest sealed data have opened. Return None if there is
    no table for it yet: `vireille migrate` comes first. `place` says where the master key was read, for the sentence.
    """
    with database.view() as connection:
        noted, has_table = _noted(connection), _has(connection, MASTER_KEYS)
        # After the note, since another process keeps the root key before it notes it: a note without it is an old one.
        held = key_store.root()
        root = _root(held, master)
        if root is None or (held is None and noted and _noted_root(noted) != root.fingerprint()):
            raise _wrong(master, noted, place)
        if noted and _noted_root(noted) != root.fingerprint():
            raise WrongKeyStore(
                f"Avainvarastossa {key_store.place} on toisen tietokannan juuriavain. {_WAY_OUT}"
            )
        proofs = () if noted else tuple(_proofs(connection, key_store, root, master))
    if not all(proofs):
        raise WrongKey(
            f"Avain {place} (sormenjälki {_shown(master)}) ei avaa sitä, mitä tietokannassa on. {_WAY_OUT}"
        )
    if not has_table or key_store.id() is None:
        return None
    if held is None:
        # Nothing depends on the root key of a database in which nothing is sealed yet: it gets one that no file has.
        fresh = root if noted or proofs else RootKey.new()
        held = key_store.keep_root(fresh.wrapped_by(master, master.newest))
        if (root := _root(held, master)) is None:
            raise _wrong(master, noted, place)
    version = version_of(held)
    fingerprints = {_ROOT: root.fingerprint(), version: master.fingerprint(version)}
    if not fingerprints.items() <= noted.items():
        _note(database, fingerprints, moment)
    return root


def _root(held: bytes | None, master: MasterKey) -> RootKey | None:
    """Return the root key; None if the master key does not open it. The version before had none: the master key was it."""
    try:
        return RootKey.unwrapped_by(master, held) if held is not None else master.as_root()
    except (Unsealable, MasterKeyMissing):
        return None


def _noted_root(noted: Mapping[int, str]) -> str:
    return noted.get(_ROOT, noted[min(noted)])


def _note(database: Database, fingerprints: Mapping[int, str], moment: datetime) -> None:
    with database.unit_of_work() as unit:
        for number, fingerprint in fingerprints.items():
            row = {"version": number, "fingerprint": fingerprint, "noted_at": moment}
            unit.insert_if_absent(MASTER_KEYS, row)


def sealed_with(database_url: str) -> str | None:
    """Return the fingerprint of the key that the database is sealed with; empty if it is sealed and none was noted.

    Return None if nothing in it needs a key, or there is no database. It is not created by looking. Raise Unavailable
    if it cannot be looked at.
    """
    try:
        url = make_url(database_url)
        is_file = url.get_backend_name() == "sqlite"
        if is_file and not (url.database and Path(url.database).exists()):
            return None
        database = Database(database_url)
    except (ArgumentError, NoSuchModuleError, ImportError) as unknown:
        raise Unavailable from unknown
    try:
        with database.view() as connection:
            noted = _noted(connection)
            return _newest(noted) or ("" if any(_is_used(connection, each) for each in _SEALED) else None)
    finally:
        database.close()


def way_to_key(database_url: str) -> str:
    """Return what to do about a missing key: create it where nothing is sealed yet, else bring back the right one."""
    try:
        sealed = sealed_with(database_url)
    except Unavailable:
        return "Tietokantaan ei saada yhteyttä, joten ei tiedetä, tarvitaanko sen oma avain vai uusi."
    if sealed is None:
        return "Luo avain komennolla 'vireille key'."
    return f"Tietokannassa on tietoa, jonka vain sen oma avain avaa{_named(sealed)}. Palauta avain varmuuskopiosta."


def require_unsealed(database_url: str) -> None:
    """Raise Refusal if the database is sealed already or can't be looked at: a new key would open nothing in it."""
    try:
        sealed = sealed_with(database_url)
    except Unavailable:
        raise Refusal(
            "Tietokantaan ei saada yhteyttä, joten ei tiedetä, onko siinä jo sinetöityä tietoa. Avainta ei luotu."
        ) from None
    if sealed is not None:
        raise Refusal(
            f"Tietokannassa on tietoa, jonka vain sen oma avain avaa{_named(sealed)}. Uutta avainta ei luotu. {_WAY_OUT}"
        )


_WAY_OUT: Final = "Palauta tietokannan oma avain varmuuskopiosta. Mitään ei ole kirjoitettu."


def _named(fingerprint: str) -> str:
    return f" (sormenjälki {fingerprint[:SHOWN]})" if fingerprint else ""


def _wrong(master: MasterKey, noted: Mapping[int, str], place: str) -> WrongKey:
    wanted = _named(_newest(noted))
    return WrongKey(
        f"Avain {place} (sormenjälki {_shown(master)}) ei ole tietokannan avain{wanted}. {_WAY_OUT}"
    )


def _shown(master: MasterKey) -> str:
    return master.fingerprint(master.newest)[:SHOWN]


def _newest(noted: Mapping[int, str]) -> str:
    """Return the fingerprint of the master key's newest version; empty if none is noted."""
    return noted[max(noted)] if noted else ""


def _noted(connection: Connection) -> Mapping[int, str]:
    if not _has(connection, MASTER_KEYS):
        return {}
    return {row.version: row.fingerprint for row in connection.execute(_NOTED)}


def _has(connection: Connection, table: TableClause) -> bool:
    return inspect(connection).has_table(table.name)


def _is_used(connection: Connection, table: Table) -> bool:
    return (
        _has(connection, table)
        and connection.execute(select(table.primary_key.columns[0]).limit(1)).first() is not None
    )


def _opened(connection: Connection, key_store: KeyStore, root: RootKey, master: MasterKey) -> bool | None:
    """Return True if the oldest of each kind opens; None if nothing is sealed yet."""
    proofs = tuple(_proofs(connection, key_store, root, master))
    return all(proofs) if proofs else None


def _proofs(connection: Connection, key_store: KeyStore, root: RootKey, master: MasterKey) -> Iterator[bool]:
    """Try the key on the oldest of each kind: younger ones may come from a day on which a wrong key was in use."""
    unit = UnitOfWork(connection)
    vault = Vault(root, master, key_store)
    if row := _oldest(connection, CASE_KEYS, _OLDEST_KEY):
        yield master.unwraps(row["case_id"], row["sealing_class"], row["wrapped"])
    if oldest := key_store.oldest():
        (case_id, name), wrapped = oldest
        yield master.unwraps(case_id, name, wrapped)
    if row := _oldest(connection, ACCESS_ENTRIES, _OLDEST_ENTRY):
        yield AccessLog(unit, root).is_genuine(row)
    row = _oldest(connection, ENQUIRIES, _OLDEST_ENQUIRY)
    if row and not is_by_store(row["content"]):
        yield _opens(vault, "enquiries", f"content/{row['id']}", row["content"])
    row = _oldest(connection, PUBLIC_DRAFTS, _OLDEST_DRAFT)
    if row and not is_by_store(row["typed"]):
        yield _opens(vault, "public drafts", row["token_hash"], row["typed"])


def _oldest(connection: Connection, table: TableClause, statement: Select[Any]) -> RowMapping | None:
    return connection.execute(statement).mappings().first() if _has(connection, table) else None


def _opens(vault: Vault, purpose: str, place: str, sealed: bytes | None) -> bool:
    try:
        vault.open_apart(purpose, place, sealed)
    except Unsealable:
        return False
    return True
