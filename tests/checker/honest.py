"""Honest records, on which the checker finds nothing."""

from functools import cache

from .builder import CaseBuilder, Row, moment, person_id

REGISTERED: Row = {
    "competence": "ours",
    "in_danger": "no",
    "accommodation_needed": "no",
    "in_detention": "no",
    "is_child": "no",
    "contact_language": "fi",
    "unsafe_parties": [],
}
EXPLAINED = ["who_is_helped", "voluntary", "measures", "requests", "no_police", "withdraw"]


def registered(case: CaseBuilder, at: str, **answers: str) -> None:
    """Register a case and confirm its class."""
    case.act("register", at, REGISTERED | answers, "registrar")
    case.event("registered", at, "registrar", pending_on=at[:10])
    case.milestone("registered", at, None, "registrar")
    case.act("triage_override", at, {"case_class": case.case["case_class"], "differs": "no"})
    case.milestone("class_confirmed", at, None, "worker")


def assessed(case: CaseBuilder, at: str, outcome: str, **answers: str) -> None:
    """Assess a case under 35 § 1."""
    tests = {
        "ground_assessed": "35_1",
        "may_be_victim": "yes",
        "needs_help": "yes",
        "outcome_proposed": outcome,
    }
    case.act("assessment", at, {**tests, "concerns_child": "no", **answers})
    case.milestone("assessed", at, None, "worker")


def asked(case: CaseBuilder) -> None:
    """Ask an authority by link, remind it, get its answer."""
    sent, reminded, back = moment("2026-11-03"), moment("2026-11-10"), moment("2026-11-12")
    written = {
        "recipient": "outside_authority",
        "legal_basis": "l615_13_1",
        "is_police": "no",
        "due_on": "2026-11-17",
    }
    case.act("new_information_request", sent, {"requests": [written]})
    row = case.request("REQ-1", "information", sent, "2026-11-17", None, channel="link", reminded_at=reminded)
    row["legal_basis"] = "615/2020 13 § 1 momentti"
    case.event("request_reminded", reminded, None, "outside_authority", business_key="REQ-1")
    case.milestone("request_reminded", reminded, "REQ-1")
    case.answer(row, back, "information_reply", {"answer": "Facts."}, None, "outside_authority")
    link = {"purpose": "answer_request", "request_id": row["id"], "attempts": 0, "created_at": sent}
    link |= {"expires_at": moment("2027-01-17"), "opened_at": back, "used_at": back, "revoked_at": None}
    case.add("links", **link)
    for kind, at in (("mail_request", sent), ("mail_reminder", reminded)):
        message = {
            "kind": kind,
            "channel": "email",
            "language": "fi",
            "recipient": None,
            "send_after": at,
            "attempts": 1,
        }
        case.add("messages", **message, taken_at=at, sent_at=at, given_up_at=None, withheld_at=None)
    case.export["messages"][-1].pop("case_id")
    case.export["messages"][-2].pop("case_id")


@cache
def refusal() -> Row:
    """Refuse an adult's own application after a hearing; serve by letter."""
    case = CaseBuilder(1, "self", "normal", "2026-11-02")
    person = case.party("applicant", "1994-05-17")
    opening = {
        "ground": "35_1",
        "is_under_18": "no",
        "born_on": "1994-05-17",
        "safe_channels": ["email", "post"],
    }
    case.opening(
        "application", opening | {"in_danger": "no", "contact_language": "fi", "electronic_delivery": "no"}
    )
    registered(case, moment("2026-11-02", 9))
    asked(case)
    assessed(case, moment("2026-11-16"), "not_admitted", needs_help="no", hearing="needed")
    hearing = case.request("HEAR-1", "hearing", moment("2026-11-16", 10), "2026-11-30", person)
    heard = {"heard": "declined", "heard_how": "phone", "heard_on": "2026-11-24"}
    case.answer(hearing, moment("2026-11-24"), "hearing_reply", heard, "worker")
    case.milestone("hearing_held", moment("2026-11-24"), "HEAR-1", "worker")
    signed = moment("2026-11-25", 12)
    resolution = case.resolution("not_admitted", moment("2026-11-25"), signed)
    start = moment("2026-11-02", 9)
    steps: list[Row] = [
        {"kind": "started", "at": start, "days": 30},
        {"kind": "met", "at": signed, "cause": "resolution_signed"},
    ]
    case.deadline("target", steps, "2026-12-14", counting="working_days", ending="stays")
    served = moment("2026-12-03", 0)
    case.letter(resolution, person, "DEL-1", moment("2026-11-26"), "2026-12-03", served)
    case.milestone("resolution_served", served)
    case.period("DEL-1", served, "2027-01-04", moment("2027-01-05"))
    case.final(moment("2027-01-05"))
    return case.close(moment("2027-01-05"))


