"""A whole case over HTTP: a program starts it, continues it and closes it. It may not sign."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.queries.access_log import WhoLooked
from engine.queries.case_file import ReadDocument
from tests.support import answers
from tests.support.programs import Program, program
from tests.support.story import Story


class Driver:
    """A program that does the open tasks, with the plain answers."""

    def __init__(self, story: Story, robot: Program) -> None:
        self.story = story
        self.robot = robot
        self.reference = ""

    def starts(self) -> dict[str, Any]:
        body = {"channel": "self", "answers": answers.application(self.story.today)}
        answer = self.robot.post("/cases", body, **{"Idempotency-Key": "a-story-over-http"})
        assert answer.status_code == 201, answer.json
        self.reference = self.story.reference = answer.json["reference"]
        return dict(answer.json)

    @property
    def case(self) -> dict[str, Any]:
        return dict(self.robot.get(f"/cases/{self.reference}").json)

    @property
    def forms(self) -> list[str]:
        return sorted(task["form_key"] for task in self.case["tasks"])

    def does(self, form: str, **changes: Any) -> None:
        """Find the task in the list, read what it asks, hand it in."""
        listed = self.robot.get("/tasks", view="team").json["tasks"]
        task = next(each for each in listed if each["form_key"] == form and each["case"] == self.reference)
        asked = self.robot.get(f"/tasks/{task['id']}").json
        assert asked["may_complete"], asked["why_not"]
        assert self.robot.post(f"/tasks/{task['id']}/claim").status_code == 200
        data = answers.merged(answers.of(form, self.story.today, self.story.world), changes)
        known = {field["key"] for field in asked["form_definition"]["fields"]}
        assert set(data) <= known
        done = self.robot.post(f"/tasks/{task['id']}/complete", {"answers": data, "seen": asked["seen"]})
        assert done.status_code == 200, done.json


@pytest.mark.databases
def test_a_program_takes_a_case_from_application_to_closing(story: Story) -> None:
    driver = Driver(story, program(story.world))
    receipt = driver.starts()
    assert len(receipt["code"]) == 16

    driver.does("register")
    driver.does("triage_override")
    driver.does("sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot")
    due = (story.today + timedelta(days=14)).isoformat()
    asked = answers.request("applicant", story.today + timedelta(days=14))
    driver.does("new_information_request", requests=[asked], round_reason="Hakija tietää työn ehdot.")
    (request,) = driver.case["requests"]
    assert (request["state"], request["due_on"]) == ("sent", due)
    assert [each["standing"] for each in driver.case["deadlines"] if each["name"] == "target"] == ["paused"]

    reply = {"answers": answers.of("information_reply", story.today, story.world)}
    path = f"/cases/{driver.reference}/requests/{request['reference']}/reply"
    read = driver.robot.get(f"/cases/{driver.reference}").headers["ETag"]
    assert story.hears("new_fact") is False
    assert driver.robot.post(path, reply, **{"If-Match": read}).status_code == 412, (
        "changed since it was read"
    )
    assert driver.case["requests"][0]["state"] == "sent"
    read = driver.robot.get(f"/cases/{driver.reference}").headers["ETag"]
    assert driver.robot.post(path, reply, **{"If-Match": read}).status_code == 201
    assert driver.robot.post(path, reply).status_code == 409

    driver.does("review_reply")
    ledger = driver.robot.get(f"/cases/{driver.reference}/deadlines").json["deadlines"]
    target = next(each for each in ledger if each["name"] == "target")
    assert [entry["kind"] for entry in target["entries"]] == ["started", "paused", "resumed"]

    driver.does("sufficiency")
    driver.does("assessment")
    driver.does("prepare_resolution")
    assert driver.forms == ["sign_resolution"]
    story.does("paattaja", "sign_resolution")
    assert driver.case["outcome"] == Outcome.ADMITTED_35_1

    driver.does("contact_client")
    driver.does("record_delivery")
    assert story.file.deliveries[-1].state == "served"
    letter = story.file.resolutions[-1].document_id
    assert letter is not None
    _, content = story.asks(ReadDocument(letter))
    assert content.startswith(b"%PDF-")

    story.passes(days=40)
    driver.does("finality_inquiry")
    assert driver.case["state"] == CaseState.CLOSED
    assert driver.case["tasks"] == []
    entries = story.world.engine.answer(WhoLooked(driver.reference), story.world.actor("tarkastaja"))
    assert {"case_status", "task_page", "claim_task", "complete_task", "deliver_reply", "deadlines"} <= {
        entry["action"] for entry in entries if entry["actor_name"] == "ohjelma"
    }
