"""Before an adverse decision each party is heard separately, and silence counts only after the last day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from lxml.html import HtmlElement

from engine.casework.recordings.hearing import LetterTooLate, NoDayLeft, TimeTooShort
from engine.casework.recordings.paper import ConsentHolds
from engine.casework.recordings.reply import StillMayAnswer
from engine.casework.signature_bars import PartyUnheard
from engine.clock import day_of
from engine.commands.parties import AddParty
from engine.domain.calendar import working_days_later
from engine.domain.cases import Outcome
from engine.domain.parties import PartyDetails
from engine.domain.people import PUBLIC
from engine.domain.safe_contact import CallNotSafe, PostNotSafe
from engine.errors import AnswersRejected
from engine.queries.resolution_page import ReadLetter
from engine.queries.status import Status, StatusByCode
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_children import REGISTERED_CHILD, child_assessment, family
from tests.stories.test_grounds import ASSISTS
from tests.stories.test_notices import papers
from tests.support import answers
from tests.support.browsing import signed_in
from tests.support.party_changes import CALL, changes, person
from tests.support.programs import program
from tests.support.story import Story

SILENT: dict[str, Any] = {
    "heard": "no_answer",
    "attempts": "Soitettu kolmesti turvalliseen aikaan.",
    **dict.fromkeys(("heard_how", "heard_on", "opinion")),
}
GIVEN = {
    "Miten henkilö sai tietää?",
    "Hän sai tietää, mistä häntä kuullaan ja mihin mennessä, ja sai aineiston luettavaksi",
}
UNSENT: dict[str, Any] = {
    "paper_state": "not_sent",
    "not_sent_reason": "Päivä ei riitä.",
    **dict.fromkeys(("sent_on", "hearing_way", "hearing_explained")),
}


def words_on(tree: HtmlElement) -> set[str]:
    return {words.strip() for words in tree.itertext()}


def child_heard(story: Story, born_on: str, **register: Any) -> Story:
    """A child's case, assessed so that the child would not be admitted."""
    child = family(story, born_on)
    child.does("kirjaaja", "register", **{**REGISTERED_CHILD, **register})
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    answers = {**child_assessment(child), **adverse(child), "needs_help": None}
    child.does("kasittelija", "assessment", **answers)
    return child


def heard(child: Story) -> dict[str, str]:
    """Reference of each hearing to the part of who is heard."""
    return {
        each.reference: str(each.recipient["party"]) for each in child.file.requests if each.kind == "hearing"
    }


