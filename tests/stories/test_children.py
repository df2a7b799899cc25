"""A child of somebody who applies has a case of its own, and nobody unsafe speaks or is served for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from engine.casework.kept_decisions import is_waited_for
from engine.casework.recordings.registration import ChildNamed
from engine.casework.recordings.urgency import ChildClassStays
from engine.commands.timers import DueTimers, FireTimer
from engine.domain.cases import CaseClass, CaseState, Outcome
from engine.domain.people import SYSTEM
from engine.errors import Invalid
from engine.queries.case_file import ReadDocument
from engine.queries.relations import waits_for_parent_since
from engine.queries.resolution_page import ReadLetter
from engine.queries.signing_facts import ParentsDecision
from tests.stories.test_delivery import FAILED
from tests.support.party_changes import changes, person
from tests.support.pdf import seen
from tests.support.story import Story

CHILD = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes"}


def family(story: Story, born_on: str = "2018-03-01", **register: Any) -> Story:
    """A parent applies with a child; the parent's case is registered, and the child's has begun."""
    story.applies(has_children="yes", children=[{**CHILD, "born_on": born_on}])
    story.does("kirjaaja", "register", **{**PARENT, **register})
    story.passes(minutes=1)
    return story.child()


def child_until_signature(child: Story, unconfirmed: str | None = None, **register: Any) -> None:
    """`unconfirmed`: what shows that the parent is meant by 35 § 1 or 2 mom., though no decision does."""
    child.does("kirjaaja", "register", **{**REGISTERED_CHILD, **register})
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    child.does("kasittelija", "assessment", **child_assessment(child), parent_unconfirmed=unconfirmed)
    language = child.case.language
    reasons = None if language == "fi" else "Huoltaja pyysi päätöksen tällä kielellä."
    child.does("kasittelija", "prepare_resolution", resolution_language=language, language_reasons=reasons)


def waits_since(child: Story) -> datetime | None:
    return waits_for_parent_since(child.file.awaited, child.file.resolutions)


@pytest.mark.databases
def test_a_childs_signature_waits_for_the_parents_outcome(story: Story) -> None:
    child = family(story)
    assert child.file.parent is not None
    assert child.file.parent.reference == story.reference
    child_until_signature(child)
    assert child.case.case_class is CaseClass.CHILD
    assert child.forms == [], "the parent's outcome is not known yet"
    assert waits_since(child) == child.file.resolutions[-1].prepared_at

    story.passes(minutes=1)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert child.forms == ["sign_resolution"]
    assert waits_since(child) is None
    signer = story.world.actor("paattaja")
    letter = story.world.engine.answer(ReadLetter(child.task("sign_resolution").id), signer)
    assert letter is not None
    assert letter.signing is not None
    assert letter.signing.parent == ParentsDecision(
        Outcome.ADMITTED_35_1, story.today, is_since_preparing=True
    )
    child.does("paattaja", "sign_resolution")
    assert child.ends() is Outcome.ADMITTED_35_3
    assert story.ends() is Outcome.ADMITTED_35_1


def test_when_the_parent_was_signed_first_nothing_is_waited_for(story: Story) -> None:
    child = family(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    assert child.forms == ["sign_resolution"]
    assert child.ends() is Outcome.ADMITTED_35_3


def test_a_child_whose_message_never_came_looks_for_itself_each_week(story: Story) -> None:
    child = family(story)
    child_until_signature(child)
    story.passes(days=8)
    assert child.forms == [], "looked, and the parent is still open"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    fire_timers_only(story, days=8)
    assert child.forms == ["sign_resolution"]


def test_a_child_on_its_own_ground_waits_for_nobody(story: Story) -> None:
    child = family(story)
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency")
    child.does("kasittelija", "assessment", concerns_child="yes", **INTEREST)
    child.does("kasittelija", "prepare_resolution")
    assert child.forms == ["sign_resolution"]


def test_a_parents_death_lapses_their_case_and_the_childs_goes_on(story: Story) -> None:
    child = family(story)
    story.does("kasittelija", "triage_override")
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED
    assert child.case.state is not CaseState.CLOSED
    child_until_signature(child, DEAD)
    assert child.forms == ["sign_resolution"]


@pytest.mark.parametrize(("born_on", "served"), [("2009-03-01", 2), ("2018-03-01", 1)])
def test_from_fifteen_a_minor_and_the_guardian_are_served_separately(
    story: Story, born_on: str, served: int
) -> None:
    child = family(story, born_on)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    handed = [task.business_key for task in child.file.tasks if task.form_key == "record_delivery"]
    assert len(handed) == len(set(handed)) == served
    ends: dict[str | None, date | None] = {}
    for number, key in enumerate(handed, 1):
        child.does("kasittelija", "record_delivery", key)
        child.passes(days=3)
        assert ("resolution_served" in child.milestones) == (number == served), "served when all are"
        period = next(
            each for each in child.file.deadlines if each.business_key == key and each.name == "appeal_period"
        )
        assert period.due_on is not None
        assert period.due_on >= child.today + timedelta(days=27), "thirty days from their own service"
        ends[key] = period.due_on
    periods = {
        each.business_key: each.due_on for each in child.file.deadlines if each.name == "appeal_period"
    }
    assert periods == ends, "no service of another moves a period (808/2019 13 §)"
    child.passes(days=26)
    assert "finality_inquiry" not in child.forms, "the last period has not ended"
    child.passes(days=6)
    assert "finality_inquiry" in child.forms


def test_a_guardian_who_has_died_is_looked_for_no_more_while_the_childs_letter_waits(story: Story) -> None:
    child = family(story, "2009-03-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    key = next(each.business_key for each in child.file.deliveries if each.party_id == guardian.id)
    child.does("kasittelija", "record_delivery", key, **FAILED)
    child.does("kasittelija", "choose_delivery_way", key, next_channel="none")
    child.does("paattaja", "no_safe_service", key, no_safe_why="recipient_died", died_on=None)
    assert "person_reached" not in {name for name, _ in child.file.awaited}, "nobody waits for the dead"
    child.passes(days=91)
    assert "record_delivery" in child.forms, "the child's own letter waits"
    assert "choose_delivery_way" not in child.forms
    assert "no_service_possible" not in child.milestones
    child.does("kasittelija", "record_delivery")
    child.passes(minutes=1)
    assert "resolution_served" in child.milestones


@pytest.mark.parametrize("first", ["guardian", "child"])
def test_when_the_guardian_and_the_child_have_died_nobody_is_waited_for(story: Story, first: str) -> None:
    """A walk found it: the case of a child who had died was looked at each week, for ever."""
    child = family(story, "2009-03-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    child.does("kasittelija", "contact_client")
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    keys = {each.party_id == guardian.id: each.business_key for each in child.file.deliveries}
    for key in keys.values():
        child.does("kasittelija", "record_delivery", key, **FAILED)
        child.does("kasittelija", "choose_delivery_way", key, next_channel="none")
    died = {True: ("recipient_died", None), False: ("dead", child.today.isoformat())}
    for is_guardian in (first == "guardian", first != "guardian"):
        why, died_on = died[is_guardian]
        child.does("paattaja", "no_safe_service", keys[is_guardian], no_safe_why=why, died_on=died_on)
    child.passes(days=8)
    assert "no_service_possible" in child.milestones
    assert child.case.state is CaseState.CLOSED


def test_a_deputy_is_waited_for_no_more_once_the_child_has_died(story: Story) -> None:
    child = family(story, "2018-03-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    (delivery,) = child.file.deliveries
    deputy = replace(delivery, state="kept", proof="deputy_needed")
    died = replace(deputy, proof="dead")
    assert is_waited_for(deputy, [deputy], None)
    assert not is_waited_for(deputy, [deputy, died], None)


def test_a_child_who_is_sixteen_by_a_later_birth_date_is_served_beside_the_guardian(story: Story) -> None:
    child = family(story, "2013-03-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    (first,) = [task for task in child.file.tasks if task.form_key == "record_delivery"]
    child.does("kasittelija", "record_delivery", first.business_key)
    child.passes(days=2)

    born = {**person(child).identity, "born_on": "2010-03-01"}
    changes(child, person(child), identity=born)
    child.passes(minutes=1)
    child.does("kasittelija", "age_change", case_class="child", age_speaker="guardian")
    child.passes(minutes=1)

    herself = f"DEL-{person(child).id.hex[-12:]}"
    own = [task for task in child.file.tasks if task.business_key == herself]
    assert [task.form_key for task in own] == ["record_delivery"]
    child.does("kasittelija", "record_delivery", herself)
    periods = {
        each.business_key: each.due_on for each in child.file.deadlines if each.name == "appeal_period"
    }
    assert set(periods) == {first.business_key, herself}
    theirs, hers = periods[first.business_key], periods[herself]
    assert theirs is not None
    assert hers is not None
    assert hers > theirs, "her own period runs from her own service"
    assert "mail_returned" not in child.events
    child.passes(days=(theirs - child.today).days + 1)
    assert "finality_inquiry" not in child.forms, "the decision is not final while her period runs"
    changes(child, person(child), identity={**born, "born_on": "2010-04-01"})
    child.passes(minutes=1)
    assert "age_change" not in child.forms, "sixteen still"


def test_a_guardian_marked_unsafe_is_neither_notified_nor_served(story: Story) -> None:
    child = family(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    unsafe = [{"name": "Aino Keksitty", "part": "guardian", "reason": "Mahdollinen hyväksikäyttäjä"}]
    child_until_signature(child, unsafe_parties=unsafe)
    child.does("paattaja", "sign_resolution")
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    served = {each.party_id for each in child.file.deliveries}
    assert guardian.is_unsafe
    assert guardian.id not in served
    assert served == set(), "a small child needs a deputy first"
    assert "choose_delivery_way" in child.forms
    before = len(story.mails)
    child.ends()
    assert not [mail for mail in story.mails[before:] if mail.case_id == child.case.id]


def test_a_child_abroad_gets_no_case(story: Story) -> None:
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01", "in_finland": "no"}])
    story.does("kirjaaja", "register", **PARENT)
    assert story.file.children == ()
    story.ends()
    letter = next(each.document_id for each in story.file.resolutions if each.kind == "admission")
    assert letter is not None
    _, content = story.asks(ReadDocument(letter))
    assert "Jokaisen lapsen" not in seen(content), "no decision is promised to who gets none"


def test_a_child_whom_the_application_names_is_not_put_aside_at_registration(story: Story) -> None:
    named = {**CHILD, "born_on": "2018-03-01"}
    story.applies(has_children="yes", children=[named])
    with pytest.raises(ChildNamed) as refused:
        story.does("kirjaaja", "register", has_children="no", children=None)
    assert refused.value.field == "has_children"
    story.does("kirjaaja", "register", **{**PARENT, "children": [{**named, "in_finland": "no"}]})
    story.passes(minutes=1)
    assert story.file.children == (), "a child abroad gets no case"
    (child,) = [each for each in story.file.parties if each.kind == "child"]
    (moved,) = [each for each in story.file.corrections if each.subject_id == child.id]
    assert (moved.before, moved.after) == ({"in_finland": "yes"}, {"in_finland": "no"})


def test_a_child_named_only_at_registration_gets_a_case_once(story: Story) -> None:
    story.applies()
    named = [{**CHILD, "born_on": "2018-03-01"}]
    story.does("kirjaaja", "register", **{**PARENT, "children": named})
    story.passes(minutes=1)
    assert len(story.file.children) == 1
    assert story.child().forms == ["register"]


def fire_timers_only(story: Story, days: int) -> None:
    """As if the message to the child were lost: the worker's timers run, its starts do not."""
    story.world.clock.passes(days=days)
    for timer_id in story.world.engine.answer(DueTimers(), SYSTEM):
        story.world.engine.perform(FireTimer(timer_id), SYSTEM)


