"""Rules of the appeal period, appeals and finality."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from .moments import day, moment, moved, utc
from .record import Record, Row, answers, at_or_before, facts
from .sentences import fault, label, warning

PERIOD_DAYS = 30
PERIOD_LAW = "808/2019 13 §; law.md J 2"
FINAL_LAW = "808/2019 13 and 122 §; law.md C, J 11"
APPEAL_LAW = "746/2011 55 §; law.md C, J 11"
SUPREME = ("korkein", "högsta", "supreme", "kho", "hfd")
ADMISSION = frozenset({"admission", "correction"})
NO_APPEAL_LAW = "301/2004 191 §; law.md J 1"


def finals(record: Record) -> list[Row]:
    """List the entries that call a decision final."""
    return [*record.events("resolution_final"), *record.milestones("final")]


def periods(record: Record) -> Iterator[str]:
    """Count each recipient's appeal period from the recipient's own service."""
    clocks = [row for row in record.rows("deadlines") if row.get("name") == "appeal_period"]
    reflection = {row.get("id") for row in record.resolutions(is_reflection=True, signed=False)}
    for row in record.rows("deliveries"):
        key = row.get("business_key")
        own = [clock for clock in clocks if key and clock.get("business_key") == key and clock.get("due_on")]
        name = label("delivery", row, "business_key", "served_on")
        if row.get("resolution_id") in reflection:
            for clock in own:
                text = f"{label('deadline', clock, 'due_on')} runs for {name} of a reflection period"
                yield fault("no-appeal-over-reflection", NO_APPEAL_LAW, text)
        elif row.get("state") == "served":
            yield from period(record, row, own, name)


def period(record: Record, delivery: Row, own: list[Row], name: str) -> Iterator[str]:
    """Compare a recipient's appeal period with the recipient's service."""
    expected = period_end(delivery)
    if expected is None:
        return
    if own and not any(day(clock.get("due_on")) == expected for clock in own):
        text = f"{name} gives {expected}, {label('deadline', own[-1], 'due_on')} ends otherwise"
        yield fault("period-from-own-service", PERIOD_LAW, text)
    is_own = delivery.get("resolution_id") in {row.get("id") for row in record.resolutions()}
    if not own and is_own and finals(record):
        yield fault("period-from-own-service", PERIOD_LAW, f"{name} has no appeal period of its own")


def announced(record: Record) -> Iterator[str]:
    """Announce the period that runs, and none over a reflection period."""
    clocks = [row for row in record.rows("deadlines") if row.get("name") == "appeal_period"]
    for event in record.events("appeal_period_started"):
        until, key = day(facts(event).get("until")), facts(event).get("business_key")
        same = [day(clock.get("due_on")) for clock in clocks if key and clock.get("business_key") == key]
        if until and same and until not in same and not record.events("deadline_extended", "mail_returned"):
            text = f"{label('event', event, 'at')} ends {until}, the clock of {key} ends {same[-1]}"
            yield fault("period-as-announced", PERIOD_LAW, text)
    for row in record.resolutions(is_reflection=True, signed=False):
        texts = (row.get("content") or {}).get("texts") or []
        if "appeal_instructions" in texts:
            text = f"{label('resolution', row, 'kind')} carries appeal_instructions"
            yield fault("no-appeal-over-reflection", NO_APPEAL_LAW, text)


def own_periods(record: Record, entry: Row, kinds: frozenset[str]) -> list[Row]:
    """List the appeal periods of what an entry calls final: not of another kind of decision, nor of a later one."""
    rows = [row for row in record.rows("resolutions") if row.get("kind") in kinds and row.get("signed_at")]
    before = [row for row in rows if not at_or_before(entry.get("at"), row.get("signed_at"))]
    before = before or [row for row in rows if at_or_before(row.get("signed_at"), entry.get("at"))]
    own = {row.get("id") for row in before}
    clocks = [row for row in record.rows("deadlines") if row.get("name") == "appeal_period"]
    return [
        clock
        for clock in clocks
        if not is_of_others(record, clock, own) and not is_after_return(record, clock, clocks, entry)
    ]


def is_of_others(record: Record, clock: Row, own: set[Any]) -> bool:
    """Tell a period that began with the service of other decisions alone."""
    due = day(clock.get("due_on"))
    services = record.by_key("deliveries", clock.get("business_key"))
    began = [row for row in services if period_end(row) == due]
    return bool(due and began) and not any(row.get("resolution_id") in own for row in began)


def period_end(delivery: Row) -> date | None:
    """Count the last day of the appeal period that a service began."""
    served = day(delivery.get("served_on"))
    return moved(served + timedelta(days=PERIOD_DAYS)) if served else None


def is_after_return(record: Record, clock: Row, clocks: list[Row], entry: Row) -> bool:
    """Tell a new period of a recipient whose post came back only after the decision was final."""
    key, at = clock.get("business_key"), entry.get("at")
    returned = [row for row in record.events("mail_returned") if facts(row).get("business_key") == key]
    returned = [row for row in returned if not comes_first(row, entry)]
    earlier = [
        row for row in clocks if row.get("business_key") == key and at_or_before(row.get("started_at"), at)
    ]
    is_later = not at_or_before(clock.get("started_at"), at)
    return bool(key and is_later and earlier and returned)


def comes_first(row: Row, entry: Row) -> bool:
    """Compare two events; of those of one moment the lower id came first. A milestone has none: its event tells."""
    at, then = row.get("at"), entry.get("at")
    if at == then:
        return bool(entry.get("id")) and str(row.get("id")) <= str(entry["id"])
    return at_or_before(at, then)


def is_cancelled(clock: Row) -> bool:
    """Tell a period that was stopped."""
    steps = [step for step in clock.get("entries") or [] if isinstance(step, dict)]
    return any(step.get("kind") == "cancelled" for step in steps)


def last_periods(record: Record) -> Iterator[str]:
    """Call a decision or a removal final only after the last of its own periods."""
    called = [(entry, ADMISSION) for entry in finals(record)]
    removals = [*record.events("removal_final"), *record.milestones("removal_final")]
    called += [(entry, frozenset({"removal"})) for entry in removals]
    for entry, kinds in called:
        name, on = label("final", entry, "at"), day(entry.get("at"))
        for clock in own_periods(record, entry, kinds):
            due = day(clock.get("due_on"))
            if due and on and on <= due and not is_cancelled(clock):
                text = f"{name} precedes the end of {label('deadline', clock, 'business_key', 'due_on')}"
                yield fault("final-after-last-period", FINAL_LAW, text)


def finality(record: Record) -> Iterator[str]:
    """Call a decision final only when each recipient was served and no appeal is open."""
    for entry in finals(record):
        name = label("final", entry, "at")
        yield from unserved(record, entry, name)
        written = as_event(record, entry)
        opened = [row for row in record.events("appeal_registered") if comes_before(row, "at", written, "at")]
        ended = [row for row in record.events("appeal_ended") if comes_before(row, "at", written, "at")]
        mistakes = [
            row
            for row in record.submissions("appeal_arrival")
            if answers(row).get("is_appeal") == "mistake" and comes_before(row, "sent_at", written, "at")
        ]
        if len(opened) - len(mistakes) > len(ended):
            text = f"{name} stands while {label('appeal', opened[-1], 'at')} is open"
            yield fault("final-without-open-appeal", FINAL_LAW, text)
        yield from asked(record, entry, name)


def unserved(record: Record, entry: Row, name: str) -> Iterator[str]:
    """Find recipients whose period never began before finality."""
    for resolution in record.resolutions():
        if resolution.get("state") != "signed" or not at_or_before(
            resolution.get("signed_at"), entry.get("at")
        ):
            continue
        if record.begun_anew(resolution.get("signed_at"), entry.get("at")):
            # A court sent it back: what is final is the decision after it.
            continue
        if is_decided_anew(record, resolution, entry):
            continue
        tried = record.deliveries(resolution)
        served = {row.get("party_id") for row in tried if row.get("state") == "served"}
        last = {row.get("party_id"): row for row in tried}
        # Nobody waits for a recipient who died (law.md J 4), or who speaks for the person no more: what is theirs is kept.
        awaits_nobody = ("dead", "recipient_died", "speaks_no_more")
        served |= {who for who, row in last.items() if row.get("proof") in awaits_nobody}
        for row in tried:
            if row.get("party_id") not in served and row.get("state") in (
                "open",
                "dispatched",
                "returned",
                "kept",
            ):
                text = (
                    f"{name} stands though {label('delivery', row, 'state', 'business_key')} began no period"
                )
                yield fault("final-after-each-service", FINAL_LAW, text)


def is_decided_anew(record: Record, resolution: Row, entry: Row) -> bool:
    """Tell a decision that a correction replaced before finality: the new one is served, with a new period (J 9)."""
    later = [row for row in record.resolutions() if comes_before(resolution, "signed_at", row, "signed_at")]
    later = [row for row in later if at_or_before(row.get("signed_at"), entry.get("at"))]
    return any(
        comes_before(resolution, "signed_at", begun, "at") and comes_before(begun, "at", row, "signed_at")
        for begun in record.events("correction_begun")
        for row in later
    )


def as_event(record: Record, entry: Row) -> Row:
    """Return a milestone as the event that has an id, which orders entries of one moment."""
    if entry.get("id"):
        return entry
    reached = [row for row in record.events("milestone_reached") if row.get("subject") == entry.get("name")]
    return next((row for row in reached if row.get("at") == entry.get("at")), entry)


def comes_before(first: Row, when: str, second: Row, then: str) -> bool:
    """Compare two entries; of those of one moment the lower id came first."""
    if first.get(when) == second.get(then):
        return str(first.get("id")) < str(second.get("id"))
    return at_or_before(first.get(when), second.get(then))


def asked(record: Record, entry: Row, name: str) -> Iterator[str]:
    """Require the courts' answer after the last period and before finality."""
    forms = [
        row
        for row in record.submissions("finality_inquiry")
        if answers(row).get("courts_answer") == "none" and at_or_before(row.get("sent_at"), entry.get("at"))
    ]
    written = as_event(record, entry)
    decided = [
        row for row in court_decisions(record, "admission") if comes_before(row, "sent_at", written, "at")
    ]
    if not forms and not decided:
        yield fault("final-after-asking-courts", FINAL_LAW, f"{name} precedes any answer of the courts")
    dues = [day(row.get("due_on")) for row in own_periods(record, entry, ADMISSION)]
    last = max((due for due in dues if due), default=None)
    if forms and last and not decided:
        answered = day(answers(forms[-1]).get("courts_asked_on"))
        if answered and answered <= last:
            text = f"{label('form', forms[-1])} has an answer of {answered}, the last period ends {last}"
            yield fault("final-after-asking-courts", FINAL_LAW, text)
    for form in decided[-1:]:
        on, given = day(entry.get("at")), served_by_court(answers(form))
        is_last = any(word in str(answers(form).get("court")).lower() for word in SUPREME)
        if on and given and not is_last and on <= given + timedelta(days=PERIOD_DAYS):
            text = (
                f"{name} follows {label('court decision', form)} served on {given} within {PERIOD_DAYS} days"
            )
            yield fault("final-after-leave-period", "808/2019 13, 93 and 107 §; law.md C", text)


