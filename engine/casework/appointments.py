"""Powers to decide: the director's by law, an official's by an appointment within its limits (746/2011 33 §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.casework.decision_corrections import prepared_last
from engine.casework.signers import SIGNATURES
from engine.casework.spoken_decisions import ORAL
from engine.domain.appointments import Appointment, decision_kind_of, joined
from engine.domain.cases import Case
from engine.domain.people import SIGNERS, Person, Power, Role
from engine.domain.tasks import UserTask
from engine.errors import Forbidden, Invalid, Names, Refusal
from engine.executor.engine import Work
from engine.storage.resolutions import Resolution


class NotAppointed(Forbidden):
    sentence = "Sinulla ei ole tänä päivänä voimassa olevaa määräystä tähän päätökseen."


class DecisionOutsideLimits(Invalid):
    sentence = (
        "Määräyksesi ei kata tätä ratkaisua. Se on rajattu näihin: %(decisions)s. Toisen, jonka määräys kattaa ratkaisun, "
        "on tehtävä tämä."
    )


class TeamOutsideLimits(Invalid):
    sentence = (
        "Määräyksesi ei kata tätä asiaa. Se on rajattu näihin alueisiin: %(teams)s. Asian alue: %(team)s. Toisen, jonka "
        "määräys kattaa alueen, on tehtävä tämä."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision for which a power is asked."""

    power: Power
    decision: str
    """A DecisionKind; empty where it is not known yet what will be decided."""
    team: str | None
    """Of the case."""
    day: date


def signature_of(resolution: Resolution, case: Case, day: date) -> Asked:
    """Return what signing a resolution asks for. The team is the case's of that day, not of when it was prepared."""
    decision = decision_kind_of(resolution.kind, resolution.outcome)
    return Asked(Power.SIGN_RESOLUTIONS, decision, case.team, day)


def refusal_for(held: tuple[Appointment, ...], asked: Asked, field: str | None = None) -> Refusal | None:
    """Return why these appointments do not cover what is asked; None if one of them does. Limits of two are not mixed."""
    if not held:
        return NotAppointed()
    of_decision = [
        each.limits for each in held if not asked.decision or each.limits.cover_decision(asked.decision)
    ]
    if not of_decision:
        decisions = joined(each.limits for each in held).in_order
        return DecisionOutsideLimits(field=field, decisions=Names("decision_kind", decisions))
    if any(each.cover_team(asked.team) for each in of_decision):
        return None
    teams = tuple(sorted(joined(of_decision).teams))
    return TeamOutsideLimits(
        field=field, teams=Names("region", teams), team=Names("region", (asked.team or "unknown",))
    )


def refusal_of(work: Work, person: Person, asked: Asked, field: str | None = None) -> Refusal | None:
    """Return why the person has no power to decide this; None if they have. The director needs no appointment, and no limit
    binds them (746/2011 33 §)."""
    if Role.DIRECTOR in person.roles:
        return None
    return refusal_for(work.stores.people.appointments_on(person.id, asked.power, asked.day), asked, field)


def require_power(work: Work, asked: Asked, *, field: str | None) -> None:
    """Raise NotAppointed without an appointment on that day, DecisionOutsideLimits or TeamOutsideLimits beside the field if
    none covers the decision. A program never has one."""
    if work.actor.person_id is None:
        raise NotAppointed
    if work.actor.has(Role.DIRECTOR):
        return
    held = work.stores.people.appointments_on(work.actor.person_id, asked.power, asked.day)
    refused = refusal_for(held, asked, field)
    if refused is not None:
        raise refused


def asked_in(work: Work, case: Case, task: UserTask) -> Asked | None:
    """Return what a task of decision-makers asks for, as far as it is known before they answer; None where none is asked."""
    if task.candidate_group not in SIGNERS:
        return None
    if task.form_key == ORAL:
        return Asked(Power.GIVE_ORAL_DECISIONS, "", case.team, work.today)
    kind = SIGNATURES.get(task.form_key or "")
    resolution = prepared_last(work, case, kind, task.instance_id) if kind else None
    return signature_of(resolution, case, work.today) if resolution is not None else None


def limit_in(work: Work, case: Case, task: UserTask, person: Person) -> Refusal | None:
    """Return the limit of the person's appointments that keeps them from deciding in this task; None if they may. One
    without any appointment is not limited: they read, and send back."""
    asked = asked_in(work, case, task)
    refused = None if asked is None else refusal_of(work, person, asked)
    return None if isinstance(refused, NotAppointed) else refused
