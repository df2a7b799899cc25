"""Addresses in settings: complete, and https unless they stay on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def address_problems(name: str, address: str, *, local_may_be_plain: bool) -> list[str]:
    try:
        parts = urlsplit(address)
        hostname = parts.hostname
    except ValueError:
        hostname = None
    if not hostname or parts.scheme not in {"http", "https"}:
        return [f"{name} on {address!r}; sen pitää olla täydellinen osoite, joka alkaa https://."]
    if parts.username is not None or parts.password is not None:
        return [f"{name}: osoitteessa ei saa olla käyttäjätunnusta eikä salasanaa."]
    if parts.scheme == "http" and not (local_may_be_plain and hostname in _LOCAL_HOSTS):
        return [f"{name} on {address!r}; muualta kuin omalta koneelta palveltaessa sen pitää alkaa https://."]
    return []


def origin_problems(name: str, address: str) -> list[str]:
    """Return what is wrong with an address under which all pages stand: links are made of it and a path."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return [f"{name} on {address!r}; sen portti ei ole luku väliltä 1-65535."]
    if parts.path.strip("/") or parts.query or parts.fragment:
        return [
            f"{name} on {address!r}; sen pitää päättyä palvelimen nimeen, sillä polkua sivut eivät tunne. "
            f"Kirjoita {parts.scheme}://{parts.netloc}."
        ]
    return []
