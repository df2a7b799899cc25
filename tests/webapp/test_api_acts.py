"""Programs repeat calls without harm, learn from the interface what to send, and read refusals in their language."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from engine.commands.public_drafts import DestroyExpired
from engine.commands.tasks import ReleaseTask
from engine.commands.urgent_calls import RecordUrgentCall
from engine.domain.people import PUBLIC, SYSTEM, Role
from engine.errors import NotFound
from engine.queries.receipt import DrawReceipt
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.tables.webhooks import PROGRAM_ACTS
from engine.storage.tasks import NO_DUE
from tests.stories.test_delivery import signed
from tests.stories.test_reflection import reflecting
from tests.stories.test_urgent_calls import UNDECIDED
from tests.stories.test_urgent_night import call
from tests.support import answers
from tests.support.browsing import signed_in
from tests.support.programs import KEY, Program, new_case, program, start
from tests.support.story import Story
from tests.support.world import World


def count(world: World, table) -> int:
    with world.engine.database.view() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


# ---------------------------------------------------------------- keys of acts


def test_another_body_under_the_same_key_is_not_lost_silently(
    world: World, story: Story, robot: Program
) -> None:
    first = robot.post("/cases", new_case(story), **{"Idempotency-Key": KEY})

    other = robot.post("/cases", new_case(story, what_happened="Toinen"), **{"Idempotency-Key": KEY})
    another_channel = robot.post(
        "/cases", {**new_case(story), "form": "child_application"}, **{"Idempotency-Key": KEY}
    )

    assert (other.status_code, another_channel.status_code) == (409, 409)
    assert "uudella avaimella" in other.json["detail"]
    again = robot.post("/cases", new_case(story), **{"Idempotency-Key": KEY})
    assert again.json == first.json
    assert count(world, CASES) == 1
    assert (
        robot.post("/cases", new_case(story, what_happened="Toinen"), **{"Idempotency-Key": f"{KEY}-2"}).json[
            "reference"
        ]
        != first.json["reference"]
    )


def test_an_application_that_was_refused_leaves_its_key_free(story: Story, robot: Program) -> None:
    assert robot.post("/cases", new_case(story, no_such=1), **{"Idempotency-Key": KEY}).status_code == 422
    assert robot.post("/cases", new_case(story), **{"Idempotency-Key": KEY}).status_code == 201


def test_a_message_with_a_key_is_delivered_once(world: World, story: Story, robot: Program) -> None:
    story.reference = start(robot, story)
    message = {"name": "new_fact"}
    path = f"/cases/{story.reference}/messages"

    got = [robot.post(path, message, **{"Idempotency-Key": KEY + "-m"}) for _ in range(3)]

    assert [(each.status_code, each.json) for each in got] == [(202, {"was_awaited": False})] * 3
    assert story.events.count("message_received") == 1
    brought = {"how": "phone", "withdrawn_on": str(story.today), "brought_by": "applicant"}
    withdrawn = {"name": "application_withdrawn", "withdrawal": brought}
    other = robot.post(path, withdrawn, **{"Idempotency-Key": KEY + "-m"})
    assert other.status_code == 409
    assert robot.post(path, message, **{"Idempotency-Key": "short"}).status_code == 422


def test_a_program_says_how_when_and_from_whom_a_withdrawal_came(
    world: World, app, story: Story, robot: Program
) -> None:
    """A bare message ends nothing, and opens nothing."""
    story.reference = start(robot, story)
    path = f"/cases/{story.reference}/messages"
    brought = {"how": "phone", "withdrawn_on": str(story.today), "brought_by": "referrer"}
    to_come = str(story.today + timedelta(days=1))

    def faults(withdrawal: dict[str, str] | None) -> tuple[int, list[str]]:
        sent = {"name": "application_withdrawn"} | ({} if withdrawal is None else {"withdrawal": withdrawal})
        answer = robot.post(path, sent)
        return answer.status_code, [each["field"] for each in answer.json.get("problems", [])]

    assert faults(None) == (422, ["withdrawal"])
    assert faults({"how": "phone"}) == (422, ["withdrawal.withdrawn_on", "withdrawal.brought_by"])
    assert faults({**brought, "withdrawn_on": to_come}) == (422, ["withdrawal.withdrawn_on"])
    staff = signed_in(world, "kasittelija")
    token = staff.token(staff.get(f"/cases/{story.reference}"))
    bare = {"name": "application_withdrawn", "form_token": token}
    page = staff.post(f"/cases/{story.reference}/messages", bare)
    assert page.status == 422
    assert "Pelkkä viesti ei riitä" in page.text
    assert "message_received" not in story.events
    assert faults(brought) == (202, [])
    (event,) = (each for each in story.file.timeline if each.kind == "message_received")
    assert (event.facts["channel"], event.facts["by"]) == ("phone", "referrer")
    assert event.facts["on"] == str(story.today)
    assert story.case.outcome is None, "a caseworker confirms it with the person"


def test_nothing_that_was_written_stands_beside_a_key(world: World, story: Story, robot: Program) -> None:
    start(robot, story)
    with world.engine.database.view() as connection:
        (row,) = connection.execute(select(PROGRAM_ACTS))
    assert re.fullmatch("[0-9a-f]{64}", row.asked)
    assert row.answer is None


def names_of_acts(world: World) -> list[str]:
    with world.engine.database.view() as connection:
        return [str(each) for each in connection.execute(select(PROGRAM_ACTS.c.name)).scalars()]


def gives_receipt(world: World, key: str) -> bool:
    try:
        world.engine.answer(DrawReceipt(key, is_card=True), PUBLIC)
    except NotFound:
        return False
    return True


def test_no_stored_name_of_an_act_opens_a_receipt(world: World, story: Story, robot: Program) -> None:
    """A receipt has the code of the case, and anyone who has the key of a sending may draw it."""
    start(robot, story)
    call_id, on_call = uuid4(), world.actor("paivystaja")
    world.engine.perform(RecordUrgentCall(call_id, call(story), UNDECIDED), on_call)
    with world.engine.database.unit_of_work() as unit:
        key = world.engine.stores(unit).urgent_calls.key(call_id, world.people["paivystaja"].id)
    assert gives_receipt(world, key)
    assert [gives_receipt(world, each) for each in names_of_acts(world)] == [False, False]


def test_a_name_in_clear_of_the_version_before_is_kept_as_a_digest(
    world: World, story: Story, robot: Program
) -> None:
    sent = new_case(story)
    first = robot.post("/cases", sent, **{"Idempotency-Key": KEY})
    (stored,) = names_of_acts(world)
    with world.engine.database.unit_of_work() as unit:
        account = world.engine.stores(unit).root.digest("service token", robot.token)
        name = sha256(f"{account}|{KEY}".encode()).hexdigest()
        unit.execute(update(PROGRAM_ACTS).values(name=name))
    assert stored != name
    assert gives_receipt(world, name)
    assert robot.post("/cases", sent, **{"Idempotency-Key": KEY}).json == first.json
    world.engine.perform(DestroyExpired(), SYSTEM)
    assert names_of_acts(world) == [stored]
    assert robot.post("/cases", sent, **{"Idempotency-Key": KEY}).json == first.json


# ---------------------------------------------------------------- what to send


def test_a_program_learns_what_to_send(world: World, app, story: Story) -> None:
    """With the scope alone, and no role."""
    reader = program(world, app, name="lukija", scopes={"definitions:read"}, roles={Role.INTAKE})
    reader.language = "en"
    forms = reader.get("/forms").json["forms"]

    assert {each["key"]: each["channel"] for each in forms} == {
        "application": "self",
        "child_application": "self",
        "referral": "referral",
        "phone_intake": "urgent",
    }
    for each in forms:
        form = reader.get(f"/forms/{each['key']}").json
        assert form["fields"], each
        assert form["title"] == each["title"]
    assert reader.get("/forms/sign_resolution").status_code == 404
    assert reader.get("/definitions").status_code == 200


def test_a_form_of_another_channel_is_refused_beside_its_name(story: Story, robot: Program) -> None:
    answer = robot.post("/cases", {**new_case(story), "form": "referral"}, **{"Idempotency-Key": KEY})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["problems"]] == ["form"]


def test_a_task_says_if_a_program_may_complete_it(world: World, app, story: Story, robot: Program) -> None:
    reference = start(robot, story)
    task = robot.get(f"/cases/{reference}").json["tasks"][0]["id"]
    reader = program(world, app, name="lukija", scopes={"tasks:read"})

    assert robot.get(f"/tasks/{task}").json["may_complete"]
    shown = reader.get(f"/tasks/{task}").json
    assert not shown["may_complete"]
    assert shown["why_not"]
    assert reader.post(f"/tasks/{task}/complete", {"answers": {}}).status_code == 403


# ---------------------------------------------------------------- pages of lists


def test_pages_end_and_go_past_tasks_without_a_day(world: World, story: Story, robot: Program) -> None:
    for number in range(5):
        start(robot, story, f"key-number-{number:06}")
    with world.engine.database.transaction() as connection:
        some = select(USER_TASKS.c.id).order_by(USER_TASKS.c.id).limit(3)
        connection.execute(
            update(USER_TASKS)
            .where(USER_TASKS.c.id.in_(some))
            .values(due_at=None, follow_up_at=None, sort_at=NO_DUE)
        )
    seen, after, pages = [], {}, 0
    while pages < 9:
        page = robot.get("/tasks", view="team", limit="2", **after).json
        seen += [each["id"] for each in page["tasks"]]
        pages += 1
        if page["next_after"] is None:
            break
        after = {"after": page["next_after"]}

    assert (pages, len(seen), len(set(seen))) == (3, 5, 5)
    assert robot.get("/tasks", limit="0").status_code == 422
    assert robot.get("/tasks", limit="201").status_code == 422
    forms = {form: robot.get("/tasks", form_key=form).json["tasks"] for form in ("register", "sufficiency")}
    assert {form: len(found) for form, found in forms.items()} == {"register": 5, "sufficiency": 0}
    assert robot.get("/tasks", team="north").json["tasks"] == []


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_refusals_speak_of_addresses_and_in_the_readers_language(
    story: Story, robot: Program, language: str
) -> None:
    robot.language = language
    start(robot, story)
    sentences = {
        "unknown address": robot.get("/nothing"),
        "unknown case": robot.get("/cases/2026-999999"),
        "wrong method": robot.post("/tasks"),
        "key reused": robot.post(
            "/cases", new_case(story, what_happened="Toinen"), **{"Idempotency-Key": KEY}
        ),
        "no token": robot.client.get("/api/v1/tasks", headers={"Accept-Language": language}),
    }
    mark = {"fi": "[äö]", "sv": r"\b(inte|ett|en|det)\b", "en": r"\b(is|not|the|a)\b"}[language]
    for name, answer in sentences.items():
        detail = answer.json["detail"]
        assert re.search(mark, detail), (name, detail)
        assert not re.search("sivu|sida|page", detail), (name, detail)
    assert sentences["wrong method"].headers["Allow"]


def test_the_description_is_one_that_clients_are_generated_from(app) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    text = app.test_client().get("/api/v1/openapi.json").get_data(as_text=True)

    assert r"\\A" not in text
    assert r"\\Z" not in text
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                unavailable = operation["responses"]["503"]
                assert "Retry-After" in unavailable["headers"], (path, method)


# ---------------------------------------------------------------- names


def test_a_program_without_the_scope_for_names_reads_none_in_a_refusal(world: World, story: Story) -> None:
    signed(story)
    task = story.task("record_delivery")
    story.performs(ReleaseTask(task.id), "kasittelija")
    body = {"answers": {**answers.of("record_delivery", story.today, world), "handed_to": "Joku Naapuri"}}
    shown = []
    for scopes in ({"tasks:complete"}, {"tasks:complete", "answers:identity"}):
        robot = program(world, name=f"ohjelma {len(scopes)}", scopes=scopes)
        refused = robot.post(f"/tasks/{task.id}/complete", body)
        assert (refused.status_code, refused.json["problems"][0]["field"]) == (422, "answers.handed_to")
        shown.append("Aino Esimerkki Keksitty" in refused.get_data(as_text=True))
    assert shown == [False, True]


def test_options_that_are_people_have_no_names_without_that_scope(world: World, story: Story) -> None:
    reflecting(story)
    task = story.task("reflection_period")
    shown = []
    for scopes in ({"tasks:read"}, {"tasks:read", "answers:identity"}):
        robot = program(world, name=f"ohjelma {len(scopes)}", scopes=scopes)
        fields = robot.get(f"/tasks/{task.id}").get_data(as_text=True)
        assert '"applicant"' in fields or "Keksitty" in fields
        shown.append("Keksitty" in fields)
    assert shown == [False, True]
