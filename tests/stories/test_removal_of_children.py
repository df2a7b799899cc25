"""A child leaves the assistance system: whose wish counts depends on the child's age, and the child's interest is written down."""

from __future__ import annotations

import pytest

from engine.casework.recordings.removal import ChildInterestMissing
from engine.domain.clienthood import ChildNeedsGuardian, OwnWillNeeded
from engine.errors import Invalid
from tests.stories.test_children import child_until_signature, family
from tests.stories.test_removal import WISH, letter
from tests.support.story import Story


def child_client(story: Story, born_on: str) -> Story:
    child = family(story, born_on)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    return child


@pytest.mark.parametrize(
    ("born_on", "wished_by", "refusal"),
    [
        ("2018-03-01", "person", ChildNeedsGuardian),
        ("2018-03-01", "guardian", None),
        ("2018-03-01", "person_and_guardian", None),
        ("2010-03-01", "guardian", OwnWillNeeded),
        ("2010-03-01", "person", None),
    ],
)
def test_a_childs_wish_is_by_age_the_childs_and_the_guardians(
    story: Story, born_on: str, wished_by: str, refusal: type[Invalid] | None
) -> None:
    child = child_client(story, born_on)
    child.hears("removal_needed")
    wish = {**WISH, "wished_by": wished_by}
    with pytest.raises(ChildInterestMissing):
        child.does("kasittelija", "removal_assessment", **wish)
    wish["child_interest"] = "Lapsi asuu turvassa vanhempansa kanssa."
    if refusal is not None:
        with pytest.raises(refusal):
            child.does("kasittelija", "removal_assessment", **wish)
        return
    child.does("kasittelija", "removal_assessment", **wish)
    child.does("kasittelija", "prepare_removal")
    child.does("paattaja", "sign_removal")
    written = letter(child)
    assert ("lapsen, jota päätös koskee" in written) == (born_on == "2018-03-01")
