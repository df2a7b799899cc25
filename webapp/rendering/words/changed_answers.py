"""Changes between two answers to one form: added, removed and changed, in words, with the answer before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from forms.views import ShownAnswer, ShownStep
from webapp.rendering.words.catalogues import gettext as _

GIVEN_ANEW: Final = frozenset(
    {
        "information_reply",
        "hearing_reply",
        "triage_override",
        "sufficiency",
        "assessment",
        "prepare_resolution",
        "reflection_period",
        "removal_assessment",
        "prepare_removal",
        "appeal_opinion",
        "write_notice",
    }
)
"""Forms that are answered anew about the same thing; of others each one stands for itself, such as a call or a posting."""


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    label: str
    kind: str
    """Added, removed or changed, in words."""
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences of an answer from the one before it; none where both say the same."""

    before_by: str
    before_at: datetime
    lines: tuple[ChangedAnswer, ...]


def changed_answers(before: Iterable[ShownStep], after: Iterable[ShownStep]) -> tuple[ChangedAnswer, ...]:
    return tuple(_lines(_by_path(before), _by_path(after)))


def _by_path(steps: Iterable[ShownStep]) -> Mapping[str, ShownAnswer]:
    return {each.path: each for step in steps for each in step.answers}


def _lines(before: Mapping[str, ShownAnswer], after: Mapping[str, ShownAnswer]) -> Iterator[ChangedAnswer]:
    for path, each in after.items():
        if path not in before:
            yield ChangedAnswer(each.label, _("Lisätty"), (), each.words)
        elif before[path].words != each.words:
            yield ChangedAnswer(each.label, _("Muutettu"), before[path].words, each.words)
    for path, each in before.items():
        if path not in after:
            yield ChangedAnswer(each.label, _("Poistettu"), each.words, ())
