"""Views of the inbox that a person names: their own alone, few, and counted as the others are."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine.commands.saved_views import LONGEST, MOST, ForgetView, KeepView
from engine.domain.inbox import DueWithin, SavedView, TaskFilter, Urgency, View
from engine.errors import Invalid, NotFound
from engine.queries.inbox import OpenInbox
from engine.storage.tables.people import SAVED_VIEWS
from tests.support.story import Story
from tests.support.world import World

pytestmark = pytest.mark.databases
ALL_OF_IT = TaskFilter("sufficiency", DueWithin.WEEK, "south", Urgency.CHILD, waits_for_me=True)


def keeps(world: World, who: str, name: str, narrowed: TaskFilter = ALL_OF_IT) -> None:
    world.engine.perform(KeepView(name, View.TEAM, narrowed), world.actor(who))


def views_of(world: World, who: str) -> list[tuple[SavedView, int]]:
    return list(world.engine.answer(OpenInbox(), world.actor(who)).saved)


def test_a_view_comes_back_as_it_was_kept_with_its_number(world: World, story: Story) -> None:
    story.applies()
    keeps(world, "kirjaaja", "  Lapset   etelässä ")
    keeps(world, "kirjaaja", "Kirjattavat", TaskFilter("register"))

    (children, none), (registering, one) = views_of(world, "kirjaaja")

    assert (children.name, children.view, children.narrowed, none) == (
        "Lapset etelässä",
        View.TEAM,
        ALL_OF_IT,
        0,
    )
    assert (registering.name, one) == ("Kirjattavat", 1)
    assert views_of(world, "kasittelija") == [], "another's"


def test_a_name_in_use_is_given_to_the_new_one(world: World) -> None:
    keeps(world, "kirjaaja", "Kiireiset")
    keeps(world, "kirjaaja", "Kiireiset", TaskFilter(urgency=Urgency.URGENT))

    ((kept, _),) = views_of(world, "kirjaaja")

    assert kept.narrowed == TaskFilter(urgency=Urgency.URGENT)


def test_a_view_of_the_version_before_keeps_its_name_and_is_replaced_by_it(world: World) -> None:
    keeps(world, "kirjaaja", "Kiireiset")
    # As the version before stored it: the name in clear, and no other beside the filter.
    with world.engine.database.transaction() as connection:
        narrowed = connection.execute(select(SAVED_VIEWS.c.narrowed)).scalar_one()
        before = {"name": "Kiireiset", "narrowed": {key: narrowed[key] for key in narrowed.keys() - {"name"}}}
        connection.execute(update(SAVED_VIEWS).values(**before))
    ((kept, _),) = views_of(world, "kirjaaja")
    assert kept.name == "Kiireiset"

    keeps(world, "kirjaaja", "Kiireiset", TaskFilter("register"))

    ((kept, _),) = views_of(world, "kirjaaja")
    assert (kept.name, kept.narrowed) == ("Kiireiset", TaskFilter("register"))


def test_a_few_and_no_more(world: World) -> None:
    for number in range(MOST):
        keeps(world, "kirjaaja", f"Näkymä {number}")

    with pytest.raises(Invalid):
        keeps(world, "kirjaaja", "Yksi liikaa")
    keeps(world, "kirjaaja", "Näkymä 0")
    assert len(views_of(world, "kirjaaja")) == MOST


@pytest.mark.parametrize("name", ["", "  ", "n" * (LONGEST + 1)])
def test_a_view_needs_a_name_that_fits(world: World, name: str) -> None:
    with pytest.raises(Invalid):
        keeps(world, "kirjaaja", name)


def test_nobody_forgets_for_another(world: World) -> None:
    keeps(world, "kirjaaja", "Kiireiset")
    ((kept, _),) = views_of(world, "kirjaaja")

    with pytest.raises(NotFound):
        world.engine.perform(ForgetView(kept.id), world.actor("kasittelija"))
    world.engine.perform(ForgetView(kept.id), world.actor("kirjaaja"))
    assert views_of(world, "kirjaaja") == []
