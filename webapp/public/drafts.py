"""A half-filled form between two requests: sealed on the server under a token that only the page holds."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.commands.public_drafts import (
    FORMER,
    DestroyPublicDraft,
    KeepPublicDraft,
    ReadPublicDraft,
    TakeUpPublicDraft,
    new_token,
)
from engine.domain.people import PUBLIC
from engine.errors import Conflict, NotFound
from webapp.http.current import engine
from webapp.http.limits import TYPING, attempt

FIELD = "draft"
CODE_LENGTH = 16
_NAMES = ("given_names", "family_name")
_OF_A_PERSON = frozenset({"application", "referral"})
"""Forms that ask the name of the person whom they concern; in a child's, each child has a row."""


class DraftGone(Conflict):
    sentence = "Vastauksiasi ei enää ole: lomake oli auki niin kauan, että ne on hävitetty. Mitään ei lähetetty. Aloita uudelleen tai soita."


@dataclass(frozen=True, slots=True)
class Draft:
    token: str
    form_key: str
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    step: int = 1
    is_kept: bool = False
    """True when the server had it before this request."""
    question: str = ""
    """The only question of the page, beside those that hang on it; empty for a whole step."""
    is_easy: bool = False
    """Asked one question at a time."""
    former: str = ""
    """The token of the draft that this one was kept apart from: leaving ends both."""

    def keep(self, code: str | None = None) -> str:
        """Store it. Return the code by which it is found: `code`, unless it was given one before; empty if it has none."""
        kept = {
            "typed": dict(self.typed),
            "step": self.step,
            "question": self.question,
            "easy": self.is_easy,
            FORMER: self.former,
        }
        keeping = KeepPublicDraft(self.token, self.form_key, kept, code, attempt(TYPING))
        return engine().perform(keeping, PUBLIC)

    def at(self, step: int, question: str = "") -> Draft:
        return replace(self, step=step, question=question)

    def holding(self, typed: Mapping[str, list[str]]) -> Draft:
        return replace(self, typed=typed)


def begin(form_key: str) -> Draft:
    """Return a new draft. It is only a token until something is typed."""
    return Draft(new_token(), form_key)


def resume(token: str, form_key: str) -> Draft:
    """Return the draft of a page's token; empty if nothing was saved yet. Raise NotFound for a malformed token or one
    of another form."""
    if not 32 <= len(token) <= 100:
        raise NotFound
    found = engine().answer(ReadPublicDraft(token), PUBLIC)
    if found is None:
        return Draft(token, form_key)
    if found[0] != form_key:
        raise NotFound
    return _read(token, form_key, found[1])


def resume_by_code(code: str) -> Draft | None:
    """Return the draft of a written-down code, moved under a new token, since only a closed page knows the old one.
    None if the code finds nothing."""
    token = new_token()
    found = engine().perform(TakeUpPublicDraft(code, token), PUBLIC)
    return None if found is None else _read(token, *found)


def destroy(draft: Draft) -> None:
    """Destroy the draft, also one with a code."""
    engine().perform(DestroyPublicDraft(draft.token), PUBLIC)


def is_nameless(draft: Draft) -> bool:
    """Return True if answers were kept and the person whom they concern is not named among them."""
    typed = [text for name in _NAMES for text in draft.typed.get(name, ())]
    return draft.is_kept and draft.form_key in _OF_A_PERSON and not "".join(typed).strip()


def new_code() -> str:
    """Return sixteen digits without a leading zero, 53 bits: a million guesses hit one of ten thousand drafts once in
    a million times."""
    return str(secrets.randbelow(9 * 10 ** (CODE_LENGTH - 1)) + 10 ** (CODE_LENGTH - 1))


def typed_in(kept: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the typed texts of a stored draft."""
    return {str(name): [str(text) for text in texts] for name, texts in kept.get("typed", {}).items()}


def _read(token: str, form_key: str, kept: Mapping[str, Any]) -> Draft:
    return Draft(
        token,
        form_key,
        typed_in(kept),
        int(kept.get("step", 1)),
        is_kept=True,
        question=str(kept.get("question", "")),
        is_easy=kept.get("easy") is True,
        former=str(kept.get(FORMER, "")),
    )