@pytest.mark.databases
def test_silence_counts_only_after_the_last_day(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    due_at = story.task("post_paper").due_at
    assert due_at is not None
    assert day_of(due_at) == working_days_later(story.today, 2), "the time to answer runs from its arrival"
    story.does("kasittelija", "post_paper", "HEAR-1")
    with pytest.raises(StillMayAnswer) as raised:
        story.does("kasittelija", "hearing_reply", "HEAR-1", **SILENT)
    assert raised.value.field == "heard"
    story.passes(days=14)
    with pytest.raises(StillMayAnswer):
        story.does("kasittelija", "hearing_reply", "HEAR-1", **SILENT)
    story.passes(days=1)
    story.does("kasittelija", "hearing_reply", "HEAR-1", **SILENT)
    story.does("kasittelija", "review_reply", "HEAR-1")
    assert story.forms == ["prepare_resolution"]
    staff, case_id = signed_in(story.world, "kasittelija"), story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        done = story.world.engine.stores(unit).tasks.of_case(case_id)
    assert {"post_paper", "hearing_reply"} <= {each.form_key for each in done}
    for each in done:
        page = staff.get(f"/tasks/{each.id}")
        assert page.status == 200, f"{each.form_key}: what was done can be read"
        if each.form_key == "post_paper":
            assert words_on(page.tree) >= GIVEN, "also what is asked only of a hearing's letter"
    assert words_on(staff.get(f"/cases/{story.reference}").tree) >= GIVEN


@pytest.mark.parametrize("heard", ["no_answer", "heard"])
def test_no_program_answers_a_hearing(story: Story, heard: str) -> None:
    """Only who records the answer in the task is asked what silence, a day and a way of hearing must hold to."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    robot = program(story.world, scopes={"replies:deliver"})
    silent = {"heard": heard, "attempts": "Ei vastannut."}
    given = silent if heard == "no_answer" else answers.of("hearing_reply", story.today, story.world)
    refused = robot.post(f"/cases/{story.reference}/requests/HEAR-1/reply", {"answers": given})
    assert refused.status_code == 404
    assert "hearing_reply" in story.forms, "the hearing still waits"
    assert [each.state for each in story.file.requests if each.kind == "hearing"] == ["sent"]


def test_nobody_is_heard_by_a_call_that_they_have_not_called_safe(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    called = {"hearing_way": "phone", "hearing_explained": True}
    with pytest.raises(CallNotSafe) as refused:
        story.does("kasittelija", "post_paper", "HEAR-1", **called)
    assert refused.value.field == "hearing_way"
    changes(story, person(story), contact={"safe_channels": ["phone"], "phone": "+358 50 000 0009"})
    story.does("kasittelija", "post_paper", "HEAR-1", **called)


def test_who_is_heard_is_reminded_once_before_the_last_day_and_of_nothing_but_the_day(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    before = len(story.mails)
    story.passes(days=8)
    (reminder,) = [each for each in story.mails[before:] if each.kind == "mail_reminder"]
    assert reminder.recipient["email"] == "aino.keksitty@example.invalid"
    assert "http" not in repr(reminder), "the material never travels by link"
    story.passes(days=5)
    assert story.events.count("request_reminded") == 1


def test_an_answer_before_the_last_day_is_enough(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.does("kasittelija", "review_reply", "HEAR-1")
    assert story.forms == ["prepare_resolution"]


def test_a_child_of_fifteen_and_the_guardian_are_heard_each(story: Story) -> None:
    child = child_heard(story, "2010-03-01")
    assert heard(child) == {"HEAR-1": "applicant", "HEAR-2": "guardian"}
    parties = {each.id: each.kind for each in child.file.parties}
    own, guardians = papers(child, "hearing")
    assert "Asia koskee" not in own
    assert "Asia koskee: Eeli Keksitty" in guardians, "a guardian may be heard for several children"
    named = [parties.get(each.party_id) for each in child.file.requests]
    assert named == ["applicant", "guardian"], "the record names whom each hearing was for"
    child.does("kasittelija", "post_paper", "HEAR-1")
    child.does("kasittelija", "hearing_reply", "HEAR-1")
    child.does("kasittelija", "review_reply", "HEAR-1")
    assert "hearing_held" not in child.milestones
    assert "prepare_resolution" not in child.forms, "the guardian has not been heard"
    child.does("kasittelija", "post_paper", "HEAR-2")
    declined = {"heard": "declined", "opinion": None}
    with pytest.raises(AnswersRejected) as unsaid:
        child.does(
            "kasittelija",
            "hearing_reply",
            "HEAR-2",
            **declined,
            heard_on=None,
            heard_how=None,
            heard_with=None,
        )
    assert {"heard_on", "heard_how"} <= set(unsaid.value.problems), "on which day did they decline, and how"
    child.does("kasittelija", "hearing_reply", "HEAR-2", **declined)
    record = signed_in(child.world, "kasittelija").get(f"/cases/{child.reference}").text
    assert "Henkilö ei halunnut ottaa kantaa" in record
    assert "Henkilö tuli kuulluksi" in record
    assert "Vastaus saapui" not in record
    child.does("kasittelija", "review_reply", "HEAR-2")
    assert "hearing_held" in child.milestones
    assert child.forms == ["prepare_resolution"]


def test_for_a_younger_child_the_guardian_is_heard(story: Story) -> None:
    assert heard(child_heard(story, "2018-03-01")) == {"HEAR-1": "guardian"}


def test_nobody_unsafe_is_heard_for_a_child(story: Story) -> None:
    unsafe = [{"name": "Aino Keksitty", "part": "guardian", "reason": "Mahdollinen hyväksikäyttäjä"}]
    assert heard(child_heard(story, "2018-03-01", unsafe_parties=unsafe)) == {"HEAR-1": "applicant"}


def test_of_two_guardians_the_safe_one_is_heard_and_served(story: Story) -> None:
    child = family(story, "2018-03-01")
    parent = next(each for each in child.file.parties if each.kind == "guardian")
    second = PartyDetails("guardian", {"given_names": "Toini", "family_name": "Turvallinen"}, {})
    worker = child.world.actor("kasittelija")
    child.world.engine.perform(AddParty(child.reference, second, CALL), worker)
    changes(child, parent, is_unsafe=True)
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    answers = {**child_assessment(child), **adverse(child), "needs_help": None}
    child.does("kasittelija", "assessment", **answers)
    assert [each.recipient["name"] for each in child.file.requests] == ["Toini Turvallinen"]
    child.until("sign_resolution")
    child.does("paattaja", "sign_resolution")
    (key,) = (task.business_key for task in child.file.tasks if task.form_key == "record_delivery")
    safe = next(each for each in child.file.parties if each.name == "Toini Turvallinen")
    assert key is not None
    assert key.endswith(safe.id.hex[-12:])


def test_one_hearing_called_off_leads_back_to_the_assessment(story: Story) -> None:
    child = child_heard(story, "2010-03-01")
    child.does("kasittelija", "post_paper", "HEAR-1")
    child.does("kasittelija", "hearing_reply", "HEAR-1")
    child.does("kasittelija", "review_reply", "HEAR-1")
    child.does("kasittelija", "post_paper", "HEAR-2")
    child.passes(days=15)
    child.does(
        "kasittelija", "request_follow_up", "HEAR-2", choice="cancel", reason="Arvio onkin myönteinen."
    )
    assert child.forms == ["assessment"]
    assert "hearing_held" not in child.milestones


def test_a_new_assessment_needs_a_new_hearing(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.does("kasittelija", "review_reply", "HEAR-1")
    story.does("kasittelija", "prepare_resolution")
    back = dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read"))
    story.does("paattaja", "sign_resolution", signature="reassess", return_reason="Uutta selvitystä.", **back)
    story.does("kasittelija", "assessment", **adverse(story))
    assert [each.reference for each in story.file.requests] == ["HEAR-1", "HEAR-2"]
    assert story.forms == ["post_paper"]
    assert story.ends() is Outcome.NOT_ADMITTED


BY_POST: dict[str, Any] = {
    "hearing_way": "post",
    "hearing_explained": None,
    "hearing_enclosed": True,
    "envelope_neutral": True,
}
LETS_GO: dict[str, Any] = {"choice": "proceed", "reason": "Ei vastannut."}


def by_code(story: Story) -> Status:
    assert story.receipt is not None
    seen = story.world.engine.answer(StatusByCode(story.receipt.code), PUBLIC)
    assert seen is not None
    return seen


def days_hence(story: Story, days: int) -> str:
    return (story.today + timedelta(days=days)).isoformat()


@pytest.mark.databases
def test_nothing_is_given_until_somebody_says_how_and_on_what_day(story: Story) -> None:
    """The applicant is safe by post. Nobody posts the letter, so no time runs out for them."""
    until_assessment(
        story, safe_channels=["post"], postal_address="Kuvitteellinen tie 1, 00100 HELSINKI", email=None
    )
    with pytest.raises(TimeTooShort) as short:
        story.does("kasittelija", "assessment", **{**adverse(story), "hearing_due_on": days_hence(story, 20)})
    assert short.value.field == "hearing_due_on"
    story.does("kasittelija", "assessment", **{**adverse(story), "hearing_due_on": days_hence(story, 21)})
    assert "request_sent" not in story.events
    assert by_code(story).stage != "waiting_for_you"
    story.passes(days=1)
    with pytest.raises(LetterTooLate):
        story.does("kasittelija", "post_paper", "HEAR-1", **BY_POST)
    story.does("kasittelija", "post_paper", "HEAR-1", **BY_POST, hearing_short_reasons="Asia kiirehtii.")
    (hearing,) = story.file.requests
    assert (hearing.channel, hearing.state) == ("letter", "sent")
    seen = by_code(story)
    (asked,) = seen.heard
    assert (seen.stage, asked.due_on) == ("waiting_for_you", hearing.due_on)

    story.passes(days=21)
    with pytest.raises(AnswersRejected) as untried:
        story.does("kasittelija", "request_follow_up", "HEAR-1", **LETS_GO, hearing_attempts=None)
    assert list(untried.value.problems) == ["hearing_attempts"]
    tried = "Soitettu kahdesti, jätetty pyyntö soittaa."
    story.does("kasittelija", "request_follow_up", "HEAR-1", **LETS_GO, hearing_attempts=tried)
    story.does("kasittelija", "prepare_resolution")
    signer = story.world.actor("paattaja")
    letter = story.world.engine.answer(ReadLetter(story.task("sign_resolution").id), signer)
    assert letter is not None
    assert letter.signing is not None
    (held,) = letter.signing.hearings
    assert (held.way, held.due_on, held.subject) == (
        "post",
        hearing.due_on,
        "Pidetään kielteistä päätöstä mahdollisena.",
    )
    assert held.reached_on == held.given_on + timedelta(days=7)
    assert held.answer == ""
    assert {"short_hearing": "Asia kiirehtii.", "hearing_tried": tried}.items() <= {
        each.kind: each.reasons for each in letter.signing.explained
    }.items()


def test_post_that_is_not_safe_holds_nothing_out_and_a_letter_too_late_is_made_anew(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story), hearing_short_reasons="Kiire.")
    with pytest.raises(PostNotSafe):
        story.does("kasittelija", "post_paper", "HEAR-1", **BY_POST)
    story.does("kasittelija", "post_paper", "HEAR-1", **UNSENT)
    assert story.forms == ["assessment"]
    assert story.file.requests[-1].closed_as == "cancelled"
    assert "request_sent" not in story.milestones
    assert "hearing_held" not in story.milestones


def test_nobody_is_heard_by_a_letter_that_did_not_leave(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    with pytest.raises(ConsentHolds) as refused:
        story.does("kasittelija", "post_paper", "HEAR-1", **{**UNSENT, "paper_state": "consent_withdrawn"})
    assert refused.value.field == "paper_state", "nobody is heard with a consent, which could be taken back"
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.does(
        "kasittelija",
        "review_reply",
        "HEAR-1",
        reply_enough="ask_again",
        new_questions="Entä palkka?",
        new_due_on=days_hence(story, 14),
    )
    story.does("kasittelija", "post_paper", "HEAR-1", **UNSENT)
    assert story.forms == ["assessment"], "heard once, but not on what was to be asked again"
    assert story.file.requests[-1].closed_as == "cancelled"
    assert "hearing_held" not in story.milestones


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("fi", "häntä ei tunnisteta ihmiskaupan uhriksi"),
        ("sv", "identifieras inte som offer för människohandel"),
    ],
)
def test_who_is_heard_on_a_partial_refusal_reads_what_is_refused(
    story: Story, language: str, says: str
) -> None:
    """Admission alone is no matter for a hearing: that the person is not identified is (434/2003 34, 36 §)."""
    story.applies(ground="unknown")
    story.does("kirjaaja", "register", language=language)
    story.until("assessment")
    hearing = {name: value for name, value in adverse(story).items() if name.startswith("hearing")}
    story.does("kasittelija", "assessment", **ASSISTS, **hearing)
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    again = {"new_questions": "Entä palkka?", "new_due_on": days_hence(story, 14)}
    story.does("kasittelija", "review_reply", "HEAR-1", reply_enough="ask_again", **again)
    first, second = papers(story, "hearing")
    assert says in " ".join(first.split())
    assert says in " ".join(second.split()), "also when asked again"


def test_a_hearing_that_was_called_off_before_an_upgrade_bars_the_signature(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.until("sign_resolution")
    engine, case_id = story.world.engine, story.case.id
    with engine.database.unit_of_work() as unit:
        requests = engine.stores(unit).requests
        (hearing,) = requests.of_case(case_id)
        requests.change(hearing, closed_as="cancelled")
    with pytest.raises(PartyUnheard):
        story.does("paattaja", "sign_resolution")


def test_less_than_the_usual_time_is_reasoned(story: Story) -> None:
    until_assessment(story)
    soon = {**adverse(story), "hearing_due_on": days_hence(story, 1)}
    with pytest.raises(TimeTooShort):
        story.does("kasittelija", "assessment", **soon)
    story.does("kasittelija", "assessment", **soon, hearing_short_reasons="Hän lähtee maasta ylihuomenna.")
    with pytest.raises(LetterTooLate):
        story.does("kasittelija", "post_paper", "HEAR-1")
    reasoned = {"hearing_short_reasons": "Hän lähtee maasta huomenna."}
    story.passes(days=1)
    with pytest.raises(NoDayLeft) as over:
        story.does("kasittelija", "post_paper", "HEAR-1", **reasoned)
    assert over.value.field == "paper_state", "no reasons make up for a day that is over"
