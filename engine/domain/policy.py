"""The policy table: who may do what with a case, by role, relation and standing. What no rule allows is denied.

Commands and queries ask `decision`, pages ask `roles_of`, lists get their condition from `sight_of`; nothing else in the
program says who sees a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.domain.actions import Action as Action
from engine.domain.people import ANSWERERS, CASE_STAFF, STAFF, Role


class Relation(StrEnum):
    """How a person stands to a case. The first that fits holds."""

    DISQUALIFIED = "disqualified"
    """434/2003 27-30 §."""
    EMERGENCY = "emergency"
    """They opened it in an emergency, and the time is not over. Only the emergency's own page asks for this."""
    OWN = "own"
    """They are its caseworker, or an open task in it is theirs."""
    TEAM = "team"
    """It is a case of their team, of no team, or they work for the whole country."""
    OTHER = "other"


class Standing(StrEnum):
    """The state of a case that decides who sees it."""

    USUAL = "usual"
    RESTRICTED = "restricted"
    SEALED = "sealed"
    """Content from before the seal is read by the director only."""
    RESTRICTED_SEALED = "restricted_sealed"


class Part(StrEnum):
    """Fields of a case, in the groups in which they are shown."""

    EXISTENCE = "existence"
    """Reference, class, where it stands."""
    CONTACT = "contact"
    """The person's name, the safe ways to reach them, and the danger they are in."""
    TASKS = "tasks"
    CONTENT = "content"
    """Answers, parties, documents, decisions."""
    SEALED_CONTENT = "sealed_content"
    LOG = "log"
    """The names of those who have looked at it."""


ALL_STANDINGS: Final = frozenset(Standing)
NOT_RESTRICTED: Final = frozenset({Standing.USUAL, Standing.SEALED})
NOT_SEALED: Final = frozenset({Standing.USUAL, Standing.RESTRICTED})
ANY_RELATION: Final = frozenset({Relation.OWN, Relation.TEAM, Relation.OTHER})
"""Any but the disqualified, who see nothing of the case."""
HEADS: Final = frozenset({Role.MANAGER, Role.DIRECTOR})
WORKERS: Final = CASE_STAFF - HEADS
OFFICE: Final = frozenset(ANSWERERS)
USUAL_PARTS: Final = frozenset({Part.EXISTENCE, Part.CONTACT, Part.TASKS, Part.CONTENT})


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """Allows actions, or denies them, to roles that stand so to a case that stands so. The first rule that fits a cell
    decides it."""

    actions: frozenset[Action]
    roles: frozenset[Role]
    relations: frozenset[Relation] = ANY_RELATION
    standings: frozenset[Standing] = ALL_STANDINGS
    parts: frozenset[Part] = frozenset()
    """Shown where the rule allows. None: all that the person sees of the case."""
    sight: bool = True
    """The action is also denied where the person does not see the case."""
    allowed: bool = True

    def fits(self, action: Action, role: Role, relation: Relation, standing: Standing) -> bool:
        return (
            action in self.actions
            and role in self.roles
            and relation in self.relations
            and standing in self.standings
        )


def _acts(*actions: Action) -> frozenset[Action]:
    return frozenset(actions)


