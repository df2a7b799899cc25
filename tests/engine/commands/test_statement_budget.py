"""The statement budget of one completion over HTTP: at most 18 statements, the key store's too, and exactly one commit.

Two for the actor and for the task in its case, one each for the keys, the instance and the end of the access log, three
for rows that must be unchanged since they were read, one for each of the six tables that a step adds to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event

from engine.commands.people import AddServiceAccount
from engine.commands.requests import AnswerRequest
from engine.commands.tasks import ReleaseTask
from engine.domain.people import OPERATOR, PUBLIC, Role
from engine.executor import Engine
from tests.support import answers as plain
from tests.support.browsing import application, signed_in
from tests.support.links import until_asked
from tests.support.soundness import faults
from tests.support.story import Story
from tests.support.world import World

MOST_STATEMENTS = 18
"""One of them asks if somebody has reviewed a translation since: a letter of the step is worded by it. Another reads who
the person is: a child under fifteen does not speak alone. The third reads what the step has laid before whom. The
fourth reads the target's day for the task that comes: a process beside this one may have begun it anew."""
OF_ANOTHER = 2
"""More where the caseworker of the case has not acted: whether they are there, and whether they are disqualified."""
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Asked:
    """The statements and commits counted. A statement for many rows counts once."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    def __str__(self) -> str:
        return "\n".join(" ".join(each.split())[:110] for each in self.statements)


@contextmanager
def counting(engine: Engine) -> Iterator[Asked]:
    asked = Asked()

    def statement(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if not sql.upper().startswith(NOT_COUNTED):
            asked.statements.append(sql)

    def commit(_connection: object) -> None:
        asked.commits += 1

    watched = (engine.database.engine, engine.key_store.database.engine)
    for each in watched:
        event.listen(each, "before_cursor_execute", statement)
        event.listen(each, "commit", commit)
    try:
        yield asked
    finally:
        for each in watched:
            event.remove(each, "before_cursor_execute", statement)
            event.remove(each, "commit", commit)


def until_sufficiency(world: World) -> Story:
    """Run a first case to fill what is read once a deployment; return the second, which is counted."""
    for _ in range(2):
        story = Story(world)
        story.applies()
        story.until("sufficiency")
    return story


@pytest.mark.databases
def test_a_matter_goes_its_way_while_a_tool_listens(world: World) -> None:
    """A tool that listens to every statement changes nothing, also when timers end and requests are answered."""
    story = Story(world)
    with counting(world.engine) as asked:
        until_asked(story)
        answer = AnswerRequest(story.opens(story.file.requests[0]), data={"answer": "Tässä vastaus."})
        world.engine.perform(answer, PUBLIC)
        story.until("sign_resolution")
    assert any(each.startswith("DELETE FROM timers") for each in asked.statements)
    assert faults(world.engine) == []


@pytest.mark.databases
def test_a_program_completes_a_task_within_the_budget(world: World) -> None:
    story = until_sufficiency(world)
    scopes = frozenset({"tasks:complete"})
    token = world.engine.perform(AddServiceAccount("ohjelma", scopes, frozenset({Role.CASEWORKER})), OPERATOR)
    task, client = story.task("sufficiency"), application(world).test_client()
    world.engine.perform(ReleaseTask(task.id), world.actor("kasittelija"))
    answers, headers = plain.of("sufficiency", story.today, world), {"Authorization": f"Bearer {token}"}
    client.get("/api/v1/tasks", headers=headers)  # The first call of a day also notes the day.
    with counting(world.engine) as asked:
        done = client.post(
            f"/api/v1/tasks/{task.id}/complete",
            json={"answers": answers},
            headers=headers,
        )
    assert done.status_code == 200, done.text
    assert story.forms == ["assessment"]
    assert asked.commits == 1
    assert len(asked.statements) <= MOST_STATEMENTS + OF_ANOTHER, str(asked)


@pytest.mark.databases
def test_a_person_completes_a_task_within_the_budget(world: World) -> None:
    story = until_sufficiency(world)
    task, browser = story.task("sufficiency"), signed_in(world, "kasittelija")
    page = browser.get(f"/tasks/{task.id}")
    place = next(
        place
        for place, form in enumerate(page.tree.xpath("//main//form"))
        if "complete" in form.get("action")
    )
    answers = plain.of("sufficiency", story.today, world)
    with counting(world.engine) as asked:
        done = browser.submits(page, "go=complete", place, **answers)
    assert done.status == 303, done.problems
    assert story.forms == ["assessment"]
    assert asked.commits == 1
    assert len(asked.statements) <= MOST_STATEMENTS, str(asked)
