"""The moment of a decision that was spoken in a call: not before the call, and corrected without taking the decision back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.clock import HELSINKI
from engine.commands.urgent_calls import KeepUrgentCall, RecordUrgentCall
from engine.domain.calendar import end_of, working_days_later
from engine.errors import Invalid
from tests.stories.test_urgent_night import at_night, call, decided, records
from tests.support.browsing import signed_in
from tests.support.story import Story


def test_the_giver_corrects_the_hour_and_the_decision_stands(story: Story) -> None:
    at_night(story, 0, 40)
    evening = (story.today - timedelta(days=1)).isoformat()
    came = {"called_on": evening, "called_hour": "23.10", "consent_on": evening}
    records(story, decided(story, decided_on=evening, decided_hour="23.20"), **came)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes", pending_on=evening)
    story.does("paattaja", "oral_decision", told_on=story.today.isoformat(), told_hour="0.20")

    (given,) = story.file.oral_decisions
    assert f"{given.given_at.astimezone(HELSINKI):%Y-%m-%d %H.%M}" == f"{story.today} 00.20"
    assert "oral_decision_denied" not in story.events, "they stand by it"
    assert "oral_decision" in story.milestones
    owed = [each for each in story.file.deadlines if each.name == "written_after_oral"]
    (running,) = [each for each in owed if each.is_open]
    assert running.due_at == end_of(working_days_later(story.today, 5)), "from the right day"
    page = " ".join(
        signed_in(story.world, "paattaja").get(f"/cases/{story.reference}").tree.text_content().split()
    )
    assert "Suullisen päätöksen aika korjattiin" in page
    assert "23.20" in page
    assert "ei vahvistanut sitä" not in page


def test_a_decision_older_than_its_call_asks_when_the_call_came(story: Story) -> None:
    at_night(story, 23, 33)
    call_id, on_call = uuid4(), story.world.actor("paivystaja")
    story.world.engine.perform(KeepUrgentCall(call_id, {"what_happened": ["Tein siivous"]}), on_call)
    spoken = decided(story, decided_hour="0.20")
    with pytest.raises(Invalid) as refused:
        story.world.engine.perform(RecordUrgentCall(call_id, call(story), spoken), on_call)
    assert refused.value.field == "decided_hour"
    assert "Minä päivänä puhelu tuli?" in refused.value.message
    story.passes(hours=1)
    spoken = decided(story, decided_hour="0.20")
    story.world.engine.perform(RecordUrgentCall(call_id, call(story), spoken), on_call)


def test_what_its_giver_confirmed_and_corrects_was_not_denied(story: Story) -> None:
    at_night(story, 2, 45)
    records(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    night = story.today.isoformat()
    story.does("paattaja", "oral_decision", told_on=night, told_hour="2.40", oral_ground="35_2")

    assert "oral_decision_replaced" in story.events
    assert "oral_decision_denied" not in story.events
    page = signed_in(story.world, "paattaja").get(f"/cases/{story.reference}").text
    assert "Päivi Päättäjä kirjasi sen toisin" in page
    assert "ei vahvistanut sitä" not in page
