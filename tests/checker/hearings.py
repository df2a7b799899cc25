"""Rules of hearing: everyone who may speak is heard before an adverse or partial outcome."""

from collections.abc import Iterator

from .decisions import assessment_of
from .moments import day
from .record import ADMITTED, SPEAKERS, Record, Row, answers, at_or_before, facts
from .sentences import fault, label, warning

LAW = "434/2003 14, 34-36 §; law.md B 7, J 14"
EXCEPTIONS = frozenset({"groundless", "harm", "needless"})
RANKS = ("admitted_35_1", "admitted_35_2", "admitted_35_3")
CHOICES = ("request_follow_up", "stalled_request")
SPEAKS_ALONE = 15


def asked_outcome(record: Record) -> str | None:
    """Find the outcome asked for; no ground stated means 35 § 1."""
    opening = record.opening
    if opening is None or opening.get("form_key") == "child_application":
        return None
    ground = answers(opening).get("ground")
    return f"admitted_{ground}" if ground in ("35_1", "35_2", "35_3") else RANKS[0]


def is_adverse(record: Record, resolution: Row) -> bool:
    """Tell a refusal, whole or partial."""
    outcome, asked = resolution.get("outcome"), asked_outcome(record)
    if outcome == "not_admitted":
        return True
    if outcome not in ADMITTED or asked is None:
        return False
    return RANKS.index(str(outcome)) > RANKS.index(asked)


def speakers(record: Record, resolution: Row) -> list[Row]:
    """List the parties who have a right to be heard."""
    person = record.applicant
    if person is None:
        return []
    years = record.age(person, resolution.get("prepared_at"))
    if not record.is_child(person, resolution.get("prepared_at")):
        return [person]
    others = [
        one
        for one in record.parties.values()
        if one.get("kind") in SPEAKERS
        and not one.get("is_unsafe")
        and (one.get("kind") != "trustee" or one.get("is_recipient"))
    ]
    own = [person] if years is not None and years >= SPEAKS_ALONE else []
    return own + others or [person]


def hearings_of(record: Record, party: Row, others: int) -> list[Row]:
    """List the hearings of a party. One that names no party is the only speaker's, or that of the one its letter names."""
    found = [row for row in record.rows("requests") if row.get("kind") == "hearing"]
    own = [row for row in found if row.get("party_id") == party.get("id")]
    loose = [row for row in found if not row.get("party_id")]
    return own + [row for row in loose if not others or names(row, party)]


def names(hearing: Row, party: Row) -> bool:
    """Tell a hearing whose recipient is this party. The role says nothing: everybody who is heard answers as the applicant."""
    recipient = hearing.get("recipient") or {}
    return recipient.get("party") == party.get("kind") and recipient.get("name") == party.get("name")


def adverse(record: Record) -> Iterator[str]:
    """Hear each speaker before an adverse or partial outcome, or give the reasoned exception."""
    for row in record.resolutions():
        if not is_adverse(record, row) or row.get("state") == "recalled":
            continue
        form = assessment_of(record, row)
        words = answers(form)
        name = label("resolution", row, "outcome", "signed_at")
        if words.get("hearing") == "unnecessary":
            yield from exception(record, form or {}, name)
            continue
        parties = speakers(record, row)
        for party in parties:
            yield from heard(record, row, party, len(parties) - 1, form)


def exception(record: Record, form: Row, name: str) -> Iterator[str]:
    """Require the ground and the reasons of a hearing left out."""
    words = answers(form)
    where = label("assessment", form, "sent_at")
    if words.get("hearing_exception") not in EXCEPTIONS:
        text = f"{name} rests on {where} that leaves hearing out on no ground (hearing_exception missing)"
        yield fault("hearing-exception-reasoned", "434/2003 34 § 2 mom.; law.md J 14", text)
    if not words.get("hearing_unnecessary_reasons") and not record.is_erased:
        text = f"{name} rests on {where} that leaves hearing out without reasons"
        yield fault("hearing-exception-reasoned", "434/2003 34 § 2 mom.; law.md J 14", text)


