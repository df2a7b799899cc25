"""A person's own ways to sign in: passkeys, a password, one-time codes and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from engine.casework.signing_in import require_password
from engine.domain.administration import Act
from engine.domain.people import Person
from engine.errors import Forbidden, Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person, require_proof
from engine.storage.credentials import hash_password
from engine.storage.one_time_codes import OfferedSecret
from engine.storage.passkeys import Passkey, Site

LONGEST_NAME = 60


class OnlyAtProvider(Forbidden):
    sentence = "Kirjautumiskeinosi ovat viraston kirjautumispalvelussa."


@dataclass(frozen=True, slots=True)
class Means:
    """How a person can sign in."""

    passkeys: tuple[Passkey, ...]
    has_password: bool
    opens_with_password: bool
    """False as long as there are no one-time codes beside it. The demonstration's people need none."""
    are_local: bool
    """False for an account that is opened by the authority's identity provider alone."""
    codes_since: datetime | None
    """When one-time codes were taken up; None without them."""
    recovery_codes: int
    """How many are left."""


@dataclass(frozen=True)
class OwnMeans(Query[Means]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> Means:
        return _means(work, _self(work))


@dataclass(frozen=True)
class AskForOwnPasskey(Query[str]):
    """Return, as JSON for the browser, how to make one more passkey. It asks for a proof, so that nobody makes one that
    is refused afterwards."""

    site: Site
    shows_cases = False

    def permit(self, work: Work) -> None:
        _require_change(work)

    def execute(self, work: Work) -> str:
        return work.stores.passkeys.options_to_make(self.site, _self(work), work.now)


@dataclass(frozen=True)
class AddOwnPasskey(Command[None]):
    site: Site
    answer: str = field(repr=False)
    name: str = ""

    def permit(self, work: Work) -> None:
        _require_change(work)

    def execute(self, work: Work) -> None:
        name = self.name.strip()[:LONGEST_NAME]
        work.stores.passkeys.add(self.site, _self(work).id, self.answer, name, work.now)
        _note(work, Act.PASSKEY_ADDED)


@dataclass(frozen=True)
class RemoveOwnPasskey(Command[None]):
    """Remove a passkey. Every other session of the person ends: one may have begun with it. The last way in is never
    removed."""

    passkey_id: UUID

    def permit(self, work: Work) -> None:
        _require_change(work)

    def execute(self, work: Work) -> None:
        person = _self(work)
        work.stores.passkeys.take_turn(person.id)
        means = _means(work, person)
        others = [each for each in means.passkeys if each.id != self.passkey_id]
        if not others and not means.opens_with_password:
            raise Invalid("Tämä on ainoa tapasi kirjautua. Ota ensin toinen käyttöön.", field="passkey")
        work.stores.passkeys.remove(person.id, self.passkey_id)
        _end_others(work, person)
        _note(work, Act.PASSKEY_REMOVED)


@dataclass(frozen=True)
class ChangeOwnPassword(Command[None]):
    """Change one's own password. Every other session of the person ends, and other devices are forgotten."""

    password: str = field(repr=False)
    password_hash: str = field(default="", repr=False)

    is_heavy = True

    def permit(self, work: Work) -> None:
        _require_change(work)

    def prepare(self, view: Work) -> ChangeOwnPassword:
        require_password(self.password, _self(view))
        return replace(self, password_hash=hash_password(self.password))

    def execute(self, work: Work) -> None:
        person = _self(work)
        work.stores.people.change(person.id, password_hash=self.password_hash)
        _end_others(work, person)
        _note(work, Act.PASSWORD_CHANGED)


@dataclass(frozen=True)
class OfferOneTimeCodes(Query[OfferedSecret]):
    """Return a secret for the person's application. It is theirs once a code has proved that it arrived."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        _require_change(work)

    def execute(self, work: Work) -> OfferedSecret:
        return work.stores.one_time_codes.offer(_self(work), work.now)


@dataclass(frozen=True)
class TakeUpOneTimeCodes(Command[tuple[str, ...]]):
    """Take up one-time codes in the place of earlier ones. Return new recovery codes, which are shown this once. Every other
    session of the person ends: one may have begun with an earlier code."""

    offer: bytes = field(repr=False)
    code: str = field(repr=False)

    def permit(self, work: Work) -> None:
        _require_change(work)

    def execute(self, work: Work) -> tuple[str, ...]:
        person = _self(work)
        if not work.stores.one_time_codes.take_up(person.id, self.offer, self.code, work.now):
            raise Invalid("Kertakoodi ei täsmää. Kirjoita sovelluksen uusin koodi.", field="code")
        _end_others(work, person)
        _note(work, Act.CODES_TAKEN_UP)
        return work.stores.recovery_codes.renew(person.id)


@dataclass(frozen=True)
class RenewRecoveryCodes(Command[tuple[str, ...]]):
    """Replace the recovery codes. Return the new ones, which are shown this once. Every other session of the person ends:
    one may have begun with an earlier code."""

    def permit(self, work: Work) -> None:
        _require_change(work)

    def execute(self, work: Work) -> tuple[str, ...]:
        person = _self(work)
        if work.stores.one_time_codes.set_at(person.id) is None:
            raise Invalid("Ota ensin kertakoodit käyttöön.", field="code")
        _end_others(work, person)
        _note(work, Act.RECOVERY_CODES_RENEWED)
        return work.stores.recovery_codes.renew(person.id)


def _require_change(work: Work) -> None:
    """Raise unless the person has proved lately who they are: a thief of the session must make no way in of their own."""
    require_person(work)
    require_proof(work)
    if work.settings.local_accounts is not None and not _means(work, _self(work)).are_local:
        raise OnlyAtProvider


def _end_others(work: Work, person: Person) -> None:
    work.stores.sessions.end_others_of(person.id, work.actor.session_hash, work.now)
    work.stores.known_devices.forget_all_of(person.id)


def _note(work: Work, act: Act) -> None:
    work.stores.access.log_administration(work.actor, act, work.now, _self(work).username)


def _self(work: Work) -> Person:
    return work.stores.people.get(require_person(work))


def _means(work: Work, person: Person) -> Means:
    are_local = work.settings.is_local_account(person.username)
    has_password = work.stores.people.has_password(person.id)
    codes_since = work.stores.one_time_codes.set_at(person.id)
    return Means(
        passkeys=work.stores.passkeys.of(person.id),
        has_password=has_password,
        opens_with_password=has_password and (codes_since is not None or person.is_demonstration),
        codes_since=codes_since,
        are_local=are_local,
        recovery_codes=work.stores.recovery_codes.left(person.id),
    )
