"""Appointments: powers given to an official for a time, and the decisions and teams to which they may be limited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from engine.domain.people import Power

ADMISSION: Final = "admission"


class DecisionKind(StrEnum):
    """Decisions to which an appointment may be limited: each outcome of an application, each other kind of resolution."""

    ADMITTED_35_1 = "admitted_35_1"
    ADMITTED_35_2 = "admitted_35_2"
    ADMITTED_35_3 = "admitted_35_3"
    NOT_ADMITTED = "not_admitted"
    NOT_EXAMINED = "not_examined"
    LAPSED = "lapsed"
    REFLECTION_PERIOD = "reflection_period"
    """Giving, refusing, extending and interrupting one."""
    REMOVAL = "removal"
    CORRECTION = "correction"
    """A corrected copy, new appeal instructions, a refusal to correct. What is decided anew is a decision of its own kind."""


DECISIONS_OF: Final[Mapping[Power, tuple[DecisionKind, ...]]] = MappingProxyType(
    {
        Power.SIGN_RESOLUTIONS: tuple(DecisionKind),
        Power.GIVE_ORAL_DECISIONS: (
            DecisionKind.ADMITTED_35_1,
            DecisionKind.ADMITTED_35_2,
            DecisionKind.ADMITTED_35_3,
        ),
    }
)
"""Decisions of each power. Other powers decide nothing, and have no limits."""


def decision_kind_of(kind: str, outcome: str) -> str:
    """Return what a resolution decides, in the words of limits."""
    return outcome if kind == ADMISSION else kind


@dataclass(frozen=True, slots=True)
class Limits:
    """Decisions and teams to which an appointment is limited. An empty set is no limit."""

    decisions: frozenset[str] = frozenset()
    """Values of DecisionKind. A name that this program does not know stays: it limits, and permits nothing here."""
    teams: frozenset[str] = frozenset()
    """A case whose team nobody knows is outside any."""

    def cover_decision(self, decision: str) -> bool:
        return not self.decisions or decision in self.decisions

    def cover_team(self, team: str | None) -> bool:
        return not self.teams or team in self.teams

    def cover(self, decision: str, team: str | None) -> bool:
        return self.cover_decision(decision) and self.cover_team(team)

    @property
    def facts(self) -> tuple[str, ...]:
        """Return them as the administration log says them, where nothing is limited too: silence would hide the widest."""
        return (
            *([f"only_decision {each}" for each in self.in_order] or ["extent decisions"]),
            *([f"only_team {each}" for each in sorted(self.teams)] or ["extent country"]),
        )

    @property
    def in_order(self) -> tuple[str, ...]:
        """Return the decisions in the order of the law, unknown ones last."""
        known = [each.value for each in DecisionKind]
        return tuple(
            sorted(
                self.decisions, key=lambda each: (known.index(each) if each in known else len(known), each)
            )
        )


NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Appointment:
    """A power given to an official for a time: the delegation register."""

    id: UUID
    person_id: UUID
    power: Power
    valid_from: date
    valid_until: date | None
    limits: Limits = NO_LIMITS

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def facts(self) -> tuple[str, ...]:
        """Return how far and how long it goes, as the administration log says it."""
        return (
            *(self.limits.facts if self.power in DECISIONS_OF else ()),
            f"from {self.valid_from.isoformat()}",
            *([f"until {self.valid_until.isoformat()}"] if self.valid_until else ()),
        )


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Decisions that no appointment covers in the cases of these teams."""

    decisions: tuple[DecisionKind, ...]
    teams: tuple[str | None, ...]
    """None is a case whose team nobody knows."""


def uncovered(power: Power, limits: Iterable[Limits], teams: tuple[str | None, ...]) -> tuple[Uncovered, ...]:
    """Return what these limits leave of a power, the decisions with the same teams together."""
    every, found = tuple(limits), dict[tuple[str | None, ...], list[DecisionKind]]()
    for decision in DECISIONS_OF[power]:
        left = tuple(team for team in teams if not any(each.cover(decision, team) for each in every))
        if left:
            found.setdefault(left, []).append(decision)
    return tuple(Uncovered(tuple(decisions), left) for left, decisions in found.items())


def joined(limits: Iterable[Limits]) -> Limits:
    """Return what several appointments name together, to say what somebody may decide."""
    every = tuple(limits)
    return Limits(
        frozenset().union(*(each.decisions for each in every)),
        frozenset().union(*(each.teams for each in every)),
    )
