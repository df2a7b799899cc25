"""A decision on the reflection period on its way to the person: the days that are left, and a change before it arrives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.reflection_periods import REFLECTION_CHANGE
from engine.clock import day_of
from engine.domain.cases import Outcome
from engine.domain.reflection import OnlyForVictims, PeriodNotRunning
from engine.domain.safe_contact import PostNotSafe
from engine.errors import AnswersRejected, Invalid, NotWaiting
from engine.queries.resolution_page import ReadLetter
from engine.texts import day
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_corrected_reflections import REASONS, newest, prepares
from tests.stories.test_decision_corrections import HARM, begins
from tests.stories.test_decision_corrections import proposes as proposes_correction
from tests.stories.test_delivery import BY_POST, signed
from tests.stories.test_reflection import (
    ONLY_GIVEN,
    SHOWN,
    announced,
    heard,
    newest_letter,
    outcomes,
    police_letter,
    proposes,
    reflecting,
    running,
)
from tests.support.party_changes import ONLY_PHONE, changes, person
from tests.support.story import Story


def test_the_signer_sees_the_days_that_are_left_and_the_person_reads_it_in_their_language(
    story: Story,
) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    until = story.today + timedelta(days=33)
    story.does(
        "kasittelija",
        "reflection_period",
        reflection_until=until.isoformat(),
        explanation_needed="yes",
        explanation_language="ru",
        explanation_how="written",
    )
    task = story.task("sign_reflection_period")
    page = story.world.engine.answer(ReadLetter(task.id), story.world.actor("paattaja"))
    assert page is not None
    assert page.signing is not None
    period = page.signing.period
    assert period is not None
    assert (period.first, period.last) == (story.today, until)
    assert (period.known_on, period.days_left) == (story.today + timedelta(days=7), 26)
    assert period.is_short
    assert page.unreviewed == "ru"
    for unconfirmed in ("not_disqualified", "letter_read"):
        with pytest.raises(AnswersRejected):
            story.does("paattaja", "sign_reflection_period", **{unconfirmed: None})
    story.does("paattaja", "sign_reflection_period")
    letter = newest_letter(story)
    assert "Решением предоставляется срок на размышление" in letter
    assert "обжаловать нельзя" in letter


def test_a_period_handed_over_in_person_leaves_all_its_days(story: Story) -> None:
    reflecting(story)
    until = story.today + timedelta(days=30)
    story.does("kasittelija", "reflection_period", reflection_until=until.isoformat())
    page = story.world.engine.answer(
        ReadLetter(story.task("sign_reflection_period").id), story.world.actor("paattaja")
    )
    assert page is not None
    assert page.signing is not None
    assert page.signing.period is not None
    assert (page.signing.period.days_left, page.signing.period.is_short) == (30, False)


def given_by_post(story: Story) -> Story:
    """Sign a period whose letter has been posted and is not presumed received yet."""
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "send_notice")
    story.does("kasittelija", "post_letter")
    assert story.forms == [], "nothing to do until the letter is presumed received"
    return story


@pytest.mark.databases
def test_a_period_is_interrupted_while_its_letter_is_on_its_way(story: Story) -> None:
    given_by_post(story)
    assert (REFLECTION_CHANGE, None) in story.file.awaited
    assert story.hears(REFLECTION_CHANGE)
    assert (REFLECTION_CHANGE, None) not in story.file.awaited, "the task is the entry now"
    with pytest.raises(NotWaiting):
        story.hears(REFLECTION_CHANGE)
    proposes(
        story,
        "interrupt",
        interruption_ground="contact_renewed",
        interrupted_from=story.today.isoformat(),
        ground_shown=SHOWN,
        reflection_until=None,
    )
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "send_notice")
    assert "keskeytetty" in police_letter(story)
    story.does("kasittelija", "post_letter")
    story.passes(days=9)
    assert outcomes(story) == ["reflection_period", "reflection_interrupted"]
    assert [each.state for each in story.file.deliveries] == ["served"] * 3, "each decision is served"
    assert story.forms == [], "what is interrupted is not offered to be interrupted again"
    assert (REFLECTION_CHANGE, None) in story.file.awaited, "another may be given"
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_period_extended_on_its_way_runs_as_long_as_the_newest_decision_says(story: Story) -> None:
    given_by_post(story)
    story.hears(REFLECTION_CHANGE)
    until = story.today + timedelta(days=120)
    proposes(story, "extend", reflection_until=until.isoformat())
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "send_notice")
    story.does("kasittelija", "post_letter")
    story.passes(days=9)
    assert story.forms == ["reflection_period"], "one task to change it further"
    due = story.task("reflection_period").due_at
    assert due is not None
    assert day_of(due) == until


def test_a_hearing_has_its_way_its_day_and_time_to_answer_and_silence_counts_after_it(story: Story) -> None:
    reflecting(story)
    refused_before_it_is_safe: tuple[tuple[dict[str, Any], str], ...] = (
        ({"hearing_until": (story.today + timedelta(days=13)).isoformat()}, "hearing_until"),
        ({"hearing_given_on": (story.today - timedelta(days=46)).isoformat()}, "hearing_given_on"),
        ({"hearing_way": "post"}, "hearing_way"),
        ({"hearing_way": "phone"}, "hearing_way"),
        ({"hearing": "no_answer", "reflection_opinion": None}, "hearing"),
    )
    for answers, field in refused_before_it_is_safe:
        with pytest.raises(Invalid) as refused:
            proposes(story, "not_given", reflection_until=None, **answers)
        assert refused.value.field == field
    changes(story, person(story), contact={"safe_channels": ["post"], "postal_address": "Esimerkkitie 1"})
    with pytest.raises(Invalid) as refused:
        proposes(story, "not_given", reflection_until=None, hearing_way="post")
    assert refused.value.field == "hearing_until"
    given_on = story.today
    story.passes(days=22)
    silent = {**heard(given_on, days=21), "hearing": "no_answer", "hearing_way": "post"}
    proposes(story, "not_given", reflection_until=None, **{**silent, "reflection_opinion": None})
    page = story.world.engine.answer(
        ReadLetter(story.task("sign_reflection_period").id), story.world.actor("paattaja")
    )
    assert page is not None
    assert page.signing is not None
    (held,) = page.signing.hearings
    assert (held.way, held.given_on, held.reached_on) == ("post", given_on, given_on + timedelta(days=7))
    assert (held.due_on, held.answer) == (given_on + timedelta(days=21), "no_answer")


def test_a_hearing_that_left_while_post_was_safe_is_recorded_after_the_address_is_lost(story: Story) -> None:
    reflecting(story)
    changes(story, person(story), {"safe_channels": ["post"], "postal_address": "Esimerkkitie 1"})
    posted = {**heard(story.today, days=21), "hearing_way": "post"}
    story.passes(days=9)
    changes(story, person(story), ONLY_PHONE)
    story.passes(days=10)
    late = {**posted, "hearing_given_on": (story.today - timedelta(days=9)).isoformat()}
    with pytest.raises(PostNotSafe):
        proposes(story, "not_given", reflection_until=None, **late)
    proposes(story, "not_given", reflection_until=None, **posted)
    assert "sign_reflection_period" in story.forms


def test_silence_to_a_letter_whose_way_was_lost_before_it_arrived_is_not_recorded(story: Story) -> None:
    reflecting(story)
    changes(story, person(story), {"safe_channels": ["post"], "postal_address": "Esimerkkitie 1"})
    posted = {**heard(story.today, days=21), "hearing_way": "post"}
    story.passes(days=5)
    changes(story, person(story), ONLY_PHONE)
    story.passes(days=17)
    silent = {**posted, "hearing": "no_answer", "reflection_opinion": None}
    with pytest.raises(PostNotSafe):
        proposes(story, "not_given", reflection_until=None, **silent)
    proposes(story, "not_given", reflection_until=None, **posted)


def test_an_extension_sent_back_ends_without_a_decision_where_none_can_be_made(story: Story) -> None:
    """The period was taken back in a correction, and a court no longer admits the person as a victim."""
    running(story)
    proposes(story, "extend", reflection_until=(story.today + timedelta(days=120)).isoformat())
    returned = {"reflection_signature": "return", "return_reason": "Perustele vielä."}
    story.does("paattaja", "sign_reflection_period", **returned, delegation_confirmed=None)
    begins(story, which_decision=newest(story).number)
    proposes_correction(story, **HARM)
    story.passes(minutes=1)
    nothing_given = {**dict.fromkeys(ONLY_GIVEN), **heard(story.today), "reasons": REASONS}
    prepares(story, "change_apart", **nothing_given, reflection_proposal="not_given")
    story.does("paattaja", "sign_reflection_period")
    story.passes(minutes=1)
    appeals(story)
    to_court(story)
    changed = {"court_result": "changed", "outcome_after": "admitted_35_2"}
    story.does("kasittelija", "court_decision", **changed)
    story.passes(minutes=1)
    with pytest.raises(OnlyForVictims):
        proposes(story, "extend", reflection_until=(story.today + timedelta(days=120)).isoformat())
    with pytest.raises(PeriodNotRunning):
        proposes(story, "not_extended", reflection_until=None)
    nothing = dict.fromkeys(("reflection_proposal", "reasons"))
    story.does("kasittelija", "reflection_period", police_decided="own", **ONLY_GIVEN, **nothing)
    assert "reflection_period" not in story.forms
    assert outcomes(story)[-1] == "reflection_refused", "nothing was decided after it"


def test_an_explanation_in_english_writes_its_days_as_english_does(story: Story) -> None:
    reflecting(story)
    until = story.today + timedelta(days=90)
    in_english = {"explanation_needed": "yes", "explanation_language": "en", "explanation_how": "written"}
    story.does("kasittelija", "reflection_period", reflection_until=until.isoformat(), **in_english)
    story.does("paattaja", "sign_reflection_period")
    given = newest_letter(story)
    assert f"päättyy {day('fi', until)}" in given
    assert f"begins {day('en', story.today)} and ends {day('en', until)}" in given
    announced(story)
    later = until + timedelta(days=30)
    proposes(story, "extend", reflection_until=later.isoformat(), **in_english)
    story.does("paattaja", "sign_reflection_period")
    assert f"It ends {day('en', later)}" in newest_letter(story)
