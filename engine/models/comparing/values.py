"""Differences of two versions, as plain values in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, Literal

from engine.texts import text

State = Literal["added", "removed", "changed", "moved"]
_PIECES: Final = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_PIECES: Final = 3000
"""Longer texts are shown whole, one after the other: pairing their words would take longer than reading them."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that is in both versions, only in the newer, or only in the older."""

    state: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One property of a changed thing, before and after."""

    key: str
    label: str
    before: str = ""
    after: str = ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """Before and after merged into one text, word by word."""
        old, new = _PIECES.findall(self.before), _PIECES.findall(self.after)
        if len(old) + len(new) > _MOST_PIECES:
            return (Span("removed", self.before), Span("added", self.after))
        found: list[Span] = []
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                found.append(Span("same", "".join(old[a:b])))
                continue
            found += [Span("removed", "".join(old[a:b]))] if b > a else []
            found += [Span("added", "".join(new[c:d]))] if d > c else []
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Change:
    """A changed element, field, rule, paragraph or guardrail."""

    state: State
    kind: str
    """In words."""
    name: str
    details: tuple[Detail, ...] = ()
    element_id: str = ""
    """Of what is drawn; or the key of a field, a rule, a guardrail."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that was added, removed or changed between two versions."""

    path: str
    kind: str
    """diagram, table, form, part, texts, guardrails, sections, translations, other."""
    name: str
    state: State
    """`moved`: only the layout is another."""
    changes: tuple[Change, ...] = ()
    problem: str = ""
    """Reason why it can't be compared in detail."""
    used_in: tuple[str, ...] = ()
    """The titles of the forms that include it, when it is a part of forms."""

    @property
    def real(self) -> tuple[Change, ...]:
        return tuple(each for each in self.changes if each.state != "moved")

    @property
    def moved(self) -> tuple[Change, ...]:
        return tuple(each for each in self.changes if each.state == "moved")


@dataclass(frozen=True, slots=True)
class Comparison:
    parts: tuple[ChangedFile, ...]

    @property
    def only_layout(self) -> bool:
        """True if only coordinates changed: nothing will run, read or print differently."""
        return all(part.state == "moved" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Words:
    """The reader's language, and the names on screen of keys that files hold."""

    language: str = "fi"
    milestones: Mapping[str, str] | None = field(default=None, hash=False)
    forms: Mapping[str, str] | None = field(default=None, hash=False)
    roles: Mapping[str, str] | None = field(default=None, hash=False)
    outcomes: Mapping[str, str] | None = field(default=None, hash=False)

    def say(self, sentence: str) -> str:
        return text(self.language, sentence) if sentence else ""

    def milestone(self, key: str) -> str:
        return (self.milestones or {}).get(key, key)

    def form(self, key: str) -> str:
        return (self.forms or {}).get(key, key)

    def role(self, key: str) -> str:
        return (self.roles or {}).get(key, key)

    def outcome(self, key: str) -> str:
        return (self.outcomes or {}).get(key, key)


def details(
    labels: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str], words: Words
) -> Iterable[Detail]:
    """Yield the details that differ, in the order of `labels`; one without a label is named by its key."""
    order = {name: place for place, name in enumerate(labels)}
    for key in sorted({*before, *after}, key=lambda name: (order.get(name, len(order)), name)):
        old, new = before.get(key, ""), after.get(key, "")
        if old != new:
            yield Detail(key, words.say(labels.get(key, "")) or key, old, new)


def places(before: Iterable[str], after: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return the moved items among those in both lists: key to its old and new place, counted from one.

    Names the fewest items that must move, not all that have shifted because of them.
    """
    old = list(before)
    new = [key for key in after if key in set(old)]
    kept = [key for key in old if key in set(new)]
    staying: set[str] = set()
    for block in SequenceMatcher(None, kept, new, autojunk=False).get_matching_blocks():
        staying.update(kept[block.a : block.a + block.size])
    return {key: (kept.index(key) + 1, new.index(key) + 1) for key in new if key not in staying}
