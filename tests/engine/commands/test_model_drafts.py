"""A draft's life: discarded and taken up again, filled from an archive, begun from an older version; nothing is lost."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from uuid import UUID

import pytest

from engine.bootstrap import shipped_files
from engine.commands.deployments import (
    ApprovePublication,
    CreateModelDraft,
    GuardrailsUnconfirmed,
    RequestPublication,
    ReturnToEditing,
    SaveModelDraft,
)
from engine.commands.model_drafts import (
    DiscardModelDraft,
    ImportBundle,
    ImportFile,
    PutBackModelDraft,
    RecoverModelDraft,
    RollBack,
)
from engine.errors import Conflict, Invalid, NotFound, Outdated
from engine.models.archive import BundleRefused, unpacked
from engine.queries.foreign_file import ReadForeignFile
from engine.queries.models import (
    CheckModelDraft,
    DraftPage,
    ListModels,
    OpenModelDraft,
    ReadModelFile,
    ReadModelFiles,
)
from tests.support.world import World

REQUEST = "information_request/process.bpmn"
GUARDRAILS = "guardrails.json"


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


def test_only_a_discarded_draft_is_taken_up_again(studio):
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
            "forms/parts/reason.form": "{}",
            "forms/translations/sv.po": "",
            "processes/guardrails.json": "{}",
        }
    )

    assert set(unpacked(packed).files) == {
        "forms/register.form",
        "forms/parts/reason.form",
        "forms/sv.po",
        GUARDRAILS,
    }


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


def spoiled(offset: int, value: bytes, *, in_both: bool = False) -> bytes:
    """An archive of one file with some bytes of its headers, counted from their beginning, or of its content changed."""
    packed = bytearray(archive({"a/process.bpmn": bytes(range(256)) * 40}))
    packed[offset : offset + len(value)] = value
    if in_both:
        central = packed.index(b"PK\x01\x02") + 2
        packed[central + offset : central + offset + len(value)] = value
    return bytes(packed)


BROKEN = {
    "nothing": b"",
    "a beginning": b"PK\x03\x04",
    "words": b"not a zip",
    "an end cut off": archive({"a/process.bpmn": "x" * 500})[:-30],
    "an empty end": b"PK\x05\x06" + bytes(17),
    "locked": spoiled(6, b"\x01\x00", in_both=True),
    "packed in a way nobody knows": spoiled(8, b"\x63\x00", in_both=True),
    "spoiled content": spoiled(60, b"\xff\xff\xff\xff"),
    "a size that is not true": spoiled(22, b"\x01\x00\x00\x00", in_both=True),
}


@pytest.mark.parametrize("packed", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_archive_is_refused_in_words(studio, packed):
    with pytest.raises(BundleRefused, match="zip"):
        studio.imports(packed)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_in_one_archive_is_refused(studio):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr(f"processes/{REQUEST}", "<a/>")
        opened.writestr(f"processes/{REQUEST}", "<b/>")

    with pytest.raises(BundleRefused, match="kahteen kertaan"):
        studio.imports(made.getvalue())


def test_an_archive_in_an_archive_is_left_out(studio):
    found = studio.imports(archive({"forms/x.form": "{}", "more.zip": archive({"forms/y.form": "{}"})}))
    assert (set(found.files), found.left_out) == ({"forms/x.form"}, ("more.zip",))


def brings(studio, name: str, content: bytes):
    found = studio.world.engine.answer(ReadForeignFile(studio.draft, name, content), studio.outi)
    studio.does(ImportFile(studio.draft, found.path, found.content, found.seen_version))
    return found


def test_a_diagram_from_elsewhere_takes_the_place_of_the_same_process_and_can_be_undone(studio):
    before = studio.reads(REQUEST)

    found = brings(
        studio, "Mallimme (3).bpmn", before.replace("Lähetä pyyntö".encode(), "Lähetä kirje".encode())
    )

    assert (found.path, found.notes) == (REQUEST, ())
    assert "Lähetä kirje".encode() in studio.reads(REQUEST)
    studio.does(PutBackModelDraft(studio.draft, studio.page.history[0].event.id, studio.version))
    assert studio.reads(REQUEST) == before


def test_a_new_process_is_named_after_itself_and_never_laid_over_another(studio):
    one = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="Ty\xc3\xb6-Prosessi"><task id="t"/></process></definitions>'
    assert brings(studio, "a.bpmn", one).path == "tyo_prosessi/process.bpmn"
    assert brings(studio, "a.bpmn", one).path == "tyo_prosessi/process.bpmn"
    other = one.replace(b"Ty\xc3\xb6-Prosessi", b"tyo.prosessi")
    assert brings(studio, "a.bpmn", other).path == "tyo_prosessi_2/process.bpmn"


@pytest.mark.parametrize(
    "name, content, path",
    [
        ("Kuule lasta.form", b'{"components": []}', "forms/kuule_lasta.form"),
        ("register.form", b'{"components": []}', "forms/register.form"),
        (
            "2 luokkaa.dmn",
            b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
            "tables/tuotu_2_luokkaa.dmn",
        ),
        ("../../etc/passwd.form", b'{"components": []}', "forms/passwd.form"),
    ],
)
def test_forms_and_tables_come_in_by_the_name_of_their_file(studio, name, content, path):
    assert brings(studio, name, content).path == path
    assert studio.reads(path) == content


def test_a_refused_import_leaves_the_draft_as_it_was(studio):
    before = studio.world.engine.answer(ReadModelFiles(studio.draft), studio.outi)
    with pytest.raises(Invalid, match="DOCTYPE"):
        brings(studio, "a.bpmn", b"<!DOCTYPE x><x/>")
    with pytest.raises(NotFound):
        studio.does(ImportFile(studio.draft, "../x.bpmn", b"", studio.version))
    assert studio.world.engine.answer(ReadModelFiles(studio.draft), studio.outi) == before
    assert studio.happened == ["created"]


@pytest.mark.parametrize("path", ["forms/register.form", GUARDRAILS, "scenarios/consent-refused-lapses.json"])
def test_a_draft_with_a_file_that_nests_without_end_still_opens_and_is_checked(studio, path):
    studio.does(SaveModelDraft(studio.draft, path, b"[" * 90_000, studio.version))
    assert studio.page.summary.changed == (path,)
    found = studio.world.engine.answer(CheckModelDraft(studio.draft), studio.outi)
    assert {"unreadable", "form_unreadable"} & {each.code for each in found}


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


def test_a_changed_guardrail_is_confirmed_by_itself(studio):
    guardrails = json.loads(studio.reads(GUARDRAILS))
    guardrails["guardrails"][0]["law"] = "13/2003 12 §"
    gone = guardrails["guardrails"].pop()["key"]
    content = json.dumps(guardrails).encode()
    studio.does(SaveModelDraft(studio.draft, GUARDRAILS, content, studio.version))
    studio.does(RequestPublication(studio.draft, "Peruste tarkistettiin."))
    keys = [each.element_id for each in studio.page.guardrails]
    assert keys == ["receipt_on_every_start", gone]

    for some in (frozenset(), frozenset({gone})):
        with pytest.raises(GuardrailsUnconfirmed):
            studio.does(ApprovePublication(studio.draft, studio.version, some), studio.olli)

    studio.does(ApprovePublication(studio.draft, studio.version, frozenset(keys)), studio.olli)
    assert studio.page.history[0].event.note == ", ".join(keys)


def test_the_facts_that_guardrails_stand_on_are_confirmed_too(studio):
    guardrails = json.loads(studio.reads(GUARDRAILS))
    guardrails["facts"]["applied_by"].append("walk_in")
    studio.does(SaveModelDraft(studio.draft, GUARDRAILS, json.dumps(guardrails).encode(), studio.version))

    assert [each.element_id for each in studio.page.guardrails] == ["*"]
