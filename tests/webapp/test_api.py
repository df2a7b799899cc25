"""The programming interface: admission, refusals and their words, and the traces it leaves in the log."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from engine.commands.people import SCOPES
from engine.domain.people import Role
from engine.queries.access_log import WhoLooked
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from tests.stories.test_enquiries import asks
from tests.support import answers
from tests.support.programs import KEY, Program, new_case, program, start
from tests.support.story import Story
from tests.support.world import World


def task_of(robot: Program, reference: str) -> str:
    return str(robot.get(f"/cases/{reference}").json["tasks"][0]["id"])


# ---------------------------------------------------------------- who


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic dTpw", f"Bearer {'x' * 5000}"]
)
def test_without_a_token_nothing_is_given(app, header) -> None:
    answer = app.test_client().get("/api/v1/tasks", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_opens_nothing(world: World, robot: Program) -> None:
    assert robot.get("/tasks").status_code == 200
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).service_accounts.revoke("ohjelma", world.clock())

    assert robot.get("/tasks").status_code == 401


def test_a_session_of_staff_is_no_token(world: World, app) -> None:
    from tests.support.browsing import signed_in

    browser = signed_in(world, "kasittelija", app)

    assert browser.client.get("/api/v1/tasks").status_code == 401


def test_wrong_tokens_are_counted_and_right_ones_are_not(robot: Program) -> None:
    guessing = Program(robot.client, "x" * 43)
    got = [guessing.get("/tasks").status_code for _ in range(61)]

    assert got == [401] * 60 + [429]
    assert robot.get("/tasks").status_code == 200


def test_every_act_needs_its_scope(world: World, app, story: Story, robot: Program) -> None:
    """An account with every scope but one can do everything but that."""
    reference = start(robot, story)
    task = task_of(robot, reference)

    def acts(other: Program, number: int) -> dict[str, int]:
        key, reply = {"Idempotency-Key": f"another-key-altogether-{number}"}, {"answers": {}}
        return {
            "cases:start": other.post("/cases", new_case(story), **key).status_code,
            "cases:read": other.get(f"/cases/{reference}").status_code,
            "tasks:read": other.get(f"/tasks/{task}").status_code,
            "tasks:complete": other.post(f"/tasks/{task}/claim").status_code,
            "replies:deliver": other.post(f"/cases/{reference}/requests/r1/reply", reply).status_code,
            "messages:deliver": other.post(f"/cases/{reference}/messages", {"name": "new_fact"}).status_code,
            "definitions:read": other.get("/definitions").status_code,
            "deadlines:read": other.get(f"/cases/{reference}/deadlines").status_code,
            "documents:read": other.get(f"/cases/{reference}/documents").status_code,
        }

    for number, scope in enumerate(acts(robot, 99)):
        got = acts(program(world, app, name=f"rajattu {number}", scopes=set(SCOPES) - {scope}), number)
        assert got.pop(scope) == 403
        # The request to reply to does not exist; programs with the scope get that answer.
        got.pop("replies:deliver", None)
        assert all(status < 300 for status in got.values()), (scope, got)


def test_a_restricted_case_does_not_exist_for_a_program(world: World, story: Story, robot: Program) -> None:
    """A case without a caseworker is not the program's: a program has no person whose case it could be."""
    reference = start(robot, story)
    task = task_of(robot, reference)
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(is_restricted=True))

    answer = robot.get(f"/cases/{reference}")

    assert answer.status_code == 404
    assert answer.json == robot.get("/cases/2026-999999").json
    assert robot.get(f"/tasks/{task}").status_code == 404
    assert robot.get("/tasks").json["tasks"] == []


def test_a_program_signs_nothing(world: World, app, story: Story) -> None:
    """Admission is a person's signed act: even a program with the director's role cannot do it."""
    story.applies()
    story.does("kirjaaja", "register")
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    robot = program(world, app, roles={Role.DIRECTOR, Role.DECISION_MAKER})
    task = task_of(robot, story.reference)
    form = robot.get(f"/tasks/{task}").json
    assert form["form_key"] == "sign_resolution"
    body = {"answers": answers.of("sign_resolution", story.today, world), "seen": form["seen"]}

    assert robot.post(f"/tasks/{task}/complete", body).status_code == 403
    assert story.case.outcome is None


# ---------------------------------------------------------------- cases


def test_the_same_key_gives_the_same_receipt_and_one_case(world: World, story: Story, robot: Program) -> None:
    first = robot.post("/cases", new_case(story), **{"Idempotency-Key": KEY})
    again = robot.post("/cases", new_case(story), **{"Idempotency-Key": KEY})

    assert first.json == again.json
    with world.engine.database.view() as connection:
        assert connection.execute(select(func.count()).select_from(CASES)).scalar_one() == 1


def test_keys_of_two_programs_never_meet(world: World, app, story: Story, robot: Program) -> None:
    other = program(world, app, name="toinen ohjelma")

    assert start(robot, story) != start(other, story)


