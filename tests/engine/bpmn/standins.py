"""People, operations and tables of the shipped models, played at random: just enough that every way can be walked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from engine.bpmn.activities import OperationCall
from engine.domain.waiting import OpenMessage, OpenTask
from engine.operations import OPERATIONS
from tests.support.random_walk import WalkEnvironment

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OUTCOMES = ("admitted_35_1", "admitted_35_2", "admitted_35_3", "not_admitted", "not_examined")
STAY = ("citizen", "resident", "permit", "asylum_seeker", "temporary_protection", "no_right", "unknown")
REPRESENTATIVE = ("not_needed", "guardian", "representative", "conflicted", "missing")
YES_NO = ("yes", "no")

NEXT_STEP: dict[str, tuple[str, ...]] = {
    "choice": ("extend", "other_channel", "proceed", "cancel"),
    "new_channel": ("phone", "in_person", "letter"),
}
CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "register": {
        "competence": ("ours", "ours", "ours", "ours", "transfer"),
        "transfer_to": ("migri", "police"),
        "is_child": YES_NO,
        "in_danger": ("yes", "no", "unknown"),
        "accommodation_needed": YES_NO,
        "region": ("south", "west"),
        "language": ("fi", "sv"),
        "has_children": YES_NO,
        "account_known": YES_NO,
        "help_need_known": YES_NO,
        "in_finland": ("yes", "no", "unknown"),
        "stay_status": STAY,
        "representative_state": REPRESENTATIVE,
    },
    "urgent_measures": {"measures_done": ("done", "not_needed")},
    "triage_override": {"case_class": ("urgent", "child", "normal")},
    "oral_decision": {"oral_decision": ("admitted", "not_given"), "oral_ground": ("35_1", "35_2", "35_3")},
    "verify_consent": {"consent": ("given", "given", "refused", "not_reached"), "consent_by": ("person",)},
    "consent_not_reached": {"reaching": ("try_again", "to_decision_maker")},
    "consent_without_contact": {
        "consent_choice": ("try_again", "accept_referrer", "lapse", "lapse_unconfirmed")
    },
    "sufficiency": {
        "enough": ("yes", "ask"),
        "account_known": YES_NO,
        "help_need_known": YES_NO,
        "in_finland": ("yes", "no"),
        "stay_status": STAY,
        "representative_state": REPRESENTATIVE,
        "investigation_known": YES_NO,
    },
    "request_follow_up": NEXT_STEP,
    "stalled_request": NEXT_STEP,
    "ask_aloud": {"ask_state": ("asked", "asked", "no_answer", "letter", "not_asked", "consent_withdrawn")},
    "review_reply": {"reply_enough": ("yes", "yes", "ask_again")},
    "assessment": {
        "may_be_victim": ("yes", "no"),
        "needs_help": ("yes", "no"),
        "outcome_proposed": OUTCOMES,
        "hearing": ("needed", "unnecessary"),
    },
    "prepare_resolution": {"resolution_language": ("fi", "sv")},
    "sign_resolution": {"signature": ("sign", "sign", "return", "reassess")},
    "withdraw": {"withdrawal": ("confirmed", "not_confirmed"), "lapse_reason": ("withdrawn", "death")},
    "recall_resolution": {"recall": ("recall", "dispatch")},
    "post_letter": {"posted": ("posted", "posted", "not_posted")},
    "record_delivery": {"delivery_result": ("served", "served", "failed")},
    "choose_delivery_way": {
        "next_channel": ("letter", "letter", "acknowledgement", "in_person", "in_person", "agent", "none")
    },
    "no_safe_service": {
        "no_safe_choice": ("none", "exists"),
        "no_safe_why": (
            "dead",
            "recipient_died",
            "refuses",
            "not_reached",
            "no_safe_channel",
            "deputy_needed",
            "speaks_no_more",
        ),
    },
    "contact_client": {
        "contact_result": ("reached", "unreachable"),
        "wants_crime_report_help": ("yes", "no", "not_now"),
        "stay_status": STAY,
        "service_organiser": ("nas", "county"),
    },
    "write_notice": {
        "notice": ("child_welfare", "police", "none"),
        "police_ground": ("child_offence", "preventable_offence", "threat", "consent"),
    },
    "transfer_ground": {"transfer_ground": ("consent", "child_offence", "no_ground")},
    "sign_guardian_application": {"disclosure_signature": ("sign", "sign", "return")},
    "sign_disclosure": {"disclosure_signature": ("sign", "sign", "return")},
    "post_paper": {"paper_state": ("sent", "sent", "not_sent", "consent_withdrawn")},
    "send_notice": {"notice_state": ("sent", "sent", "not_sent", "not_owed", "rewrite")},
    "contact_overdue": {"contact_choice": ("keep_trying", "unreachable")},
    "reflection_period": {
        "police_decided": ("yes", "own", "no"),
        "reflection_proposal": ("give", "not_given", "extend", "not_extended", "interrupt"),
    },
    "reflection_told": {"told": ("told", "no_safe_way")},
    "sign_reflection_period": {"reflection_signature": ("sign", "sign", "return")},
    "finality_inquiry": {"courts_answer": ("none", "none", "appealed")},
    "sign_opinion": {"opinion_signature": ("sign", "sign", "return")},
    "court_decision": {
        "court_result": ("upheld", "changed", "annulled", "returned", "returned_to_court"),
        "outcome_after": OUTCOMES,
    },
}
DATES: dict[str, tuple[str, ...]] = {
    "register": ("pending_on", "removal_on"),
    "request_follow_up": ("new_due_on",),
    "stalled_request": ("new_due_on",),
    "review_reply": ("new_due_on",),
    "assessment": ("hearing_due_on",),
    "sign_resolution": ("hold_until",),
    "post_letter": ("posted_on",),
    "record_delivery": ("served_on",),
    "contact_overdue": ("next_check_on",),
    "reflection_period": ("reflection_from", "reflection_until", "interrupted_from"),
}
NUMBERS: dict[str, Any] = {
    "target_dates": {
        "target_days": 30,
        "day_kind": "calendar",
        "consent_remind_after": timedelta(days=3),
        "consent_escalate_after": timedelta(days=7),
    },
    "delivery_times": {
        "post_within": 2,
        "choose_way_within": 2,
        "receipt_within": 10,
        "receipt_escalate_within": 15,
        "look_again": timedelta(days=90),
    },
    "opinion_times": timedelta(days=14),
    "notice_times": {"send_within": 1, "escalate_after": timedelta(days=2)},
}
OPTIONAL = frozenset({"removal_on", "hold_until"})


class People:
    """Fills in forms; asked for a date, names one within six weeks."""

    def __init__(self) -> None:
        self.environment: WalkEnvironment

    def answers(self, task: OpenTask, seen: Mapping[str, Any], rng: Random) -> Mapping[str, Any]:
        del seen
        form = task.form_key or ""
        given: dict[str, Any] = {name: rng.choice(values) for name, values in CHOICES.get(form, {}).items()}
        for name in DATES.get(form, ()):
            empty = name in OPTIONAL and rng.random() < 0.5
            given[name] = None if empty else self._day(rng)
        if form == "new_information_request":
            recipients = ("applicant", "referrer", "outside_authority")
            rows = range(rng.randint(1, 3))
            given["requests"] = [
                {"recipient": rng.choice(recipients), "due_on": self._day(rng)} for _ in rows
            ]
        return given

    def _day(self, rng: Random) -> date:
        return self.environment.now.date() + timedelta(days=rng.randint(1, 42))

    def operate(self, name: str, call: OperationCall, rng: Random) -> Mapping[str, Any]:
        """Return what the operation's declaration promises, out of thin air."""
        now = self.environment.now
        due = now + timedelta(days=rng.randint(2, 30))
        results: dict[str, Mapping[str, Any]] = {
            "open_requests": {
                "requests": [self._request(rng, "information") for _ in range(rng.randint(1, 3))]
            },
            "prepare_hearing": {"request": self._request(rng, "hearing") | {"recipient": "applicant"}},
            "send_request": {"sent_at": now, "due_at": due, "is_aloud": rng.choice((True, False))},
            "extend_request": {"due_at": due},
            "list_recipients": {"recipients": [_recipient(rng, n) for n in range(rng.randint(1, 2))]},
            "switch_to_letter": {"channel_now": rng.choice(("letter", "in_person"))},
            "record_dispatch": {"dispatched_at": now, "presumed_on": due.date()},
            "compute_appeal_period": {"appeal_until": due.date(), "appeal_until_at": due},
            "look_up_service": {"service_state": rng.choice(("serving", "served", "never"))},
            "look_up_finality": {
                "finality_state": rng.choice(("running", "over")),
                "period_ends_at": rng.choice((None, due)),
            },
            "look_up_parent": {"parent_outcome": rng.choice((None, "none", *OUTCOMES))},
            "pause_target": {"paused_at": now if call.variables.get("pausing") is True else None},
        }
        usual = {"date and time": now, "date": due.date(), "number": 1, "boolean": True, "list of text": []}
        return results.get(name) or {each: usual.get(kind) for each, kind in OPERATIONS[name].outputs.items()}

    def _request(self, rng: Random, kind: str) -> dict[str, Any]:
        due = self.environment.now + timedelta(days=rng.randint(2, 30))
        return {
            "id": f"{kind}-{rng.randrange(10**6)}",
            "kind": kind,
            "recipient": rng.choice(("applicant", "referrer", "outside_authority")),
            "due_at": due,
            "wants_reminders": rng.random() < 0.7,
        }

    def decide(self, table: str, inputs: Mapping[str, Any], rng: Random) -> Any:
        match table:
            case "target_dates" | "delivery_times" | "opinion_times" | "notice_times":
                return NUMBERS[table]
            case "triage":
                return {"case_class": rng.choice(("urgent", "child", "normal")), "priority": 1, "reason": "r"}
            case "missing_facts" | "resolution_texts" | "retention":
                return rng.choice(([], ["account"], ["account", "help_need"]))
            case "pausing":
                return rng.random() < 0.5
            case "reminders":
                return rng.choice((None, timedelta(days=1)))
            case "hearing_time":
                return self._day(rng)
            case "delivery_channels":
                return {
                    "channel": rng.choice(
                        ("electronic", "letter", "acknowledgement", "in_person", "agent", "none")
                    )
                }
            case _:
                return rng.choice(("south", "west"))


