"""Returns from the identification service: a real provider, and all the ways in which a return proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support.identity_provider import (
    CLAIM,
    OUR_KEY,
    PEOPLE,
    WEAK,
    IdentityProvider,
    identity_provider,
    new_key,
    settings_of,
    signed,
    unsigned,
)
from tests.support.world import BEGINNING, Clock
from webapp.identification import NotIdentified, Provider, ProviderAway, Secrets, WithoutCode
from webapp.identification.client import MOST_BYTES
from webapp.identification.metadata import AWAY_SECONDS

BACK = "http://vireille.example/i"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def there(clock: Clock) -> Iterator[IdentityProvider]:
    with identity_provider(clock) as provider:
        yield provider


def identified(
    there: IdentityProvider, person: str | None = "aino", us: Provider | None = None, **changes: Any
) -> str:
    """Send somebody there and back; return the identity code that is believed."""
    us = us or Provider(settings_of(there, **changes), BACK)
    trip = Secrets()
    back = there.identifies(us.address(trip, "fi"), person)
    return us.identity_code(brought(back), trip.nonce, trip.verifier, there.now())


def brought(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_identified_person_is_returned(there: IdentityProvider) -> None:
    assert identified(there) == PEOPLE["aino"]
    assert identified(there, "eero") == PEOPLE["eero"]


def test_the_redirect_carries_the_whole_request(there: IdentityProvider) -> None:
    trip = Secrets()
    address = Provider(settings_of(there, scopes=("openid", "personal")), BACK).address(trip, "sv")

    asked = brought(address)
    assert address.startswith(f"{there.issuer}/authorize?")
    assert (asked["scope"], asked["redirect_uri"], asked["ui_locales"]) == ("openid personal", BACK, "sv")
    assert (asked["prompt"], asked["acr_values"]) == ("login", "urn:example:loa:substantial")
    assert trip.verifier not in address
    assert len({*vars_of(trip), *vars_of(Secrets())}) == 6


def vars_of(trip: Secrets) -> tuple[str, str, str]:
    return trip.state, trip.nonce, trip.verifier


def test_elliptic_curves_and_our_own_key_instead_of_a_secret(there: IdentityProvider) -> None:
    there.signing = new_key("curve", "EC")
    there.published = [there.signing]

    assert identified(there, secret="", key=OUR_KEY) == PEOPLE["aino"]
    with pytest.raises(ProviderAway):
        identified(there, secret="", key=RSAKey.generate_key(2048))


def test_a_token_encrypted_for_us(there: IdentityProvider) -> None:
    there.seals_for = OUR_KEY

    assert identified(there, key=OUR_KEY) == PEOPLE["aino"]
    with pytest.raises(NotIdentified):
        identified(there)
    with pytest.raises(NotIdentified):
        identified(there, key=RSAKey.generate_key(2048))
    there.make_token = unsigned
    with pytest.raises(NotIdentified):
        identified(there, key=OUR_KEY)


def test_a_new_key_is_found_and_the_old_one_forgotten(
    there: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = Provider(settings_of(there), BACK)
    old = there.signing
    identified(there, us=us)
    identified(there, us=us)
    assert there.asked.count("/keys") == there.asked.count("/.well-known/openid-configuration") == 1

    there.rotates()
    monkeypatch.setattr("webapp.identification.metadata.LOOKED_AGAIN_SECONDS", 0.0)
    assert identified(there, us=us) == PEOPLE["aino"]
    assert there.asked.count("/keys") == 2
    there.make_token = lambda claims: signed(claims, old)
    with pytest.raises(NotIdentified):
        identified(there, us=us)


def test_made_up_keys_do_not_make_us_ask_again_and_again(there: IdentityProvider) -> None:
    us = Provider(settings_of(there), BACK)
    there.make_token = lambda claims: signed(claims, new_key("made up"))
    for _ in range(3):
        with pytest.raises(NotIdentified):
            identified(there, us=us)

    assert there.asked.count("/keys") == 1


BENT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another issuer": lambda claims: {**claims, "iss": "https://elsewhere.example"},
    "another client": lambda claims: {**claims, "aud": "somebody else"},
    "us among others, presented by them": lambda claims: {
        **claims,
        "aud": [claims["aud"], "other"],
        "azp": "other",
    },
    "us among others, presented by nobody": lambda claims: {**claims, "aud": [claims["aud"], "other"]},
    "for nobody": lambda claims: {name: value for name, value in claims.items() if name != "aud"},
    "another nonce": lambda claims: {**claims, "nonce": "x" * 43},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "expired": lambda claims: {**claims, "exp": claims["iat"] - 61},
    "never expires": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "made long ago": lambda claims: {**claims, "iat": claims["iat"] - 3600},
    "made tomorrow": lambda claims: {**claims, "iat": claims["iat"] + 86400},
    "valid from tomorrow": lambda claims: {**claims, "nbf": claims["iat"] + 86400},
    "expires at a word": lambda claims: {**claims, "exp": "never"},
    "too weak": lambda claims: {**claims, "acr": WEAK},
    "of no level": lambda claims: {name: value for name, value in claims.items() if name != "acr"},
    "several levels": lambda claims: {**claims, "acr": [claims["acr"]]},
    "a code that is no text": lambda claims: {**claims, CLAIM: {"code": "131052-902Y"}},
}


@pytest.mark.parametrize("bent", BENT)
def test_claims_that_do_not_hold(there: IdentityProvider, bent: str) -> None:
    there.bend_claims = BENT[bent]

    with pytest.raises(NotIdentified):
        identified(there)


FORGED: dict[str, Callable[[IdentityProvider, dict[str, Any]], str]] = {
    "none": lambda there, claims: unsigned(claims),
    "by a secret that is our public key": lambda there, claims: jwt.encode(
        {"alg": "HS256", "kid": "first"},
        claims,
        OctKey.import_key(there.signing.public_key.public_numbers().n.to_bytes(256, "big")),
    ),
    "by a key of its own under the same name": lambda there, claims: signed(claims, new_key("first")),
    "by a key that is not published": lambda there, claims: signed(claims, new_key("second")),
    "with an algorithm we do not take": lambda there, claims: signed(claims, there.signing, alg="RS512"),
    "with a changed body": lambda there, claims: changed(signed(claims, there.signing)),
    "with a key in its own header": lambda there, claims: jwt.encode(
        {"alg": "RS256", "jwk": OUR_KEY.as_dict(private=False)}, claims, OUR_KEY
    ),
    "nothing": lambda there, claims: "",
    "rubbish": lambda there, claims: "a.b.c",
    "rubbish that looks encrypted": lambda there, claims: "a.b.c.d.e",
    "too long": lambda there, claims: signed({**claims, "more": "x" * 40_000}, there.signing),
}


def changed(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:-4]}{'AAAA' if body[-4:] != 'AAAA' else 'BBBB'}.{signature}"


@pytest.mark.parametrize("forged", FORGED)
def test_tokens_that_nobody_signed(there: IdentityProvider, forged: str) -> None:
    there.make_token = lambda claims: FORGED[forged](there, claims)

    with pytest.raises(NotIdentified):
        identified(there)


def test_somebody_without_a_finnish_code(there: IdentityProvider) -> None:
    there.bend_claims = lambda claims: {name: value for name, value in claims.items() if name != CLAIM}

    with pytest.raises(WithoutCode):
        identified(there)


def test_breaking_off_and_coming_from_elsewhere_are_refused(there: IdentityProvider) -> None:
    with pytest.raises(NotIdentified):
        identified(there, None)
    us, trip = Provider(settings_of(there), BACK), Secrets()
    good = brought(there.identifies(us.address(trip, "fi"), "aino"))
    for bent in ({"iss": "https://elsewhere.example"}, {"code": ""}, {"code": "x" * 5000}):
        with pytest.raises(NotIdentified):
            us.identity_code({**good, **bent}, trip.nonce, trip.verifier, BEGINNING)
    with pytest.raises(NotIdentified):
        us.identity_code({"code": good["code"]}, trip.nonce, trip.verifier, BEGINNING)


def test_a_code_is_used_once_and_with_its_own_secret(there: IdentityProvider) -> None:
    us, trip, other = Provider(settings_of(there), BACK), Secrets(), Secrets()
    stolen = brought(there.identifies(us.address(trip, "fi"), "aino"))
    with pytest.raises(ProviderAway):
        us.identity_code(stolen, other.nonce, other.verifier, BEGINNING)
    fresh = brought(there.identifies(us.address(trip, "fi"), "aino"))
    us.identity_code(fresh, trip.nonce, trip.verifier, BEGINNING)
    with pytest.raises(ProviderAway):
        us.identity_code(fresh, trip.nonce, trip.verifier, BEGINNING)


def test_clocks_may_differ_a_little(there: IdentityProvider, clock: Clock) -> None:
    us, trip = Provider(settings_of(there), BACK), Secrets()
    back = brought(there.identifies(us.address(trip, "fi"), "aino"))

    late = clock.moment + timedelta(seconds=-50)
    assert us.identity_code(back, trip.nonce, trip.verifier, late) == PEOPLE["aino"]


DOCUMENTS: dict[str, dict[str, Any]] = {
    "of another issuer": {"issuer": "https://elsewhere.example"},
    "keys elsewhere": {"jwks_uri": "http://127.0.0.2:1/keys"},
    "tokens elsewhere": {"token_endpoint": "http://127.0.0.2:1/token"},
    "people elsewhere": {"authorization_endpoint": "https://elsewhere.example/authorize"},
    "by another way": {"token_endpoint": "file:///etc/passwd"},
    "nowhere": {"token_endpoint": None},
    "too large": {"more": "x" * MOST_BYTES},
    "no way to prove who we are": {"token_endpoint_auth_methods_supported": ["tls_client_auth"]},
}


@pytest.mark.parametrize("bent", DOCUMENTS)
def test_documents_that_lead_elsewhere(there: IdentityProvider, bent: str) -> None:
    there.bend_document = lambda document: {**document, **DOCUMENTS[bent]}

    with pytest.raises(ProviderAway):
        identified(there)


def test_another_host_that_was_named(there: IdentityProvider) -> None:
    keys = f"{there.issuer.replace('127.0.0.1', 'localhost')}/keys"
    there.bend_document = lambda document: {**document, "jwks_uri": keys}

    assert identified(there, hosts=frozenset({urlsplit(keys).netloc})) == PEOPLE["aino"]
    with pytest.raises(ProviderAway):
        identified(there)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    "answer",
    [
        Response("{}", 500),
        Response("", 302, {"Location": "http://127.0.0.1:1/"}),
        Response("[]", 200),
        Response("{", 200),
        Response("[" * 100_000, 200),
        Response("{}" + " " * MOST_BYTES, 200),
        Response('{"keys": 1, "id_token": 1, "issuer": 1}', 200),
    ],
    ids=["fault", "redirect", "list", "cut off", "deep", "too large", "of other kinds"],
)
def test_answers_that_are_none(there: IdentityProvider, path: str, answer: Response) -> None:
    there.answers = lambda asked: answer if asked == path else None

    with pytest.raises((ProviderAway, NotIdentified)):
        identified(there)


def test_nobody_follows_where_an_answer_leads(there: IdentityProvider) -> None:
    """A redirect is not followed even to a place of the same service that has the right answer."""
    discovery = "/.well-known/openid-configuration"
    there.answers = lambda path: (
        Response("", 302, {"Location": f"{there.issuer}{discovery}?again"})
        if path == discovery and there.asked.count(discovery) == 1
        else None
    )

    with pytest.raises(ProviderAway):
        identified(there)
    assert there.asked == [discovery]


def test_one_that_does_not_answer_is_left_alone_for_a_moment(
    there: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = Provider(settings_of(there), BACK)
    there.answers = lambda path: Response("", 500)
    for _ in range(3):
        with pytest.raises(ProviderAway):
            us.address(Secrets(), "fi")
    assert len(there.asked) == 1

    there.answers = lambda path: None
    monkeypatch.setattr("webapp.identification.metadata.monotonic", lambda: monotonic() + AWAY_SECONDS)
    assert us.address(Secrets(), "fi")


def test_nobody_is_there() -> None:
    with identity_provider(Clock()) as gone:
        us = Provider(settings_of(gone), BACK)

    with pytest.raises(ProviderAway):
        us.address(Secrets(), "fi")
