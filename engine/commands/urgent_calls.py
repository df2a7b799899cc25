"""The urgent call: kept from the first key, recorded in one sitting with what a decision-maker decided aloud in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent, sealed_by_class
from engine.casework.recordings.oral_decision import Spoken, write_down
from engine.casework.spoken_givers import Decider, deciders, require_giver
from engine.clock import HELSINKI, day_of, moment_of
from engine.commands.applications import (
    RECORDS_CALLS,
    Receipt,
    called_at,
    judged,
    open_with,
    opening_form,
    receipt_of,
)
from engine.commands.public_drafts import MOST_CHARACTERS
from engine.domain.cases import Case, Channel
from engine.domain.notes import ContactEntry, Note, NoteKind
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, KeyReused, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person, require_role
from engine.storage.database import new_id
from engine.storage.urgent_calls import UrgentCall
from forms.definition import FormDefinition

SPOKEN: Final = "spoken_decision"
"""The form on which the one who takes the call writes what was decided aloud, and what was promised."""
LATELY: Final = timedelta(hours=1)
"""So long a colleague who has typed in a call counts as taking it, and a call that has just ended as one that is going on."""


class CallRecorded(Conflict):
    """Refusal of other words for a call that is recorded: they may be the next caller's."""

    sentence = "Tämä puhelu on jo kirjattu."


@dataclass(frozen=True)
class KeepUrgentCall(Command[datetime]):
    """Keep what is typed in the actor's call, right or wrong, until it is recorded. Return when."""

    call_id: UUID
    typed: Mapping[str, Sequence[str]] = field(repr=False)

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS)
        require_person(work)

    def execute(self, work: Work) -> datetime:
        person_id = require_person(work)
        if sum(len(text) for texts in self.typed.values() for text in texts) > MOST_CHARACTERS:
            raise Invalid("Luonnos on liian pitkä tallennettavaksi.")
        work.stores.urgent_calls.lock(self.call_id)
        require_unrecorded(work, self.call_id)
        work.stores.urgent_calls.keep(self.call_id, person_id, self.typed, work.now)
        return work.now


@dataclass(frozen=True)
class DropUrgentCall(Command[None]):
    """Destroy the draft of a call that was none."""

    call_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS)
        require_person(work)

    def execute(self, work: Work) -> None:
        work.stores.urgent_calls.end(self.call_id, require_person(work))


