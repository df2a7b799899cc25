"""The deep runs there are: each item has a seed and returns its problems."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from math import ceil
from time import perf_counter
from traceback import format_exc
from typing import Final, TypeAlias

from engine.domain.cases import Outcome
from engine.errors import Refusal
from tests.deep.connections import begin_connections, connections
from tests.deep.counterexamples import counterexample
from tests.deep.failovers import failover
from tests.deep.failovers_over_http import failover_over_http
from tests.deep.moves import begin_moves, move
from tests.deep.mutations import all_mutants, mutation
from tests.deep.point_in_time import point_in_time
from tests.deep.power_cuts import CUTS, power_cuts
from tests.deep.record import Done
from tests.deep.upgrades import upgrade
from tests.deep.urgency import SLICES, urgency
from tests.deep.walks import begin_walks, check_record, walk, walk_on_desks
from tests.deep.years import years_of
from tests.engine.guardrails.comparing import compare_several
from tests.engine.guardrails.edits import EDITS
from tests.support.journeys import PAGES
from tests.support.profiles import PORTION, TRACED
from tests.support.statements import share_statements

Item: TypeAlias = Callable[[int, str], list[str] | tuple[list[str], str]]
"""Runs the item of a seed, at the place that its run has begun; returns its problems, and what it has found if the run
looks for something."""
BATCH: Final = 200
SHOWN: Final = 4000
FAILURES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ExceptionGroup,
    LookupError,
    Refusal,
    RuntimeError,
    TypeError,
    ValueError,
)
"""Failures of an item after which the run goes on. A database or a disk that is gone stops it."""


@dataclass(frozen=True, slots=True)
class DeepRun:
    says: str
    count: int
    """How many items when nobody says."""
    item: Item
    begin: Callable[[str], AbstractContextManager[str]] = lambda _database: nullcontext("")
    """Opens what its items share, on SQLite or PostgreSQL, and gives its place."""
    kinds: frozenset[str] = frozenset()
    """Kinds of findings that a run of its usual number must have met, each once at least."""


def brute_force(seed: int, _place: str) -> list[str]:
    compare_several(BATCH, seed * BATCH)
    return []


def pytest_with(variables: Mapping[str, str], *tests: str) -> Item:
    """Run tests as pytest does, with these variables, in which ``{seed}`` stands for the item's seed."""

    def item(seed: int, _place: str) -> list[str]:
        seeded = {name: value.format(seed=seed) for name, value in variables.items()}
        seeds = [f"--randomly-seed={seed}", f"--hypothesis-seed={seed}"]
        command = [sys.executable, "-m", "pytest", "-q", *seeds, *tests]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env={**os.environ, **seeded}
        )
        return [] if done.returncode == 0 else [(done.stdout + done.stderr)[-SHOWN:]]

    return item