def test_a_referral_without_consent_is_refused_by_field(story: Story, robot: Program) -> None:
    data = answers.merged(answers.referral(story.today), {"consent_given": False})
    answer = robot.post("/cases", {"channel": "referral", "answers": data}, **{"Idempotency-Key": KEY})

    assert answer.status_code == 422
    assert "answers.consent_given" in [each["field"] for each in answer.json["problems"]]


@pytest.mark.parametrize(
    "language, sentence",
    [
        ("fi", "Tällä lomakkeella ei ole tällaista kysymystä"),
        ("en", "There is no such question on this form"),
        ("sv-FI, en;q=0.5", "frågan"),
    ],
)
def test_mistakes_are_named_by_field_in_the_readers_language(story, robot, language, sentence) -> None:
    robot.language = language
    answer = robot.post("/cases", new_case(story, no_such=1), **{"Idempotency-Key": KEY})

    assert answer.status_code == 422
    problem = next(each for each in answer.json["problems"] if each["field"] == "answers.no_such")
    assert problem["key"] == "unknown_field"
    if language == "fi":
        assert problem["sentence"] == sentence
    else:
        assert problem["sentence"] != "Tällä lomakkeella ei ole tällaista kysymystä"


def test_a_case_is_given_without_texts_of_people(story: Story, robot: Program) -> None:
    reference = start(robot, story)
    got = robot.get(f"/cases/{reference}").get_data(as_text=True)

    assert "submitted" in got
    for value in answers.application(story.today).values():
        if isinstance(value, str) and len(value) > 8:
            assert value not in got


def test_deadlines_come_with_their_ledger(story: Story, robot: Program) -> None:
    reference = start(robot, story)
    story.reference = reference
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    deadlines = robot.get(f"/cases/{reference}/deadlines").json["deadlines"]

    target = next(each for each in deadlines if each["name"] == "target")
    assert target["entries"][0]["kind"] == "started"
    assert target["standing"] == "on_time"


def test_a_message_nobody_waits_for_is_a_conflict_and_an_unknown_one_is_invalid(story, robot) -> None:
    reference = start(robot, story)

    assert robot.post(f"/cases/{reference}/messages", {"name": "appeal_received"}).status_code == 409
    assert robot.post(f"/cases/{reference}/messages", {"name": "parent_decided"}).status_code == 422
    assert robot.post(f"/cases/{reference}/messages", {"name": "new_fact"}).json == {"was_awaited": False}


def test_a_notice_is_begun_from_an_enquiry_and_starts_no_application(
    world: World, app, story: Story, robot: Program
) -> None:
    reference = asks(story).reference
    limited = program(world, app, name="rajattu", scopes={"tasks:read"})

    begun = robot.post(f"/enquiries/{reference}/notices")

    assert begun.status_code == 201
    assert robot.get(f"/tasks/{begun.json['task']}").json["form_key"] == "write_enquiry_notice"
    assert robot.post("/enquiries/Y2026-99999/notices").status_code == 404
    assert limited.post(f"/enquiries/{reference}/notices").status_code == 403
    answer = robot.post("/cases", {"channel": "enquiry", "answers": {}}, **{"Idempotency-Key": KEY})
    assert answer.status_code == 422


# ---------------------------------------------------------------- tasks


def test_a_task_comes_with_its_form_in_the_readers_language(story: Story, robot: Program) -> None:
    task = task_of(robot, start(robot, story))
    finnish = robot.get(f"/tasks/{task}").json
    robot.language = "en"
    english = robot.get(f"/tasks/{task}").json

    assert finnish["form_key"] == "register"
    assert finnish["may_complete"]
    labels = [
        {each["key"]: each["label"] for each in form["form_definition"]["fields"]}
        for form in (finnish, english)
    ]
    assert labels[0].keys() == labels[1].keys()
    assert labels[0] != labels[1]
    caseworker = next(each for each in finnish["form_definition"]["fields"] if each["key"] == "caseworker")
    assert "Kerttu Käsittelijä" in [each["label"] for each in caseworker["options"]]


def test_pages_of_tasks_go_on_by_key(world: World, story: Story, robot: Program) -> None:
    for number in range(52):
        start(robot, story, f"key-number-{number:06}")
    first = robot.get("/tasks", view="team").json
    second = robot.get("/tasks", view="team", after=first["next_after"]).json

    ids = [each["id"] for each in first["tasks"] + second["tasks"]]
    assert len(ids) == len(set(ids)) == 52
    assert second["next_after"] is None


@pytest.mark.parametrize(
    "after", ["x", "0001-01-01T00:00:00+14:00_" + str(UUID(int=1)), "2026-01-01T00:00:00+00:00_x", "\x00"]
)
def test_a_made_up_position_is_refused(robot: Program, after: str) -> None:
    assert robot.get("/tasks", after=after).status_code == 422


def test_a_task_is_done_once(story: Story, world: World, robot: Program) -> None:
    task = task_of(robot, start(robot, story))
    body = {"answers": answers.of("register", story.today, world)}

    assert robot.post(f"/tasks/{task}/claim").status_code == 200
    assert robot.post(f"/tasks/{task}/complete", body).json == {"id": task, "state": "completed"}
    assert robot.post(f"/tasks/{task}/complete", body).status_code == 409


