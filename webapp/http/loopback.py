"""Requests that come from this machine itself, to an address of this machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from webapp.http.current import settings


def is_local() -> bool:
    """Return True if the caller and the address they opened, as they wrote it and as it is configured, are this
    machine. A tunnel or a proxy in front shows in at least one of the three."""
    asked = urlsplit(f"//{request.host}").hostname or ""
    configured = urlsplit(settings().base_url).hostname or ""
    return all(is_loopback(each) for each in (request.remote_addr or "", asked, configured))


def is_asked_here() -> bool:
    """Return True if a program on this machine asks, under a name of this machine and past every proxy."""
    asked = urlsplit(f"//{request.host}").hostname or ""
    is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    return not is_forwarded and all(is_loopback(each) for each in (request.remote_addr or "", asked))


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
