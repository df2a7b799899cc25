"""An authenticator in software: makes passkeys and signs with them, and can lie where a browser would not."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    count: int = 0
    handle: bytes = b""

    def make(self, options: str, origin: str, *, verified: bool = True) -> str:
        """Make the passkey as the options ask."""
        asked = json.loads(options)
        self.handle = _bytes(asked["user"]["id"])
        flags = PRESENT | HOLDS_KEY | (VERIFIED if verified else 0)
        data = self._data(asked["rp"]["id"], flags) + self._public()
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", asked["challenge"], origin)
        return self._answer({"clientDataJSON": _text(client), "attestationObject": _text(made)})

    def use(self, options: str, origin: str, *, verified: bool = True) -> str:
        """Sign what the options ask."""
        asked = json.loads(options)
        self.count += 1
        data = self._data(asked["rpId"], PRESENT | (VERIFIED if verified else 0))
        client = _client("webauthn.get", asked["challenge"], origin)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": _text(client),
                "authenticatorData": _text(data),
                "signature": _text(signature),
                "userHandle": _text(self.handle),
            }
        )

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)

    def _answer(self, response: dict[str, Any]) -> str:
        written = _text(self.credential_id)
        return json.dumps(
            {
                "id": written,
                "rawId": written,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def _text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).decode().rstrip("=")


def _bytes(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))
