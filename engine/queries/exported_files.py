"""The files of a case that is taken out whole, beside its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Unsealable
from engine.executor import Query, Work
from engine.queries.case_export import let_in


@dataclass(frozen=True)
class ExportFiles(Query[Mapping[str, bytes]]):
    """The bytes of a case's documents and clean attachments, by id; erased ones are left out.

    Nothing of a case in which somebody is under turvakielto: an address can't be taken out of a typeset letter or of a
    file that somebody sent (661/2009 36-37 §).
    """

    reference: str
    purpose: str = ""

    def permit(self, work: Work) -> None:
        let_in(work, self.reference, self.purpose)

    def execute(self, work: Work) -> Mapping[str, bytes]:
        stores = work.stores
        case_id = stores.cases.by_reference(self.reference).id
        if any(each.is_protected for each in stores.parties.ever_of_case(case_id)):
            return {}
        found = {}
        for document in stores.documents.of_case(case_id):
            try:
                found[str(document.id)] = stores.documents.read(document.id)[1]
            except Unsealable:
                continue
        attachments = (each for each in stores.attachments.of_case(case_id) if each.is_readable)
        return found | {str(each.id): stores.attachments.content(each.id) for each in attachments}
