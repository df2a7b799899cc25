"""Facts that a signer must know beside the letter: the assessment, the hearing, who wrote it, and what the preparer had to explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import REMOVAL, own_is_pending
from engine.casework.case_dates import parents_case_of
from engine.casework.childs_ground import GROUND_ASKED, REASONS, outcome_in_force
from engine.casework.cited_material import unborne
from engine.casework.decision_corrections import signed_last
from engine.casework.hearings_held import CalledOff, HeldOut, called_off, hearings_of
from engine.casework.recordings.hearing import SHORT
from engine.casework.recordings.preparing import UNEXPLAINED, UNHEARD
from engine.casework.recordings.resolution import ADMISSION, EXCEPTION, REFLECTION
from engine.casework.reflection_periods import running_period
from engine.casework.resolution_letter import HEARD_BY
from engine.casework.signers import MaySign, Relation, contributions, may_sign, relation_of
from engine.casework.taken_back import is_asked
from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.corrections import EXPLANATION
from engine.domain.grounds import VictimTests, require_lawful, victim_tests
from engine.domain.law import PRESUMED_SERVICE_DAYS, REFLECTION_DAYS
from engine.domain.reflection import OUTCOMES
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json
from engine.operations.delivery import recipients_of
from engine.queries.correction_facts import reasons_of_correction
from engine.storage.resolutions import Resolution
from engine.storage.submissions import Submission


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning, an exception or a contradiction, with the reasons somebody gave for going on."""

    kind: str
    reasons: str
    by: str
    at: datetime


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
    """heard, offered, under_12."""
    on: date | None
    way: str
    """Empty of an opportunity: how it was given stands in the assessment."""
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
    parent: ParentsDecision | None
    """None of a case that has no parent's."""
    period: PeriodToSign | None
    """None of other decisions."""
    unborne: tuple[str, ...]
    """Lines of the material and the clarifications that no document or answer of the case seems to bear."""
    child: ChildsSay | None
    """None where no child was assessed."""
    is_withdrawal_asked: bool
    """The person has withdrawn the application, and nobody has confirmed it yet."""
    is_own_appeal_pending: bool
    """The authority has appealed against the ruling for which it decides anew, and the court has not decided yet."""


@dataclass(frozen=True, slots=True)
class _Reasoned:
    form_key: str
    question: str
    answer: str
    reasons: str
    kind: str
    only_newest: bool = False


