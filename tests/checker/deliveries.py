"""Rules of dispatch and service: signature, a person's act, service, in this order."""

from collections.abc import Iterator
from datetime import date, timedelta

from .moments import day, moved
from .record import Record, Row, answers, at_or_before, facts
from .sentences import fault, label, warning

POSTED_BY_US = frozenset({"letter", "acknowledgement"})
HANDED = frozenset({"acknowledgement", "in_person", "agent"})
PRESUMPTION_DAYS = {"letter": 7}
ELECTRONIC_DAYS = 3
LETTER_LAW = "434/2003 59 §"
FACT_LAW = "law.md A 1; 434/2003 54 and 59-60 §"
RECIPIENT_LAW = "434/2003 56 §; law.md J 13"
ORDER_LAW = "law.md J 15; 434/2003 54 §"


def is_electronic(delivery: Row) -> bool:
    """Tell an electronic service from a service on paper."""
    return str(delivery.get("channel")).startswith(("electronic", "online", "e_"))


def posting(record: Record, delivery: Row) -> Row | None:
    """Find the form by which a person recorded the posting of a letter."""
    forms = [row for row in record.submissions("post_letter") if answers(row).get("posted") == "posted"]
    forms = [row for row in forms if row.get("business_key") == delivery.get("business_key")]
    dispatched = day(delivery.get("dispatched_at"))
    same = [
        row for row in forms if dispatched in (day(answers(row).get("posted_on")), day(row.get("sent_at")))
    ]
    found = same or forms
    return found[-1] if found else None


def hand_over(record: Record, delivery: Row) -> Row | None:
    """Find the form by which a person recorded a service."""
    forms = [
        row
        for row in record.submissions("record_delivery")
        if answers(row).get("delivery_result") == "served"
    ]
    forms = [row for row in forms if row.get("business_key") == delivery.get("business_key")]
    # A recipient of several decisions has the same key in each: the forms follow the services in order.
    same = [row for row in record.by_key("deliveries", delivery.get("business_key")) if row.get("served_on")]
    same = [row for row in same if row.get("channel") in HANDED]
    number = same.index(delivery) if delivery in same and len(same) == len(forms) else -1
    return forms[number] if forms else None


def dispatch_day(record: Record, delivery: Row) -> date | None:
    """Find the day a letter left: the day in the posting form, else the day of the dispatch."""
    if not delivery.get("dispatched_at"):
        # The forms of its key are of another attempt.
        return None
    form = posting(record, delivery)
    return (day(answers(form).get("posted_on")) if form else None) or day(delivery.get("dispatched_at"))


def acts(record: Record) -> Iterator[str]:
    """Require a person's act behind each service."""
    for row in record.rows("deliveries"):
        if not row.get("served_on"):
            continue
        name = label("delivery", row, "channel", "business_key", "dispatched_at", "served_on")
        if not row.get("dispatched_at"):
            yield fault("service-after-dispatch", FACT_LAW, f"{name} is served and was never dispatched")
        if row.get("channel") in HANDED:
            yield from handed(record, row, name)
        if is_electronic(row) and not row.get("is_presumed"):
            opened = record.by_key("submissions", row.get("business_key"))
            opened = [form for form in opened if form.get("form_key") == "open_resolution"]
            if not opened and not record.events("own_letter_opened"):
                yield fault("service-by-opening", "13/2003 18 §", f"{name} is served and nobody opened it")


def postings(record: Record) -> Iterator[str]:
    """Require a person's act behind each dispatch of a letter."""
    for row in record.rows("deliveries"):
        if row.get("channel") != "letter" or not (row.get("dispatched_at") or row.get("served_on")):
            continue
        name = label("delivery", row, "channel", "business_key", "dispatched_at", "served_on")
        form = posting(record, row)
        if form is None:
            yield fault("dispatch-by-a-person", FACT_LAW, f"{name} left by no post_letter form of its key")
        elif not form.get("sent_by"):
            yield fault("dispatch-by-a-person", FACT_LAW, f"{name}: {label('form', form)} has no sender")
        else:
            yield from posted(row, form, name)
    for event in record.events("resolution_dispatched"):
        if event.get("subject") in POSTED_BY_US and not event.get("actor_id"):
            yield fault(
                "dispatch-by-a-person", FACT_LAW, f"{label('event', event, 'subject', 'at')} has no actor"
            )


