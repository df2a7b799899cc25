"""The questions of each form that ask for a day, and the act that each day tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.domain.acts import Act
from engine.domain.chronology import Dated
from forms.conditions import rows_in

OF_FORMS: Final[Mapping[str, Mapping[str, Act]]] = {
    "application": {"born_on": Act.BIRTH, "children.born_on": Act.CHILD_BIRTH},
    "child_application": {"children.born_on": Act.CHILD_BIRTH},
    "referral": {"born_on": Act.BIRTH, "children.born_on": Act.CHILD_BIRTH},
    "phone_intake": {"born_on": Act.BIRTH, "children.born_on": Act.CHILD_BIRTH},
    "arrival": {"arrived_on": Act.ARRIVAL},
    "age_change": {"child_welfare_made_on": Act.CHILD_WELFARE_NOTICE},
    "register": {
        "pending_on": Act.REGISTRATION,
        "born_on": Act.BIRTH,
        "children.born_on": Act.CHILD_BIRTH,
        "child_welfare_made_on": Act.CHILD_WELFARE_NOTICE,
    },
    "verify_consent": {"consent_on": Act.CONSENT_TALK},
    "urgent_measures": {"measures_on": Act.MEASURES},
    "oral_decision": {"told_on": Act.ORAL_DECISION},
    "withdraw": {"confirmed_on": Act.WITHDRAWAL, "try_again_on": Act.PLAN},
    "hearing_reply": {"heard_on": Act.HEARING},
    "assessment": {
        "child_heard_on": Act.CHILD_HEARING,
        "child_offered_on": Act.CHILD_HEARING,
        "hearing_due_on": Act.PLAN,
    },
    "contact_client": {"attempts.attempted_on": Act.CONTACT, "next_contact_on": Act.PLAN},
    "contact_overdue": {"next_check_on": Act.PLAN},
    "contact_change": {"try_again_on": Act.PLAN},
    "tell_withheld": {"told_on": Act.CONTACT, "try_again_on": Act.PLAN},
    "tell_denied": {"told_on": Act.DENIAL_NOTICE, "try_again_on": Act.PLAN},
    "other_help": {"told_on": Act.CONTACT},
    "crime_report_support": {"support_on": Act.SUPPORT},
    "new_information_request": {
        "requests.told_person_on": Act.CONTACT,
        "requests.due_on": Act.PLAN,
    },
    "request_follow_up": {"new_due_on": Act.PLAN},
    "stalled_request": {"new_due_on": Act.PLAN},
    "review_reply": {"new_due_on": Act.PLAN},
    "transfer_ground": {"transfer_consent_on": Act.DISCLOSURE_CONSENT},
    "write_notice": {"police_consent_on": Act.DISCLOSURE_CONSENT},
    "reflection_period": {"reflection_from": Act.REFLECTION},
    "reflection_told": {"told_on": Act.PERIOD_NOTICE},
    "sign_resolution": {"hold_until": Act.HOLD},
    "no_safe_service": {"died_on": Act.DEATH},
    "removal_assessment": {
        "child_heard_on": Act.CHILD_HEARING,
        "child_offered_on": Act.CHILD_HEARING,
        "hearing_due_on": Act.PLAN,
        "stay_told_on": Act.WITHDRAWAL,
        "next_contact_on": Act.PLAN,
    },
    "prepare_removal": {"help_until": Act.HELP_END},
    "post_letter": {"posted_on": Act.DISPATCH},
    "record_delivery": {"served_on": Act.SERVICE},
    "choose_delivery_way": {"returned_on": Act.RETURN},
    "send_notice": {"sent_on": Act.NOTICE_SENT},
    "send_correction_notice": {"court_notice_sent_on": Act.NOTICE_SENT},
    "post_paper": {"sent_on": Act.NOTICE_SENT, "new_due_on": Act.PLAN},
    "ask_aloud": {"asked_on": Act.QUESTION_ASKED, "new_due_on": Act.PLAN},
    "appeal_arrival": {
        "appeal_received_on": Act.APPEAL,
        "court_received_on": Act.APPEAL_AT_COURT,
        "statement_due_on": Act.PLAN,
    },
    "restored_decision": {"fate_due_on": Act.PLAN},
    "send_to_court": {"sent_to_court_on": Act.FORWARDING},
    "court_decision": {
        "court_decided_on": Act.COURT_DECISION,
        "court_decision_arrived_on": Act.COURT_DECISION_ARRIVAL,
        "court_decision_served_on": Act.COURT_DECISION_SERVICE,
    },
    "own_appeal_result": {"court_decided_on": Act.COURT_DECISION},
    "finality_inquiry": {"courts_asked_on": Act.FINALITY_ANSWER},
}
"""Form to its questions about days that have neighbours. A question in the rows of a list is named with the list."""


def written_days(form_key: str, answers: Mapping[str, object]) -> dict[str, Dated]:
    """Return the days among the answers, by the path of their question."""
    found: dict[str, Dated] = {}
    for question, act in OF_FORMS.get(form_key, {}).items():
        name, _, column = question.partition(".")
        if not column:
            _put(found, name, act, answers.get(name))
            continue
        for place, row in enumerate(rows_in(answers.get(name))):
            _put(found, f"{name}.{place}.{column}", act, row.get(column))
    return found


def _put(found: dict[str, Dated], path: str, act: Act, value: object) -> None:
    if isinstance(value, date):
        found[path] = Dated(act, value)
