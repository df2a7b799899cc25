"""Letters beside a decision that a person posts: a closed request, a transfer. Each is a task beside the case."""

from __future__ import annotations

from typing import Final

from engine.instances import CompiledModels

BEGINS: Final = "paper_to_post"
"""Message with which the process begins in which a letter is posted."""
POSTING: Final = "post_paper"
"""The form in which a person says on which day a letter left."""

ASKING: Final = "ask_aloud"
"""The form in which a person says on which day they asked by phone or at a meeting."""


def gives_hearings(models: CompiledModels) -> bool:
    """Return whether the version waits for the person who holds a hearing out. Versions before took it for held out."""
    return has_posting_task(models) and "hearing_way" in models.form(POSTING).by_key


def serves_again_beside(models: CompiledModels) -> bool:
    """Return whether the version serves again what starts no appeal period, such as a decision on the reflection period."""
    return "why_arrives_now" in models.form("choose_delivery_way").by_key


def serves_removal_again(models: CompiledModels) -> bool:
    """Return whether the version serves a removal on one more recipient, or again, once its own process has ended."""
    return "died_on" in models.form("no_safe_service").by_key


def asks_aloud(models: CompiledModels) -> bool:
    """Return whether the version waits for the person who asks by phone or at a meeting. Versions before took it for asked."""
    return ASKING in models.bundle.forms


def has_posting_task(models: CompiledModels) -> bool:
    """Return whether the version waits for the person who posts a letter. Versions before took it for posted."""
    return POSTING in models.bundle.forms
