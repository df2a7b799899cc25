"""Builds a running engine from settings: the one place where its parts are put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Final

from engine import clock
from engine.commands.access_log import NoteMasterKey
from engine.commands.deployments import DeployProcesses
from engine.domain.people import OPERATOR
from engine.errors import Conflict, Refusal, Unavailable
from engine.executor import Engine
from engine.isolation import Lock, hide_memory, holds, missing_locks
from engine.operations import OPERATIONS
from engine.queries.warm_up import ReadAhead
from engine.settings import (
    EngineSettings,
    add_version,
    checkpoint_settings,
    create_master_key,
    database_url,
    drop_versions,
    key_file,
    names_of_file,
    owed_problems,
)
from engine.simulation.environment_images import settings_in_memory
from engine.simulation.simulation import Simulation
from engine.storage.database import Database
from engine.storage.deployments import Deployment
from engine.storage.key_rotation import Progress, oldest_in_use, rotate
from engine.storage.key_store import KeyStore
from engine.storage.key_store_proof import note_lost_keys
from engine.storage.keys import RootKey
from engine.storage.master_keys import require_unsealed, way_to_key
from engine.storage.migrating import migrate
from engine.storage.signing import create_signing_key
from forms import catalogue as form_catalogue
from processes import catalogue as process_catalogue

NAMES: Final = {
    Lock.NAMESPACES: "käyttäjän ja verkon nimiavaruudet (user namespaces)",
    Lock.LANDLOCK: "Landlock",
    Lock.SECCOMP: "seccomp",
}
"""The locks of the cage, as a system administrator knows them."""


def read_settings(environment: Mapping[str, str] | None = None) -> EngineSettings:
    """Read the settings. Where the key is missing, what to do depends on whether the database is sealed already."""
    return EngineSettings.from_environment(environment, way_to_key=way_to_key)


def read_to_begin(environment: Mapping[str, str]) -> tuple[EngineSettings, tuple[str, ...]]:
    """Return the settings with every problem that keeps a process from its beginning, an authority that nobody named included."""
    settings, problems = EngineSettings.as_far_as_right(environment, way_to_key)
    return settings, (*problems, *owed_problems(settings))


def create_key(environment: Mapping[str, str], file: Path | None = None) -> Path:
    """Create the master key where it is looked for, or in `file`. Raise FileExistsError if there is one, and Refusal
    if the database that it would serve is sealed already."""
    target = file or key_file(environment)
    if target.exists():
        raise FileExistsError(target)
    if target.parent.exists() and not target.parent.is_dir():
        names = names_of_file(target.parent, environment)
        raise Conflict(
            f"{', '.join([*names, ''])}{target.parent} on tiedosto. Anna kansio, tai poista tiedosto."
        )
    require_unsealed(database_url(environment))
    create_master_key(target)
    return target


def new_master_key(engine: Engine) -> int:
    """Add a new version of the master key to its file, unless the newest one does not wrap everything yet. Return its number.

    Raise Refusal if the key is in a variable, and OSError if the file can't be replaced.
    """
    settings, master = engine.settings, engine.master
    if master.newest > oldest_in_use(engine.key_store, master):
        return master.newest
    if settings.master_key_file is None:
        number = master.newest + 1
        raise Refusal(
            f"Avain on muuttujassa VIREILLE_MASTER_KEY. Lisää siihen vanhan avaimen rinnalle uusi versio ({number}:BASE64), "
            "käynnistä kaikki prosessit uudelleen ja aja tämä komento sitten."
        )
    return add_version(settings.master_key_file)


def rotate_master_key(engine: Engine) -> Iterator[Progress]:
    """Wrap every key by the newest version of the master key, while the service runs."""
    engine.master.refresh()
    yield from rotate(engine.key_store, engine.master)
    engine.prove_master_key()
    engine.perform(NoteMasterKey(engine.master.newest), OPERATOR)


def drop_older_versions(engine: Engine) -> tuple[int, ...]:
    """Take the versions of the master key that nothing needs out of its file. Return them. Raise OSError if the file
    can't be replaced."""
    file = engine.settings.master_key_file
    return drop_versions(file, oldest_in_use(engine.key_store, engine.master)) if file is not None else ()


def create_checkpoint_key(environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Create the pair of keys for checkpoints where the settings look for them; return the private and the public half.
    Raise FileExistsError if either is there."""
    settings = checkpoint_settings(environment)
    create_signing_key(settings.key_file, settings.public_key_file)
    return settings.key_file, settings.public_key_file


def build_engine(
    settings: EngineSettings,
    *,
    now: Callable[[], datetime] = clock.now,
    simulation: Simulation | None = None,
) -> Engine[Simulation]:
    # From here on this process holds the master key.
    hide_memory()
    return Engine(
        Database(settings.database_url),
        KeyStore(settings.key_store_url, now),
        settings,
        OPERATIONS,
        now,
        simulation or Simulation(),
    )


def cage_warning(*, is_demonstration: bool) -> str | None:
    """Return the sentence for the start where the children's cage is not whole on this machine. `missing_locks` has the list."""
    missing = missing_locks()
    if not missing:
        return None
    lacking = f"Tiedostojen eristys on vajaa. Koneen ytimestä puuttuu: {', '.join(NAMES[each] for each in sorted(missing))}."
    if holds(missing):
        return f"{lacking} Muut lukot pitävät."
    if is_demonstration:
        return f"{lacking} Muualla kuin esittelyssä PDF- ja HEIC-tiedostoja ei otettaisi vastaan."
    return f"{lacking} PDF- ja HEIC-tiedostoja ei oteta vastaan."


def web_secret(engine: Engine) -> bytes:
    """Return what signs forms and notices of the pages, for an engine whose key is proved. No change of the master key changes
    it: processes that have different versions of it accept each other's pages."""
    held = engine.key_store.root()
    if held is None:
        raise Unavailable
    return RootKey.unwrapped_by(engine.master, held).derive("web secret")


def build_engine_for_files() -> Engine[Simulation]:
    """Return an engine for questions about files only, for a terminal without a key or a database. Its time is not limited."""
    return build_engine(settings_in_memory(), simulation=Simulation(scenario_seconds=inf))


def shipped_files() -> Mapping[str, bytes]:
    """Return everything that a deployment of the shipped bundle freezes: models, tables, texts, guardrails, forms,
    translations."""
    forms = {f"forms/{path}": data for path, data in form_catalogue.files().items()}
    return {**process_catalogue.files(), **forms}


def deploy_shipped(engine: Engine, note: str = "Toimitettu malli") -> Deployment:
    """Deploy the bundle that the program ships. Does nothing if it is deployed already."""
    return engine.perform(DeployProcesses(shipped_files(), note), OPERATOR)


def give_up_lost_keys(engine: Engine) -> int:
    """Go on with a key store that is older than the database. Return the number of cases whose keys are lost."""
    engine.prove_master_key()
    return note_lost_keys(engine.database, engine.key_store)


def read_ahead(engine: Engine) -> None:
    """Read the models in use, so that the first request does not wait. Does nothing if none are deployed."""
    with suppress(Refusal):
        if engine.database.is_prepared():
            engine.answer(ReadAhead(), OPERATOR)


def prepare_database(engine: Engine) -> None:
    """Upgrade the database to the tables that this program needs, and carry keys that lie in it to the key store. Does
    nothing if that is done. Raise WrongKey, with nothing upgraded, if it is sealed with another key."""
    engine.prove_master_key()
    migrate(engine.database, key_store=engine.key_store)
    engine.prove_key()