_SEE: Final = _acts(Action.SEE)
LINES: Final[tuple[PolicyLine, ...]] = (
    # Sight of cases.
    PolicyLine(_SEE, frozenset({Role.DIRECTOR}), parts=USUAL_PARTS | {Part.SEALED_CONTENT}, sight=False),
    PolicyLine(_SEE, frozenset({Role.MANAGER}), parts=USUAL_PARTS, sight=False),
    PolicyLine(_SEE, WORKERS, frozenset({Relation.OWN}), parts=USUAL_PARTS, sight=False),
    PolicyLine(_SEE, WORKERS, frozenset({Relation.TEAM}), NOT_RESTRICTED, parts=USUAL_PARTS, sight=False),
    # Actions of those who see a case.
    PolicyLine(
        _acts(
            Action.CASE_FILE,
            Action.PRINT_CASE,
            Action.CASE_STATUS,
            Action.DEADLINES,
            Action.TASK_PAGE,
            Action.NOTES_PAGE,
            Action.ARRIVALS_PAGE,
            Action.MEETINGS_PAGE,
            Action.READ_ANSWERS,
            Action.LIST_DOCUMENTS,
            Action.READ_DOCUMENT,
            Action.READ_ATTACHMENT,
            Action.READ_LETTER,
            Action.DRAW_LETTER,
            Action.READ_RESOLUTION,
            Action.READ_DELIVERY_PAPERS,
            Action.READ_DRAFT,
        ),
        CASE_STAFF,
    ),
    PolicyLine(
        _acts(
            Action.CLAIM_TASK,
            Action.RELEASE_TASK,
            Action.SET_FOLLOW_UP,
            Action.COMPLETE_TASK,
            Action.SAVE_DRAFT,
            Action.ATTACH_FILE,
            Action.NAME_VERSION,
            Action.BEGIN_NOTICE,
            Action.CORRELATE_MESSAGE,
            Action.WRITE_NOTE,
            Action.KEEP_NOTE_DRAFT,
            Action.KEEP_PAGE_DRAFT,
            Action.REGISTER_ARRIVAL,
            Action.SETTLE_ARRIVAL,
            Action.RETURN_ARRIVAL,
            # By who registered it, the caseworkers and the heads: see the command.
            Action.HIDE_DOCUMENT,
            Action.SHOW_DOCUMENT,
            Action.BOOK_MEETING,
            Action.END_MEETING,
        ),
        CASE_STAFF,
    ),
    PolicyLine(_acts(Action.ENQUIRY_NOTICES), OFFICE),
    # On call too: at night a phone stops being safe as well. Those who sign do not rewrite whom they decide about.
    PolicyLine(
        _acts(Action.PARTY_PAGE, Action.CHANGE_PARTY, Action.RECORD_PAGE, Action.CORRECT_RECORD),
        OFFICE | HEADS,
    ),
    PolicyLine(
        _acts(
            Action.KEEP_CONSENTS,
            Action.MANAGE_LINK,
            Action.READ_OUT_CODE,
            Action.MANAGE_READING,
            Action.GIVE_CODE,
            Action.GIVE_COPY,
        ),
        HEADS | {Role.CASEWORKER},
    ),
    PolicyLine(_acts(Action.DELIVER_REPLY), frozenset({Role.CASEWORKER})),
    PolicyLine(
        _acts(Action.ASSIGN_TASK, Action.ASSIGN_CASE, Action.REASSIGNMENT, Action.EXTEND_DEADLINE), HEADS
    ),
    PolicyLine(_acts(Action.RETRY_INCIDENT), HEADS),
    PolicyLine(_acts(Action.RETRY_INCIDENT), frozenset({Role.ADMINISTRATOR}), sight=False),
    # The log is read beside the case: an auditor sees who looked and nothing of what they saw.
    PolicyLine(_acts(Action.WHO_LOOKED, Action.TAKE_LOG_EXTRACT), HEADS, parts=frozenset({Part.LOG})),
    PolicyLine(
        _acts(Action.WHO_LOOKED, Action.TAKE_LOG_EXTRACT),
        frozenset({Role.AUDITOR}),
        parts=frozenset({Part.LOG}),
        sight=False,
    ),
    PolicyLine(_acts(Action.EXPORT_CASE), frozenset({Role.DIRECTOR})),
    PolicyLine(
        _acts(Action.EXPORT_CASE),
        frozenset({Role.SYSTEM}),
        parts=USUAL_PARTS | {Part.SEALED_CONTENT},
        sight=False,
    ),
    # A process owner moves cases by reference and position; who is restricted stays unknown to them.
    PolicyLine(
        _acts(Action.PREVIEW_MOVE),
        frozenset({Role.PROCESS_OWNER}),
        standings=NOT_RESTRICTED,
        parts=frozenset({Part.EXISTENCE}),
        sight=False,
    ),
    PolicyLine(
        _acts(Action.PREVIEW_MOVE),
        frozenset({Role.SYSTEM}),
        parts=frozenset({Part.EXISTENCE}),
        sight=False,
    ),
    # Of both cases: a link or a joint handling opens neither to those who do not see it.
    PolicyLine(_acts(Action.LIKELY_DUPLICATES), CASE_STAFF),
    PolicyLine(_acts(Action.LINK_CASES), OFFICE | HEADS),
    PolicyLine(_acts(Action.HANDLE_TOGETHER), HEADS | {Role.CASEWORKER}),
    # The caseworker may hide their own case at once; that it may be seen again is decided by a head.
    PolicyLine(_acts(Action.VISIBILITY_PAGE, Action.DECLARE_DISQUALIFICATION), CASE_STAFF),
    PolicyLine(_acts(Action.RESTRICT_CASE), frozenset({Role.CASEWORKER}), frozenset({Relation.OWN})),
    PolicyLine(
        _acts(
            Action.RESTRICT_CASE,
            Action.LIFT_RESTRICTION,
            Action.RECORD_DISQUALIFICATION,
            Action.LIFT_DISQUALIFICATION,
        ),
        HEADS,
    ),
    # Days of destruction, and holds. Another head lifts a hold than the one who placed it: see the command.
    PolicyLine(_acts(Action.RETENTION_PAGE), OFFICE | HEADS),
    PolicyLine(_acts(Action.PLACE_HOLD, Action.LIFT_HOLD), HEADS),
    # Nobody's safety waits for those with a right to the case: half an hour, with a reason, reviewed by a second person.
    PolicyLine(
        _acts(Action.OPEN_IN_EMERGENCY),
        WORKERS,
        frozenset({Relation.TEAM}),
        frozenset({Standing.RESTRICTED}),
        sight=False,
    ),
    PolicyLine(
        _acts(Action.OPEN_IN_EMERGENCY),
        WORKERS,
        frozenset({Relation.OTHER}),
        NOT_SEALED,
        sight=False,
    ),
    PolicyLine(
        _acts(Action.EMERGENCY_FILE),
        WORKERS,
        frozenset({Relation.EMERGENCY}),
        NOT_SEALED,
        parts=frozenset({Part.EXISTENCE, Part.CONTACT, Part.TASKS}),
        sight=False,
    ),
    PolicyLine(_acts(Action.REVIEW_EMERGENCY), HEADS),
    # Everything else.
    PolicyLine(
        frozenset(Action),
        STAFF | {Role.SYSTEM},
        frozenset(Relation),
        sight=False,
        allowed=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the table for one person and one case."""

    allowed: bool
    parts: frozenset[Part] = frozenset()


DENIED: Final = Decision(allowed=False)
Sight = Mapping[Standing, frozenset[Relation]]
"""The relations in which somebody sees a case, by the case's standing."""


@dataclass
class Policy:
    """The rules, with the answers that were asked for kept: a page asks for the same few again and again."""

    rules: tuple[PolicyLine, ...]
    _kept: dict[tuple[Action, frozenset[Role], Relation, Standing], Decision] = field(default_factory=dict)
    _roles: dict[Action, frozenset[Role]] = field(default_factory=dict)

    def decision(
        self, action: Action, roles: frozenset[Role], relation: Relation, standing: Standing
    ) -> Decision:
        cell = action, roles, relation, standing
        if cell not in self._kept:
            self._kept[cell] = self._decided(*cell)
        return self._kept[cell]

    def _decided(
        self, action: Action, roles: frozenset[Role], relation: Relation, standing: Standing
    ) -> Decision:
        deciding = [self.line_of(action, role, relation, standing) for role in roles]
        found = [rule for rule in deciding if rule is not None and rule.allowed]
        seen = DENIED
        if any(rule.sight for rule in found):
            seen = self.decision(Action.SEE, roles, relation, standing)
            found = found if seen.allowed else [rule for rule in found if not rule.sight]
        if not found:
            return DENIED
        shown = (rule.parts or (seen.parts if rule.sight else rule.parts) for rule in found)
        return Decision(allowed=True, parts=frozenset[Part]().union(*shown))

    def line_of(
        self, action: Action, role: Role, relation: Relation, standing: Standing
    ) -> PolicyLine | None:
        """Return the first rule that fits the cell; None for a role that the table does not know."""
        return next((rule for rule in self.rules if rule.fits(action, role, relation, standing)), None)

    def roles_of(self, action: Action) -> frozenset[Role]:
        """Return the roles to which the action is allowed on some case."""
        if action not in self._roles:
            self._roles[action] = frozenset(role for role in Role if self.admits(action, frozenset({role})))
        return self._roles[action]

    def admits(self, action: Action, roles: frozenset[Role]) -> bool:
        """Return True if the action is allowed to somebody with these roles on some case."""
        return any(
            self.decision(action, roles, relation, standing).allowed
            for relation in Relation
            for standing in Standing
        )

    def sight_of(self, roles: frozenset[Role], action: Action = Action.SEE) -> Sight:
        return {
            standing: frozenset(
                relation for relation in Relation if self.decision(action, roles, relation, standing).allowed
            )
            for standing in Standing
        }


POLICY = Policy(LINES)


def decision(action: Action, roles: frozenset[Role], relation: Relation, standing: Standing) -> Decision:
    return POLICY.decision(action, roles, relation, standing)


def admits(action: Action, roles: frozenset[Role]) -> bool:
    return POLICY.admits(action, roles)


def roles_of(action: Action) -> frozenset[Role]:
    return POLICY.roles_of(action)


def sight_of(roles: frozenset[Role], action: Action = Action.SEE) -> Sight:
    return POLICY.sight_of(roles, action)


def reads_sealed(roles: frozenset[Role], standing: Standing) -> bool:
    """Return True if somebody with these roles reads what is sealed, in a case that they see."""
    seen = (decision(Action.SEE, roles, relation, standing) for relation in ANY_RELATION)
    return any(Part.SEALED_CONTENT in each.parts for each in seen)


def asks_proof(parts: Iterable[Part], standing: Standing) -> bool:
    """Return True if a fresh proof of the person is asked before these parts are read: the case is restricted, or they
    would read what is sealed to others."""
    if standing in (Standing.RESTRICTED, Standing.RESTRICTED_SEALED):
        return True
    return standing is Standing.SEALED and Part.SEALED_CONTENT in parts
