"""A draft's life: discarded and taken up again, filled from an archive, begun from an older version; nothing is lost."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from uuid import UUID

import pytest

from engine.bootstrap import shipped_files
from engine.commands.change_drafts import (
    DiscardModelDraft,
    ImportBundle,
    PutBackModelDraft,
    RecoverModelDraft,
    RollBack,
)
from engine.commands.deploy_processes import (
    ApprovePublication,
    CreateModelDraft,
    PromisesUnconfirmed,
    RequestPublication,
    ReturnToEditing,
    SaveModelDraft,
)
from engine.domain.bundles import BundleRefused, unpacked
from engine.errors import Conflict, Invalid, NotFound, Outdated
from engine.queries.models import DraftPage, ListModels, OpenModelDraft, ReadModelFile, ReadModelFiles
from tests.support.world import World

REQUEST = "information_request/process.bpmn"
PROMISES = "guardrails.json"


class Studio:
    """Two owners and a draft."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outi, self.olli = world.actor("omistaja"), world.actor("omistaja2")
        self.draft: UUID = world.engine.perform(CreateModelDraft("Luonnos"), self.outi)

    def does(self, command, who=None):
        return self.world.engine.perform(command, who or self.outi)

    @property
    def page(self) -> DraftPage:
        return self.world.engine.answer(OpenModelDraft(self.draft), self.outi)

    @property
    def version(self) -> int:
        return self.page.summary.draft.version

    @property
    def happened(self) -> list[str]:
        return [each.event.kind for each in self.page.history]

    def reads(self, path: str) -> bytes:
        return self.world.engine.answer(ReadModelFile(self.draft, path), self.outi)

    def saves(self, path: str, old: str, new: str) -> None:
        text = self.reads(path).decode()
        assert old in text
        self.does(SaveModelDraft(self.draft, path, text.replace(old, new, 1).encode(), self.version))

    def imports(self, packed: bytes):
        return self.does(ImportBundle(self.draft, packed, self.version))


@pytest.fixture
def studio(world: World) -> Studio:
    return Studio(world)


