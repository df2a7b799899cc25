"""Random cases begun in the version before, of which each goes on in the shipped one if its past allows it.

The version before is that of the git revision in VIREILLE_BEFORE; without it, the newest one with other models.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from sqlalchemy import update

from engine.bootstrap import shipped_files
from engine.bpmn import ParsedModels, parse_models
from engine.commands.deployments import deploy
from engine.commands.moves import DueMoves, MoveAtOnce, MoveCase
from engine.domain.people import OPERATOR, SYSTEM
from engine.errors import Refusal
from engine.executor import Command, Work
from engine.executor.permissions import require_system
from engine.instances import CompiledModels, CompiledModelsCache
from engine.models.bundle import Bundle, model_files
from engine.queries.moves import PreviewMove
from engine.simulation.environment import Environment
from engine.simulation.environment_images import EnvironmentImage, EnvironmentImages
from engine.simulation.random_walk import BEGINNING, WalkResults, answers_of, walk_case
from engine.storage.database import Database
from engine.storage.tables.processes import DEPLOYMENTS
from processes import catalogue as process_catalogue

ROOT: Final = Path(__file__).resolve().parents[2]
REVISION: Final = "VIREILLE_BEFORE"
MODELS: Final = ("processes", "forms")
FIRST: Final = f"{BEGINNING.year}-000001"
"""The reference of the case that a walk begins."""
LATEST_STEP: Final = 90
"""A case is moved after some random number of steps up to this; by then about half have ended."""


@dataclass(frozen=True)
class Versions:
    """A database that holds two versions, of which the one before is in use."""

    image: EnvironmentImage
    shipped: UUID
    compiled: CompiledModelsCache
    """Remembers what a proof has found of the moves from one to the other."""


@contextmanager
def begin_moves(_database: str) -> Iterator[str]:
    """Give the revision of the version before."""
    asked = os.environ.get(REVISION)
    newest = _git("log", "-1", "--format=%H", "--", *MODELS).decode().strip()
    yield _git("rev-parse", asked or f"{newest}^").decode().strip()


def move(seed: int, revision: str) -> tuple[list[str], str]:
    """Begin the case of a seed in the version before and let it go on in the shipped one. Return its problems, and what
    the preview of the move says of it."""
    versions = _versions(revision)
    results, found = WalkResults(), ["ended before the move"]
    with closing(versions.image.copy(BEGINNING)) as environment:
        environment.engine.compiled_models = versions.compiled
        after = Random(f"move {seed}").randint(1, LATEST_STEP)
        steps = count(1)

        def watch(moving: Environment) -> None:
            if next(steps) == after:
                found[0] = _moved(moving, versions.shipped, results.problems)

        walk_case(environment, seed, results, answers_of(seed), watch=watch)
    unfinished = ["still going round when its steps ran out"] * results.unfinished
    return [*results.problems, *unfinished], f"{seed}: {found[0]}"


def _moved(environment: Environment, version: UUID, problems: list[str]) -> str:
    engine = environment.engine
    _number(engine.database, version, 2)
    preview = engine.answer(PreviewMove(version, "en"), OPERATOR)
    found = [each for each in preview.groups if FIRST in each.references]
    if not found:
        # Sent on an earlier day than the walk begins, or closed: it has another number, or is not offered.
        return "not offered"
    (alike,) = found
    if not alike.may_move:
        return f"stays: {' '.join(alike.reasons)}"
    engine.perform(MoveAtOnce(version, [FIRST]), OPERATOR)
    try:
        for line in engine.answer(DueMoves(), SYSTEM):
            engine.perform(MoveCase(line), SYSTEM)
    except Refusal as refused:
        problems.append(f"{FIRST}: the preview lets it move, the move does not: {refused}")
    if environment.status(FIRST).case.deployment_id != version:
        problems.append(f"{FIRST}: the preview lets it move, and it has not moved")
    return "moves"


def _number(database: Database, version: UUID, number: int) -> None:
    """Number a version: the one with the highest number is in use."""
    with database.unit_of_work() as unit:
        unit.execute(update(DEPLOYMENTS).where(DEPLOYMENTS.c.id == version).values(number=number))


@cache
def _versions(revision: str) -> Versions:
    packed = _git("archive", "--format=tar", revision, *MODELS)
    with TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
        processes, forms = (Path(folder) / each for each in MODELS)
        before = EnvironmentImages().of({**process_catalogue.files(processes), **_forms(forms)})
    parsed, compiled = parse_models(model_files(shipped_files())), CompiledModelsCache()
    with closing(before.copy(BEGINNING)) as environment:
        engine = environment.engine
        shipped = engine.perform(_Publish(parsed), SYSTEM)
        _number(engine.database, shipped, 0)
        image = replace(before, database=engine.database.image(), key_store=engine.key_store.database.image())
    for models in (before.models, CompiledModels(shipped, parsed, Bundle(shipped_files()))):
        compiled.hold(models)
    return Versions(image, shipped, compiled)


@dataclass(frozen=True)
class _Publish(Command[UUID]):
    """Publish without the gate, which other tests pass the shipped bundle through: here it would cost more than the case."""

    parsed: ParsedModels

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> UUID:
        made = deploy(work, shipped_files(), self.parsed, note="Uusi versio", prepared_by="", approved_by="")
        return made.id


def _forms(folder: Path) -> dict[str, bytes]:
    """The files of the forms as the catalogue names them."""
    named = {path: f"forms/{path.name}" for path in sorted((folder / "definitions").glob("*.form"))}
    named |= {path: f"forms/parts/{path.name}" for path in sorted((folder / "parts").glob("*.form"))}
    named |= {path: f"forms/{path.name}" for path in sorted((folder / "translations").glob("*.po"))}
    return {name: path.read_bytes() for path, name in named.items()}


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout
