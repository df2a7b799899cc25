"""The web's address, its secret, and the address to which leaving leads."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from engine.errors import MisconfiguredEnvironment
from engine.settings import SETTINGS as ENGINE_SETTINGS
from engine.settings import Setting
from webapp.settings.addresses import address_problems
from webapp.settings.identification import IdentificationSettings

SETTINGS: Final = (
    Setting(
        "VIREILLE_WEB_SECRET",
        "",
        "Signs form tokens and notices; at least 32 characters.",
        shown="derived from the master key",
    ),
    Setting(
        "VIREILLE_LEAVE_URL",
        "https://www.ilmatieteenlaitos.fi/",
        "Where *Leave quickly* goes: a page that is the same for everyone.",
    ),
    Setting("VIREILLE_PROXIES", "0", "How many reverse proxies in front may say who the client is, 0 to 5."),
)
_DEFAULTS: Final = {each.name: each.default for each in (*ENGINE_SETTINGS, *SETTINGS)}


@dataclass(frozen=True, slots=True)
class WebSettings:
    base_url: str
    """The address people open. Anything but a loopback address must be https: the cookie of staff depends on it."""
    secret: bytes
    """Signs form tokens and notices. Not the key that seals case data."""
    help_line: str
    """The telephone number that stands on every public page."""
    leave_url: str
    """Target of *Leave quickly*: a page that is the same for everyone and remembers no earlier visit."""
    proxies: int
    """Number of reverse proxies in front that may name the client."""
    body_limit: int = 256 * 1024
    identification: IdentificationSettings | None = None
    """Identification service for reading one's own case; None leaves it out."""

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> WebSettings:
        """Read the settings from the environment (default: `os.environ`). Raise MisconfiguredEnvironment with every
        problem found."""
        env = os.environ if environment is None else environment
        problems: list[str] = []
        base_url = env.get("VIREILLE_BASE_URL", _DEFAULTS["VIREILLE_BASE_URL"]).rstrip("/")
        leave_url = env.get("VIREILLE_LEAVE_URL", _DEFAULTS["VIREILLE_LEAVE_URL"])
        problems += address_problems("VIREILLE_BASE_URL", base_url, local_may_be_plain=True)
        problems += address_problems("VIREILLE_LEAVE_URL", leave_url, local_may_be_plain=False)
        secret = _secret(env, problems)
        proxies = env.get("VIREILLE_PROXIES", _DEFAULTS["VIREILLE_PROXIES"])
        if not proxies.isdigit() or int(proxies) > 5:
            problems.append(f"VIREILLE_PROXIES on {proxies!r}; sen pitää olla kokonaisluku väliltä 0-5.")
        # Unset outside the demonstration is refused where the engine's settings are read.
        help_line = env.get("VIREILLE_HELP_LINE", _DEFAULTS["VIREILLE_HELP_LINE"]).strip()
        if sum(character.isdigit() for character in help_line) < 3:
            problems.append(f"VIREILLE_HELP_LINE on {help_line!r}; se ei ole puhelinnumero.")
        identification = IdentificationSettings.from_environment(env, problems)
        if problems:
            raise MisconfiguredEnvironment(tuple(problems))
        return cls(base_url, secret, help_line, leave_url, int(proxies), identification=identification)


def _secret(env: Mapping[str, str], problems: list[str]) -> bytes:
    given = env.get("VIREILLE_WEB_SECRET", "")
    if len(given) < 32:
        problems.append(
            "VIREILLE_WEB_SECRET puuttuu tai on liian lyhyt; siinä pitää olla vähintään 32 merkkiä."
        )
    return given.encode()


def derived_secret(master_key: Mapping[int, bytes]) -> bytes:
    """Return a secret for the web that reveals nothing about the master key it is derived from.

    It comes from the oldest version, which all processes have while the key is being changed: a page of one is accepted
    by the others.
    """
    oldest = master_key[min(master_key)]
    return base64.b64encode(hmac.digest(oldest, b"vireille web secret 1", hashlib.sha256))
