"""Settings of identification at an OpenID Connect provider: of applicants who read their own case, and of staff.

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

APPLICANTS: Final = "VIREILLE_IDENTIFICATION_"
STAFF: Final = "VIREILLE_SIGN_IN_"
"""Beginnings of the settings' names: applicants and staff come through different services."""
NAMED_IN = ("fi", "sv", "en")


def _declared(prefix: str, off: str, levels: Setting, claim: str, *more: Setting) -> tuple[Setting, ...]:
    return (
        Setting(
            f"{prefix}ISSUER",
            "",
            "Issuer of the identification service, as its discovery document says it.",
            shown=off,
        ),
        Setting(f"{prefix}CLIENT_ID", "", "The client id that the service gave.", shown="needed"),
        Setting(f"{prefix}SECRET_FILE", "", "File with the client secret.", shown="this or `KEY_FILE`"),
        Setting(
            f"{prefix}KEY_FILE",
            "",
            "File with a private key (PEM, RSA of 2048 bits or EC P-256): authenticates the client where there is no secret, and "
            "opens encrypted ID tokens.",
            shown="this or `SECRET_FILE`",
        ),
        levels,
        Setting(f"{prefix}CLAIM", "", claim, shown="needed"),
        Setting(f"{prefix}SCOPES", "openid", "Scopes to ask for."),
        Setting(
            f"{prefix}HOSTS",
            "",
            "`host:port` of the service's addresses that are not the issuer's, with spaces between.",
        ),
        Setting(f"{prefix}NAME_FI", "", "The service's name in Finnish.", shown="needed"),
        Setting(f"{prefix}NAME_SV", "", "Its name in Swedish.", shown="the Finnish name"),
        Setting(
            f"{prefix}NAME_EN",
            "",
            "Its name in English and on pages in other languages.",
            shown="the Finnish name",
        ),
        *more,
    )


SETTINGS: Final = (
    *_declared(
        APPLICANTS,
        "identification is off: no link, no route",
        Setting(
            f"{APPLICANTS}LEVELS",
            "",
            "Values of `acr` that are strong enough, with spaces between; any other is refused.",
            shown="needed",
        ),
        "Claim of the ID token that holds the personal identity code.",
    ),
    *_declared(
        STAFF,
        "staff sign in with local accounts",
        Setting(
            f"{STAFF}LEVELS",
            "",
            "Values of `acr` that are strong enough, with spaces between; any other is refused.",
            shown="any",
        ),
        "Claim of the ID token that names the person, for example `preferred_username`.",
        Setting(
            f"{STAFF}TABLE_FILE",
            "",
            "TOML file that says whose account a claim opens and which roles it allows; see [provider-sign-in](../decisions/provider-sign-in.md).",
            shown="needed",
        ),
    ),
)
KNOWN: Final = frozenset(each.name for each in SETTINGS)
_NEEDED: Final = {
    APPLICANTS: ("ISSUER", "CLIENT_ID", "LEVELS", "CLAIM", "NAME_FI"),
    STAFF: ("ISSUER", "CLIENT_ID", "CLAIM", "NAME_FI", "TABLE_FILE"),
}
SMALLEST_RSA = 2048
PrivateKey = RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class IdentificationSettings:
    issuer: str
    client_id: str
    levels: tuple[str, ...]
    """Values of ``acr`` that are strong enough; any other is refused. Staff may have none, and then any will do."""
    claim: str
    """Of the ID token: names the person, an applicant by the personal identity code."""
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
    def from_environment(
        cls, env: Mapping[str, str], problems: list[str], prefix: str = APPLICANTS
    ) -> IdentificationSettings | None:
        """Return the settings; None without any. Adds every mistake to `problems`."""
        given = given_with(prefix, env)
        if not given:
            return None
        found: list[str] = []
        missing = [name for name in _NEEDED[prefix] if name not in given]
        found += [f"{prefix}{name} puuttuu, vaikka tunnistautuminen on otettu käyttöön." for name in missing]
        unknown = sorted(name for name in given if prefix + name not in KNOWN)
        found += [f"{prefix}{name}: tällaista asetusta ei ole." for name in unknown]
        if "ISSUER" in given:
            found += address_problems(f"{prefix}ISSUER", given["ISSUER"], local_may_be_plain=True)
        scopes = tuple(given.get("SCOPES", "openid").split())
        if "openid" not in scopes:
            found.append(f"{prefix}SCOPES on {given['SCOPES']!r}; siinä pitää olla openid.")
        secret, key = _secret(prefix, given, found), _key(prefix, given, found)
        if not {"SECRET_FILE", "KEY_FILE"} & given.keys():
            found.append(f"{prefix}SECRET_FILE tai {prefix}KEY_FILE puuttuu: toinen niistä tarvitaan.")
        problems += found
        if found:
            return None
        return cls(
            issuer=given["ISSUER"],
            client_id=given["CLIENT_ID"],
            levels=tuple(given.get("LEVELS", "").split()),
            claim=given["CLAIM"],
            names={
                each: given[f"NAME_{each.upper()}"] for each in NAMED_IN if f"NAME_{each.upper()}" in given
            },
            secret=secret,
            key=key,
            scopes=scopes,
            hosts=frozenset(given.get("HOSTS", "").split()),
        )


def given_with(prefix: str, env: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that are given, by their names without the prefix."""
    return {
        name.removeprefix(prefix): value.strip()
        for name, value in env.items()
        if name.startswith(prefix) and value.strip()
    }


def _secret(prefix: str, given: Mapping[str, str], problems: list[str]) -> str:
    secret = _read(prefix, "SECRET_FILE", given, problems).strip()
    if "SECRET_FILE" in given and not secret and not problems:
        problems.append(f"{prefix}SECRET_FILE: tiedosto on tyhjä.")
    return secret


def _key(prefix: str, given: Mapping[str, str], problems: list[str]) -> PrivateKey | None:
    pem = _read(prefix, "KEY_FILE", given, problems)
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
        f"{prefix}KEY_FILE: tiedostossa pitää olla salaamaton yksityinen avain (PEM, RSA 2048 tai EC P-256)."
    )
    return None


def _is_strong(key: PrivateKey) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= SMALLEST_RSA
    # The curve that ES256, which every provider takes, is defined for.
    return key.curve_name == "P-256"


def _read(prefix: str, name: str, given: Mapping[str, str], problems: list[str]) -> str:
    if name not in given:
        return ""
    try:
        return Path(given[name]).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        problems.append(f"{prefix}{name} on {given[name]!r}; tiedostoa ei voi lukea.")
        return ""
