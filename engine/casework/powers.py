"""Powers that two people give: one proposes, another confirms.

The operator at a terminal gives them alone, since there are no people at the start; the log names the operator.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from engine.casework import signing_in
from engine.casework.staff_notices import acting_as
from engine.domain.administration import LONGEST_REASON, Act, PowerProposal, ProposalKind, audits_own_acts
from engine.domain.appointments import NO_LIMITS, Appointment, Limits
from engine.domain.people import Person, Power, Role
from engine.errors import Invalid
from engine.executor import Work
from engine.storage.database import new_id

NO_PROGRAM: Final = "Tämän nimistä voimassa olevaa ohjelmaa ei ole."
NOBODY: Final = "Tätä käyttäjätunnusta ei ole."
_FOR_ACTIVE: Final = frozenset(ProposalKind) - {
    ProposalKind.REOPENING,
    ProposalKind.PROGRAM,
    ProposalKind.RECEIVER,
}


def named(work: Work, username: str) -> Person:
    found = work.stores.people.named(username)
    if found is None:
        raise Invalid(NOBODY, field="username")
    return found


def active(work: Work, username: str) -> Person:
    person = named(work, username)
    if not person.is_active:
        raise Invalid("Tunnus on suljettu. Avaa se ensin.", field="username")
    return person


def require_new_program(work: Work, name: str) -> None:
    """Raise Invalid if a program or a person has or had the name: in the log, a name always means one of them."""
    if work.stores.service_accounts.is_known(name) or work.stores.people.named(name) is not None:
        raise Invalid("Tämän niminen ohjelma tai henkilö on jo.", field="name")


def acts_alone(work: Work) -> bool:
    """Return True for the operator."""
    return work.actor.has(Role.SYSTEM)


def proposal(
    work: Work,
    kind: ProposalKind,
    about: str,
    reason: str = "",
    *,
    roles: frozenset[Role] = frozenset(),
    scopes: frozenset[str] = frozenset(),
    team: str | None = None,
    power: Power | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    address: str | None = None,
    limits: Limits = NO_LIMITS,
    replaces: UUID | None = None,
) -> PowerProposal:
    if len(reason) > LONGEST_REASON:
        raise Invalid("Perustelu on liian pitkä.", field="reason")
    by = work.actor.person_id
    return PowerProposal(
        new_id(),
        kind,
        about,
        roles,
        scopes,
        team,
        power,
        valid_from,
        valid_until,
        reason,
        by,
        work.now,
        address,
        limits,
        replaces,
    )


def confirmers(proposed: PowerProposal, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return those who may confirm it: never who proposed it, or would get it."""
    return tuple(
        each
        for each in people
        if each.is_active and proposed.may_be_confirmed_by(acting_as(each), each.username)
    )


def require_other_auditor(roles: frozenset[Role]) -> None:
    if audits_own_acts(roles):
        raise Invalid(
            "Ylläpitäjä ja johtaja antavat valtaa, joten he eivät tarkasta lokia, jossa heidän omat tekonsa ovat. Anna tarkastajan rooli toiselle ihmiselle.",
            field="roles",
        )


def waiting_roles(proposals: Iterable[PowerProposal]) -> frozenset[Role]:
    """Return the roles that wait for a second person."""
    of_roles = (each.roles for each in proposals if each.kind is ProposalKind.ROLES)
    return frozenset().union(*of_roles)


def replace_earlier(work: Work, proposed: PowerProposal) -> None:
    """Close what waits and says something else of the same."""
    for earlier in work.stores.power_proposals.waiting(proposed.about):
        if proposed.takes_place_of(earlier):
            decide(work, earlier, Act.REPLACED)


def propose(work: Work, proposed: PowerProposal) -> None:
    """Let it wait for a second person, in the place of an earlier one. That person reads the reason; an invitation says enough."""
    if proposed.kind is not ProposalKind.INVITATION and not proposed.reason.strip():
        raise Invalid("Kirjoita perustelu.", field="reason")
    if proposed.kind in _FOR_ACTIVE:
        active(work, proposed.about)
    replace_earlier(work, proposed)
    work.stores.power_proposals.add(proposed)
    note(work, Act.PROPOSED, proposed)


def give(work: Work, given: PowerProposal) -> str:
    """Give a power at once if the operator does it; else let it wait for a second person. Return its secret, if it has
    one and is given."""
    if acts_alone(work):
        return carry_out(work, given)
    propose(work, given)
    return ""


def decide(work: Work, decided: PowerProposal, act: Act) -> bool:
    """Close a proposal that is not confirmed. Return False if somebody has decided it already."""
    by = work.actor.person_id
    if not work.stores.power_proposals.decide(decided.id, by, work.now, confirmed=False):
        return False
    note(work, act, decided)
    return True


