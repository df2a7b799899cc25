"""Moves of running cases: which cases could move to a version, and the progress of a requested move.

Shows references and positions only: a process owner sees no person. Reading them is logged all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from engine.domain.moves import LineState, MoveState
from engine.domain.people import Role
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.instances.moving import Judged
from engine.migration import Reason, sentence_of
from engine.storage.deployments import Deployment
from engine.storage.moves import CaseMove, Move

READERS = (Role.PROCESS_OWNER, Role.SYSTEM)
LATEST = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """Cases that wait in the same elements and get the same judgement."""

    source: Deployment
    waits_in: tuple[tuple[str, str], ...]
    """The names of what is open: process and step, in the words of the version they are in."""
    reasons: tuple[str, ...]
    """Reasons to stay; empty when they may move."""
    references: tuple[str, ...]

    @property
    def may_move(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class MovePreview:
    target: Deployment
    is_current: bool
    """Only to the version in use cases may move."""
    groups: tuple[Alike, ...]
    """Those that may move first, the largest first."""
    under_way: tuple[str, ...]
    """Cases that wait for a move already."""
    moves: tuple[tuple[Move, Deployment, int], ...]
    """Earlier ones, the newest first, with how many cases."""

    @property
    def movable(self) -> int:
        return sum(len(each.references) for each in self.groups if each.may_move)

    @property
    def staying(self) -> int:
        return sum(len(each.references) for each in self.groups if not each.may_move)


@dataclass(frozen=True)
class PreviewMove(Query[MovePreview]):
    """Judge every case that runs on another version. Nothing is moved."""

    deployment_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> MovePreview:
        stores = work.stores
        target = stores.deployments.get(self.deployment_id)
        is_current = target.id == stores.deployments.current().id
        waiting = stores.moves.under_way()
        cases = stores.cases.open_elsewhere(target.id, work.actor) if is_current else ()
        free = [case for case in cases if case.id not in waiting]
        stores.access.log_list([case.id for case in cases], work.actor, "preview_move", work.now)
        judged = work.moving.judged(free, target.id)
        latest = stores.moves.latest(LATEST, work.actor)
        return MovePreview(
            target,
            is_current,
            tuple(_alike(work, judged, self.language)),
            tuple(case.reference for case in cases if case.id in waiting),
            tuple((move, stores.deployments.get(move.deployment_id), count) for move, count in latest),
        )


def _alike(work: Work, judged: Iterable[Judged], language: str) -> Iterable[Alike]:
    found: dict[tuple[UUID, tuple[tuple[str, str], ...], tuple[Reason, ...]], list[str]] = {}
    for each in judged:
        key = each.case.deployment_id, each.waits_in, each.reasons
        found.setdefault(key, []).append(each.case.reference)
    for key in sorted(found, key=lambda each: (bool(each[2]), -len(found[each]))):
        source_id, waits_in, reasons = key
        parsed, words = work.instances.models(source_id).parsed, work.instances.names(language)
        names = [
            (
                words.of(parsed.processes[process]),
                words.of(parsed.elements[process, element].name) or element,
            )
            for process, element in waits_in
        ]
        yield Alike(
            work.stores.deployments.get(source_id),
            tuple(names),
            tuple(sentence_of(each, language) for each in reasons),
            tuple(found[key]),
        )


@dataclass(frozen=True, slots=True)
class MoveLine:
    line: CaseMove
    source: Deployment
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovePage:
    move: Move
    target: Deployment
    lines: tuple[MoveLine, ...]
    can_approve: bool

    def count(self, *states: str) -> int:
        return sum(each.line.state in states for each in self.lines)

    @property
    def is_under_way(self) -> bool:
        return self.count(LineState.DUE, LineState.RETURN_DUE) > 0

    @property
    def finished(self) -> int:
        return len(self.lines) - self.count(LineState.DUE, LineState.RETURN_DUE, LineState.ASKED)


@dataclass(frozen=True)
class OpenMove(Query[MovePage]):
    """Return a move with a line for each of its cases."""

    move_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> MovePage:
        stores = work.stores
        move = stores.moves.get(self.move_id)
        lines = stores.moves.lines(move.id, work.actor)
        stores.access.log_list([line.case_id for line in lines], work.actor, "open_move", work.now)
        known: dict[UUID, Deployment] = {}
        for line in lines:
            if line.from_deployment_id not in known:
                known[line.from_deployment_id] = stores.deployments.get(line.from_deployment_id)
        return MovePage(
            move,
            stores.deployments.get(move.deployment_id),
            tuple(
                MoveLine(
                    line,
                    known[line.from_deployment_id],
                    tuple(sentence_of(Reason.from_json(each), self.language) for each in line.reasons),
                )
                for line in lines
            ),
            move.state is MoveState.ASKED and move.requester_id != work.actor.person_id,
        )