def test_a_task_of_another_group_is_forbidden(world: World, app, story: Story, robot: Program) -> None:
    task = task_of(robot, start(robot, story))
    other = program(world, app, name="toinen ohjelma", roles={Role.DECISION_MAKER})

    assert other.post(f"/tasks/{task}/complete", {"answers": {}}).status_code == 403


# ---------------------------------------------------------------- the edge


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 1e999}',
        '{"a": 1, "a": 2}',
        '{"a": ' + "9" * 5000 + "}",
        '{"answers": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"answers": ' + '{"a":' * 20 + "1" + "}" * 21,
        b'{"a": "\xff"}',
    ],
)
def test_a_body_that_is_no_plain_json_is_unreadable(robot: Program, text) -> None:
    assert robot.post_text("/cases", text, **{"Idempotency-Key": KEY}).status_code == 400


@pytest.mark.parametrize(
    "answers_text",
    ['{"typename": "x"}', '{"children": [{"typename": "x"}]}', '{"_x": 1}', r'{"a": "\u0000"}', r'{"a": "\ud800"}',
     r'{"\u0000": 1}'],
)  # fmt: skip
def test_a_character_no_case_may_hold_is_refused_in_every_place(robot: Program, answers_text: str) -> None:
    text = f'{{"channel": "self", "answers": {answers_text}}}'
    answer = robot.post_text("/cases", text, **{"Idempotency-Key": KEY})

    assert answer.status_code == 422
    assert answer.json["problems"]


def test_only_json_is_taken(robot: Program) -> None:
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": KEY}

    assert robot.post_text("/cases", "channel=self", **sent).status_code == 415


def test_a_body_too_large_is_not_read(robot: Program) -> None:
    text = '{"answers": {"a": "' + "x" * 600_000 + '"}}'

    assert robot.post_text("/cases", text, **{"Idempotency-Key": KEY}).status_code == 413


@pytest.mark.parametrize("key", ["", "short", "with a blank in it", "x" * 201, "ääääääääääääääääää"])
def test_the_key_of_an_act_has_a_shape(story: Story, robot: Program, key: str) -> None:
    # Each byte stands for itself: headers know no other letters.
    sent = key.encode().decode("latin-1")
    assert robot.post("/cases", new_case(story), **{"Idempotency-Key": sent}).status_code == 422


def test_unknown_addresses_and_methods_are_problem_documents_too(robot: Program) -> None:
    assert robot.get("/nothing").status_code == 404
    assert robot.get("/tasks/not-an-id").status_code == 404
    assert robot.post("/tasks").status_code == 405
    assert robot.get("/cases/%00").status_code == 404


# ---------------------------------------------------------------- the log, the document


def test_reading_leaves_an_entry_under_the_programs_name(world: World, story: Story, robot: Program) -> None:
    reference = start(robot, story)
    robot.get(f"/cases/{reference}")
    robot.get(f"/cases/{reference}/deadlines")
    robot.get(f"/tasks/{task_of(robot, reference)}")

    entries = world.engine.answer(WhoLooked(reference), world.actor("tarkastaja"))
    got = [entry["action"] for entry in entries if entry["actor_name"] == "ohjelma"]
    assert set(got) == {"case_status", "deadlines", "task_page"}


def test_a_list_leaves_one_entry_with_what_was_shown(world: World, story: Story, robot: Program) -> None:
    start(robot, story)
    robot.get("/tasks")

    with world.engine.database.view() as connection:
        rows = connection.execute(
            select(ACCESS_ENTRIES.c.subjects).where(ACCESS_ENTRIES.c.action == "inbox_team")
        ).all()
    assert [len(row.subjects) for row in rows] == [1]


def test_the_document_is_open_and_declares_every_refusal(app) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json

    assert document["openapi"] == "3.1.0"
    assert len(document["paths"]) == 19
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            wanted = {"400", "401", "403", "404", "409", "413", "422", "429"}
            declared = set(operation["responses"])
            assert wanted <= declared, f"{method} {path}: {wanted - declared}"
            if "requestBody" in operation:
                assert "415" in declared, path


def test_the_document_is_as_tools_of_others_ask(app) -> None:
    """Hold what Spectral's rules for OpenAPI found."""
    document = app.test_client().get("/api/v1/openapi.json").json
    operations = [
        operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    named = [each["operationId"] for each in operations]
    assert len(named) == len(set(named))
    assert {tag for each in operations for tag in each["tags"]} == {each["name"] for each in document["tags"]}
    assert document["servers"] == [{"url": "/"}]
    assert document["info"]["contact"] == {"name": "Esimerkin vastaanottokeskus"}
    text = json.dumps(document)
    unused = [
        name for name in document["components"]["schemas"] if f'#/components/schemas/{name}"' not in text
    ]
    assert unused == []
    # ECMA-262 has neither of Python's anchors.
    assert not re.search(r'"pattern": "[^"]*\\\\[AZ]', text)
