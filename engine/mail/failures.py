"""Why a message did not go: whether to try again is all that the caller needs to know."""

from __future__ import annotations

from engine.errors import Refusal


class MailUnavailable(Refusal):
    """Postipalvelin ei ottanut viestiä juuri nyt vastaan."""


class MailRefused(Refusal):
    """Postipalvelin ei ota tätä viestiä vastaan."""
