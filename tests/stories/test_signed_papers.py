"""Papers that leave in the authority's name are signed like decisions: by a person, after a proof, and as they were read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.people import Role
from engine.errors import ProofRequired
from engine.operations.signed_papers import SignedPaperChanged, is_signature
from engine.queries.task_page import OpenTaskPage
from forms.catalogue import form_keys
from tests.stories.test_appeals import appeals, served
from tests.stories.test_corrections import corrects
from tests.stories.test_notices import begins, papers, to_police
from tests.support import answers as plain
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.programs import program
from tests.support.story import Story


def a_threat(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", **to_police("threat"))


def a_guardian(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", notice="guardian_application")


def an_opinion(story: Story) -> None:
    served(story)
    appeals(story)
    story.does("kasittelija", "appeal_opinion")


SIGNED = {
    "sign_disclosure": (a_threat, "johtaja", "disclosure_signature"),
    "sign_guardian_application": (a_guardian, "johtaja", "disclosure_signature"),
    "sign_opinion": (an_opinion, "paattaja", "opinion_signature"),
}
each_paper = pytest.mark.parametrize(
    ("form", "begins", "who", "choice"), [(form, *rest) for form, rest in SIGNED.items()]
)


def signs(signer: Visitor, page: Page) -> Page:
    forms = page.tree.xpath("//main//form")
    place = next(number for number, each in enumerate(forms) if each.get("action").endswith("/complete"))
    return signer.submits(page, "go=complete", place, disclosure_signature="sign")


@each_paper
def test_a_session_alone_signs_nothing(
    story: Story, form: str, begins: Callable[[Story], None], who: str, choice: str
) -> None:
    """Somebody sits down at a screen that was left open."""
    begins(story)
    task = story.task(form)
    left_open = replace(story.world.actor(who), proof_ends_at=story.world.clock.moment)
    story.world.engine.perform(ClaimTask(task.id), left_open)
    with pytest.raises(ProofRequired):
        story.world.engine.perform(CompleteTask(task.id, data={choice: "sign"}), left_open)
    screen = signed_in(story.world, who)
    story.passes(minutes=6)
    assert "Vahvista, että olet sinä" in screen.get(f"/tasks/{task.id}").text


@each_paper
def test_a_paper_that_changed_since_it_was_read_is_not_signed(
    story: Story, form: str, begins: Callable[[Story], None], who: str, choice: str
) -> None:
    begins(story)
    task, signer = story.task(form), story.world.actor(who)
    story.world.engine.perform(ClaimTask(task.id), signer)
    read = story.world.engine.answer(OpenTaskPage(task.id), signer).to_sign
    if form == "sign_opinion":
        corrects(story, "appeal_arrival", appeal_received_on=(story.today - timedelta(days=1)).isoformat())
    else:
        corrects(story, "write_notice", notice_facts="Muuttui, kun se oli luettu.")
    with pytest.raises(SignedPaperChanged):
        story.world.engine.perform(
            CompleteTask(task.id, data=plain.of(form, story.today, story.world), seen=read), signer
        )
    again = story.world.engine.answer(OpenTaskPage(task.id), signer).to_sign
    story.world.engine.perform(
        CompleteTask(task.id, data=plain.of(form, story.today, story.world), seen=again), signer
    )
    assert form not in story.forms


@each_paper
def test_a_program_signs_nothing(
    story: Story, form: str, begins: Callable[[Story], None], who: str, choice: str
) -> None:
    begins(story)
    roles = {Role.DIRECTOR, Role.DECISION_MAKER}
    robot = program(story.world, roles=roles)
    task = story.task(form)
    assert robot.get(f"/tasks/{task.id}").json["may_complete"] is False
    robot.post(f"/tasks/{task.id}/claim")
    assert robot.post(f"/tasks/{task.id}/complete", {"answers": {choice: "sign"}}).status_code == 403
    assert form in story.forms


def test_a_program_gives_no_spoken_decision(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    robot = program(story.world, roles={Role.DECISION_MAKER})
    task = story.task("oral_decision")
    robot.post(f"/tasks/{task.id}/claim")
    given = {"answers": {"oral_decision": "admitted"}}
    assert robot.post(f"/tasks/{task.id}/complete", given).status_code == 403


def test_the_director_signs_a_disclosure_on_its_page(story: Story) -> None:
    a_threat(story)
    director = signed_in(story.world, "johtaja")
    address = f"/tasks/{story.task('sign_disclosure').id}"
    offered = director.get(address)
    place = next(
        n for n, each in enumerate(offered.tree.xpath("//main//form")) if "claim" in each.get("action")
    )
    page = director.follows(director.submits(offered, place=place))
    (written,) = [each for each in story.file.submissions if each.form_key == "write_notice"]
    assert written.answers["notice_facts"] in page.form(1).text_content()
    corrects(story, "write_notice", notice_facts="Muuttui lukemisen jälkeen.")
    changed = signs(director, page)
    assert changed.status == 409
    assert "Asiakirjaa on muutettu" in changed.text
    assert signs(director, director.get(address)).status == 303
    (letter,) = papers(story, "notice_police")
    assert "Muuttui lukemisen jälkeen." in letter


def test_every_form_of_a_signature_is_known() -> None:
    assert [each for each in form_keys() if each.startswith("sign_") != is_signature(each)] == []
