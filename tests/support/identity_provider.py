"""A small OpenID Connect provider: a real server with real keys. What it says can be bent, as a hostile or a broken one would."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, Response, abort, jsonify, redirect, render_template_string, request
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from engine.domain.people import Role
from tests.support.server import listening
from webapp.settings import ClaimTable, IdentificationSettings, StaffSignIn

CLIENT, SECRET = "vireille", "a secret: between two & no more"
CLAIM = "urn:oid:1.2.246.21"
STRONG, WEAK = "urn:example:loa:substantial", "urn:example:loa:low"
PEOPLE = {"aino": "131052-902Y", "eero": "010190-901R"}
"""Invented, with numbers of the range that belongs to nobody."""
STAFF_NAMES = {
    "fi": "Viraston kirjautuminen",
    "sv": "Myndighetens inloggning",
    "en": "Sign-in of the authority",
}
GROUPS = {
    "vireille-caseworkers": frozenset({Role.CASEWORKER}),
    "vireille-signers": frozenset({Role.DECISION_MAKER}),
    "vireille-administrators": frozenset({Role.ADMINISTRATOR}),
}
OUR_KEY = RSAKey.generate_key(2048, private=True)
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_PAGE = """<!doctype html><html lang="fi"><title>Tunnistus</title><main><h1>Esimerkkitunnistus</h1>
<form method="post" action="/login">{% for name, value in asked.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
{% for person in people %}<button name="person" value="{{ person }}">{{ person }}</button>{% endfor %}
<button name="person" value="">Keskeytä</button></form></main></html>"""

Claims = dict[str, Any]


@dataclass
class IdentityProvider:
    issuer: str
    now: Callable[[], datetime]
    people: dict[str, str] = field(default_factory=lambda: dict(PEOPLE))
    signing: RSAKey | ECKey = field(default_factory=lambda: _first_key())
    published: list[RSAKey | ECKey] = field(default_factory=list)
    bend_claims: Callable[[Claims], Claims] = dict
    make_token: Callable[[Claims], str] | None = None
    """Instead of signing as it should."""
    bend_document: Callable[[Claims], Claims] = dict
    answers: Callable[[str], Response | None] = field(default=lambda path: None)
    """Instead of answering as it should; for a path."""
    seals_for: RSAKey | None = None
    level: str = STRONG
    more: dict[str, Claims] = field(default_factory=dict)
    """Further claims of a person."""
    signed_in_at: datetime | None = None
    """When its people showed it who they are, if it need not ask them; else just now."""
    leads_out: bool = True
    """It ends its own sessions on request."""
    asked: list[str] = field(default_factory=list)
    """Every path that was asked for."""
    granted: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.published = self.published or [self.signing]

    # ---------------------------------------------------------------- what people do here

    def identifies(self, address: str, person: str | None) -> str:
        """Someone goes where the link leads, chooses who they are, and is sent back: the address they are sent to.

        None is someone who breaks it off.
        """
        answer, _ = self._asks("GET", address)
        assert answer == 200, answer
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        status, location = self._asks(
            "POST", f"{self.issuer}/login", urlencode({**asked, "person": person or ""})
        )
        assert status == 303, status
        return location

    def _asks(self, method: str, address: str, body: str | None = None) -> tuple[int, str]:
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, f"{parts.path}?{parts.query}", body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers.get("Location", "")

    def rotates(self) -> None:
        """Signs with a new key from now on; the old one is no longer published."""
        self.signing = new_key(secrets.token_hex(4))
        self.published = [self.signing]

    # ---------------------------------------------------------------- what it serves

    def application(self) -> Flask:
        app = Flask("identity provider")
        app.before_request(self._noticed)
        app.add_url_rule("/.well-known/openid-configuration", "document", self._document)
        app.add_url_rule("/keys", "keys", self._keys)
        app.add_url_rule("/authorize", "authorize", self._authorize)
        app.add_url_rule("/login", "login", self._login, methods=["POST"])
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/leave", "leave", self._leave)
        return app

    def _noticed(self) -> Response | None:
        self.asked.append(request.path)
        return self.answers(request.path)

    def _document(self) -> Response:
        return jsonify(
            self.bend_document(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "authorization_response_iss_parameter_supported": True,
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
                    **({"end_session_endpoint": f"{self.issuer}/leave"} if self.leads_out else {}),
                }
            )
        )

    def _keys(self) -> Response:
        return jsonify(KeySet(list(self.published)).as_dict(private=False))

    def _authorize(self) -> str:
        asked = request.args.to_dict()
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()):
            abort(400)
        if len(asked["state"]) < 32 or len(asked["nonce"]) < 32 or len(asked["code_challenge"]) != 43:
            abort(400)
        return render_template_string(_PAGE, asked=asked, people=self.people)

    def _login(self) -> Any:
        given = request.form.to_dict()
        brought = {"state": given["state"], "iss": self.issuer}
        if not given["person"]:
            brought["error"] = "access_denied"
        else:
            brought["code"] = secrets.token_urlsafe(24)
            self.granted[brought["code"]] = given
        return redirect(f"{given['redirect_uri']}?{urlencode(brought)}", code=303)

    def _leave(self) -> Any:
        """Out, and back to where one came from."""
        if request.args.get("client_id") != CLIENT:
            abort(400)
        return redirect(request.args["post_logout_redirect_uri"], code=303)

    def _token(self) -> Response:
        grant = self.granted.pop(request.form["code"], None)
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fits = (
            grant is not None
            and self._is_client()
            and challenge == grant["code_challenge"]
            and request.form["redirect_uri"] == grant["redirect_uri"]
        )
        if grant is None or not fits:
            return Response('{"error": "invalid_grant"}', 400, mimetype="application/json")
        return jsonify(
            {"access_token": "x", "token_type": "Bearer", "id_token": self._id_token(grant), "expires_in": 60}
        )

    def _is_client(self) -> bool:
        if request.form.get("client_assertion_type") == _ASSERTION:
            try:
                claims = jwt.decode(request.form["client_assertion"], OUR_KEY).claims
            except JoseError:
                return False
            return claims["sub"] == CLIENT and claims["aud"] == f"{self.issuer}/token"
        pair = f"{CLIENT}:{urlencode({'': SECRET})[1:].replace('+', '%20')}"
        return request.headers.get("Authorization") == f"Basic {base64.b64encode(pair.encode()).decode()}"

    def _id_token(self, grant: dict[str, str]) -> str:
        moment = int(self.now().timestamp())
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": secrets.token_hex(8),
            "nonce": grant["nonce"],
            "iat": moment,
            "exp": moment + 300,
            "acr": self.level,
            CLAIM: self.people[grant["person"]],
            **self.more.get(grant["person"], {}),
        }
        if "max_age" in grant:
            was_asked = grant.get("prompt") == "login" or self.signed_in_at is None
            claims["auth_time"] = moment if was_asked else int(self.signed_in_at.timestamp())
        claims = self.bend_claims({name: value for name, value in claims.items() if value is not None})
        token = self.make_token(claims) if self.make_token else signed(claims, self.signing)
        if self.seals_for is None:
            return token
        header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT"}
        return jwe.encrypt_compact(header, token.encode(), self.seals_for, list(header.values())[:2])


@cache
def _first_key() -> RSAKey | ECKey:
    """The key that the providers of a run begin with: to make one takes longer than to sign in."""
    return new_key("first")


def new_key(name: str, kind: str = "RSA") -> RSAKey | ECKey:
    given: Any = {"kid": name, "use": "sig"}
    return RSAKey.generate_key(2048, given) if kind == "RSA" else ECKey.generate_key("P-256", given)


def signed(claims: Claims, key: RSAKey | ECKey, **header: str) -> str:
    algorithm = "RS256" if key.key_type == "RSA" else "ES256"
    given = {"alg": algorithm, "kid": str(key.kid), **header}
    return jwt.encode(given, claims, key, algorithms=[given["alg"]])


def unsigned(claims: Claims) -> str:
    """``alg: none``, as the standard writes it."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    body = jwt.encode({"alg": "HS256"}, claims, _throwaway()).split(".")[1]
    return f"{header.decode()}.{body}."


def _throwaway() -> Any:
    from joserfc.jwk import OctKey

    return OctKey.generate_key(256)


@contextmanager
def identity_provider(now: Callable[[], datetime], host: str = "127.0.0.1") -> Iterator[IdentityProvider]:
    """Under another name of this machine it is another site, as it is in earnest."""
    made: list[IdentityProvider] = []

    def make(address: str) -> Flask:
        made.append(IdentityProvider(address.replace("127.0.0.1", host), now))
        return made[0].application()

    with listening(make):
        yield made[0]


def staff_settings_of(
    provider: IdentityProvider, changes: dict[str, Any] | None = None, **table: Any
) -> StaffSignIn:
    """Staff whose username stands in `preferred_username`, and whose roles stand in `groups`."""
    given: dict[str, Any] = {
        "ask": "Tietohallinto, puh. 000 000 0003",
        "people": {},
        "roles_claim": "groups",
        "roles": GROUPS,
        "given": frozenset(),
    }
    usual = {"levels": (), "claim": "preferred_username", "names": STAFF_NAMES}
    connection = settings_of(provider, **{**usual, **(changes or {})})
    return StaffSignIn(connection, ClaimTable(**{**given, **table}))


def settings_of(provider: IdentityProvider, **changes: Any) -> IdentificationSettings:
    given: dict[str, Any] = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "levels": (STRONG,),
        "claim": CLAIM,
        "names": {"fi": "Esimerkkitunnistus", "sv": "Exempelidentifiering", "en": "Example identification"},
        "secret": SECRET,
    }
    return IdentificationSettings(**{**given, **changes})
