"""Failures of sending: temporary or final."""

from __future__ import annotations

from engine.errors import Refusal


class MailUnavailable(Refusal):
    sentence = "Postipalvelin ei ottanut viestiä juuri nyt vastaan."


class MailRefused(Refusal):
    sentence = "Postipalvelin ei ota tätä viestiä vastaan."


class MailServerAway(MailUnavailable):
    """The server can't be reached, or takes nothing from us: it says nothing about this message."""

    sentence = "Postipalvelimeen ei saada yhteyttä."
