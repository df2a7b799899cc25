"""A case that is open again keeps its data; the days are counted anew when it has closed."""

from __future__ import annotations

from datetime import date

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.errors import CaseErased
from engine.storage.sealing import SealingClass
from tests.stories.test_appeals import appeals, becomes_final, refused, served, to_court
from tests.stories.test_decision_corrections import COPY, begins, proposes
from tests.stories.test_delivery import BY_POST
from tests.stories.test_removal import planned
from tests.support.key_stores import erase_due, plan_all
from tests.support.story import Story


def held(story: Story) -> set[str]:
    return set(story.world.engine.key_store.of_case(story.case.id))


def years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def withdrawn(story: Story) -> None:
    """Lapsed, and served."""
    story.applies()
    story.until("sufficiency")
    story.withdraws()
    story.does("kasittelija", "withdraw")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")


def due_today(story: Story, *classes: SealingClass) -> None:
    """Give these classes a plan of which today is the day, and let the round come."""
    case_id, plans = story.case.id, {each.value: ("15 §", story.today) for each in classes}
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).retention.set(case_id, plans, story.world.clock.moment)
    erase_due(story.world.engine)


@pytest.mark.databases
def test_a_late_appeal_keeps_the_case_until_it_closes_again(story: Story) -> None:
    served(story)
    becomes_final(story)
    first = planned(story)
    assert set(first) == set(SealingClass)
    assert first["engine"] == first["decision"] == years_after(story.today, 5)
    story.passes(days=5 * 365 - 20)
    appeals(story)
    assert set(planned(story).values()) == {None}, "no day while the case is open"
    story.passes(days=60)
    assert held(story) == set(SealingClass), "the first day has passed"
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="dismissed")
    assert story.case.state is CaseState.CLOSED
    story.passes(minutes=1)
    again = planned(story)
    assert again["narrative"] == again["decision"] == again["engine"] == years_after(story.today, 5)
    assert again["identity"] == years_after(story.today, 10)


def test_what_is_served_again_counts_the_days_anew(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "other_help")
    becomes_final(story)
    story.passes(days=300)
    assert story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    story.passes(minutes=1)
    assert planned(story)["decision"] == years_after(story.today, 5)


def test_an_appeal_entered_in_error_ends_with_days_again(story: Story) -> None:
    served(story)
    becomes_final(story)
    story.passes(days=100)
    story.hears("appeal_received")
    gone = dict.fromkeys(("appeal_received_on", "arrival_way", "appellant", "appeal_document"))
    story.does("kasittelija", "appeal_arrival", is_appeal="mistake", **gone)
    story.passes(minutes=1)
    assert planned(story)["decision"] == years_after(story.today, 5)


def test_nothing_of_an_open_case_is_destroyed_whatever_its_plan_says(story: Story) -> None:
    """Its own process had ended and set the days; something else went on in it."""
    served(story)
    due_today(story, *SealingClass)
    assert held(story) == set(SealingClass)
    becomes_final(story)
    story.passes(minutes=1)
    assert planned(story)["decision"] == years_after(story.today, 5)


@pytest.mark.databases
def test_a_decision_is_corrected_and_appealed_where_the_narrative_is_gone(story: Story) -> None:
    """A lapsed case: its narrative goes months after the closing, the decision after five years. The course went after one
    year, by the table of a version before."""
    withdrawn(story)
    becomes_final(story)
    assert planned(story)["narrative"] == years_after(story.today, 1)
    story.passes(days=395)
    due_today(story, SealingClass.ENGINE)
    assert held(story) == {"identity", "contact", "decision"}
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="dismissed")
    begins(story)
    proposes(story, **COPY)
    story.does("paattaja", "sign_correction")
    story.does("kasittelija", "record_delivery")
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.LAPSED
    assert planned(story)["decision"] == years_after(story.today, 5)


def test_in_a_case_whose_decision_is_gone_nothing_begins(story: Story) -> None:
    served(story)
    becomes_final(story)
    plan_all(story)
    erase_due(story.world.engine)
    with pytest.raises(CaseErased):
        story.hears("appeal_received")
    assert story.case.state is CaseState.CLOSED
