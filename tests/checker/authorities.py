"""Rules of what goes to the police and other authorities, and of the reflection period."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from .consents import disclosed, stands
from .moments import add_months, add_working_days, day, moment
from .record import Record, Row, answers, at_or_before, facts, last_before
from .sentences import fault, label, warning

POLICE_LAW = "301/2004 52 c §; law.md A 5, J 3"
GROUND_LAW = "746/2011 37 §; 417/2007 25 §; law.md B 10, J 13"
PERIOD_LAW = "301/2004 52 b-c §; law.md B 6, J 1"
GROUND_KEYS = ("ground", "legal_basis", "legal_ground", "notification_ground", "basis")
LATE, FAULTY = 1, 7
SHORTEST, LONGEST_MONTHS = 30, 6


def has_ground(*entries: Row) -> bool:
    """Tell an entry that records a lawful ground."""
    return any(entry.get(key) for entry in entries for key in GROUND_KEYS)


def police_acts(record: Record) -> list[Row]:
    """List what went to the police: entries of an own kind, else notices that a person sent."""
    sent = [
        row for row in record.events("notice_sent") if row.get("subject") in ("police_reflection", "police")
    ]
    for row in record.events("notice_sent"):
        chosen = last_before(record.submissions("register"), "sent_at", row.get("at"))
        if row.get("subject") == "transfer" and answers(chosen).get("transfer_to") == "police":
            sent.append(row)
    acts = [*record.events("police_notified"), *sent]
    return acts or record.milestones("police_notified")


def ground_of(record: Record, act: Row) -> bool:
    """Tell an act with a lawful ground: in the entry, or in the form that was written for it."""
    at = act.get("at")
    if act.get("subject") == "transfer":
        return transfer_grounded(record, at)
    if act.get("subject") == "police":
        forms = [row for row in record.submissions("write_notice") if at_or_before(row.get("sent_at"), at)]
        ground = {
            answers(row).get("police_ground") for row in forms if answers(row).get("notice") == "police"
        }
        signed = [
            row for row in record.submissions("sign_disclosure") if at_or_before(row.get("sent_at"), at)
        ]
        if ground == {"threat"} and not signed:
            return False
        return bool(ground - {None})
    return has_ground(facts(act))


def transfer_grounded(record: Record, at: Any) -> bool:
    """Tell a transfer to the police on a ground that a caseworker wrote; a consent stands in the ledger too."""
    forms = [row for row in record.submissions("transfer_ground") if at_or_before(row.get("sent_at"), at)]
    ground = answers(forms[-1]).get("transfer_ground") if forms else None
    if ground == "consent":
        return disclosed(record, "crime", "police", at)
    return ground in ("child_offence", "preventable_offence")


def police(record: Record) -> Iterator[str]:
    """Notify the police of the own reflection decision, of victims; of anything else on a lawful ground."""
    own = [row for row in record.resolutions(is_reflection=True) if row.get("state") == "signed"]
    for event in police_acts(record):
        name = label("entry", event, "kind", "subject", "at")
        if ground_of(record, event):
            continue
        if event.get("subject") in ("police", "transfer"):
            yield fault("police-on-a-ground", GROUND_LAW, f"{name} rests on no consent and no ground")
            continue
        before = [row for row in own if at_or_before(row.get("signed_at"), event.get("at"))]
        if not before:
            yield fault(
                "police-of-own-decision", POLICE_LAW, f"{name} has no signed reflection decision before it"
            )
        stood = outcomes_at(record, event.get("at"))
        if stood.isdisjoint(("admitted_35_1", None)):
            text = f"{name} stands in a case of outcome {', '.join(map(str, stood))}"
            yield fault("police-of-victims-only", POLICE_LAW, text)


def decided_between(record: Record, decision: Row, act: Row) -> bool:
    """Tell a later decision on the reflection period that was signed before an act."""
    later = [row.get("signed_at") for row in record.resolutions(is_reflection=True) if row is not decision]
    return any(
        not at_or_before(at, decision.get("signed_at")) and at_or_before(at, act.get("at")) for at in later
    )


def called_off(record: Record, decision: Row) -> bool:
    """Tell a decision that a later refusal took back before the police heard of it, and somebody recorded so."""
    return any(
        event.get("subject") == "police_reflection"
        and str(row.get("outcome")).endswith(("refused", "not_extended"))
        and not at_or_before(row.get("signed_at"), decision.get("signed_at"))
        and at_or_before(row.get("signed_at"), event.get("at"))
        for event in record.events("notice_not_owed")
        for row in record.resolutions(is_reflection=True)
        if row.get("state") == "signed"
    )


def delay(record: Record) -> Iterator[str]:
    """Notify the police without delay after the signature, served or not."""
    for row in record.resolutions(is_reflection=True):
        name = label("reflection decision", row, "signed_at")
        if row.get("state") != "signed":
            continue
        notices = [one for one in police_acts(record) if "kind" in one]
        notices = [one for one in notices if one.get("subject") not in ("police", "transfer")]
        after = [one for one in notices if at_or_before(row.get("signed_at"), one.get("at"))]
        is_refusal = str(row.get("outcome")).endswith(("refused", "not_extended"))
        if is_refusal:
            # A notice after the next decision is about the next decision.
            after = [one for one in after if not decided_between(record, row, one)]
        if not after and record.closed_at and not called_off(record, row):
            # The sources at hand don't say whether 52 c § means a refusal too: a jurist has to read it.
            judge = warning if is_refusal else fault
            yield judge("police-without-delay", POLICE_LAW, f"{name} never went to the police")
        for event in after[:1]:
            signed, on = day(row.get("signed_at")), day(event.get("at"))
            text = f"{name} waited until {label('event', event, 'at')}"
            if signed and on and on > signed + timedelta(days=FAULTY):
                yield fault("police-without-delay", POLICE_LAW, text)
            elif signed and on and on > add_working_days(signed, LATE):
                yield warning("police-without-delay", POLICE_LAW, text)


def outcomes_at(record: Record, at: Any) -> set[Any]:
    """Find the outcome that stood at a moment: that of the case, or the one before it if it was changed later.

    Of acts of one moment the record keeps no order: what stood before them may have stood still.
    """
    known = [(row.get("recorded_at"), row.get("outcome")) for row in record.rows("oral_decisions")]
    known += [(row.get("signed_at"), row.get("outcome")) for row in record.resolutions()]
    known += [
        (row.get("sent_at"), answers(row).get("outcome_after"))
        for row in record.submissions("court_decision")
        if answers(row).get("court_result") == "changed"
    ]
    dated = [(when, str(outcome)) for value, outcome in known if outcome and (when := moment(value))]
    stood = sorted(one for one in dated if at_or_before(one[0].isoformat(), at))
    is_changed = bool(stood) and len(stood) < len(dated)
    earlier = [one for one in stood if not at_or_before(at, one[0].isoformat())]
    now = stood[-1][1] if is_changed else record.case.get("outcome")
    return {now, earlier[-1][1]} if earlier and len(earlier) < len(stood) else {now}


def reflection(record: Record) -> Iterator[str]:
    """Decide on a reflection period by signature and for victims."""
    signed = record.resolutions(is_reflection=True)
    for entry in record.milestones("reflection_period_decided"):
        if not [row for row in signed if at_or_before(row.get("signed_at"), entry.get("at"))]:
            yield fault(
                "reflection-by-signature", PERIOD_LAW, f"{label('milestone', entry, 'at')} has no signature"
            )
    for row in signed:
        stood = outcomes_at(record, row.get("signed_at"))
        if stood.isdisjoint(("admitted_35_1", None)):
            text = f"{label('resolution', row, 'signed_at')} stands in a case of {', '.join(map(str, stood))}"
            yield fault("reflection-for-victims", PERIOD_LAW, text)


def lengths(record: Record) -> Iterator[str]:
    """Give a reflection period of 30 days to six months, the police explained first."""
    for form in record.submissions("reflection_period"):
        words = answers(form)
        name = label("form reflection_period", form, "sent_at")
        if words.get("reflection_proposal") != "give":
            continue
        if words.get("police_explained") == "no" and not words.get("police_not_explained_reasons"):
            yield fault("police-explained", PERIOD_LAW, f"{name} has police_explained no")
        start, end = day(words.get("reflection_from")), day(words.get("reflection_until"))
        if start and end and end > add_months(start, LONGEST_MONTHS):
            yield fault("reflection-length", PERIOD_LAW, f"{name} runs {start} to {end}, beyond six months")
        if start and end and end < start + timedelta(days=SHORTEST - 1):
            yield fault("reflection-length", PERIOD_LAW, f"{name} runs {start} to {end}, under 30 days")


def transfers(record: Record) -> Iterator[str]:
    """Transfer to the police only by consent or on a recorded ground."""
    for form in record.submissions("register"):
        words = answers(form)
        if words.get("competence") != "transfer":
            continue
        name = label("form register", form, "sent_at")
        moved = [one for one in record.events("transferred") if one.get("subject") in ("police", None)]
        if words.get("transfer_to") == "police":
            grounds = has_ground(words, *[facts(one) for one in moved])
            given_up = not moved and record.submissions("transfer_ground")
            grounds = grounds or bool(given_up) or transfer_grounded(record, record.case.get("closed_at"))
            if not grounds and not stands(record, form, form.get("sent_at")):
                yield fault(
                    "police-on-a-ground", GROUND_LAW, f"{name} transfers to the police, no consent, no ground"
                )
    for event in record.events("transferred"):
        forms = [
            row for row in record.submissions("register") if answers(row).get("competence") == "transfer"
        ]
        if not forms:
            yield fault(
                "transfer-by-its-form", "434/2003 21 §", f"{label('event', event, 'at')} has no form register"
            )


def requests(record: Record) -> Iterator[str]:
    """Ask authorities on a legal basis, with the need and after a talk with the person."""
    law = "434/2003 32 §; 615/2020 11 and 13 §"
    for row in record.rows("requests"):
        name = label("request", row, "reference", "sent_at")
        if row.get("kind") != "information" or not row.get("sent_at"):
            continue
        if not row.get("legal_basis"):
            yield fault("request-on-a-basis", law, f"{name} names no legal basis")
        asked = row.get("questions") or {}
        if (
            row.get("recipient_role") == "outside_authority"
            and not asked.get("necessity")
            and not record.is_erased
        ):
            yield fault("request-necessary", law, f"{name} gives no need for the facts")
        if not asked.get("questions") and not record.is_erased:
            yield fault("request-says-facts", law, f"{name} asks nothing")
    for form in record.submissions("new_information_request"):
        for number, words in enumerate(answers(form).get("requests") or []):
            name = f"{label('form new_information_request', form, 'sent_at')} row {number + 1}"
            yield from row_of_form(record, form, words, name, law)


def row_of_form(record: Record, form: Row, words: Row, name: str, law: str) -> Iterator[str]:
    """Judge one request as it was written."""
    basis, is_police = words.get("legal_basis"), words.get("is_police")
    if basis == "admin_31" and words.get("recipient") != "applicant":
        yield fault(
            "request-on-a-basis", law, f"{name} asks {words.get('recipient')} on the applicant's basis"
        )
    if basis == "l615_13_4_3" and is_police == "no":
        yield fault(
            "request-on-a-basis", law, f"{name} uses 13 § 4 mom. 3 k. for one that investigates nothing"
        )
    recipient = "police" if is_police == "yes" else words.get("recipient")
    if basis == "consent" and not disclosed(record, "request", recipient, form.get("sent_at")):
        yield fault(
            "request-on-a-basis", "621/1999 26 §", f"{name} rests on a consent that the ledger does not hold"
        )
    if is_police == "yes":
        talked, sent = day(words.get("told_person_on")), day(form.get("sent_at"))
        if talked is None or (sent and talked > sent):
            yield fault(
                "police-asked-after-a-talk", GROUND_LAW, f"{name} asks the police, talk with person {talked}"
            )


def hand_over(record: Record) -> Iterator[str]:
    """Record the hand-over of service needs when a document went out."""
    notices = [row for row in record.events("notice_sent") if row.get("subject") == "service_handover"]
    for event in [*record.events("service_needs_handed_over"), *notices]:
        if event.get("subject") in ("nas", None):
            continue
        left = [
            row
            for row in record.rows("documents")
            if row.get("direction") == "out"
            and row.get("kind") not in ("resolution", "service_certificate", "cover")
            and at_or_before(row.get("created_at"), event.get("at"))
        ]
        if not left:
            text = f"{label('event', event, 'subject', 'at')} has no document that goes out"
            yield warning("hand-over-by-document", "law.md A 2; 746/2011 38 b §", text)


RULES = (police, delay, reflection, lengths, transfers, requests, hand_over)
