"""Facts that a signer must know beside the letter: the assessment, the hearing, who wrote it, and what the preparer had to explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.casework.appeals import REMOVAL, own_is_pending
from engine.casework.appointments import NotAppointed, refusal_of, signature_of
from engine.casework.case_dates import parents_case_of
from engine.casework.childs_ground import outcome_in_force
from engine.casework.cited_material import unborne
from engine.casework.decision_corrections import signed_last
from engine.casework.hearings_held import CalledOff, HeldOut, called_off, hearings_of
from engine.casework.recordings.resolution import ADMISSION, REFLECTION
from engine.casework.reflection_periods import running_period
from engine.casework.resolution_letter import HEARD_BY
from engine.casework.signers import MaySign, Relation, contributions, may_sign, relation_of
from engine.casework.taken_back import is_asked
from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.grounds import VictimTests, require_lawful, victim_tests
from engine.domain.law import PRESUMED_SERVICE_DAYS, REFLECTION_DAYS
from engine.domain.people import SIGNERS
from engine.domain.reflection import OUTCOMES
from engine.errors import Invalid, Refusal
from engine.executor import Work
from engine.feel.values import from_json
from engine.operations.delivery import recipients_of
from engine.queries.correction_facts import reasons_of_correction
from engine.queries.explained_answers import Explained, explained_answers, explained_days, name_of
from engine.storage.resolutions import Resolution


@dataclass(frozen=True, slots=True)
class Preparation:
    round: int
    by: str
    at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class ParentsDecision:
    """The decision of the parent's case, on which a decision on their child may rest (746/2011 35 § 3 mom.)."""

    outcome: str
    """Empty while there is none."""
    decided_on: date | None
    is_since_preparing: bool
    """True if it was signed after the child's was prepared: its words may speak of a matter that was open then."""


@dataclass(frozen=True, slots=True)
class PeriodToSign:
    """The days of a decision on the reflection period."""

    first: date | None
    last: date | None
    """As the decision leaves it: the last day of the period, or the day from which it is interrupted."""
    known_on: date
    """The day on which the person has it if it leaves today: of a letter the seventh day (434/2003 59 §)."""
    days_left: int | None
    """Of the period, from that day; None where no period runs from the decision."""

    @property
    def is_short(self) -> bool:
        """True if the person gets fewer days than the law's least (301/2004 52 b §)."""
        return self.days_left is not None and self.days_left < REFLECTION_DAYS


@dataclass(frozen=True, slots=True)
class ChildsSay:
    """How a child of twelve or more was heard, or given the opportunity (746/2011 5 §)."""

    state: str
    """heard, offered, unreachable, under_12."""
    on: date | None
    way: str
    """Empty of an opportunity: how it was given stands in the assessment, and among the explanations of why none could be."""
    by: str


@dataclass(frozen=True, slots=True)
class SigningFacts:
    tests: VictimTests | None
    """None where nothing was assessed, as in a lapse."""
    is_as_assessed: bool
    hearing: str
    """held, unnecessary, not_needed, not_examined; empty where nothing was assessed."""
    unheard_by: str
    """The exception by which nobody was heard: groundless, harm, needless, accepted_wish; else empty."""
    hearings: tuple[HeldOut, ...]
    called_off: tuple[CalledOff, ...]
    speaks_for: tuple[str, ...]
    """The signs of the assessment that speak for a claim that is refused, as its form names them."""
    outside: str
    """The preparer's answer about outside information: none, heard, unheard; empty where it was not asked."""
    explained: tuple[Explained, ...]
    prepared: tuple[Preparation, ...]
    own: Relation
    may_sign: MaySign
    limit: Refusal | None
    """The limit of the reader's appointments that keeps them from signing it; None where none does, and of who signs nothing."""
    parent: ParentsDecision | None
    """None of a case that has no parent's."""
    period: PeriodToSign | None
    """None of other decisions."""
    unborne: tuple[str, ...]
    """Lines of the material and the clarifications that no document or answer of the case seems to bear."""
    child: ChildsSay | None
    """None where no child was assessed, and of a decision on the reflection period: its hearings name the child."""
    is_withdrawal_asked: bool
    """The person has withdrawn the application, and nobody has confirmed it yet."""
    is_own_appeal_pending: bool
    """The authority has appealed against the ruling for which it decides anew, and the court has not decided yet."""


