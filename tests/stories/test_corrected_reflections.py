"""A decision on the reflection period is corrected: its words and days, or the decision itself; no appeal lies against it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from engine.casework.recordings.notice import NoticeNotOwed, NoticeOvertaken, NoticeOwed
from engine.clock import day_of
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.decision_corrections import NoInstructions, NotADay, NotInFavour, NotNewest, ShortensRight
from engine.domain.reflection import NotWithinBounds
from engine.errors import AnswersRejected
from engine.queries.delivery_papers import ReadDeliveryPapers
from engine.queries.resolution_page import ReadLetter
from engine.storage.resolutions import Resolution
from tests.stories.test_appeals import served
from tests.stories.test_decision_corrections import (
    FACTUAL,
    HARM,
    INSTRUCTIONS,
    begins,
    letter,
    periods,
    proposes,
)
from tests.stories.test_notices import NOT_SENT, papers
from tests.stories.test_reflection import (
    ONLY_GIVEN,
    announced,
    heard,
    newest_letter,
    outcomes,
    reflecting,
    running,
)
from tests.stories.test_reflection import proposes as proposes_period
from tests.support.answers import merged, of
from tests.support.browsing import signed_in
from tests.support.story import Story


def newest(story: Story) -> Resolution:
    return [each for each in story.file.resolutions if each.kind == "reflection_period" and each.signed_at][
        -1
    ]


def dotted(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def due(story: Story) -> list[date | None]:
    return [each.due_on for each in story.file.deadlines if each.name == "reflection_period" and each.is_open]


def to_change(story: Story) -> list[tuple[UUID, date | None]]:
    """The open tasks of a period that runs, each with its due day."""
    tasks = [each for each in story.case_status.tasks if each.element_id == "change_reflection"]
    return [(each.id, day_of(each.due_at) if each.due_at else None) for each in tasks]


def decided_anew(story: Story, **answers: str | None) -> None:
    """Decide the newest decision anew, to the harm of somebody who was heard and agrees."""
    begins(story, which_decision=newest(story).number)
    proposes(story, **HARM)
    story.passes(minutes=1)
    prepares(story, **answers)
    story.does("paattaja", "sign_reflection_period")


def prepares(story: Story, inside: str = "", **answers: str | None) -> None:
    """Prepare the decision in the task that begins with none, beside the task of the period that runs."""
    tasks = [each for each in story.case_status.tasks if each.element_id == "prepare_reflection_period"]
    task = next(each for each in tasks if each.path.startswith(inside))
    actor = story.world.actor("kasittelija")
    story.world.engine.perform(ClaimTask(task.id), actor)
    data = merged(of("reflection_period", story.today, story.world), answers)
    story.world.engine.perform(CompleteTask(task.id, data=data), actor)


def test_a_wrong_day_is_corrected_in_the_copy_the_ledger_and_the_notice_to_the_police(story: Story) -> None:
    running(story)
    decision, before = newest(story), periods(story)
    until = story.today + timedelta(days=90)
    ((task, due_on),) = to_change(story)
    assert due_on == until
    story.world.engine.perform(ClaimTask(task), story.world.actor("kasittelija"))
    right = until + timedelta(days=10)
    begins(story, which_decision=decision.number)
    later = dotted(story.today + timedelta(days=400))
    earlier = dotted(until - timedelta(days=17))
    for words, refused in (("huomenna", NotADay), (later, NotWithinBounds), (earlier, ShortensRight)):
        with pytest.raises(refused) as refusal:
            proposes(story, wrong_text=dotted(until), right_text=words)
        assert refusal.value.field == "right_text"
    proposes(
        story,
        wrong_text=f"Harkinta-aika\n päättyy {dotted(until)}.",
        right_text=f"Harkinta-aika päättyy {dotted(right)}.",
    )
    read = ReadLetter(story.task("sign_correction").id)
    beside = story.world.engine.answer(read, story.world.actor("paattaja"))
    assert beside is not None
    assert beside.signing is not None
    assert [(each.kind, each.reasons) for each in beside.signing.explained] == [
        ("slip_shown", "Arviossa ja hakemuksessa kohta on oikein."),
        ("correction_unheard", "Virhe on selvä eikä muuta ratkaisua."),
    ]
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    copy = letter(story, "corrected_copy")
    for words in (
        "antaa sinulle harkinta-ajan",
        f"päättyy {dotted(right)}",
        f"päättyy {dotted(until)}.",
        "Arviossa ja hakemuksessa kohta on oikein.",
        f"Päätöksessä {decision.number}",
        "Tähän päätökseen ei saa hakea muutosta",
    ):
        assert words in copy
    assert "Valitusaika" not in copy
    assert due(story) == [right]
    assert to_change(story) == [(task, right)], "the task stays, with what was typed, and has the right day"
    assert story.task("reflection_period").assignee_id == story.world.actor("kasittelija").person_id
    notice = papers(story, "notice_police_reflection")[-1]
    for words in ("korvaa aiemman ilmoituksemme", f"päättyy {dotted(right)}"):
        assert words in notice
    assert "Tarvitsee aikaa harkita" not in notice, "the police get the decision and no word more"
    assert {"post_paper", "record_delivery"} <= set(story.forms)
    posting = story.task("post_paper").id
    assert story.world.engine.answer(ReadDeliveryPapers(posting), story.world.actor("kasittelija")) is None, (
        "no plain envelope goes to the police"
    )
    with pytest.raises(AnswersRejected) as raised:
        story.does("kasittelija", "post_paper", notice_recipient=None)
    assert "notice_recipient" in raised.value.problems
    story.does("kasittelija", "post_paper")
    story.does("kasittelija", "record_delivery")
    assert periods(story) == before
    assert story.file.corrected[decision.id].outcome == "corrected_copy"
    proposes_period(story, "extend", reflection_until=(right + timedelta(days=30)).isoformat())
    story.does("paattaja", "sign_reflection_period")
    assert due(story) == [right + timedelta(days=30)]


def test_a_notice_that_a_correction_overtook_is_not_sent_and_the_right_one_is(story: Story) -> None:
    reflecting(story)
    until = story.today + timedelta(days=90)
    right = until + timedelta(days=10)
    story.does("kasittelija", "reflection_period", reflection_until=until.isoformat())
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    first = papers(story, "notice_police_reflection")[-1]
    assert f"Päätös {newest(story).number} on annettu {dotted(story.today)}" in first
    story.does("kasittelija", "record_delivery")
    begins(story, which_decision=newest(story).number)
    story.passes(minutes=1)
    proposes(story, wrong_text=dotted(until), right_text=dotted(right))
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    assert "post_paper" not in story.forms, "the first has not left: one task, with the right notice"
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('send_notice').id}").text
    assert "eikä aiempi ilmoitus lähde" in page
    offered = papers(story, "notice_police_reflection")[-1]
    assert f"päättyy {dotted(right)}" in offered
    assert "korvaa aiemman ilmoituksemme" not in offered, (
        "the police have none that it would take the place of"
    )
    story.does("kasittelija", "send_notice")
    documents = [each for each in story.file.documents if each.kind == "notice_police_reflection"]
    sent = [each.facts["document"] for each in story.file.timeline if each.kind == "notice_sent"]
    assert sent == [str(documents[-1].id)]


def test_a_notice_of_a_decision_made_anew_is_written_again_before_it_leaves(story: Story) -> None:
    reflecting(story)
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "record_delivery")
    begins(story, which_decision=newest(story).number)
    proposes(story, **FACTUAL)
    story.passes(minutes=1)
    until = story.today + timedelta(days=150)
    prepares(story, reflection_until=until.isoformat())
    story.does("paattaja", "sign_reflection_period")
    with pytest.raises(NoticeOvertaken) as refusal:
        story.does("kasittelija", "send_notice")
    assert refusal.value.field == "notice_state"
    story.does("kasittelija", "send_notice", **NOT_SENT)
    assert f"päättyy {dotted(until)}" in papers(story, "notice_police_reflection")[-1]
    story.does("kasittelija", "send_notice")
    assert story.milestones.count("police_notified") == 1


def test_a_negative_decision_is_corrected_without_a_word_to_the_police(story: Story) -> None:
    reflecting(story)
    proposes_period(story, "not_given", reasons="Sinulla on oleskeluoikeus.")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "record_delivery")
    begins(story, which_decision=newest(story).number)
    with pytest.raises(NoInstructions) as refusal:
        proposes(story, **INSTRUCTIONS)
    assert refusal.value.field == "correction_kind"
    proposes(story, wrong_text="oleskeluoikeus", right_text="oleskelulupa")
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    assert papers(story, "notice_police_reflection") == []
    assert "post_paper" not in story.forms


def test_a_period_given_in_error_is_decided_anew_as_if_it_had_not_been_given(story: Story) -> None:
    running(story, days=150)
    decision = newest(story)
    begins(story, which_decision=decision.number)
    proposes(story, **FACTUAL)
    story.passes(minutes=1)
    until = story.today + timedelta(days=170)
    assert story.forms.count("reflection_period") == 2, (
        "the running period's own task, and the one in its place"
    )
    with pytest.raises(NotInFavour):
        prepares(story, reflection_until=(story.today + timedelta(days=60)).isoformat())
    prepares(story, reflection_until=until.isoformat())
    story.does("paattaja", "sign_reflection_period")
    assert due(story) == [until]
    story.passes(minutes=1)
    assert [on for _, on in to_change(story)] == [until]
    assert newest(story).number == f"{story.reference}-H2"
    assert f"Tämä päätös korvaa päätöksen {decision.number}" in newest_letter(story)
    assert "valitusaika" not in newest_letter(story)
    assert story.file.corrected == {decision.id: newest(story)}
    announced(story)
    assert outcomes(story) == ["reflection_period", "reflection_period"]


def test_an_earlier_day_brings_the_task_and_its_end_forward(story: Story) -> None:
    running(story, days=150)
    earlier = story.today + timedelta(days=60)
    decided_anew(story, reflection_until=earlier.isoformat())
    story.passes(minutes=1)
    assert due(story) == [earlier]
    assert [on for _, on in to_change(story)] == [earlier]
    story.passes(days=60)
    assert to_change(story), "open on its last day"
    story.passes(days=1)
    assert not to_change(story)


def test_a_day_that_has_passed_already_ends_the_task(story: Story) -> None:
    running(story, days=150)
    first = story.today
    story.passes(days=40)
    assert to_change(story)
    decided_anew(
        story,
        reflection_from=first.isoformat(),
        reflection_until=(first + timedelta(days=35)).isoformat(),
    )
    story.passes(minutes=1)
    assert (due(story), to_change(story)) == ([], [])


REASONS = "Sinulla on oleskeluoikeus."


def taken_away(story: Story, proposal: str) -> None:
    answers = {**dict.fromkeys(ONLY_GIVEN), **heard(story.today), "reasons": REASONS}
    decided_anew(story, reflection_proposal=proposal, **answers)
    story.passes(minutes=1)


def test_the_police_hear_that_a_period_they_know_of_was_not_given_after_all(story: Story) -> None:
    running(story)
    first = newest(story)
    taken_away(story, "not_given")
    assert (due(story), to_change(story)) == ([], []), "nothing is left to extend or interrupt"
    notice = papers(story, "notice_police_reflection")[-1]
    for words in (
        f"korvaa aiemman ilmoituksemme päätöksestä, joka on annettu {dotted(story.today)}",
        "Se päätös ei ole enää voimassa",
        "Harkinta-aikaa ei ole annettu.",
        f"Päätös {first.number.removesuffix('H')}H2 on annettu",
    ):
        assert words in notice
    for words in ("päättyy", "kirjoitusvirhe", REASONS):
        assert words not in notice, "the police get the decision and no word more"
    assert {"post_paper", "record_delivery"} <= set(story.forms)
    story.does("kasittelija", "post_paper")
    story.does("kasittelija", "record_delivery")
    assert story.forms == []


def test_the_police_hear_that_a_period_was_not_extended_after_all(story: Story) -> None:
    running(story)
    until = story.today + timedelta(days=90)
    proposes_period(story, "extend", reflection_until=(until + timedelta(days=30)).isoformat())
    story.does("paattaja", "sign_reflection_period")
    announced(story)
    taken_away(story, "not_extended")
    assert [on for _, on in to_change(story)] == due(story) == [until]
    notice = papers(story, "notice_police_reflection")[-1]
    assert "Se päätös ei ole enää voimassa" in notice
    assert f"päättyy {dotted(until)}." in notice
    assert "ei ole annettu" not in notice


NOTHING = dict.fromkeys(("notice_recipient", "notice_channel", "sent_on")) | {"notice_state": "not_owed"}
CALLED_OFF = "Poliisille ei kerrota mitään: aikaa ei annettu tai jatkettu"
SILENT = "Poliisille ei kerrota mitään."


def test_the_police_never_hear_of_a_period_that_was_taken_away_before_their_notice_left(story: Story) -> None:
    reflecting(story)
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "record_delivery")
    to_tell = story.task("reflection_told").id
    reader = signed_in(story.world, "kasittelija")
    assert SILENT not in reader.get(f"/tasks/{to_tell}").text
    taken_away(story, "not_given")
    telling = reader.get(f"/tasks/{to_tell}").text
    assert SILENT in telling
    assert "Kerro henkilölle se, mitä nyt on päätetty." in telling
    story.does("kasittelija", "reflection_told")
    assert papers(story, "notice_police_reflection") == [], "no notice of a period that does not hold"
    task = story.task("send_notice").id
    page = reader.get(f"/tasks/{task}")
    assert SILENT in page.text
    assert page.tree.xpath("//input[@name='notice_state']/@value") == ["not_owed"]
    for answers in ({}, NOT_SENT):
        with pytest.raises(NoticeNotOwed) as refusal:
            story.does("kasittelija", "send_notice", **answers)
        assert refusal.value.field == "notice_state"
    story.does("kasittelija", "send_notice", **NOTHING)
    assert "police_not_owed" in story.milestones
    assert {"police_notified", "notice_sent"}.isdisjoint(story.milestones)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert story.forms == [], "there is no period to extend"
    assert "notice_not_owed" in [each.kind for each in story.file.timeline]


def test_a_notice_of_an_extension_that_was_taken_away_stays_and_its_paper_with_it(story: Story) -> None:
    running(story)
    story.passes(minutes=1)
    until = story.today + timedelta(days=90)
    proposes_period(story, "extend", reflection_until=(until + timedelta(days=30)).isoformat())
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "record_delivery")
    with pytest.raises(NoticeOwed) as refusal:
        story.does("kasittelija", "send_notice", **NOTHING)
    assert refusal.value.field == "notice_state"
    reader = signed_in(story.world, "kasittelija")
    task = story.task("send_notice").id
    page = reader.get(f"/tasks/{task}").text
    assert CALLED_OFF not in page
    assert "Lähtevä asiakirja" in page
    written = papers(story, "notice_police_reflection")
    taken_away(story, "not_extended")
    page = reader.get(f"/tasks/{task}").text
    assert SILENT in page
    assert "Lähtevä asiakirja" not in page, "nobody is handed the paper that must not leave"
    with pytest.raises(NoticeNotOwed):
        story.does("kasittelija", "send_notice")
    story.does("kasittelija", "send_notice", **NOTHING)
    story.passes(minutes=1)
    assert papers(story, "notice_police_reflection") == written
    assert story.milestones.count("police_notified") == 1, "of the period, which holds as it was given"
    assert [on for _, on in to_change(story)] == due(story) == [until]


def test_only_the_newest_of_several_decisions_is_decided_anew(story: Story) -> None:
    running(story)
    first = newest(story)
    proposes_period(story, "extend", reflection_until=(story.today + timedelta(days=120)).isoformat())
    story.does("paattaja", "sign_reflection_period")
    announced(story)
    begins(story, which_decision=first.number)
    with pytest.raises(NotNewest) as refusal:
        proposes(story, **FACTUAL)
    assert refusal.value.field == "correction_proposal"


def test_a_period_after_a_corrected_admission_corrects_nothing(story: Story) -> None:
    served(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    assert newest(story).content.get("correction") is None
    assert "korvaa päätöksen" not in newest_letter(story)
