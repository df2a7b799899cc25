"""Answers to a request, in words, beside its questions: the answer, a wish for more time, who gave it, how and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.queries.case_file import CaseFile, InformationRequest, Submission
from forms.views import ShownAnswer
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.changed_answers import Changes
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import word
from webapp.rendering.words.request_names import request_name
from webapp.rendering.words.submission_words import WordedSubmission

_FORMS: Final = ("information_reply", "hearing_reply")
_ANSWER: Final = ("answer", "opinion")
_OF_THE_WISH: Final = frozenset({"more_time", "more_time_until", "can_answer", *_ANSWER})


@dataclass(frozen=True, slots=True)
class Reply:
    answer: tuple[str, ...]
    """The answer as it was written."""
    wish: str
    """A wish for more time, in words; empty if there is none."""
    rest: tuple[ShownAnswer, ...]
    """The other questions that were answered."""
    source: str
    at: datetime
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answers, the newest first."""

    request: InformationRequest
    replies: tuple[Reply, ...]


def asked_with_replies(
    file: CaseFile, requests: Iterable[InformationRequest], worded: Iterable[WordedSubmission]
) -> tuple[Asked, ...]:
    words = {each.id: each for each in worded}
    return tuple(
        Asked(
            request,
            tuple(
                _reply(file, request, each, words[each.id])
                for each in reversed(file.submissions)
                if each.form_key in _FORMS and each.business_key == request.reference and each.id in words
            ),
        )
        for request in requests
    )


def _reply(file: CaseFile, request: InformationRequest, sent: Submission, worded: WordedSubmission) -> Reply:
    shown = {each.path: each for step in worded.steps for each in step.answers}
    return Reply(
        tuple(words for key in _ANSWER if key in shown for words in shown[key].words),
        _wish(sent),
        tuple(each for path, each in shown.items() if path not in _OF_THE_WISH),
        _source(file, request, sent),
        sent.sent_at,
        worded.changes,
    )


def _wish(sent: Submission) -> str:
    if sent.answers.get("more_time") != "yes":
        return ""
    until = sent.answers.get("more_time_until")
    return (
        _("Pyytää lisäaikaa %(day)s asti", day=day(until))
        if isinstance(until, date)
        else _("Pyytää lisäaikaa")
    )


def _source(file: CaseFile, request: InformationRequest, sent: Submission) -> str:
    who = request_name(request)
    who = who[:1].upper() + who[1:]
    if sent.sent_by is None:
        return f"{who}, {word('link', 'way')}"
    return _("%(who)s, kirjasi %(by)s", who=who, by=file.people.get(sent.sent_by, ""))
