"""Several cases in one world, a changed procedure, and the two process owners who move cases to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, select

from engine.bootstrap import shipped_files
from engine.commands.moves import ApproveMove, RequestMove, ReturnCases
from engine.queries.moves import MovePage, MovePreview, OpenMove, PreviewMove
from engine.storage.tables.processes import INSTANCES, MESSAGE_SUBSCRIPTIONS, TASK_DRAFTS, TIMERS, USER_TASKS
from engine.worker import Worker
from tests.support import answers as plain
from tests.support.publishing import published
from tests.support.second_version import second_version
from tests.support.story import Story
from tests.support.world import World

OWNER, SECOND = "omistaja", "omistaja2"


@dataclass
class Office:
    """Several cases in one world, and the two who move them."""

    world: World
    stories: list[Story] = field(default_factory=list)

    def begins(self, until: str = "register", *, referred: bool = False) -> Story:
        story = Story(self.world)
        if referred:
            story.is_referred()
        else:
            story.applies()
        story.until(until)
        self.stories.append(story)
        return story

    def wants_to_ask(self) -> Story:
        story = self.begins("sufficiency")
        story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
        return story

    def asks_three(self) -> Story:
        story = self.wants_to_ask()
        due = story.today + timedelta(days=14)
        asked = [plain.request(each, due) for each in ("applicant", "referrer", "outside_authority")]
        story.does(
            "kasittelija", "new_information_request", requests=asked, round_reason="Kolme tietää eri asiat."
        )
        for each in story.file.requests:
            if each.sent_at is None:
                # No mailbox of theirs is known: somebody asks aloud.
                story.does("kasittelija", "ask_aloud", each.reference)
        return story

    def publishes(self, change: Callable[..., dict[str, bytes]] = second_version) -> UUID:
        return published(self.world.engine, change(shipped_files()))

    def looks(self, version: UUID, language: str = "fi") -> MovePreview:
        return self.world.engine.answer(PreviewMove(version, language), self.world.actor(OWNER))

    def asks(self, version: UUID, *stories: Story) -> UUID:
        command = RequestMove(version, [story.reference for story in stories])
        return self.world.engine.perform(command, self.world.actor(OWNER))

    def moves(self, version: UUID, *stories: Story) -> UUID:
        move = self.asks(version, *stories)
        self.world.engine.perform(ApproveMove(move), self.world.actor(SECOND))
        Worker(self.world.engine).round()
        return move

    def returns(self, move: UUID, *stories: Story) -> int:
        command = ReturnCases(move, [story.reference for story in stories] if stories else None)
        asked = self.world.engine.perform(command, self.world.actor(OWNER))
        Worker(self.world.engine).round()
        return asked

    def forgets(self, story: Story, *names: str) -> None:
        """Take variables out of the case's process, as if its version had never had them."""
        case_id = story.case.id
        with self.world.engine.database.unit_of_work() as unit:
            instances = self.world.engine.stores(unit).instances
            for row in instances.running_in(case_id):
                data = orjson.loads(row.snapshot)
                for name in names:
                    del data["state"]["vars"][name]
                instances.move(replace(row, snapshot=orjson.dumps(data)))

    def variables(self, story: Story) -> Mapping[str, Any]:
        """Return the variables of the case's whole process."""
        case_id = story.case.id
        with self.world.engine.database.unit_of_work() as unit:
            [row] = self.world.engine.stores(unit).instances.running_in(case_id)
        found: Mapping[str, Any] = orjson.loads(row.snapshot)["state"]["vars"]
        return found

    def page(self, move: UUID, language: str = "fi") -> MovePage:
        return self.world.engine.answer(OpenMove(move, language), self.world.actor(OWNER))

    def version_of(self, story: Story) -> UUID:
        return story.case.deployment_id

    def rows(self, story: Story) -> dict[str, list[dict[str, Any]]]:
        """All that stands in the tables of what the case waits for."""
        tables = (INSTANCES, USER_TASKS, TASK_DRAFTS, TIMERS, MESSAGE_SUBSCRIPTIONS)
        with self.world.engine.database.view() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(_of(table, story.case.id)).mappings()]
                for table in tables
            }


def _of(table: Table, case_id: UUID) -> Any:
    return select(table).where(table.c.case_id == case_id).order_by(*table.primary_key.columns)
