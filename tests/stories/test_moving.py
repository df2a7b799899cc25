"""A changed procedure and the cases under way: who may go on in it, who stays and why, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from engine.bootstrap import shipped_files
from engine.commands.moves import ApproveMove, MoveAtOnce, OwnMove, WithdrawMove
from engine.commands.tasks import ClaimTask, SaveDraft
from engine.domain.cases import Outcome
from engine.domain.people import OPERATOR
from engine.errors import Conflict, Invalid, NotFound
from engine.models.gate import check_files
from engine.operations import OPERATIONS
from engine.queries.access_log import WhoLooked
from engine.queries.moves import MovePreview
from engine.queries.task_page import OpenTaskPage
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from engine.storage.tables.moves import CASE_MOVES
from engine.storage.tables.processes import INSTANCES
from engine.worker import Worker
from tests.support.office import OWNER, SECOND, Office
from tests.support.second_version import examined_in_a_call, hears_more, only_named_otherwise
from tests.support.story import Story
from tests.support.world import World


def reasons_of(preview: MovePreview, story: Story) -> tuple[str, ...]:
    (found,) = [each for each in preview.groups if story.reference in each.references]
    return found.reasons


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def test_a_fact_that_the_version_before_did_not_keep_comes_from_the_application(office: Office) -> None:
    own, referred = office.begins("register"), office.begins("register", referred=True)
    for story in (own, referred):
        office.forgets(story, "applied_by", "in_detention")
    version = office.publishes(asks_and_names_otherwise)

    office.moves(version, own, referred)

    assert {office.version_of(story) for story in (own, referred)} == {version}
    assert office.variables(own)["applied_by"] == "person"
    assert office.variables(referred)["applied_by"] == "other"
    assert office.variables(own)["in_detention"] is None
    for story in (own, referred):
        story.does("kirjaaja", "register")
        story.does("kasittelija", "triage_override")
    assert "verify_consent" in referred.forms
    assert own.forms == ["sufficiency"]


def asks_and_names_otherwise(files: dict[str, bytes]) -> dict[str, bytes]:
    """Ask in other words who applies, and give a task another name."""
    path, asked = "intake_to_decision/process.bpmn", b'applied_by = "person"'
    assert files[path].count(asked) == 1
    named = only_named_otherwise(files)
    return {**named, path: named[path].replace(asked, b'applied_by != "other"')}


def test_ten_of_fifteen_move_and_five_stay_with_reasons(office: Office) -> None:
    unreached = office.begins("verify_consent", referred=True)
    unreached.passes(days=8)
    assert unreached.forms == ["consent_not_reached"]
    asked_of_consent = office.begins("verify_consent", referred=True)
    assessing = office.begins("assessment")
    delivering = office.begins("record_delivery")
    writing = office.begins("sufficiency")
    office.world.engine.perform(
        SaveDraft(writing.task("sufficiency").id, {"still_missing": ["Työsopimus"]}),
        office.world.actor("kasittelija"),
    )
    staying = list(office.stories)
    new = [office.begins() for _ in range(4)]
    sufficient = [office.begins("sufficiency") for _ in range(3)]
    for story in sufficient[:2]:
        task = story.task("sufficiency").id
        office.world.engine.perform(ClaimTask(task), office.world.actor("kasittelija"))
    waiting = [office.asks_three() for _ in range(2)]
    preparing = [office.wants_to_ask()]
    moving = [*new, *sufficient, *waiting, *preparing]
    before = {story.reference: office.rows(story) for story in office.stories}

    version = office.publishes()
    preview = office.looks(version)

    assert (preview.movable, preview.staying) == (10, 5)
    assert {len(each.references) for each in preview.groups if each.may_move} == {4, 3, 2, 1}
    stated = {story.reference: reasons_of(preview, story) for story in staying}
    assert stated == {
        unreached.reference: (
            "Uudessa versiossa ei ole vaihetta ”Päätä, miten henkilö tavoitetaan”, jota asiassa odotetaan.",
        ),
        asked_of_consent.reference: (
            "Vaiheeseen ”Varmista suostumus”, joka on kesken, on lisätty ajastin, tai ajastin tai viesti on poistettu. "
            "Kesken vaiheen muutos ei alkaisi toimia.",
        ),
        assessing.reference: (
            "Vaiheiden ”Tiedot riittävät” ja ”Arvioi asia” väliin on lisätty ”Kuule lasta”. Asia on jo ohittanut sen kohdan.",
        ),
        delivering.reference: (
            "Lupaus ”Tiedoksiannon tapa valitaan ennen tiedoksiantoa” voisi tässä asiassa rikkoutua uudessa versiossa "
            "näin: Anna tiedoksi ja kirjaa todiste",
        ),
        writing.reference: (
            "Vaiheessa ”Riittävätkö tiedot?” on kesken kirjoitettu luonnos, joka ei mahtuisi uuteen lomakkeeseen.",
        ),
    }

    move = office.moves(version, *office.stories)

    page = office.page(move)
    assert (page.count("moved"), page.count("stayed"), page.is_under_way) == (10, 5, False)
    assert {each.line.reference: each.reasons for each in page.lines if each.reasons} == stated
    for story in staying:
        assert office.rows(story) == before[story.reference]
    for story in moving:
        assert office.version_of(story) == version
        was, now = before[story.reference], office.rows(story)
        assert [each["id"] for each in now["user_tasks"]] == [each["id"] for each in was["user_tasks"]]
        assert [each["assignee_id"] for each in now["user_tasks"]] == [
            each["assignee_id"] for each in was["user_tasks"]
        ]
        assert (now["timers"], now["message_subscriptions"]) == (was["timers"], was["message_subscriptions"])
        assert story.events[-1] == "case_moved"
    for story in waiting:
        story.answers("REQ-2")
        assert story.forms == ["information_reply", "information_reply", "review_reply"]
    # Those that come to the new step do it; the rest is behind them or they are done with it.
    sufficient[0].until("assessment")
    assert "hear_child" in [event.subject for event in sufficient[0].file.timeline]
    assert sufficient[0].ends() == new[0].ends() == assessing.ends() == delivering.ends()


@pytest.mark.slow
def test_cases_under_examination_go_on_where_its_steps_stand_in_the_top_picture(office: Office) -> None:
    """The version before drew them in a process of their own, with variables of its own."""
    office.publishes(examined_in_a_call)
    withdrawing, doubting = office.asks_three(), office.begins("sufficiency")
    for story in (withdrawing, doubting):
        assert story.hears("application_withdrawn")
    waiting, referred = office.asks_three(), office.begins("verify_consent", referred=True)
    preparing, delivering = office.begins("prepare_resolution"), office.begins("record_delivery")
    before = {story.reference: office.rows(story) for story in office.stories}
    version = office.publishes(only_named_otherwise)

    office.moves(version, *office.stories)

    assert {office.version_of(story) for story in office.stories} == {version}
    for story in office.stories:
        was, now = before[story.reference], office.rows(story)
        for table in ("user_tasks", "timers", "message_subscriptions"):
            assert [_of_the_wait(each) for each in now[table]] == [_of_the_wait(each) for each in was[table]]
    rows = office.rows(withdrawing), office.rows(waiting)
    assert {
        each["process_id"] for each in rows[0]["user_tasks"] if each["element_id"] == "confirm_withdrawal"
    } == {"intake_to_decision"}
    assert [each["process_id"] for each in rows[1]["message_subscriptions"]][:1] == ["intake_to_decision"]
    assert referred.ends() is Outcome.ADMITTED_35_1
    withdrawing.does("kasittelija", "withdraw", withdrawal="confirmed")
    assert not {"information_reply", "withdraw"} & {*withdrawing.forms}, "what it ends, it ends at once"
    assert withdrawing.ends() is Outcome.LAPSED
    doubting.does(
        "kasittelija", "withdraw", withdrawal="not_confirmed", not_confirmed_reason="Puhelu katkesi."
    )
    assert doubting.forms == ["sufficiency"]
    assert doubting.hears("application_withdrawn"), "a second one is heard too"
    doubting.does(
        "kasittelija", "withdraw", withdrawal="not_confirmed", not_confirmed_reason="Puhelu katkesi."
    )
    for key in ("REQ-1", "REQ-2", "REQ-3"):
        waiting.answers(key)
    for story in (doubting, waiting, preparing, delivering):
        assert story.ends() is Outcome.ADMITTED_35_1


def _of_the_wait(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says beside the names of process and step."""
    return {name: value for name, value in row.items() if name not in ("process_id", "name")}


