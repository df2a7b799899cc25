"""Answers that contradict each other are refused beside the question, on the page and to programs alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from engine.casework.recordings.contact import NotOfOfficials
from engine.casework.recordings.notice import NotEnoughKnown
from engine.commands.tasks import ReleaseTask
from tests.support import answers as plain
from tests.support.browsing import Page, signed_in
from tests.support.programs import Program, program
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_inbox import form_of_task

OFFICIAL = ("l615_11", "l615_13_1", "l615_13_4_3")
ENOUGH: dict[str, Any] = {"enough": "yes", "reason": "Tiedot riittävät."}


@pytest.fixture
def robot(world: World, app: Flask) -> Program:
    return program(world, app)


def until_sufficiency(story: Story) -> None:
    story.applies()
    story.until("sufficiency")


def until_requests(story: Story) -> None:
    until_sufficiency(story)
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")


def asked_of_applicant(story: Story, basis: str) -> dict[str, Any]:
    row = plain.request("applicant", story.today + timedelta(days=14))
    return {"requests": [{**row, "legal_basis": basis}], "round_reason": "Ehdot puuttuvat."}


def hands_in(robot: Program, story: Story, form: str, **changes: Any) -> tuple[int, list[tuple[str, str]]]:
    """Hand in an open task over HTTP. Return the status and the problems, each with its field."""
    task = story.task(form)
    if task.assignee_id is not None:
        story.performs(ReleaseTask(task.id), "kasittelija")
    robot.post(f"/tasks/{task.id}/claim")
    seen = robot.get(f"/tasks/{task.id}").json["seen"]
    data = plain.merged(plain.of(form, story.today, story.world), changes)
    answer = robot.post(f"/tasks/{task.id}/complete", {"answers": data, "seen": seen})
    return answer.status_code, [(each["field"], each["sentence"]) for each in answer.json.get("problems", ())]


def sent(story: Story, app: Flask, form: str, answers: dict[str, Any]) -> Page:
    """Send a task's form as a caseworker does in a browser."""
    browser = signed_in(story.world, "kasittelija", app)
    page = browser.get(f"/tasks/{story.task(form).id}")
    return browser.submits(page, "go=complete", form_of_task(page), **answers)


def beside(page: Page, name: str) -> str:
    """Return the sentence that stands beside a question."""
    [described, *_] = page.tree.xpath(f"//*[@name='{name}']/ancestor::*[contains(@class, 'field-error')][1]")
    return " ".join(described.find_class("error")[0].text_content().split())


@pytest.mark.parametrize("basis", OFFICIAL)
def test_the_applicant_is_not_asked_on_an_authoritys_right_to_information(story: Story, basis: str) -> None:
    until_requests(story)
    with pytest.raises(NotOfOfficials) as refused:
        story.does("kasittelija", "new_information_request", **asked_of_applicant(story, basis))
    assert refused.value.field == "requests.0.legal_basis"
    assert not story.file.requests

    story.does("kasittelija", "new_information_request", **asked_of_applicant(story, "admin_31"))
    assert len(story.file.requests) == 1


def test_a_program_reads_beside_which_question_the_basis_is_refused(story: Story, robot: Program) -> None:
    until_requests(story)
    wrong = asked_of_applicant(story, "l615_11")

    assert hands_in(robot, story, "new_information_request", **wrong) == (
        422,
        [("answers.requests.0.legal_basis", NotOfOfficials.sentence)],
    )
    assert not story.file.requests


@pytest.mark.parametrize("unknown", ["account_known", "help_need_known"])
def test_that_enough_is_known_is_explained_where_one_of_the_two_is_not(story: Story, unknown: str) -> None:
    until_sufficiency(story)
    with pytest.raises(NotEnoughKnown) as refused:
        story.does("kasittelija", "sufficiency", **ENOUGH, **{unknown: "no"})
    assert refused.value.field == "still_missing"
    assert story.forms == ["sufficiency"]

    story.does("kasittelija", "sufficiency", **ENOUGH, **{unknown: "no"}, still_missing="Ei tavoiteta.")
    assert story.forms == ["assessment"]


def test_a_program_reads_that_what_is_missing_must_be_explained(story: Story, robot: Program) -> None:
    until_sufficiency(story)

    assert hands_in(robot, story, "sufficiency", **ENOUGH, help_need_known="no") == (
        422,
        [("answers.still_missing", NotEnoughKnown.sentence)],
    )
    assert (
        hands_in(robot, story, "sufficiency", **ENOUGH, help_need_known="no", still_missing="Ei tavoiteta.")[
            0
        ]
        == 200
    )


def test_both_refusals_stand_beside_their_questions(story: Story, app: Flask) -> None:
    until_sufficiency(story)
    facts = plain.of("sufficiency", story.today, story.world)
    unexplained = sent(story, app, "sufficiency", {**facts, **ENOUGH, "account_known": "no"})
    assert (unexplained.status, beside(unexplained, "still_missing")) == (422, NotEnoughKnown.sentence)

    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    asked = asked_of_applicant(story, "l615_11")
    (row,) = asked["requests"]
    due = story.today + timedelta(days=14)
    typed = {f"requests.0.{name}": value for name, value in row.items()}
    typed |= {"requests.0.due_on": f"{due.day}.{due.month}.{due.year}", "round_reason": asked["round_reason"]}
    refused = sent(story, app, "new_information_request", typed)
    assert (refused.status, beside(refused, "requests.0.legal_basis")) == (422, NotOfOfficials.sentence)