@dataclass(frozen=True)
class RecordUrgentCall(Command[Receipt]):
    """Open a case from an urgent call, with the decision that was spoken in it. The same words sent twice are one case;
    raise CallRecorded for others."""

    call_id: UUID
    sent: Sent = field(repr=False)
    spoken: Sent = field(default_factory=dict, repr=False)

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS)
        require_person(work)

    def execute(self, work: Work) -> Receipt:
        person_id = require_person(work)
        work.stores.urgent_calls.lock(self.call_id)
        key = work.stores.urgent_calls.key(self.call_id, person_id)
        asked_for = [dict(self.sent), dict(self.spoken)]
        if recorded_as(work, key) is not None:
            return _known(work, key, asked_for)
        require_unrecorded(work, self.call_id)
        intake, second = opening_form(work, Channel.URGENT, ""), spoken_form(work)
        asked = [(intake, self.sent), *([] if second is None else [(second, self.spoken)])]
        answers, *rest = judged(work, *asked)
        spoken = rest[0] if rest else {}
        came = called_at(work, answers)
        decision = _decision(work, answers, spoken, came)
        if decision is not None:
            _require_its_call(decision.at, came, self._begun(work))
            _require_urgent(answers)
            # It was made in the call: that came no later than it.
            came = came or decision.at
            _require_consent_before(second, answers, spoken)
        _require_whole_agreement(work, spoken)
        receipt = open_with(work, Channel.URGENT, intake, answers, key, came)
        case = work.stores.cases.by_reference(receipt.reference)
        if second is not None:
            self._store(work, case, second, spoken)
        if decision is not None:
            models = work.instances.models(case.deployment_id)
            write_down(work, case, models, decision)
        _note_agreed(work, case, spoken, came or work.now)
        work.stores.program_acts.add(key, case.id, asked_for, None, work.now)
        work.stores.urgent_calls.end(self.call_id, person_id)
        return receipt

    def _begun(self, work: Work) -> datetime:
        call = work.stores.urgent_calls.get(self.call_id)
        return call.started_at if call is not None else work.now

    def _store(self, work: Work, case: Case, form: FormDefinition, spoken: Mapping[str, Any]) -> None:
        work.stores.submissions.add(
            case_id=case.id,
            form_key=form.key,
            deployment_id=case.deployment_id,
            by_class=sealed_by_class(form, spoken),
            sent_at=work.now,
            sent_by=work.actor.person_id,
            sent_by_role=Role.ON_CALL,
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """The case, or the enquiry without a name, that a call has become."""

    reference: str
    enquiry_id: UUID | None = None
    """None of a case."""


@dataclass(frozen=True, slots=True)
class UrgentCallPage:
    form: FormDefinition
    spoken: FormDefinition | None
    """None in a version of the models from before it."""
    deciders: tuple[Decider, ...]
    """Those who may decide aloud today, by name."""
    call: UrgentCall | None
    typed: Mapping[str, Sequence[str]]
    is_unopenable: bool
    """True where what was typed does not open any more."""
    recorded: Recorded | None
    """By the actor, or a colleague who took it over."""
    own: tuple[UrgentCall, ...]
    """The actor's other calls that are not recorded yet."""
    colleagues: tuple[tuple[str, UrgentCall], ...]
    """Calls that others are taking now, with their names and no word of them."""
    now: datetime


@dataclass(frozen=True)
class OpenUrgentCall(Query[UrgentCallPage]):
    """Return the page of an urgent call: its forms, the actor's draft, who may decide, and who else takes a call."""

    call_id: UUID
    language: str = "fi"
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS)
        require_person(work)

    def execute(self, work: Work) -> UrgentCallPage:
        person_id, models = require_person(work), work.instances.models(work.stores.deployments.current().id)
        calls = work.stores.urgent_calls
        found = calls.read(self.call_id, person_id, work.now)
        others = [each for each in calls.under_way() if each.id != self.call_id]
        people = {each.id: each.name for each in work.stores.people.all()}
        spoken = spoken_form(work)
        return UrgentCallPage(
            form=models.form_in(opening_form(work, Channel.URGENT, "").key, self.language),
            spoken=None if spoken is None else models.form_in(SPOKEN, self.language),
            deciders=deciders(work, work.today),
            call=found[0] if found else None,
            typed=(found[1] or {}) if found else {},
            is_unopenable=found is not None and found[1] is None,
            recorded=recorded_as(work, *_keys(work, self.call_id)),
            own=tuple(each for each in others if each.person_id == person_id),
            colleagues=tuple(
                (people.get(each.person_id, ""), each)
                for each in others
                if each.person_id != person_id and each.saved_at >= work.now - LATELY
            ),
            now=work.now,
        )


def recorded_as(work: Work, *keys: str) -> Recorded | None:
    application = work.stores.applications.by_idempotency_key(*keys)
    if application is not None:
        return Recorded(work.stores.cases.get(application.case_id).reference)
    enquiry = work.stores.enquiries.by_idempotency_key(*keys)
    return None if enquiry is None else Recorded(enquiry.reference, enquiry.id)


def require_unrecorded(work: Work, call_id: UUID) -> None:
    """Raise CallRecorded of a call that is recorded, also by a colleague who took it over while a page of it stayed open."""
    if recorded_as(work, *_keys(work, call_id)) is not None:
        raise CallRecorded


def _keys(work: Work, call_id: UUID) -> list[str]:
    """Return the keys under which anybody has recorded the call, if it is recorded."""
    return [work.stores.urgent_calls.key(call_id, each.id) for each in work.stores.people.all()]


def _known(work: Work, key: str, asked_for: Any) -> Receipt:
    """Return the receipt of a call recorded with the same words. Raise CallRecorded for other words, and where nobody
    can say any more if they are the same."""
    try:
        done = work.stores.program_acts.find(key, asked_for)
    except KeyReused:
        done = None
    known = receipt_of(work, key)
    if done is None or known is None:
        raise CallRecorded
    return known


def spoken_form(work: Work) -> FormDefinition | None:
    """Return the form of the spoken decision; None in a version of the models that has none."""
    try:
        return work.instances.models(work.stores.deployments.current().id).form(SPOKEN)
    except NotFound:
        return None


