"""The web's address, its secret, and the address to which leaving leads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from engine.errors import MisconfiguredEnvironment
from engine.settings import SETTINGS as ENGINE_SETTINGS
from engine.settings import Setting, from_files
from webapp.settings.addresses import address_problems, origin_problems
from webapp.settings.identification import IdentificationSettings
from webapp.settings.staff_sign_in import StaffSignIn

SETTINGS: Final = (
    Setting(
        "VIREILLE_WEB_SECRET",
        "",
        "Signs form tokens and notices; at least 32 characters.",
        shown="derived from the root key, which never changes",
    ),
    Setting("VIREILLE_WEB_SECRET_FILE", "", "File with that secret, in its place."),
    Setting(
        "VIREILLE_LEAVE_URL",
        "https://www.ilmatieteenlaitos.fi/",
        "Where *Leave quickly* goes: a page that is the same for everyone.",
    ),
    Setting(
        "VIREILLE_METRICS_TOKEN_FILE",
        "",
        "File with a token of at least 32 characters for `/metrics` and the details of `/health/ready`, sent as "
        "`Authorization: Bearer …`.",
        shown="only this machine itself may ask",
    ),
    Setting(
        "VIREILLE_DATA_PROTECTION_OFFICER",
        "",
        "How to reach the authority's data protection officer (GDPR articles 13 and 37), in one line as the privacy page shows "
        "it: a telephone number, an address, a title.",
        shown="the privacy page gives the telephone number of the service",
    ),
    Setting(
        "VIREILLE_DATA_PROTECTION_OMBUDSMAN",
        "",
        "How to reach the Data Protection Ombudsman, to whom a person may complain (GDPR articles 13 and 77), in one line as the "
        "privacy page shows it. Not verified here.",
        shown="the privacy page says to ask at the service",
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
    staff_sign_in: StaffSignIn | None = None
    """The authority's identity provider, at which staff sign in; None leaves local accounts alone."""
    data_protection_officer: str = ""
    """How to reach the authority's; empty: ask at the service's number."""
    data_protection_ombudsman: str = ""
    """How to reach the supervisory authority; empty: ask at the service's number."""
    metrics_token: str = field(default="", repr=False)
    """Opens the numbers to other machines; empty: to none."""

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, derived: str = ""
    ) -> WebSettings:
        """Read the settings from the environment (default: `os.environ`). Raise MisconfiguredEnvironment with every
        problem found. The `derived` secret stands where none is set."""
        problems: list[str] = []
        given = os.environ if environment is None else environment
        env = from_files(given, ("VIREILLE_WEB_SECRET",), problems)
        base_url = env.get("VIREILLE_BASE_URL", _DEFAULTS["VIREILLE_BASE_URL"]).rstrip("/")
        leave_url = env.get("VIREILLE_LEAVE_URL", _DEFAULTS["VIREILLE_LEAVE_URL"])
        problems += address_problems(
            "VIREILLE_BASE_URL", base_url, local_may_be_plain=True
        ) or origin_problems("VIREILLE_BASE_URL", base_url)
        problems += address_problems("VIREILLE_LEAVE_URL", leave_url, local_may_be_plain=False)
        secret = _secret(env, derived, problems)
        proxies = env.get("VIREILLE_PROXIES", _DEFAULTS["VIREILLE_PROXIES"])
        if not proxies.isdigit() or int(proxies) > 5:
            problems.append(f"VIREILLE_PROXIES on {proxies!r}; sen pitää olla kokonaisluku väliltä 0-5.")
        elif int(proxies) == 0 and base_url.startswith("https://"):
            # The program speaks no TLS: something in front does, and everyone would seem to come from its address.
            problems.append(
                "VIREILLE_BASE_URL alkaa https://, mutta VIREILLE_PROXIES on 0. Aseta VIREILLE_PROXIES=1, jos edessä on yksi "
                "välityspalvelin: muuten kaikki kävijät näyttävät tulevan samasta osoitteesta ja lukitsevat toisensa ulos."
            )
        # Unset outside the demonstration is refused where the engine's settings are read.
        help_line = env.get("VIREILLE_HELP_LINE", _DEFAULTS["VIREILLE_HELP_LINE"]).strip()
        if sum(character.isdigit() for character in help_line) < 3:
            problems.append(f"VIREILLE_HELP_LINE on {help_line!r}; se ei ole puhelinnumero.")
        identification = IdentificationSettings.from_environment(env, problems)
        staff_sign_in = StaffSignIn.from_environment(env, problems)
        metrics_token = _metrics_token(env, problems)
        if problems:
            raise MisconfiguredEnvironment(tuple(problems))
        return cls(
            base_url,
            secret,
            help_line,
            leave_url,
            int(proxies),
            identification=identification,
            staff_sign_in=staff_sign_in,
            data_protection_officer=" ".join(env.get("VIREILLE_DATA_PROTECTION_OFFICER", "").split()),
            data_protection_ombudsman=" ".join(env.get("VIREILLE_DATA_PROTECTION_OMBUDSMAN", "").split()),
            metrics_token=metrics_token,
        )


def _secret(env: Mapping[str, str], derived: str, problems: list[str]) -> bytes:
    given = env.get("VIREILLE_WEB_SECRET", derived)
    if len(given) < 32:
        problems.append(
            "VIREILLE_WEB_SECRET puuttuu tai on liian lyhyt; siinä pitää olla vähintään 32 merkkiä."
        )
    return given.encode()


def _metrics_token(env: Mapping[str, str], problems: list[str]) -> str:
    file = env.get("VIREILLE_METRICS_TOKEN_FILE", "")
    if not file:
        return ""
    try:
        token = Path(file).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        problems.append(f"VIREILLE_METRICS_TOKEN_FILE on {file!r}; tiedostoa ei voi lukea.")
        return ""
    if len(token) < 32:
        problems.append(
            f"VIREILLE_METRICS_TOKEN_FILE: tiedostossa {file} pitää olla vähintään 32 merkkiä. "
            f"Luo se: openssl rand -hex 32 > {file}"
        )
    return token
