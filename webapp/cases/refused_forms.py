"""A form of a case that was refused: it comes back as it was typed, with a sentence beside each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import Invalid
from webapp.rendering.words.catalogues import gettext as _

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefusedForm:
    typed: Typed
    problems: Mapping[str, str] = field(default_factory=dict)
    """Sentences by field."""
    conflict: str = ""
    """About the whole: somebody was faster, or the case has gone on."""
    despite: str = ""
    """The warning that was shown: the next press with the same words does it anyway."""
    status: int = 422


def outdone(typed: Typed, sentence: str) -> RefusedForm:
    """Return the form of somebody who was too late."""
    return RefusedForm(typed, conflict=_(sentence), status=409)


def problems_in(refused: Invalid, otherwise: str) -> Mapping[str, Invalid]:
    """Return the mistakes to be mended, by field; `otherwise` for a refusal that names none."""
    return getattr(refused, "problems", None) or {refused.field or otherwise: refused}


def sentences(problems: Mapping[str, Invalid]) -> dict[str, str]:
    return {name: _(each.message, **each.values) for name, each in problems.items()}