def posted(delivery: Row, form: Row, name: str) -> Iterator[str]:
    """Compare a posting form with its delivery: no stamp before the post, the decision in a neutral envelope."""
    words = answers(form)
    where = label("form post_letter", form, "sent_at")
    on, stamped = day(words.get("posted_on")), day(delivery.get("dispatched_at"))
    if on and stamped and stamped < on:
        yield fault("dispatch-on-its-day", FACT_LAW, f"{name} is stamped before {where} posted it on {on}")
    recorded = day(form.get("sent_at"))
    if on and recorded and on > recorded:
        yield fault("dispatch-on-its-day", FACT_LAW, f"{where} records a posting of {on}, ahead of its day")
    if words.get("envelope_neutral") is False:
        yield fault(
            "envelope-neutral", "law.md A 1; domain.md 7.3", f"{where} posts an envelope that is not neutral"
        )
    if isinstance(words.get("enclosed"), list) and "resolution" not in words["enclosed"]:
        yield fault("decision-in-envelope", FACT_LAW, f"{where} posts {name} without the decision")


def handed(record: Record, row: Row, name: str) -> Iterator[str]:
    """Require a hand-over's form to agree with its delivery."""
    form = hand_over(record, row)
    if form is None:
        yield fault(
            "service-by-a-person", FACT_LAW, f"{name} is served by no record_delivery form of its key"
        )
        return
    words = answers(form)
    where = label("form", form, "sent_at")
    if not form.get("sent_by"):
        yield fault("service-by-a-person", FACT_LAW, f"{name}: {where} has no sender")
    for key, field in (("served_on", "served_on"), ("channel", "delivery_channel"), ("proof", "proof")):
        if field in words and row.get(key) != words[field]:
            text = f"{name} has {key} {row.get(key)}, {where} has {field} {words[field]}"
            yield fault("service-as-recorded", FACT_LAW, text)
    served, recorded = day(words.get("served_on")), day(form.get("sent_at"))
    if served and recorded and served > recorded:
        yield fault("service-not-ahead", FACT_LAW, f"{where} records on {recorded} a service of {served}")
    if row.get("channel") == "in_person" and not record.is_erased:
        missing = [key for key in ("handed_by", "handed_to") if not words.get(key)]
        if row.get("proof") != "certificate" or missing:
            text = f"{name} has proof {row.get('proof')}, {where} lacks {', '.join(missing) or 'nothing'}"
            yield fault("hand-over-by-certificate", "434/2003 60 §", text)


def order(record: Record) -> Iterator[str]:
    """Require signature, dispatch and service in this order."""
    resolutions = {row.get("id"): row for row in record.rows("resolutions")}
    for row in record.rows("deliveries"):
        name = label("delivery", row, "dispatched_at", "served_on", "presumed_on")
        dispatched, served = day(row.get("dispatched_at")), day(row.get("served_on"))
        if row.get("resolution_id") in resolutions:
            yield from after_signature(record, row, resolutions[row["resolution_id"]], name)
        if served and dispatched and served < dispatched:
            yield fault("service-after-dispatch", ORDER_LAW, f"{name} is served before it is dispatched")
        if served and row.get("state") in ("open", "dispatched", "kept"):
            yield fault("service-state", FACT_LAW, f"{name} has a day of service in state {row.get('state')}")
    for event in record.events("resolution_served"):
        served, recorded = day(facts(event).get("served_on")), day(event.get("at"))
        if served and recorded and served > recorded:
            text = f"{label('event', event, 'at')} records a service of {served} ahead of its day"
            yield fault("service-not-ahead", FACT_LAW, text)


def after_signature(record: Record, delivery: Row, resolution: Row, name: str) -> Iterator[str]:
    """Require the signature before the dispatch and the service."""
    about = label("resolution", resolution, "signed_at")
    signed, served = day(resolution.get("signed_at")), day(delivery.get("served_on"))
    left = dispatch_day(record, delivery) if delivery.get("channel") == "letter" else None
    if not signed and (delivery.get("dispatched_at") or served):
        yield fault("dispatch-after-signature", ORDER_LAW, f"{name} precedes any signature of {about}")
    if not at_or_before(resolution.get("signed_at"), delivery.get("dispatched_at")):
        yield fault("dispatch-after-signature", ORDER_LAW, f"{name} precedes {about}")
    stamped = delivery.get("dispatched_at") and delivery.get("dispatched_at") == resolution.get("signed_at")
    if stamped and signed and served and served > signed and delivery.get("channel") in HANDED:
        text = f"{name} is stamped dispatched at the signature of {about}, handed over later"
        yield warning("dispatch-by-a-person", FACT_LAW, text)
    if left and signed and left < signed:
        yield fault("dispatch-after-signature", ORDER_LAW, f"{name} was posted on {left}, before {about}")
    if served and signed and served < signed:
        yield fault("service-after-signature", ORDER_LAW, f"{name} precedes {about}")
    recalled = resolution.get("recalled_at")
    if recalled and delivery.get("channel") == "letter" and delivery.get("dispatched_at"):
        yield fault("recalled-before-dispatch", ORDER_LAW, f"{name} left, {about} is recalled {recalled}")
    if resolution.get("state") == "recalled" and served:
        yield fault("no-service-of-a-recalled", ORDER_LAW, f"{name} serves the recalled {about}")


