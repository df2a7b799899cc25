"""The redirect to the provider and back: authorization code flow with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt

from webapp.identification.client import Answer, Client
from webapp.identification.errors import NotIdentified, ProviderAway
from webapp.identification.id_token import LEEWAY, authenticated_at, claims_of, identity_code_of
from webapp.identification.metadata import Discovery, Metadata
from webapp.settings import IdentificationSettings
from webapp.settings.identification import PrivateKey

MOST_CHARACTERS = 4096
"""Characters of the code in the address on the way back."""
ASSERTION_SECONDS = 60
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one identification. The return must match them, and no other identification uses them."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Provider:
    """One provider, with this service as its client. Shared by all threads."""

    def __init__(self, settings: IdentificationSettings, return_address: str) -> None:
        self.settings = settings
        self._return_address = return_address
        self._client = Client()
        self._discovery = Discovery(settings, self._client)

    def address(self, trip: Secrets, language: str, longest: timedelta | None = None) -> str:
        """Return the address to which the person is redirected. Raise ProviderAway if the provider can't be reached.

        A person who has shown the provider who they are within `longest` need not do so again. Without it, or with no
        time at all, they always do: somebody else may have been identified on this device before.
        """
        endpoint = self._discovery.metadata().authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._return_address,
            "scope": " ".join(self.settings.scopes),
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": trip.challenge,
            "code_challenge_method": "S256",
            **({"acr_values": " ".join(self.settings.levels)} if self.settings.levels else {}),
            **({} if longest else {"prompt": "login"}),
            **({} if longest is None else {"max_age": str(int(longest.total_seconds()))}),
            "ui_locales": language,
        }
        return _joined(endpoint, asked)

    def address_to_leave(self, onwards: str, language: str) -> str:
        """Return the address at which the person ends their session at the provider, and is sent on; empty if it has
        none. Raise ProviderAway if it can't be reached."""
        endpoint = self._discovery.metadata().end_session_endpoint
        asked = {
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": onwards,
            "ui_locales": language,
        }
        return _joined(endpoint, asked) if endpoint else ""

    def identity_code(self, brought: Mapping[str, str], nonce: str, verifier: str, moment: datetime) -> str:
        """Return the identity code of the visitor who came back with these parameters. It works once: the code gives one token."""
        return identity_code_of(self.claims(brought, nonce, verifier, moment), self.settings)

    def claims(
        self, brought: Mapping[str, str], nonce: str, verifier: str, moment: datetime
    ) -> Mapping[str, object]:
        """Return what the provider says of the visitor who came back with these parameters. It works once."""
        metadata = self._discovery.metadata()
        issuer = brought.get("iss")
        if issuer != self.settings.issuer and (issuer is not None or metadata.tells_issuer):
            raise NotIdentified("back from another provider")
        code = brought.get("code", "")
        if "error" in brought or not 0 < len(code) <= MOST_CHARACTERS:
            raise NotIdentified("broken off at the provider")
        answer = self._exchange(metadata, code, verifier, moment)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotIdentified("no token")
        return claims_of(token, nonce, moment, self.settings, self._discovery)

    def shown_at(
        self, claims: Mapping[str, object], moment: datetime, since: datetime | None = None
    ) -> datetime | None:
        """Return when the person showed the provider who they are; None if it does not say so. Raise NotIdentified if
        it was before `since`, or if that is not known."""
        shown = authenticated_at(claims, moment)
        if since is not None and (shown is None or shown < since - timedelta(seconds=LEEWAY)):
            raise NotIdentified("not proved anew at the provider")
        return shown

    def _exchange(self, metadata: Metadata, code: str, verifier: str, moment: datetime) -> Answer:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_address,
            "code_verifier": verifier,
        }
        proof, headers = self._proof(metadata, moment)
        return self._client.send(metadata.token_endpoint, asked | proof, headers)

    def _proof(self, metadata: Metadata, moment: datetime) -> tuple[dict[str, str], dict[str, str]]:
        """Return the request's fields and headers that prove this client's identity."""
        client = self.settings.client_id
        if self.settings.secret and "client_secret_basic" in metadata.token_auth_methods:
            # RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
            pair = f"{quote(client, safe='')}:{quote(self.settings.secret, safe='')}"
            return {}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        if self.settings.secret and "client_secret_post" in metadata.token_auth_methods:
            return {"client_id": client, "client_secret": self.settings.secret}, {}
        if self.settings.key is not None and "private_key_jwt" in metadata.token_auth_methods:
            assertion = _assertion(self.settings.key, client, metadata.token_endpoint, moment)
            return {
                "client_id": client,
                "client_assertion_type": _ASSERTION,
                "client_assertion": assertion,
            }, {}
        raise ProviderAway


def _joined(endpoint: str, asked: Mapping[str, str]) -> str:
    joined = "&" if urlsplit(endpoint).query else "?"
    return f"{endpoint}{joined}{urlencode(asked, quote_via=quote)}"


def _assertion(key: PrivateKey, client: str, audience: str, moment: datetime) -> str:
    """Return an assertion of RFC 7523: signed with our key, for this provider, valid once and for a minute."""
    made_at = int(moment.timestamp())
    header = {"alg": "RS256" if key.key_type == "RSA" else "ES256", "kid": key.thumbprint()}
    claims = {
        "iss": client,
        "sub": client,
        "aud": audience,
        "jti": secrets.token_urlsafe(24),
        "iat": made_at,
        "exp": made_at + ASSERTION_SECONDS,
    }
    return jwt.encode(header, claims, key)
