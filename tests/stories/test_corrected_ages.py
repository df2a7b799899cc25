"""A birth date was written wrong: with the right one the person is a child, or no child, and what depends on it follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.casework.recordings.age import ChildSpeaksAlone, SpeakerMissing
from engine.casework.recordings.urgency import ChildClassStays
from engine.casework.signature_bars import AgeNotConsidered, AssessedAsAdult, PartyUnheard
from engine.clock import day_of
from engine.commands.parties import AddParty, StopContactByCode
from engine.domain.cases import CaseClass
from engine.domain.deadline_kinds import TARGET
from engine.domain.parties import PartyDetails
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected, Invalid
from engine.queries.proposals import Proposal
from engine.queries.resolution_page import ReadLetter
from engine.queries.signing_facts import ChildsSay
from engine.queries.task_page import OpenTaskPage
from engine.texts import day
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_children import INTEREST
from tests.stories.test_decision_corrections import admitted, begins, proposes
from tests.stories.test_notices import papers, reflection_signed
from tests.support.browsing import signed_in
from tests.support.party_changes import CALL, ONLY_PHONE, asks, changes, code_of, person
from tests.support.story import Story

CHILD_BORN, ADULT_BORN = {"born_on": "2010-02-01"}, {"born_on": "1990-02-01"}


def guardian(story: Story) -> None:
    mother = PartyDetails(
        "guardian", {"given_names": "Äiti", "family_name": "Esimerkki"}, {"phone": "000 000 0009"}
    )
    story.world.engine.perform(AddParty(story.reference, mother, CALL), story.world.actor("kasittelija"))


def proposal_of(story: Story, form: str) -> Proposal:
    page = story.world.engine.answer(OpenTaskPage(story.task(form).id), story.world.actor("kasittelija"))
    assert page.proposal is not None
    return page.proposal


def target(story: Story) -> date | None:
    return next(each.due_on for each in story.file.deadlines if each.name == TARGET and each.is_open)


def due_day(story: Story, form: str) -> date | None:
    due_at = story.task(form).due_at
    return due_at and day_of(due_at)


def test_an_adult_who_is_sixteen_is_a_child_at_once_and_nothing_is_signed_before_it_is_gone_through(
    story: Story,
) -> None:
    story.applies(**ADULT_BORN)
    story.until("sign_resolution")
    later = target(story)
    assert story.case.case_class is CaseClass.NORMAL

    changes(story, person(story), identity=CHILD_BORN)

    assert person(story).is_minor
    assert story.case.case_class is CaseClass.CHILD
    with pytest.raises(AgeNotConsidered):
        story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    task = story.task("age_change")
    assert task.due_at is not None
    assert task.due_at <= task.created_at + timedelta(hours=4)
    with pytest.raises(AgeNotConsidered):
        story.does("paattaja", "sign_resolution")
    with pytest.raises(ChildClassStays):
        story.does("kasittelija", "age_change", case_class="normal")
    with pytest.raises(SpeakerMissing):
        story.does("kasittelija", "age_change", age_speaker="guardian")
    guardian(story)
    story.does("kasittelija", "age_change", age_speaker="guardian")
    assert "age_considered" in story.milestones
    sooner = target(story)
    assert sooner is not None
    assert later is not None
    assert sooner < later
    # The decision is due then too, where it waits for its signature and in each task that comes.
    assert due_day(story, "sign_resolution") == sooner
    sent_back = dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read"))
    story.does(
        "paattaja",
        "sign_resolution",
        signature="reassess",
        return_reason="Arvioi lapsen etu.",
        **sent_back,
    )
    assert due_day(story, "assessment") == sooner


def test_tables_ask_what_a_child_needs_once_the_birth_date_is_right(story: Story) -> None:
    story.applies(**ADULT_BORN)
    story.until("sufficiency")
    changes(story, person(story), identity=CHILD_BORN)
    proposal = proposal_of(story, "sufficiency")
    assert next(each.value for each in proposal.known if each.key == "is_child") is True


def test_a_table_that_is_asked_afterwards_reads_the_age_from_the_register(story: Story) -> None:
    story.applies(**ADULT_BORN)
    asks(story, "applicant")
    changes(story, person(story), identity=CHILD_BORN)
    story.answers("REQ-1")
    story.until("sufficiency")
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        asked = story.world.engine.stores(unit).evaluations.latest(case_id, "missing_facts")
    assert asked is not None
    assert asked.inputs["is_child"] is True


def test_a_child_who_turns_out_to_be_an_adult_may_become_an_ordinary_case(story: Story) -> None:
    story.applies(is_under_18="yes", **CHILD_BORN)
    story.until("register")
    story.does("kirjaaja", "register", is_child="yes")
    story.until("sufficiency")
    changes(story, person(story), identity=ADULT_BORN)
    assert not person(story).is_minor
    story.passes(minutes=1)
    nobody = {"age_speaker": None, "child_welfare_considered": None}
    story.does("kasittelija", "age_change", case_class="normal", **nobody)
    assert story.case.case_class is CaseClass.NORMAL


def test_another_day_of_the_same_age_asks_nothing(story: Story) -> None:
    story.applies(**ADULT_BORN)
    story.until("sufficiency")
    changes(story, person(story), identity={"born_on": "1991-02-01"})
    story.passes(minutes=1)
    assert "age_change" not in story.forms


def test_a_child_of_thirteen_is_not_registered_as_one_who_speaks_alone_in_a_case_without_a_child(
    story: Story,
) -> None:
    story.applies(is_under_18="yes", born_on="2013-02-01")
    story.until("register")
    with pytest.raises(Invalid) as refusal:
        story.does("kirjaaja", "register", child_welfare_considered="no_child")
    assert refusal.value.field == "child_welfare_considered"
    with pytest.raises(ChildSpeaksAlone):
        story.does("kirjaaja", "register", representative_state="not_needed")
    story.until("sufficiency")
    with pytest.raises(ChildSpeaksAlone):
        story.does("kasittelija", "sufficiency", representative_state="not_needed")


def test_decisions_and_notices_with_the_old_birth_date_are_marked_and_the_police_get_the_right_one(
    story: Story,
) -> None:
    reflection_signed(story)
    left = story.today
    story.passes(days=2)
    story.does("kasittelija", "send_notice", sent_on=left.isoformat())
    for task in list(story.file.tasks):
        if task.form_key == "record_delivery":
            story.does("kasittelija", "record_delivery", key=task.business_key)
    wrong = date.fromisoformat(str(person(story).identity["born_on"]))
    right = wrong - timedelta(days=365)
    assert story.file.outdated == frozenset()
    story.passes(days=1)
    effects = changes(story, person(story), identity={**person(story).identity, "born_on": right.isoformat()})
    assert (effects.outdated, effects.is_police_owed) == (3, True), "both decisions, and the notice"
    file = story.file
    decision = next(each for each in file.resolutions if each.kind == "admission")
    kinds = {each.kind for each in file.documents if each.id in file.outdated}
    assert kinds == {"resolution", "notice_police_reflection"}
    assert decision.document_id in file.outdated
    story.passes(minutes=1)
    story.does("kasittelija", "post_paper", "corrected", paper_way="secure_mail")
    (letter,) = papers(story, "notice_corrected")
    assert f"Aiemmin ilmoitettu syntymäaika: {day('fi', wrong)}" in letter
    assert f"Oikea syntymäaika: {day('fi', right)}" in letter
    on = f"Milloinilmoitimme–{day('fi', left)}"
    assert on in "".join(letter.split()), "the day on which the notice left, not of its recording"

    begins(story)
    page = story.world.engine.answer(
        OpenTaskPage(story.task("examine_correction").id), story.world.actor("kasittelija")
    )
    assert page.corrects is not None
    assert page.corrects.number == decision.number
    proposes(story, wrong_text=None, right_text=None)
    story.does("paattaja", "sign_correction")
    copy = papers(story, "corrected_copy")[-1]
    assert f"Aiemmassa luki: {day('fi', wrong)}" in copy
    assert f"Korjattuna: {day('fi', right)}" in copy
    assert decision.id in story.file.corrected


def test_only_a_decision_in_force_is_corrected(story: Story) -> None:
    admitted(story)
    with pytest.raises(AnswersRejected) as refused:
        begins(story, which_decision=f"{story.reference}-P")
    assert "which_decision" in refused.value.problems


def test_a_child_assessed_as_an_adult_is_assessed_anew_and_heard_with_who_speaks_for_them(
    story: Story,
) -> None:
    story.applies(**ADULT_BORN)
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.until("sign_resolution")
    changes(story, person(story), identity=CHILD_BORN)
    guardian(story)
    story.passes(minutes=1)
    with pytest.raises(AnswersRejected) as refused:
        story.does("kasittelija", "age_change", age_speaker="guardian", age_considered_how="x")
    assert list(refused.value.problems) == ["age_considered_how"]
    story.does("kasittelija", "age_change", age_speaker="guardian")
    sent_back = {
        "return_reason": "Ota ikä huomioon.",
        **dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read")),
    }
    for signature in ({}, {**sent_back, "signature": "return"}):
        with pytest.raises(AssessedAsAdult) as unassessed:
            story.does("paattaja", "sign_resolution", **signature)
        assert unassessed.value.field == "signature"

    story.does("paattaja", "sign_resolution", **{**sent_back, "signature": "reassess"})
    of_child = {"concerns_child": "yes", **INTEREST}
    story.does("kasittelija", "assessment", **adverse(story), **of_child)
    assert len([each for each in story.file.requests if each.is_open]) == 2, "the child and the guardian"
    story.until("sign_resolution")
    letter = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("paattaja")
    )
    assert letter is not None
    assert letter.signing is not None
    say = letter.signing.child
    assert say == ChildsSay("heard", story.today, "in_person", "Käsittelijä, kahden lapsen kanssa")
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "lasta on kuultu" in page
    assert "kasvotusten, ma 2.11.2026. Käsittelijä, kahden lapsen kanssa" in " ".join(page.split())
    representative = PartyDetails("representative", {"given_names": "Edla", "family_name": "Edustaja"}, {})
    caseworker = story.world.actor("kasittelija")
    story.world.engine.perform(AddParty(story.reference, representative, CALL), caseworker)
    with pytest.raises(PartyUnheard):
        story.does("paattaja", "sign_resolution")


@pytest.mark.parametrize("born_on", ["2010-02-01", "1990-02-02"], ids=["child", "adult"])
def test_a_childs_target_does_not_stand_still_once_the_person_can_answer_again(
    story: Story, born_on: str
) -> None:
    story.applies(**ADULT_BORN)
    asks(story, "applicant")
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    changes(story, person(story), ONLY_PHONE, identity={"born_on": born_on})
    (clock,) = (each for each in story.file.deadlines if each.name == TARGET and each.is_open)
    assert story.case.case_class is (CaseClass.CHILD if person(story).is_minor else CaseClass.NORMAL)
    assert clock.is_paused is not person(story).is_minor
