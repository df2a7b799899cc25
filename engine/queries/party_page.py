"""A party with the history of their details, and what would stop if a way of theirs were not safe any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.casework.asked import addresses_of, open_links
from engine.casework.case_records import open_content, permit_party
from engine.casework.contact_channels import reached
from engine.casework.letters_under_way import UnderWay, letters_under_way, presumed_letters
from engine.casework.page_drafts import own_drafts
from engine.casework.shared_ways import STOPPED
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.law import ADULT_AGE
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.feel.values import from_json
from engine.queries.in_sight import PersonInSight, in_sight
from engine.storage.corrections import Correction as Correction
from engine.storage.outbox import Unsent
from engine.storage.page_drafts import KeptDraft
from engine.storage.parties import Party as Party
from engine.storage.requests import InformationRequest


@dataclass(frozen=True, slots=True)
class Report:
    """The words in which the party reported that their contact has changed."""

    at: datetime
    words: str
    is_shared: bool = False
    """True if somebody else reported it, whose address or number the party has too."""


@dataclass(frozen=True, slots=True)
class PartyPage:
    case: Case
    party: Party
    is_reached: bool
    """True if messages to the person of the case go to this party."""
    history: tuple[Correction, ...]
    """Oldest first."""
    report: Report | None
    unsent: tuple[Unsent, ...]
    """Messages that have not left yet."""
    links: tuple[InformationRequest, ...]
    """Requests that a living link leads to."""
    letters: tuple[UnderWay, ...]
    """Letters that have left for them and may not have arrived."""
    presumed: tuple[UnderWay, ...]
    """Letters that they are presumed to have received, and of which nobody knows it."""
    in_sight: PersonInSight
    may_be_doubted: bool = False
    """True of the person, where the birth date is an adult's: they may be a child all the same."""
    drafts: Mapping[str, KeptDraft] = field(default_factory=dict)
    """The reader's own, by form."""


@dataclass(frozen=True)
class OpenParty(Query[PartyPage]):
    reference: str
    party_id: UUID

    def permit(self, work: Work) -> None:
        permit_party(work, self.reference, Action.PARTY_PAGE)

    def execute(self, work: Work) -> PartyPage:
        case = open_content(work, self.reference)
        parties = work.stores.parties.of_case(case.id)
        party = work.stores.parties.get(case.id, self.party_id)
        whom = reached(parties, work.today)
        return PartyPage(
            case=case,
            party=party,
            is_reached=whom is not None and whom.id == party.id,
            history=work.stores.corrections.of_subject(case.id, party.id),
            report=_report(work, case, party),
            unsent=work.stores.outbox.unsent_to(case.id, addresses_of(party)),
            links=open_links(work, case, party, parties),
            letters=letters_under_way(work, case, party),
            presumed=presumed_letters(work, case, party),
            in_sight=in_sight(work, case),
            may_be_doubted=party.kind == "applicant"
            and (age_of(party.identity, work.today) or 0) >= ADULT_AGE,
            drafts=own_drafts(work, case),
        )


def _report(work: Work, case: Case, party: Party) -> Report | None:
    """Return the newest reply that reports a change, while the party waits for it to be recorded."""
    if party.held_at is None:
        return None
    for reply in reversed(work.stores.submissions.of_case(case.id, "information_reply", "hearing_reply")):
        answers = from_json(dict(reply.answers))
        if answers.get("contact_changed") == "yes" and reply.sent_at >= party.held_at:
            words = answers.get("contact_change")
            return Report(reply.sent_at, words if isinstance(words, str) else "")
    stopped = any(
        each.kind == STOPPED and each.facts.get("party") == str(party.id) and each.at == party.held_at
        for each in work.stores.timeline.of_case(case.id)
    )
    return Report(party.held_at, "", is_shared=stopped)


@dataclass(frozen=True, slots=True)
class NewPartyPage:
    case: Case
    in_sight: PersonInSight
    drafts: Mapping[str, KeptDraft] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenNewParty(Query[NewPartyPage]):
    """The page on which somebody is added to a case."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_party(work, self.reference, Action.PARTY_PAGE)

    def execute(self, work: Work) -> NewPartyPage:
        case = open_content(work, self.reference)
        return NewPartyPage(case, in_sight(work, case), own_drafts(work, case))
