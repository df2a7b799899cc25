"""Parts of a case are shown where the policy table shows them: looked for in what queries return, in each cell that it
allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import update

from engine.domain.people import CASE_STAFF, Actor
from engine.domain.policy import Action, Part, Relation, Standing, decision
from engine.executor import Query
from engine.queries.access_log import WhoLooked
from engine.queries.case_export import ExportCase
from engine.queries.case_file import OpenCaseFile
from engine.queries.emergencies import OpenEmergencyFile
from engine.queries.log_extract import TakeLogExtract
from engine.queries.search import FindCases
from engine.storage.tables.cases import CASES
from tests.support.access_matrix import CELLS, Cell, Matrix
from tests.support.story import Story
from tests.support.world import World

NAME: Final = "Kanarialintunen"
WORDS: Final = "Kvartsilintu kertoi kaiken, mitä oli tapahtunut."
MARKS: Final[Mapping[Part, str]] = {Part.CONTACT: NAME, Part.CONTENT: WORDS[:12]}
"""By which a part is known where it is shown."""
ASKED: Final[Mapping[Action, Callable[[str], Query[Any]]]] = {
    Action.SEE: FindCases,
    Action.CASE_FILE: OpenCaseFile,
    Action.WHO_LOOKED: WhoLooked,
    Action.TAKE_LOG_EXTRACT: TakeLogExtract,
    Action.EMERGENCY_FILE: OpenEmergencyFile,
    Action.EXPORT_CASE: lambda reference: ExportCase(reference, "tarkastus"),
}
SHOWS_NOTHING: Final = frozenset({Action.WHO_LOOKED, Action.TAKE_LOG_EXTRACT})
"""Beside the log itself: the table names the part."""


def shown_in(cell: Cell, action: Action, actor: Actor) -> frozenset[Part]:
    """Return the parts that the table shows in the cell. A list names the person of a case and shows nothing else of it;
    sealed content is shown to who has that part."""
    relation = (
        Relation.OTHER
        if action is not Action.EMERGENCY_FILE and cell.relation is Relation.EMERGENCY
        else cell.relation
    )
    parts = decision(action, actor.roles, relation, cell.standing).parts
    is_sealed = cell.standing in {Standing.SEALED, Standing.RESTRICTED_SEALED}
    if is_sealed and Part.SEALED_CONTENT not in parts:
        parts -= {Part.CONTENT, Part.CONTACT}
    return parts & ({Part.CONTACT} if action is Action.SEE else MARKS.keys())


def text_of(answer: Any) -> str:
    return str([dict(each) for each in answer]) if isinstance(answer, tuple) else repr(answer)


def test_no_query_shows_more_of_a_case_than_the_table_says(world: World) -> None:
    story = Story(world)
    story.applies(family_name=NAME, what_happened=WORDS)
    matrix = Matrix(world)
    wrong, compared, masked = list[str](), 0, 0
    for cell in CELLS:
        actor = matrix.arranged(cell)
        seals(world, cell)
        for action, query in ASKED.items():
            relation = (
                cell.relation
                if action is Action.EMERGENCY_FILE or cell.relation is not Relation.EMERGENCY
                else Relation.OTHER
            )
            if action is Action.SEE and cell.role not in CASE_STAFF:
                continue
            if not decision(action, actor.roles, relation, cell.standing).allowed:
                continue
            text = text_of(world.engine.answer(query(story.reference), actor))
            found = frozenset(part for part, mark in MARKS.items() if mark in text)
            compared += 1
            masked += found < MARKS.keys()
            if found != shown_in(cell, action, actor):
                wrong.append(
                    f"{action} {cell}: {sorted(found)} instead of {sorted(shown_in(cell, action, actor))}"
                )
    assert wrong == []
    assert compared > 100
    assert masked > 30


def seals(world: World, cell: Cell) -> None:
    """Seal what is written by now, where the case stands so."""
    if cell.standing in {Standing.SEALED, Standing.RESTRICTED_SEALED}:
        with world.engine.database.transaction() as connection:
            connection.execute(update(CASES).values(content_sealed_at=world.clock()))