def test_the_preview_and_the_move_stand_in_the_access_log(office: Office) -> None:
    story = office.begins("sufficiency")
    version = office.publishes(asks_and_names_otherwise)
    office.looks(version)
    office.moves(version, story)

    entries = office.world.engine.answer(WhoLooked(story.reference), office.world.actor("esihenkilo"))

    stated = {entry["action"]: entry["actor_name"] for entry in entries}
    assert stated["move_case"] == "Outi Omistaja, Olli Omistaja"
    with office.world.engine.database.view() as connection:
        shown = select(ACCESS_ENTRIES.c.actor_name, ACCESS_ENTRIES.c.subjects).where(
            ACCESS_ENTRIES.c.action == "preview_move"
        )
        assert connection.execute(shown).all() == [("Outi Omistaja", [str(story.case.id)])]
    assert office.world.log_faults() == ()
    moved = next(event for event in story.file.timeline if event.kind == "case_moved")
    assert moved.facts["approved_by"] == "Olli Omistaja"


def test_a_task_has_the_new_name_and_the_old_draft(office: Office) -> None:
    story = office.begins("sufficiency")
    task, actor = story.task("sufficiency"), office.world.actor("kasittelija")
    office.world.engine.perform(ClaimTask(task.id), actor)
    office.world.engine.perform(SaveDraft(task.id, {"reason": ["Kesken"]}), actor)

    office.moves(office.publishes(asks_and_names_otherwise), story)

    page = office.world.engine.answer(OpenTaskPage(task.id), actor)
    assert page.task.name == "Tiedetäänkö tarpeeksi?"
    assert page.task.assignee_id == actor.person_id
    assert page.draft == {"reason": ["Kesken"]}


