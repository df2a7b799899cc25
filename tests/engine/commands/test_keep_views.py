"""Views of the inbox that a person names: for themselves or shared, few, and counted as the others are."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine.commands.saved_views import LONGEST, MOST, MOST_SHARED, ForgetView, KeepView, SealViewNames
from engine.domain.inbox import EVERYONE, DueWithin, Order, SavedView, TaskFilter, Urgency, View
from engine.domain.people import SYSTEM
from engine.errors import Invalid, NotFound
from engine.queries.inbox import OpenInbox
from engine.storage.tables.people import SAVED_VIEWS
from tests.support.story import Story
from tests.support.world import World

pytestmark = pytest.mark.databases
ALL_OF_IT = TaskFilter(
    "sufficiency",
    DueWithin.WEEK,
    "south",
    Urgency.CHILD,
    waits_for_me=True,
    follow_up=DueWithin.TODAY,
    language="so",
    is_stalled=True,
    order=Order.CLASS,
)


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
    stands_in_clear(world, "Kiireiset")
    ((kept, _),) = views_of(world, "kirjaaja")
    assert kept.name == "Kiireiset"

    keeps(world, "kirjaaja", "Kiireiset", TaskFilter("register"))

    ((kept, _),) = views_of(world, "kirjaaja")
    assert (kept.name, kept.narrowed) == ("Kiireiset", TaskFilter("register"))


def stands_in_clear(world: World, name: str) -> None:
    """Store the one view as the version before did: its name in clear, and the filter without what it did not know."""
    known = ("form_key", "due", "team", "urgency", "waits_for_me")
    with world.engine.database.transaction() as connection:
        narrowed = connection.execute(select(SAVED_VIEWS.c.narrowed)).scalar_one()
        before = {"name": name, "narrowed": {key: narrowed[key] for key in known}}
        connection.execute(update(SAVED_VIEWS).values(**before))


def test_a_name_that_stands_in_clear_is_sealed_by_the_worker(world: World) -> None:
    keeps(world, "kirjaaja", "Aino Keksitty", TaskFilter("register"))
    stands_in_clear(world, "Aino Keksitty")

    assert world.engine.perform(SealViewNames(), SYSTEM) == 1
    assert world.engine.perform(SealViewNames(), SYSTEM) == 0

    with world.engine.database.view() as connection:
        (row,) = connection.execute(select(SAVED_VIEWS)).mappings()
    assert "Aino" not in f"{row['name']} {row['narrowed']}"
    ((kept, _),) = views_of(world, "kirjaaja")
    assert (kept.name, kept.narrowed) == ("Aino Keksitty", TaskFilter("register"))


def shares(world: World, who: str, name: str, audience: str, form: str = "register") -> None:
    command = KeepView(name, View.TEAM, TaskFilter(form), audience)
    world.engine.perform(command, world.actor(who))


def test_a_shared_view_shows_each_reader_what_they_may_see(world: World, story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    shares(world, "pohjoinen", "Pohjoisen arvioitavat", "north", "sufficiency")
    shares(world, "esihenkilo", "Kaikkien arvioitavat", EVERYONE, "sufficiency")

    assert [(each.name, count) for each, count in views_of(world, "kasittelija")] == [
        ("Kaikkien arvioitavat", 1)
    ]
    # The case is of the south: the same view counts none of it for a reader of the north.
    assert [(each.name, count) for each, count in views_of(world, "pohjoinen")] == [
        ("Pohjoisen arvioitavat", 0),
        ("Kaikkien arvioitavat", 0),
    ]
    ((shared, _),) = views_of(world, "kasittelija")
    assert shared.shared_by == "Eero Esihenkilö"
    with pytest.raises(NotFound):
        world.engine.perform(ForgetView(shared.id), world.actor("kasittelija"))
    world.engine.perform(ForgetView(shared.id), world.actor("johtaja"))
    assert views_of(world, "kasittelija") == []


def test_one_shares_with_ones_own_team_and_a_head_with_any(world: World) -> None:
    for who, audience in (("kasittelija", "north"), ("pohjoinen", "south"), ("pohjoinen", EVERYONE)):
        with pytest.raises(Invalid):
            shares(world, who, "Kiireiset", audience)
    for number in range(MOST_SHARED):
        shares(world, "esihenkilo", f"Näkymä {number}", "north")
    with pytest.raises(Invalid):
        shares(world, "johtaja", "Yksi liikaa", "north")
    shares(world, "esihenkilo", "Näkymä 0", "north", "sufficiency")
    assert len(views_of(world, "pohjoinen")) == MOST_SHARED


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
