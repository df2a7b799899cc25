"""Answers that are chosen, and days: found in clear nowhere, though they are kept as drafts and handed in."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.casework.answers import sealed_by_class
from engine.commands.tasks import SaveDraft
from forms.definition import Field, FormDefinition, Kind, Option, is_variable
from forms.texts import date_as_typed
from tests.conventions.test_canaries import Canaries, leaks
from tests.conventions.test_canaries_beside_forms import cluster as cluster
from tests.conventions.test_canaries_beside_forms import places
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import World

CHOICES = {Kind.RADIO, Kind.SELECT, Kind.CHECKLIST}
MEASURED = {Kind.NUMBER, Kind.DATE}


def with_canaries(
    definition: FormDefinition, canaries: Canaries
) -> tuple[FormDefinition, dict[str, list[str]]]:
    """Return the form with one more option for each question of choices, and what is sent when it is chosen."""
    sent: dict[str, list[str]] = {}

    def chosen(asked: Field) -> Field:
        canary = canaries.known.setdefault(
            (definition.key, asked.key), f"{canaries.letters}{len(canaries.known)}"
        )
        sent[asked.key] = [canary]
        return replace(asked, options=(*asked.options, Option(canary, canary)))

    known = {
        key: chosen(asked)
        for key, asked in definition.by_key.items()
        if asked.kind in CHOICES and asked.options and not asked.is_variable
    }
    return definition_with(definition, known), sent


def definition_with(definition: FormDefinition, known: Mapping[str, Field]) -> FormDefinition:
    def changed(component: Any) -> Any:
        if isinstance(component, Field):
            return known.get(component.key, component)
        inner = getattr(component, "components", None)
        return replace(component, components=tuple(map(changed, inner))) if inner else component

    steps = tuple(replace(each, components=tuple(map(changed, each.components))) for each in definition.steps)
    return replace(definition, steps=steps)


def numbers_and_days(
    definition: FormDefinition, canaries: Canaries
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return an answer to each question of a number or a day, in rows too, and what is sent for it. What a process may
    read stands in clear where it decides when something is due."""
    answers, sent = dict[str, Any](), dict[str, list[str]]()

    def answered(asked: Field, name: str) -> int | date:
        place = canaries.known.setdefault(
            (definition.key, name), f"{canaries.digits}{len(canaries.known):03d}"
        )
        day = date(int(canaries.year), 1 + len(canaries.known) % 12, 1 + len(canaries.known) % 28)
        value = int(place) if asked.kind is Kind.NUMBER else day
        sent[name] = [str(value) if isinstance(value, int) else date_as_typed(value)]
        return value

    for key, asked in definition.by_key.items():
        if is_variable(asked):
            continue
        if asked.kind in MEASURED:
            answers[key] = answered(asked, key)
        columns = [each for each in asked.fields if each.kind in MEASURED]
        if columns:
            answers[key] = [{each.key: answered(each, f"{key}[0].{each.key}") for each in columns}]
    return answers, sent


@pytest.mark.databases
def test_no_chosen_answer_number_or_day_is_found_anywhere(
    world: World, tmp_path: Path, cluster: Cluster | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Each question of choices gets an option of its own, which is chosen, kept as a draft and handed in; each of numbers
    and days a number and a day that nobody has."""
    caplog.set_level(logging.DEBUG)
    canaries, story = Canaries(), Story(world)
    story.applies()
    task, case, clerk = story.file.tasks[0], story.case, world.actor("kirjaaja")
    count = 0
    for definition in story.file.models.bundle.forms.values():
        changed, sent = with_canaries(definition, canaries)
        assert set(sent) <= set(changed.by_key)
        measured, typed = numbers_and_days(definition, canaries)
        count += len(typed)
        world.engine.perform(SaveDraft(task.id, {**sent, **typed}), clerk)
        with world.engine.database.unit_of_work() as unit:
            world.engine.stores(unit).submissions.add(
                case_id=case.id,
                form_key=definition.key,
                deployment_id=case.deployment_id,
                by_class=sealed_by_class(
                    changed, {**{key: value[0] for key, value in sent.items()}, **measured}
                ),
                sent_at=world.clock(),
            )

    log = "\n".join(f"{vars(record)}" for record in caplog.records)
    assert len(canaries.known) > 100
    assert count > 30
    assert leaks(places(world, tmp_path, cluster, log), canaries) == {}
    kept = json.dumps([each.answers for each in story.file.submissions], default=str)
    assert all(mark in kept for mark in (canaries.letters, f"{canaries.year}-"))
    assert canaries.found_in(kept.encode())