def carry_out(work: Work, confirmed: PowerProposal) -> str:
    """Give the power. Return the secret of a program that was added or of an invitation, which is shown once; else an
    empty text."""
    return _WAYS[confirmed.kind](work, confirmed)


def replaced_by(work: Work, proposed: PowerProposal) -> Appointment | None:
    """Return the appointment whose place it takes."""
    return work.stores.people.appointment(proposed.replaces) if proposed.replaces is not None else None


def note(work: Work, act: Act, proposed: PowerProposal) -> None:
    facts = proposed.facts_beside(replaced_by(work, proposed))
    work.stores.access.log_administration(
        work.actor, act, work.now, proposed.about, facts=facts, reason=proposed.reason
    )


def _give_roles(work: Work, confirmed: PowerProposal) -> str:
    person = active(work, confirmed.about)
    require_other_auditor(person.roles | confirmed.roles)
    work.stores.people.set_roles(person.id, person.roles | confirmed.roles)
    note(work, Act.ROLES_GIVEN, confirmed)
    return ""


def _change_team(work: Work, confirmed: PowerProposal) -> str:
    work.stores.people.change(active(work, confirmed.about).id, team=confirmed.team)
    note(work, Act.TEAM_CHANGED, confirmed)
    return ""


def _appoint(work: Work, confirmed: PowerProposal) -> str:
    person = active(work, confirmed.about)
    if confirmed.power is None or confirmed.valid_from is None:
        raise Invalid
    by = confirmed.proposed_by or work.actor.person_id
    replaced = replaced_by(work, confirmed)
    if replaced is not None:
        # The days on which it held already stay in the register.
        last_day = max(confirmed.valid_from, work.today) - timedelta(days=1)
        end_appointment(work, replaced, last_day)
    work.stores.people.appoint(
        person.id,
        confirmed.power,
        confirmed.valid_from,
        confirmed.valid_until,
        by,
        confirmed.id,
        confirmed.limits,
    )
    note(work, Act.APPOINTED, confirmed)
    return ""


def end_appointment(work: Work, ended: Appointment, last_day: date) -> Person:
    """End an appointment after this day, unless it ends before. The entry stays in the register. Return its person."""
    person = work.stores.people.get(ended.person_id)
    if ended.valid_until is not None and ended.valid_until <= last_day:
        return person
    work.stores.people.end_appointment(ended.id, last_day)
    facts = (f"power {ended.power.value}", *replace(ended, valid_until=last_day).facts)
    work.stores.access.log_administration(
        work.actor, Act.APPOINTMENT_ENDED, work.now, person.username, facts=facts
    )
    return person


def _reopen(work: Work, confirmed: PowerProposal) -> str:
    person = named(work, confirmed.about)
    work.stores.people.change(person.id, is_active=True)
    note(work, Act.PERSON_REOPENED, replace(confirmed, roles=person.roles))
    return ""


def _invite(work: Work, confirmed: PowerProposal) -> str:
    person = active(work, confirmed.about)
    signing_in.end_means(work, person)
    token = secrets.token_urlsafe(32)
    work.stores.invitations.add(token, person.id, work.actor.person_id, work.now)
    work.stores.access.log_administration(work.actor, Act.INVITED, work.now, person.username)
    return token


def _add_program(work: Work, confirmed: PowerProposal) -> str:
    require_new_program(work, confirmed.about)
    token = secrets.token_urlsafe(32)
    work.stores.service_accounts.add(
        confirmed.about,
        token,
        confirmed.scopes,
        confirmed.roles,
        confirmed.team,
        work.now,
        confirmed.valid_until,
    )
    note(work, Act.PROGRAM_ADDED, confirmed)
    return token


def _add_receiver(work: Work, confirmed: PowerProposal) -> str:
    account_id = work.stores.service_accounts.valid(confirmed.about, work.today)
    if account_id is None or confirmed.address is None:
        raise Invalid(NO_PROGRAM, field="name")
    signing_key = secrets.token_urlsafe(32)
    work.stores.webhooks.put(account_id, confirmed.address, confirmed.scopes, signing_key, work.now)
    note(work, Act.RECEIVER_ADDED, confirmed)
    return signing_key


_WAYS: Final = {
    ProposalKind.ROLES: _give_roles,
    ProposalKind.TEAM: _change_team,
    ProposalKind.APPOINTMENT: _appoint,
    ProposalKind.REOPENING: _reopen,
    ProposalKind.PROGRAM: _add_program,
    ProposalKind.INVITATION: _invite,
    ProposalKind.RECEIVER: _add_receiver,
}
