"""Ed25519: the private half signs checkpoints of the access log on one host, the public half verifies them anywhere."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from engine.errors import Refusal
from engine.settings import make_folder_of

_CONTEXT: Final = b"vireille access checkpoint\n"
"""Nothing else that this key might sign can be taken for a checkpoint."""
_PEM: Final = re.compile(rb"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)


class VerifyingKey:
    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.name = sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
        """Tells keys apart; stands in each checkpoint."""

    def is_signed(self, content: bytes, signature: str) -> bool:
        try:
            self._key.verify(bytes.fromhex(signature), _CONTEXT + content)
        except (InvalidSignature, ValueError):
            return False
        return True


def verifying_keys(file: Path) -> Mapping[str, VerifyingKey]:
    """Return the public keys in the file by name: of pairs used before too, so that what they signed is still proved.

    No key without a file. Raise Refusal if it holds something else.
    """
    try:
        blocks = _PEM.findall(file.read_bytes())
        keys = [load_pem_public_key(block) for block in blocks]
    except FileNotFoundError:
        return {}
    except OSError as refused:
        raise Refusal(f"Tiedostoa {file} ei voi lukea ({refused.strerror}).") from refused
    except (ValueError, UnsupportedAlgorithm):
        keys = []
    found = [VerifyingKey(key) for key in keys if isinstance(key, Ed25519PublicKey)]
    if not found or len(found) < len(keys):
        raise Refusal(f"Tiedostossa {file} ei ole julkista Ed25519-avainta.")
    return {each.name: each for each in found}


class SigningKey:
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifying = VerifyingKey(key.public_key())

    @classmethod
    def read(cls, file: Path) -> SigningKey | None:
        """Return the private key; None without a file. Raise Refusal if the file holds something else."""
        try:
            key = load_pem_private_key(file.read_bytes(), password=None)
        except FileNotFoundError:
            return None
        except OSError as refused:
            raise Refusal(f"Tiedostoa {file} ei voi lukea ({refused.strerror}).") from refused
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise Refusal(f"Tiedostossa {file} ei ole yksityistä Ed25519-avainta.")
        return cls(key)

    def sign(self, content: bytes) -> str:
        return self._key.sign(_CONTEXT + content).hex()


def create_signing_key(private: Path, public: Path) -> None:
    """Write a new pair: the private half for its owner alone. Raise FileExistsError if there is a half already."""
    if public.exists():
        raise FileExistsError(public)
    key = Ed25519PrivateKey.generate()
    halves = (
        (private, 0o600, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
        (public, 0o644, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
    )
    for file, mode, content in halves:
        make_folder_of(file)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
            opened.write(content)