RUNS: Final[Mapping[str, DeepRun]] = {
    "mutations": DeepRun(
        "a fault in the shipped diagrams an item: what turns red", len(all_mutants()), mutation
    ),
    "counterexamples": DeepRun(
        "an edit that breaks a guardrail an item: is its way gone on the engine", len(EDITS), counterexample
    ),
    "moves": DeepRun(
        "a random case of the version before an item: does it go on in the shipped one",
        200,
        move,
        begin_moves,
    ),
    "brute-force": DeepRun(f"{BATCH} small models an item: the prover against enumeration", 10, brute_force),
    "texts": DeepRun(
        "20,000 texts an item, read as an expression and as a cell: a value, or a refusal of our own",
        50,
        pytest_with({"VIREILLE_TEXTS": "20000"}, "tests/properties/test_feel.py", "-k", "any_text"),
    ),
    "urgency": DeepRun(
        "a slice of all combinations of the answers that speak of urgency an item: none urgent is ordinary",
        SLICES,
        urgency,
    ),
    "walks": DeepRun("a random case an item", 2000, walk, begin_walks),
    "retention": DeepRun(
        "a random case an item and twelve years after it, with a dump each year: what outlives its day",
        500,
        years_of,
        kinds=frozenset(Outcome),
    ),
    "desks": DeepRun(
        "a random case an item, while people come and go: in somebody's list at each moment, with a day",
        2000,
        walk_on_desks,
        begin_walks,
    ),
    "records": DeepRun(
        "a random case an item, exported and given to the checker", 2000, check_record, begin_walks
    ),
    "kills": DeepRun(
        "kill -9 of a worker, 50 times an item on each database",
        40,
        pytest_with(
            {"VIREILLE_KILLS": "50", "VIREILLE_KILL_SEED": "{seed}"},
            "tests/chaos/test_killed.py",
            "tests/chaos/test_killed_while_moving.py",
        ),
    ),
    "server-kills": DeepRun(
        "kill -9 of a server, four times an item on each database",
        20,
        pytest_with(
            {"VIREILLE_SERVER_KILLS": "4", "VIREILLE_SERVER_PEOPLE": "200"},
            "tests/chaos/test_server_killed.py",
        ),
    ),
    "power-cuts": DeepRun(
        f"{CUTS} power cuts an item on SQLite, while a case is worked through",
        20,
        power_cuts,
    ),
    "failovers": DeepRun(
        "the primary of two PostgreSQL servers killed an item, while people apply and sign", 10, failover
    ),
    "failovers-over-http": DeepRun(
        "the primary of two PostgreSQL servers killed an item, while 200 people apply on the pages",
        10,
        failover_over_http,
    ),
    "network-cuts": DeepRun(
        "the network to PostgreSQL cut, silent, or its processes killed, 10 times each an item, while 100 people apply",
        20,
        pytest_with(
            {"VIREILLE_CUTS": "10", "VIREILLE_CUT_PEOPLE": "100", "VIREILLE_CUT_SEED": "{seed}"},
            "tests/chaos/test_network_cut.py",
        ),
    ),
    "upgrades": DeepRun(
        "the program before and this one on one PostgreSQL, migrated while people apply at both", 3, upgrade
    ),
    "rotations": DeepRun(
        "a change of the master key over 100,000 keys an item on each database, killed five times while people apply",
        1,
        pytest_with(
            {"VIREILLE_ROTATION_KEYS": "100000", "VIREILLE_ROTATION_SEED": "{seed}"},
            "tests/chaos/test_rotation_killed.py",
        ),
    ),
    "public-requests": DeepRun(
        "1,000 hostile requests an item to the public pages, on each database",
        20,
        pytest_with({"VIREILLE_PUBLIC_REQUESTS": "1000"}, "tests/properties/test_public_requests.py"),
    ),
    "guesses": DeepRun(
        "10,000 wrong passwords from a thousand addresses an item, while people sign in on their own devices",
        1,
        pytest_with(
            {"VIREILLE_GUESSES": "10000"}, "tests/properties/test_sign_in_requests.py", "-k", "crowd"
        ),
    ),
    "api-requests": DeepRun(
        "200 requests an item to each operation of the interface for programs",
        10,
        pytest_with({"VIREILLE_API_EXAMPLES": "200"}, "tests/webapp/test_api_schemathesis.py"),
    ),
    "point-in-time": DeepRun(
        "PostgreSQL recovered to a moment between two applications an item, by base backup and archived WAL",
        5,
        point_in_time,
    ),
    "connections": DeepRun(
        "1,000 hostile connections of every kind an item, without and with a proxy in turn: memory of the server, time of an honest person",
        2,
        connections,
        begin_connections,
    ),
    "payloads": DeepRun(
        "texts that want to run an item, in every field of every form by every role, looked at in Chromium",
        5,
        pytest_with({"VIREILLE_TEST_PAYLOADS": "{seed}"}, "tests/browser/test_payloads.py"),
    ),
    "traces": DeepRun(
        f"{PORTION} pages of journeys and the key pressed there an item, in Chromium or Firefox, with or without script: what is left on the disk",
        ceil(sum(PAGES.values()) * len(TRACED) / PORTION),
        pytest_with({"VIREILLE_TRACES": "{seed}"}, "tests/browser/test_traces.py"),
    ),
    "redrawn": DeepRun(
        "every story on the procedure drawn otherwise",
        1,
        pytest_with({"VIREILLE_TEST_EVERY_STORY": "yes"}, "tests/stories/test_redrawn.py"),
    ),
    "redemptions": DeepRun(
        "64 at once redeem one link, 50 times an item on each database",
        10,
        pytest_with({"VIREILLE_REDEMPTIONS": "50"}, "tests/properties/test_races.py", "-k", "sixty_four_who"),
    ),
    "readers": DeepRun(
        "64 people and programs at once read a case, and an inbox, 20 rounds an item on each database",
        5,
        pytest_with(
            {"VIREILLE_READERS": "64", "VIREILLE_READING_ROUNDS": "20"}, "tests/properties/test_readers.py"
        ),
    ),
    "access": DeepRun(
        "a third of the access matrix an item, on each database",
        3,
        pytest_with({"VIREILLE_ACCESS_SLICE": "{seed}"}, "tests/engine/test_access_matrix.py"),
    ),
    "tamperings": DeepRun(
        "100 of each kind of tampering an item with a signed log, on each database, and with its checkpoints",
        10,
        pytest_with(
            {"VIREILLE_TAMPERINGS": "100", "VIREILLE_TAMPERING_SEED": "{seed}"},
            "tests/properties/test_log_tampering.py",
        ),
    ),
}


def perform(name: str, seed: int, place: str, code: str) -> Done:
    """Run one item. What it fails with is a problem of its own, and the run goes on."""
    share_statements()
    began = perf_counter()
    try:
        outcome = RUNS[name].item(seed, place)
    except FAILURES:
        outcome = [format_exc()[-SHOWN:]]
    problems, found = outcome if isinstance(outcome, tuple) else (outcome, "")
    return Done(seed, problems, round(perf_counter() - began, 2), code, found)
