"""Names in diagrams in other languages, written in a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.domain.people import Role
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.models.bundle import NAMES
from engine.models.name_gate import LANGUAGES
from forms.translations import with_translations

LONGEST = 200


@dataclass(frozen=True)
class TranslateNames(Command[None]):
    """Write the translations of names into a draft. Names that others translate meanwhile are not touched."""

    draft_id: UUID
    translations: Mapping[str, Mapping[str, str]]
    """By language: Finnish name to translation; an empty one is removed."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "editing":
            raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
        files = dict(draft.files)
        for language, names in self.translations.items():
            if language not in LANGUAGES:
                raise Invalid("Nimet käännetään ruotsiksi ja englanniksi.", field="language")
            plain = {finnish: " ".join(words.split()) for finnish, words in names.items()}
            if any(len(each) > LONGEST for each in plain.values()):
                raise Invalid("Nimi on liian pitkä kaavioon.", field=language)
            path = f"{NAMES}{language}.po"
            files[path] = with_translations(files.get(path, b""), language, plain)
        if files != draft.files:
            work.stores.model_drafts.change(
                draft,
                draft.version,
                files=files,
                editors=sorted({*draft.editors, str(work.actor.person_id)}),
                edited_by=work.actor.person_id,
                edited_at=work.now,
            )
