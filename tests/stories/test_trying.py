"""A process owner tries models out before anybody's matter runs on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import MetaData, select

from engine.bootstrap import shipped_files
from engine.commands.deployments import CreateModelDraft
from engine.commands.try_outs import MOST_RUNS, BeginTryOut, EndTryOut, ForgetTryOuts, KeepSteps
from engine.domain.cases import Channel
from engine.domain.people import SYSTEM
from engine.domain.scenarios import (
    Step,
)
from engine.errors import AnswersRejected, ModelRejected, NotFound, Outdated
from engine.queries.models import ReadModelFiles
from engine.queries.try_outs import OpenSource, OpenTryOut
from engine.simulation.registry import Diverged, Sandboxes
from engine.simulation.scenario_runner import happened
from engine.simulation.task_actions import NoTimer
from engine.simulation.try_out import Sandbox
from engine.simulation.view import look, read_letter
from tests.support.trying import BEGINS, begin, does, run_on, shelf, shipped_ground, until_signed
from tests.support.world import World


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = Sandbox(shipped_ground(), BEGINS)
    yield made
    made.close()


# ---------------------------------------------------------------- one run


def test_a_run_goes_from_an_application_to_a_letter_and_a_closed_case(box: Sandbox) -> None:
    until_signed(box)
    does(box, "contact_client")
    does(box, "record_delivery")
    box.take(Step("wait", "next"))

    seen = look(box)
    assert seen.file is not None
    assert (seen.file.case.state, seen.file.case.outcome) == ("closed", "admitted_35_1")
    assert [each.kind for each in seen.letters] == ["resolution", "service_certificate"]
    assert read_letter(box, 0).startswith(b"%PDF")
    assert [(each.kind, each.to) for each in seen.mails] == [
        ("mail_receipt", "aino.keksitty@example.invalid")
    ]
    assert all(each.value in ("kept_so_far", "kept_for_good") for each in seen.promises)


def test_a_refused_step_changes_nothing(box: Sandbox) -> None:
    begin(box)
    before = (box.engine.database.image(), box.clock.moment, list(box.steps))
    for step in (
        Step("form", "register", sent={}),
        Step("form", "assessment"),
        Step("wait", "1999-01-01T00:00:00+00:00"),
        Step("wait", "huomenna"),
        Step("message", "appeal_received"),
        Step("start", "self"),
    ):
        with pytest.raises((AnswersRejected, Exception)) as refused:
            box.take(step)
        assert not isinstance(refused.value, AssertionError)
        assert (box.engine.database.image(), box.clock.moment, list(box.steps)) == before


def test_taking_back_is_as_if_it_had_never_been(box: Sandbox) -> None:
    until_signed(box)
    count, before = len(box.steps), happened(look(box))
    does(box, "contact_client")
    box.take(Step("wait", "P1D"))
    assert happened(look(box)) != before

    assert box.go_back_to(count)
    assert happened(look(box)) == before
    assert len(box.steps) == count
    does(box, "contact_client")


def test_the_clock_stops_at_every_timer_on_its_way(box: Sandbox) -> None:
    begin(box, Channel.REFERRAL)
    does(box, "register")
    does(box, "triage_override")
    box.take(Step("wait", "P90D"))
    seen = look(box)
    told = [each.at for each in seen.mails if each.kind == "mail_task"]
    assert told
    assert all(BEGINS < at < seen.moment - timedelta(days=30) for at in told)


def test_without_a_timer_there_is_nothing_to_jump_to(box: Sandbox) -> None:
    begin(box)
    does(box, "register")
    with pytest.raises(NoTimer):
        box.take(Step("wait", "next"))


# ---------------------------------------------------------------- where a run lives


def test_a_try_out_leaves_no_trace_but_its_own_record(world: World, tmp_path: Path) -> None:
    owner = world.actor("omistaja")
    draft = world.engine.perform(CreateModelDraft("Kokeiltava"), owner)
    before, files_before = rows(world), files_in(tmp_path)
    run = world.engine.perform(BeginTryOut(draft), owner)
    files = world.engine.answer(ReadModelFiles(draft), owner)
    with shelf(world).at(run, files, world.clock.moment, ()) as box:
        until_signed(box)
        taken = tuple(box.steps)
        assert look(box).letters
        assert look(box).mails
    world.engine.perform(KeepSteps(run, taken, 1), owner)

    after = rows(world)
    assert {name for name in after if after[name] != before[name]} == {"try_outs"}
    assert len(after["try_outs"]) == 1
    kept = repr(after["try_outs"])
    assert "Keksitty" not in kept, "sealed: someone may type what they should not"
    assert files_in(tmp_path) == files_before

    world.engine.perform(EndTryOut(run), owner)
    assert rows(world) == before


def rows(world: World) -> dict[str, list[Any]]:
    """All that the database holds."""
    metadata = MetaData()
    with world.engine.database.view() as connection:
        metadata.reflect(connection)
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


def files_in(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.suffix not in {".db-wal", ".db-shm"}}


@pytest.mark.databases
def test_another_process_finds_the_run_where_it_was_left(world: World) -> None:
    run, draft, taken = run_on(world)
    kept, source = world.engine.answer(OpenTryOut(run), world.actor("omistaja2"))
    assert kept.steps == taken
    assert source.id == draft

    elsewhere = Sandboxes()
    with elsewhere.at(run, source.files, kept.begins_at, kept.steps) as box:
        there = look(box)
    with shelf(world).at(run, source.files, kept.begins_at, kept.steps) as box:
        here = look(box)
    elsewhere.close()
    assert happened(there) == happened(here)
    assert there.moment == here.moment
    assert [each.subject for each in there.mails] == [each.subject for each in here.mails]


def test_a_run_that_was_forgotten_is_made_again(world: World) -> None:
    small = Sandboxes(most=1)
    runs = [run_on(world)[0] for _ in range(2)]
    for run in (*runs, *runs):
        kept, source = world.engine.answer(OpenTryOut(run), world.actor("omistaja"))
        with small.at(run, source.files, kept.begins_at, kept.steps) as box:
            assert len(box.steps) == 3
    small.close()


def test_two_windows_on_one_run_do_not_mix(world: World) -> None:
    run, _, taken = run_on(world)
    owner = world.actor("omistaja")
    world.engine.perform(KeepSteps(run, taken[:-1], 2), owner)
    with pytest.raises(Outdated):
        world.engine.perform(KeepSteps(run, taken, 2), owner)


def test_a_run_goes_away_by_itself_and_a_person_has_so_many(world: World) -> None:
    owner = world.actor("omistaja")
    run, draft, _ = run_on(world)
    world.clock.passes(days=15)
    with pytest.raises(NotFound):
        world.engine.answer(OpenTryOut(run), owner)
    assert world.engine.perform(ForgetTryOuts(), SYSTEM) == 1

    for _ in range(MOST_RUNS + 2):
        world.engine.perform(BeginTryOut(draft), owner)
    assert len(world.engine.answer(OpenSource(draft), owner)[1]) == MOST_RUNS


def test_a_run_says_which_step_a_changed_draft_no_longer_lets_it_take(world: World) -> None:
    run, draft, taken = run_on(world, steps=4)
    files = world.engine.answer(ReadModelFiles(draft), world.actor("omistaja"))
    form = json.loads(files["forms/triage_override.form"])
    asked_too = {"type": "textfield", "key": "asked_too", "id": "asked_too", "label": "Uusi kysymys"}
    form["components"].append(
        {**asked_too, "validate": {"required": True}, "properties": {"class": "decision"}}
    )
    changed = {**files, "forms/triage_override.form": json.dumps(form).encode()}
    with pytest.raises(Diverged) as diverged, shelf(world).at(run, changed, world.clock.moment, taken):
        pass
    assert diverged.value.number == 3


def test_what_can_not_be_run_is_told_with_findings(world: World) -> None:
    files = {**shipped_files(), "urgency/process.bpmn": b"<definitions"}
    with pytest.raises(ModelRejected) as stopped, shelf(world).at(uuid4(), files, BEGINS, ()):
        pass
    assert stopped.value.findings