def heard(record: Record, resolution: Row, party: Row, others: int, form: Row | None) -> Iterator[str]:
    """Require an ended hearing of one party before the signature."""
    name = label("resolution", resolution, "outcome", "prepared_at", "signed_at")
    who = label("party", party, "kind")
    ended: list[tuple[Row, Row]] = []
    for row in hearings_of(record, party, others):
        keys = {row.get("reference"), row.get("id")}
        found = [
            one for one in record.submissions("hearing_reply", *CHOICES) if one.get("business_key") in keys
        ]
        found = [one for one in found if one.get("form_key") == "hearing_reply" or let_pass(row, one)]
        ended += [
            (row, one) for one in found if at_or_before(one.get("sent_at"), resolution.get("prepared_at"))
        ]
    if not ended:
        yield fault("heard-before-adverse", LAW, f"{name} has no hearing of {who} before it was prepared")
        return
    hearing = ended[-1][0]
    if form and not at_or_before(form.get("sent_at"), hearing.get("created_at")):
        text = f"{label('hearing', hearing, 'created_at')} of {who} precedes {label('assessment', form, 'sent_at')}"
        yield warning("heard-on-this-assessment", LAW, text)


def let_pass(hearing: Row, form: Row) -> bool:
    """Tell a choice to go on without the answer, made after the last day: the opportunity was given and not used."""
    due, chosen = day(hearing.get("due_on")), day(form.get("sent_at"))
    return answers(form).get("choice") == "proceed" and bool(due and chosen and chosen > due)


def moved_later(record: Record, form: Row) -> bool:
    """Tell a hearing whose due day, the only one exported, was set after this form: it was asked again or given time."""
    again = [
        row
        for row in record.submissions("review_reply", *CHOICES)
        if answers(row).get("reply_enough") == "ask_again"
        or answers(row).get("choice") in ("extend", "other_channel")
    ]
    again = [row for row in again if row.get("business_key") == form.get("business_key")]
    return any(at_or_before(form.get("sent_at"), row.get("sent_at")) for row in again)


def ran_out(record: Record, form: Row) -> bool:
    """Tell a last day that had passed, by the record of its breach, when this form was sent."""
    key, sent = form.get("business_key"), form.get("sent_at")
    of_hearing = [row for row in record.rows("events") if facts(row).get("business_key") == key]
    passed = [row for row in of_hearing if row.get("kind") == "deadline_breached"]
    passed = [row for row in passed if at_or_before(row.get("at"), sent)]
    given = [row for row in of_hearing if row.get("kind") in ("request_sent", "request_extended")]
    return bool(passed) and not any(
        not at_or_before(row.get("at"), passed[-1].get("at")) and not at_or_before(sent, row.get("at"))
        for row in given
    )


def replies(record: Record) -> Iterator[str]:
    """Accept no answer only after the last day."""
    hearings = {row.get("reference"): row for row in record.rows("requests") if row.get("kind") == "hearing"}
    for form in record.submissions("hearing_reply"):
        hearing = hearings.get(form.get("business_key")) or {}
        due, sent = day(hearing.get("due_on")), day(form.get("sent_at"))
        if moved_later(record, form) and ran_out(record, form):
            continue
        if answers(form).get("heard") == "no_answer" and due and sent and sent <= due:
            text = f"{label('form', form, 'sent_at')} records no answer, {label('hearing', hearing, 'due_on')} runs on"
            yield fault("no-answer-after-last-day", "434/2003 33 and 36 §; law.md B 7", text)
    for entry in record.milestones("hearing_held"):
        chosen = [row for row in record.submissions(*CHOICES) if row.get("business_key") in hearings]
        chosen = [row for row in chosen if let_pass(hearings[row["business_key"]], row)]
        if not record.submissions("hearing_reply") and not chosen:
            yield fault(
                "heard-by-its-form",
                LAW,
                f"{label('milestone', entry, 'at')} has no form hearing_reply and no choice after the last day",
            )


def material(record: Record) -> Iterator[str]:
    """Send no hearing by link."""
    hearings = {row.get("id"): row for row in record.rows("requests") if row.get("kind") == "hearing"}
    law = "306/2019 6 §; law.md J 17"
    for row in hearings.values():
        if row.get("channel") == "link":
            yield fault(
                "hearing-never-by-link", law, f"{label('hearing', row, 'reference', 'sent_at')} went by link"
            )
    for link in record.rows("links"):
        if link.get("request_id") in hearings:
            text = (
                f"{label('link', link, 'created_at')} opens {label('hearing', hearings[link['request_id']])}"
            )
            yield fault("hearing-never-by-link", law, text)


RULES = (adverse, replies, material)
