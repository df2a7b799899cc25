"""Checks of an ID token (OpenID Connect Core 1.0, 3.1.3.7): signature, audience, time, nonce and level of assurance."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime

from joserfc import jwe, jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol

from webapp.identification.errors import NotIdentified, WithoutCode
from webapp.identification.metadata import Discovery, Key
from webapp.settings import IdentificationSettings
from webapp.settings.identification import PrivateKey

SIGNED_WITH = ("RS256", "PS256", "ES256")
"""Accepted signatures. Neither ``none`` nor a shared secret: anyone who can check such a token could have made it."""
SEALED_WITH = (
    "RSA-OAEP-256",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A256KW",
    "A128GCM",
    "A256GCM",
    "A128CBC-HS256",
    "A256CBC-HS512",
)
MOST_CHARACTERS = 32 * 1024
LEEWAY = 60
"""Seconds that two clocks may differ."""
OLDEST = 600
"""Seconds since it was made. Ours is fetched at once; an older one comes from elsewhere."""
SMALLEST_RSA = 2048


def claims_of(
    token: str, nonce: str, moment: datetime, settings: IdentificationSettings, discovery: Discovery
) -> Mapping[str, object]:
    """Return the claims of the token. Raise NotIdentified unless every check passes."""
    claims = _signed(token, settings, discovery)
    if not _is_for_us(claims, settings):
        raise NotIdentified("made for another")
    if not _is_fresh(claims, moment):
        raise NotIdentified("not made now: compare the clocks")
    if not _is_of(claims, nonce):
        raise NotIdentified("of another sign-in")
    if settings.levels and claims.get("acr") not in settings.levels:
        raise NotIdentified("too weak")
    return claims


def identity_code_of(claims: Mapping[str, object], settings: IdentificationSettings) -> str:
    """Return the person's identity code in the claims. Raise WithoutCode if there is none."""
    code = claims.get(settings.claim)
    if code is None or code == "":
        raise WithoutCode
    if not isinstance(code, str):
        raise NotIdentified("a claim of another kind")
    return code


def authenticated_at(claims: Mapping[str, object], moment: datetime) -> datetime | None:
    """Return when the person showed the provider who they are; None if it does not say so. Raise NotIdentified if that
    is later than now."""
    seconds = _seconds(claims, "auth_time")
    if seconds is None:
        return None
    if seconds > moment.timestamp() + LEEWAY:
        raise NotIdentified("not made now: compare the clocks")
    return min(moment, datetime.fromtimestamp(max(0.0, seconds), moment.tzinfo))


def _signed(token: str, settings: IdentificationSettings, discovery: Discovery) -> Mapping[str, object]:
    if not token.isascii() or len(token) > MOST_CHARACTERS:
        raise NotIdentified("no token")

    def key_of(signature: GuestProtocol) -> Key:
        kid = signature.headers().get("kid")
        found = discovery.key(str(kid) if kid is not None else None)
        if found is None or (found.key_type == "RSA" and found.public_key.key_size < SMALLEST_RSA):
            raise NotIdentified("signed with an unknown key")
        return found

    try:
        signed = _opened(token, settings.key) if token.count(".") == 4 else token
        registry = jws.JWSRegistry(algorithms=list(SIGNED_WITH))
        return jwt.decode(signed, key_of, algorithms=SIGNED_WITH, registry=registry).claims
    except (JoseError, ValueError, TypeError, RecursionError) as broken:
        raise NotIdentified("signature or encryption") from broken


def _opened(token: str, key: PrivateKey | None) -> str:
    """Decrypt a token that was encrypted for us. Its content is not checked yet."""
    if key is None:
        raise NotIdentified("encrypted, and there is no key")
    registry = jwe.JWERegistry(algorithms=list(SEALED_WITH))
    opened = jwe.decrypt_compact(token, key, algorithms=SEALED_WITH, registry=registry)
    return (opened.plaintext or b"").decode("ascii")


def _is_for_us(claims: Mapping[str, object], settings: IdentificationSettings) -> bool:
    named = claims.get("aud")
    audience = named if isinstance(named, list) else [named]
    presenter = claims.get("azp", settings.client_id if len(audience) == 1 else None)
    return (
        claims.get("iss") == settings.issuer
        and settings.client_id in audience
        and presenter == settings.client_id
    )


def _is_fresh(claims: Mapping[str, object], moment: datetime) -> bool:
    now = moment.timestamp()
    expires_at, made_at = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires_at is None or made_at is None:
        return False
    return (
        expires_at > now - LEEWAY
        and now - OLDEST - LEEWAY <= made_at <= now + LEEWAY
        and (_seconds(claims, "nbf") or 0) <= now + LEEWAY
    )


def _seconds(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_of(claims: Mapping[str, object], nonce: str) -> bool:
    """Return True for a token with the nonce of this identification."""
    made_for = claims.get("nonce")
    return isinstance(made_for, str) and hmac.compare_digest(made_for.encode(), nonce.encode())
