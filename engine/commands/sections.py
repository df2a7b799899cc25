"""Checks of sections of law in a draft: a jurist has read them as they are in force. A second person publishes the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from engine.commands.deployments import SaveModelDraft
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, Outdated
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.models.citations import section_of
from engine.models.comparing.values import Words
from engine.models.section_places import register_of
from engine.models.sections import EMPTY, SECTIONS, Check, with_checks

LONGEST_NAME = 200


class SectionsChanged(Outdated):
    sentence = (
        "Joku muutti tarkistuksia sen jälkeen, kun avasit sivun. Mitä kirjoitit, on tallella tällä sivulla."
    )


@dataclass(frozen=True)
class RecordSectionCheck(Command[None]):
    """Record that a jurist checked these sections on a day. Raise Invalid, SectionsChanged."""

    draft_id: UUID
    sections: tuple[str, ...]
    """As they are written: `746/2011 35 §`."""
    on: date
    by: str
    """The jurist's name."""
    seen: str
    """Digest of the file as it was when the page was opened."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def prepare(self, view: Work) -> RecordSectionCheck:
        _require_listed(view, self.draft_id, self.sections)
        return self

    def execute(self, work: Work) -> None:
        by = " ".join(self.by.split())
        if not by:
            raise Invalid("Kirjoita tarkistaneen juristin nimi.", field="by")
        if len(by) > LONGEST_NAME:
            raise Invalid("Nimi on liian pitkä.", field="by")
        if self.on > work.today:
            raise Invalid(
                "Päivä on tulevaisuudessa. Kirjoita päivä, jona juristi tarkisti pykälät.", field="on"
            )
        _change(work, self.draft_id, self.sections, self.seen, Check(self.on, by))


@dataclass(frozen=True)
class RemoveSectionCheck(Command[None]):
    """Take back the checks of these sections: they are unchecked again. Raise Invalid, SectionsChanged."""

    draft_id: UUID
    sections: tuple[str, ...]
    seen: str

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def prepare(self, view: Work) -> RemoveSectionCheck:
        _require_listed(view, self.draft_id, self.sections)
        return self

    def execute(self, work: Work) -> None:
        _change(work, self.draft_id, self.sections, self.seen, None)


def _require_listed(view: Work, draft_id: UUID, written: tuple[str, ...]) -> None:
    """Raise Invalid unless the draft cites each section, or has it as checked. It takes a third of a second."""
    if not written:
        raise Invalid("Valitse ainakin yksi pykälä.", field="section")
    listed = register_of(view.stores.model_drafts.get(draft_id).files, Words()).sections
    if not {each.section.written for each in listed}.issuperset(written):
        raise Invalid("Valitse pykälä luettelosta.", field="section")


def _change(work: Work, draft_id: UUID, written: tuple[str, ...], seen: str, check: Check | None) -> None:
    draft = work.stores.model_drafts.get(draft_id)
    if draft.state != "editing":
        raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
    stored = draft.files.get(SECTIONS, EMPTY)
    if sha256(stored).hexdigest() != seen:
        raise SectionsChanged
    content = with_checks(stored, [section_of(each) for each in written], check)
    SaveModelDraft(draft_id, SECTIONS, content, draft.version).execute(work)
