"""Failures of sending: to be tried again, or not."""

from __future__ import annotations

from engine.errors import Refusal


class MailUnavailable(Refusal):
    sentence = "Postipalvelin ei ottanut viestiä juuri nyt vastaan."


class MailRefused(Refusal):
    sentence = "Postipalvelin ei ota tätä viestiä vastaan."
