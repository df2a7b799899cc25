"""How often anyone may guess at a sign-in: by source first, by name from that source, and by name from everywhere.

A device known by an earlier success has a count of its own: no guesses made elsewhere shut it out, and a colleague's
mistakes behind the same address don't either. A passkey names nobody and can't be guessed: only its source is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from engine.executor import Work

BY_SOURCE: Final = 30
BY_NAME_FROM_SOURCE: Final = 10
BY_DEVICE: Final = 10
WINDOW: Final = timedelta(minutes=15)
BY_NAME: Final = 100
"""Wrong passwords for one name from everywhere in a day (NIST SP 800-63B 5.2.2: no more than a hundred)."""
DAY: Final = timedelta(days=1)
_SOURCE, _NAME_FROM_SOURCE, _NAME, _DEVICE = (
    "sign-in source",
    "sign-in name from source",
    "sign-in name",
    "sign-in device",
)


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """The name that was typed (none with a passkey or an invitation), the source it came from, and the device."""

    username: str
    source: str
    device: str = ""
    """The token of a device that may be known; empty without one."""
    is_local: bool = False
    """True if it comes from this machine itself."""
    browser: str = ""
    """A word for the device, by which the person knows the session again in the list of theirs."""

    @property
    def name(self) -> str:
        return self.username.lower()

    @property
    def name_from_source(self) -> str:
        return f"{self.source} {self.name}"

    @property
    def name_on_device(self) -> str:
        return f"{self.device} {self.name}"


def count(work: Work, attempt: SignInAttempt) -> bool:
    """Count an attempt. Return False if it is one too many.

    What a source has used up costs a name nothing: else ten requests a name would lock everybody out.
    """
    limits, now = work.stores.rate_limits, work.now
    if work.stores.known_devices.knows(attempt.device, attempt.username):
        return limits.spend(_DEVICE, attempt.name_on_device, now, limit=BY_DEVICE, window=WINDOW)
    if not limits.spend(_SOURCE, attempt.source, now, limit=BY_SOURCE, window=WINDOW):
        return False
    if not attempt.name:
        # All passkeys would share one count, and a hundred wrong answers would shut everybody out.
        return True
    return limits.spend(
        _NAME_FROM_SOURCE, attempt.name_from_source, now, limit=BY_NAME_FROM_SOURCE, window=WINDOW
    ) and limits.spend(_NAME, attempt.name, now, limit=BY_NAME, window=DAY)


def forgive(work: Work, attempt: SignInAttempt) -> None:
    """Take a person's own attempts off every count: who got in was not guessing. Guesses of others stay counted."""
    limits, now = work.stores.rate_limits, work.now
    on_device = limits.forgive(_DEVICE, attempt.name_on_device, now)
    if not attempt.name:
        limits.give_back(_SOURCE, attempt.source, now, 0 if on_device else 1)
        return
    own = limits.forgive(_NAME_FROM_SOURCE, attempt.name_from_source, now)
    limits.give_back(_SOURCE, attempt.source, now, own)
    limits.give_back(_NAME, attempt.name, now, own)
