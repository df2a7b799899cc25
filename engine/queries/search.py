"""The search for a case: what was typed into one box, and the cases that fit it, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import sent_back_among
from engine.casework.candidates import HIDDEN_MATCH, Candidate, Met, found_by
from engine.casework.overtaken_decisions import unsettled_among
from engine.casework.search_keys import FOUND, PERSONS
from engine.domain.birth_dates import BirthDate
from engine.domain.cases import Case, CaseState
from engine.domain.likeness import UNLIKE, Likeness
from engine.domain.policy import Action, Part, Relation, asks_proof, decision
from engine.domain.search_words import SearchWords, understood
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff
from engine.queries.warnings_of_cases import NO_WARNINGS, CaseWarnings, warnings_of
from engine.storage.parties import Party

MOST_FOUND: Final = 20
SEARCH: Final = "find_cases"


class Whom(StrEnum):
    """Whose name or telephone was typed."""

    ANYONE = "anyone"
    PERSON = "person"
    OTHERS = "others"


KINDS: Final[Mapping[Whom, tuple[str, ...]]] = {
    Whom.ANYONE: FOUND,
    Whom.PERSON: PERSONS,
    Whom.OTHERS: tuple(kind for kind in FOUND if kind not in PERSONS),
}


@dataclass(frozen=True, slots=True)
class Hit:
    case: Case
    likeness: Likeness
    name: str
    """Of the case's person; empty if it is not known, or if the reader may not see it now."""
    born_on: BirthDate | None
    found_name: str
    """Of the party that was found, where it is somebody else."""
    found_kind: str
    caseworker: str
    is_sent_back: bool
    """A court annulled or returned the decision: the outcome is in force no longer."""
    is_unsettled: bool
    """A court restored the decision before the one that gave the outcome, and nobody has settled what becomes of that."""
    warnings: CaseWarnings
    """Kinds of parties through whom nothing may go."""


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...]
    has_hidden: bool = False
    """One person fits in a case that the reader does not see."""
    is_understood: bool = True
    is_cut: bool = False
    """There are more."""

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(each.case for each in self.hits)


@dataclass(frozen=True)
class FindCases(Query[Found]):
    """Find cases by reference, or by what is known of a person: parts of names in any spelling, a birth date or a part of
    one, a telephone, an e-mail address, the ending of a code. Only cases that the actor may see, MOST_FOUND at most, each
    with an entry in its own log: who found it knows a name of its person."""

    text: str
    state: str = ""
    whom: Whom = Whom.ANYONE

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> Found:
        wanted = self.text.strip()
        asked = understood(wanted, work.today)
        if asked.reference:
            return Found(hits_of(work, _candidates(seen_by_reference(work, asked.reference))))
        found = _candidates(work.stores.cases.seen(work.actor, 1, reference=wanted) if wanted else ())
        is_cut = False
        if not found:
            found = self._by_person(work, asked)
            is_cut = sum(each.is_seen for each in found) > MOST_FOUND
        seen = [each for each in found if each.is_seen][:MOST_FOUND]
        hidden = [each for each in found if not each.is_seen] if asked.is_telling else []
        log_search(work, seen, hidden, SEARCH)
        is_understood = bool(found) or asked.has_letters or not asked.is_empty
        return Found(hits_of(work, seen), bool(hidden), is_understood, is_cut)

    def _by_person(self, work: Work, asked: SearchWords) -> list[Candidate]:
        def weigh(met: Met) -> Likeness:
            fit = asked.fit(met.person, has_ending=met.has_ending)
            return Likeness(fit) if fit else UNLIKE

        found = found_by(work, asked.keys, weigh, kinds=KINDS[self.whom])
        return [each for each in found if self._is_in_state(each.case)]

    def _is_in_state(self, case: Case) -> bool:
        if self.state == "open":
            return case.state is not CaseState.CLOSED
        return self.state != "closed" or case.state is CaseState.CLOSED


def _candidates(cases: Sequence[Case]) -> list[Candidate]:
    return [Candidate(case, None, Likeness(1.0), is_seen=True) for case in cases]


def seen_by_reference(work: Work, reference: str) -> tuple[Case, ...]:
    """Return the case with this reference if the actor sees it, and log the search in its own log. One that is hidden
    and one that does not exist cost the same: the hidden one's log has the search too."""
    seen = work.stores.cases.seen(work.actor, 1, reference=reference)
    hidden = () if seen else work.stores.cases.find(reference=reference)
    for each in seen or hidden:
        action = SEARCH if seen else HIDDEN_MATCH
        work.stores.access.log_case(each.id, work.actor, action, work.now)
    if not seen and not hidden:
        work.stores.access.log_list((), work.actor, SEARCH, work.now)
    return seen


def log_search(work: Work, seen: Sequence[Candidate], hidden: Sequence[Candidate], action: str) -> None:
    """Log in each case that it was shown, and in those that were met without being seen. Nothing found is logged too."""
    for each in seen:
        work.stores.access.log_case(each.case.id, work.actor, action, work.now)
    for each in hidden[:MOST_FOUND]:
        work.stores.access.log_case(each.case.id, work.actor, HIDDEN_MATCH, work.now)
    if not seen:
        work.stores.access.log_list((), work.actor, action, work.now)


def hits_of(work: Work, found: Sequence[Candidate]) -> tuple[Hit, ...]:
    """Return what the reader may see of the candidates, in their order."""
    if not found:
        return ()
    ids = [each.case.id for each in found]
    parties = work.stores.parties.of_cases(ids)
    people = {each.id: each.name for each in work.stores.people.all()}
    cases = [each.case for each in found]
    sent_back, restored = sent_back_among(work, cases), unsettled_among(work, cases)
    warnings = warnings_of(work, ids)
    return tuple(
        _hit(
            work,
            each,
            parties.get(each.case.id, ()),
            people,
            is_sent_back=each.case.id in sent_back,
            is_unsettled=each.case.id in restored,
            warnings=warnings.get(each.case.id, NO_WARNINGS),
        )
        for each in found
    )


def _hit(
    work: Work,
    found: Candidate,
    parties: Sequence[Party],
    people: Mapping[UUID, str],
    **marks: Any,
) -> Hit:
    case = found.case
    shows = shows_name(work, case)
    if shows:
        marks["warnings"] = marks["warnings"].named(parties)
    applicant = next((each for each in parties if each.kind == "applicant"), None)
    party = found.party if found.party is not None and found.party.kind != "applicant" else None
    known: Mapping[str, Any] = applicant.identity if applicant is not None and shows else {}
    return Hit(
        case,
        found.likeness,
        applicant.name if applicant is not None and shows else "",
        BirthDate.of(known.get("born_on")),
        party.name if party is not None and shows else "",
        party.kind if party is not None else "",
        people.get(case.caseworker_id, "") if case.caseworker_id is not None else "",
        **marks,
    )


def shows_name(work: Work, case: Case) -> bool:
    """Return True if a list may name the person of a case that the actor sees. One of a restricted case is named to who
    has just proved who they are, as its own pages are opened."""
    own = case.caseworker_id is not None and case.caseworker_id == work.actor.person_id
    relation = Relation.OWN if own else Relation.TEAM
    parts = decision(Action.SEE, work.actor.roles, relation, case.standing).parts
    if Part.CONTACT not in parts or case.is_sealed_to(work.actor):
        return False
    return not asks_proof(parts, case.standing) or work.actor.has_proof(work.now)
