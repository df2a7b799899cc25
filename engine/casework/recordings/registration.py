"""Registering a matter: when it became pending, whom it concerns, whom to keep away from it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from engine.bpmn.host_functions import FUNCTIONS
from engine.casework.application_parties import first_entry
from engine.casework.case_links import are_alike, link_at_registration
from engine.casework.disqualifications import (
    announce,
    keep_away,
    require_may_keep_away,
    take_tasks_from,
)
from engine.casework.notices import owe_notices, require_child_counted
from engine.casework.party_changes import store_change
from engine.casework.recordings.age import require_speaker
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.unsafe_parties import AT_REGISTRATION, mark_unsafe
from engine.casework.restricting import REGISTERED_SO, restrict
from engine.casework.search_keys import renew_search_keys
from engine.casework.speakers import OF_CHILDREN, SpeakerOfChildren
from engine.casework.spoken_decisions import require_not_admitted
from engine.casework.staff_notices import notify_colleague
from engine.casework.tracing import owe_tracing
from engine.casework.urgent_measures import owe_measures
from engine.clock import noon_of
from engine.domain.ages import age_of
from engine.domain.case_links import ITSELF, OTHER_PERSON, NoSuchCase
from engine.domain.cases import CaseClass, CaseState
from engine.domain.consents import CRIME_REPORT, HAND_OVER, POLICE, is_given
from engine.domain.law import ADULT_AGE
from engine.domain.parties import AGE_DOUBTED
from engine.domain.search_words import reference_in
from engine.domain.staff_notices import NoticeKind
from engine.errors import Invalid, NotFound
from engine.executor import Work
from engine.instances import CompiledModels
from engine.storage.parties import Party

REGISTRATION = "register"
TEAM_TABLE = "team_by_region"
TEAMS = frozenset({"south", "west", "east", "north"})
"""Teams that there are. The table of an older version names offices: such a case is everyone's."""


WHERE = "in_finland"
REASON = "less_urgent_because"
URGENT_ANSWERS = {
    "in_danger": frozenset({"yes", "unknown"}),
    "in_detention": frozenset({"yes"}),
    "accommodation_needed": frozenset({"yes", "unknown"}),
    "removal_known": frozenset({"yes"}),
    "child_with": frozenset({"alone", "unsafe_adult"}),
    "children_with": frozenset({"alone", "unsafe_adult"}),
}
"""Answers of an application that make a case urgent."""


class ChildNamed(Invalid):
    sentence = (
        "Hakemuksessa on nimetty lapsi. Vastaa kyllä. Jos lapsi ei ole Suomessa, nimeä hänet samoin kuin hakemuksessa ja kirjaa, "
        "ettei hän ole Suomessa."
    )


class RestrictionStands(Invalid):
    sentence = "Asia on rajoitettu. Vastaa kyllä. Rajoituksen poistaa johto asian sivulla, perusteineen."


def record_registration(work: Work, recording: Recording) -> None:
    """Register the case. Legally it becomes pending when identity and the necessary data are recorded (434/2003 20 §)."""
    case = recording.case
    pending_on = recording.day("pending_on") or work.today
    _require_age_as_born(work, recording)
    _require_child_as_born(work, recording)
    _require_reason_for_less_urgency(work, recording)
    _require_ground_for_police(work, recording)
    if recording.text("competence") == "transfer":
        require_not_admitted(work, case, field="competence")
    _require_qualified_caseworker(work, recording)
    _restrict(work, recording)
    team = team_of(recording.models, recording.text("region"))
    facts: dict[str, object] = {
        "state": CaseState.PENDING,
        "pending_at": noon_of(pending_on) if pending_on != work.today else work.now,
        "team": team,
    }
    if recording.text("caseworker"):
        facts["caseworker_id"] = UUID(recording.text("caseworker"))
    if recording.text("language") in ("fi", "sv"):
        facts["language"] = recording.text("language")
    work.change_case(case.id, **facts)
    if recording.text("competence") == "transfer" and _is_urgent(recording):
        # Nobody judges the class of a case that goes elsewhere: who is in danger is helped here until it has gone.
        owe_measures(work, case, recording.models, CaseClass.URGENT)
    work.stores.tasks.move_to_team(case.id, team)
    _correct_person(work, recording)
    mark_unsafe(work, recording)
    _add_children(work, recording)
    require_child_counted(
        work,
        case,
        recording.text("child_welfare_considered"),
        has_children=recording.text("has_children") == "yes",
    )
    renew_search_keys(work, case.id)
    _link_earlier_case(work, recording)
    _record_disqualification(work, recording)
    owe_notices(
        work,
        case,
        child_welfare=recording.text("child_welfare_considered"),
        representative=recording.text("representative_state"),
    )
    owe_tracing(work, case)
    if recording.text("caseworker"):
        notify_colleague(work, NoticeKind.ASSIGNMENT, UUID(recording.text("caseworker")), case.id, case.id)
    work.record(case.id, "registered", pending_on=pending_on.isoformat())


