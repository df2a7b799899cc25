"""Failures of sending: temporary or final."""

from __future__ import annotations

from engine.errors import Refusal


class MailUnavailable(Refusal):
    sentence = "Postipalvelin ei ottanut viestiä juuri nyt vastaan."


class MailRefused(Refusal):
    sentence = "Postipalvelin ei ota tätä viestiä vastaan."
