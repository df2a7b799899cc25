"""A form, a table or a process begun in a draft: there, named, and fit to be published as it stands."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands.deployments import CreateModelDraft, RequestPublication
from engine.commands.model_drafts import AddModelFile
from engine.errors import Conflict, Forbidden, Invalid
from engine.queries.models import CheckModelDraft, OpenModelDraft
from tests.support.world import World

OWNER = "omistaja"


@pytest.fixture
def draft(world: World) -> UUID:
    return world.engine.perform(CreateModelDraft("Kuule lasta"), world.actor(OWNER))


def added(world: World, draft: UUID, kind: str, name: str) -> str:
    return world.engine.perform(AddModelFile(draft, kind, name), world.actor(OWNER))


def test_a_new_file_has_a_name_and_takes_nobody_elses_place(world: World, draft: UUID) -> None:
    paths = [
        added(world, draft, "form", "Lapsen kuuleminen"),
        added(world, draft, "part", "Lapsen mielipide"),
        added(world, draft, "table", "Päätä & punnitse <ikä>"),
        added(world, draft, "diagram", "Äänen ”kuuluville” saattaminen"),
    ]

    assert paths == [
        "forms/lapsen_kuuleminen.form",
        "forms/parts/lapsen_mielipide.form",
        "tables/paata_punnitse_ika.dmn",
        "aanen_kuuluville_saattaminen/process.bpmn",
    ]
    page = world.engine.answer(OpenModelDraft(draft), world.actor(OWNER))
    assert {each.path: each.name for each in page.files if each.path in paths} == {
        paths[0]: "Lapsen kuuleminen",
        paths[1]: "Lapsen mielipide",
        paths[2]: "Päätä & punnitse <ikä>",
        paths[3]: "Äänen ”kuuluville” saattaminen",
    }
    found = world.engine.answer(CheckModelDraft(draft), world.actor(OWNER))
    assert [each for each in found if each.severity == "error"] == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Saapuminen", "forms/saapuminen.form"),
        ("assessment", "forms/assessment_2.form"),
        ("triage", "forms/triage_2.form"),
        ("delivery", "forms/delivery_2.form"),
        ("12 §", "forms/new_12.form"),
        ("弁護士", "forms/new.form"),
        ("a" * 90, f"forms/{'a' * 48}.form"),
    ],
)
def test_a_key_is_plain_and_free(world: World, draft: UUID, name: str, path: str) -> None:
    assert added(world, draft, "form", name) == path


@pytest.mark.parametrize(("kind", "name"), [("form", "  "), ("letter", "Kirje"), ("", "Kirje")])
def test_a_file_without_a_name_or_a_kind_is_refused(world: World, draft: UUID, kind: str, name: str) -> None:
    with pytest.raises(Invalid):
        added(world, draft, kind, name)


def test_only_a_process_owner_adds_and_only_while_it_is_edited(world: World, draft: UUID) -> None:
    with pytest.raises(Forbidden):
        world.engine.perform(AddModelFile(draft, "form", "Lomake"), world.actor("kasittelija"))
    added(world, draft, "form", "Lomake")
    world.engine.perform(RequestPublication(draft, "Uusi lomake."), world.actor(OWNER))

    with pytest.raises(Conflict):
        added(world, draft, "form", "Toinen")
