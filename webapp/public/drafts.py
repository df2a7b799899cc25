"""A half-filled form between two requests: what was typed, sealed on the server under a token that only the page holds."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.commands.public_drafts import (
    DestroyPublicDraft,
    KeepPublicDraft,
    LeavePublicDraft,
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


class DraftGone(Conflict):
    """Vastauksiasi ei enää ole: lomake oli auki niin kauan, että ne on hävitetty. Mitään ei lähetetty. Aloita uudelleen tai soita."""


@dataclass(frozen=True, slots=True)
class Draft:
    token: str
    form_key: str
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    step: int = 1
    is_kept: bool = False
    """Whether the server had it when this request came."""

    def keep(self, code: str | None = None) -> None:
        kept = {"typed": dict(self.typed), "step": self.step}
        engine().perform(
            KeepPublicDraft(self.token, self.form_key, kept, code, attempt(TYPING)),
            PUBLIC,
        )

    def at(self, step: int) -> Draft:
        return replace(self, step=step)

    def saying(self, typed: Mapping[str, list[str]]) -> Draft:
        return replace(self, typed=typed)


def begin(form_key: str) -> Draft:
    """A draft that exists only as a name until something is typed."""
    return Draft(new_token(), form_key)


def resume(token: str, form_key: str) -> Draft:
    """What the page's token stands for; empty when nothing was kept yet. NotFound for what was never a token of ours."""
    if not 32 <= len(token) <= 100:
        raise NotFound
    found = engine().answer(ReadPublicDraft(token), PUBLIC)
    if found is None:
        return Draft(token, form_key)
    if found[0] != form_key:
        raise NotFound
    return _read(token, form_key, found[1])


def resume_by_code(code: str) -> Draft | None:
    """By the code the person wrote down. It goes on under a new token, for the old one is known only to a page long gone."""
    token = new_token()
    found = engine().perform(TakeUpPublicDraft(code, token), PUBLIC)
    return None if found is None else _read(token, *found)


def leave(token: str) -> None:
    """The page is gone from the screen. Only what has a code stays."""
    engine().perform(LeavePublicDraft(token), PUBLIC)


def destroy(draft: Draft) -> None:
    """Nothing of it is kept, not even for the way back."""
    engine().perform(DestroyPublicDraft(draft.token), PUBLIC)


def new_code() -> str:
    """Sixteen digits, 53 bits: a million guesses at ten thousand drafts find one once in a million times. No zero in front."""
    return str(secrets.randbelow(9 * 10 ** (CODE_LENGTH - 1)) + 10 ** (CODE_LENGTH - 1))


def _read(token: str, form_key: str, kept: Mapping[str, Any]) -> Draft:
    typed = {str(name): [str(text) for text in texts] for name, texts in kept.get("typed", {}).items()}
    return Draft(token, form_key, typed, int(kept.get("step", 1)), is_kept=True)