def _require_qualified_caseworker(work: Work, recording: Recording) -> None:
    chosen = recording.text("caseworker")
    if not chosen:
        return
    is_known = work.stores.cases.is_disqualified(recording.case.id, UUID(chosen))
    if is_known or chosen == recording.text("disqualified_person"):
        raise Invalid("Esteellinen ei hoida asiaa. Valitse joku muu.", field="caseworker")


def _restrict(work: Work, recording: Recording) -> None:
    """Hide the case that this answer restricts. What a head restricted, or a child's case has from its parent's, no registrar
    opens: lifting asks a head, a proof and a reason."""
    case, is_asked = recording.case, recording.text("restricted") == "yes"
    if case.is_restricted and not is_asked:
        raise RestrictionStands(field="restricted")
    if is_asked and not case.is_restricted:
        restrict(work, case, REGISTERED_SO)


def team_of(models: CompiledModels, region: str) -> str | None:
    """Return the team that the table gives for the person's region; None for a case that is everyone's."""
    try:
        table = models.table(TEAM_TABLE)
    except NotFound:
        return None
    team = table.evaluate(TEAM_TABLE, {"region": region or None}, functions=FUNCTIONS).result
    return team if team in TEAMS else None


def _require_ground_for_police(work: Work, recording: Recording) -> None:
    """Refuse a transfer to the police on a consent that nobody recorded. The registrar alone can not decide on it."""
    if recording.text("transfer_to") != "police" or recording.text("transfer_ground") != "consent":
        return
    entries = work.stores.consents.of_case(recording.case.id)
    # That the police are asked, or tell the outcome as the referrer, hands them no case.
    if not any(is_given(entries, purpose, POLICE) for purpose in (CRIME_REPORT, HAND_OVER)):
        raise Invalid(
            "Henkilön suostumusta siihen, että poliisi saa tiedon, ei ole kirjattu. Se kirjataan ensin asian sivulla.",
            field="transfer_ground",
        )


def _require_age_as_born(work: Work, recording: Recording) -> None:
    """Refuse an answer that the birth date contradicts. A doubt about an adult's date is explained (746/2011 5 §)."""
    given = first_entry(recording.register_entries, "person").identity
    known = work.stores.parties.applicant_of(recording.case.id)
    age = age_of({**(known.identity if known is not None else {}), **given}, work.today)
    if age is not None and age < ADULT_AGE and recording.text("is_child") == "no":
        raise Invalid(
            "Syntymäajan mukaan henkilö on alle 18-vuotias. Vastaa kyllä tai korjaa syntymäaika.",
            field="is_child",
        )
    is_adult = age is not None and age >= ADULT_AGE
    if is_adult and recording.text("is_child") == "yes" and recording.lacks("age_doubt"):
        raise Invalid(
            "Syntymäajan mukaan henkilö on täysi-ikäinen. Kerro, miksi hän voi olla alaikäinen, vastaa ei tai korjaa syntymäaika.",
            field="age_doubt",
        )
    if recording.text("is_child") == "no" and recording.text("representative_state") in OF_CHILDREN:
        raise SpeakerOfChildren(field="representative_state")


def _require_child_as_born(work: Work, recording: Recording) -> None:
    """A child is in the case, and under fifteen somebody else speaks for it (434/2003 14 §)."""
    if recording.text("is_child") != "yes":
        return
    if recording.text("child_welfare_considered") == "no_child":
        raise Invalid(
            "Asia koskee lasta. Vastaa, onko ilmoituksen tarve arvioitu.", field="child_welfare_considered"
        )
    given = first_entry(recording.register_entries, "person").identity
    known = work.stores.parties.applicant_of(recording.case.id)
    require_speaker(recording, age_of({**(known.identity if known is not None else {}), **given}, work.today))


def _is_urgent(recording: Recording) -> bool:
    return any(recording.text(question) in answers for question, answers in URGENT_ANSWERS.items())


