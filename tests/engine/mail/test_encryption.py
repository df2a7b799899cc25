"""Encryption is only worth something when the server proves who it is."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.mail import MailUnavailable, send
from engine.settings import MailSettings
from tests.engine.mail.test_sending import Post, Waiting


def certificate(folder: Path) -> Path:
    """Signed by itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def encrypted(pem: Path) -> Iterator[Post]:
    """A server that offers STARTTLS and takes nothing without it."""
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    controller: Any = Controller(
        handler, hostname="127.0.0.1", port=handler.port, tls_context=context, require_starttls=True
    )
    controller.start()
    yield handler
    controller.stop()


def settings(post: Post, security: str) -> MailSettings:
    return MailSettings("127.0.0.1", post.port, "", "", security, "viesti@example.invalid")


def test_a_server_that_the_machine_trusts_gets_the_message(
    encrypted: Post, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    send(settings(encrypted, "starttls"), Waiting())
    assert len(encrypted.received) == 1


def test_a_server_that_proves_nothing_gets_nothing(encrypted: Post) -> None:
    with pytest.raises(MailUnavailable):
        send(settings(encrypted, "starttls"), Waiting())
    assert encrypted.received == []


def test_a_server_that_demands_encryption_gets_no_plain_message(encrypted: Post) -> None:
    with pytest.raises(MailUnavailable, match="530"):
        send(settings(encrypted, "none"), Waiting())
    assert encrypted.received == []
