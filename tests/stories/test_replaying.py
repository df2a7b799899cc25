"""Finished matters replayed on a draft: the differences are shown as counts and name nobody."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from engine.commands.deployments import CreateModelDraft
from engine.domain.access_log import FaultKind
from engine.domain.people import OPERATOR
from engine.errors import Forbidden, Invalid
from engine.queries.models import ListModels
from engine.queries.replay_facts import FEWEST, CountReplayable, Gathered, GatherFacts
from engine.simulation.replay.report import Report, Summary, report_on
from engine.simulation.replay.subprocess import AT_ONCE, CantReplay
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from tests.support.finished import (
    CANARY,
    another_table,
    finished,
    one_question_less,
    one_question_more,
    one_task_more,
)
from tests.support.second_version import second_version
from tests.support.story import Story
from tests.support.world import World

SECONDS = 60.0


@pytest.fixture
def stories(world: World) -> dict[str, Story]:
    return finished(world)


def gathered(world: World, who: str = "omistaja") -> Gathered:
    actor = world.actor(who)
    version = world.engine.answer(ListModels(), world.actor("omistaja")).deployments[0].deployment
    return world.engine.answer(GatherFacts(version.id), actor)


def on(found: Gathered, change: Callable[[Mapping[str, bytes]], dict[str, bytes]] = dict) -> Report:
    return report_on(replace(found.request(SECONDS), files=change(found.files)))


def counts(summary: Summary) -> dict[str, int]:
    return {each.sentence: each.cases for each in summary.figures}


def verdicts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.same, summary.times.cases, summary.other.cases, summary.stopped.cases


def entries(world: World, reference: str) -> list[str]:
    with world.engine.database.view() as connection:
        return list(
            connection.execute(
                select(ACCESS_ENTRIES.c.actor_name)
                .join(CASES, CASES.c.id == ACCESS_ENTRIES.c.case_id)
                .where(CASES.c.reference == reference, ACCESS_ENTRIES.c.action == "replay_case")
            ).scalars()
        )


@pytest.mark.slow
def test_a_replay_counts_the_changes_in_six_finished_matters(world: World, stories: dict[str, Story]) -> None:
    found = gathered(world)

    same = on(found).closed
    assert (same.total, same.same, same.figures) == (len(stories), len(stories), ())

    # Five of six were assessed; one was withdrawn before.
    heard = on(found, one_task_more)
    assert verdicts(heard.closed) == (1, 0, 5, 0)
    assert counts(heard.closed) == {
        "Tehtävä lisää: Kuule lasta.": 5,
        "Tiet eroavat ensin uudessa kohdassa ”Kuule lasta”.": 5,
    }
    first = heard.diagrams[0]
    assert (first.process_id, first.differing, first.cases) == ("assess_and_resolve", 1, 5)
    assert "Asioita, joihin tämä tulisi lisää: 5" in [line.mark for line in first.lines]

    sooner = on(found, another_table).closed
    assert verdicts(sooner) == (1, 5, 0, 0), "the urgent one has days of its own"
    assert counts(sooner)["Taulukko antaisi toisen tuloksen: Tavoiteajat."] == 5
    (target,) = [each for each in counts(sooner) if each.startswith("Tavoiteaika olisi aikaisemmin")]
    assert counts(sooner)[target] == 5

    # Only the matter with a request took the other way because of that answer.
    unasked = on(found, one_question_less).closed
    assert verdicts(unasked) == (5, 0, 1, 0)
    assert counts(unasked)["Tehtävä vähemmän: Kirjoita pyynnöt."] == 1
    assert counts(unasked)["Lähtisi vähemmän: tietopyyntö."] == 1

    stopped = on(found, one_question_more).closed
    assert verdicts(stopped) == (1, 0, 0, 5)
    assert counts(stopped) == {
        "Pysähtyisi tehtävään ”Kuule lasta”: vanhoista vastauksista ei löydy vastausta kysymykseen "
        "”Mitä lapsi itse toivoo?”.": 5
    }
    assert [line.mark for line in on(found, one_question_more).diagrams[0].lines].count(
        "Asioita, jotka pysähtyisivät tähän: 5"
    ) == 1


@pytest.mark.databases
def test_open_matters_are_counted_apart_as_far_as_they_have_come(world: World) -> None:
    for until in ("sufficiency", "sufficiency", "assessment", "sign_resolution", "register"):
        story = Story(world)
        story.applies()
        story.until(until)
    found = gathered(world)
    assert (found.closed.replayable, found.under_way.replayable) == (0, 5)
    same, heard = on(found), on(found, second_version)
    assert (same.closed.total, same.under_way.total, same.under_way.same) == (0, 5, 5)
    assert (heard.under_way.same, counts(heard.under_way)["Tehtävä lisää: Kuule lasta."]) == (3, 2)


def test_nothing_of_anyone_is_in_the_facts(
    world: World, stories: dict[str, Story], caplog: pytest.LogCaptureFixture
) -> None:
    found = gathered(world)
    record = json.dumps([each.to_json() for each in found.facts], ensure_ascii=False)
    report = repr(on(found, second_version))
    people = [text for each in world.people.values() for text in (each.name, str(each.id), each.email)]
    cases = [text for each in stories.values() for text in (each.reference, str(each.case.id))]
    for text in (CANARY, "Esimerkki", "@example.invalid", "REQ-1", *people, *cases):
        assert text not in record, text
        assert text not in report, text
        assert text not in caplog.text, text
    assert '"enough": "ask"' in record, "what the models read is there, or this proves nothing"


def test_every_reading_stands_in_the_cases_own_log(world: World, stories: dict[str, Story]) -> None:
    assert [entries(world, each.reference) for each in stories.values()] == [[]] * len(stories)
    gathered(world)
    for story in stories.values():
        assert entries(world, story.reference) == ["Outi Omistaja"]
    # Nobody signs checkpoints here, and days pass.
    assert {each.kind for each in world.log_faults()} <= {FaultKind.UNSIGNED}


def test_a_few_matters_are_not_read_at_all(world: World) -> None:
    few = [Story(world) for _ in range(FEWEST - 1)]
    for story in few:
        story.applies()
        story.until("sufficiency")
        story.withdraws()
        story.does("kasittelija", "withdraw")
        story.ends()
    found = gathered(world)
    assert (found.closed.replayable, found.facts) == (0, ()), "four and none read alike"
    assert all(entries(world, each.reference) == [] for each in few)
    assert on(found).closed.total == 0


def test_shut_and_restricted_matters_are_left_out(world: World, stories: dict[str, Story]) -> None:
    kept_out = stories["admitted"]
    restricted, shut = kept_out.case, stories["urgent"].case
    with world.engine.database.transaction() as connection:
        for case, facts in (
            (restricted, {"is_restricted": True}),
            (shut, {"content_sealed_at": world.clock.moment}),
        ):
            connection.execute(update(CASES).where(CASES.c.id == case.id).values(facts))
    found = gathered(world)
    assert (found.closed.replayable, found.closed.left_out) == (0, 0), "four and two are not told"
    assert found.facts == (), "four are too few"
    assert entries(world, kept_out.reference) == []


@pytest.mark.parametrize("who", ["kasittelija", "esihenkilo", "johtaja", "tarkastaja"])
def test_only_a_process_owner_replays(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        gathered(world, who)
    with pytest.raises(Forbidden):
        world.engine.answer(CountReplayable(), world.actor(who))


def test_days_of_ones_own_choosing_are_refused(world: World) -> None:
    """Two periods a day apart would reveal the one case between them."""
    version = world.engine.answer(ListModels(), OPERATOR).deployments[0].deployment
    with pytest.raises(Invalid):
        world.engine.answer(GatherFacts(version.id, months=1), world.actor("omistaja"))


def test_more_than_a_child_is_asked_at_once_and_what_there_is_no_time_for(
    world: World, stories: dict[str, Story]
) -> None:
    wanted = gathered(world).request(SECONDS)
    shortest = min(wanted.facts, key=lambda each: len(each.steps))
    asked = AT_ONCE + 1
    many = replace(wanted, facts=[shortest] * asked)
    report = report_on(many)
    assert (report.closed.same, report.done) == (asked, asked)
    late = report_on(replace(many, seconds=0.0))
    assert (late.done, late.asked) == (0, asked)


def test_a_draft_that_can_not_run_is_refused(world: World, stories: dict[str, Story]) -> None:
    owner = world.actor("omistaja")
    version = world.engine.answer(ListModels(), owner).deployments[0].deployment
    draft = world.engine.perform(CreateModelDraft("Rikki", version.id), owner)
    found = world.engine.answer(GatherFacts(draft), owner)
    assert on(found).closed.same == len(stories)
    with pytest.raises(CantReplay):
        on(found, lambda files: {**files, "urgency/process.bpmn": b"<nothing"})
