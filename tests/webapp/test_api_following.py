"""A partner's program follows cases, reads back what its scopes open, sends files, and overwrites nothing."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.commands.people import SCOPES
from engine.commands.public_drafts import DestroyExpired
from engine.commands.retention import SealOlder
from engine.domain.people import SYSTEM, Role
from engine.queries.access_log import WhoLooked
from engine.storage.tables.cases import CASES
from engine.storage.tables.webhooks import PROGRAM_ACTS
from tests.stories.test_appeals import until_court
from tests.stories.test_sent_back import sent_back
from tests.support import answers
from tests.support.browsing import signed_in
from tests.support.programs import KEY, Program, new_case, program, start
from tests.support.story import Story
from tests.support.uploads import picture
from tests.support.world import World


def listed(robot: Program, **query: str) -> list[str]:
    return [each["reference"] for each in robot.get("/cases", **query).json["cases"]]


# ---------------------------------------------------------------- following


@pytest.mark.databases
def test_who_goes_on_from_the_last_position_misses_no_change(world: World, story: Story) -> None:
    robot = program(world)
    made = []
    for number in range(3):
        made.append(start(robot, story, f"key-number-{number:06}"))
        world.clock.passes(minutes=5)
    first = robot.get("/cases", limit="2").json
    assert ([each["reference"] for each in first["cases"]], first["is_end"]) == (made[:2], False)
    second = robot.get("/cases", limit="2", after=first["last"]).json
    assert ([each["reference"] for each in second["cases"]], second["is_end"]) == (made[2:], True)

    since = world.clock().isoformat()
    assert robot.get("/cases", after=second["last"]).json == {
        "cases": [],
        "is_end": True,
        "last": second["last"],
    }
    story.reference = made[0]
    story.does("kirjaaja", "register")

    assert listed(robot, after=second["last"]) == [], "one that began before it may still be stored"
    world.clock.passes(minutes=1)
    assert listed(robot, after=second["last"]) == [made[0]]
    assert listed(robot, changed_since=since) == [made[0]]
    assert listed(robot) == [made[1], made[2], made[0]], "the one that changed is the last"
    assert listed(robot, state="submitted") == made[1:]
    assert listed(robot, channel="referral") == []
    assert set(listed(robot, team=story.case.team or "unknown")) == {made[0]}
    (shown,) = robot.get("/cases", after=second["last"]).json["cases"]
    assert not {"id", "caseworker_id", "language", "is_restricted"} & set(shown)


def test_an_annulled_outcome_is_in_no_list_and_no_search(world: World, story: Story) -> None:
    robot = program(world)
    until_court(story)
    world.clock.passes(minutes=1)
    assert [each["outcome"] for each in robot.get("/cases").json["cases"]] == ["not_admitted"]
    sent_back(story)
    world.clock.passes(minutes=1)
    shown = [*robot.get("/cases").json["cases"], robot.get(f"/cases/{story.reference}").json]
    assert [(each["outcome"], each["is_sent_back"]) for each in shown] == [(None, True)] * 2
    visitor = signed_in(world, "kasittelija", robot.client.application)
    page = visitor.submits(visitor.get("/cases/"), q="Keksitty").text
    assert "Tuomioistuin kumosi tai palautti, tutkitaan uudelleen" in page
    assert "Ei otettu auttamisjärjestelmään" not in page


def test_a_case_that_the_program_may_not_see_is_in_no_list(world: World, story: Story, robot) -> None:
    seen, hidden = start(robot, story), start(robot, story, f"{KEY}-2")
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == hidden).values(is_restricted=True))
    reader = program(world, robot.client.application, name="lukija", scopes={"tasks:read"})

    world.clock.passes(minutes=1)
    assert listed(robot) == [seen]
    assert reader.get("/cases").status_code == 403
    for wrong in ({"after": "x"}, {"after": "9999-01-01_x"}, {"state": "?"}, {"changed_since": "today"}):
        assert robot.get("/cases", **wrong).status_code == 422, wrong


def test_a_case_of_the_program_before_is_followed_once_it_has_a_moment(world, story, robot) -> None:
    reference = start(robot, story)
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).values(changed_at=None))
    assert listed(robot) == []
    while world.engine.perform(SealOlder(), SYSTEM):
        pass
    world.clock.passes(minutes=1)
    assert listed(robot) == [reference]


# ---------------------------------------------------------------- reading back


def test_each_class_of_answers_and_the_letters_need_their_scope(world: World, app, story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    whole = program(world, app)
    path = f"/cases/{story.reference}/answers"
    found = whole.get(path).json
    sent = found["submissions"][0]
    wanted = answers.application(story.today)

    assert found["classes"] == ["identity", "contact", "narrative", "decision"]
    assert sent["form_key"] == "application"
    assert {key: sent["answers"][key] for key in wanted} == wanted, "as a program would send it"
    assert {"register", "assessment"} <= {each["form_key"] for each in found["submissions"]}

    narrow = program(world, app, name="kapea", scopes={"answers:contact"})
    read = narrow.get(path).json
    assert read["classes"] == ["contact"]
    assert read["submissions"][0]["answers"]["email"] == wanted["email"]
    assert "family_name" not in str(read)
    assert str(wanted["what_happened"]) not in str(read)
    assert narrow.get(f"/cases/{story.reference}/documents").status_code == 403

    letters = whole.get(f"/cases/{story.reference}/documents").json["documents"]
    decision = next(each for each in letters if each["kind"] == "resolution")
    pdf = whole.client.get(f"/api/v1/documents/{decision['id']}", headers=whole.headers)
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert len(pdf.data) == decision["size"]
    assert narrow.get(f"/documents/{decision['id']}").status_code == 403
    # A reader whose scopes open none of the classes gets nothing at all.
    reader = program(world, app, name="lukija", scopes={"cases:read"})
    assert reader.get(path).status_code == 403
    # Every reading stands in the case's log under the program's name.
    entries = world.engine.answer(WhoLooked(story.reference), world.actor("tarkastaja"))
    by_name = {(each["actor_name"], each["action"]) for each in entries}
    assert {
        ("ohjelma", "read_answers"),
        ("kapea", "read_answers"),
        ("ohjelma", "list_documents"),
        ("ohjelma", "read_document"),
    } <= by_name
    assert not [each for each in by_name if each[0] == "lukija"]


def test_answers_that_are_sealed_or_restricted_stay_away(world: World, story: Story, robot: Program) -> None:
    reference = start(robot, story)
    moment = world.clock() + timedelta(minutes=1)
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).values(content_sealed_at=moment))
    assert robot.get(f"/cases/{reference}/answers").json["submissions"] == []
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).values(is_restricted=True))
    assert robot.get(f"/cases/{reference}/answers").status_code == 404
    assert robot.get(f"/cases/{reference}/documents").status_code == 404


# ---------------------------------------------------------------- what was read is not overwritten


def test_a_task_that_changed_meanwhile_is_never_overwritten(world: World, app, story: Story, robot) -> None:
    story.reference = reference = start(robot, story)
    task = robot.get(f"/cases/{reference}").json["tasks"][0]["id"]
    read = robot.get(f"/tasks/{task}")
    body = {"answers": answers.of("register", story.today, world)}
    assert story.hears("new_fact") is False

    robot.language = "en"
    late = robot.post(f"/tasks/{task}/complete", body, **{"If-Match": read.headers["ETag"]})
    assert late.status_code == 412
    assert late.json["detail"].startswith("This has been changed since you read it (If-Match).")
    assert robot.post(f"/tasks/{task}/claim", **{"If-Match": read.headers["ETag"]}).status_code == 412
    assert robot.get(f"/tasks/{task}").json["state"] == "created"
    for tag in ("nonsense", '""', '"1", "x"'):
        assert robot.post(f"/tasks/{task}/complete", body, **{"If-Match": tag}).status_code == 412, tag

    fresh = robot.get(f"/tasks/{task}").headers["ETag"]
    assert fresh != read.headers["ETag"]
    assert robot.post(f"/tasks/{task}/claim", **{"If-Match": fresh}).status_code == 200
    done = robot.post(f"/tasks/{task}/complete", body, **{"If-Match": f'"x", {fresh}'})
    assert done.status_code == 200, done.json


def test_a_message_goes_only_to_the_case_that_was_read(story: Story, robot: Program) -> None:
    story.reference = reference = start(robot, story)
    tag = robot.get(f"/cases/{reference}").headers["ETag"]
    path, message = f"/cases/{reference}/messages", {"name": "new_fact"}
    named = {"If-Match": tag, "Idempotency-Key": f"{KEY}-m"}

    assert robot.post(path, message, **named).status_code == 202
    assert robot.post(path, message, **named).status_code == 202, "the same act, done already"
    assert robot.post(path, message, **{"If-Match": tag}).status_code == 412
    assert robot.post(path, message, **{"If-Match": "*"}).status_code == 202
    assert story.events.count("message_received") == 2


# ---------------------------------------------------------------- files


def send(robot: Program, path: str, content: bytes, name: str = "kuva.jpg", **headers: str) -> Any:
    file = {"file": (io.BytesIO(content), name)}
    sent = {**robot.headers, **headers}
    answer = robot.client.post(f"/api/v1{path}", data=file, headers=sent, content_type="multipart/form-data")
    assert answer.mimetype in {"application/json", "application/problem+json"}
    return answer


def test_files_go_with_an_application_and_with_a_task(world: World, app, story: Story, robot) -> None:
    key = {"Idempotency-Key": KEY}
    kept = send(robot, "/files", picture(), **key)
    assert kept.status_code == 201, kept.json
    assert send(robot, "/files", picture(), **key).json == kept.json, "sent again, kept once"
    refused = send(robot, "/files", b"MZ\x90", "ohjelma.exe", **key)
    assert (refused.status_code, refused.json["problems"][0]["field"]) == (422, "file")
    film = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n' + b"x" * (
        25 * 2**20
    )
    multipart = {**robot.headers, **key, "Content-Type": "multipart/form-data; boundary=x"}
    assert robot.client.post("/api/v1/files", data=film, headers=multipart).status_code == 413
    assert send(robot, "/files", picture()).status_code == 422, "no key"
    world.engine.perform(DestroyExpired(), SYSTEM)

    story.reference = start(robot, story)
    assert [(each.name, each.origin) for each in story.file.attachments] == [("kuva.jpg", "application")]
    late = send(robot, "/files", picture(), **key)
    assert late.status_code == 409
    assert "avoimeen tehtävään" in late.json["detail"]

    task = robot.get(f"/cases/{story.reference}").json["tasks"][0]["id"]
    added = [send(robot, f"/tasks/{task}/files", picture("PNG"), "toinen.png").json for _ in range(2)]
    assert added[0] == added[1]
    assert [each.name for each in story.file.attachments] == ["kuva.jpg", "toinen.png"]
    other = program(world, app, name="rajattu", scopes=set(SCOPES) - {"files:attach"})
    assert send(other, f"/tasks/{task}/files", picture(), "x.jpg").status_code == 403
    signs = program(world, app, name="tarkastaja-ohjelma", roles={Role.AUDITOR})
    assert send(signs, f"/tasks/{task}/files", picture(), "x.jpg").status_code == 403


def test_a_file_without_an_application_is_gone_after_a_day(world: World, story: Story, robot) -> None:
    send(robot, "/files", picture(), **{"Idempotency-Key": KEY})
    world.clock.passes(days=2)
    world.engine.perform(DestroyExpired(), SYSTEM)
    story.reference = start(robot, story)
    assert story.file.attachments == ()


# ---------------------------------------------------------------- the end of a key


def test_a_key_is_kept_for_ninety_days_and_then_refused(world: World, story: Story, robot: Program) -> None:
    first = start(robot, story)
    world.clock.passes(days=89)
    world.engine.perform(DestroyExpired(), SYSTEM)
    assert start(robot, story) == first

    world.clock.passes(days=2)
    world.engine.perform(DestroyExpired(), SYSTEM)
    with world.engine.database.view() as connection:
        assert connection.execute(select(PROGRAM_ACTS)).all() == []
    again = robot.post("/cases", new_case(story), **{"Idempotency-Key": KEY})
    assert again.status_code == 409, "what was sent then can't be compared any more"
    assert start(robot, story, f"{KEY}-2") != first
