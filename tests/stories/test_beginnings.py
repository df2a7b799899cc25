"""Stories that begin alike share how they began (`support/beginnings`), and notice nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.access_log import FaultKind
from engine.errors import AnswersRejected
from engine.queries.access_log import WhoLooked
from tests.support.beginnings import Beginnings
from tests.support.browsing import session_of
from tests.support.story import Story
from tests.support.world import BEGINNING, Template, World, world_on
from tests.support.worlds import MAIL

TYPED = "Passini otettiin pois."


@pytest.fixture
def beginnings() -> Beginnings:
    """Nobody else's."""
    return Beginnings()


@pytest.fixture
def begun(template: Template, tmp_path: Path, beginnings: Beginnings) -> Iterator[Callable[[], Story]]:
    """Begin a story in a world of its own; all of a test share their beginnings."""
    with ExitStack() as open_worlds:
        numbers = iter(range(100))

        def story() -> Story:
            folder = tmp_path / f"world-{next(numbers)}"
            folder.mkdir()
            template.copy(folder / "vireille.db")
            url = f"sqlite:///{folder / 'vireille.db'}"
            return Story(open_worlds.enter_context(world_on(url, folder, MAIL, beginnings=beginnings)))

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
    assert len(set(codes)) == 1
    assert ends == [ends[0]] * 4


def test_another_answer_is_another_beginning(begun: Callable[[], Story]) -> None:
    codes = [begun().applies().code for _ in range(2)]
    assert codes[0] == codes[1]
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
    codes = [begun().applies().code for _ in range(2)]
    assert codes[0] == codes[1]
    story = begun()
    happens(story.world)
    assert story.applies().code not in codes


def test_a_story_that_reads_or_is_refused_in_between_stays_on_its_way(begun: Callable[[], Story]) -> None:
    stories = [begun() for _ in range(3)]
    for story in stories:
        story.applies()
        assert story.file.case.reference == story.reference
        with pytest.raises(AnswersRejected):
            story.does("kirjaaja", "register", caseworker="nobody")
        story.does("kirjaaja", "register")
        story.does("kasittelija", "triage_override")
    assert len({story.file.tasks[0].id for story in stories}) == 1
    assert len({story.receipt for story in stories}) == 1
    assert len({(*entries(story),) for story in stories}) == 1, "each has read and claimed"
    assert stories[0].world.log_faults() == ()


def entries(story: Story) -> list[str]:
    found = story.world.engine.answer(WhoLooked(story.reference), story.world.actor("esihenkilo"))
    return [each["action"] for each in found]


def test_who_goes_otherwise_or_looks_elsewhere_goes_on_alone(begun: Callable[[], Story]) -> None:
    stories = [begun() for _ in range(5)]
    for number, story in enumerate(stories):
        story.applies()
        if number > 2:
            entries(story)
        elif number > 1:
            assert story.forms == ["register"]
        story.does("kirjaaja", "register")
    tasks = [story.file.tasks[0].id for story in stories]
    assert len(set(tasks)) == 4, "the first two went one way"


def test_days_that_pass_and_mails_that_leave_are_part_of_the_way(begun: Callable[[], Story]) -> None:
    ends = []
    for _ in range(2):
        story = begun()
        story.applies(safe_channels=["email"], email="joku@example.invalid", may_leave_message="no")
        story.ends()
        story.passes(days=3)
        ends.append((story.world.clock.moment, story.mails, {each.id for each in story.file.documents}))
        assert {each.kind for each in story.world.log_faults()} <= {FaultKind.UNSIGNED}
    assert ends[0] == ends[1]
    assert story.mails
    assert story.world.clock.moment > BEGINNING + timedelta(days=3)


def test_a_way_whose_beginning_was_forgotten_is_not_gone_on(
    begun: Callable[[], Story], beginnings: Beginnings
) -> None:
    """Else a story would have a code that the copied world does not know."""
    first, second = begun(), begun()
    first.applies()
    first.does("kirjaaja", "register")
    del beginnings.images[next(iter(beginnings.images))]
    second.applies()
    second.does("kirjaaja", "register")
    assert first.receipt != second.receipt
    assert second.status() is not None
