"""A person's municipality of residence in Finland, as far as the record knows: it decides who helps and which court judges."""

from __future__ import annotations

from typing import Final

from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json

RESIDENT: Final = "resident"
"""Answer about the stay in Finland: with a municipality of residence. A citizen may have one, or live abroad."""
WITHOUT: Final = frozenset({"permit", "asylum_seeker", "temporary_protection", "no_right"})
"""Answers about the stay of people who have no municipality."""
_WITHOUT_BY_OWN_WORD: Final = frozenset({"permit", "asylum", "none"})
"""Answers of an application, of somebody whose stay nobody has recorded."""


def stay_of(work: Work, case: Case) -> str:
    """Return the answer recorded last about the stay in Finland; empty where nobody has recorded one."""
    return _last(work, case, "stay_status")


def is_without_municipality(work: Work, case: Case) -> bool:
    """True of who is known to have none. False of a citizen too, and where the stay is unknown."""
    stay = stay_of(work, case)
    return stay in WITHOUT if stay else _last(work, case, "stay_situation") in _WITHOUT_BY_OWN_WORD


def _last(work: Work, case: Case, question: str) -> str:
    answered = (from_json(each.answers).get(question) for each in work.stores.submissions.of_case(case.id))
    return next((each for each in reversed([*answered]) if isinstance(each, str) and each), "")