@cache
def child() -> Row:
    """Refuse a referred child of 16 after hearing child and guardian; serve each."""
    case = CaseBuilder(2, "referral", "child", "2026-11-02")
    child = case.party("applicant", "2010-03-01", is_minor=True)
    guardian = case.party("guardian", "1980-01-01")
    case.party("referrer", None, is_recipient=False, contact={"email": "referrer@example.invalid"})
    opening = {
        "ground": "35_1",
        "is_under_18": "yes",
        "born_on": "2010-03-01",
        "safe_channels": ["email", "post"],
    }
    case.opening("referral", opening | {"consent_given": "yes", "referrer_may_know": "yes"}, "referrer")
    registered(case, moment("2026-11-02", 9), is_child="yes")
    talk = {
        "consent": "given",
        "alone": "yes",
        "channel": "in_person",
        "channel_safe": "yes",
        "consent_language": "fi",
    }
    talk |= {"consent_on": "2026-11-03", "consent_by": "person_and_guardian", "minor_maturity": "yes"}
    case.act(
        "verify_consent",
        moment("2026-11-03"),
        {**talk, "consent_explained": EXPLAINED, "referrer_may_know": "yes"},
    )
    case.consent(moment("2026-11-03"))
    case.event("consent_given", moment("2026-11-03"), "worker")
    case.milestone("consent_recorded", moment("2026-11-03"), None, "worker")
    heard = {"concerns_child": "yes", "child_heard": "heard", "hearing": "needed"}
    assessed(case, moment("2026-11-05"), "not_admitted", may_be_victim="no", **heard)
    for number, party in ((1, child), (2, guardian)):
        row = case.request(f"HEAR-{number}", "hearing", moment("2026-11-05", 10), "2026-11-19", party)
        case.answer(row, moment("2026-11-12", number), "hearing_reply", {"heard": "heard"}, "worker")
        case.milestone("hearing_held", moment("2026-11-12", number), f"HEAR-{number}", "worker")
    resolution = case.resolution("not_admitted", moment("2026-11-13"), moment("2026-11-13", 12))
    case.hand(resolution, child, "DEL-1", moment("2026-11-16"))
    case.period("DEL-1", moment("2026-11-16"), "2026-12-16", moment("2027-01-05"))
    served = moment("2026-11-26", 0)
    case.letter(resolution, guardian, "DEL-2", moment("2026-11-19"), "2026-11-26", served)
    case.period("DEL-2", served, "2026-12-28", moment("2027-01-05"))
    case.milestone("resolution_served", served)
    case.event("referrer_notified", moment("2026-11-27"), "worker")
    case.final(moment("2027-01-05"))
    return case.close(moment("2027-01-05"))


@cache
def urgent() -> Row:
    """Admit an urgent caller aloud and in writing; give a reflection period; an appeal is upheld."""
    case = CaseBuilder(3, "urgent", "urgent", "2026-11-02")
    person = case.party(
        "applicant", "1990-01-01", contact={"phone": "+358 50 000", "safe_channels": ["phone"]}
    )
    opening = {
        "caller": "person",
        "urgent": "yes",
        "ground": "35_1",
        "in_danger": "yes",
        "safe_channels": ["phone"],
    }
    case.opening("phone_intake", opening | {"is_under_18": "no"}, "on_call", "clerk")
    registered(case, moment("2026-11-02", 9), in_danger="yes")
    oral = moment("2026-11-02", 10)
    case.act(
        "oral_decision",
        oral,
        {"oral_decision": "admitted", "oral_ground": "35_1", "told_how": "phone"},
        "decider",
    )
    row = {
        "outcome": "admitted_35_1",
        "given_by": person_id("decider"),
        "given_at": oral,
        "recorded_at": oral,
    }
    case.add("oral_decisions", **row, reasons="Reasons", recorded_by=None, confirmed_at=None)
    case.event("oral_decision_given", oral, "decider", "admitted_35_1")
    case.milestone("oral_decision", oral, None, "decider")
    assessed(case, moment("2026-11-03"), "admitted_35_1")
    signed = moment("2026-11-03", 12)
    resolution = case.resolution(
        "admitted_35_1", moment("2026-11-03", 10), signed, texts=["appeal_instructions"]
    )
    case.milestone("admitted", signed, None, "decider")
    reached = {"contact_result": "reached", "contact_channel": "phone", "stay_status": "no_right"}
    case.act("contact_client", moment("2026-11-03", 13), reached)
    case.milestone("client_contacted", moment("2026-11-03", 13), None, "worker")
    case.hand(resolution, person, "DEL-1", moment("2026-11-04"))
    case.milestone("resolution_served", moment("2026-11-04"), None, "worker")
    case.period("DEL-1", moment("2026-11-04"), "2026-12-04", moment("2027-04-01"))
    reflected(case, person)
    appealed(case)
    case.document("service_needs", moment("2026-11-06"))
    case.act("send_notice", moment("2026-11-06"), {"notice_state": "sent", "sent_on": "2026-11-06"})
    case.event("notice_sent", moment("2026-11-06"), "worker", "service_handover")
    case.milestone("service_needs_handed_over", moment("2026-11-06"), None, "worker")
    case.final(moment("2027-04-01"))
    return case.close(moment("2027-04-01"))


