"""The search and likely duplicates among 1,000 and 100,000 cases: `python -m tests.benchmarks.bench_search`; and how many
names a thief recovers from the index.

VIREILLE_BENCH (1 by default) scales the larger number. Names are drawn as registers have them: a few are frequent, most are
rare. Fails when a search takes 50 ms or more (p95), or a fifth longer among the larger number.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy import insert, select

from engine.casework.search_keys import keys_of
from engine.domain.birth_dates import BirthDate
from engine.domain.likeness import Description
from engine.domain.search_keys import VERSION, kept_keys
from engine.domain.spellings import words_of
from engine.queries.duplicates import LikelyDuplicatesOf
from engine.queries.search import FindCases
from engine.storage.database import new_id
from engine.storage.parties import Party
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASES, PARTIES
from engine.storage.tables.searching import SEARCH_KEYS
from engine.storage.unit_of_work import UnitOfWork
from tests.benchmarks.bench_keys import opened
from tests.benchmarks.cloning import create_keys, settle
from tests.benchmarks.servers import SCALE
from tests.support.postgres import cluster
from tests.support.story import Story
from tests.support.world import Template, World

SMALL, LARGE = 1_000, max(2_000, int(100_000 * SCALE))
ROUNDS = 120
MOST_MS, MOST_SLOWER = 50.0, 1.2
PORTION = 1_000
FREQUENT = orjson.loads((Path(__file__).parents[1] / "engine/likeness/frequent_names.json").read_bytes())
SYLLABLES = [
    "ba",
    "ci",
    "du",
    "fe",
    "go",
    "hi",
    "ja",
    "ku",
    "le",
    "mo",
    "ni",
    "pa",
    "ro",
    "su",
    "ta",
    "ve",
    "xi",
    "yo",
    "za",
    "she",
    "kha",
    "dra",
    "gri",
    "llo",
    "nno",
    "mbe",
]
RARE = 0.4
"""Of names that stand in no list of frequent ones."""


class Names:
    """Draws people. A name's frequency falls with its place in the list, as in public statistics."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def person(self) -> Description:
        given = " ".join(self._one("given_names") for _ in range(self._chance.choice((1, 1, 2))))
        born = date(1960, 1, 1) + timedelta(days=self._chance.randrange(18_000))
        return Description(self._one("family_names"), given, BirthDate.of(born), frozenset({self._phone()}))

    def _one(self, kind: str) -> str:
        if self._chance.random() < RARE:
            return "".join(self._chance.choices(SYLLABLES, k=self._chance.choice((2, 3, 3, 4)))).capitalize()
        names: Sequence[str] = FREQUENT[kind]
        return self._chance.choices(names, [1 / (place + 5) for place in range(len(names))])[0]

    def _phone(self) -> str:
        return "".join(self._chance.choices("0123456789", k=8))


def main() -> int:
    thief()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster(durable=True) as server:
        template = Template(Path(folder))
        for name in ("SQLite", "PostgreSQL"):
            with opened(name, Path(folder), template, server) as world:
                Story(world).applies()
                missed += measure(name, world)
    return missed


def measure(name: str, world: World) -> int:
    missed, names = 0, Names(1)
    fill(world, names, SMALL)
    small = timed(world)
    fill(world, names, LARGE - SMALL)
    large = timed(world)
    for what, (median, p95) in large.items():
        slower = median / small[what][0]
        holds = p95 < MOST_MS and slower < MOST_SLOWER
        missed += not holds
        say(
            f"{name:10} {what:22} {SMALL}: {small[what][0]:5.1f} ms ({small[what][1]:5.1f} p95), "
            f"{LARGE}: {median:5.1f} ({p95:5.1f}), {slower:4.2f}x {'ok' if holds else 'MISSED'}"
        )
    return missed


def timed(world: World) -> dict[str, tuple[float, float]]:
    """Return median and 95th percentile in milliseconds of each kind of search, each for another person every time."""
    names = Names(1)
    people = [names.person() for _ in range(SMALL)][:ROUNDS]
    actor = world.actor("kasittelija")
    acts: dict[str, Callable[[Description], object]] = {
        "by a whole name": lambda each: FindCases(f"{each.given_names} {each.family_name}"),
        "by a frequent name": lambda each: FindCases(FREQUENT["given_names"][0]),
        "by a part and a year": lambda each: FindCases(f"{each.family_name[:5]} {each.born_on.year}"),  # type: ignore[union-attr]  # drawn with one
        "by a telephone": lambda each: FindCases(next(iter(each.phones))),
        "likely duplicates": lambda each: LikelyDuplicatesOf(
            each.given_names, each.family_name, str(each.born_on), next(iter(each.phones))
        ),
    }
    found = {}
    for what, act in acts.items():
        taken = []
        for number, each in enumerate([*people[:10], *people]):
            began = time.perf_counter_ns()
            world.engine.answer(act(each), actor)  # type: ignore[arg-type]  # a query of either kind
            if number >= 10:
                taken.append((time.perf_counter_ns() - began) / 1e6)
        taken.sort()
        found[what] = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    return found


