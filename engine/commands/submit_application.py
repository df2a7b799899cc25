"""Receive an application: the person's own, a referral made with their consent, or an urgent call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.clock import day_of
from engine.domain.cases import Case, Channel
from engine.domain.people import Role
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.answers import Sent, judge, sealed_by_class
from engine.executor.permissions import require_role, require_scope
from engine.instances.opening import open_new_case
from forms.definition import FormDefinition

FORMS = {Channel.SELF: "application", Channel.REFERRAL: "referral", Channel.URGENT: "phone_intake"}
MESSAGES = {
    Channel.SELF: "application_received",
    Channel.REFERRAL: "referral_received",
    Channel.URGENT: "urgent_call_received",
}
CONSENT_TEXT = "1"
"""Version of the consent text that the forms show."""

PERSON_IDENTITY = (
    "given_names",
    "family_name",
    "born_on",
    "mother_tongue",
    "contact_language",
    "interpreter_needed",
)
PERSON_CONTACT = (
    "phone",
    "sms_phone",
    "email",
    "postal_address",
    "safe_channels",
    "safe_times",
    "if_other_answers",
    "safe_words",
    "may_leave_message",
    "contact_person_name",
    "contact_person_phone",
    "contact_person_relationship",
    "interpreter_wishes",
    "electronic_delivery",
)
REFERRER_IDENTITY = ("referrer_name", "referrer_organisation", "referrer_kind")
REFERRER_CONTACT = ("referrer_phone", "referrer_email")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told at once: when it came, the code, and by when they hear of it."""

    code: str
    """Sixteen digits that look like nothing special; the only key to the state of the matter."""
    received_at: datetime
    expected_on: date
    reference: str
    """For staff and programs; a person's receipt shows only the code."""


@dataclass(frozen=True)
class SubmitApplication(Command[Receipt]):
    """Anyone may apply or refer; an urgent call is recorded by those who answer it.

    The idempotency key makes the answer repeatable: sent twice, it gives the same receipt and one case.
    """

    channel: Channel
    idempotency_key: str
    sent: Sent | None = None
    data: Any = None
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_scope(work, "cases:start")
        if self.channel is Channel.URGENT:
            require_role(work, Role.INTAKE, Role.ON_CALL, Role.CASEWORKER)

    def execute(self, work: Work) -> Receipt:
        code = code_for(work, self.idempotency_key)
        known = work.stores.applications.by_idempotency_key(self.idempotency_key)
        if known is not None:
            return _receipt(code, work.stores.cases.get(known.case_id))
        deployment = work.stores.deployments.current()
        deployed = work.instances.deployed(deployment.id)
        definition = deployed.form(FORMS[self.channel])
        answers = judge(work, definition, self.sent, self.data)
        if self.channel is Channel.REFERRAL and answers.get("consent_given") not in ("yes", True):
            raise Invalid(
                "Ohjaamiseen tarvitaan aina henkilön oma suostumus. Ilman sitä älä lähetä hänen tietojaan.",
                field="consent_given",
            )
        case = open_new_case(
            work.stores,
            channel=self.channel,
            language=decision_language(answers),
            received_at=work.now,
            deployment_id=deployment.id,
        )
        self._register(work, case, definition, answers, code)
        work.stores.attachments.adopt(self.idempotency_key, case.id)
        work.instances.start(case, MESSAGES[self.channel], start_variables(case, answers, work.today))
        work.stores.public_drafts.destroy(self.idempotency_key)
        return _receipt(code, case)

    def _register(
        self, work: Work, case: Case, definition: FormDefinition, answers: Mapping[str, Any], code: str
    ) -> None:
        submission_id = work.stores.submissions.add(
            case_id=case.id,
            form_key=definition.key,
            deployment_id=case.deployment_id,
            by_class=sealed_by_class(definition, answers),
            sent_at=work.now,
            sent_by=work.actor.person_id,
            sent_by_role=Role.APPLICANT if self.channel is Channel.SELF else Role.REFERRER,
        )
        is_referral = self.channel is Channel.REFERRAL
        work.stores.applications.add(
            case.id,
            definition.key,
            submission_id,
            work.now,
            code=None if is_referral else code,
            referrer_code=code if is_referral else None,
            idempotency_key=self.idempotency_key,
        )
        register_parties(work, case, answers)
        if is_referral:
            _record_consent(work, case, answers)
        work.record(case.id, "application_received", self.channel.value)


