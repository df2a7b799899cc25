"""Neutral messages to people: only by a safe channel, without a word about the matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.parties import language_to_write_in
from engine.domain.people import Person, Role
from engine.domain.safe_contact import safe_ways
from engine.domain.wording import sketch
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.letters.translating import in_language
from engine.storage.parties import Party
from engine.texts import MAIL_LANGUAGES
from forms.translations import locale_of

LETTER_WAITS: Final = "mail_letter"
"""A message that there is a letter, where the letter leaves by the hands of a person."""


def safe_email_of(party: Party | None) -> str | None:
    """Return the party's e-mail address; None if e-mail is not safe or nothing may go to the party at all."""
    if party is None or party.is_silent:
        return None
    email = party.contact.get("email") or party.contact.get("referrer_email")
    if not isinstance(email, str) or "@" not in email:
        return None
    if party.kind == "referrer" and "safe_channels" not in party.contact:
        # A referrer is not asked which ways are safe: they write from work, until somebody records otherwise.
        return email
    return email if "email" in safe_ways(party.contact) else None


def language_of(party: Party | None, case: Case) -> str:
    """Return the language in which to write to a party: English if messages do not exist in their own, the case's if
    nothing is known of theirs."""
    language = language_to_write_in(party.identity) if party else ""
    if not language:
        return case.language
    return language if language in MAIL_LANGUAGES else "en"


def neutral_values(
    models: CompiledModels, key: str, language: str, values: Mapping[str, str]
) -> dict[str, Any]:
    """Return subject and paragraphs of the deployment's own text for the message, with values filled in; empty if it has none."""
    text = models.bundle.texts.get(key)
    if text is None:
        return dict(values)
    worded, spoken = in_language(text, language)
    if spoken != locale_of(language):
        # The built-in message in their own language says more to them than this one in another.
        return dict(values)
    wording = sketch(worded, spoken, values)
    return {**values, "subject": wording.title, "paragraphs": list(wording.paragraphs)}


def send_to(
    work: Work,
    models: CompiledModels,
    case_id: UUID | None,
    kind: str,
    *,
    email: str | None,
    language: str,
    values: Mapping[str, str],
    worded_as: str = "",
) -> bool:
    """Put a message in the outbox. Return False if there is no address.

    `worded_as`: the key of a text for this reader, where the deployment has it; else the text of the kind.
    """
    if email is None:
        return False
    work.stores.outbox.add(
        kind,
        recipient={"email": email},
        language=language if language in MAIL_LANGUAGES else "en",
        template_values=neutral_values(
            models, worded_as if worded_as in models.bundle.texts else kind, language, values
        ),
        moment=work.now,
        case_id=case_id,
    )
    return True


def notify_managers(work: Work, models: CompiledModels, case_id: UUID, topic: str) -> None:
    for person in work.stores.people.with_role(Role.MANAGER):
        send_to_staff(work, models, case_id, person)
    work.record(case_id, "manager_notified", topic)


def send_to_staff(
    work: Work, models: CompiledModels, case_id: UUID | None, person: Person, path: str = "/tasks/"
) -> bool:
    """Notify a colleague that something waits for them, without naming the case. Return False if they have no address."""
    if not person.email or not person.is_active:
        return False
    return send_to(
        work,
        models,
        case_id,
        "mail_task",
        email=person.email,
        language=person.language,
        values={"link": f"{work.settings.base_url}{path}"},
    )