@pytest.mark.databases
def test_a_moved_case_returns_as_it_was(office: Office) -> None:
    story, other = office.asks_three(), office.begins()
    before = {each.reference: office.rows(each) for each in (story, other)}
    first = office.version_of(story)
    move = office.moves(office.publishes(hears_more), story, other)
    assert office.version_of(story) != first
    assert "decision_restored" in [name for name, _ in other.file.awaited], "heard from the move on"

    assert office.returns(move) == 2

    assert office.page(move).count("returned") == 2
    for each in (story, other):
        was, now = before[each.reference], office.rows(each)
        assert office.version_of(each) == first
        # An instance's version counts what was stored, and a snapshot is sealed anew each time.
        for row in (*was["instances"], *now["instances"]):
            del row["version"], row["snapshot"]
        assert now == was
        assert each.events[-2:] == ["case_moved", "case_returned"]
    for key in ("REQ-1", "REQ-2", "REQ-3"):
        story.answers(key)
    assert story.ends() == other.ends()


def test_a_case_that_has_gone_on_does_not_return(office: Office) -> None:
    gone_on, waits = office.begins(), office.begins()
    move = office.moves(office.publishes(), gone_on, waits)
    gone_on.does("kirjaaja", "register")

    office.returns(move)

    stated = {each.line.reference: (each.line.state, each.reasons) for each in office.page(move).lines}
    assert stated[waits.reference] == ("returned", ())
    assert stated[gone_on.reference] == (
        "settled",
        ("Asia on jo edennyt uudessa versiossa, joten siirtoa ei voi perua.",),
    )
    assert gone_on.ends() == waits.ends()


def test_some_of_a_move_return(office: Office) -> None:
    stories = [office.begins() for _ in range(3)]
    move = office.moves(office.publishes(), *stories)

    assert office.returns(move, stories[1]) == 1

    assert [each.line.state for each in office.page(move).lines] == ["moved", "returned", "moved"]
    with pytest.raises(Conflict):
        office.returns(move, stories[1])


