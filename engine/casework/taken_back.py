"""A withdrawal that the person takes back before its lapse is signed: the application is pending, and is examined on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.casework.parties_heard import speaks_for_a_child
from engine.casework.posting import ASKING, POSTING
from engine.clock import day_of
from engine.domain.acts import Act
from engine.domain.ages import age_of
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.domain.consents import GIVEN, HOW, REFERRAL, WITHDRAWN, newest
from engine.domain.interpreters import chosen
from engine.domain.law import OWN_SAY_AGE
from engine.domain.notes import ContactEntry, Note, NoteKind
from engine.domain.people import Role
from engine.domain.safe_contact import IN_PERSON
from engine.domain.tasks import UserTask
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.database import new_id
from engine.storage.timeline import CaseEvent

TAKEN_BACK: Final = "withdrawal_taken_back"
"""Message that ends the question about a withdrawal, and the making of its lapse."""
REASON: Final = "Henkilö otti peruuttamisensa takaisin."
BROUGHT_BY: Final = ("applicant", "guardian", "representative", "agent", "referrer", "other")
"""From whom we know of a withdrawal. Nothing follows before the person has confirmed it."""
CONFIRMATION: Final = "withdraw"
"""Form of the task in which a withdrawal is confirmed with the person."""
_WAYS: Final = {"phone": "phone", "in_person": IN_PERSON, "writing": "post"}
"""Ways of a consent as those of a contact."""
_LAPSE: Final = frozenset({"prepare_resolution", "sign_resolution"})


class WithdrawalBare(Invalid):
    sentence = "Kerro, miten, minä päivänä ja kenen kautta peruuttaminen tuli. Pelkkä viesti ei riitä."


@dataclass(frozen=True, slots=True)
class BroughtWithdrawal:
    """How a withdrawal came to us: it is recorded with its way, its day and its source, also when a program delivers it."""

    how: str
    withdrawn_on: date | None
    brought_by: str
    interpreted: str = ""

    def facts(self, today: date) -> Mapping[str, str]:
        """Return the days and words of the timeline. Raise Invalid beside what is missing or can't be."""
        if self.how not in HOW:
            raise Invalid("Valitse, miten peruuttaminen kerrottiin.", field="how")
        if self.withdrawn_on is None or self.withdrawn_on > today:
            raise Invalid(
                "Kirjoita päivä, jona henkilö peruutti. Se ei voi olla tulevaisuudessa.", field="withdrawn_on"
            )
        if self.brought_by not in BROUGHT_BY:
            raise Invalid("Valitse, kuka peruuttamisesta kertoi.", field="brought_by")
        facts = {"channel": self.how, "on": self.withdrawn_on.isoformat(), "by": self.brought_by}
        interpreter = chosen(self.interpreted)
        return facts if interpreter is None else {**facts, "interpreter": interpreter.value}


def is_asked(work: Work, case: Case) -> bool:
    """True while a withdrawal waits to be confirmed with the person."""
    return any(task.form_key == CONFIRMATION for task in work.stores.tasks.open_in(case.id))


def paused_on(work: Work, case: Case) -> date | None:
    """Return the day of a withdrawal that waits to be confirmed: nothing more is asked for the application until then."""
    return (withdrawn_on(work, case) or work.today) if is_asked(work, case) else None


def pause_behind_request(work: Work, case: Case, task: UserTask) -> Mapping[Act, date]:
    """Return the day from which requests stand still, for the task in which one leaves or is asked aloud."""
    if task.form_key not in (POSTING, ASKING):
        return {}
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    paused = paused_on(work, case) if isinstance(scope.get("request"), Mapping) else None
    return {Act.REQUESTS_PAUSE: paused} if paused is not None else {}


class RequestsPaused(Invalid):
    sentence = (
        "Henkilö on peruuttanut hakemuksensa, eikä sitä ole vielä varmistettu. Mitään ei kysytä ennen sitä: tee ensin tehtävä "
        "”Varmista peruutus”."
    )


def require_before_pause(work: Work, case: Case, asked_on: date, *, field: str) -> None:
    """Raise RequestsPaused for what leaves, or is asked, after the day of a withdrawal that nobody has confirmed. What left
    before had left, and on that day with a reason (`ORDERS` of `domain/chronology.py`)."""
    paused = paused_on(work, case)
    if paused is not None and asked_on > paused:
        raise RequestsPaused(field=field)


def require_not_paused(work: Work, case: Case, *, field: str) -> None:
    """Raise RequestsPaused for what would leave now."""
    if is_asked(work, case):
        raise RequestsPaused(field=field)


def lapses_by_withdrawal(work: Work, case: Case) -> bool:
    """True while the lapse of a confirmed withdrawal is prepared or waits for its signature."""
    return _lapses(work, case, "withdrawn")


