"""Passkeys (WebAuthn). No other module speaks to the library.

A challenge carries its time and purpose under a key of ours, so that asking for one writes nothing; once answered it is
kept until it would have expired.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import delete, select
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from engine.domain.people import Person
from engine.errors import Invalid, PasskeyRefused
from engine.storage.database import new_id
from engine.storage.keys import RootKey
from engine.storage.rows import row_of, value_of
from engine.storage.tables.sign_in import PASSKEYS, USED_CHALLENGES
from engine.storage.unit_of_work import UnitOfWork

LONGEST_ANSWER: Final = 20_000
ANSWERED_WITHIN: Final = timedelta(minutes=5)
_RANDOM, _MOMENT, _SEAL = 16, 8, 16
_BROKEN = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""Raised by the library for answers that no browser sends."""


@dataclass(frozen=True, slots=True)
class Site:
    """The address that passkeys are made for."""

    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def takes_passkeys(self) -> bool:
        """Return False for a bare IP address, for which browsers make none."""
        try:
            ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


@dataclass(frozen=True, slots=True)
class Passkey:
    id: UUID
    person_id: UUID
    credential_id: str
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None


class Passkeys:
    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    # ---------------------------------------------------------------- asking the browser

    def options_to_use(
        self, site: Site, purpose: str, moment: datetime, person_id: UUID | None = None
    ) -> str:
        """Return, as JSON for the browser, what to sign. Without a person any passkey of this site will do."""
        asked = webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=self._challenge(purpose, moment),
            allow_credentials=_described(self.of(person_id)) if person_id else None,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(asked)

    def options_to_make(self, site: Site, person: Person, moment: datetime) -> str:
        """Return, as JSON for the browser, how to make a passkey: one that names its account and asks for a PIN, a
        finger or a face."""
        asked = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name="Vireille",
            user_id=person.id.bytes,
            user_name=person.username,
            user_display_name=person.name,
            challenge=self._challenge(_to_make(person.id), moment),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(self.of(person.id)),
        )
        return webauthn.options_to_json(asked)

    # ---------------------------------------------------------------- its answers

    def add(self, site: Site, person_id: UUID, answer: str, name: str, moment: datetime) -> Passkey:
        """Add the passkey that the browser made. Raise PasskeyRefused if the answer proves nothing, Invalid if the
        passkey is an account's already."""
        try:
            made = parse_registration_credential_json(answer[:LONGEST_ANSWER])
            challenge = self._answered(made.response.client_data_json, _to_make(person_id), moment)
            verified = webauthn.verify_registration_response(
                credential=made,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except _BROKEN as broken:
            raise PasskeyRefused from broken
        credential_id = bytes_to_base64url(verified.credential_id)
        if self._find(credential_id) is not None:
            raise Invalid("Tämä pääsyavain on jo käytössä. Luo uusi avain.", field="passkey")
        added = Passkey(
            id=new_id(),
            person_id=person_id,
            credential_id=credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=name,
            created_at=moment,
            used_at=None,
        )
        self._unit.insert(PASSKEYS, row_of(PASSKEYS, added))
        return added

    def use(self, site: Site, purpose: str, answer: str, moment: datetime) -> Passkey:
        """Return the passkey that signed the challenge. Raise PasskeyRefused if the answer proves nothing, was used
        before, or comes from a copy of the key."""
        try:
            given = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
            challenge = self._answered(given.response.client_data_json, purpose, moment)
            passkey = self._find(bytes_to_base64url(given.raw_id))
            if passkey is None:
                raise PasskeyRefused
            verified = webauthn.verify_authentication_response(
                credential=given,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _BROKEN as broken:
            raise PasskeyRefused from broken
        handle = given.response.user_handle
        if handle is not None and handle != passkey.person_id.bytes:
            raise PasskeyRefused
        changed = {"sign_count": verified.new_sign_count, "used_at": moment}
        self._unit.update(PASSKEYS, {"id": passkey.id}, changed)
        return passkey

    # ---------------------------------------------------------------- keeping them

    def of(self, person_id: UUID) -> tuple[Passkey, ...]:
        theirs = select(PASSKEYS).where(PASSKEYS.c.person_id == person_id).order_by(PASSKEYS.c.created_at)
        return tuple(value_of(Passkey, row) for row in self._unit.rows(theirs))

    def take_turn(self, person_id: UUID) -> None:
        """Wait for those who remove passkeys of the person at the same time."""
        self._unit.take_turn(person_id)

    def remove(self, person_id: UUID, passkey_id: UUID) -> None:
        self._unit.delete(PASSKEYS, {"id": passkey_id, "person_id": person_id})

    def remove_all_of(self, person_id: UUID) -> None:
        self._unit.delete(PASSKEYS, {"person_id": person_id})

    def forget_answered(self, moment: datetime) -> None:
        self._unit.execute(delete(USED_CHALLENGES).where(USED_CHALLENGES.c.expires_at < moment))

    def _find(self, credential_id: str) -> Passkey | None:
        row = self._unit.row(select(PASSKEYS).where(PASSKEYS.c.credential_id == credential_id))
        return None if row is None else value_of(Passkey, row)

    # ---------------------------------------------------------------- challenges

    def _challenge(self, purpose: str, moment: datetime) -> bytes:
        plain = secrets.token_bytes(_RANDOM) + int(moment.timestamp()).to_bytes(_MOMENT, "big")
        return plain + self._seal(purpose, plain)

    def _answered(self, collected: bytes, purpose: str, moment: datetime) -> bytes:
        """Return the challenge in an answer, if it is ours, for this purpose, of the last minutes and answered for
        the first time. Else raise PasskeyRefused."""
        challenge = parse_client_data_json(collected).challenge
        plain, seal = challenge[: _RANDOM + _MOMENT], challenge[_RANDOM + _MOMENT :]
        if not hmac.compare_digest(seal, self._seal(purpose, plain)):
            raise PasskeyRefused
        expires = int.from_bytes(plain[_RANDOM:], "big") + int(ANSWERED_WITHIN.total_seconds())
        if expires < moment.timestamp():
            raise PasskeyRefused
        digest = self._root.digest("passkey challenge", plain.hex())
        used = {"challenge_hash": digest, "expires_at": moment + ANSWERED_WITHIN}
        if not self._unit.insert_if_absent(USED_CHALLENGES, used):
            raise PasskeyRefused
        return challenge

    def _seal(self, purpose: str, plain: bytes) -> bytes:
        key = self._root.derive("passkey challenge")
        return hmac.digest(key, purpose.encode() + b"|" + plain, "sha256")[:_SEAL]


def _to_make(person_id: UUID) -> str:
    return f"make {person_id}"


def _described(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in passkeys]
