"""The OpenID Connect provider of strong identification, or none.

Without any of these settings it is off. With one of them, all needed ones must be there and make sense.
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
    """The claim of the ID token with the personal identity code."""
    names: Mapping[str, str]
    """Its name by language; the Finnish one stands in for missing ones."""
    secret: str = field(default="", repr=False)
    key: PrivateKey | None = field(default=None, repr=False)
    """Our key: proves who asks where there is no secret, and decrypts ID tokens."""
    scopes: tuple[str, ...] = ("openid",)
    hosts: frozenset[str] = frozenset()
    """Hosts of the provider's addresses, besides the issuer's own."""

    def name_in(self, language: str) -> str:
        wanted = {"fi": "fi", "selko": "fi", "sv": "sv"}.get(language, "en")
        return self.names.get(wanted, self.names["fi"])

    def is_expected(self, address: str) -> bool:
        """Return True for an address of the issuer's scheme at a host that was named."""
        issuer, asked = urlsplit(self.issuer), urlsplit(address)
        return asked.scheme == issuer.scheme and asked.netloc in {issuer.netloc, *self.hosts}

    @classmethod
    def from_environment(cls, env: Mapping[str, str], problems: list[str]) -> IdentificationSettings | None:
        """Return None when nothing is set. Add every mistake to `problems`."""
        given = {
            name.removeprefix(PREFIX): value.strip()
            for name, value in env.items()
            if name.startswith(PREFIX) and value.strip()
        }
        if not given:
            return None
        found: list[str] = []
        missing = [name for name in NEEDED if name not in given]
        found += [f"{PREFIX}{name} puuttuu, vaikka tunnistautuminen on otettu käyttöön." for name in missing]
        found += [f"{PREFIX}{name}: tällaista asetusta ei ole." for name in sorted(given.keys() - KNOWN)]
        if "ISSUER" in given:
            found += address_problems(f"{PREFIX}ISSUER", given["ISSUER"], local_may_be_plain=True)
        scopes = tuple(given.get("SCOPES", "openid").split())
        if "openid" not in scopes:
            found.append(f"{PREFIX}SCOPES on {given['SCOPES']!r}; siinä pitää olla openid.")
        secret, key = _secret(given, found), _key(given, found)
        if not {"SECRET_FILE", "KEY_FILE"} & given.keys():
            found.append(f"{PREFIX}SECRET_FILE tai {PREFIX}KEY_FILE puuttuu: toinen niistä tarvitaan.")
        problems += found
        if found:
            return None
        return cls(
            issuer=given["ISSUER"],
            client_id=given["CLIENT_ID"],
            levels=tuple(given["LEVELS"].split()),
            claim=given["CLAIM"],
            names={
                each: given[f"NAME_{each.upper()}"] for each in NAMED_IN if f"NAME_{each.upper()}" in given
            },
            secret=secret,
            key=key,
            scopes=scopes,
            hosts=frozenset(given.get("HOSTS", "").split()),
        )


def _secret(given: Mapping[str, str], problems: list[str]) -> str:
    secret = _read("SECRET_FILE", given, problems).strip()
    if "SECRET_FILE" in given and not secret and not problems:
        problems.append(f"{PREFIX}SECRET_FILE: tiedosto on tyhjä.")
    return secret


def _key(given: Mapping[str, str], problems: list[str]) -> PrivateKey | None:
    pem = _read("KEY_FILE", given, problems)
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


def _read(name: str, given: Mapping[str, str], problems: list[str]) -> str:
    if name not in given:
        return ""
    try:
        return Path(given[name]).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        problems.append(f"{PREFIX}{name} on {given[name]!r}; tiedostoa ei voi lukea.")
        return ""
