"""Drafts of models: discard, recover, import into, roll back; add a form, a table or a process."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID
from xml.sax.saxutils import quoteattr

from engine.commands.deployments import begin_draft, require_text
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.models.archive import Unpacked, belongs, in_lines, unpacked
from engine.models.bundle import PARTS
from engine.storage.deployments import Files, ModelDraft


@dataclass(frozen=True)
class DiscardModelDraft(Command[None]):
    """Discard a draft. It stays readable and can be recovered."""

    draft_id: UUID
    reason: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state not in {"editing", "requested"}:
            raise Conflict("Luonnos on jo julkaistu tai hylätty.")
        if not self.reason.strip():
            raise Invalid("Kerro, miksi luonnos hylätään.", field="discard_reason")
        work.stores.model_drafts.change(draft, draft.version, state="discarded")
        work.stores.model_drafts.record(
            draft.id, "discarded", work.actor.person_id, work.now, self.reason.strip()[:2000]
        )


@dataclass(frozen=True)
class RecoverModelDraft(Command[None]):
    """Open a discarded draft for editing again, as it was."""

    draft_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "discarded":
            raise Conflict("Luonnosta ei ole hylätty.")
        work.stores.model_drafts.change(draft, draft.version, state="editing")
        work.stores.model_drafts.record(draft.id, "recovered", work.actor.person_id, work.now)


@dataclass(frozen=True)
class ImportBundle(Command[Unpacked]):
    """Lay the files of an archive over a draft. The draft before it is kept, so that this can be undone."""

    draft_id: UUID
    packed: bytes
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> Unpacked:
        draft = _editable(work, self.draft_id)
        found = unpacked(self.packed)
        if not found.files:
            raise Invalid("Paketissa ei ole yhtään mallin tiedostoa. Luonnosta ei muutettu.", field="bundle")
        changed = sorted(path for path, data in found.files.items() if draft.files.get(path) != data)
        notes = [f"{len(changed)}: {', '.join(in_lines(tuple(changed)))}" if changed else "0"]
        if found.left_out:
            notes.append(", ".join(in_lines(found.left_out)))
        _replace(work, draft, self.seen_version, {**draft.files, **found.files}, "imported", "\n".join(notes))
        return found


@dataclass(frozen=True)
class ImportFile(Command[None]):
    """Lay one file, as `ReadForeignFile` returned it, into a draft. The draft before it is kept."""

    draft_id: UUID
    path: str
    content: bytes
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = _editable(work, self.draft_id)
        if not belongs(self.path):
            raise NotFound
        require_text(self.content)
        files = {**draft.files, self.path: self.content}
        _replace(work, draft, self.seen_version, files, "imported", f"1: {self.path}")


@dataclass(frozen=True)
class PutBackModelDraft(Command[None]):
    """Restore the draft as it was before an event of its history: an import, or an earlier restoring."""

    draft_id: UUID
    event_id: UUID
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = _editable(work, self.draft_id)
        files = work.stores.model_drafts.files_before(draft.id, self.event_id)
        _replace(work, draft, self.seen_version, files, "put_back", "")


@dataclass(frozen=True)
class PutBackModelFile(Command[None]):
    """Restore one file of a draft as it is in the version that the draft began from. A file that is not there is removed.
    The draft before it is kept."""

    draft_id: UUID
    path: str
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = _editable(work, self.draft_id)
        published, _ = work.stores.deployments.content(draft.based_on)
        if draft.files.get(self.path) == published.get(self.path):
            raise NotFound
        files = {path: content for path, content in draft.files.items() if path != self.path}
        if self.path in published:
            files[self.path] = published[self.path]
        _replace(work, draft, self.seen_version, files, "file_put_back", self.path)


@dataclass(frozen=True)
class RollBack(Command[UUID]):
    """Create a draft with the files of an older version. It is published like any other, with a second person. Return its id."""

    deployment_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> UUID:
        deployments = work.stores.deployments
        older, current = deployments.get(self.deployment_id), deployments.current()
        if older.id == current.id:
            raise Conflict("Tämä versio on jo käytössä.")
        files, _ = deployments.content(older.id)
        return begin_draft(work, f"Paluu versioon {older.number}", current.id, files, str(older.number))


def _editable(work: Work, draft_id: UUID) -> ModelDraft:
    draft = work.stores.model_drafts.get(draft_id)
    if draft.state != "editing":
        raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
    return draft


def _replace(work: Work, draft: ModelDraft, seen_version: int, files: Files, kind: str, note: str) -> None:
    person = work.actor.person_id
    work.stores.model_drafts.change(
        draft,
        seen_version,
        files=files,
        editors=sorted({*draft.editors, str(person)}),
        edited_by=person,
        edited_at=work.now,
    )
    work.stores.model_drafts.record(draft.id, kind, person, work.now, note, before=draft.files)


MOST_LETTERS: Final = 48
"""Of a key."""
TABLES: Final = "tables"
"""The folder of tables that were begun here; those that ship stand beside the process that asks them."""
_TRANSFERRED: Final = str.maketrans({"ä": "a", "ö": "o", "å": "a", "ß": "ss", "æ": "ae", "ø": "o"})


@dataclass(frozen=True)
class AddModelFile(Command[str]):
    """Add a new file to a draft. Return its path."""

    draft_id: UUID
    kind: str
    """form, part, table or diagram."""
    name: str
    """As people call it; the key is made of it."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> str:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "editing":
            raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
        name = " ".join(self.name.split())[:200]
        if self.kind not in _BEGINNINGS:
            raise Invalid("Valitse, mitä lisätään.", field="kind")
        if not name:
            raise Invalid("Anna nimi.", field="name")
        place, write = _BEGINNINGS[self.kind]
        key = _free_key(name, draft.files)
        path = place.format(key=key)
        work.stores.model_drafts.change(
            draft,
            draft.version,
            files={**draft.files, path: write(key, name).encode()},
            editors=sorted({*draft.editors, str(work.actor.person_id)}),
            edited_by=work.actor.person_id,
            edited_at=work.now,
        )
        return path


