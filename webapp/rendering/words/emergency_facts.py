"""Facts that somebody must know before they act in an emergency: where the person is, who listens, what they need, what
was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from forms.views import ShownAnswer
from webapp.rendering.words.submission_words import WordedSubmission

TASKS: Final = frozenset({"urgent_measures", "oral_decision", "confirm_spoken", "tell_denied"})
"""Forms of the tasks of an emergency."""
_FORMS: Final = ("spoken_decision", "phone_intake", "referral", "application", "child_application")
_QUESTIONS: Final = (
    "where_now",
    "others_hear",
    "urgency_reason",
    "accommodation_needed",
    "child_with",
    "children_with",
    "children_notes",
    "help_first",
    "help_needed",
    "advice_given",
    "promised",
    "promised_on",
)


@dataclass(frozen=True, slots=True)
class CallFacts:
    title: str
    at: datetime
    by: str
    answers: tuple[ShownAnswer, ...]


def emergency_facts(task_form: str | None, submissions: Iterable[WordedSubmission]) -> list[CallFacts]:
    """Return what the call or the application holds, newest first; nothing for other tasks."""
    if task_form not in TASKS:
        return []
    found = [
        CallFacts(each.title, each.sent_at, each.by, _asked_first(each))
        for each in submissions
        if each.form_key in _FORMS
    ]
    return [each for each in found if each.answers]


def _asked_first(submission: WordedSubmission) -> tuple[ShownAnswer, ...]:
    answers = {each.path: each for step in submission.steps for each in step.answers}
    return tuple(answers[name] for name in _QUESTIONS if name in answers)
