"""People kept away from a parent's case are kept away from the child's, which names the parent."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from tests.support.story import Story

CHILD = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}
PARENT = {"has_children": "yes", "child_welfare_considered": "not_needed"}


def family(story: Story, **register: str) -> Story:
    story.applies(has_children="yes", children=[CHILD])
    story.does("kirjaaja", "register", **PARENT, **register)
    story.passes(minutes=1)
    return story.child()


def test_a_restricted_parents_child_is_restricted_from_its_first_moment(story: Story) -> None:
    child = family(story, restricted="yes")
    assert child.case.is_restricted
    with pytest.raises(NotFound):
        child.read_by("toinen")


@pytest.mark.databases
def test_the_disqualified_see_neither_the_parents_case_nor_the_childs(story: Story) -> None:
    kept_away = str(story.world.people["toinen"].id)
    child = family(
        story,
        disqualified_staff="yes",
        disqualified_person=kept_away,
        disqualified_reason="sukulainen",
    )
    for each in (story, child):
        with pytest.raises(NotFound):
            each.read_by("toinen")
    assert child.read_by("kasittelija").case.reference == child.reference


def test_a_step_that_learns_the_team_gives_the_childs_case_that_team(story: Story) -> None:
    assert family(story, region="north").case.team == "north"
