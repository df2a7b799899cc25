"""Rules of safe ways: nothing goes by an unsafe way or to an unsafe party."""

from collections.abc import Iterator
from typing import Any

from .deliveries import dispatch_day, is_electronic
from .moments import day, moment
from .record import SPEAKERS, Record, Row, answers, at_or_before, facts
from .sentences import fault, label, warning

WAY_LAW = "law.md J 4, J 15; domain.md 7.3"
UNSAFE_LAW = "law.md J 4, J 6; 434/2003 61 §"
WAYS = {
    "letter": "post",
    "acknowledgement": "post",
    "post": "post",
    "phone": "phone",
    "sms": "sms",
    "email": "email",
}
WAYS["via_person"] = "via_person"
ATTEMPT_DAYS = 2


def safe_ways(record: Record, party: Row) -> tuple[set[str], set[str]] | None:
    """List the ways called safe first and last; none when the export has no such list."""
    now = (party.get("contact") or {}).get("safe_channels")
    if not isinstance(now, list):
        return None
    first = now
    if party is record.applicant and isinstance(answers(record.opening).get("safe_channels"), list):
        first = answers(record.opening)["safe_channels"]
    return set(first), set(now)


def judge(record: Record, party: Row | None, way: str | None, text: str) -> Iterator[str]:
    """Compare a way used with the ways called safe."""
    lists = safe_ways(record, party) if party else None
    if lists is None or way is None:
        return
    first, now = lists
    if way == "phone" and "via_person" in first & now:
        # A call goes to the helper whom the person chose (law.md B 9).
        return
    if way not in first | now:
        yield fault("safe-way", WAY_LAW, f"{text} goes by {way}; safe are {', '.join(sorted(now)) or 'none'}")
    elif way not in first & now:
        yield warning("safe-way", WAY_LAW, f"{text} goes by {way}, safe at one time and not at another")


def marked_unsafe(record: Record, party: Row) -> tuple[bool, Any]:
    """Tell a party marked unsafe, and since when; the moment is none when the export lacks it."""
    if not party.get("is_unsafe"):
        return False, None
    for event in record.events("party_marked_unsafe"):
        about = facts(event)
        if about.get("party_id") == party.get("id"):
            return True, event.get("at")
        if not about.get("party_id") and event.get("subject") in (party.get("kind"), party.get("name")):
            return True, event.get("at")
    for form in record.submissions("register"):
        if any(row.get("part") == party.get("kind") for row in answers(form).get("unsafe_parties") or []):
            return True, form.get("sent_at")
    return True, None


def guard(record: Record, party: Row | None, at: Any, text: str) -> Iterator[str]:
    """Find what went to a party after it was marked unsafe."""
    if not party:
        return
    is_unsafe, since = marked_unsafe(record, party)
    if not is_unsafe or not at:
        return
    name = label("party", party, "kind")
    on, limit = day(at), day(since)
    if limit is None:
        yield warning(
            "nothing-to-unsafe", UNSAFE_LAW, f"{text} goes to {name}, unsafe since an unknown moment"
        )
    elif at_or_before(since, at) if moment(at) else bool(on and on > limit):
        yield fault("nothing-to-unsafe", UNSAFE_LAW, f"{text} goes to {name}, unsafe since {since}")


def deliveries(record: Record) -> Iterator[str]:
    """Serve by a safe way and on safe parties."""
    for row in record.rows("deliveries"):
        if not row.get("dispatched_at") and not row.get("served_on"):
            continue
        party = record.parties.get(str(row.get("party_id")))
        name = label("delivery", row, "channel", "dispatched_at")
        yield from judge(record, party, WAYS.get(str(row.get("channel"))), name)
        left = row.get("dispatched_at")
        if row.get("channel") == "letter" and dispatch_day(record, row) != day(left):
            left = str(dispatch_day(record, row))
        yield from guard(record, party, left or row.get("served_on"), name)
        choice = answers(record.opening).get("electronic_delivery")
        if is_electronic(row) and party is record.applicant and choice in ("no", "dont_want"):
            text = f"{name} is electronic; {label('form', record.opening or {})} has electronic_delivery {choice}"
            yield fault("electronic-by-consent", "13/2003 18 §", text)


def requests(record: Record) -> Iterator[str]:
    """Send requests and hearings by a safe way and to safe parties."""
    for row in record.rows("requests"):
        if not row.get("sent_at"):
            continue
        party = record.parties.get(str(row.get("party_id")))
        if party is None and row.get("recipient_role") == "applicant":
            party = record.applicant
        recipient = row.get("recipient") or {}
        way = WAYS.get(str(row.get("channel")))
        if row.get("channel") == "link":
            way = "email" if recipient.get("email") else None
        name = label("request", row, "reference", "channel", "sent_at")
        yield from judge(record, party, way, name)
        yield from guard(record, party, row.get("sent_at"), name)
        if party is None and row.get("recipient_role") in {"referrer", "agent", *SPEAKERS}:
            same = [one for one in record.parties.values() if one.get("kind") == row.get("recipient_role")]
            if len(same) == 1:
                yield from guard(record, same[0], row.get("sent_at"), name)