def archive(files: Mapping[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, content in files.items():
            opened.writestr(path, content)
    return made.getvalue()


def test_a_discarded_draft_keeps_its_files_and_the_reason_and_can_be_taken_up_again(studio):
    studio.saves(REQUEST, "Lähetä pyyntö", "Lähetä kirje")

    studio.does(DiscardModelDraft(studio.draft, "Ei tarvita."), studio.olli)

    first = studio.page.history[0]
    assert (first.event.kind, first.event.note, first.who) == ("discarded", "Ei tarvita.", "Olli Omistaja")
    assert studio.draft in {
        each.id for each in studio.world.engine.answer(ListModels(), studio.outi).discarded
    }
    with pytest.raises(Conflict):
        studio.saves(REQUEST, "Lähetä kirje", "Lähetä viesti")

    studio.does(RecoverModelDraft(studio.draft))

    assert "Lähetä kirje".encode() in studio.reads(REQUEST)
    assert studio.happened == ["recovered", "discarded", "created"]
    studio.saves(REQUEST, "Lähetä kirje", "Lähetä viesti")


def test_discarding_asks_for_a_reason(studio):
    with pytest.raises(Invalid):
        studio.does(DiscardModelDraft(studio.draft, "  "))
    assert studio.page.summary.draft.state == "editing"


def test_what_is_not_discarded_is_not_taken_up_again(studio):
    with pytest.raises(Conflict):
        studio.does(RecoverModelDraft(studio.draft))


def test_a_draft_sent_back_keeps_what_its_editor_wrote(studio):
    studio.saves(REQUEST, "Lähetä pyyntö", "Lähetä kirje")
    studio.does(RequestPublication(studio.draft, "Sähköinen jäi lukematta."))

    studio.does(ReturnToEditing(studio.draft, "Kerro lisää."), studio.olli)

    assert studio.page.summary.draft.note == "Sähköinen jäi lukematta."
    assert [(each.event.kind, each.event.note) for each in studio.page.history][:2] == [
        ("returned", "Kerro lisää."),
        ("requested", "Sähköinen jäi lukematta."),
    ]


@pytest.mark.parametrize("wrapped", ["", "vireille-main/"])
def test_an_archive_is_laid_over_the_draft_and_can_be_undone(studio, wrapped):
    before = studio.reads(REQUEST)
    changed = before.replace("Lähetä pyyntö".encode(), "Lähetä kirje".encode())
    packed = archive(
        {
            f"{wrapped}processes/{REQUEST}": changed,
            f"{wrapped}README.md": "#",
            f"{wrapped}forms/logo.png": b"\x89",
        }
    )

    found = studio.imports(packed)

    assert set(found.files) == {REQUEST}
    assert studio.reads(REQUEST) == changed
    assert studio.reads("forms/register.form") == shipped_files()["forms/register.form"]
    imported = studio.page.history[0].event
    assert "README.md" in imported.note
    assert "forms/logo.png" in imported.note

    studio.does(PutBackModelDraft(studio.draft, imported.id, studio.version))

    assert studio.reads(REQUEST) == before
    assert studio.happened[:2] == ["put_back", "imported"]


def test_our_own_export_comes_back_as_it_went(studio):
    files = studio.world.engine.answer(ReadModelFiles(studio.draft), studio.outi)
    packed = archive(
        {path if path.startswith("forms/") else f"processes/{path}": data for path, data in files.items()}
    )

    assert unpacked(packed).files == dict(files)
    assert unpacked(packed).left_out == ()


def test_the_repositorys_own_folders_are_understood():
    packed = archive(
        {
            "forms/definitions/register.form": "{}",
            "forms/translations/sv.po": "",
            "processes/guardrails.json": "{}",
        }
    )

    assert set(unpacked(packed).files) == {"forms/register.form", "forms/sv.po", PROMISES}


@pytest.mark.parametrize(
    "files",
    [
        {"../outside/process.bpmn": "x"},
        {"processes/../../etc/passwd": "x"},
        {"/etc/passwd": "x"},
        {"C:/windows/process.bpmn": "x"},
        {"a\\..\\..\\process.bpmn": "x"},
        {f"processes/{REQUEST}": b"\0" * 60_000_000},
        {f"p{n}/process.bpmn": b" " * 900_000 for n in range(30)},
        {f"p{n}/process.bpmn": "x" for n in range(1_001)},
        {f"processes/{REQUEST}": "x", REQUEST: "x"},
        {},
    ],
    ids=["up", "far up", "root", "drive", "backslashes", "bomb", "many large", "many", "twice", "empty"],
)
def test_a_dangerous_archive_changes_nothing(studio, files):
    before = studio.world.engine.answer(ReadModelFiles(studio.draft), studio.outi)

    with pytest.raises(Invalid):
        studio.imports(archive(files))

    assert studio.world.engine.answer(ReadModelFiles(studio.draft), studio.outi) == before
    assert studio.happened == ["created"]


@pytest.mark.parametrize(
    "packed", [b"", b"PK\x03\x04", b"not a zip", archive({"a/process.bpmn": "x" * 500})[:-30]]
)
def test_what_is_no_archive_is_refused_in_words(studio, packed):
    with pytest.raises(BundleRefused, match="zip"):
        studio.imports(packed)


def test_importing_over_what_was_not_seen_is_refused(studio):
    seen = studio.version
    studio.saves(REQUEST, "Lähetä pyyntö", "Lähetä kirje")

    with pytest.raises(Outdated):
        studio.does(ImportBundle(studio.draft, archive({f"processes/{REQUEST}": "x"}), seen))


def test_only_what_was_kept_can_be_put_back(studio):
    created = studio.page.history[0].event

    with pytest.raises(NotFound):
        studio.does(PutBackModelDraft(studio.draft, created.id, studio.version))


def test_an_older_version_is_published_again_by_two(studio):
    engine = studio.world.engine
    first = engine.answer(ListModels(), studio.outi).deployments[0].deployment
    studio.saves(REQUEST, "Lähetä pyyntö", "Lähetä kirje")
    studio.does(RequestPublication(studio.draft, "Kirje."))
    studio.does(ApprovePublication(studio.draft, studio.version), studio.olli)

    studio.draft = studio.does(RollBack(first.id))
    assert studio.page.summary.changed == (REQUEST,)
    studio.does(RequestPublication(studio.draft, "Ei toiminut."))
    third = studio.does(ApprovePublication(studio.draft, studio.version), studio.olli)

    assert (third.number, third.sha256) == (3, first.sha256)
    with pytest.raises(Conflict):
        studio.does(RollBack(third.id))


def test_a_changed_promise_is_confirmed_by_itself(studio):
    promises = json.loads(studio.reads(PROMISES))
    promises["rules"][0]["law"] = "13/2003 12 §"
    del promises["rules"][-1]
    gone = "nobody_is_judged_by_who_they_are"
    content = json.dumps(promises).encode()
    studio.does(SaveModelDraft(studio.draft, PROMISES, content, studio.version))
    studio.does(RequestPublication(studio.draft, "Peruste tarkistettiin."))
    keys = [each.element_id for each in studio.page.promises]
    assert keys == ["receipt_on_every_start", gone]

    for some in (frozenset(), frozenset({gone})):
        with pytest.raises(PromisesUnconfirmed):
            studio.does(ApprovePublication(studio.draft, studio.version, some), studio.olli)

    studio.does(ApprovePublication(studio.draft, studio.version, frozenset(keys)), studio.olli)
    assert studio.page.history[0].event.note == ", ".join(keys)


def test_the_facts_that_promises_stand_on_are_confirmed_too(studio):
    promises = json.loads(studio.reads(PROMISES))
    promises["facts"]["channel"].append("walk_in")
    studio.does(SaveModelDraft(studio.draft, PROMISES, json.dumps(promises).encode(), studio.version))

    assert [each.element_id for each in studio.page.promises] == ["*"]
