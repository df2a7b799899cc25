"""What invented people answer unless a story says otherwise: one plain, valid set for each form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

Answers = dict[str, Any]


def application(_today: date) -> Answers:
    return {
        "in_danger": "no",
        "accommodation_needed": "no",
        "given_names": "Aino Esimerkki",
        "family_name": "Keksitty",
        "born_on": "1994-05-17",
        "is_under_18": "no",
        "mother_tongue": "suomi",
        "contact_language": "fi",
        "interpreter_needed": "no",
        "safe_channels": ["email"],
        "email": "aino.keksitty@example.invalid",
        "wants_reminders": "yes",
        "region": "south",
        "ground": "35_1",
        "what_happened": "Minut pakotettiin tekemään työtä ilman palkkaa.",
        "help_needed": ["safe_place", "legal"],
        "has_children": "no",
    }


def child_application(_today: date) -> Answers:
    """A parent applies for two children, who each are a matter of their own."""
    return {
        "in_danger": "no",
        "accommodation_needed": "no",
        "children": [
            {"given_names": "Lumi", "family_name": "Sepitetty", "born_on": "2016-02-03", "in_finland": "yes"},
            {"given_names": "Onni", "family_name": "Sepitetty", "born_on": "2019-08-09", "in_finland": "yes"},
        ],
        "relationship": "parent",
        "guardian_given_names": "Cai",
        "guardian_family_name": "Sepitetty",
        "contact_language": "en",
        "interpreter_needed": "no",
        "safe_channels": ["phone"],
        "phone": "+358 50 000 0007",
        "region": "west",
    }


CONSENT: Answers = {
    "consent_explained": ["who_is_helped", "voluntary", "measures", "need_assessed", "no_police", "withdraw"],
    "consent_language": "en",
    "consent_how": "in_person",
    "safe_to_contact": "yes",
}


def referral(today: date) -> Answers:
    return {
        **CONSENT,
        "consent_given": "yes",
        "consent_interpreter": "none",
        "consent_on": today.isoformat(),
        "referrer_name": "Raimo Ohjaaja",
        "referrer_organisation": "Esimerkkijärjestö",
        "referrer_kind": "ngo",
        "referrer_phone": "+358 50 000 0004",
        "referrer_email": "raimo@example.invalid",
        "given_names": "Bela",
        "family_name": "Kuviteltu",
        "is_under_18": "no",
        "contact_language": "en",
        "safe_channels": ["phone"],
        "phone": "+358 50 000 0005",
        "region": "south",
        "in_danger": "no",
        "accommodation_needed": "no",
        "ground": "35_1",
        "what_happened": "Henkilö kertoi, että passi on otettu pois.",
        "help_needed": ["legal"],
    }


def phone_intake(today: date) -> Answers:
    return {
        "caller": "person",
        "urgent": "yes",
        "urgency_reason": "Soittaja on lähtenyt asunnosta eikä hänellä ole paikkaa yöksi.",
        **CONSENT,
        "consent_given": True,
        "consent_explained": ["who_is_helped", "voluntary", "measures", "no_police", "withdraw"],
        "consent_how": "phone",
        "consent_on": today.isoformat(),
        "given_names": "Cai",
        "family_name": "Sepitetty",
        "is_under_18": "no",
        "contact_language": "en",
        "safe_channels": ["phone"],
        "phone": "+358 50 000 0006",
        "region": "south",
        "in_danger": "yes",
        "accommodation_needed": "yes",
        "ground": "35_1",
    }


def enquiry(_today: date) -> Answers:
    return {"about": "general", "question": "Miten hakemus tehdään?", "reply_by": "code"}


CONSENT_EXPLAINED = ["who_is_helped", "voluntary", "measures", "requests", "no_police", "withdraw"]


def register(today: date) -> Answers:
    return {
        "competence": "ours",
        "pending_on": today.isoformat(),
        "identity_shown": "told",
        "is_child": "no",
        "language": "fi",
        "contact_language": "fi",
        "interpreter_needed": "no",
        "region": "south",
        "safe_contact_checked": "yes",
        "restricted": "no",
        "in_danger": "no",
        "accommodation_needed": "no",
        "has_children": "no",
        "child_welfare_considered": "no_child",
        "duplicate_found": "no",
        "disqualified_staff": "no",
        "account_known": "yes",
        "help_need_known": "yes",
        "in_finland": "yes",
        "stay_status": "resident",
        "representative_state": "not_needed",
    }


def later(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Answers:
    """The answers with those of the story; None takes an answer away."""
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def of(form: str, today: date, contact_person: str) -> Answers:
    """The plain answers to a staff form. `contact_person` is the id of a caseworker."""
    known: dict[str, Answers] = {
        "register": register(today),
        "triage_override": {"case_class": "normal", "differs": "no"},
        "sufficiency": {
            "enough": "yes",
            "reason": "Tiedot riittävät.",
            "account_known": "yes",
            "help_need_known": "yes",
            "in_finland": "yes",
            "stay_status": "resident",
            "representative_state": "not_needed",
            "investigation_known": "not_relevant",
        },
        "assessment": {
            "ground_assessed": "35_1",
            "may_be_victim": "yes",
            "still_in_danger": "no",
            "victim_reasons": "Kertomus ja merkit viittaavat pakkotyöhön.",
            "needs_help": "yes",
            "help_reasons": "Tarvitsee turvallisen paikan ja oikeusapua.",
            "concerns_child": "no",
            "outcome_proposed": "admitted_35_1",
            "outcome_reasons": "Molemmat edellytykset täyttyvät.",
        },
        "prepare_resolution": {
            "resolution_language": "fi",
            "reasons": "Olosuhteet viittaavat ihmiskaupan uhriksi joutumiseen.",
            "clarifications": "Hakijan oma kertomus",
            "organiser": "nas",
            "contact_person": contact_person,
            "explanation_needed": "no",
        },
        "sign_resolution": {
            "signature": "sign",
            "delegation_confirmed": True,
            "not_disqualified": True,
            "letter_read": True,
        },
        "contact_client": {
            "contact_channel": "in_person",
            "contact_result": "reached",
            "contact_notes": "Soitettu turvalliseen aikaan.",
            "first_needs": "Majoitus",
            "stay_status": "resident",
            "service_organiser": "nas",
            "wants_crime_report_help": "no",
            "next_contact": "ensi viikolla",
        },
        "contact_overdue": {
            "contact_choice": "unreachable",
            "reason": "Kaikkia turvallisia keinoja on kokeiltu.",
        },
        "record_delivery": {
            "delivery_result": "served",
            "delivery_channel": "in_person",
            "served_on": today.isoformat(),
            "proof": "certificate",
            "handed_by": "Kerttu Käsittelijä",
            "handed_to": "asianosainen",
            "handed_where": "toimisto",
        },
        "verify_consent": {
            "consent": "given",
            "alone": "yes",
            "channel": "phone",
            "channel_safe": "yes",
            "consent_language": "en",
            "interpreter_used": "none",
            "consent_on": today.isoformat(),
            "consent_by": "person",
            "minor_maturity": "not_minor",
            "consent_explained": CONSENT_EXPLAINED,
            "referrer_may_know": "yes",
        },
        "urgent_measures": {
            "measures_done": "done",
            "measures": ["advice", "shelter"],
            "agreed_with": "Turvakodin kanssa sovittu paikka.",
            "measures_on": today.isoformat(),
        },
        "oral_decision": {
            "oral_decision": "admitted",
            "oral_ground": "35_1",
            "test_reasons": "Kertomus viittaa ihmiskauppaan.",
            "need_reasons": "Tarvitsee turvallisen paikan heti.",
            "consent_confirmed": "yes",
            "consent_how": "phone",
            "told_to": "asianosaiselle",
            "told_on": today.isoformat(),
            "told_how": "phone",
        },
        "hearing_reply": {
            "heard": "heard",
            "heard_how": "phone",
            "heard_on": today.isoformat(),
            "opinion": "Olen eri mieltä.",
        },
        "review_reply": {"reply_enough": "yes", "reply_showed": "Vastaus vahvisti kertomuksen."},
        "request_follow_up": {"choice": "proceed", "reason": "Tieto ei ole välttämätön."},
        "stalled_request": {"choice": "proceed", "reason": "Ratkaistaan ilman tätä tietoa."},
        "withdraw": {
            "withdrawal": "confirmed",
            "lapse_reason": "withdrawn",
            "alone": "yes",
            "withdrawn_how": "puhelimessa",
            "confirmed_on": today.isoformat(),
        },
        "other_help": {"help_told": ["ngo"], "told_apply_again": "yes", "told_how": "puhelimessa"},
        "crime_report_support": {
            "support_given": ["information"],
            "support_result": "later",
            "support_on": today.isoformat(),
        },
        "recall_resolution": {
            "recall": "recall",
            "new_fact": "Uusi selvitys saapui.",
            "reason": "Muuttaa ratkaisua.",
        },
        "appeal_opinion": {
            "appeal_received_on": today.isoformat(),
            "opinion": "Päätös on lain mukainen.",
            "documents": ["resolution"],
        },
        "sign_opinion": {"opinion_signature": "sign"},
        "court_decision": {
            "court": "Esimerkin hallinto-oikeus",
            "court_decided_on": today.isoformat(),
            "court_diary_number": "1/2026",
            "court_result": "upheld",
            "court_said": "Valitus hylättiin.",
        },
        "consent_not_reached": {"reaching": "to_decision_maker", "reason": "Kolme yritystä."},
        "consent_without_contact": {"consent_choice": "lapse", "reason": "Henkilöä ei ole tavoitettu."},
        "open_resolution": {"opened": True},
        "reflection_period": {
            "reflection_proposal": "give",
            "reflection_from": today.isoformat(),
            "reflection_until": later(today, 90),
            "police_explained": "yes",
            "reasons": "Tarvitsee aikaa harkita.",
        },
        "sign_reflection_period": {"reflection_signature": "sign", "delegation_confirmed": True},
        "information_reply": {"answer": "Tässä vastaus."},
    }
    return known.get(form, {})


def request(recipient: str, due_on: date, **changes: Any) -> Answers:
    """One row of a new information request."""
    row: Answers = {
        "recipient": recipient,
        "legal_basis": "consent" if recipient == "referrer" else "admin_31",
        "necessity": "Tieto ratkaisee, täyttyykö edellytys.",
        "questions": "Mitä tiedät työn ehdoista?",
        "due_on": due_on.isoformat(),
        "request_language": "fi",
        "request_channel": "link",
        "person_prefers_no_reminders": "no",
    }
    if recipient == "outside_authority":
        row |= {
            "recipient_name": "Esimerkkivirasto",
            "recipient_contact": "virasto@example.invalid",
            "is_police": "no",
            "legal_basis": "l615_13_1",
        }
    return merged(row, changes)
