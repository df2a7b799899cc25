"""Talks with the person about their consent, and what may end a case without another one (746/2011 38 a § 2 mom.)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.storage.submissions import Submission

WITHOUT_CONTACT: Final = "consent_without_contact"
"""Form on which a decision-maker decides where the person is not reached."""
CALLING: Final = frozenset(
    {
        "ask_aloud",
        "contact_change",
        "contact_client",
        "crime_report_support",
        "hearing_reply",
        "other_help",
        "reflection_told",
        "tell_denied",
        "tell_withheld",
        "urgent_measures",
        "verify_consent",
        "withdraw",
    }
)
"""Forms of the tasks in which a worker calls or meets somebody: two who do one at once would ring the same person."""
CHOICE: Final = "consent_choice"
LAPSES: Final = ("lapse", "lapse_unconfirmed")
_CONSENT: Final = "verify_consent"
_WITHDRAWAL: Final = "withdraw"


def withheld_without_contact(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the choices that would be untrue of the person, by question. The command refuses them too.

    A referrer's record counts only where nobody has talked with the person: after a talk that left their will in doubt, or
    that ended in a refusal, somebody talks with them again. The case may lapse once another talk was tried.
    """
    if task.form_key != WITHOUT_CONTACT:
        return {}
    asked = work.stores.submissions.of_case(case.id, _CONSENT, _WITHDRAWAL)
    talks = [each for each in asked if _is_talk(each)]
    if not talks:
        return {CHOICE: frozenset({"lapse_unconfirmed"})}
    was_tried = asked[-1] != talks[-1]
    untrue = {"accept_referrer", "lapse"}
    return {CHOICE: frozenset(untrue if was_tried else untrue | {"lapse_unconfirmed"})}


def _is_talk(submission: Submission) -> bool:
    answers = submission.answers
    if submission.form_key == _WITHDRAWAL:
        is_death = answers.get("lapse_reason") == "death"
        return answers.get("withdrawal") in ("confirmed", "not_confirmed") and not is_death
    return answers.get("consent") in ("given", "refused", "another_talk")
