"""Permissions: a table of every command and query by role. Anything new fails here until it has a row.

The last test takes every `permit` away in turn and checks that the table notices.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from engine.commands.requests import AnswerRequest
from engine.domain.people import Actor, Role
from engine.errors import Refusal
from engine.executor import Command, Query, Work
from engine.queries.case_file import ReadDocument
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.unit_of_work import UnitOfWork
from tests.support.permits import MAY
from tests.support.samples_of_models import UseCase
from tests.support.use_cases import Sample, actors, all_of_them, samples
from tests.support.world import Template, World, world_on

WORKING = {
    Role.INTAKE: "kirjaaja",
    Role.ON_CALL: "paivystaja",
    Role.CASEWORKER: "kasittelija",
    Role.DECISION_MAKER: "paattaja",
    Role.DIRECTOR: "johtaja",
    Role.MANAGER: "esihenkilo",
    Role.PROCESS_OWNER: "omistaja",
    Role.AUDITOR: "tarkastaja",
    Role.ADMINISTRATOR: "yllapitaja",
    Role.REVIEWER: "kieli",
}
"""The person with the role in a world: some pages ask for one who exists."""
READERS = frozenset({"anyone", *(role.value for role in WORKING)})
"""The worker and the operator's terminal show nobody a page; a program reads as its role does."""
NOTHING_TO_SHOW = {"GatherFacts", "NoticesOfEnquiry"}
"""Too few cases here, and an enquiry without a notice; their entries are asked in test_replaying and test_enquiry_notices."""
REFUSED_HERE = {
    "DrawGivenCode",
    "DrawReceipt",
    "FindLink",
    "OpenBulk",
    "OpenCodeCalls",
    "ReadCertificate",
    "ReadColleagueDraft",
}
"""Nothing was shown: the sample names something that is not there."""


class Office:
    """A world, one sample of everything that can be asked, and one of everyone who might ask."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.samples = samples(world)
        self.actors = actors()

    def admits(self, use_case: UseCase, actor: Actor, connection: Connection) -> bool:
        stores = self.world.engine.stores(UnitOfWork(connection))
        try:
            use_case.permit(Work(self.world.engine, stores, actor, self.world.clock()))
        except Refusal:
            return False
        return True

    def person(self, name: str) -> Actor:
        """Return the actor with this role as a person who exists."""
        actor = self.actors[name]
        if name == "anyone":
            return actor
        person = self.world.people[WORKING[Role(name)]].id
        return replace(actor, person_id=person)

    def entries(self) -> int:
        with self.world.engine.database.view() as connection:
            return connection.execute(select(func.count()).select_from(ACCESS_ENTRIES)).scalar_one()

    def row(self, sample: Sample) -> frozenset[str]:
        """Return those whom `permit` admits, asked on a view that leaves nothing behind."""
        with self.world.engine.database.view() as connection:
            everybody = self.actors.items()
            return frozenset(
                name for name, actor in everybody if self.admits(sample.use_case, actor, connection)
            )


@pytest.fixture(scope="module")
def office(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    template.copy(folder / "vireille.db")
    with world_on(f"sqlite:///{folder / 'vireille.db'}", folder) as world:
        yield Office(world)


def expected(sample: Sample) -> frozenset[str]:
    return frozenset(MAY[sample.name].split())


def test_everything_that_can_be_asked_has_a_row(office: Office) -> None:
    assert set(all_of_them()) - {sample.kind for sample in office.samples} == set(), "needs a sample"
    assert {sample.name for sample in office.samples} == set(MAY)
    assert len(office.samples) == len(MAY)


def test_each_use_case_permits_only_its_roles(office: Office) -> None:
    wrong = {
        sample.name: sorted(found ^ expected(sample))
        for sample in office.samples
        if (found := office.row(sample)) != expected(sample)
    }

    assert wrong == {}


def test_the_engine_asks_before_it_does_anything(office: Office) -> None:
    """The engine, the door that everyone uses, refuses every actor whom the table refuses."""
    engine = office.world.engine
    admitted = []
    for sample in office.samples:
        for name in office.actors.keys() - expected(sample):
            try:
                if isinstance(sample.use_case, Command):
                    engine.perform(sample.use_case, office.actors[name])
                else:
                    engine.answer(sample.use_case, office.actors[name])
            except Refusal:
                continue
            admitted.append((sample.name, name))

    assert admitted == []


def test_a_document_is_not_shown_to_the_disqualified(office: Office) -> None:
    (sample,) = (each for each in office.samples if each.kind is ReadDocument)
    assert isinstance(sample.use_case, ReadDocument)
    with pytest.raises(Refusal):
        office.world.engine.answer(sample.use_case, office.actors["barred"])


def test_the_table_notices_when_a_permission_goes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `permit` in turn admits everybody. A kind left unseen must be open to everybody by its own words."""
    unseen = set()
    for kind in {sample.kind for sample in office.samples}:
        own = [sample for sample in office.samples if sample.kind is kind]
        with monkeypatch.context() as patch:
            patch.setattr(kind, "permit", lambda self, work: None)
            if all(office.row(sample) == expected(sample) for sample in own):
                unseen.add(kind)

    assert {kind for kind in unseen if not is_open(kind)} == set()
    assert AnswerRequest not in unseen


def test_what_shows_a_case_leaves_an_entry(office: Office) -> None:
    """Every query answers each person whom it admits; before they have the answer the log has grown."""
    answered, silent = set(), set()
    asked = [sample for sample in office.samples if shows_cases(sample)]
    for sample in asked:
        for name in READERS & expected(sample):
            entries = office.entries()
            with suppress(Refusal):
                office.world.engine.answer(sample.use_case, office.person(name))
                answered.add(sample.name)
                if office.entries() == entries:
                    silent.add(sample.name)

    assert silent - NOTHING_TO_SHOW == set(), "shows a case and leaves no entry"
    assert {sample.name for sample in asked} - answered == REFUSED_HERE


def shows_cases(sample: Sample) -> bool:
    asked = isinstance(sample.use_case, Query) and sample.use_case.shows_cases
    return asked and not READERS.isdisjoint(expected(sample))


def is_open(kind: type[UseCase]) -> bool:
    """Return whether `permit` is only a sentence that names who may: holding the token is all that is asked."""
    (permit,) = ast.parse(textwrap.dedent(inspect.getsource(kind.permit))).body
    assert isinstance(permit, ast.FunctionDef)
    return len(permit.body) == 1 and ast.get_docstring(permit) is not None