def reflected(case: CaseBuilder, person: Row) -> None:
    """Give a reflection period, serve it and notify the police."""
    give = {"reflection_proposal": "give", "police_explained": "yes", "reflection_from": "2026-11-05"}
    give["reflection_until"] = "2027-05-05"
    signed = moment("2026-11-05", 12)
    row = case.resolution("given", moment("2026-11-05"), signed, "reflection_period", answers=give)
    case.hand(row, person, "DEL-2", moment("2026-11-05", 13))
    case.act("send_notice", moment("2026-11-05", 14), {"notice_state": "sent", "sent_on": "2026-11-05"})
    case.event("notice_sent", moment("2026-11-05", 14), "worker", "police_reflection")
    case.milestone("police_notified", moment("2026-11-05", 14), None, "worker")


def appealed(case: CaseBuilder) -> None:
    """Register an appeal, send it with an opinion, record the court's decision."""
    at, sent, back = moment("2026-11-20"), moment("2026-11-24"), moment("2027-02-01")
    arrival = {
        "is_appeal": "appeal",
        "appeal_received_on": "2026-11-20",
        "arrival_way": "post",
        "appellant": "person",
    }
    case.act("appeal_arrival", at, arrival, "registrar")
    case.event("appeal_registered", at, "registrar", "post")
    case.milestone("appeal_recorded", at, None, "registrar")
    case.act(
        "send_to_court", sent, {"sent_to_court_on": "2026-11-24", "sent_documents": ["appeal", "opinion"]}
    )
    case.event("opinion_sent_to_court", sent, "worker")
    case.milestone("appeal_sent_to_court", sent, None, "worker")
    case.act("court_decision", back, {"court_decided_on": "2027-02-01", "court_result": "upheld"})
    case.event("appeal_ended", back, "worker", "upheld")
    case.milestone("court_decided", back, None, "worker")


@cache
def withdrawn() -> Row:
    """Lapse an application after a withdrawal; end the request and seal the content first."""
    case = CaseBuilder(4, "self", "normal", "2026-11-02")
    person = case.party("applicant", "1994-05-17")
    case.opening("application", {"is_under_18": "no", "safe_channels": ["email", "post"]})
    registered(case, moment("2026-11-02", 9))
    row = case.request("REQ-1", "information", moment("2026-11-03"), "2026-11-17", None, channel="link")
    gone = moment("2026-11-05")
    case.act("withdraw", gone, {"withdrawal": "confirmed", "lapse_reason": "withdrawn", "alone": "yes"})
    row |= {"closed_at": gone, "closed_as": "cancelled"}
    case.event("request_closed", gone, "worker", "cancelled", business_key="REQ-1")
    case.milestone("withdrawn", gone, None, "worker")
    case.case["content_sealed_at"] = moment("2026-11-05", 9)
    case.event("content_sealed", moment("2026-11-05", 9), None, "narrative")
    signed = moment("2026-11-06", 12)
    texts = ["operative_lapsed", "content_sealed", "appeal_instructions"]
    resolution = case.resolution(
        "lapsed", moment("2026-11-06"), signed, texts=texts, lapse_reason="withdrawn"
    )
    case.hand(resolution, person, "DEL-1", moment("2026-11-09"))
    case.milestone("resolution_served", moment("2026-11-09"), None, "worker")
    case.period("DEL-1", moment("2026-11-09"), "2026-12-09", moment("2026-12-15"))
    case.final(moment("2026-12-15"))
    return case.close(moment("2026-12-15"))


@cache
def family() -> tuple[Row, Row]:
    """Admit a parent, then a small child under 35 § 3 in the child's own case."""
    mother = CaseBuilder(5, "self", "normal", "2026-11-02")
    mother.party("applicant", "1994-05-17")
    mother.opening("application", {"is_under_18": "no", "ground": "35_1", "safe_channels": ["email", "post"]})
    registered(mother, moment("2026-11-02", 9))
    assessed(mother, moment("2026-11-03"), "admitted_35_1")
    resolution = mother.resolution("admitted_35_1", moment("2026-11-03", 9), moment("2026-11-03", 10))
    mother.hand(resolution, mother.export["parties"][0], "DEL-1", moment("2026-11-04"))
    mother.export["child_references"] = ["2026-000006"]
    child = CaseBuilder(6, "self", "child", "2026-11-02")
    child.export["parent_reference"] = "2026-000005"
    child.case["parent_id"] = mother.id
    child.party("child", "2020-01-01", is_minor=True, is_recipient=False)
    guardian = child.party("guardian", "1994-05-17")
    registered(child, moment("2026-11-02", 10), is_child="yes")
    tests = {
        "ground_assessed": "35_3",
        "child_in_finland": "yes",
        "child_needs_help": "yes",
        "concerns_child": "yes",
    }
    assessed(child, moment("2026-11-04"), "admitted_35_3", **tests, child_heard="under_12")
    child.milestone("parent_admitted", moment("2026-11-04", 9))
    resolution = child.resolution("admitted_35_3", moment("2026-11-04", 9), moment("2026-11-04", 10))
    child.hand(resolution, guardian, "DEL-1", moment("2026-11-05"))
    return mother.close(moment("2026-12-20")), child.close(moment("2026-12-20"))
