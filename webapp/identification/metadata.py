"""The provider's metadata (OpenID Connect Discovery 1.0) and its keys, cached for an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from webapp.identification.client import Answer, Client
from webapp.identification.errors import ProviderAway
from webapp.settings import IdentificationSettings

KEPT_SECONDS = 3600.0
LOOKED_AGAIN_SECONDS = 30.0
"""An unknown key is looked for at once, but not for every made-up token."""
AWAY_SECONDS = 5.0
"""A provider that did not answer is left alone so long: requests that wait for it would take every thread of the server."""
MOST_KEYS = 40
WELL_KNOWN = "/.well-known/openid-configuration"
Key = RSAKey | ECKey
_KINDS: Mapping[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}


@dataclass(frozen=True, slots=True)
class Metadata:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_auth_methods: tuple[str, ...]
    tells_issuer: bool
    """It names itself on the way back (RFC 9207), so that no other may pass for it."""
    end_session_endpoint: str
    """Ends a person's session there (OpenID Connect RP-Initiated Logout 1.0); empty without one."""


class Discovery:
    """The metadata and keys of one provider, shared by all threads."""

    def __init__(self, settings: IdentificationSettings, client: Client) -> None:
        self._settings = settings
        self._client = client
        self._lock = Lock()
        self._document: tuple[float, Metadata] | None = None
        self._away_until = 0.0
        self._keys: tuple[float, Mapping[str, Key]] | None = None

    def metadata(self) -> Metadata:
        with self._lock:
            kept, away_until = self._document, self._away_until
        if kept is not None and monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        if monotonic() < away_until:
            raise ProviderAway
        try:
            found = self._believed(self._client.read(self._settings.issuer.rstrip("/") + WELL_KNOWN))
        except ProviderAway:
            with self._lock:
                self._away_until = monotonic() + AWAY_SECONDS
            raise
        with self._lock:
            self._document = monotonic(), found
        return found

    def key(self, kid: str | None) -> Key | None:
        """Return the key with this id; without an id, the only key; None if there is none. For an unknown id the keys
        may be fetched again."""
        with self._lock:
            kept = self._keys
        age = monotonic() - kept[0] if kept is not None else KEPT_SECONDS
        found = _named(kept[1], kid) if kept is not None else None
        if age >= KEPT_SECONDS or (found is None and age >= LOOKED_AGAIN_SECONDS):
            keys = _public_keys(self._client.read(self.metadata().jwks_uri))
            with self._lock:
                self._keys = monotonic(), keys
            found = _named(keys, kid)
        return found

    def _believed(self, document: Answer) -> Metadata:
        """Read the metadata. Raise ProviderAway for another issuer, or for an address at a host that the settings do not name."""
        if document.get("issuer") != self._settings.issuer:
            raise ProviderAway
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Metadata(
            authorization_endpoint=self._expected(document, "authorization_endpoint"),
            token_endpoint=self._expected(document, "token_endpoint"),
            jwks_uri=self._expected(document, "jwks_uri"),
            token_auth_methods=tuple(map(str, methods)) if isinstance(methods, list) else (),
            tells_issuer=document.get("authorization_response_iss_parameter_supported") is True,
            end_session_endpoint=self._expected(document, "end_session_endpoint")
            if "end_session_endpoint" in document
            else "",
        )

    def _expected(self, document: Answer, name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or not self._settings.is_expected(address):
            raise ProviderAway(name)
        return address


def _named(keys: Mapping[str, Key], kid: str | None) -> Key | None:
    if kid is not None:
        return keys.get(kid)
    return next(iter(keys.values())) if len(keys) == 1 else None


def _public_keys(document: Answer) -> Mapping[str, Key]:
    """Return the keys for signatures by id. Other kinds and broken ones are left out."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise ProviderAway
    keys: dict[str, Key] = {}
    for place, each in enumerate(listed):
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        kind = _KINDS.get(str(each.get("kty")))
        try:
            key = kind.import_key(each) if kind is not None else None
        except (JoseError, ValueError, TypeError):
            continue
        if key is not None and not key.is_private:
            keys[str(each.get("kid", f"unnamed {place}"))] = key
    return keys
