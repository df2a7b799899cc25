"""Rules of requests and links: sent, reminded, answered and ended in time."""

from collections.abc import Iterator

from .moments import day
from .record import ADMITTED, Record, Row, answers, at_or_before, facts
from .sentences import fault, label, warning

LAW = "434/2003 22, 32-33 §"
END_LAW = "law.md A 4, J 7"
SENT_LAW = "law.md A 2"
SHORT_DAYS = 4


def lives(record: Record) -> Iterator[str]:
    """Keep the moments of each request in order and its state true to them."""
    for row in record.rows("requests"):
        name = label("request", row, "reference", "state", "sent_at")
        yield from in_order(record, row, name)
        if row.get("state") == "closed" and not (row.get("closed_at") and row.get("closed_as")):
            yield fault("request-state", LAW, f"{name} is closed at no moment or in no way")
        if row.get("state") != "closed" and row.get("closed_at"):
            yield fault("request-state", LAW, f"{name} has closed_at {row.get('closed_at')}")
        if (
            row.get("state") not in ("created", "stalled")
            and not row.get("sent_at")
            and row.get("closed_as") != "cancelled"
        ):
            yield fault("request-state", LAW, f"{name} never left")
        due, sent = day(row.get("due_on")), day(row.get("sent_at"))
        if due and sent and due <= sent:
            judge = fault if due < sent else warning
            yield judge(
                "request-leaves-time", "434/2003 33 §", f"{name} is due on {due}, the day it left or before"
            )
        yield from answered(record, row, name)


def in_order(record: Record, row: Row, name: str) -> Iterator[str]:
    """Compare the moments of a request, each with the next."""
    for first, last in (
        ("created_at", "sent_at"),
        ("sent_at", "reminded_at"),
        ("sent_at", "answered_at"),
        ("sent_at", "closed_at"),
        ("answered_at", "closed_at"),
    ):
        late_answer = last == "closed_at" and first == "answered_at" and row.get("closed_as") != "answered"
        is_earlier = last == "answered_at" and is_of_round_before(record, row)
        if not late_answer and not is_earlier and not at_or_before(row.get(first), row.get(last)):
            text = f"{name} has {last} {row.get(last)} before {first} {row.get(first)}"
            yield fault("request-in-order", LAW, text)


def is_of_round_before(record: Record, row: Row) -> bool:
    """Tell the answer to a request that left before it, and again after a review of it asked again."""
    reviews = [
        form
        for form in record.by_key("submissions", row.get("reference"))
        if answers(form).get("reply_enough") == "ask_again"
    ]
    left = [
        one for one in record.events("request_sent") if facts(one).get("business_key") == row.get("reference")
    ]
    return any(at_or_before(one.get("at"), row.get("answered_at")) for one in left) and any(
        at_or_before(row.get("answered_at"), form.get("sent_at"))
        and at_or_before(form.get("sent_at"), row.get("sent_at"))
        for form in reviews
    )


def answered(record: Record, row: Row, name: str) -> Iterator[str]:
    """Require the answer of an answered request, and a person's choice to go on without."""
    replies = [
        one
        for one in record.by_key("submissions", row.get("reference"))
        if one.get("form_key") != "review_reply"
    ]
    replies = [one for one in replies if one.get("form_key") in ("information_reply", "hearing_reply")]
    if (row.get("answered_at") or row.get("closed_as") == "answered") and not replies:
        yield fault(
            "answer-by-its-form", LAW, f"{name} is answered {row.get('answered_at')} by no form of its key"
        )
    if row.get("closed_as") in ("proceeded_without", "cancelled"):
        choices = record.by_key("submissions", row.get("reference"))
        choices = [one for one in choices if one.get("form_key") in ("request_follow_up", "stalled_request")]
        withdrawn = record.submissions("withdraw")
        due, closed = day(row.get("due_on")), day(row.get("closed_at"))
        early = bool(due and closed and closed <= due)
        is_hearing = row.get("kind") == "hearing"
        if (
            row.get("closed_as") == "proceeded_without"
            and early
            and not choices
            and not withdrawn
            and not is_hearing
            and not gone_on(record, row)
        ):
            text = f"{name} is given up {row.get('closed_at')}, due on {due}, by nobody's choice"
            yield fault("request-given-up-by-choice", "434/2003 33 §", text)


