"""Links between cases that their officials note, by themselves or while they register one."""

from __future__ import annotations

from uuid import UUID

from engine.casework.contact_reports import follow_link
from engine.casework.search_keys import PERSONS
from engine.domain.case_links import ContraryLink, LinkedAlready, LinkKind
from engine.domain.cases import Case
from engine.domain.likeness import described, likeness
from engine.executor.engine import Work

LINKED = "cases_linked"
AT_REGISTRATION = "Rekisteröinnissä nimetty saman henkilön aiemmaksi asiaksi."
CONTRARY = frozenset({LinkKind.SAME_PERSON, LinkKind.NOT_SAME})


def link(work: Work, case: Case, other: Case, kind: LinkKind, reason: str) -> UUID:
    """Link two cases that the actor sees. The next version of both is stored: two who link at once take turns."""
    for each in work.stores.case_links.of_case(case.id):
        if each.other_case_id != other.id:
            continue
        if each.kind is kind:
            raise LinkedAlready(field="other")
        if {each.kind, kind} == CONTRARY:
            raise ContraryLink(field="kind")
    for each_case in (case, other):
        work.save_case(each_case)
    return _note(work, case, other, kind, reason)


def are_alike(work: Work, case: Case, other: Case) -> bool | None:
    """Return True if anything of the people of two cases agrees, False if nothing does; None if one of them has no name."""
    mine, theirs = (
        [
            described(each.identity, each.contact)
            for each in work.stores.parties.of_case(it.id)
            if each.kind in PERSONS
        ]
        for it in (case, other)
    )
    if any(likeness(one, another).reasons for one in mine for another in theirs):
        return True
    return False if any(each.words for each in mine) and any(each.words for each in theirs) else None


def link_at_registration(work: Work, case: Case, other: Case) -> None:
    """Link the earlier case that a registrar names. The step that follows stores the case's next version; a case that is
    registered again is linked once."""
    known = {each.other_case_id: each.kind for each in work.stores.case_links.of_case(case.id)}
    if known.get(other.id) is LinkKind.NOT_SAME:
        raise ContraryLink(field="duplicate_reference")
    if other.id not in known:
        work.save_case(other)
        _note(work, case, other, LinkKind.SAME_PERSON, AT_REGISTRATION)


def _note(work: Work, case: Case, other: Case, kind: LinkKind, reason: str) -> UUID:
    made = work.stores.case_links.add(case.id, other.id, kind, reason, work.actor.person_id, work.now)
    for each in (case, other):
        # No reference: who reads one case's story may not see the other.
        work.record(each.id, LINKED, kind.value)
    if kind is not LinkKind.NOT_SAME:
        follow_link(work, case, other)
    return made
