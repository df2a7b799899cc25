"""Answers that had to be reasoned, and days out of order, each with the reasons that its writer gave: a signer reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import REMOVAL
from engine.casework.childs_ground import GROUND_ASKED, REASONS
from engine.casework.oral_hearings import oral_answers
from engine.casework.recordings.hearing import SHORT
from engine.casework.recordings.preparing import UNEXPLAINED, UNHEARD
from engine.casework.recordings.resolution import ADMISSION, EXCEPTION, REFLECTION
from engine.domain.cases import Case
from engine.domain.corrections import EXPLANATION
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.submissions import Submission


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning, an exception or a contradiction, with the reasons somebody gave for going on."""

    kind: str
    reasons: str
    by: str
    at: datetime


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
_UNREACHED: Final = ("child_heard", "unreachable", "child_unreachable_how", "child_unreached")
_UNEXPLAINED: Final = ("explanation_needed", "no", UNEXPLAINED, "unexplained")
_OF: Final[Mapping[str, tuple[_Reasoned, ...]]] = {
    ADMISSION: (
        _Reasoned("triage_override", "differs", "yes", "reason", "class_differs"),
        _Reasoned(
            "consent_without_contact", "consent_choice", "accept_referrer", "reason", "consent_by_referrer"
        ),
        *_HEARINGS,
        _Reasoned("assessment", "hearing", "needed", SHORT, "short_hearing", only_newest=True),
        _Reasoned("assessment", *_UNREACHED, only_newest=True),
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
        _Reasoned("sign_resolution", "signature", "sign", EXCEPTION, "signed_by_exception"),
    ),
    REMOVAL: (
        *_HEARINGS,
        _Reasoned("removal_assessment", "hearing", "needed", SHORT, "short_hearing", only_newest=True),
        _Reasoned("removal_assessment", *_UNREACHED, only_newest=True),
        _Reasoned(
            "removal_assessment",
            "hearing",
            "unnecessary",
            "hearing_unnecessary_reasons",
            "unheard",
            only_newest=True,
        ),
        _Reasoned("sign_removal", "removal_signature", "sign", EXCEPTION, "signed_by_exception"),
    ),
    REFLECTION: (
        *(
            _Reasoned("reflection_period", "hearing", answer, reasons, kind, only_newest=True)
            for answer, reasons, kind in (
                ("heard", "hearing_held", "reflection_held"),
                ("each", "hearing_held", "reflection_held"),
                ("no_answer", "hearing_held", "hearing_tried"),
                ("heard", SHORT, "short_hearing"),
                ("each", SHORT, "short_hearing"),
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
_ORAL: Final[Mapping[str, str]] = {ADMISSION: "prepare_resolution", REMOVAL: "prepare_removal"}
"""The form that answers requests to state the case orally, by the kind of decision."""


def explained_answers(work: Work, submissions: tuple[Submission, ...], kind: str) -> Iterator[Explained]:
    """Return what had to be reasoned on the way to this kind of decision, oldest first."""
    newest = {each.form_key: each.id for each in submissions}
    for each in submissions:
        answers = from_json(each.answers)
        for rule in _OF.get(kind, ()):
            is_over = rule.only_newest and newest[each.form_key] != each.id
            reasons = answers.get(rule.reasons)
            if (
                each.form_key == rule.form_key
                and answers.get(rule.question) == rule.answer
                and reasons
                and not is_over
            ):
                yield Explained(rule.kind, str(reasons), name_of(work, each.sent_by), each.sent_at)
        if each.form_key == _ORAL.get(kind) and newest[each.form_key] == each.id:
            yield from _oral(work, each, answers)


def _oral(work: Work, prepared: Submission, answers: Mapping[str, Any]) -> Iterator[Explained]:
    for each in oral_answers(work, prepared.case_id, answers):
        words = f"{each.name}: {each.words}" if each.name else each.words
        by = name_of(work, prepared.sent_by)
        yield Explained("oral_held" if each.is_held else "oral_refused", words, by, prepared.sent_at)


def explained_days(work: Work, case: Case) -> Iterator[Explained]:
    """Days that stand before their neighbours, each with the reason that was given for it."""
    for each in work.stores.corrections.of_case(case.id):
        if each.kind == EXPLANATION:
            for name in dict.fromkeys(order for orders in each.after.values() for order in orders):
                yield Explained(name, each.reason, each.made_by_name, each.made_at)


def name_of(work: Work, person_id: UUID | None) -> str:
    return work.stores.people.get(person_id).name if person_id else ""
