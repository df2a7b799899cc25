"""Composes a message. It contains nothing of a case: the reader of the mailbox may not be its owner."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final, Protocol
from uuid import UUID

from engine.mail.failures import MailRefused
from engine.settings import MailSettings
from engine.texts import text
from forms.translations import locale_of

_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,190}")
STAFF_KINDS: Final = frozenset({"mail_task", "mail_manager", "mail_urgent", "mail_notice", "mail_digest"})


class Mail(Protocol):
    """A message of the outbox."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def recipient(self) -> Mapping[str, Any]: ...
    @property
    def template_values(self) -> Mapping[str, Any]: ...


def compose(settings: MailSettings, mail: Mail, moment: datetime) -> EmailMessage:
    """Return the message to send. Sent again it is the same message: its id comes from the outbox."""
    subject, paragraphs = wording(mail)
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    message["To"] = address(mail.recipient)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{mail.id}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(paragraphs) + "\n")
    message["Content-Language"] = locale_of(mail.language)
    return message


def wording(mail: Mail) -> tuple[str, Sequence[str]]:
    """Return subject and paragraphs: the deployment's neutral text, else the built-in one."""
    values = mail.template_values
    if "subject" in values:
        return str(values["subject"]), tuple(str(paragraph) for paragraph in values["paragraphs"])
    language = mail.language
    if mail.kind in STAFF_KINDS:
        return _to_staff(mail.kind, language)
    is_reminder = mail.kind == "mail_meeting"
    paragraphs = [text(language, "Muistathan, mitä on sovittu." if is_reminder else "Sinulle on viesti.")]
    if values.get("link"):
        paragraphs.append(text(language, "Voit lukea sen täältä: {link}", link=values["link"]))
    if values.get("due_on"):
        paragraphs.append(text(language, "Vastaa viimeistään {due_on}.", due_on=values["due_on"]))
    paragraphs.append(text(language, "Tähän viestiin ei voi vastata."))
    return text(language, "Viesti sinulle"), tuple(paragraphs)


def _to_staff(kind: str, language: str) -> tuple[str, Sequence[str]]:
    if kind == "mail_notice":
        return text(language, "Uusi ilmoitus"), (
            text(language, "Sinulle on uusi ilmoitus. Kirjaudu sisään nähdäksesi sen."),
        )
    if kind == "mail_digest":
        return text(language, "Päivän kooste"), (
            text(language, "Sinulle on ilmoituksia. Kirjaudu sisään nähdäksesi ne."),
        )
    return text(language, "Uusi tehtävä"), (
        text(language, "Sinulle on uusi tehtävä. Kirjaudu sisään nähdäksesi sen."),
    )


def address(recipient: Mapping[str, Any]) -> str:
    """Return one plain address. Raise MailRefused for a blank, comma or line break, which could make it several or
    add a header."""
    plain = str(recipient.get("email", ""))
    if not _ADDRESS.fullmatch(plain):
        raise MailRefused("Osoite ei ole sähköpostiosoite.")
    return plain
