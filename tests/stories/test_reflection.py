"""The reflection period: every outcome is a signed and served decision without appeal, and the police hear after the person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.domain.cases import Outcome
from engine.domain.reflection import (
    NotDuringPeriod,
    NotLonger,
    NotWithinBounds,
    OnlyForVictims,
    PeriodNotRunning,
    PeriodRunning,
    ReflectionPeriod,
    months_later,
)
from engine.domain.safe_contact import WayNotSafe
from engine.domain.tasks import FourEyes
from engine.errors import AnswersRejected
from engine.queries.case_file import ReadDocument
from engine.queries.resolution_page import ReadLetter
from engine.queries.task_page import OpenTaskPage
from engine.texts import day
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_contact import admitted
from tests.stories.test_grounds import ASKED_FOR_IT, ASSISTS
from tests.support.pdf import seen
from tests.support.story import Story

NO_APPEAL = "Tähän päätökseen ei saa hakea muutosta valittamalla"
HEARD = {
    "hearing": "heard",
    "hearing_held": "Harkinta-aikaa ei ehkä anneta.",
    "hearing_way": "in_person",
    "reflection_opinion": "Haluaisin miettiä pidempään.",
}
SHOWN = "Hän kertoi itse palanneensa omasta tahdostaan."
ADVERSE = ("not_given", "not_extended", "interrupt")
ONLY_GIVEN = dict.fromkeys(("reflection_from", "reflection_until", "police_explained"))


def reflecting(story: Story) -> Story:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    return story


def announced(story: Story) -> None:
    """Tell the person, notify the police and serve the decision."""
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "send_notice")
    story.does("kasittelija", "record_delivery")


def running(story: Story, days: int = 90) -> Story:
    """Give the period, tell the person and serve the decision."""
    reflecting(story)
    until = (story.today + timedelta(days=days)).isoformat()
    story.does("kasittelija", "reflection_period", reflection_until=until)
    story.does("paattaja", "sign_reflection_period")
    announced(story)
    assert story.forms == ["reflection_period"], "open as long as the period runs"
    return story


def heard(given_on: date, days: int = 14) -> dict[str, str]:
    """The answers about a hearing that was held out in person on that day."""
    until = given_on + timedelta(days=days)
    return {**HEARD, "hearing_given_on": given_on.isoformat(), "hearing_until": until.isoformat()}


def proposes(story: Story, proposal: str, **answers: Any) -> None:
    only = ONLY_GIVEN if proposal in ("not_given", "not_extended") else {}
    given = {
        "reflection_proposal": proposal,
        "reflection_from": None,
        "police_explained": "yes",
        **only,
        **(heard(story.today) if proposal in ADVERSE else dict.fromkeys(heard(story.today))),
        **answers,
    }
    other = dict.fromkeys(("interruption_ground", "interrupted_from", "ground_shown"))
    story.does("kasittelija", "reflection_period", **{**other, **given})


def newest_letter(story: Story) -> str:
    letter = next(
        each.document_id
        for each in reversed(story.file.resolutions)
        if each.kind == "reflection_period" and each.document_id
    )
    assert letter is not None
    _, content = story.asks(ReadDocument(letter))
    return " ".join(seen(content).split())


def police_letter(story: Story) -> str:
    """Return the newest notice to the police."""
    found = [each.id for each in story.file.documents if each.kind == "notice_police_reflection"]
    contents = [story.asks(ReadDocument(each))[1] for each in found]
    read = [" ".join(seen(content).split()) for content in contents]
    return next((each for each in read if "keskeytetty" in each), read[-1])


def outcomes(story: Story) -> list[str]:
    return [
        each.outcome
        for each in story.file.resolutions
        if each.kind == "reflection_period" and each.state == "signed"
    ]


@pytest.mark.parametrize(
    ("first", "last", "is_lawful"),
    [
        (date(2026, 11, 2), date(2027, 5, 2), True),
        (date(2026, 11, 2), date(2027, 5, 3), False),
        (date(2026, 11, 2), date(2026, 12, 2), True),
        (date(2026, 11, 2), date(2026, 12, 1), False),
        (date(2026, 8, 31), date(2027, 2, 28), True),
        (date(2026, 8, 31), date(2027, 3, 1), False),
    ],
)
def test_six_months_are_months_and_not_days(first: date, last: date, is_lawful: bool) -> None:
    assert ReflectionPeriod(first, last).is_lawful is is_lawful


def test_months_end_on_the_day_of_the_same_number() -> None:
    assert months_later(date(2026, 11, 2), 6) == date(2027, 5, 2)


@pytest.mark.databases
def test_a_refusal_is_signed_by_another_and_served_with_its_letter(story: Story) -> None:
    reflecting(story)
    proposes(story, "not_given", reflection_until=None)
    assert story.forms == ["sign_reflection_period"]
    with pytest.raises(FourEyes):
        story.does("kasittelija", "sign_reflection_period")
    story.does("paattaja", "sign_reflection_period")
    letter = newest_letter(story)
    assert "ei anna sinulle harkinta-aikaa" in letter
    assert NO_APPEAL in letter
    assert "191" in letter
    assert "1218/2013" in letter
    story.does("kasittelija", "record_delivery")
    assert "reflection_notice_served" in story.milestones
    assert "police_notified" not in story.milestones
    assert outcomes(story) == ["reflection_refused"]
    assert story.ends() is Outcome.ADMITTED_35_1


def test_the_police_hear_within_a_day_even_if_the_person_was_not_reached(story: Story) -> None:
    reflecting(story)
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    assert story.forms == ["record_delivery", "reflection_told"], "the person first"
    story.passes(days=1, minutes=1)
    assert story.forms == ["record_delivery", "send_notice"]
    story.does("kasittelija", "send_notice")
    assert "police_notified" in story.milestones
    assert "reflection_notice_served" not in story.milestones, "served or not"


def test_a_notice_to_the_police_that_stays_unsent_does_not_keep_the_decision_from_the_person(
    story: Story,
) -> None:
    reflecting(story)
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "record_delivery")
    assert "reflection_notice_served" in story.milestones
    assert "police_notified" not in story.milestones
    task = story.task("reflection_told")
    assert task.due_at == task.created_at + timedelta(days=1)
    with pytest.raises(WayNotSafe):
        story.does("kasittelija", "reflection_told", contact_channel="phone")
    with pytest.raises(AnswersRejected) as rejected:
        story.does("kasittelija", "reflection_told", told_on=None)
    assert set(rejected.value.problems) == {"told_on"}
    story.does("kasittelija", "reflection_told")
    story.passes(days=10)
    assert "manager_notified" in story.events
    story.does("kasittelija", "send_notice")
    assert "police_notified" in story.milestones
    assert story.forms == ["reflection_period"], "the period runs"


def test_where_the_police_have_decided_nothing_is_decided_here(story: Story) -> None:
    reflecting(story)
    nothing = dict.fromkeys(("reflection_proposal", "reasons"))
    story.does("kasittelija", "reflection_period", police_decided="yes", **ONLY_GIVEN, **nothing)
    assert outcomes(story) == []
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "police_notified" not in story.milestones


def test_a_person_who_was_not_warned_of_the_police_is_a_matter_of_reasons(story: Story) -> None:
    reflecting(story)
    with pytest.raises(AnswersRejected) as raised:
        story.does("kasittelija", "reflection_period", police_explained="no")
    assert list(raised.value.problems) == ["police_not_explained_reasons"]
    reasons = "Henkilö on sairaalassa eikä pysty kuulemaan."
    story.does(
        "kasittelija", "reflection_period", police_explained="no", police_not_explained_reasons=reasons
    )
    assert story.forms == ["sign_reflection_period"]


def test_who_is_admitted_otherwise_than_as_a_victim_gets_no_period(story: Story) -> None:
    story.applies(**ASKED_FOR_IT)
    story.until("assessment")
    only_victims = ("may_be_victim", "still_in_danger", "victim_reasons", "needs_help", "help_reasons")
    story.does("kasittelija", "assessment", **{**ASSISTS, **dict.fromkeys(only_victims)})
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    assert "reflection_period" not in story.forms


def test_a_period_is_extended_within_six_months_of_its_beginning(story: Story) -> None:
    first = story.today
    running(story)
    end = months_later(first, 6)
    with pytest.raises(NotWithinBounds):
        proposes(story, "extend", reflection_until=(end + timedelta(days=1)).isoformat())
    with pytest.raises(NotLonger):
        proposes(story, "extend", reflection_until=(first + timedelta(days=60)).isoformat())
    proposes(story, "extend", reflection_until=end.isoformat())
    story.does("paattaja", "sign_reflection_period")
    assert "jatkaa harkinta-aikaasi" in newest_letter(story)
    assert f"ensimmäinen päivä on {day('fi', first)}." in newest_letter(story)
    assert f"päättyy {day('fi', end)}." in newest_letter(story)
    assert NO_APPEAL in newest_letter(story)
    announced(story)
    assert story.milestones.count("police_notified") == 2
    assert outcomes(story) == ["reflection_period", "reflection_extended"]
    numbers = [each.number for each in story.file.resolutions if each.kind == "reflection_period"]
    assert len(numbers) == len(set(numbers))
    assert story.forms == ["reflection_period"]


def test_an_extension_refused_leaves_the_period_as_it_was(story: Story) -> None:
    first = story.today
    running(story)
    proposes(story, "not_extended", reflection_until=None)
    story.does("paattaja", "sign_reflection_period")
    assert f"{day('fi', first)}–{day('fi', first + timedelta(days=90))}" in newest_letter(story)
    story.does("kasittelija", "record_delivery")
    assert story.milestones.count("police_notified") == 1
    assert story.forms == ["reflection_period"]


def test_a_period_is_interrupted_on_the_grounds_of_the_law(story: Story) -> None:
    first = story.today
    running(story)
    page = OpenTaskPage(story.task("reflection_period").id)
    known = story.world.engine.answer(page, story.world.actor("kasittelija")).known
    assert not known, "the reasons of the decision that gave the period are no other decision's"
    ground = {"interruption_ground": "contact_renewed", "reflection_until": None}
    for unsaid in ("ground_shown", "hearing"):
        answers = {
            **ground,
            "ground_shown": SHOWN,
            "interrupted_from": story.today.isoformat(),
            unsaid: None,
        }
        with pytest.raises(AnswersRejected) as silent:
            proposes(story, "interrupt", **answers)
        assert unsaid in silent.value.problems
    ground["ground_shown"] = SHOWN
    past = (story.today + timedelta(days=200)).isoformat()
    with pytest.raises(NotDuringPeriod) as raised:
        proposes(story, "interrupt", **ground, interrupted_from=past)
    assert raised.value.field == "interrupted_from"
    effective = story.today + timedelta(days=20)
    with pytest.raises(AnswersRejected) as thin:
        proposes(
            story,
            "interrupt",
            **{**ground, "ground_shown": "Nähty epäiltyjen kanssa."},
            interrupted_from=effective.isoformat(),
        )
    assert list(thin.value.problems) == ["ground_shown"], "not how it was voluntary, and their own doing"
    proposes(story, "interrupt", **ground, interrupted_from=effective.isoformat())
    signer = story.world.actor("paattaja")
    prepared = story.world.engine.answer(ReadLetter(story.task("sign_reflection_period").id), signer)
    assert prepared is not None
    explained = {
        each.kind: each.reasons
        for each in (prepared.signing.explained if prepared.signing else prepared.explained)
    }
    assert explained["ground_shown"] == SHOWN
    assert explained["reflection_opinion"] == HEARD["reflection_opinion"]
    story.does("paattaja", "sign_reflection_period")
    assert [
        each.due_on for each in story.file.deadlines if each.name == "reflection_period" and each.is_open
    ] == [effective], "signed and not yet served: it takes effect on its own day"
    letter = newest_letter(story)
    assert "solminut uudelleen suhteet ihmiskaupasta epäiltyihin" in letter
    assert NO_APPEAL in letter
    assert f"oli annettu ajaksi {day('fi', first)}–{day('fi', first + timedelta(days=90))}" in letter
    assert "Harkinta-aika voidaan keskeyttää" in letter
    for part in (SHOWN, HEARD["hearing_held"], HEARD["reflection_opinion"]):
        assert part in letter
    assert "34,43–45,48ja54§" in "".join(letter.split())
    assert "Syntymäaika: " in letter
    announced(story)
    assert story.milestones.count("police_notified") == 2
    assert "Harkinta-aika on keskeytetty" in police_letter(story)
    assert story.ends() is Outcome.ADMITTED_35_1


def test_the_period_ends_by_itself_after_its_last_day(story: Story) -> None:
    running(story, days=30)
    story.passes(days=30)
    assert story.forms == ["reflection_period"]
    story.passes(days=2)
    assert "reflection_period" not in story.forms


def test_a_period_that_ends_while_its_extension_is_sent_back_is_not_extended(story: Story) -> None:
    running(story, days=30)
    longer = (story.today + timedelta(days=90)).isoformat()
    proposes(story, "extend", reflection_until=longer)
    returned = {"reflection_signature": "return", "return_reason": "Perustele vielä."}
    story.does("paattaja", "sign_reflection_period", **returned, delegation_confirmed=None)
    story.passes(days=40)
    with pytest.raises(PeriodNotRunning):
        proposes(story, "extend", reflection_until=longer)
    proposes(story, "not_extended", reflection_until=None)
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "record_delivery")
    assert outcomes(story) == ["reflection_period", "reflection_not_extended"]
    assert "reflection_period" not in story.forms, "nothing is left to extend or to interrupt"


def test_only_a_running_period_is_changed(story: Story) -> None:
    reflecting(story)
    later = (story.today + timedelta(days=60)).isoformat()
    for proposal, until in (("extend", later), ("not_extended", None)):
        with pytest.raises(PeriodNotRunning):
            proposes(story, proposal, reflection_until=until)


def test_a_running_period_is_not_given_again(story: Story) -> None:
    running(story)
    until = (story.today + timedelta(days=60)).isoformat()
    with pytest.raises(PeriodRunning) as raised:
        proposes(story, "give", reflection_from=story.today.isoformat(), reflection_until=until)
    assert raised.value.field == "reflection_proposal"


@pytest.mark.parametrize(
    ("court", "ended"),
    [
        ({"court_result": "changed", "outcome_after": "admitted_35_2"}, Outcome.ADMITTED_35_2),
        ({"court_result": "annulled"}, Outcome.ADMITTED_35_1),
    ],
)
def test_nobody_decides_on_it_once_a_court_has_changed_the_admission(
    story: Story, court: dict[str, str], ended: Outcome
) -> None:
    """A draft is not signed then, and the task ends without a decision: the case does not wait for it for ever."""
    reflecting(story)
    story.does("kasittelija", "reflection_period")
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", **court)
    story.passes(minutes=1)
    with pytest.raises(OnlyForVictims) as raised:
        story.does("paattaja", "sign_reflection_period")
    assert raised.value.field == "reflection_signature"
    returned = {"reflection_signature": "return", "return_reason": "Ottaminen ei ole voimassa."}
    story.does("paattaja", "sign_reflection_period", **returned, delegation_confirmed=None)
    with pytest.raises(OnlyForVictims) as raised:
        story.does("kasittelija", "reflection_period")
    assert raised.value.field == "reflection_proposal"
    nothing = dict.fromkeys(("reflection_proposal", "reasons"))
    story.does("kasittelija", "reflection_period", police_decided="own", **ONLY_GIVEN, **nothing)
    assert outcomes(story) == []
    assert "police_notified" not in story.milestones
    assert story.ends() is ended
