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


class RecipientNotLetThrough(MailServerAway):
    """The server refuses this recipient because of who we are. If it lets nobody else through either, it takes nothing from us;
    else it is a closed address, such as a group's."""

    sentence = "Postipalvelin ei päästä viestejämme tähän osoitteeseen."
