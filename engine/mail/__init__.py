"""Messages to people by SMTP: neutral, without content, outside any transaction."""

from engine.mail.composing import Mail, compose
from engine.mail.failures import MailRefused, MailServerAway, MailUnavailable, RecipientNotLetThrough
from engine.mail.sending import Connection, send

__all__ = [
    "Connection",
    "Mail",
    "MailRefused",
    "MailServerAway",
    "MailUnavailable",
    "RecipientNotLetThrough",
    "compose",
    "send",
]
