"""Find, add, close and reopen people, and give them roles."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Response, request

from engine.casework.powers import waiting_roles
from engine.commands.people import AddPerson, ClosePerson, ReopenPerson, RoleChange, SetRoles, SetTeam
from engine.domain.administration import ProposalKind
from engine.domain.appointments import DecisionKind
from engine.domain.inbox import TEAMS
from engine.domain.people import DECISION_POWERS, REVIEW_POWERS, STAFF, Person, Power, Role
from engine.errors import Invalid
from engine.queries.administration import FindPeople, OpenPerson
from webapp.administration.blueprint import DECIDERS, blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.absence_form import absence_form
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import role_name

LONGEST = 200
ROLES = tuple(each for each in Role if each in STAFF)
LANGUAGES = ("fi", "sv", "en")


@blueprint.get("/")
@for_staff(*DECIDERS)
def index() -> Response:
    text, chosen = request.args.get("text", "").strip()[:LONGEST], request.args.get("role", "")
    role = Role(chosen) if chosen in {each.value for each in ROLES} else None
    is_active = request.args.get("state") != "closed"
    page = engine().answer(FindPeople(text, role, is_active), sessions.actor())
    return render(
        "administration/people.html",
        page=page,
        text=text,
        role=role,
        is_active=is_active,
        roles=ROLES,
        day_now=today(),
    )


@blueprint.get("/new-person")
@for_staff(Role.ADMINISTRATOR, needs_proof=True)
def new_person() -> Response:
    return _new({}, {}, frozenset())


@blueprint.post("/new-person")
@for_staff(Role.ADMINISTRATOR)
def add_person() -> Response:
    names = ("username", "name", "title", "email", "phone", "team", "language", "reason")
    typed = {name: request.form.get(name, "").strip()[:LONGEST] for name in names}
    roles = posted_roles()
    command = AddPerson(
        typed["username"].lower(),
        typed["name"],
        roles,
        typed["title"],
        typed["email"],
        typed["phone"],
        typed["team"] if typed["team"] in TEAMS else None,
        typed["language"] if typed["language"] in LANGUAGES else "fi",
        typed["reason"],
    )
    try:
        added = engine().perform(command, sessions.actor())
    except Invalid as invalid:
        return _new({invalid.field or "username": _(invalid.message)}, typed, roles)
    notify(_("Tunnus on lisätty. Toinen ihminen vahvistaa roolit, ja sitten voit kutsua henkilön."))
    return see_other("administration.person", username=added.username)


@blueprint.get("/people/<username>")
@for_staff(*DECIDERS)
def person(username: str) -> Response:
    return person_page(username)


@blueprint.post("/people/<username>/roles")
@for_staff(Role.ADMINISTRATOR)
def set_roles(username: str) -> Response:
    try:
        change = engine().perform(SetRoles(username, posted_roles(), posted_reason()), sessions.actor())
    except Invalid as invalid:
        return person_page(username, {invalid.field or "roles": _(invalid.message)}, posted_roles())
    notify(role_change_in_words(change))
    return see_other("administration.person", username=username)


@blueprint.post("/people/<username>/team")
@for_staff(Role.ADMINISTRATOR)
def set_team(username: str) -> Response:
    team = request.form.get("team", "")
    waited = waiting_for(username, ProposalKind.TEAM)
    try:
        if team and team not in TEAMS:
            raise Invalid("Valitse alue luettelosta.", field="team")
        command = SetTeam(username, team or None, posted_reason())
        engine().perform(command, sessions.actor())
    except Invalid as invalid:
        field = "team-reason" if invalid.field == "reason" else invalid.field or "team"
        return person_page(username, {field: _(invalid.message)})
    waits = waiting_for(username, ProposalKind.TEAM)
    notify(
        " ".join(
            (
                _("Alueen vaihto odottaa toista ihmistä.") if waits else _("Alue pysyy ennallaan."),
                _("Aiempi ehdotus ei enää odota.") if waited else "",
            )
        ).strip()
    )
    return see_other("administration.person", username=username)


@blueprint.post("/people/<username>/close")
@for_staff(Role.ADMINISTRATOR)
def close_person(username: str) -> Response:
    held = engine().perform(ClosePerson(username), sessions.actor())
    notify(
        _(
            "Tunnus on suljettu ja istunnot päätetty. Avoimia tehtäviä jäi %(held)s: esihenkilö siirtää ne.",
            held=held,
        )
    )
    return see_other("administration.person", username=username)


@blueprint.post("/people/<username>/reopen")
@for_staff(Role.ADMINISTRATOR)
def reopen_person(username: str) -> Response:
    try:
        engine().perform(ReopenPerson(username, posted_reason()), sessions.actor())
    except Invalid as invalid:
        return person_page(username, {invalid.field or "reason": _(invalid.message)})
    notify(_("Avaaminen odottaa toista ihmistä."))
    return see_other("administration.person", username=username)


def waiting_for(username: str, kind: ProposalKind) -> frozenset[UUID]:
    """Return the proposals of this kind that wait for the person."""
    page = engine().answer(OpenPerson(username), sessions.actor())
    return frozenset(each.proposal.id for each in page.waiting if each.proposal.kind is kind)


def role_change_in_words(change: RoleChange) -> str:
    """Return what became of the roles, each part that there is."""
    parts = (
        (change.taken, _("Päättyi heti: %(roles)s.", roles=_names(change.taken))),
        (change.waiting, _("Odottaa toista ihmistä: %(roles)s.", roles=_names(change.waiting))),
        (change.withdrawn, _("Ehdotus ei enää odota: %(roles)s.", roles=_names(change.withdrawn))),
    )
    return " ".join(words for roles, words in parts if roles) or _("Roolit pysyivät ennallaan.")


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(role_name(each) for each in sorted(roles))


def posted_roles() -> frozenset[Role]:
    known = {each.value for each in ROLES}
    return frozenset(Role(each) for each in request.form.getlist("roles") if each in known)


def posted_reason() -> str:
    return request.form.get("reason", "").strip()[: LONGEST + 1]


def person_page(
    username: str, problems: dict[str, str] | None = None, chosen: frozenset[Role] | None = None
) -> Response:
    """Return the person's page. `chosen`: the roles that were ticked and refused."""
    page = engine().answer(OpenPerson(username), sessions.actor())
    own = page.row.person.team
    waiting = waiting_roles(each.proposal for each in page.waiting)
    return render(
        "administration/person.html",
        422 if problems else 200,
        page=page,
        roles=ROLES,
        powers=_powers_for(page.row.person),
        chosen_roles=page.row.person.roles | waiting if chosen is None else chosen,
        waiting_roles=waiting,
        teams=TEAMS if own in (None, *TEAMS) else (*TEAMS, own),
        limited_teams=TEAMS,
        decisions=tuple(DecisionKind) if set(DECISION_POWERS) & set(_powers_for(page.row.person)) else (),
        problems=problems or {},
        typed=request.form,
        **absence_form(page.absences, problems or {}),
    )


def _powers_for(person: Person) -> tuple[Power, ...]:
    """Return what an appointment may let them do: a reviewer words texts, all others decide."""
    reviewing = tuple(REVIEW_POWERS.values()) if Role.REVIEWER in person.roles else ()
    others = person.roles - {Role.REVIEWER}
    return (*(DECISION_POWERS if others else ()), *reviewing)


def _new(problems: dict[str, str], typed: dict[str, str], chosen: frozenset[Role]) -> Response:
    return render(
        "administration/new_person.html",
        422 if problems else 200,
        roles=ROLES,
        teams=TEAMS,
        chosen=chosen,
        typed=typed,
        problems=problems,
    )