DEAD = "Vanhempi oli pakkotyössä ja tarvitsi apua ennen kuolemaansa."
PARENT: dict[str, Any] = {
    "has_children": "yes",
    "child_welfare_considered": "not_needed",
}
REGISTERED_CHILD = {
    "is_child": "yes",
    "representative_state": "guardian",
    "child_welfare_considered": "made",
}
INTEREST = {
    "child_interest": "Lapsen etu puoltaa apua.",
    "child_opinion": "Lapsi haluaa pysyä vanhemman luona.",
    "child_heard": "heard",
}


def child_assessment(child: Story) -> dict[str, Any]:
    assert child.file.parent is not None
    only_victims = ("may_be_victim", "still_in_danger", "victim_reasons", "needs_help", "help_reasons")
    return {
        "ground_assessed": "35_3",
        "parent_reference": child.file.parent.reference,
        "child_in_finland": "yes",
        "child_needs_help": "yes",
        "ground_reasons": "Lapsi tarvitsee apua vanhemman tilanteen vuoksi.",
        "outcome_proposed": "admitted_35_3",
        "concerns_child": "yes",
        **INTEREST,
        **dict.fromkeys(only_victims),
    }


def test_a_birth_date_of_a_child_is_not_registered_as_an_adult(story: Story) -> None:
    story.applies(is_under_18="no", born_on="2019-05-17")
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", is_child="no")
    assert refused.value.field == "is_child"
    story.does("kirjaaja", "register", is_child="yes")
    assert story.file.applicant is not None
    assert story.file.applicant.is_minor


def test_a_child_of_twelve_is_not_called_younger(story: Story) -> None:
    story.applies(is_under_18="yes", born_on="2010-05-17")
    story.does("kirjaaja", "register", is_child="yes")
    story.until("assessment")
    of_child = {"concerns_child": "yes", "child_interest": "Turva.", "child_opinion": "Haluaa apua."}
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "assessment", **of_child, child_heard="under_12")
    assert refused.value.field == "child_heard"
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "assessment", concerns_child="no")
    assert refused.value.field == "concerns_child"
    story.does("kasittelija", "assessment", **of_child, child_heard="heard")


def test_a_childs_case_is_never_handled_as_an_adults(story: Story) -> None:
    child = family(story)
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    with pytest.raises(ChildClassStays) as refused:
        child.does(
            "kasittelija", "triage_override", case_class="normal", differs="yes", reason="Vanhempi hoitaa."
        )
    assert refused.value.field == "case_class"
    child.does("kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Uhka.")
    assert child.case.case_class is CaseClass.URGENT