def test_the_changed_procedure_is_one_that_could_be_published() -> None:
    """The others put it in use without the gate."""
    shapes = {name: operation.shape for name, operation in OPERATIONS.items()}
    found = check_files(shapes, hears_more(shipped_files()))
    assert [each for each in found if each.severity == "error"] == []


def test_a_second_person_approves_and_nothing_moves_before(office: Office) -> None:
    story = office.begins()
    first = office.version_of(story)
    move = office.asks(office.publishes(), story)
    engine, world = office.world.engine, office.world
    Worker(engine).round()
    assert office.version_of(story) == first
    assert not office.page(move).can_approve

    with pytest.raises(OwnMove):
        engine.perform(ApproveMove(move), world.actor(OWNER))
    engine.perform(ApproveMove(move), world.actor(SECOND))
    with pytest.raises(Conflict):
        engine.perform(ApproveMove(move), world.actor(SECOND))

    Worker(engine).round()
    assert office.version_of(story) != first


def test_the_person_who_asked_may_withdraw_while_nobody_has_approved(office: Office) -> None:
    story = office.begins()
    version = office.publishes()
    move = office.asks(version, story)
    with pytest.raises(Conflict):
        office.asks(version, story)

    office.world.engine.perform(WithdrawMove(move), office.world.actor(OWNER))

    with pytest.raises(Conflict):
        office.world.engine.perform(ApproveMove(move), office.world.actor(SECOND))
    Worker(office.world.engine).round()
    assert office.version_of(story) != version
    assert office.looks(version).movable == 1


def test_only_open_cases_move_and_only_to_the_version_in_use(office: Office) -> None:
    story, closed = office.begins(), office.begins()
    closed.ends()
    old = office.version_of(story)
    version = office.publishes()

    assert office.looks(old).groups == ()
    with pytest.raises(Conflict):
        office.asks(old, story)
    with pytest.raises(NotFound):
        office.asks(version, closed)
    with pytest.raises(Invalid):
        office.asks(version)


def test_a_case_that_went_on_between_asking_and_moving_is_judged_again(office: Office) -> None:
    story = office.begins("sufficiency")
    version = office.publishes()
    move = office.asks(version, story)
    story.until("assessment")
    office.world.engine.perform(ApproveMove(move), office.world.actor(SECOND))
    Worker(office.world.engine).round()

    (line,) = office.page(move, "en").lines

    assert line.line.state == "stayed"
    assert line.reasons == (
        "“Kuule lasta” has been added between “Tiedot riittävät” and “Arvioi asia”. The case has already passed that place.",
    )
    assert story.ends()


def test_a_move_that_fails_three_times_shows_it_in_its_line(office: Office) -> None:
    """A snapshot that can't be opened: everyone else moves."""
    broken, whole = office.begins(), office.begins()
    version = office.publishes()
    move = office.asks(version, broken, whole)
    spoiled = INSTANCES.update().where(INSTANCES.c.case_id == broken.case.id).values(snapshot=b"\x01spoiled")
    with office.world.engine.database.transaction() as connection:
        connection.execute(spoiled)
    office.world.engine.perform(ApproveMove(move), office.world.actor(SECOND))
    for _ in range(3):
        Worker(office.world.engine).round()
        office.world.clock.passes(minutes=2)

    stated = {each.line.reference: each.line.state for each in office.page(move).lines}
    assert stated == {broken.reference: "failed", whole.reference: "moved"}
    with office.world.engine.database.view() as connection:
        version_now = select(CASES.c.deployment_id).where(CASES.c.reference == broken.reference)
        assert connection.execute(version_now).scalar_one() != version
        assert connection.execute(select(CASE_MOVES.c.due_at)).scalars().all() == [None, None]


def test_the_operator_moves_at_once(office: Office) -> None:
    story = office.begins()
    version = office.publishes()

    move = office.world.engine.perform(MoveAtOnce(version, [story.reference]), OPERATOR)
    Worker(office.world.engine).round()

    assert office.version_of(story) == version
    assert office.page(move).move.approved_by == "komentorivi"