def code_for(work: Work, idempotency_key: str) -> str:
    """Sixteen digits (53 bits) derived from the sender's key, so that a repeated sending shows the same ones."""
    digest = work.stores.master.digest("receipt code", idempotency_key)
    return str(int(hashlib.sha256(digest.encode()).hexdigest(), 16) % 10**16).zfill(16)


def _receipt(code: str, case: Case) -> Receipt:
    expected = case.received_at + timedelta(days=3)
    return Receipt(code, case.received_at, day_of(expected), case.reference)


def decision_language(answers: Mapping[str, Any]) -> str:
    """Resolutions are given in Finnish or Swedish (423/2003 10, 19 §)."""
    wanted = answers.get("decision_language") or answers.get("contact_language")
    return "sv" if wanted == "sv" else "fi"


def _picked(answers: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(answers[name]) for name in names if name in answers}


def plain(value: Any) -> Any:
    """An answer as JSON holds it in a party's register: dates as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def register_parties(work: Work, case: Case, answers: Mapping[str, Any]) -> None:
    """The person, their children, and the referrer, each as a party of the case."""
    identity = _picked(answers, PERSON_IDENTITY)
    is_minor = answers.get("is_under_18") in ("yes", True)
    parties = work.stores.parties
    parties.add(
        case.id,
        "applicant",
        identity,
        _picked(answers, PERSON_CONTACT),
        work.now,
        is_minor=is_minor,
        is_recipient=True,
    )
    for child in answers.get("children") or ():
        if isinstance(child, Mapping):
            told = {name: plain(value) for name, value in child.items()}
            parties.add(case.id, "child", told, {}, work.now, is_minor=True)
    referrer = _picked(answers, REFERRER_IDENTITY)
    if referrer:
        parties.add(case.id, "referrer", referrer, _picked(answers, REFERRER_CONTACT), work.now)
    index_person(work, case, identity)


def index_person(work: Work, case: Case, identity: Mapping[str, Any]) -> None:
    """Keyed digests by which the person can be found and likely duplicates noticed."""
    names = " ".join(
        str(identity[k]) for k in ("given_names", "family_name") if isinstance(identity.get(k), str)
    )
    values = [("name", names), ("family_name", str(identity.get("family_name") or ""))]
    if isinstance(identity.get("born_on"), str):
        values.append(("born_on", identity["born_on"]))
    work.stores.blind_indexes.add(case.id, values)


def _record_consent(work: Work, case: Case, answers: Mapping[str, Any]) -> None:
    given_on = answers.get("consent_on")
    work.stores.consents.record(
        case.id,
        purpose="referral",
        state="given",
        text_version=CONSENT_TEXT,
        recorded_by_role=Role.REFERRER,
        moment=work.now,
        language=str(answers.get("consent_language") or "") or None,
        given_how=str(answers.get("consent_how") or "") or None,
        given_on=given_on if isinstance(given_on, date) else None,
    )


def start_variables(
    case: Case, answers: Mapping[str, Any], today: date, parent_reference: str | None = None
) -> dict[str, Any]:
    """The derived facts the process begins with: flags, dates and enumerated answers, no narrative, no identity."""
    born_on = answers.get("born_on")
    removal_on = answers.get("removal_on")
    minor_by_age = isinstance(born_on, date) and _age(born_on, today) < 18
    return {
        "channel": case.channel.value,
        "case_reference": case.reference,
        "received_at": case.received_at,
        "language": case.language,
        "region": _word(answers, "region", "unknown"),
        "is_child": minor_by_age or answers.get("is_under_18") in ("yes", "unknown"),
        "has_children": bool(answers.get("children")),
        "in_danger": _word(answers, "in_danger", "unknown"),
        "removal_on": removal_on if isinstance(removal_on, date) else None,
        "accommodation_needed": _word(answers, "accommodation_needed", "unknown"),
        "ground_sought": _ground(answers),
        "parent_case": parent_reference,
        "consent_recorded_by_referrer": case.channel is Channel.REFERRAL,
        "wants_reminders": answers.get("wants_reminders") != "no",
        "account_known": _told(answers, "what_happened"),
        "help_need_known": _told(answers, "help_needed"),
    }


def _word(answers: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = answers.get(name)
    return value if isinstance(value, str) else otherwise


def _ground(answers: Mapping[str, Any]) -> str | None:
    value = answers.get("ground")
    return value if value in ("35_1", "35_2", "35_3") else None


def _told(answers: Mapping[str, Any], name: str) -> str:
    value = answers.get(name)
    return "yes" if value and not isinstance(value, Mapping) else "no"


def _age(born_on: date, today: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
