"""Builder of honest exports by hand, every key of the schema filled."""

from copy import deepcopy
from typing import Any

Row = dict[str, Any]
ROLES = {
    "registrar": "intake",
    "worker": "caseworker",
    "decider": "decision_maker",
    "clerk": "on_call",
    "chief": "director",
}
TABLES = [
    "parties",
    "consents",
    "submissions",
    "requests",
    "links",
    "code_calls",
    "oral_decisions",
    "resolutions",
    "sent_back",
    "deliveries",
    "documents",
    "given_copies",
    "attachments",
    "deadlines",
    "messages",
    "tasks",
    "milestones",
    "events",
    "instances",
    "decision_evaluations",
    "incidents",
    "disqualifications",
    "retention",
    "moves",
    "consent_notes",
    "corrections",
    "notes",
    "arrivals",
    "meetings",
    "element_runs",
]
DEPLOYMENT = "00000000-0000-4000-8000-00000000d001"


def moment(on: str, hour: int = 8) -> str:
    """Write a moment of a day."""
    return f"{on}T{hour:02d}:00:00+00:00"


def person_id(name: str) -> str:
    """Write the id of a member of staff."""
    return f"00000000-0000-4000-8000-00000000{list(ROLES).index(name) + 1:02d}aa"


class CaseBuilder:
    """Export of one case under construction."""

    def __init__(self, number: int, channel: str, case_class: str, on: str) -> None:
        self.number, self.count = number, 0
        self.id = self.new_id()
        self.received = moment(on)
        self.export: Row = {"format": "vireille-case/1", "deployment_number": 1, "parent_reference": None}
        self.export |= {"outcome_in_force": None, "annulled_outcome": None}
        self.export |= {"child_references": [], "application": None, "reading_choice": None}
        self.export |= {"clienthood": None}
        self.export |= {table: [] for table in TABLES}
        self.case: Row = {
            "id": self.id,
            "reference": f"2026-{number:06d}",
            "channel": channel,
            "state": "closed",
            "case_class": case_class,
            "outcome": None,
            "team": "south",
            "language": "fi",
            "received_at": self.received,
            "pending_at": self.received,
            "closed_at": None,
            "deployment_id": DEPLOYMENT,
            "parent_id": None,
            "caseworker_id": person_id("worker"),
            "is_restricted": False,
            "is_stalled": False,
            "content_sealed_at": None,
            "version": 1,
        }
        self.export["case"] = self.case
        self.run = self.add(
            "instances", process_key="intake_to_decision", state="ended", started_at=self.received
        )
        self.run |= {"deployment_id": DEPLOYMENT, "ended_at": None}
        self.export["people"] = [
            {
                "id": person_id(name),
                "came_in_at": None,
                "username": name,
                "name": name.title(),
                "title": "example",
                "is_demonstration": False,
                "team": None,
                "roles": [role],
                "is_active": True,
            }
            for name, role in ROLES.items()
        ]

    def new_id(self) -> str:
        """Count a new id."""
        self.count += 1
        return f"00000000-0000-4000-{8000 + self.number:04d}-{self.count:012d}"

    def add(self, table: str, **values: Any) -> Row:
        """Add a row of the case with an id."""
        row = {"id": self.new_id(), "case_id": self.id, **values}
        if table in ("consents", "oral_decisions", "instances"):
            del row["case_id"]
        self.export[table].append(row)
        return row

    def event(
        self, kind: str, at: str, by: str | None = None, subject: str | None = None, **facts: Any
    ) -> None:
        """Add an event."""
        actor: Row = {"actor_id": person_id(by) if by else None, "actor_name": by.title() if by else ""}
        self.add("events", kind=kind, subject=subject, facts=facts, **actor, at=at)

    def milestone(self, name: str, at: str, key: str | None = None, by: str | None = None) -> None:
        """Add a milestone and its event."""
        self.export["milestones"].append({"name": name, "at": at, "element_id": name, "business_key": key})
        self.event("milestone_reached", at, by, name, business_key=key, element=name)

    def submission(self, form: str, at: str, answers: Row, by: str | None, role: str, **values: Any) -> Row:
        """Add a submission."""
        row: Row = {"form_key": form, "deployment_id": DEPLOYMENT, "task_id": None, "business_key": None}
        row |= {
            "sent_by": person_id(by) if by else None,
            "sent_by_role": role,
            "sent_at": at,
            "answers": answers,
            "corrected_at": None,
        }
        return self.add("submissions", **(row | values))

    def opening(self, form: str, answers: Row, role: str = "applicant", by: str | None = None) -> None:
        """Add what opened the case."""
        row = self.submission(form, self.received, answers, by, role)
        self.export["application"] = {
            "id": self.new_id(),
            "case_id": self.id,
            "form_key": form,
            "submission_id": row["id"],
            "received_at": self.received,
        }
        self.event("application_received", self.received, by, self.case["channel"])
        self.event("receipt_issued", self.received, by, self.case["channel"])
        self.milestone("receipt_issued", self.received, None, by)

    def act(
        self,
        form: str,
        at: str,
        answers: Row,
        by: str | None = "worker",
        key: str | None = None,
        **values: Any,
    ) -> None:
        """Add a completed task with its submission; nobody of staff means the person outside."""
        role = ROLES[by] if by else values.pop("role", "applicant")
        who = person_id(by) if by else None
        task = {
            "instance_id": self.run["id"],
            "task_key": self.new_id(),
            "process_id": "intake_to_decision",
            "element_id": form,
            "path": form,
            "name": form,
            "form_key": form,
            "candidate_group": role,
            "team": None,
            "business_key": key,
            "state": "completed",
            "assignee_id": who,
            "not_by": [],
            "created_at": at,
            "due_at": None,
            "due_reason": None,
            "follow_up_at": None,
            "priority": 0,
            "completed_at": at,
            "completed_by": who,
        }
        row = self.add("tasks", **(task | values))
        self.submission(form, at, answers, by, role, task_id=row["id"], business_key=key)
        self.event("task_completed", at, by, form, business_key=key, form_key=form)

    def party(self, kind: str, born_on: str | None, **values: Any) -> Row:
        """Add a party."""
        row: Row = {
            "kind": kind,
            "is_unsafe": False,
            "is_minor": False,
            "is_recipient": True,
            "name": kind.title(),
        }
        row |= {"identity": {"born_on": born_on} if born_on else {}}
        row |= {"is_protected": False, "powers": [], "authorised_on": None, "added_at": self.received}
        row |= {"held_at": None, "removed_at": None, "version": 1}
        row |= {"contact": {"email": f"{kind}@example.invalid", "safe_channels": ["email", "post"]}}
        return self.add("parties", **(row | values))

    def consent(self, at: str) -> Row:
        """Add a given consent."""
        row: Row = {"purpose": "admission", "state": "given", "text_version": "1", "language": "fi"}
        row |= {"recipient": "", "withdraws": None, "interpreter": "none"}
        row |= {"given_how": "phone", "given_on": at[:10], "recorded_by_role": "caseworker"}
        row |= {"recorded_by": person_id("worker"), "recorded_at": at, "withdrawn_at": None}
        return self.add("consents", **row)

    def request(
        self, reference: str, kind: str, sent: str, due_on: str, party: Row | None = None, **values: Any
    ) -> Row:
        """Add a request or a hearing that is sent."""
        row: Row = {"reference": reference, "kind": kind, "legal_basis": "434/2003 34 §", "language": "fi"}
        row |= {"recipient_role": party["kind"] if party else "outside_authority", "channel": "letter"}
        row |= {"party_id": party["id"] if party else None, "state": "closed", "round": 1, "due_on": due_on}
        row |= {
            "created_at": sent,
            "sent_at": sent,
            "reminded_at": None,
            "followed_up_at": None,
            "stalled_at": None,
            "more_time_until": None,
        }
        row |= {"answered_at": None, "closed_at": None, "closed_as": None}
        row |= {
            "recipient": {"wants_reminders": True},
            "questions": {"questions": "Facts?", "necessity": "Needed."},
        }
        row = self.add("requests", **(row | values))
        self.event("request_sent", sent, "worker", row["recipient_role"], business_key=reference)
        self.milestone("request_sent", sent, reference, "worker")
        return row

    def answer(
        self, row: Row, at: str, form: str, answers: Row, by: str | None = None, role: str = "applicant"
    ) -> None:
        """Add the answer of a request, which ends it."""
        self.act(form, at, answers, by, row["reference"], **({} if by else {"role": role}))
        row |= {"answered_at": at, "closed_at": at, "closed_as": "answered"}
        self.event("request_closed", at, by, "answered", business_key=row["reference"])

    def document(self, kind: str, at: str, by: str = "worker") -> Row:
        """Add a document that left."""
        row = {
            "kind": kind,
            "title": kind,
            "media_type": "application/pdf",
            "direction": "out",
            "secrecy": "621/1999 24 §",
        }
        row |= {"sealing_class": "decision", "sha256": "0" * 64, "author_id": person_id(by), "created_at": at}
        return self.add("documents", size=1, **row)

    def resolution(
        self, outcome: str, prepared: str, signed: str, kind: str = "admission", **content: Any
    ) -> Row:
        """Add a prepared and signed resolution with its forms."""
        is_own = kind == "admission"
        self.act(
            "prepare_resolution" if is_own else "reflection_period", prepared, content.pop("answers", {})
        )
        row: Row = {"number": self.case["reference"], "kind": kind, "outcome": outcome, "language": "fi"}
        row |= {"state": "signed", "round": 1, "prepared_by": person_id("worker"), "prepared_at": prepared}
        row |= {
            "content_sha256": "0" * 64,
            "signed_by": person_id("decider"),
            "signed_at": signed,
            "recalled_at": None,
        }
        row |= {
            "document_id": self.document("resolution", signed, "decider")["id"],
            "content": {"texts": [], **content},
        }
        row = self.add("resolutions", **row)
        signature = {"signature" if is_own else "reflection_signature": "sign", "delegation_confirmed": True}
        signature |= {"not_disqualified": True, "letter_read": True} if is_own else {}
        form = "sign_resolution" if is_own else "sign_reflection_period"
        self.act(form, signed, signature, "decider", not_by=[person_id("worker")])
        self.event("resolution_signed", signed, "decider", kind, outcome=outcome)
        if is_own:
            self.milestone("resolution_signed", signed, None, "decider")
            self.case["outcome"] = outcome
        else:
            self.milestone("reflection_period_decided", signed, None, "decider")
        return row

    def delivery(self, resolution: Row, party: Row, key: str, channel: str, **values: Any) -> Row:
        """Add an attempt to serve."""
        row: Row = {
            "resolution_id": resolution["id"],
            "document_id": None,
            "party_id": party["id"],
            "business_key": key,
        }
        row |= {
            "channel": channel,
            "state": "served",
            "attempt": 1,
            "dispatched_at": None,
            "presumed_on": None,
        }
        row |= {"served_on": None, "proof": None, "is_presumed": False, "returned_at": None}
        return self.add("deliveries", **(row | values))

    def letter(
        self, resolution: Row, party: Row, key: str, posted: str, served_on: str, recorded: str
    ) -> Row:
        """Add a letter posted by a person and served by presumption."""
        answers = {"posted": "posted", "posted_on": posted[:10], "envelope_neutral": True}
        answers["enclosed"] = ["cover", "resolution"]
        self.act("post_letter", posted, answers, "worker", key)
        row = self.delivery(resolution, party, key, "letter", dispatched_at=posted, presumed_on=served_on)
        row |= {"served_on": served_on, "is_presumed": True}
        self.event("resolution_dispatched", posted, "worker", "letter", business_key=key)
        self.milestone("dispatched", posted, key, "worker")
        self.event("resolution_served", recorded, None, "presumed", business_key=key, served_on=served_on)
        return row

    def hand(self, resolution: Row, party: Row, key: str, at: str) -> Row:
        """Add a hand-over in person by certificate."""
        answers = {"delivery_result": "served", "delivery_channel": "in_person", "served_on": at[:10]}
        answers |= {
            "proof": "certificate",
            "handed_by": "Worker",
            "handed_to": "Party",
            "handed_where": "office",
        }
        self.act("record_delivery", at, answers, "worker", key)
        row = self.delivery(
            resolution, party, key, "in_person", dispatched_at=at, served_on=at[:10], proof="certificate"
        )
        self.event("resolution_served", at, "worker", "certificate", business_key=key, served_on=at[:10])
        self.milestone("handed_over", at, key, "worker")
        return row

    def deadline(
        self, name: str, steps: list[Row], due_on: str, key: str | None = None, **values: Any
    ) -> Row:
        """Add a deadline with its ledger."""
        blank: Row = {
            "cause": "",
            "actor_name": "",
            "actor_id": None,
            "rule": None,
            "days": None,
            "until": None,
        }
        entries = [blank | step for step in steps]
        row = {
            "name": name,
            "counting": "calendar_days",
            "ending": "moves",
            "entries": entries,
            "business_key": key,
        }
        row |= {"started_at": steps[0]["at"], "due_on": due_on, "due_at": f"{due_on}T23:59:59+02:00"}
        return self.add("deadlines", **(row | values))

    def period(self, key: str, start: str, due_on: str, end: str) -> None:
        """Add an appeal period that ended in finality."""
        steps: list[Row] = [
            {"kind": "started", "at": start, "cause": "served", "days": 30},
            {"kind": "met", "at": end, "cause": "final"},
        ]
        self.deadline("appeal_period", steps, due_on, key)
        self.event("appeal_period_started", start, "worker", None, business_key=key, until=due_on)
        self.milestone("appeal_period_started", start, key, "worker")

    def final(self, at: str) -> None:
        """Ask the courts and call the decision final."""
        self.act(
            "finality_inquiry",
            at,
            {"court_asked": "Court", "courts_answer": "none", "courts_asked_on": at[:10]},
        )
        self.milestone("courts_asked", at, None, "worker")
        self.event("resolution_final", at, "worker", self.case["outcome"])
        self.milestone("final", at, None, "worker")

    def close(self, at: str) -> Row:
        """Close the case and give its export out."""
        self.case["closed_at"] = self.run["ended_at"] = at
        self.event("case_closed", at, "worker", self.case["outcome"])
        self.export["events"].sort(key=lambda row: row["at"])
        return deepcopy(self.export)