def signing_facts(work: Work, case: Case, resolution: Resolution) -> SigningFacts:
    submissions = work.stores.submissions.of_case(case.id)
    models = work.instances.models(case.deployment_id)
    assessed = [each for each in submissions if each.form_key == "assessment"]
    answers: Mapping[str, Any] = from_json(assessed[-1].answers) if assessed else {}
    is_admission = bool(assessed) and resolution.kind == ADMISSION and resolution.outcome != Outcome.LAPSED
    own = relation_of(work, case, resolution, work.actor.person_id)
    return SigningFacts(
        tests=victim_tests(answers) if is_admission else None,
        is_as_assessed=not is_admission or _follows(answers, resolution.outcome),
        hearing=_hearing(answers, resolution.outcome) if is_admission else "",
        unheard_by=_unheard_by(work, case, resolution),
        hearings=hearings_of(work, case, resolution),
        called_off=called_off(work, case, resolution),
        speaks_for=_signs(answers) if is_admission and resolution.outcome == Outcome.NOT_ADMITTED else (),
        outside=_outside(resolution) if is_admission else "",
        explained=(
            *explained_answers(work, submissions, resolution.kind),
            *(
                Explained(kind, words, name_of(work, by), at)
                for kind, words, by, at in reasons_of_correction(work, case, resolution)
            ),
            *explained_days(work, case),
        ),
        prepared=tuple(
            Preparation(
                each.round, name_of(work, each.person_id), each.prepared_at, each.round == resolution.round
            )
            for each in contributions(work, case, resolution)
        ),
        own=own,
        may_sign=may_sign(models, own),
        limit=_limit(work, case, resolution),
        parent=_parents(work, case, resolution),
        period=_period(work, case, resolution) if resolution.kind == REFLECTION else None,
        unborne=unborne(work, case, resolution) if resolution.kind in (ADMISSION, REMOVAL) else (),
        child=_childs_say(work, case, resolution),
        is_withdrawal_asked=resolution.kind == ADMISSION and is_asked(work, case),
        is_own_appeal_pending=own_is_pending(work, case, resolution.kind),
    )


def _limit(work: Work, case: Case, resolution: Resolution) -> Refusal | None:
    if resolution.state != "prepared" or work.actor.person_id is None or not work.actor.has(*SIGNERS):
        return None
    person = work.stores.people.get(work.actor.person_id)
    refused = refusal_of(work, person, signature_of(resolution, case, work.today))
    return None if isinstance(refused, NotAppointed) else refused


def _signs(answers: Mapping[str, Any]) -> tuple[str, ...]:
    signs = answers.get("indicators")
    return tuple(str(each) for each in signs) if isinstance(signs, list | tuple) else ()


def _outside(resolution: Resolution) -> str:
    return str(from_json(resolution.content.get("answers") or {}).get("outside_information") or "")


def _childs_say(work: Work, case: Case, resolution: Resolution) -> ChildsSay | None:
    form = HEARD_BY.get(resolution.kind)
    is_assessed = resolution.kind in (ADMISSION, REMOVAL) and resolution.outcome != Outcome.LAPSED
    assessed = work.stores.submissions.latest(case.id, form) if form and is_assessed else None
    answers: Mapping[str, Any] = from_json(assessed.answers) if assessed else {}
    state = answers.get("child_heard")
    if answers.get("concerns_child") != "yes" or not isinstance(state, str):
        return None
    on = answers.get(f"child_{state}_on")
    by = answers.get(f"child_{state}_by")
    return ChildsSay(
        state,
        on if isinstance(on, date) else None,
        str(answers.get("child_heard_way") or ""),
        by if isinstance(by, str) else "",
    )


def _parents(work: Work, case: Case, resolution: Resolution) -> ParentsDecision | None:
    parent_id = parents_case_of(work, case)
    if parent_id is None or resolution.kind != ADMISSION:
        return None
    parent = work.stores.cases.get(parent_id)
    if (outcome := outcome_in_force(work, parent)) is None:
        return ParentsDecision("", None, is_since_preparing=False)
    signed = signed_last(work, parent, ADMISSION)
    # An outcome that a court gave is not of the day on which we decided otherwise.
    at = signed.signed_at if signed is not None and signed.outcome == outcome else None
    return ParentsDecision(
        outcome.value,
        day_of(at) if at is not None else None,
        is_since_preparing=at is not None and at > resolution.prepared_at,
    )


def _period(work: Work, case: Case, resolution: Resolution) -> PeriodToSign:
    answers = from_json(resolution.content.get("answers") or {})
    running = running_period(work, case)
    gives = resolution.outcome == OUTCOMES["give"]
    first = answers.get("reflection_from") if gives else running.first if running else None
    last = answers.get("reflection_until") or answers.get("interrupted_from")
    if last is None and running is not None and resolution.outcome == OUTCOMES["not_extended"]:
        last = running.last
    by_post = any(
        each["post_is_safe"] and each["address_known"] for each in recipients_of(work, case, REFLECTION)
    )
    known_on = work.today + timedelta(days=PRESUMED_SERVICE_DAYS if by_post else 0)
    begins = max(known_on, first) if isinstance(first, date) else known_on
    return PeriodToSign(
        first if isinstance(first, date) else None,
        last if isinstance(last, date) else None,
        known_on,
        (last - begins).days if gives and isinstance(last, date) else None,
    )


def _follows(answers: Mapping[str, Any], outcome: str) -> bool:
    try:
        require_lawful(answers, outcome, field="signature")
    except Invalid:
        return False
    return True


def _hearing(answers: Mapping[str, Any], outcome: str) -> str:
    if outcome == Outcome.NOT_EXAMINED:
        return "not_examined"
    return {"needed": "held", "unnecessary": "unnecessary"}.get(str(answers.get("hearing")), "not_needed")


def _unheard_by(work: Work, case: Case, resolution: Resolution) -> str:
    form = HEARD_BY.get(resolution.kind)
    assessed = work.stores.submissions.latest(case.id, form) if form else None
    answers = from_json(assessed.answers) if assessed else {}
    is_unheard = answers.get("hearing") == "unnecessary" and resolution.outcome != Outcome.LAPSED
    return str(answers.get("hearing_exception") or "") if is_unheard else ""
