"""Questions from the form's list, which name nothing of the matter: their words may be read by any holder of the case's code.

What a caseworker writes is read behind the link, after identification, or heard aloud. The list stands in the form that asks;
the public pages word the questions that they know, and show no other by the code alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.instances import CompiledModels
from engine.storage.requests import InformationRequest

_FORM, _ROWS, _CHOSEN = "new_information_request", "requests", "neutral_question"
_KEY: Final = "neutral"
_WORDS: Final = "neutral_words"


def questions_of(models: CompiledModels, row: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what a row asks: all words in the language of the request and, where one of the list was chosen, which."""
    chosen = str(row.get(_CHOSEN) or "")
    words = _words_of(models, chosen, language)
    if not words:
        return {"questions": str(row.get("questions") or "")}
    more = str(row.get("more_questions") or "").strip()
    return {"questions": f"{words}\n{more}".strip(), _KEY: chosen, _WORDS: words}


def neutral_of(request: InformationRequest) -> str:
    """Return which question of the list the request asks; empty for none, and once it was asked anew in other words."""
    words = str(request.questions.get(_WORDS) or "")
    is_asked = bool(words) and _all_of(request).startswith(words)
    return str(request.questions.get(_KEY) or "") if is_asked else ""


def own_words_of(request: InformationRequest) -> str:
    """Return what was asked beside the question of the list, as a caseworker wrote it."""
    words = str(request.questions.get(_WORDS) or "") if neutral_of(request) else ""
    return _all_of(request).removeprefix(words).strip()


def _all_of(request: InformationRequest) -> str:
    return str(request.questions.get("questions") or "")


def _words_of(models: CompiledModels, chosen: str, language: str) -> str:
    rows = models.form_in(_FORM, language).by_key[_ROWS].fields
    asked = next((each for each in rows if each.key == _CHOSEN), None)
    options = asked.options if asked else ()
    return next((each.label for each in options if each.value == chosen), "")
