"""Sends one message through SMTP, and tells temporary from final failures."""

from __future__ import annotations

import smtplib
import ssl
from typing import Final

from engine import clock
from engine.mail.composing import Mail, compose
from engine.mail.failures import MailRefused, MailUnavailable
from engine.settings import MailSettings

PATIENCE: Final = 20.0
"""Seconds for one exchange with the server."""
PERMANENT: Final = 500


def send(settings: MailSettings, mail: Mail) -> None:
    """Hand the message to the server. Raise MailUnavailable to try later, MailRefused if trying again will not help.

    Neither error contains the address or the server's words, which often repeat it.
    """
    message = compose(settings, mail, clock.now())
    try:
        with _connected(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        raise _classified(max(codes, default=PERMANENT)) from None
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused) as refused:
        # Our own settings are wrong, which says nothing about the message: it waits until they are mended.
        raise MailUnavailable(f"Postipalvelin ei hyväksy asetuksia ({refused.smtp_code}).") from None
    except smtplib.SMTPResponseException as refused:
        raise _classified(refused.smtp_code) from None
    except (smtplib.SMTPException, ssl.SSLError, OSError) as failure:
        raise MailUnavailable(f"Yhteys postipalvelimeen ei onnistunut ({type(failure).__name__}).") from None


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


def _classified(code: int) -> MailUnavailable | MailRefused:
    if code >= PERMANENT:
        return MailRefused(f"Postipalvelin ei ota viestiä vastaan ({code}).")
    return MailUnavailable(f"Postipalvelin ei ottanut viestiä juuri nyt vastaan ({code}).")