def _recipient(rng: Random, number: int) -> dict[str, Any]:
    return {
        "id": f"recipient-{number}",
        "kind": "person",
        "role": "applicant",
        "electronic_agreed": rng.random() < 0.5,
        "post_is_safe": rng.random() < 0.5,
        "address_known": rng.random() < 0.5,
        "has_agent": False,
        "needs_deputy": False,
        "is_dead": False,
    }


def first_variables(rng: Random, channel: str) -> dict[str, Any]:
    return {
        "channel": channel,
        "case_reference": "2026-000001",
        "received_at": START,
        "language": "fi",
        "region": "south",
        "is_child": rng.random() < 0.3,
        "has_children": rng.random() < 0.3,
        "in_danger": rng.choice(("yes", "no", "unknown")),
        "removal_on": None,
        "accommodation_needed": "no",
        "ground_sought": "35_1",
        "parent_case": rng.choice((None, "2026-000002")),
        "consent_recorded_by_referrer": channel == "referral",
        "wants_reminders": True,
        "account_known": "yes",
        "help_need_known": "no",
    }


def payload(message: OpenMessage, rng: Random) -> Mapping[str, Any]:
    return {"parent_outcome": rng.choice(OUTCOMES)} if message.name == "parent_decided" else {}


def environment(seed: int) -> WalkEnvironment:
    people = People()
    people.environment = WalkEnvironment(
        START, Random(seed), people.answers, people.operate, people.decide, payload
    )
    people.environment.certain = frozenset({"parent_decided"})
    return people.environment