def _free_key(name: str, files: Files) -> str:
    """Return a key made from the name, in English letters; numbered if a file of any kind has it."""
    plain = (
        unicodedata.normalize("NFKD", name.lower().translate(_TRANSFERRED)).encode("ascii", "ignore").decode()
    )
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:MOST_LETTERS].strip("_")
    if not key[:1].isalpha():
        key = f"new_{key}".strip("_")
    taken = {part for path in files for part in (PurePosixPath(path).stem, PurePosixPath(path).parent.name)}
    numbered = (f"{key}_{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (key, *numbered) if each not in taken)


def _form(key: str, name: str) -> str:
    question = {
        "type": "textarea",
        "id": f"Field_{key}_notes",
        "key": "notes",
        "label": "Mitä kirjataan?",
        "validate": {"required": True, "maxLength": 4000},
        "properties": {"class": "narrative"},
    }
    form = {
        "type": "default",
        "id": key,
        "schemaVersion": 19,
        "properties": {"title": name},
        "components": [question],
    }
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def _table(key: str, name: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="{key}_definitions" name={quoteattr(name)} namespace="https://vireille.invalid/dmn">
  <decision id="{key}" name={quoteattr(name)}>
    <decisionTable id="{key}_table" hitPolicy="FIRST">
      <input id="{key}_input_1" label="Kun">
        <inputExpression id="{key}_input_1_expression" typeRef="boolean">
          <text>is_child</text>
        </inputExpression>
      </input>
      <output id="{key}_output_1" label="Tulos" name="{key}_result" typeRef="string" />
      <rule id="{key}_rule_1">
        <inputEntry id="{key}_rule_1_in_1">
          <text></text>
        </inputEntry>
        <outputEntry id="{key}_rule_1_out_1">
          <text>"yes"</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{key}_diagram">
      <dmndi:DMNShape id="{key}_shape" dmnElementRef="{key}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""


def _diagram(key: str, name: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="{key}_definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:collaboration id="{key}_collaboration">
    <bpmn:participant id="{key}_pool" name={quoteattr(name)} processRef="{key}" />
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={quoteattr(name)} isExecutable="true">
    <bpmn:laneSet id="{key}_lanes">
      <bpmn:lane id="{key}_lane_caseworker" name="Käsittelijä">
        <bpmn:extensionElements>
          <spiffworkflow:properties>
            <spiffworkflow:property name="role" value="caseworker" />
          </spiffworkflow:properties>
        </bpmn:extensionElements>
        <bpmn:flowNodeRef>{key}_start</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>{key}_end</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="{key}_start" name="Alkaa">
      <bpmn:outgoing>{key}_start__{key}_end</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="{key}_end" name="Valmis">
      <bpmn:incoming>{key}_start__{key}_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="{key}_start__{key}_end" sourceRef="{key}_start" targetRef="{key}_end" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{key}_diagram">
    <bpmndi:BPMNPlane id="{key}_plane" bpmnElement="{key}_collaboration">
      <bpmndi:BPMNShape id="{key}_pool_di" bpmnElement="{key}_pool" isHorizontal="true">
        <dc:Bounds x="100" y="80" width="720" height="200" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{key}_lane_di" bpmnElement="{key}_lane_caseworker" isHorizontal="true">
        <dc:Bounds x="130" y="80" width="690" height="200" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{key}_start_di" bpmnElement="{key}_start">
        <dc:Bounds x="200" y="162" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="200" y="205" width="36" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{key}_end_di" bpmnElement="{key}_end">
        <dc:Bounds x="680" y="162" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="680" y="205" width="36" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="{key}_flow_di" bpmnElement="{key}_start__{key}_end">
        <di:waypoint x="236" y="180" />
        <di:waypoint x="680" y="180" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


_BEGINNINGS: Final[Mapping[str, tuple[str, Callable[[str, str], str]]]] = {
    "form": ("forms/{key}.form", _form),
    "part": (PARTS + "{key}.form", _form),
    "table": (TABLES + "/{key}.dmn", _table),
    "diagram": ("{key}/process.bpmn", _diagram),
}
