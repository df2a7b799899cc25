"""Messages to people by SMTP: neutral, without content, outside any transaction."""

from engine.mail.composing import Mail, compose
from engine.mail.failures import MailRefused, MailUnavailable
from engine.mail.sending import send

__all__ = ["Mail", "MailRefused", "MailUnavailable", "compose", "send"]