def _decision(
    work: Work, answers: Mapping[str, Any], spoken: Mapping[str, Any], came: datetime | None
) -> Spoken | None:
    """Return the decision that was spoken. Raise Invalid beside its field for one who may not decide, or an hour to come
    or before the call came."""
    if spoken.get("decided") != "yes":
        return None
    moment = moment_of(spoken["decided_on"], str(spoken["decided_hour"]))
    if came is not None and moment < came:
        raise Invalid(
            "Päätös on kirjattu aiemmaksi kuin puhelu, jonka aikana se tehtiin. Korjaa jompikumpi aika.",
            field="decided_hour",
        )
    if moment > work.now:
        raise Invalid(
            "Kellonaika on tulevaisuudessa. Tarkista tunti ja päivä: puoliyön jälkeen päivä vaihtuu.",
            field="decided_hour",
        )
    giver = work.stores.people.get(UUID(str(spoken["decided_by"])))
    region = str(answers.get("region") or "")
    require_giver(work, giver, str(spoken["oral_ground"]), spoken["decided_on"], region)
    return Spoken(giver.id, moment, str(spoken["oral_ground"]), str(spoken["test_reasons"]))


def _require_its_call(at: datetime, came: datetime | None, begun: datetime) -> None:
    """Raise Invalid of a decision that is older than the call as it is written down: after midnight the day that stands in the
    form is the one before, and the case would arrive, and its days run, from an hour at which nobody called."""
    if came is None and at < begun - LATELY:
        raise Invalid(
            "Tämä aika on yli tuntia ennen kuin puhelua alettiin kirjata. Tarkista päivä ja kellonaika: puoliyön jälkeen päivä "
            "vaihtuu. Jos puhelu tuli jo silloin, vastaa myös kohtaan ”Minä päivänä puhelu tuli?”.",
            field="decided_hour",
        )


def _require_urgent(answers: Mapping[str, Any]) -> None:
    """Only what is urgent is decided aloud (434/2003 43 §), and only an urgent case leads to the task that completes it."""
    if answers.get("urgent") == "no":
        raise Invalid(
            "Päätös tehdään suullisesti vain kiireellisessä asiassa. Jos päätös tehtiin, tilanne on kiireellinen.",
            field="urgent",
        )


def _require_consent_before(
    form: FormDefinition | None, answers: Mapping[str, Any], spoken: Mapping[str, Any]
) -> None:
    """Nobody is admitted without consent (746/2011 38 a §): one dated after the decision needs a reason."""
    is_asked = form is not None and "consent_after_reasons" in form.by_key
    consent_on = answers.get("consent_on")
    if not is_asked or not isinstance(consent_on, date) or spoken.get("consent_after_reasons"):
        return
    if consent_on > spoken["decided_on"]:
        raise Invalid(
            "Suostumus on päivätty päätöksen jälkeen. Tarkista päivät, tai kirjoita, miksi päätös tehtiin ennen suostumusta.",
            field="consent_after_reasons",
        )


def _require_whole_agreement(work: Work, spoken: Mapping[str, Any]) -> None:
    """A day brings the case back for something, and not to yesterday's list."""
    day = spoken.get("promised_on")
    if day is None:
        return
    if not str(spoken.get("promised") or "").strip():
        raise Invalid("Kirjoita, mihin silloin palataan, tai poista päivä.", field="promised")
    if day < work.today:
        raise Invalid("Päivä on jo mennyt. Asia palaa listalle tänään tai myöhemmin.", field="promised_on")


def _note_agreed(work: Work, case: Case, spoken: Mapping[str, Any], came: datetime) -> None:
    """Write among the contacts what was promised in the call, at its hour (434/2003 42 §). Its day brings the case back."""
    promised = str(spoken.get("promised") or "").strip()
    if not promised:
        return
    person = work.stores.parties.applicant_of(case.id)
    note = Note(
        id=new_id(),
        case_id=case.id,
        kind=NoteKind.CONTACT,
        refers_to=None,
        settles=None,
        follow_up_on=spoken.get("promised_on"),
        followed_up_at=None,
        written_by=work.actor.person_id,
        written_by_name=work.actor.name,
        written_at=work.now,
        text=promised,
        contact=ContactEntry(
            party_id=person.id if person is not None else None,
            other="",
            way="phone",
            on=day_of(came),
            hour=f"{came.astimezone(HELSINKI):%-H.%M}",
        ),
    )
    work.stores.notes.add(note)
    work.record(case.id, "note_written", NoteKind.CONTACT.value)