def messages(record: Record) -> Iterator[str]:
    """Write only to addresses that were safe at that moment."""
    for row in record.rows("messages"):
        address = row.get("recipient")
        if not address or row.get("given_up_at"):
            continue
        owners = [
            one for one in record.parties.values() if (one.get("contact") or {}).get("email") == address
        ]
        sent = row.get("sent_at") or row.get("send_after")
        name = label("message", row, "kind", "send_after")
        safe = [one for one in owners if not one.get("is_unsafe")]
        for party in owners:
            yield from guard(record, party, sent, name)
        for party in safe:
            yield from judge(record, party, "email", name)


def talks(record: Record) -> Iterator[str]:
    """Reach the person only by a way called safe."""
    for form in record.submissions("contact_client"):
        name = label("form contact_client", form, "sent_at")
        yield from judge(record, record.applicant, WAYS.get(str(answers(form).get("contact_channel"))), name)
    for form in record.submissions("verify_consent"):
        if answers(form).get("consent") == "given":
            name = label("form verify_consent", form, "sent_at")
            yield from judge(record, record.applicant, WAYS.get(str(answers(form).get("channel"))), name)
    for form in record.submissions("other_help"):
        way = answers(form).get("contact_channel")
        if way is not None:
            name = label("form other_help", form, "sent_at")
            yield from judge(record, record.applicant, WAYS.get(str(way)), name)


def attempts(record: Record) -> Iterator[str]:
    """Give up reaching the person by a reasoned choice, after attempts on different days."""
    law = "law.md B 9"
    for entry in record.milestones("client_unreachable_recorded"):
        name = label("milestone", entry, "at")
        forms = [
            row
            for row in record.submissions("contact_overdue")
            if at_or_before(row.get("sent_at"), entry.get("at"))
        ]
        chosen = [row for row in forms if answers(row).get("contact_choice") == "unreachable"]
        # The form of the contact itself may give up too, with the reason and the attempts.
        chosen += [
            row
            for row in record.submissions("contact_client")
            if answers(row).get("contact_result") == "unreachable"
            and answers(row).get("unreachable_reason")
            and at_or_before(row.get("sent_at"), entry.get("at"))
        ]
        if not chosen:
            yield fault("given-up-by-choice", law, f"{name} has no form that gives up with a reason")
        tried = [row for row in record.submissions("contact_client", "contact_overdue") if row not in chosen]
        days = {day(row.get("sent_at")) for row in tried if at_or_before(row.get("sent_at"), entry.get("at"))}
        written = [one for row in chosen for one in answers(row).get("attempts") or []]
        days |= {day(one.get("attempted_on")) for one in written if isinstance(one, dict)} - {None}
        if len(days) < ATTEMPT_DAYS:
            yield warning("given-up-after-attempts", law, f"{name} follows attempts on {len(days)} days")


def informed(record: Record, at: Any) -> list[Row]:
    """List the referrers whom a notice of the outcome reaches: who made the referral, unless they left the case.

    The notice names the part alone. Others of that part were named later, by a registration that calls them unsafe.
    """
    parties = [row for row in record.parties.values() if row.get("kind") == "referrer"]
    return [row for row in parties if referred(record, row, at)] or parties


def referred(record: Record, party: Row, at: Any) -> bool:
    """Tell a party that came with the referral, of one moment by the lower id, and was not removed at a moment."""
    if party.get("removed_at") and at_or_before(party.get("removed_at"), at):
        return False
    return any(
        party.get("added_at") == event.get("at") and str(party.get("id")) < str(event.get("id"))
        for event in record.events("application_received")
    )


def referrer(record: Record) -> Iterator[str]:
    """Inform the referrer of the outcome by the person's consent only."""
    law = "621/1999 26 §; law.md J 16"
    for event in record.events("referrer_notified"):
        name = label("event", event, "at")
        asked = [
            row
            for row in record.submissions("verify_consent")
            if at_or_before(row.get("sent_at"), event.get("at"))
        ]
        last = answers(asked[-1]).get("referrer_may_know") if asked else None
        opening = answers(record.opening).get("referrer_may_know")
        if (last or opening) in ("no", "unknown"):
            yield fault("referrer-by-consent", law, f"{name} contradicts referrer_may_know {last or opening}")
        for party in informed(record, event.get("at")):
            yield from guard(record, party, event.get("at"), name)


RULES = (deliveries, requests, messages, talks, attempts, referrer)