def served_by_court(ruling: Row) -> date | None:
    """Count on which day the last party had a court's decision: the person seven days after the authority, unless known."""
    given, arrived, served = (
        day(ruling.get(key))
        for key in ("court_decided_on", "court_decision_arrived_on", "court_decision_served_on")
    )
    if given is None:
        return None
    here = max(given, arrived or given)
    return max(here, served or here + timedelta(days=7))


def appeals(record: Record) -> Iterator[str]:
    """Register each appeal by a form that gives its day, way and appellant."""
    forms = [row for row in record.submissions("appeal_arrival") if answers(row).get("is_appeal") == "appeal"]
    for event in record.events("appeal_registered", "other_appeal_registered"):
        if record.submissions("appeal_arrival") and not forms:
            yield fault(
                "appeal-by-its-form",
                APPEAL_LAW,
                f"{label('event', event, 'at')} has no form that says appeal",
            )
    for form in forms:
        words = answers(form)
        missing = [key for key in ("appeal_received_on", "arrival_way", "appellant") if not words.get(key)]
        if missing and not record.is_erased:
            text = f"{label('form', form, 'sent_at')} lacks {', '.join(missing)}"
            yield fault("appeal-by-its-form", APPEAL_LAW, text)
        received, recorded = day(words.get("appeal_received_on")), day(form.get("sent_at"))
        if received and recorded and received > recorded:
            yield fault(
                "appeal-by-its-form", APPEAL_LAW, f"{label('form', form)} of {recorded} arrived on {received}"
            )
        signed = [day(row.get("signed_at")) for row in record.resolutions()]
        if received and signed and all(on and received < on for on in signed):
            yield warning(
                "appeal-after-decision", "law.md B 8, J 15", f"{label('form', form)} arrived on {received}"
            )


