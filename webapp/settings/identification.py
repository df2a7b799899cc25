"""Where people identify themselves strongly: an OpenID Connect provider, or none at all.

Nothing set means off. As soon as one of the settings is there, all that are needed must be there and make sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from webapp.settings.addresses import address_problems

PREFIX = "VIREILLE_IDENTIFICATION_"
NAMED_IN = ("fi", "sv", "en")
NEEDED = ("ISSUER", "CLIENT_ID", "LEVELS", "CLAIM", "NAME_FI")
KNOWN = frozenset({*NEEDED, "NAME_SV", "NAME_EN", "SECRET_FILE", "KEY_FILE", "SCOPES", "HOSTS"})
SMALLEST_RSA = 2048
PrivateKey = RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class IdentificationSettings:
    issuer: str
    client_id: str
    levels: tuple[str, ...]
    """Values of ``acr`` that are strong enough; any other is refused."""
    claim: str
    """Of the ID token: holds the personal identity code."""
    names: Mapping[str, str]
    """What people call it, by language; the Finnish name stands for those that are missing."""
    secret: str = field(default="", repr=False)
    key: PrivateKey | None = field(default=None, repr=False)
    """Ours: proves who asks where there is no secret, and opens ID tokens that are encrypted for us."""
    scopes: tuple[str, ...] = ("openid",)
    hosts: frozenset[str] = frozenset()
    """Where the provider's addresses may stand, beside the issuer's own host."""

    def name_in(self, language: str) -> str:
        wanted = {"fi": "fi", "selko": "fi", "sv": "sv"}.get(language, "en")
        return self.names.get(wanted, self.names["fi"])

    def is_expected(self, address: str) -> bool:
        """Whether the provider may send us there: encrypted as its issuer is, at a host that was named."""
        issuer, asked = urlsplit(self.issuer), urlsplit(address)
        return asked.scheme == issuer.scheme and asked.netloc in {issuer.netloc, *self.hosts}

    @classmethod
    def from_environment(cls, env: Mapping[str, str], problems: list[str]) -> IdentificationSettings | None:
        """None when nothing is set. Adds to `problems` all that is wrong."""
        told = {
            name.removeprefix(PREFIX): value.strip()
            for name, value in env.items()
            if name.startswith(PREFIX) and value.strip()
        }
        if not told:
            return None
        found: list[str] = []
        missing = [name for name in NEEDED if name not in told]
        found += [f"{PREFIX}{name} puuttuu, vaikka tunnistautuminen on otettu käyttöön." for name in missing]
        found += [f"{PREFIX}{name}: tällaista asetusta ei ole." for name in sorted(told.keys() - KNOWN)]
        if "ISSUER" in told:
            found += address_problems(f"{PREFIX}ISSUER", told["ISSUER"], local_may_be_plain=True)
        scopes = tuple(told.get("SCOPES", "openid").split())
        if "openid" not in scopes:
            found.append(f"{PREFIX}SCOPES on {told['SCOPES']!r}; siinä pitää olla openid.")
        secret, key = _secret(told, found), _key(told, found)
        if not {"SECRET_FILE", "KEY_FILE"} & told.keys():
            found.append(f"{PREFIX}SECRET_FILE tai {PREFIX}KEY_FILE puuttuu: toinen niistä tarvitaan.")
        problems += found
        if found:
            return None
        return cls(
            issuer=told["ISSUER"],
            client_id=told["CLIENT_ID"],
            levels=tuple(told["LEVELS"].split()),
            claim=told["CLAIM"],
            names={each: told[f"NAME_{each.upper()}"] for each in NAMED_IN if f"NAME_{each.upper()}" in told},
            secret=secret,
            key=key,
            scopes=scopes,
            hosts=frozenset(told.get("HOSTS", "").split()),
        )


def _secret(told: Mapping[str, str], problems: list[str]) -> str:
    secret = _read("SECRET_FILE", told, problems).strip()
    if "SECRET_FILE" in told and not secret and not problems:
        problems.append(f"{PREFIX}SECRET_FILE: tiedosto on tyhjä.")
    return secret


def _key(told: Mapping[str, str], problems: list[str]) -> PrivateKey | None:
    pem = _read("KEY_FILE", told, problems)
    if not pem:
        return None
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private and _is_strong(key):
            return key
    problems.append(
        f"{PREFIX}KEY_FILE: tiedostossa pitää olla salaamaton yksityinen avain (PEM, RSA 2048 tai EC P-256)."
    )
    return None


def _is_strong(key: PrivateKey) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= SMALLEST_RSA
    # The curve that ES256, which every provider takes, is defined for.
    return key.curve_name == "P-256"


def _read(name: str, told: Mapping[str, str], problems: list[str]) -> str:
    if name not in told:
        return ""
    try:
        return Path(told[name]).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        problems.append(f"{PREFIX}{name} on {told[name]!r}; tiedostoa ei voi lukea.")
        return ""