def presumption(record: Record) -> Iterator[str]:
    """Count presumed service from the day of dispatch."""
    for row in record.rows("deliveries"):
        left, presumed = dispatch_day(record, row), day(row.get("presumed_on"))
        name = label("delivery", row, "channel", "presumed_on", "served_on")
        count = PRESUMPTION_DAYS.get(str(row.get("channel")))
        if is_electronic(row) and row.get("is_presumed"):
            count = ELECTRONIC_DAYS
        if count is None or left is None or presumed is None:
            continue
        expected = left + timedelta(days=count)
        text = f"{name} is presumed {(presumed - left).days} days after it left on {left}, not on {expected}"
        if presumed == moved(expected) != expected:
            yield warning("presumed-day", LETTER_LAW, text + " (moved to a working day)")
        elif presumed != expected:
            yield fault("presumed-day", LETTER_LAW, text)


def presumed(record: Record) -> Iterator[str]:
    """Presume the service of letters alone, on the presumed day, until the opposite is shown."""
    for row in record.rows("deliveries"):
        if not row.get("is_presumed"):
            continue
        name = label("delivery", row, "channel", "presumed_on", "served_on")
        if row.get("channel") in HANDED:
            yield fault("presumed-letters-only", LETTER_LAW, f"{name} is presumed though it is handed over")
        if (
            row.get("presumed_on")
            and row.get("served_on")
            and day(row["served_on"]) != day(row["presumed_on"])
        ):
            yield fault("presumed-day", LETTER_LAW, f"{name} is served by presumption on another day")
        if row.get("returned_at") and row.get("state") == "served":
            text = f"{name} stays served by presumption though it returned {row.get('returned_at')}"
            yield fault("presumption-rebutted", LETTER_LAW, text)


def recipients(record: Record) -> Iterator[str]:
    """Serve a signed resolution on each who has an own right to it."""
    person = record.applicant or {}
    for resolution in record.resolutions():
        if resolution.get("state") != "signed":
            continue
        name = label("resolution", resolution, "signed_at")
        years = record.age(person, resolution.get("signed_at"))
        if years is not None and 15 <= years < 18 and not person.get("is_recipient"):
            text = f"{label('party', person)} is {years} at {name} and is no recipient"
            yield fault("child-of-15-served", RECIPIENT_LAW, text)
        yield from unreached(record, resolution, name)


def unreached(record: Record, resolution: Row, name: str) -> Iterator[str]:
    """Find recipients to whom a closed case's resolution was never taken."""
    if not record.closed_at or record.milestones("no_service_possible") or sent_back(record, resolution):
        return
    tried = {row.get("party_id") for row in record.deliveries(resolution)}
    person = record.applicant or {}
    years = record.age(person, resolution.get("signed_at"))
    if tried and years is not None and years < 15:
        # A smaller child is served through the one who speaks for the child.
        tried.add(person.get("id"))
    if not record.is_child(person, record.case.get("closed_at")):
        # An adult speaks alone, also one who came of age while the matter was pending.
        ended = {"guardian", "representative", "trustee"} if person.get("is_minor") else {"guardian"}
        tried |= {party.get("id") for party in record.parties.values() if party.get("kind") in ended}
    for party in record.parties.values():
        if party.get("is_recipient") and not party.get("is_unsafe") and party.get("id") not in tried:
            text = f"no delivery of {name} to {label('party', party, 'kind')}"
            yield fault("each-recipient-served", RECIPIENT_LAW, text)


def sent_back(record: Record, resolution: Row) -> bool:
    """Tell a decision that a court sent back after it was signed: it is served on nobody any more (808/2019 122 §)."""
    ends = [row for row in record.events("appeal_ended") if row.get("subject") in ("annulled", "returned")]
    own = [row for row in ends if facts(row).get("decision") in (None, resolution.get("kind"))]
    return any(
        (str(row.get("at")), str(row.get("id")))
        > (str(resolution.get("signed_at")), str(resolution.get("id")))
        for row in own
    )


RULES = (acts, postings, order, presumption, presumed, recipients)