def fill(world: World, names: Names, count: int) -> None:
    """Add cases with one person each, sealed and with keys, in portions."""
    engine = world.engine
    with engine.database.view() as connection:
        sample = dict(connection.execute(select(CASES).limit(1)).mappings().one())
    for portion in range(0, count, PORTION):
        with engine.database.transaction() as connection:
            stores = engine.stores(UnitOfWork(connection))
            vault = stores.vault
            cases, parties, keys = [], [], []
            ids = [new_id() for _ in range(min(PORTION, count - portion))]
            create_keys(vault, ids)
            for case_id in ids:
                party = _party(case_id, names.person(), world)
                cases.append({**sample, "id": case_id, "reference": f"3026-{case_id}", "keyed_by": VERSION})
                parties.append(_row(vault, party))
                keys += [
                    {"digest": stores.search_keys.digest(key), "case_id": case_id, "subject_id": party.id}
                    for key in keys_of([party])[party.id]
                ]
            for table, rows in ((CASES, cases), (PARTIES, parties), (SEARCH_KEYS, keys)):
                connection.execute(insert(table), rows)
    settle(engine.database)


def _party(case_id: UUID, person: Description, world: World) -> Party:
    identity = {
        "given_names": person.given_names,
        "family_name": person.family_name,
        "born_on": str(person.born_on),
    }
    contact = {"phone": next(iter(person.phones))}
    values = dict.fromkeys(Party.__dataclass_fields__)
    flags = {name: False for name in values if name.startswith("is_")}
    given = {"id": new_id(), "case_id": case_id, "kind": "applicant", "powers": (), "version": 1}
    return Party(
        **{**values, **flags, **given, "identity": identity, "contact": contact, "added_at": world.clock()}
    )  # type: ignore[arg-type]  # its fields by name


def _row(vault: Vault, party: Party) -> dict[str, object]:
    values = {name: getattr(party, name) for name in Party.__dataclass_fields__}
    for column, sealing_class in (
        (PARTIES.c.identity, SealingClass.IDENTITY),
        (PARTIES.c.contact, SealingClass.CONTACT),
    ):
        values[column.name] = vault.seal_column(
            column, sealing_class, party.case_id, party.id, values[column.name]
        )
    return {**values, "powers": []}


# ---------------------------------------------------------------- the thief


def thief() -> None:
    """Say how many words of names a thief of the index recovers with a list of frequent names."""
    people = _people(Names(7), 10_000)
    guessed = _people(Names(8), 10_000)
    listed = {word for kind in FREQUENT.values() for name in kind for word in words_of(name)}
    words = [word for person in people for word in person.words]
    with_key = sum(word in listed for word in words) / len(words)
    ranked = _by_rank(people, guessed, listed)
    say(
        f"thief        with the root key  {with_key:4.0%} of the words of 10,000 people, each that is in the list"
    )
    say(
        f"thief        without any key    {ranked:4.0%} by how often a digest stands there, against another population"
    )


def _people(names: Names, count: int) -> list[Description]:
    return [names.person() for _ in range(count)]


def _by_rank(people: Sequence[Description], guessed: Sequence[Description], listed: set[str]) -> float:
    """The thief knows the program and how frequent names are, draws a population of their own, and takes the digest that
    is as frequent as the beginning of a listed name for that name."""
    stolen = Counter(key for person in people for key in kept_keys(person))
    own = Counter(key for person in guessed for key in kept_keys(person))
    places = [key for key, _ in stolen.most_common()]
    believed = dict(zip(places, (key for key, _ in own.most_common()), strict=False))
    right: defaultdict[str, bool] = defaultdict(bool)
    for word in listed:
        for key in kept_keys(Description(word)):
            right[word] = right[word] or (key in believed and believed[key] == key)
    words = [word for person in people for word in person.words]
    return sum(right[word] for word in words) / len(words)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
