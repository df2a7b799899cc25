"""Passkeys in requests: the site they are made for, the browser's answer, and why there may be none here."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import request

from engine.commands.sign_in import Site
from webapp.http.current import settings

LONGEST_NAME: Final = 60


def site() -> Site:
    return Site(settings().origin)


def posted_answer() -> str:
    return request.form.get("answer", "")


def obstacle() -> str:
    """Return why the browser makes no passkey on this page: ``number`` where the service itself has no name,
    ``elsewhere`` where it is opened by another address than its own; empty where it does."""
    if not site().takes_passkeys:
        return "number"
    return "" if urlsplit(f"//{request.host}").hostname == site().host else "elsewhere"
