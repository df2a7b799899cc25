"""The log of administration: every act, sign-ins, refusals, in a chain of its own."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from sqlalchemy import update

from engine.commands.absences import EndAbsence, RecordAbsence
from engine.commands.invitations import Invite, TakeBackInvitation
from engine.commands.own_sign_in import (
    AddOwnPasskey,
    AskForOwnPasskey,
    ChangeOwnPassword,
    OfferOneTimeCodes,
    OwnMeans,
    RemoveOwnPasskey,
    RenewRecoveryCodes,
    TakeUpOneTimeCodes,
)
from engine.commands.people import (
    AddPerson,
    AddServiceAccount,
    Appoint,
    ClosePerson,
    ReopenPerson,
    RevokeServiceAccount,
    SetRoles,
    SetTeam,
)
from engine.commands.powers import ConfirmPower, EndAppointment, RefusePower
from engine.commands.proofs import ProveWithPasskey, ProveWithPassword
from engine.commands.sessions import EndSessionsOf, NoteRefusal
from engine.commands.sign_in import SignIn, SignInAttempt, SignInWithPasskey, Site
from engine.commands.webhooks import AddReceiver, ChangeReceiverKey, EndReceiver
from engine.domain.administration import Act
from engine.domain.people import PUBLIC, Actor, Power, Role
from engine.executor import Command
from engine.queries.access_log import SearchAccessLog
from engine.queries.administration import OpenPerson, ReadAdministrationLog
from engine.storage.access import ADMINISTRATION
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.administration import acts, log_of, waiting
from tests.support.authenticator import Authenticator
from tests.support.world import World

CASEWORKER = frozenset({Role.CASEWORKER})
OWN = (
    "password_changed",
    "codes_taken_up",
    "recovery_codes_renewed",
    "passkey_added",
    "passkey_removed",
)


def test_sign_ins_that_prove_nothing_are_logged_without_what_was_typed(world: World) -> None:
    for username in ("kasittelija", "hunter2-salasanani"):
        attempt = SignInAttempt(username, "192.0.2.1", is_local=True)
        assert world.engine.perform(SignIn(attempt, "väärä-salasana"), PUBLIC) is None

    here = SignInAttempt("", "192.0.2.1", is_local=True)
    assert world.engine.perform(SignInWithPasskey(here, Site("http://localhost"), "{}"), PUBLIC) is None

    signed_in = world.actor("kasittelija")
    for proof in (ProveWithPassword("väärä-salasana"), ProveWithPasskey(Site("http://localhost"), "{}")):
        assert world.engine.perform(proof, signed_in) is None

    assert acts(world) == ["sign_in_refused"] * 3 + ["proof_refused"] * 2
    assert [each.about for each in log_of(world)] == [signed_in.name, "", "", signed_in.name, signed_in.name]


def test_every_act_is_entered_in_the_log_with_whom_it_is_about(world: World) -> None:
    administrator, director = world.actor("yllapitaja"), world.actor("johtaja")
    today, entered = world.clock().date(), []

    def does(*commands: Command[Any], by: Actor = administrator) -> None:
        before = len(log_of(world))
        for command in commands:
            world.engine.perform(command, by)
        entered.extend((each.act, each.about) for each in log_of(world)[before:])

    def confirms() -> None:
        does(ConfirmPower(waiting(world)), by=director)

    does(AddPerson("uusi", "Ulla Uusi", CASEWORKER, reason="Aloittaa."))
    confirms()
    does(SetTeam("uusi", "north", "Muuttaa."))
    confirms()
    does(Appoint(world.people["uusi"].id, Power.SIGN_RESOLUTIONS, today, reason="Päätöksiä jonossa"))
    confirms()
    (appointment,) = world.engine.answer(OpenPerson("uusi"), director).register
    does(EndAppointment(appointment.id), by=director)
    does(
        SetRoles("uusi", frozenset({Role.INTAKE}), "Tehtävä vaihtuu."),
        SetRoles("uusi", frozenset({Role.ON_CALL}), "Tehtävä vaihtuu."),
    )
    does(RefusePower(waiting(world)), by=director)
    does(SetRoles("uusi", CASEWORKER, "Tehtävä vaihtuu."))
    confirms()
    does(Invite("uusi"), TakeBackInvitation("uusi"), EndSessionsOf("uusi"))
    does(RecordAbsence("uusi", today, today), EndAbsence("uusi"))
    does(NoteRefusal("administration.log"))
    does(ClosePerson("uusi"), ReopenPerson("uusi", "Palaa."))
    confirms()
    does(AddServiceAccount("ohjelma", frozenset({"cases:read"}), CASEWORKER, reason="Tilastot."))
    confirms()
    address = "https://partner.example.invalid/heard"
    does(AddReceiver("ohjelma", address, frozenset({"registered"}), reason="Kumppani pyysi."))
    confirms()
    does(ChangeReceiverKey("ohjelma"), EndReceiver("ohjelma"))
    does(RevokeServiceAccount("ohjelma"))

    everything = (
        "person_added proposed roles_given proposed team_changed proposed appointed appointment_ended"
    )
    everything += " roles_taken proposed replaced proposed refused proposed roles_given"
    everything += " invited invitation_taken_back sessions_ended absence_recorded absence_ended"
    everything += (
        " page_refused person_closed proposed person_reopened proposed program_added proposed receiver_added"
    )
    everything += " receiver_key_changed receiver_ended program_revoked"
    assert [act for act, _ in entered] == everything.split()
    assert {about for _, about in entered} == {"Ulla Uusi", "ohjelma", ""}
    elsewhere = {"invitation_used", "signed_in", "sign_in_refused", "proof_refused", *OWN}
    elsewhere |= {"master_key_changed", "emergency_refused", "data_destroyed", "ways_ended", "disqualified"}
    elsewhere |= {"disqualification_lifted", "call_taken_over", "draft_taken_over"}
    assert {act for act, _ in entered} == set(Act) - elsewhere, "these are in tests of their own"


def test_what_people_change_in_their_own_ways_in_is_entered(world: World) -> None:
    kerttu, site, key = world.actor("kasittelija"), Site("http://localhost"), Authenticator()

    def does(command: Command[Any]) -> Any:
        return world.engine.perform(command, kerttu)

    does(ChangeOwnPassword("aivan-uusi-salasana-7"))
    offer = world.engine.answer(OfferOneTimeCodes(), kerttu)
    does(TakeUpOneTimeCodes(offer.sealed, pyotp.TOTP(offer.secret).at(world.clock())))
    does(RenewRecoveryCodes())
    made = key.make(world.engine.answer(AskForOwnPasskey(site), kerttu), site.origin)
    does(AddOwnPasskey(site, made))
    (passkey,) = world.engine.answer(OwnMeans(), kerttu).passkeys
    does(RemoveOwnPasskey(passkey.id))

    assert [(each.act, each.about, each.actor_name) for each in log_of(world)] == [
        (act, kerttu.name, kerttu.name) for act in OWN
    ]


@pytest.mark.databases
def test_the_log_is_a_chain_that_shows_what_was_changed(world: World) -> None:
    world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.MANAGER}, "Tehtävä vaihtuu."), world.actor("yllapitaja")
    )
    world.engine.answer(ReadAdministrationLog(), world.actor("johtaja"))
    searched = world.engine.answer(SearchAccessLog(), world.actor("tarkastaja"))
    assert "read_administration_log" in {each.action for each in searched.entries}
    assert "proposed" not in {each.action for each in searched.entries}, "it has a page of its own"
    assert world.log_faults() == ()

    last = ACCESS_ENTRIES.c.chain_id == ADMINISTRATION, ACCESS_ENTRIES.c.action == "proposed"
    with world.engine.database.transaction() as connection:
        connection.execute(update(ACCESS_ENTRIES).where(*last).values(subjects=["toinen", "role auditor"]))

    assert {each.chain_id for each in world.log_faults()} == {ADMINISTRATION}