def gone_on(record: Record, row: Row) -> bool:
    """Tell a member of staff's choice, at the moment of closing, to go on without the rest of the answers."""
    messages = [
        one for one in record.events("message_received") if one.get("subject") == "proceed_without_rest"
    ]
    return any(one.get("actor_id") and one.get("at") == row.get("closed_at") for one in messages)


def went_off_late(record: Record, row: Row) -> bool:
    """Tell a reminder whose timer fired on the due day or later: nobody is reminded then, and the record shows why."""
    fired = [one for one in record.events("timer_fired") if facts(one).get("element") == "time_to_remind"]
    fired = [one for one in fired if facts(one).get("business_key") == row.get("reference")]
    due, last = day(row.get("due_on")), day(fired[-1].get("at")) if fired else None
    return bool(due and last and last >= due)


def reminders(record: Record) -> Iterator[str]:
    """Remind before the due day, and not those who wish no reminders."""
    for row in record.rows("requests"):
        due, reminded, sent = day(row.get("due_on")), day(row.get("reminded_at")), day(row.get("sent_at"))
        name = label("request", row, "reference", "reminded_at", "due_on")
        wishes = (row.get("recipient") or {}).get("wants_reminders")
        if due and reminded and reminded >= due:
            yield fault("reminded-before-due", "law.md G, H", f"{name} is reminded on or after the due day")
        if reminded and wishes is False:
            yield fault(
                "no-unwished-reminder",
                "law.md G; domain.md 7.3",
                f"{name} goes to one who wishes no reminders",
            )
        passed = (
            row.get("followed_up_at") or row.get("stalled_at") or row.get("closed_as") == "proceeded_without"
        )
        long = bool(due and sent and (due - sent).days >= SHORT_DAYS)
        ended = day(row.get("closed_at"))
        ran_out = bool(passed and due and (ended is None or ended > due))
        if (
            row.get("kind") == "information"
            and wishes
            and long
            and ran_out
            and not (reminded or row.get("answered_at"))
        ):
            judge = fault if row.get("channel") == "link" and not went_off_late(record, row) else warning
            yield judge("reminded-before-due", "law.md G, H", f"{name} ran out without a reminder")


def endings(record: Record) -> Iterator[str]:
    """End every request and link before the case ends."""
    closed = record.case.get("closed_at")
    if not closed:
        return
    for row in record.rows("requests"):
        if not row.get("closed_at") or not at_or_before(row.get("closed_at"), closed):
            text = f"{label('request', row, 'reference', 'state', 'closed_at')} outlives the case closed {closed}"
            yield fault("requests-end-first", END_LAW, text)
    for row in record.rows("links"):
        is_live = row.get("request_id") and not row.get("used_at") and not row.get("revoked_at")
        if is_live and not at_or_before(row.get("expires_at"), closed):
            text = f"{label('link', row, 'purpose', 'expires_at')} lives after the case closed {closed}"
            yield fault("links-end-first", END_LAW, text)


def work(record: Record) -> Iterator[str]:
    """End every task and run before the case ends."""
    closed = record.case.get("closed_at")
    if not closed:
        return
    for row in record.rows("tasks"):
        is_older = not at_or_before(closed, row.get("created_at"))
        if row.get("state") in ("created", "claimed") and is_older:
            text = f"{label('task', row, 'element_id', 'state', 'created_at')} is open in the case closed {closed}"
            yield fault("tasks-end-first", END_LAW, text)
    for row in record.rows("instances"):
        if not row.get("ended_at") and at_or_before(row.get("started_at"), closed):
            text = f"{label('run', row, 'process_key', 'state')} goes on in the case closed {closed}"
            yield fault("runs-end-first", END_LAW, text)


