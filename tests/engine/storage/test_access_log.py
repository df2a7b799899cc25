"""The access log: nothing is read without an entry in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event

from engine.domain.inbox import View
from engine.queries.case_file import OpenCaseFile, ReadDocument
from engine.queries.case_state import ReadCaseStatus, ReadDeadlines
from engine.queries.inbox import OpenInbox
from engine.queries.search import FindCases
from engine.queries.task_page import OpenTaskPage
from engine.storage import access
from tests.support.story import Story
from tests.support.world import World


class Full(Exception):
    """The disk of the log is full."""


@pytest.mark.databases
def test_no_entry_no_data(world: World) -> None:
    """Everything that shows a case fails and gives nothing when its entry can't be written."""
    story = Story(world)
    story.applies()
    story.until("record_delivery")
    task, document = story.task("record_delivery").id, story.file.documents[0].id
    asked = [
        OpenCaseFile(story.reference),
        OpenTaskPage(task),
        ReadDocument(document),
        FindCases(story.reference),
        ReadCaseStatus(story.reference),
        ReadDeadlines(story.reference),
        OpenInbox(View.TEAM),
    ]
    actor = world.actor("kasittelija")

    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "INSERT INTO ACCESS_ENTRIES" in statement.upper():
            raise Full

    engine = world.engine.database.engine
    for query in asked:
        assert world.engine.answer(query, actor) is not None
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        for query in asked:
            with pytest.raises(Full):
                world.engine.answer(query, actor)
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
    assert world.log_faults() == ()


@pytest.mark.databases
def test_a_verification_never_holds_the_whole_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries come by pages, each begun where the one before ended."""
    monkeypatch.setattr(access, "PAGE", 3)
    story = Story(world)
    story.applies()
    for _ in range(12):
        world.engine.answer(OpenCaseFile(story.reference), world.actor("kasittelija"))
    pages: list[bool] = []

    def note(connection: Connection, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        """Note, of each statement that reads whole entries, whether it reads a page at most."""
        if "FROM access_entries" in statement and "access_entries.previous" in statement:
            given = parameters.values() if isinstance(parameters, dict) else parameters
            pages.append("LIMIT" in statement and access.PAGE in given)

    engine = world.engine.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert world.log_faults() == ()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert all(pages), "a statement reads more than a page"
    assert len(pages) > 12 / access.PAGE
