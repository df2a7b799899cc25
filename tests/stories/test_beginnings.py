"""Stories that begin alike share how they began (`support/beginnings`), and notice nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.beginnings import Beginnings
from tests.support.browsing import session_of
from tests.support.story import Story
from tests.support.world import Template, World, world_on

TYPED = "Passini otettiin pois."


@pytest.fixture
def begun(template: Template, tmp_path: Path) -> Iterator[Callable[[], Story]]:
    """Begin a story in a world of its own; all of a test share their beginnings, and nobody else's."""
    beginnings = Beginnings(tmp_path)
    with ExitStack() as open_worlds:
        numbers = iter(range(100))

        def story() -> Story:
            folder = tmp_path / f"world-{next(numbers)}"
            folder.mkdir()
            template.copy(folder / "vireille.db")
            url = f"sqlite:///{folder / 'vireille.db'}"
            return Story(open_worlds.enter_context(world_on(url, folder, beginnings=beginnings)))

        yield story


def test_a_copy_goes_on_like_a_beginning_of_its_own(begun: Callable[[], Story]) -> None:
    codes, ends = [], []
    for _ in range(4):
        story = begun()
        codes.append(story.applies(what_happened=TYPED).code)
        story.until("sufficiency")
        assert TYPED in str([each.answers for each in story.file.submissions])
        assert story.status() is not None
        assert story.world.log_faults() == ()
        ends.append((story.ends(), story.milestones))
    assert [codes.index(code) for code in codes] == [0, 1, 1, 1]
    assert ends == [ends[0]] * 4


def test_another_answer_is_another_beginning(begun: Callable[[], Story]) -> None:
    codes = [begun().applies().code for _ in range(3)]
    assert codes[1] == codes[2]
    assert begun().applies(what_happened=TYPED).code not in codes


@pytest.mark.parametrize(
    "happens",
    [
        lambda world: session_of(world, "kasittelija", "token"),
        lambda world: world.clock.passes(minutes=1),
        lambda world: setattr(
            world.engine,
            "settings",
            replace(
                world.engine.settings,
                sessions=replace(world.engine.settings.sessions, idle=timedelta(hours=1)),
            ),
        ),
    ],
    ids=["somebody signs in", "time passes", "other settings"],
)
def test_nothing_that_has_happened_is_copied_over(
    begun: Callable[[], Story], happens: Callable[[World], object]
) -> None:
    codes = [begun().applies().code for _ in range(3)]
    assert codes[1] == codes[2]
    story = begun()
    happens(story.world)
    assert story.applies().code not in codes


def test_a_story_that_read_in_between_goes_on_by_itself(begun: Callable[[], Story]) -> None:
    for _ in range(3):
        begun().applies()
    stories = [begun() for _ in range(3)]
    for story in stories:
        story.applies()
        assert story.file.case.reference == story.reference
        story.does("kirjaaja", "register")
    tasks = [story.file.tasks[0].id for story in stories]
    assert len(set(tasks)) == 3
