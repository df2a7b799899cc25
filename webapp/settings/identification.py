"""Settings of strong identification at an OpenID Connect provider.

Without any of them it is off. As soon as one is set, all required ones must be set and valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from engine.settings import Setting
from webapp.settings.addresses import address_problems

PREFIX = "VIREILLE_IDENTIFICATION_"
NAMED_IN = ("fi", "sv", "en")
SETTINGS: Final = (
    Setting(
        f"{PREFIX}ISSUER",
        "",
        "Issuer of the identification service, as its discovery document says it.",
        shown="identification is off: no link, no route",
    ),
    Setting(f"{PREFIX}CLIENT_ID", "", "The client id that the service gave.", shown="needed"),
    Setting(f"{PREFIX}SECRET_FILE", "", "File with the client secret.", shown="this or `KEY_FILE`"),
    Setting(
        f"{PREFIX}KEY_FILE",
        "",
        "File with a private key (PEM, RSA of 2048 bits or EC P-256): authenticates the client where there is no secret, and "
        "opens encrypted ID tokens.",
        shown="this or `SECRET_FILE`",
    ),
    Setting(
        f"{PREFIX}LEVELS",
        "",
        "Values of `acr` that are strong enough, with spaces between; any other is refused.",
        shown="needed",
    ),
    Setting(
        f"{PREFIX}CLAIM", "", "Claim of the ID token that holds the personal identity code.", shown="needed"
    ),
    Setting(f"{PREFIX}SCOPES", "openid", "Scopes to ask for."),
    Setting(
        f"{PREFIX}HOSTS",
        "",
        "`host:port` of the service's addresses that are not the issuer's, with spaces between.",
    ),
    Setting(f"{PREFIX}NAME_FI", "", "The service's name in Finnish.", shown="needed"),
    Setting(f"{PREFIX}NAME_SV", "", "Its name in Swedish.", shown="the Finnish name"),
    Setting(
        f"{PREFIX}NAME_EN",
        "",
        "Its name in English and on pages in other languages.",
        shown="the Finnish name",
    ),
)
NEEDED = ("ISSUER", "CLIENT_ID", "LEVELS", "CLAIM", "NAME_FI")
KNOWN = frozenset(each.name.removeprefix(PREFIX) for each in SETTINGS)
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
    """Its name by language; the Finnish name stands for missing ones."""
    secret: str = field(default="", repr=False)
    key: PrivateKey | None = field(default=None, repr=False)
    """Ours: proves who asks where there is no secret, and opens ID tokens that are encrypted for us."""
    scopes: tuple[str, ...] = ("openid",)
    hosts: frozenset[str] = frozenset()
    """Hosts of the provider's addresses, beside the issuer's own."""

    def name_in(self, language: str) -> str:
        wanted = {"fi": "fi", "selko": "fi", "sv": "sv"}.get(language, "en")
        return self.names.get(wanted, self.names["fi"])

    def is_expected(self, address: str) -> bool:
        """Return True if the provider may name this address: at a known host, and https if its issuer is."""
        issuer, asked = urlsplit(self.issuer), urlsplit(address)
        return asked.scheme == issuer.scheme and asked.netloc in {issuer.netloc, *self.hosts}

    @classmethod
    def from_environment(cls, env: Mapping[str, str], problems: list[str]) -> IdentificationSettings | None:
        """Return the settings; None without any. Adds every mistake to `problems`."""
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
