"""A process owner tries models out before anybody's matter runs on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect, text

from engine.bootstrap import shipped_files
from engine.commands.deployments import CreateModelDraft
from engine.commands.try_outs import MOST_TRY_OUTS, BeginTryOut, EndTryOut, ForgetTryOuts, KeepSteps
from engine.domain.cases import Channel
from engine.domain.people import SYSTEM
from engine.domain.scenarios import (
    Step,
)
from engine.errors import AnswersRejected, ModelRejected, NotFound, Outdated
from engine.queries.models import ReadModelFiles
from engine.queries.try_outs import OpenSource, OpenTryOut
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.scenario_runner import happened
from engine.simulation.try_out import NoTimer, TryOut
from engine.simulation.try_outs import Diverged, TryOuts
from engine.simulation.view import read_letter, view_of
from tests.support.trying import BEGINS, begin, does, shipped_image, try_out_on, try_outs_of, until_signed
from tests.support.world import LAID_OUT_ONCE, World


@pytest.fixture
def try_out() -> Iterator[TryOut]:
    made = TryOut(shipped_image(), BEGINS)
    yield made
    made.close()


# ---------------------------------------------------------------- one try-out


def test_a_try_out_goes_from_an_application_to_a_letter_and_a_closed_case(try_out: TryOut) -> None:
    until_signed(try_out)
    does(try_out, "contact_client")
    does(try_out, "record_delivery")
    while "finality_inquiry" not in {each.form_key for each in view_of(try_out).tasks}:
        try_out.take(Step("wait", "next"))
    does(try_out, "finality_inquiry")

    seen = view_of(try_out)
    assert seen.file is not None
    assert (seen.file.case.state, seen.file.case.outcome) == ("closed", "admitted_35_1")
    assert [each.kind for each in seen.letters] == ["resolution", "service_certificate"]
    assert read_letter(try_out, 0).startswith(b"%PDF")
    assert [(each.kind, each.to) for each in seen.mails] == [
        ("mail_receipt", "aino.keksitty@example.invalid")
    ]
    assert all(each.value in ("kept_so_far", "kept_for_good") for each in seen.guardrails)


def test_a_refused_step_changes_nothing(try_out: TryOut) -> None:
    begin(try_out)
    before = (
        try_out.environment.engine.database.image(),
        try_out.environment.clock.moment,
        list(try_out.steps),
    )
    for step in (
        Step("form", "register", sent={}),
        Step("form", "assessment"),
        Step("wait", "1999-01-01T00:00:00+00:00"),
        Step("wait", "huomenna"),
        Step("message", "appeal_received"),
        Step("start", "self"),
    ):
        with pytest.raises((AnswersRejected, Exception)) as refused:
            try_out.take(step)
        assert not isinstance(refused.value, AssertionError)
        assert (
            try_out.environment.engine.database.image(),
            try_out.environment.clock.moment,
            list(try_out.steps),
        ) == before


def test_taking_back_is_as_if_it_had_never_been(try_out: TryOut) -> None:
    until_signed(try_out)
    count, before = len(try_out.steps), happened(view_of(try_out))
    does(try_out, "contact_client")
    try_out.take(Step("wait", "P1D"))
    assert happened(view_of(try_out)) != before

    assert try_out.go_back_to(count)
    assert happened(view_of(try_out)) == before
    assert len(try_out.steps) == count
    does(try_out, "contact_client")


def test_the_clock_stops_at_every_timer_on_its_way(try_out: TryOut) -> None:
    begin(try_out, Channel.REFERRAL)
    does(try_out, "register")
    does(try_out, "triage_override")
    try_out.take(Step("wait", "P90D"))
    seen = view_of(try_out)
    moments = [each.at for each in seen.mails if each.kind == "mail_task"]
    assert moments
    assert all(BEGINS < at < seen.moment - timedelta(days=30) for at in moments)


def test_without_a_timer_there_is_nothing_to_jump_to(try_out: TryOut) -> None:
    begin(try_out)
    does(try_out, "register")
    with pytest.raises(NoTimer):
        try_out.take(Step("wait", "next"))


# ---------------------------------------------------------------- where it is kept


def test_a_try_out_leaves_no_trace_but_its_own_record(world: World, tmp_path: Path) -> None:
    owner = world.actor("omistaja")
    draft = world.engine.perform(CreateModelDraft("Kokeiltava"), owner)
    before, files_before = rows(world), files_in(tmp_path)
    try_out_id = world.engine.perform(BeginTryOut(draft), owner)
    files = world.engine.answer(ReadModelFiles(draft), owner)
    with try_outs_of(world).at(try_out_id, files, world.clock.moment, ()) as try_out:
        until_signed(try_out)
        taken = tuple(try_out.steps)
        assert view_of(try_out).letters
        assert view_of(try_out).mails
    world.engine.perform(KeepSteps(try_out_id, taken, 1), owner)

    after = rows(world)
    assert {name for name in after if after[name] != before[name]} == {"try_outs"}
    assert len(after["try_outs"]) == 1
    kept = repr(after["try_outs"])
    assert "Keksitty" not in kept, "sealed: someone may type what they should not"
    assert files_in(tmp_path) == files_before

    world.engine.perform(EndTryOut(try_out_id), owner)
    assert rows(world) == before


def rows(world: World) -> dict[str, list[Any]]:
    """All that the database holds."""
    with world.engine.database.view() as connection:
        return {
            name: sorted(map(repr, connection.execute(text(f'select * from "{name}"')).all()))
            for name in inspect(connection).get_table_names()
        }


def files_in(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.suffix not in {".db-wal", ".db-shm"}}


@pytest.mark.databases
def test_another_process_finds_the_try_out_where_it_was_left(world: World) -> None:
    try_out_id, draft, taken = try_out_on(world)
    kept, source = world.engine.answer(OpenTryOut(try_out_id), world.actor("omistaja"))
    assert kept.steps == taken
    assert source.id == draft

    elsewhere = TryOuts(EnvironmentImages())
    with elsewhere.at(try_out_id, source.files, kept.begins_at, kept.steps) as try_out:
        there = view_of(try_out)
    with try_outs_of(world).at(try_out_id, source.files, kept.begins_at, kept.steps) as try_out:
        here = view_of(try_out)
    elsewhere.close()
    assert happened(there) == happened(here)
    assert there.moment == here.moment
    assert [each.subject for each in there.mails] == [each.subject for each in here.mails]


@pytest.mark.databases
def test_a_colleague_neither_reads_nor_changes_nor_ends_a_try_out(world: World) -> None:
    """The steps hold the words typed in them, and belong to the person who took them."""
    try_out_id, draft, taken = try_out_on(world)
    own, colleague = world.actor("omistaja"), world.actor("omistaja2")

    with pytest.raises(NotFound):
        world.engine.answer(OpenTryOut(try_out_id), colleague)
    with pytest.raises(NotFound):
        world.engine.perform(KeepSteps(try_out_id, (), 1), colleague)
    world.engine.perform(EndTryOut(try_out_id), colleague)
    assert world.engine.answer(OpenSource(draft), colleague)[1] == ()

    assert world.engine.answer(OpenTryOut(try_out_id), own)[0].steps == taken
    assert [each.id for each in world.engine.answer(OpenSource(draft), own)[1]] == [try_out_id]


def test_a_try_out_that_was_forgotten_is_made_again(world: World) -> None:
    small = TryOuts(LAID_OUT_ONCE, most=1)
    two = [try_out_on(world)[0] for _ in range(2)]
    for try_out_id in (*two, *two):
        kept, source = world.engine.answer(OpenTryOut(try_out_id), world.actor("omistaja"))
        with small.at(try_out_id, source.files, kept.begins_at, kept.steps) as try_out:
            assert len(try_out.steps) == 3
    small.close()


def test_two_windows_on_one_try_out_do_not_mix(world: World) -> None:
    try_out_id, _, taken = try_out_on(world)
    owner = world.actor("omistaja")
    world.engine.perform(KeepSteps(try_out_id, taken[:-1], 2), owner)
    with pytest.raises(Outdated):
        world.engine.perform(KeepSteps(try_out_id, taken, 2), owner)


def test_a_try_out_goes_away_by_itself_and_a_person_has_so_many(world: World) -> None:
    owner = world.actor("omistaja")
    try_out_id, draft, _ = try_out_on(world)
    world.clock.passes(days=15)
    with pytest.raises(NotFound):
        world.engine.answer(OpenTryOut(try_out_id), owner)
    assert world.engine.perform(ForgetTryOuts(), SYSTEM) == 1

    for _ in range(MOST_TRY_OUTS + 2):
        world.engine.perform(BeginTryOut(draft), owner)
    assert len(world.engine.answer(OpenSource(draft), owner)[1]) == MOST_TRY_OUTS


def test_a_try_out_says_which_step_a_changed_draft_no_longer_lets_it_take(world: World) -> None:
    try_out_id, draft, taken = try_out_on(world, steps=4)
    files = world.engine.answer(ReadModelFiles(draft), world.actor("omistaja"))
    form = json.loads(files["forms/triage_override.form"])
    asked_too = {"type": "textfield", "key": "asked_too", "id": "asked_too", "label": "Uusi kysymys"}
    form["components"].append(
        {**asked_too, "validate": {"required": True}, "properties": {"class": "decision"}}
    )
    changed = {**files, "forms/triage_override.form": json.dumps(form).encode()}
    with (
        pytest.raises(Diverged) as diverged,
        try_outs_of(world).at(try_out_id, changed, world.clock.moment, taken),
    ):
        pass
    assert diverged.value.number == 3


def test_a_draft_that_can_not_be_run_answers_with_findings(world: World) -> None:
    files = {**shipped_files(), "urgency/process.bpmn": b"<definitions"}
    with pytest.raises(ModelRejected) as stopped, try_outs_of(world).at(uuid4(), files, BEGINS, ()):
        pass
    assert stopped.value.findings