def lapses_by_death(work: Work, case: Case) -> bool:
    """True while the lapse of the matter of a person who has died is prepared or waits for its signature."""
    return _lapses(work, case, "death")


def _lapses(work: Work, case: Case, reason: str) -> bool:
    for task in work.stores.tasks.open_in(case.id):
        if task.form_key in _LAPSE:
            scope = work.instances.scope_of(case, task.instance_id, task.task_key)
            if scope.get("lapse_reason") == reason and scope.get("direction") == "lapse":
                return True
    return False


def may_take_back(work: Work, case: Case) -> bool:
    """False in a version of the models in which nothing waits for it, and where the lapse has another reason."""
    if work.stores.subscriptions.find(case.id, TAKEN_BACK) is None:
        return False
    return is_asked(work, case) or lapses_by_withdrawal(work, case)


def withdrawn_on(work: Work, case: Case) -> date | None:
    """Return the day of the withdrawal that may be taken back: of its confirmation, or else of its arrival."""
    if lapses_by_withdrawal(work, case):
        confirmed = work.stores.submissions.latest(case.id, CONFIRMATION)
        on = from_json(confirmed.answers).get("confirmed_on") if confirmed else None
        if isinstance(on, date):
            return on
    arrived = [
        each.arrived_on
        for each in work.stores.arrivals.of_case(case.id)
        if each.kind is ArrivalKind.WITHDRAWAL
    ]
    if arrived:
        return max(arrived)
    kinds = ("message_received", "withdrawal_received")
    events = (each for each in work.stores.timeline.of_case(case.id, *kinds) if _is_withdrawal(each))
    return max((_withdrawn_on(each) for each in events), default=None)


def _withdrawn_on(event: CaseEvent) -> date:
    """Return the day on which the person withdrew, if it was recorded; else the day on which we learned of it."""
    on = event.facts.get("on")
    return date.fromisoformat(on) if isinstance(on, str) else day_of(event.at)


def _is_withdrawal(event: CaseEvent) -> bool:
    is_message = event.kind == "message_received" and event.subject == "application_withdrawn"
    return is_message or event.kind == "withdrawal_received"


def has_speaker(work: Work, case: Case) -> bool:
    """True where somebody speaks for a child under fifteen; from that age the child's own will counts (434/2003 14 §)."""
    parties = work.stores.parties.of_case(case.id)
    person = next((each for each in parties if each.kind == "applicant"), None)
    age = age_of(person.identity, work.today) if person else None
    is_little = person is not None and person.is_minor_on(work.today) and (age is None or age < OWN_SAY_AGE)
    return is_little and any(speaks_for_a_child(each) and not each.is_silent for each in parties)


def keep_words(
    work: Work, case: Case, words: str, how: str, on: date, other: str = "", interpreter: str = ""
) -> None:
    """Keep the words as a contact with the person, beside the case; of `other`, a contact with whom they name."""
    person = None if other else work.stores.parties.applicant_of(case.id)
    contact = ContactEntry(person.id if person else None, other, _WAYS[how], on, "", interpreted=interpreter)
    work.stores.notes.add(
        Note(
            id=new_id(),
            case_id=case.id,
            kind=NoteKind.CONTACT,
            refers_to=None,
            settles=None,
            follow_up_on=None,
            followed_up_at=None,
            written_by=work.actor.person_id,
            written_by_name=work.actor.name,
            written_at=work.now,
            text=words,
            contact=contact,
        )
    )
    work.record(case.id, "note_written", NoteKind.CONTACT.value)


def take_back(
    work: Work, case: Case, how: str, on: date, role: Role, *, by: str = "person", interpreter: str = ""
) -> None:
    """Go on as before the withdrawal. A draft of the lapse is sent back, and the consent that was withdrawn with the
    application is an entry of the ledger again."""
    for each in work.stores.resolutions.of_case(case.id):
        if each.state == "prepared" and each.outcome == "lapsed":
            work.stores.resolutions.send_back(each, REASON)
    withdrawn = newest(work.stores.consents.of_case(case.id), REFERRAL)
    if withdrawn is not None and withdrawn.state == WITHDRAWN:
        work.stores.consents.record(
            case.id,
            purpose=REFERRAL,
            recipient=withdrawn.recipient,
            state=GIVEN,
            text_version=withdrawn.text_version,
            recorded_by_role=role.value,
            moment=work.now,
            language=withdrawn.language,
            given_how=how,
            interpreter=chosen(interpreter),
            given_on=on,
            recorded_by=work.actor.person_id,
        )
    work.record(case.id, TAKEN_BACK, channel=how, on=on.isoformat(), by=by)
    work.instances.correlate(case, TAKEN_BACK, None, {})