def withdrawals(record: Record) -> Iterator[str]:
    """End every request when a withdrawal is confirmed."""
    for form in record.submissions("withdraw"):
        if answers(form).get("withdrawal") != "confirmed" or goes_on(record, form):
            continue
        name = label("form withdraw", form, "sent_at")
        for row in record.rows("requests"):
            about = label("request", row, "reference", "sent_at", "closed_at")
            if record.begun_anew(form.get("sent_at"), row.get("sent_at")):
                continue
            if is_before_removal(record, row) and not is_of_dead(record, form, row):
                continue
            if not at_or_before(row.get("sent_at"), form.get("sent_at")):
                yield fault("withdrawal-ends-requests", END_LAW, f"{about} left after {name}")
            elif day(row.get("closed_at")) != day(form.get("sent_at")) and not at_or_before(
                row.get("closed_at"), form.get("sent_at")
            ):
                yield fault("withdrawal-ends-requests", END_LAW, f"{about} ended after {name}")


def goes_on(record: Record, form: Row) -> bool:
    """Tell a withdrawal after which the matter goes on: the person applies themselves, or was admitted aloud before it."""
    if answers(form).get("lapse_reason") == "death":
        return False
    aloud = [row for row in record.rows("oral_decisions") if row.get("outcome") in ADMITTED]
    admitted = any(at_or_before(row.get("recorded_at"), form.get("sent_at")) for row in aloud)
    return admitted or answers(form).get("applies_self") == "yes"


def is_before_removal(record: Record, row: Row) -> bool:
    """Tell a hearing before a removal: a withdrawn application ends no clienthood, and what is asked for its end goes on
    (746/2011 35 § 4, 38 f §). It is made at the moment at which the removal was assessed."""
    assessed = [form.get("sent_at") for form in record.submissions("removal_assessment")]
    return row.get("kind") == "hearing" and row.get("created_at") in assessed


def is_of_dead(record: Record, form: Row, row: Row) -> bool:
    """Tell what is asked of a person who died, and not of one whom a court has admitted since."""
    changed = [one.get("at") for one in record.events("appeal_ended") if one.get("subject") == "changed"]
    admitted = any(
        at_or_before(form.get("sent_at"), at) and at_or_before(at, row.get("sent_at")) for at in changed
    )
    return answers(form).get("lapse_reason") == "death" and not admitted


def is_of(message: Row, request: Row) -> bool:
    """Tell the message of a request by its moment and its address."""
    address, recipient = message.get("recipient"), request.get("recipient") or {}
    moments = (request.get("sent_at"), request.get("reminded_at"))
    known = [recipient[key] for key in ("email", "contact") if recipient.get(key)]
    return message.get("send_after") in moments and (not address or not known or address in known)


def sending(record: Record) -> Iterator[str]:
    """Call a request sent when its message left."""
    for row in record.rows("messages"):
        name = label("message", row, "kind", "send_after", "sent_at", "given_up_at")
        if row.get("withheld_at"):
            # It was held back on purpose: its way was not safe any more, or the consent was taken back.
            continue
        if row.get("given_up_at") and row.get("sent_at"):
            yield fault("message-state", SENT_LAW, f"{name} is sent and given up")
        if "request" not in str(row.get("kind")) and "remind" not in str(row.get("kind")):
            continue
        same = [one for one in record.rows("requests") if is_of(row, one)]
        for one in same:
            about = label("request", one, "reference", "state")
            if row.get("given_up_at") and not record.rows("incidents"):
                yield fault("sent-when-left", SENT_LAW, f"{about} counts as sent, {name} was given up")
            elif not row.get("sent_at") and record.closed_at:
                yield warning("sent-when-left", SENT_LAW, f"{about} counts as sent, {name} never left")


def links(record: Record) -> Iterator[str]:
    """Use a link after its making, before its end, once."""
    for row in record.rows("links"):
        name = label("link", row, "created_at", "expires_at", "used_at", "revoked_at")
        if not at_or_before(row.get("created_at"), row.get("opened_at")):
            yield fault(
                "link-in-order", "306/2019 6 §", f"{name} is opened {row.get('opened_at')} before it is made"
            )
        for end in ("expires_at", "revoked_at"):
            if row.get("used_at") and row.get(end) and not at_or_before(row.get("used_at"), row.get(end)):
                yield fault("link-in-order", "306/2019 6 §", f"{name} is used after {end}")


RULES = (lives, reminders, endings, work, withdrawals, sending, links)