_HEARINGS: Final = (
    _Reasoned("post_paper", "paper_state", "sent", SHORT, "short_hearing"),
    _Reasoned("hearing_reply", "heard", "no_answer", "attempts", "hearing_tried"),
    _Reasoned("request_follow_up", "choice", "proceed", "hearing_attempts", "hearing_tried"),
    _Reasoned("stalled_request", "choice", "proceed", "hearing_attempts", "hearing_tried"),
)
_ORAL_HELD: Final = ("oral_request", "held", "oral_words", "oral_held")
_ORAL_REFUSED: Final = ("oral_request", "refused", "oral_reasons", "oral_refused")
_UNEXPLAINED: Final = ("explanation_needed", "no", UNEXPLAINED, "unexplained")
_OF: Final[Mapping[str, tuple[_Reasoned, ...]]] = {
    ADMISSION: (
        _Reasoned("triage_override", "differs", "yes", "reason", "class_differs"),
        _Reasoned(
            "consent_without_contact", "consent_choice", "accept_referrer", "reason", "consent_by_referrer"
        ),
        *_HEARINGS,
        _Reasoned("assessment", "hearing", "needed", SHORT, "short_hearing", only_newest=True),
        *(_Reasoned(form, asked, "35_3", REASONS, REASONS, only_newest=True) for form, asked in GROUND_ASKED),
        _Reasoned("register", "is_child", "yes", "age_doubt", "age_doubt", only_newest=True),
        _Reasoned("request_follow_up", "choice", "proceed", "reason", "answer_not_awaited"),
        _Reasoned("stalled_request", "choice", "proceed", "reason", "answer_not_awaited"),
        _Reasoned("sufficiency", "enough", "yes", "still_missing", "facts_missing", only_newest=True),
        _Reasoned(
            "assessment", "hearing", "unnecessary", "hearing_unnecessary_reasons", "unheard", only_newest=True
        ),
        _Reasoned(
            "assessment",
            "hearing_exception",
            "groundless",
            "groundless_despite",
            "groundless_despite",
            only_newest=True,
        ),
        *(
            _Reasoned(
                "prepare_resolution",
                "resolution_language",
                each,
                "language_reasons",
                "other_language",
                only_newest=True,
            )
            for each in ("fi", "sv")
        ),
        *(
            _Reasoned(
                "prepare_resolution", "organiser", each, "organiser_reasons", "organiser", only_newest=True
            )
            for each in ("county", "helsinki_hus", "reception_centre", "aland")
        ),
        _Reasoned("prepare_resolution", *_UNEXPLAINED, only_newest=True),
        *(
            _Reasoned("prepare_resolution", "outside_information", answer, UNHEARD, kind, only_newest=True)
            for answer, kind in (
                ("none", "unheard_source"),
                ("heard", "unheard_source"),
                ("unheard", "outside_unheard"),
            )
        ),
        _Reasoned("prepare_resolution", *_ORAL_HELD, only_newest=True),
        _Reasoned("prepare_resolution", *_ORAL_REFUSED, only_newest=True),
        _Reasoned("sign_resolution", "signature", "sign", EXCEPTION, "signed_by_exception"),
    ),
    REMOVAL: (
        *_HEARINGS,
        _Reasoned("removal_assessment", "hearing", "needed", SHORT, "short_hearing", only_newest=True),
        _Reasoned(
            "removal_assessment",
            "hearing",
            "unnecessary",
            "hearing_unnecessary_reasons",
            "unheard",
            only_newest=True,
        ),
        _Reasoned("prepare_removal", *_ORAL_HELD, only_newest=True),
        _Reasoned("prepare_removal", *_ORAL_REFUSED, only_newest=True),
        _Reasoned("sign_removal", "removal_signature", "sign", EXCEPTION, "signed_by_exception"),
    ),
    REFLECTION: (
        *(
            _Reasoned("reflection_period", "hearing", answer, reasons, kind, only_newest=True)
            for answer, reasons, kind in (
                ("heard", "hearing_held", "reflection_held"),
                ("no_answer", "hearing_held", "hearing_tried"),
                ("heard", SHORT, "short_hearing"),
                ("no_answer", SHORT, "short_hearing"),
                ("heard", "reflection_opinion", "reflection_opinion"),
                ("unnecessary", "hearing_unnecessary_reasons", "unheard"),
            )
        ),
        _Reasoned(
            "reflection_period",
            "reflection_proposal",
            "interrupt",
            "ground_shown",
            "ground_shown",
            only_newest=True,
        ),
        _Reasoned("reflection_period", *_UNEXPLAINED, only_newest=True),
        _Reasoned(
            "reflection_period",
            "police_explained",
            "no",
            "police_not_explained_reasons",
            "police_not_explained",
            only_newest=True,
        ),
    ),
}
"""Answers that had to be reasoned, by the kind of decision they lead to."""


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
            *_explained(work, submissions, resolution.kind),
            *(
                Explained(kind, words, _name(work, by), at)
                for kind, words, by, at in reasons_of_correction(work, case, resolution)
            ),
            *explained_days(work, case),
        ),
        prepared=tuple(
            Preparation(
                each.round, _name(work, each.person_id), each.prepared_at, each.round == resolution.round
            )
            for each in contributions(work, case, resolution)
        ),
        own=own,
        may_sign=may_sign(models, own),
        parent=_parents(work, case, resolution),
        period=_period(work, case, resolution) if resolution.kind == REFLECTION else None,
        unborne=unborne(work, case, resolution) if resolution.kind in (ADMISSION, REMOVAL) else (),
        child=_childs_say(answers) if is_admission else None,
        is_withdrawal_asked=resolution.kind == ADMISSION and is_asked(work, case),
        is_own_appeal_pending=own_is_pending(work, case, resolution.kind),
    )


def _signs(answers: Mapping[str, Any]) -> tuple[str, ...]:
    signs = answers.get("indicators")
    return tuple(str(each) for each in signs) if isinstance(signs, list | tuple) else ()


def _outside(resolution: Resolution) -> str:
    return str(from_json(resolution.content.get("answers") or {}).get("outside_information") or "")


def _childs_say(answers: Mapping[str, Any]) -> ChildsSay | None:
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


def _explained(work: Work, submissions: tuple[Submission, ...], kind: str) -> Iterator[Explained]:
    newest = {each.form_key: each.id for each in submissions}
    for each in submissions:
        answers = from_json(each.answers)
        for rule in _OF.get(kind, ()):
            is_over = rule.only_newest and newest[each.form_key] != each.id
            reasons = answers.get(rule.reasons)
            is_given = each.form_key == rule.form_key and answers.get(rule.question) == rule.answer
            if is_given and reasons and not is_over:
                yield Explained(rule.kind, str(reasons), _name(work, each.sent_by), each.sent_at)


def explained_days(work: Work, case: Case) -> Iterator[Explained]:
    """Days that stand before their neighbours, each with the reason that was given for it."""
    for each in work.stores.corrections.of_case(case.id):
        if each.kind == EXPLANATION:
            for name in dict.fromkeys(order for orders in each.after.values() for order in orders):
                yield Explained(name, each.reason, each.made_by_name, each.made_at)


def _name(work: Work, person_id: UUID | None) -> str:
    return work.stores.people.get(person_id).name if person_id else ""
