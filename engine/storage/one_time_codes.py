"""One-time codes of an application in the person's telephone (RFC 6238), and recovery codes on paper.

No other module speaks to the library.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import func, select, update

from engine.domain.people import Person
from engine.errors import Unsealable
from engine.storage.sealing import Vault
from engine.storage.tables.sign_in import ONE_TIME_SECRETS, RECOVERY_CODES
from engine.storage.unit_of_work import UnitOfWork

OFFERED_FOR: Final = timedelta(hours=1)
RECOVERY: Final = 10
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without I, L, O, U, 0 and 1: written down and typed again."""
_LONGEST: Final = 40
_PLACE: Final = "one_time_secrets.secret/"


@dataclass(frozen=True, slots=True)
class OfferedSecret:
    """A secret for the person's application, not theirs until a code proves that it has arrived."""

    secret: str
    address: str
    """The `otpauth:` address that the application reads from a picture."""
    sealed: bytes
    """For the form, in which it comes back."""


class OneTimeCodes:
    _PURPOSE = "one-time codes"

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def offer(self, person: Person, moment: datetime) -> OfferedSecret:
        secret = pyotp.random_base32()
        address = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name="Vireille")
        held = {"secret": secret, "until": (moment + OFFERED_FOR).isoformat()}
        return OfferedSecret(secret, address, self._vault.seal_apart(self._PURPOSE, _offer(person.id), held))

    def take_up(self, person_id: UUID, sealed: bytes, code: str, moment: datetime) -> bool:
        """Store an offered secret if the code proves that the application has it. Return False otherwise, and for an
        offer that was not made to this person."""
        try:
            held = self._vault.open_apart(self._PURPOSE, _offer(person_id), sealed)
        except Unsealable:
            return False
        step = _step(held["secret"], code, moment)
        if step is None or datetime.fromisoformat(held["until"]) < moment:
            return False
        row = {
            "person_id": person_id,
            "secret": self._vault.seal_apart(self._PURPOSE, f"{_PLACE}{person_id}", held["secret"]),
            "set_at": moment,
            "last_step": step,
        }
        self._unit.upsert(ONE_TIME_SECRETS, row, change=("secret", "set_at", "last_step"))
        return True

    def set_at(self, person_id: UUID) -> datetime | None:
        """Return when the person took up one-time codes; None if they have none."""
        theirs = select(ONE_TIME_SECRETS.c.set_at).where(ONE_TIME_SECRETS.c.person_id == person_id)
        found: datetime | None = self._unit.execute(theirs).scalar_one_or_none()
        return found

    def accept(self, person_id: UUID, code: str, moment: datetime) -> bool:
        """Use up a code. Return False for a wrong one, and for one that was used before."""
        row = self._unit.row(select(ONE_TIME_SECRETS).where(ONE_TIME_SECRETS.c.person_id == person_id))
        if row is None:
            return False
        secret = self._vault.open_apart(self._PURPOSE, f"{_PLACE}{person_id}", row["secret"])
        step = _step(secret, code, moment)
        if step is None:
            return False
        # Of two who use one code at once, the second waits here and finds it used.
        later = ONE_TIME_SECRETS.c.person_id == person_id, ONE_TIME_SECRETS.c.last_step < step
        return self._unit.execute(update(ONE_TIME_SECRETS).where(*later).values(last_step=step)).rowcount == 1

    def remove(self, person_id: UUID) -> None:
        self._unit.delete(ONE_TIME_SECRETS, {"person_id": person_id})


class RecoveryCodes:
    """Each stands once for a one-time code, when the telephone is lost. Stored as digests."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._root = vault.root

    def renew(self, person_id: UUID) -> tuple[str, ...]:
        """Replace the person's codes. Return the new ones, which are shown this once."""
        self.remove(person_id)
        codes = tuple(_random_code() for _ in range(RECOVERY))
        rows = ({"code_hash": self._digest(person_id, each), "person_id": person_id} for each in codes)
        self._unit.insert(RECOVERY_CODES, *rows)
        return codes

    def use(self, person_id: UUID, code: str, moment: datetime) -> bool:
        """Use up a code. Return False for a wrong or used one."""
        one = RECOVERY_CODES.c.code_hash == self._digest(person_id, code), RECOVERY_CODES.c.used_at.is_(None)
        return self._unit.execute(update(RECOVERY_CODES).where(*one).values(used_at=moment)).rowcount == 1

    def left(self, person_id: UUID) -> int:
        theirs = RECOVERY_CODES.c.person_id == person_id, RECOVERY_CODES.c.used_at.is_(None)
        counted = select(func.count()).select_from(RECOVERY_CODES).where(*theirs)
        return int(self._unit.execute(counted).scalar_one())

    def remove(self, person_id: UUID) -> None:
        self._unit.delete(RECOVERY_CODES, {"person_id": person_id})

    def _digest(self, person_id: UUID, code: str) -> str:
        plain = "".join(each for each in code[:_LONGEST].upper() if each.isalnum())
        return self._root.digest("recovery code", f"{person_id} {plain}")


def _step(secret: str, code: str, moment: datetime) -> int | None:
    """Return the thirty seconds to which the code belongs: these, those before or those after; None for a wrong one."""
    totp = pyotp.TOTP(secret)
    now = totp.timecode(moment)
    typed = "".join(code[:_LONGEST].split())
    return next(
        (step for step in (now, now - 1, now + 1) if strings_equal(typed, totp.generate_otp(step))), None
    )


def _random_code() -> str:
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{drawn[:5]}-{drawn[5:]}"


def _offer(person_id: UUID) -> str:
    return f"offered to {person_id}"