def forwarding(record: Record) -> Iterator[str]:
    """Forward each appeal to the court by a person's act."""
    forms = [row for row in record.submissions("appeal_arrival") if answers(row).get("is_appeal") == "appeal"]
    for form in forms:
        if record.case.get("state") == "closed" and not record.events(
            "opinion_sent_to_court", "appeal_ended"
        ):
            text = f"{label('form', form, 'sent_at')} never went to the court before {record.case.get('closed_at')}"
            yield fault("appeal-forwarded", APPEAL_LAW, text)
    for entry in [*record.events("opinion_sent_to_court"), *record.milestones("appeal_sent_to_court")]:
        sent = [
            row
            for row in record.submissions("send_to_court")
            if at_or_before(row.get("sent_at"), entry.get("at"))
        ]
        if not sent:
            text = f"{label('entry', entry, 'at')} has no send_to_court form before it"
            yield fault("appeal-forwarded", APPEAL_LAW, text)
    for form in record.submissions("finality_inquiry"):
        if answers(form).get("courts_answer") != "appeal" or not record.closed_at:
            continue
        since = [
            row
            for row in record.submissions("appeal_arrival")
            if at_or_before(form["sent_at"], row["sent_at"])
        ]
        if not since and not is_open(record, form["sent_at"]):
            text = f"{label('form', form, 'sent_at')} reports an appeal that is registered nowhere"
            yield fault("appeal-registered", APPEAL_LAW, text)


