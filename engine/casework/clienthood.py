"""The clienthood of an admitted case as the record knows it, and the removal that begins beside the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from engine.casework.appeals import is_sent_back
from engine.casework.court_rulings import FORM as RULING
from engine.casework.court_rulings import rulings
from engine.casework.decision_corrections import lapse_reason_of
from engine.casework.kept_decisions import is_dead
from engine.casework.taken_back import lapses_by_death
from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.clienthood import DEATH, Clienthood, NoClienthood, RemovalOpen
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.storage.submissions import Submission
from engine.storage.timeline import CaseEvent

REMOVAL_NEEDED: Final = "removal_needed"
"""Starts an instance of its own in which a removal is assessed."""
UNDONE: Final = "clienthood_undone"
"""Ends a removal that is not decided yet: nobody is left to be removed."""
PROCESS: Final = "removal"
HANDOVER: Final = "service_handover"
"""The notice by which the organiser of help hears of a new client (746/2011 38 a, 58 §)."""
ENDED: Final = "clienthood_ended"
RESTORED: Final = "clienthood_restored"
ASSESSMENT: Final = "removal_assessment"
NOT_ASKED: Final = "not_asked"
"""Answer that the person who wished to leave could not be asked if they stay."""
REMOVAL_BEGUN: Final = "removal_begun"
WISHED: Final = "wish_to_leave"
"""Decision table of how long each class of data is kept."""


def clienthood_of(work: Work, case: Case) -> Clienthood | None:
    """Return None for a case that was never admitted, or is admitted no more: refused after a court sent it back. An oral
    decision that somebody else wrote down admits once its giver has confirmed it."""
    began = _beginning(work, case)
    if began is None:
        return None
    since, by = began
    until: date | None = None
    ground: str | None = None
    for event in _events(work, case):
        if event.kind == ENDED:
            until, ground = date.fromisoformat(str(event.facts["ended_on"])), event.subject
        elif event.kind == RESTORED:
            until = ground = None
    return Clienthood(since, by, until, ground)


def ended_by_death(work: Work, case: Case) -> bool:
    found = clienthood_of(work, case)
    return found is not None and found.ground == DEATH


def has_died(work: Work, case: Case) -> bool:
    """True if the record says that the person has died: a client, one who was to be served, one whose matter lapses by it."""
    if ended_by_death(work, case) or lapses_by_death(work, case) or lapse_reason_of(work, case) == "death":
        return True
    return any(is_dead(each) for each in work.stores.deliveries.of_case(case.id))


def runs(work: Work, case: Case) -> bool:
    found = clienthood_of(work, case)
    return found is not None and found.runs


def is_handed_over_no_more(work: Work, case: Case, task: UserTask) -> bool:
    """True in the task of sending the hand-over of somebody who is a client no more."""
    if task.form_key != "send_notice" or runs(work, case):
        return False
    return work.instances.scope_of(case, task.instance_id, task.task_key).get("notice") == HANDOVER


def ended_on(work: Work, case: Case) -> date:
    """Return the first day on which somebody who is a client no more was none."""
    found = clienthood_of(work, case)
    if found is not None and found.until is not None:
        return found.until
    decided = [
        day_of(each.signed_at)
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == "admission"
        and each.state == "signed"
        and each.signed_at is not None
        and not Outcome(each.outcome).is_admission
    ]
    return max(decided, default=work.today)


def _beginning(work: Work, case: Case) -> tuple[date, str] | None:
    if case.outcome is not None and not case.outcome.is_admission:
        return None
    begun = [
        (day_of(each.given_at), "oral_decision")
        for each in work.stores.oral_decisions.standing(case.id)
        if each.outcome in list(Outcome) and Outcome(each.outcome).is_admission
    ]
    begun += [
        (day_of(each.signed_at), "resolution")
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == "admission"
        and each.state == "signed"
        and each.signed_at is not None
        and Outcome(each.outcome).is_admission
    ]
    if not begun and case.outcome is not None:
        ended = work.stores.timeline.of_case(case.id, "appeal_ended")
        found = rulings(ended, work.stores.submissions.of_case(case.id, RULING)).values()
        # The day of the ruling, which may reach the record weeks later; of versions before, the day of its recording.
        begun = [
            (each.decided_on or day_of(each.recorded_at), "court")
            for each in found
            if each.result == "changed"
        ]
    return min(begun, default=None)


def _events(work: Work, case: Case) -> tuple[CaseEvent, ...]:
    return work.stores.timeline.of_case(case.id, ENDED, RESTORED)


def removal_begins(work: Work, case: Case) -> bool:
    """True if a removal may begin: the person is a client by a decision that stands, and the version of the models has
    the process."""
    if REMOVAL_NEEDED not in work.instances.models(case.deployment_id).parsed.starts:
        return False
    return runs(work, case) and not is_sent_back(work, case) and not lapses_by_death(work, case)


def is_open(work: Work, case: Case) -> bool:
    """True while a removal is being assessed, decided, served or appealed against."""
    return any(each.process_key == PROCESS for each in work.stores.instances.running_in(case.id))


def begin_removal(work: Work, case: Case, *, wished: bool = False) -> None:
    """Begin the assessment of a removal, also in a case that was closed. A second one is not begun beside the first.

    `wished`: the person wants to leave, which after an admission withdraws nothing (38 f §).
    """
    if not removal_begins(work, case):
        raise NoClienthood
    if wished:
        work.record(case.id, WISHED)
    if is_open(work, case):
        if wished:
            return
        raise RemovalOpen
    work.instances.reopen(case)
    work.record(case.id, REMOVAL_BEGUN, "wish" if wished else "staff")
    work.instances.start(case, REMOVAL_NEEDED, removal_variables(case, wished=wished))


def wished_to_leave_on(work: Work, case: Case) -> date | None:
    """Return the day of the last wish to leave, with which the newest removal began, or since; also of one before that nobody
    could ask the person about. None without one."""
    wished: date | None = None
    assessed = work.stores.submissions.of_case(case.id, ASSESSMENT)
    for event in work.stores.timeline.of_case(case.id, REMOVAL_BEGUN, WISHED):
        if event.kind == WISHED:
            wished = day_of(event.at)
        elif event.subject != "wish" and not _is_unasked_before(assessed, event.at):
            wished = None
    return wished


def _is_unasked_before(assessed: Sequence[Submission], moment: datetime) -> bool:
    before = [each.answers for each in assessed if each.sent_at < moment]
    return bool(before) and before[-1].get("stay_confirmed") == NOT_ASKED


def owe_removal(work: Work, case: Case, *, wished: bool = False) -> None:
    """Begin a removal in a transaction of its own: from inside of a step that belongs to another instance."""
    work.stores.starts.add(case.id, REMOVAL_NEEDED, to_json(removal_variables(case, wished=wished)), work.now)


def end_removal_of_nobody(work: Work, case: Case, outcome: Outcome) -> None:
    """End a removal not decided yet, through a due row, if this outcome of its case leaves no clienthood."""
    waits = UNDONE in work.stores.subscriptions.names_in(case.id)
    if waits and not runs(work, replace(case, outcome=outcome)):
        work.stores.starts.add(case.id, UNDONE, {}, work.now)


def end_removal_of_dead(work: Work, case: Case) -> None:
    """End a removal not decided yet, through a due row: nobody asks a person who died, or those who speak for them."""
    end_undecided(work, case)


def end_undecided(work: Work, case: Case) -> None:
    """End a removal not decided yet, through a due row."""
    if UNDONE in work.stores.subscriptions.names_in(case.id):
        work.stores.starts.add(case.id, UNDONE, {}, work.now)


def removal_variables(case: Case, *, wished: bool) -> dict[str, object]:
    return {
        "outcome": case.outcome.value if case.outcome else None,
        "case_class": case.case_class,
        "leaving_wished": wished,
        **dict.fromkeys(
            (
                "correction_key",
                "removal_entry",
                "only_recipient",
                "is_added",
                "removal_proposal",
                "removal_ground",
                "takes_effect",
            )
        ),
    }


def move_end(work: Work, case: Case, ended_on: date) -> None:
    """Carry a corrected day to the clienthood's end."""
    found = clienthood_of(work, case)
    if found is not None and found.until not in (None, ended_on):
        work.record(case.id, ENDED, found.ground, ended_on=ended_on.isoformat())


def restore_clienthood(work: Work, case: Case, cause: str) -> None:
    """Undo an end whose decision a court has not upheld, nobody has received, or another decision replaces. What was to be
    destroyed is kept."""
    found = clienthood_of(work, case)
    if found is not None and not found.runs:
        work.record(case.id, RESTORED, cause)
        work.stores.retention.take_back(case.id)


def admission_stands(work: Work, case: Case) -> bool:
    """True if the decision on the case admits the person, and no court has sent it back."""
    return case.outcome is not None and case.outcome.is_admission and not is_sent_back(work, case)


def admit_again(work: Work, case: Case, outcome: Outcome, *, stood: bool) -> None:
    """Restore the clienthood of who was removed and is admitted again.

    `stood`: an admission stood before this decision. Another ground for it undoes no removal. Nobody who died is a client.
    """
    admitted = replace(case, outcome=outcome)
    found = clienthood_of(work, admitted)
    if outcome.is_admission and not stood and found is not None and found.ground != DEATH:
        restore_clienthood(work, admitted, "admitted")
