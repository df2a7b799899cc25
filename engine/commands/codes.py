"""The code by which an applicant follows a case: staff give a new one to a person who has none or lost it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.receipts import CODE_GIVEN, code_given, permit_giving
from engine.domain.cases import Case
from engine.domain.search_keys import ending_key
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_proof_to_let_in
from engine.storage.sealing import SealingClass
from engine.storage.submissions import StoredApplication

SHORTEST_ACT = 32


class NothingToFollow(Conflict):
    sentence = (
        "Tällä asialla ei ole omaa koodia: sitä seurataan sen hakemuksen koodilla, josta asia avattiin."
    )


class IdentityErased(Conflict):
    sentence = "Henkilön tiedot on hävitetty säilytysajan päätyttyä. Asiaan ei voi enää antaa koodia."


class GivenMeanwhile(Conflict):
    sentence = (
        "Koodi on jo annettu uudelleen toisella sivulla. Avaa asia ja katso tapahtumista, kuka sen antoi."
    )


@dataclass(frozen=True)
class GiveCode(Command[str]):
    """Return a new code, which is not stored. It replaces the applicant's earlier code; a referrer's code stays
    valid.

    `act` identifies one press of the button, so that pressing it twice gives one code. `given` is how many codes the
    page had seen given, so that a page reloaded later does not end a newer code.
    """

    reference: str
    act: str
    given: int

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, permit_giving(work, self.reference))

    def execute(self, work: Work) -> str:
        case = work.stores.cases.by_reference(self.reference)
        application = self._application(work, case)
        code = code_given(work, case, self.act)
        if work.stores.applications.by_code(code) is not None:
            return code
        if self.given != len(work.stores.timeline.of_case(case.id, CODE_GIVEN)):
            raise GivenMeanwhile
        work.stores.applications.replace_code(application, code)
        work.stores.search_keys.add_of_case(case.id, ending_key(code))
        work.stores.links.revoke_by_code(case.id, work.now)
        work.stores.own_access_sessions.end_all_of(case.id)
        work.record(case.id, CODE_GIVEN)
        return code

    def _application(self, work: Work, case: Case) -> StoredApplication:
        if len(self.act) < SHORTEST_ACT:
            raise Invalid
        application = work.stores.applications.of_case(case.id)
        if application is None:
            raise NothingToFollow
        if not work.stores.vault.has_key(case.id, SealingClass.IDENTITY):
            raise IdentityErased
        return application
