"""Words of a draft that its publication would leave behind in other languages."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from engine.bpmn import Finding
from engine.errors import Refusal
from engine.executor import Work
from engine.letters.files import TextUnreadable
from engine.models.gate import stale_letters
from engine.models.lost_translations import LostText, lost_translations
from engine.storage.deployments import ModelDraft
from forms.errors import InvalidDefinition

_UNREADABLE: Final = (
    Refusal,
    InvalidDefinition,
    SyntaxError,
    ValueError,
    OSError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""Errors of a file that anybody may have drawn or imported: a draft opens with it all the same."""


def texts_lost(work: Work, draft: ModelDraft) -> tuple[LostText, ...]:
    """Compare with the version in use: it is what people read now. A file that can't be read is a finding of its own."""
    before, _ = work.stores.deployments.content(work.stores.deployments.current().id)
    with suppress(*_UNREADABLE):
        return lost_translations(before, draft.files)
    return ()


def letters_left_behind(work: Work, draft: ModelDraft) -> tuple[Finding, ...]:
    """Compare with the version that the draft began from. A text that can't be read is a finding of its own."""
    before, _ = work.stores.deployments.content(draft.based_on)
    with suppress(TextUnreadable):
        return stale_letters(before, draft.files)
    return ()
