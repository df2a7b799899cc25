"""Rules of sealing and erasing: the content is sealed before a letter says so."""

from collections.abc import Iterator

from .moments import day
from .record import Record, at_or_before
from .sentences import fault, label, warning

LAW = "law.md A 3, H"
WORDS = ("seal", "content_closed", "contents_closed")


def sealed(record: Record) -> Iterator[str]:
    """Seal the content before a letter says that it is sealed."""
    at = record.case.get("content_sealed_at")
    for row in record.resolutions():
        content = row.get("content") or {}
        name = label("resolution", row, "outcome", "signed_at")
        speaks = [text for text in content.get("texts") or [] if any(word in str(text) for word in WORDS)]
        sent = [str(one["dispatched_at"]) for one in record.deliveries(row) if one.get("dispatched_at")]
        first = min(sent, default=None)
        sealed_first = _sealed_at(record, first or row.get("signed_at"))
        if speaks and not sealed_first:
            text = f"{name} carries {', '.join(speaks)}, content_sealed_at is {at}, the letter left {first}"
            yield fault("sealed-before-the-letter", LAW, text)
        withdrawn = content.get("lapse_reason") == "withdrawn" or record.submissions("withdraw")
        is_death = content.get("lapse_reason") == "death" or record.died(row.get("signed_at"))
        if row.get("outcome") == "lapsed" and withdrawn and not is_death and not speaks and sent and not at:
            yield warning(
                "sealed-before-the-letter", LAW, f"{name} of a withdrawal left {first}, content is not sealed"
            )
    for row in record.rows("documents"):
        if any(word in str(row.get("kind")) for word in WORDS) and not at_or_before(
            at, row.get("created_at")
        ):
            text = f"{label('document', row, 'kind', 'created_at')} precedes content_sealed_at {at}"
            yield fault("sealed-before-the-letter", LAW, text)


def _sealed_at(record: Record, moment: object) -> bool:
    """Tell content that was sealed at a moment, though it may have been opened since."""
    at = record.case.get("content_sealed_at")
    if at and at_or_before(at, moment):
        return True
    opened = [str(row.get("at")) for row in record.events("content_opened")]
    seals = [
        str(row.get("at")) for row in record.events("content_sealed") if at_or_before(row.get("at"), moment)
    ]
    return any(at_or_before(moment, each) and each >= max(seals) for each in opened) if seals else False


def traces(record: Record) -> Iterator[str]:
    """Keep the event and the moment of sealing together."""
    at = record.case.get("content_sealed_at")
    events = record.events("content_sealed")
    if at and not events:
        yield fault("sealing-in-timeline", LAW, f"content_sealed_at {at} has no event content_sealed")
    for event in events:
        opened = [
            row for row in record.events("content_opened") if at_or_before(event.get("at"), row.get("at"))
        ]
        if not at and not opened:
            yield fault("sealing-in-timeline", LAW, f"{label('event', event, 'at')} has no content_sealed_at")


def retention(record: Record) -> Iterator[str]:
    """Erase by plan and not before its day; plan at the closing."""
    law = "615/2020 15 §"
    for row in record.rows("retention"):
        name = f"retention of {row.get('sealing_class')} (destroy_on {row.get('destroy_on')})"
        planned, done = day(row.get("destroy_on")), day(row.get("destroyed_at"))
        if done and planned and done < planned and row.get("sealing_class") != "narrative":
            yield fault("erased-by-plan", law, f"{name} was destroyed early, {row.get('destroyed_at')}")
    if record.rows("retention") and not record.events("retention_set"):
        yield fault("erased-by-plan", law, "retention rows stand without an event retention_set")


RULES = (sealed, traces, retention)
