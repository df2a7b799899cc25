"""746/2011 35 § 3 mom.: a child of somebody whom 1 or 2 mom. means. Who is the child, who the parent, and what is known of both.

A decision on this ground is assessed, spoken, written down in a call and signed: each asks here. The law says *lapsi*; somebody
who was a child on the day of the decision spoken or signed first stays one in those that follow it.
"""

from __future__ import annotations

from datetime import date

from engine.casework.appeals import is_held, is_sent_back
from engine.casework.case_dates import is_of_siblings, parents_case_of
from engine.casework.spoken_decisions import counted, is_written, stands_aloud
from engine.clock import day_of
from engine.domain.ages import age_of
from engine.domain.case_links import ITSELF, LinkKind, NoSuchCase
from engine.domain.cases import Case, Outcome
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.feel.values import from_json

REFERENCE = "parent_reference"
REASONS = "parent_unconfirmed"
"""Question: what shows that the parent is meant by 1 or 2 mom., where no decision in force shows it."""
GROUND_ASKED = (
    ("assessment", "ground_assessed"),
    ("oral_decision", "oral_ground"),
    ("spoken_decision", "oral_ground"),
)
"""Forms that ask for these reasons, each with its question about the ground."""
OF_PARENT = frozenset({Outcome.ADMITTED_35_1, Outcome.ADMITTED_35_2})


class NotAChild(Invalid):
    sentence = (
        "35 § 3 momentti koskee alaikäistä lasta, ja kirjattujen tietojen mukaan henkilö on täysi-ikäinen. Valitse toinen "
        "peruste tai korjaa syntymäaika asian sivulla."
    )


class NotTheParent(Invalid):
    sentence = (
        "Nimetty asia ei ole tämän lapsen vanhemman asia. Korjaa tunnus tai linkitä asiat ensin samaksi perheeksi. Jos vanhemman "
        "asiaa ei ole, jätä tunnus tyhjäksi ja perustele."
    )


class ParentUnconfirmed(Invalid):
    sentence = (
        "Vanhempaa ei ole otettu asiakkaaksi 35 § 1 tai 2 momentin nojalla, tai hänen asiaansa ei ole nimetty. Kirjoita, mistä "
        "tiedetään, että hän on niissä tarkoitettu henkilö. Allekirjoittaja näkee sen."
    )


def require_child(work: Work, case: Case, day: date, *, field: str) -> None:
    """Raise NotAChild of an adult. A registered doubt about the birth date counts as a child (746/2011 5 §)."""
    person = work.stores.parties.applicant_of(case.id)
    if person is None:
        return
    if not person.is_minor_on(min((day, *_decided_on(work, case)))):
        raise NotAChild(field=field)


def follows_spoken(work: Work, case: Case) -> bool:
    """True while the first written decision is owed on an oral one on this ground: it has the same outcome (434/2003 43 §), also
    where the birth date turned out to be an adult's. That fault is corrected after it (50 §)."""
    if not stands_aloud(work, case) or is_written(work, case):
        return False
    return counted(work, case)[-1].outcome == Outcome.ADMITTED_35_3


def require_parent_known(work: Work, case: Case, reference: str, reasons: str, *, may_wait: bool) -> None:
    """Raise Invalid beside the reference if it names no case of a parent, ParentUnconfirmed if no admission in force shows what
    the parent is and nobody wrote what else shows it. `may_wait`: the parent's own open case is awaited before the signature."""
    named = _named(work, case, reference) if reference else _own_parents(work, case)
    if reasons or (named is not None and is_admitted(work, named)):
        return
    is_own = named is not None and named.id == parents_case_of(work, case)
    if may_wait and is_own and named is not None and outcome_in_force(work, named) is None:
        return
    raise ParentUnconfirmed(field=REASONS)


def parent_of(work: Work, case: Case) -> Case | None:
    """Return the parent's case: the one this case was opened from, else the one that the assessment names, if it still is a
    case of the same family."""
    own = _own_parents(work, case)
    if own is not None:
        return own
    assessed = work.stores.submissions.latest(case.id, "assessment")
    reference = plain(from_json(assessed.answers).get(REFERENCE)) if assessed is not None else ""
    found = work.stores.cases.find(reference=reference) if reference else ()
    return next((each for each in found if _is_of_parent(work, case, each)), None)


def outcome_in_force(work: Work, parent: Case) -> Outcome | None:
    """Return the parent's signed outcome. None while a court has sent it back, and until it leaves: it can be recalled."""
    return None if is_sent_back(work, parent) or is_held(work, parent) else parent.outcome


def is_admitted(work: Work, parent: Case) -> bool:
    """True while the parent is admitted under 1 or 2 mom., in writing or aloud."""
    if is_sent_back(work, parent):
        return False
    outcome = outcome_in_force(work, parent)
    if outcome is not None:
        return outcome in OF_PARENT
    return any(each.outcome in OF_PARENT for each in work.stores.oral_decisions.standing(parent.id)[-1:])


def plain(reference: object) -> str:
    return "".join(reference.split()).upper() if isinstance(reference, str) else ""


def _own_parents(work: Work, case: Case) -> Case | None:
    parent_id = parents_case_of(work, case)
    return work.stores.cases.get(parent_id) if parent_id is not None else None


def _named(work: Work, case: Case, reference: str) -> Case:
    """Return the case with this reference. To somebody who does not see it, it does not exist; a child's own parent's does."""
    wanted = plain(reference)
    own = _own_parents(work, case)
    if own is not None and own.reference == wanted:
        return own
    if wanted == case.reference:
        raise Invalid(ITSELF, field=REFERENCE)
    found = work.stores.cases.seen(work.actor, 1, reference=wanted)
    if not found:
        hidden = work.stores.cases.find(reference=wanted)
        raise NoSuchCase(field=REFERENCE, hidden=hidden[0].id if hidden else None)
    if not _is_of_parent(work, case, found[0]):
        raise NotTheParent(field=REFERENCE)
    return found[0]


def _is_of_parent(work: Work, case: Case, other: Case) -> bool:
    """True of a case of the same family whose person is older; a brother's or sister's is no parent's."""
    if other.id == parents_case_of(work, case):
        return True
    is_family = other.id in work.stores.case_links.linked_with(case.id, (LinkKind.FAMILY,))
    if not is_family or not other.is_application or is_of_siblings(work, other.id):
        return False
    childs, parents = _age(work, case), _age(work, other)
    return childs is None or parents is None or childs < parents


def _age(work: Work, case: Case) -> int | None:
    person = work.stores.parties.applicant_of(case.id)
    return age_of(person.identity, work.today) if person is not None else None


def _decided_on(work: Work, case: Case) -> tuple[date, ...]:
    """Return the days on which this ground was decided already, aloud or in writing."""
    ground = Outcome.ADMITTED_35_3
    spoken = (
        day_of(each.given_at)
        for each in work.stores.oral_decisions.standing(case.id)
        if each.outcome == ground
    )
    signed = (
        day_of(each.signed_at)
        for each in work.stores.resolutions.of_case(case.id)
        if each.outcome == ground and each.signed_at is not None
    )
    return (*spoken, *signed)