def _require_reason_for_less_urgency(work: Work, recording: Recording) -> None:
    """A reason for urgency in the application goes away only with a reason (746/2011 5 §)."""
    task = recording.task
    known = work.instances.scope_of(recording.case, task.instance_id, task.task_key)
    if known.get("case_class") != CaseClass.URGENT or not recording.lacks(REASON):
        return
    for name, urgent in URGENT_ANSWERS.items():
        if known.get(name) in urgent and recording.text(name) not in urgent:
            raise Invalid(
                "Hakemuksen mukaan asia on kiireellinen, ja vastaus muuttaa sitä. Kerro, mistä tiedät, ettei syy pidä paikkaansa.",
                field=REASON,
            )


def _correct_person(work: Work, recording: Recording) -> None:
    """The registrar's answer holds: it has been compared with the birth date."""
    applicant = work.stores.parties.applicant_of(recording.case.id)
    if applicant is None:
        return
    corrected = first_entry(recording.register_entries, "person")
    is_minor = recording.text("is_child") == "yes" if recording.text("is_child") else applicant.is_minor
    identity = {**applicant.identity, **corrected.identity}
    if is_minor and (age_of(identity, work.today) or 0) >= ADULT_AGE:
        identity[AGE_DOUBTED] = "yes"
    else:
        identity.pop(AGE_DOUBTED, None)
    after = replace(
        applicant,
        identity=identity,
        contact={**applicant.contact, **corrected.contact},
        is_minor=is_minor,
    )
    if after != applicant:
        store_change(work, recording.case, applicant, after, AT_REGISTRATION)


def _link_earlier_case(work: Work, recording: Recording) -> None:
    """Link the case of the same person that the registrar names. One that they do not see does not exist."""
    wanted = reference_in(recording.text("duplicate_reference"))
    if recording.text("duplicate_found") != "yes" or not wanted:
        return
    if wanted == recording.case.reference:
        raise Invalid(ITSELF, field="duplicate_reference")
    found = work.stores.cases.seen(work.actor, 1, reference=wanted)
    if not found:
        hidden = work.stores.cases.find(reference=wanted)
        raise NoSuchCase(field="duplicate_reference", hidden=hidden[0].id if hidden else None)
    if are_alike(work, recording.case, found[0]) is False:
        raise Invalid(OTHER_PERSON, field="duplicate_reference")
    link_at_registration(work, recording.case, found[0])


def _add_children(work: Work, recording: Recording) -> None:
    """Add children first named at registration as parties; each later becomes a case of their own. Raise ChildNamed where
    the registrar puts aside a child that the application names."""
    parties = work.stores.parties.of_case(recording.case.id)
    known = {party.name: party for party in parties if party.kind in ("child", "applicant")}
    for child in recording.register_entries.get("child", ()):
        name = " ".join(
            str(child.identity.get(part) or "") for part in ("given_names", "family_name")
        ).strip()
        if name not in known:
            work.stores.parties.add(recording.case.id, "child", child.identity, {}, work.now, is_minor=True)
        elif known[name].kind == "child" and child.identity.get(WHERE):
            _move_child(work, recording, known[name], child.identity[WHERE])
    # Siblings in an application for children are not the children of the first.
    is_adult = recording.text("is_child") != "yes"
    if (
        recording.text("has_children") == "no"
        and is_adult
        and any(each.kind == "child" and each.identity.get(WHERE) != "no" for each in parties)
    ):
        raise ChildNamed(field="has_children")


def _move_child(work: Work, recording: Recording, child: Party, in_finland: object) -> None:
    after = replace(child, identity={**child.identity, WHERE: in_finland})
    if after != child:
        store_change(work, recording.case, child, after, AT_REGISTRATION)


def _record_disqualification(work: Work, recording: Recording) -> None:
    """Keep a disqualified official out of the whole case from now on (434/2003 27-30 §)."""
    person_id = recording.text("disqualified_person")
    if recording.text("disqualified_staff") != "yes" or not person_id:
        return
    # A case that was not transferred after all is registered again, with the same people.
    if not work.stores.cases.is_disqualified(recording.case.id, UUID(person_id)):
        person = work.stores.people.get(UUID(person_id))
        require_may_keep_away(work, recording.case, person, "disqualified_person")
        # The reason stays sealed with the form's answers; the table holds only the fact.
        keep_away(work, recording.case, person.id, "434/2003 27-30 §")
        announce(work, recording.case, person)
    _take_from(work, recording, UUID(person_id))


def _take_from(work: Work, recording: Recording, person_id: UUID) -> None:
    """A case registered again may be in the hands of the one who is disqualified now: it waits for another."""
    if recording.case.caseworker_id == person_id and not recording.text("caseworker"):
        work.change_case(recording.case.id, caseworker_id=None)
    take_tasks_from(work, recording.case, person_id, but=recording.task)
