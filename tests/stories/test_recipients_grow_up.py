"""Service lasts for weeks, in which a child turns fifteen or comes of age, and mandates end: the decision reaches whom it belongs
to then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.casework.recordings.delivery import SpeaksNoMore, SpeaksStill
from tests.stories.test_added_after_signature import comes, key_of
from tests.stories.test_children import INTEREST, REGISTERED_CHILD, child_until_signature, family
from tests.stories.test_decision_corrections import COPY, proposes
from tests.stories.test_decision_corrections import begins as correction_begins
from tests.stories.test_delivery import FAILED
from tests.stories.test_reaching import asks_to_call
from tests.stories.test_removal import clienthood, signed
from tests.stories.test_removal_of_children import OF_A_CHILD
from tests.stories.test_representatives import removes
from tests.stories.test_returned_post import comes_back
from tests.stories.test_shared_ways import mother_and_child
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story


def born(years: int, turned_on: date) -> str:
    return turned_on.replace(year=turned_on.year - years).isoformat()


def signed_child(story: Story, child: Story) -> Story:
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    child.passes(minutes=1)
    return child


def key_to(child: Story, kind: str, prefix: str = "DEL") -> str:
    party = next(each for each in child.file.parties if each.kind == kind)
    return f"{prefix}-{party.id.hex[-12:]}"


def keys(child: Story, form: str) -> list[str]:
    return [each.business_key or "" for each in child.file.tasks if each.form_key == form]


def nobody_safe(child: Story, key: str, why: str) -> None:
    child.does("kasittelija", "record_delivery", key, **FAILED)
    child.does("kasittelija", "choose_delivery_way", key, next_channel="none")
    child.does("paattaja", "no_safe_service", key, no_safe_why=why, died_on=None)
    child.passes(minutes=1)


@pytest.mark.databases
def test_a_child_who_turned_fifteen_before_the_guardians_letter_came_back_is_served_too(story: Story) -> None:
    child = mother_and_child(story)
    identity = {**person(child).identity, "born_on": born(15, story.today + timedelta(days=9))}
    changes(child, person(child), identity=identity)
    signed_child(story, child)
    of_guardian, own = key_to(child, "guardian"), key_to(child, "applicant")
    child.does("kasittelija", "post_letter", of_guardian)
    child.passes(days=8)
    assert "resolution_served" in child.milestones, "she was fourteen on the presumed day"
    assert own not in {each.business_key for each in child.file.tasks}
    child.passes(days=3)

    comes_back(child, of_guardian)
    child.passes(minutes=1)

    assert own in {each.business_key for each in child.file.tasks}
    child.does("kasittelija", "choose_delivery_way", of_guardian)
    child.does("kasittelija", "record_delivery", of_guardian)
    child.passes(days=40)
    assert "finality_inquiry" not in child.forms, "the child lacks it"
    child.until("record_delivery")
    child.does("kasittelija", "record_delivery", own)
    child.passes(days=40)
    assert "finality_inquiry" in child.forms


@pytest.mark.parametrize(("days", "is_served"), [(2, False), (4, True)])
def test_whether_the_child_is_served_goes_by_the_day_on_which_the_guardian_was(
    story: Story, days: int, is_served: bool
) -> None:
    child = signed_child(story, family(story, born(15, story.today + timedelta(days=4))))
    handed_on = child.today + timedelta(days=days)
    child.passes(days=6)
    child.does("kasittelija", "record_delivery", key_to(child, "guardian"), served_on=handed_on.isoformat())
    child.passes(minutes=1)
    assert (child.events.count("recipient_added") == 1) is is_served
    assert ("resolution_served" in child.milestones) is not is_served
    if is_served:
        child.does("kasittelija", "record_delivery", key_to(child, "applicant"))
        child.passes(minutes=1)
        assert "resolution_served" in child.milestones


def test_a_child_who_died_turns_no_fifteen_and_is_served_nothing(story: Story) -> None:
    child = signed_child(story, family(story, born(15, story.today + timedelta(days=4))))
    died_on = child.today + timedelta(days=1)
    child.passes(days=6)
    of_guardian = key_to(child, "guardian")
    child.does("kasittelija", "record_delivery", of_guardian, **FAILED)
    child.does("kasittelija", "choose_delivery_way", of_guardian, next_channel="none")
    child.does("paattaja", "no_safe_service", of_guardian, no_safe_why="dead", died_on=died_on.isoformat())
    child.passes(minutes=1)
    assert "recipient_added" not in child.events
    assert key_to(child, "applicant") not in {each.business_key for each in child.file.tasks}
    assert "no_service_possible" in child.milestones, "nothing holds the end back"


def admitted_child(story: Story, born_on: str) -> Story:
    """A child admitted as a victim of their own, served through the guardian, and contacted."""
    child = family(story, born_on)
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    child.does("kasittelija", "assessment", concerns_child="yes", **INTEREST)
    child.does("kasittelija", "prepare_resolution")
    child.does("paattaja", "sign_resolution")
    child.does("kasittelija", "record_delivery", key_to(child, "guardian"))
    child.does("kasittelija", "contact_client", stay_status="no_right")
    return child


@pytest.mark.parametrize(("days", "is_served"), [(1, False), (9, True)])
def test_a_child_who_turned_fifteen_gets_the_decision_on_the_reflection_period(
    story: Story, days: int, is_served: bool
) -> None:
    child = admitted_child(story, born(15, story.today + timedelta(days=4)))
    child.does("kasittelija", "reflection_period")
    child.does("paattaja", "sign_reflection_period")
    of_guardian = key_to(child, "guardian", "HAR")
    child.passes(days=days)
    child.does("kasittelija", "record_delivery", of_guardian)
    child.passes(minutes=1)
    own = key_to(child, "applicant", "HAR")
    assert (own in keys(child, "record_delivery")) is is_served
    assert key_to(child, "applicant") not in keys(child, "record_delivery"), "she was fourteen for that one"
    if is_served:
        child.does("kasittelija", "record_delivery", own)
        child.passes(days=9)
        assert child.events.count("recipient_added") == 1


def test_a_child_who_turned_fifteen_gets_the_corrected_copy(story: Story) -> None:
    child = admitted_child(story, born(15, story.today + timedelta(days=4)))
    correction_begins(child)
    proposes(child, **COPY)
    child.does("paattaja", "sign_correction")
    of_guardian, own = key_to(child, "guardian", "KOR1"), key_to(child, "applicant", "KOR1")
    assert own not in keys(child, "record_delivery")
    child.passes(days=9)
    child.does("kasittelija", "record_delivery", of_guardian)
    child.passes(minutes=1)
    child.does("kasittelija", "record_delivery", own)
    child.passes(minutes=1)
    assert child.events.count("recipient_added") == 1
    assert {each.business_key for each in child.file.deliveries if each.state == "served"} >= {
        of_guardian,
        own,
    }
    assert "KOR1" not in {
        str(each.business_key)[:4] for each in child.file.deadlines if each.name == "appeal_period"
    }


def test_a_guardian_of_one_who_came_of_age_is_not_waited_for_and_gets_nothing(story: Story) -> None:
    child = signed_child(story, family(story, born(18, story.today + timedelta(days=9))))
    of_guardian, own = key_to(child, "guardian"), key_to(child, "applicant")
    child.does("kasittelija", "record_delivery", own)
    child.passes(days=17)
    assert "resolution_served" in child.milestones, "nobody waits for the guardian of an adult"
    page = signed_in(child.world, "kasittelija").get(
        f"/tasks/{child.task('record_delivery', of_guardian).id}"
    )
    assert "Hän ei enää puhu henkilön puolesta." in page.text
    assert "Avaa (PDF)" not in page.text
    with pytest.raises(SpeaksNoMore):
        child.does("kasittelija", "record_delivery", of_guardian)
    child.does("kasittelija", "record_delivery", of_guardian, **FAILED)
    with pytest.raises(SpeaksNoMore):
        child.does("kasittelija", "choose_delivery_way", of_guardian, next_channel="in_person")
    child.does("kasittelija", "choose_delivery_way", of_guardian, next_channel="none")
    child.does("paattaja", "no_safe_service", of_guardian, no_safe_why="not_reached", died_on=None)
    child.passes(days=40)
    assert of_guardian not in {each.business_key for each in child.file.tasks}, "nobody looks for a way again"
    assert "finality_inquiry" in child.forms


def test_a_copy_kept_for_a_guardian_delays_nothing_once_the_child_is_an_adult(story: Story) -> None:
    child = signed_child(story, family(story, born(18, story.today + timedelta(days=9))))
    child.does("kasittelija", "record_delivery", key_to(child, "applicant"))
    nobody_safe(child, key_to(child, "guardian"), "not_reached")
    assert "resolution_served" not in child.milestones
    child.passes(days=17)
    assert "resolution_served" in child.milestones
    child.passes(days=40)
    assert "finality_inquiry" in child.forms


def test_who_was_removed_from_the_case_is_not_waited_for_where_another_speaks(story: Story) -> None:
    child = signed_child(story, family(story))
    ending = comes(child, "representative")
    child.does("kasittelija", "record_delivery", key_to(child, "guardian"))
    own = key_of(child, "record_delivery", ending)
    nobody_safe(child, own, "not_reached")
    child.passes(days=40)
    assert "finality_inquiry" not in child.forms
    removes(child, next(each for each in child.file.parties if each.kind == "representative"))
    child.passes(days=9)
    assert "finality_inquiry" in child.forms


def test_a_removal_waits_for_the_child_who_turned_fifteen_during_its_service(story: Story) -> None:
    child = signed_child(story, family(story, born(15, story.today + timedelta(days=9))))
    child.does("kasittelija", "record_delivery", key_to(child, "guardian"))
    child.passes(days=2)
    signed(child, **OF_A_CHILD)
    child.passes(days=9)
    child.does("kasittelija", "record_delivery", key_to(child, "guardian", "POI"))
    child.passes(minutes=1)
    assert clienthood(child).runs
    assert key_to(child, "applicant", "POI") in keys(child, "record_delivery")
    assert key_to(child, "applicant") not in keys(child, "record_delivery"), (
        "she was fourteen when that was served"
    )
    child.does("kasittelija", "record_delivery", key_to(child, "applicant", "POI"))
    child.passes(minutes=1)
    assert not clienthood(child).runs


OVER = {"no_safe_why": "speaks_no_more", "died_on": None}


def to_be_stated(child: Story, key: str) -> None:
    """Somebody is to state that no way to this recipient is safe."""
    child.does("kasittelija", "record_delivery", key, **FAILED)
    child.does("kasittelija", "choose_delivery_way", key, next_channel="none")


def test_a_guardians_copy_ends_once_the_child_has_come_of_age_and_nobody_is_asked_to_call(
    story: Story,
) -> None:
    story.applies(born_on=born(18, story.today + timedelta(days=9)))
    comes(story, "guardian")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    of_guardian = key_to(story, "guardian")
    to_be_stated(story, of_guardian)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('no_safe_service', of_guardian).id}")
    assert "Vastaanottaja ei enää puhu asianosaisen puolesta" not in page.text
    with pytest.raises(SpeaksStill) as refused:
        story.does("paattaja", "no_safe_service", of_guardian, **OVER)
    assert refused.value.field == "no_safe_why"

    story.passes(days=10)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('no_safe_service', of_guardian).id}")
    assert "Vastaanottaja ei enää puhu asianosaisen puolesta" in page.text
    story.does("paattaja", "no_safe_service", of_guardian, **OVER)
    assert of_guardian not in {each.business_key for each in story.file.tasks}, "it is over"
    assert not asks_to_call(story)
    own = key_to(story, "applicant")
    to_be_stated(story, own)
    with pytest.raises(SpeaksStill):
        story.does("paattaja", "no_safe_service", own, **OVER)
    story.does("paattaja", "no_safe_service", own, no_safe_why="not_reached", died_on=None)
    assert asks_to_call(story), "the decision waits for the person"
    story.passes(days=40)
    assert of_guardian not in {each.business_key for each in story.file.tasks}


def test_a_guardians_reflection_decision_ends_for_the_adult_who_gets_it(story: Story) -> None:
    child = admitted_child(story, born(15, story.today + timedelta(days=4)))
    child.does("kasittelija", "reflection_period")
    child.does("paattaja", "sign_reflection_period")
    of_guardian, own = key_to(child, "guardian", "HAR"), key_to(child, "applicant", "HAR")
    to_be_stated(child, of_guardian)
    identity = {**person(child).identity, "born_on": born(18, child.today)}
    changes(child, person(child), identity=identity)
    child.passes(minutes=1)
    child.does("paattaja", "no_safe_service", of_guardian, **OVER)
    child.passes(minutes=1)
    assert own in keys(child, "record_delivery")
    child.passes(days=40)
    assert of_guardian not in {each.business_key for each in child.file.tasks}
