"""People on the way to the authority's identity provider and back, to sign in or to prove again who they are.

What the return must match lies sealed in a cookie of the browser that left, so that setting out, which anybody may,
writes nothing; once back it is kept until it would have expired.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.errors import Unsealable
from engine.storage.sealing import Vault
from engine.storage.tables.sign_in import USED_CHALLENGES
from engine.storage.unit_of_work import UnitOfWork

ON_THE_WAY: Final = timedelta(minutes=15)
_PURPOSE: Final = "provider trip"
_BACK, _DONE = "back", "done"


@dataclass(frozen=True, slots=True)
class ProviderTrip:
    """Values of a way there that the return must match. Those of the person are empty for somebody who signs in."""

    state: str
    nonce: str
    verifier: str
    onwards: str
    """The page that was wanted."""
    person_id: str = ""
    session_hash: str = ""

    @property
    def person(self) -> UUID | None:
        return UUID(self.person_id) if self.person_id else None


class ProviderTrips:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def seal(self, trip: ProviderTrip, moment: datetime) -> str:
        """Return the trip as the browser keeps it."""
        held = {"trip": asdict(trip), "begun_at": moment.isoformat()}
        return urlsafe_b64encode(self._vault.seal_apart(_PURPOSE, _PURPOSE, held)).decode()

    def take(self, sealed: str, state: str, moment: datetime) -> tuple[ProviderTrip, datetime] | None:
        """Return the trip that ends with this state, and when it began: once, and within its time; else None."""
        found = self._opened(sealed, moment)
        if found is None or found[0].state != state or not self._note(_BACK, state, moment):
            return None
        return found

    def finish(self, sealed: str, moment: datetime) -> ProviderTrip | None:
        """Return a trip that was taken, once; else None."""
        found = self._opened(sealed, moment)
        # One that nobody has taken is taken here, which ends it as well.
        if found is None or self._note(_BACK, found[0].state, moment):
            return None
        return found[0] if self._note(_DONE, found[0].state, moment) else None

    def _opened(self, sealed: str, moment: datetime) -> tuple[ProviderTrip, datetime] | None:
        try:
            held = self._vault.open_apart(_PURPOSE, _PURPOSE, urlsafe_b64decode(sealed))
        except (Unsealable, binascii.Error, ValueError):
            return None
        begun_at = datetime.fromisoformat(held["begun_at"])
        return (ProviderTrip(**held["trip"]), begun_at) if moment < begun_at + ON_THE_WAY else None

    def _note(self, what: str, state: str, moment: datetime) -> bool:
        """Note a step of the way. Return False if it was taken before: of any number at once exactly one takes it."""
        digest = self._vault.root.digest(f"{_PURPOSE} {what}", state)
        used = {"challenge_hash": digest, "expires_at": moment + ON_THE_WAY}
        return self._unit.insert_if_absent(USED_CHALLENGES, used)
