"""Sends messages through SMTP, and tells temporary from final failures."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import Final

from engine import clock
from engine.mail.composing import Mail, compose
from engine.mail.failures import MailRefused, MailServerAway, MailUnavailable, RecipientNotLetThrough
from engine.settings import MailSettings

PATIENCE: Final = 20.0
"""Seconds for one exchange with the server."""
PERMANENT: Final = 500
CLOSING: Final = 421
LOG_IN_FIRST: Final = 530


class Connection:
    """A connection to the mail server, opened for the first message and kept for those that follow."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, mail: Mail) -> None:
        """Hand a message to the server. Raise MailUnavailable to try this one later, MailServerAway to try all later,
        MailRefused if trying again will not help.

        None of these contains the address or the server's words, which often repeat it.
        """
        message = compose(self._settings, mail, clock.now())
        was_kept = self._server is not None
        try:
            self._hand_over(message)
        except smtplib.SMTPServerDisconnected:
            self.close()
            if not was_kept:
                raise MailServerAway("Postipalvelin katkaisi yhteyden.") from None
            # Servers end a connection that rests, or that has sent enough: this message begins the next one.
            self.send(mail)

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            if self._server is None:
                self._server = _connected(self._settings)
            self._server.send_message(message)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = max(refused.recipients.values(), default=(PERMANENT, b""))
            if _takes_nothing_from_us(code, words):
                raise RecipientNotLetThrough(
                    f"Postipalvelin ei päästä viestejämme tähän osoitteeseen ({code})."
                ) from None
            raise self._classified(code) from None
        except (
            smtplib.SMTPAuthenticationError,
            smtplib.SMTPConnectError,
            smtplib.SMTPHeloError,
            smtplib.SMTPSenderRefused,
        ) as refused:
            raise self._not_accepted(refused.smtp_code) from None
        except smtplib.SMTPResponseException as refused:
            raise self._classified(refused.smtp_code) from None
        except (smtplib.SMTPException, ssl.SSLError, OSError) as failure:
            raise self._away_or_refused(failure) from None

    def _not_accepted(self, code: int) -> MailServerAway:
        """Return that we are refused, which says nothing about the message: all wait until the settings are mended."""
        self.close()
        return MailServerAway(f"Postipalvelin ei hyväksy asetuksia ({code}).")

    def _away_or_refused(self, failure: Exception) -> MailServerAway | MailRefused:
        is_connected = self._server is not None
        if (
            isinstance(failure, smtplib.SMTPNotSupportedError)
            and is_connected
            and self._settings.sender.isascii()
        ):
            # The recipient's address has letters that this server does not take: that says nothing about the others.
            return MailRefused("Postipalvelin ei ota vastaan osoitetta, jossa on muita kirjaimia kuin a–z.")
        self.close()
        return MailServerAway(f"Yhteys postipalvelimeen ei onnistunut ({type(failure).__name__}).")

    def _classified(self, code: int) -> MailUnavailable | MailRefused:
        if code >= PERMANENT:
            return MailRefused(f"Postipalvelin ei ota viestiä vastaan ({code}).")
        if code == CLOSING:
            self.close()
            return MailServerAway(f"Postipalvelin on sulkeutumassa ({code}).")
        return MailUnavailable(f"Postipalvelin ei ottanut viestiä juuri nyt vastaan ({code}).")

    def close(self) -> None:
        """End the connection politely if the server still listens."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


def _takes_nothing_from_us(code: int, words: bytes) -> bool:
    """Return True if a recipient was refused because of who we are: relay denied, or a login required (RFC 3463, 5.7.x).
    4.7.x is a grey list, which lets each message in later."""
    plain = [each for each in words.lower().split() if b"@" not in each]
    return (
        code == LOG_IN_FIRST
        or words.startswith(b"5.7.")
        or (code >= PERMANENT and any(each.startswith(b"relay") for each in plain))
    )


def send(settings: MailSettings, mail: Mail) -> None:
    """Hand one message to the server, by a connection of its own. Raise as `Connection.send`."""
    with Connection(settings) as connection:
        connection.send(mail)


def _connected(settings: MailSettings) -> smtplib.SMTP:
    trust = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=PATIENCE, context=trust)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    try:
        if settings.security == "starttls":
            # Raises when the server offers none: a message never goes out in the clear by mistake.
            server.starttls(context=trust)
        if settings.username:
            server.login(settings.username, settings.password)
    except BaseException:
        server.close()
        raise
    return server