def is_open(record: Record, at: Any) -> bool:
    """Tell an appeal that is registered and not ended at a moment, or one of the authority itself (746/2011 55 §): a court that
    is asked names it as well."""
    pairs = (("appeal_registered", "appeal_ended"), ("own_appeal_sent", "own_appeal_ended"))
    for begins, ends in pairs:
        opened = [row for row in record.events(begins) if at_or_before(row.get("at"), at)]
        ended = [row for row in record.events(ends) if not at_or_before(at, row.get("at"))]
        if len(opened) > len(ended):
            return True
    return False


def courts(record: Record) -> Iterator[str]:
    """Require a court's decision behind each ended appeal."""
    forms = record.submissions("court_decision")
    for event in record.events("appeal_ended", "other_appeal_ended"):
        if not [row for row in forms if at_or_before(row.get("sent_at"), event.get("at"))]:
            yield fault(
                "appeal-ended-by-court",
                FINAL_LAW,
                f"{label('event', event, 'at')} has no court_decision form",
            )
    for form in forms:
        given, recorded = day(answers(form).get("court_decided_on")), moment(form.get("sent_at"))
        if given and recorded and given > (day(form.get("sent_at")) or given):
            text = f"{label('form', form)} of {utc(recorded)} records a decision of {given}"
            yield fault("appeal-ended-by-court", FINAL_LAW, text)


def follows(resolution: Row, form: Row) -> bool:
    """Compare a signature with a form; of those of one moment the lower id came first."""
    if resolution.get("signed_at") == form.get("sent_at"):
        return str(resolution.get("id")) > str(form.get("id"))
    return not at_or_before(resolution.get("signed_at"), form.get("sent_at"))


def follows_form(later: Row, form: Row) -> bool:
    """Compare two forms; of those of one moment the lower id came first."""
    return later is not form and comes_before(form, "sent_at", later, "sent_at")


def court_decisions(record: Record, appealed: str) -> list[Row]:
    """List the courts' decisions on appeals of one kind of resolution, by the number of the appeal. One that the supreme court
    undid binds no more (808/2019 109 §)."""
    registered = [facts(event) for event in record.events("appeal_registered", "other_appeal_registered")]
    kinds = {row.get("business_key"): row.get("appealed") for row in registered}
    undone = record.restored()
    forms = [row for row in record.submissions("court_decision") if row.get("business_key") not in undone]
    return [row for row in forms if (kinds.get(row.get("business_key")) or "admission") == appealed]


def anew(record: Record) -> Iterator[str]:
    """Examine anew what the court annulled or returned: before the case ends, or in a new case named in this one.

    Of a removal it is enough that it was assessed again: the person may stay without a decision.
    """
    forms = [row for row in court_decisions(record, "admission") if answers(row).get("court_result")]
    last = [(form, [row for row in record.resolutions() if follows(row, form)]) for form in forms[-1:]]
    forms = [row for row in court_decisions(record, "removal") if answers(row).get("court_result")]
    last += [
        (form, [row for row in record.submissions("removal_assessment") if follows_form(row, form)])
        for form in forms[-1:]
    ]
    for form, later in last:
        result = answers(form)["court_result"]
        elsewhere = [
            row
            for row in record.submissions("reopen_closed_case")
            if answers(row).get("new_reference") and at_or_before(form.get("sent_at"), row.get("sent_at"))
        ]
        if result in ("annulled", "returned") and not later and not elsewhere and record.closed_at:
            text = f"{label('court decision', form, 'sent_at')} ({result}) has no new decision after it"
            yield fault("examined-anew", FINAL_LAW, f"{text}, the case closed {record.case.get('closed_at')}")


RULES = (periods, announced, last_periods, finality, appeals, forwarding, courts, anew)
