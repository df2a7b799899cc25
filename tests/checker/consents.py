"""Rules of consent: before assessment and a decision on the merits, free, explained, safe."""

from collections.abc import Iterator
from typing import Any

from .moments import day
from .record import ADMITTED, ADULT, MERITS, Record, Row, answers, at_or_before
from .sentences import fault, label, warning

LAW = "746/2011 38 a §; law.md J 5"
TALK_LAW = "law.md B 4, J 6; 434/2003 12 §"
EXPLAINED = frozenset({"who_is_helped", "voluntary", "measures", "requests", "no_police", "withdraw"})
OTHER_PURPOSES = (
    "referrer",
    "disclos",
    "electronic",
    "reading",
    "police",
    "informed",
    "request",
    "crime",
    "hand_over",
)


def ledger(record: Record, at: Any) -> list[Row]:
    """List the entries on handling the case that were recorded at a moment."""
    rows = [row for row in record.rows("consents") if at_or_before(row.get("recorded_at"), at)]
    rows = [row for row in rows if row.get("recorded_by_role") != "referrer"]
    return [row for row in rows if not any(word in str(row.get("purpose")) for word in OTHER_PURPOSES)]


def stands(record: Record, act: Row, at: Any, spoken_at: Any = None) -> bool:
    """Tell a consent that stands when an act is recorded, and on the day of the act if that was earlier."""
    rows = [row for row in ledger(record, at) if precedes(row, "recorded_at", act, at) or gives(row, act, at)]
    if not rows:
        return False
    last = rows[-1]
    given, on = day(last.get("given_on")), day(spoken_at)
    if given and on and given > on:
        return False
    withdrawn = last.get("withdrawn_at")
    return last.get("state") == "given" or bool(withdrawn and not at_or_before(withdrawn, at))


def precedes(row: Row, key: str, act: Row, at: Any) -> bool:
    """Compare a row with an act; of those of one moment the lower id came first."""
    when = row.get(key)
    return at_or_before(when, at) and (when != at or str(row.get("id")) <= str(act.get("id")))


def gives(row: Row, act: Row, at: Any) -> bool:
    """Tell the consent that an oral decision records by itself."""
    is_own = row.get("recorded_at") == at and row.get("recorded_by") == act.get("given_by", act)
    return is_own and row.get("state") == "given"


def owed(record: Record, act: Row, at: Any) -> bool:
    """Tell a written decision that an oral admission owes, whatever the person says after it."""
    spoken = [row for row in record.rows("oral_decisions") if row.get("outcome") in ADMITTED]
    spoken = [row for row in spoken if row is not act and precedes(row, "recorded_at", act, at)]
    written = [row for row in record.resolutions() if row.get("outcome") in MERITS and row is not act]
    paid = [row for row in written if row.get("state") == "signed" and precedes(row, "signed_at", act, at)]
    return any(
        not any(at_or_before(row.get("recorded_at"), one.get("signed_at")) for one in paid) for row in spoken
    )


def disclosed(record: Record, word: str, recipient: Any, at: Any) -> bool:
    """Tell a consent to one disclosure to one recipient that stands at a moment."""
    rows = [row for row in record.rows("consents") if at_or_before(row.get("recorded_at"), at)]
    rows = [row for row in rows if word in str(row.get("purpose")) and row.get("recipient") == recipient]
    return bool(rows) and rows[-1].get("state") == "given"


def accepted(record: Record, at: Any) -> bool:
    """Tell a consent that the decision-maker took from the referrer with reasons."""
    forms = [
        row for row in record.submissions("consent_without_contact") if at_or_before(row.get("sent_at"), at)
    ]
    return bool(forms) and answers(forms[-1]).get("consent_choice") == "accept_referrer"


def before_merits(record: Record) -> Iterator[str]:
    """Require consent before assessment and a decision on the merits, unless the person applied."""
    if record.is_own:
        return
    opening = label("opening", record.opening or {}, "form_key", "sent_at")
    acts = [("assessment", row, row.get("sent_at"), None) for row in record.submissions("assessment")]
    acts += [
        ("oral decision", row, row.get("recorded_at") or row.get("given_at"), row.get("given_at"))
        for row in record.rows("oral_decisions")
    ]
    acts += [
        ("resolution", row, row.get("signed_at"), None)
        for row in record.resolutions()
        if row.get("outcome") in MERITS
    ]
    for kind, row, at, spoken_at in acts:
        if owed(record, row, at) or accepted(record, at) or record.applies_self(at):
            continue
        if not stands(record, row, at, spoken_at):
            state = [str(one.get("state")) for one in ledger(record, at)][-1:] or ["no entry"]
            text = f"{label(kind, row)} at {at} has consent {state[0]}; {opening} is no own application"
            yield fault("consent-before-merits", LAW, text)


def talks(record: Record) -> Iterator[str]:
    """Accept consent from a talk that was safe, explained, understood and free."""
    for form in record.submissions("verify_consent"):
        if answers(form).get("consent") != "given":
            continue
        name = label("form verify_consent", form, "sent_at")
        yield from talk(form, name)
        yield from explained(record, form, name)
        years = record.age(record.applicant, form.get("sent_at"))
        if years is not None and years < ADULT and answers(form).get("consent_by") == "person":
            yield warning(
                "consent-of-guardian", "domain.md 1.4; law.md J 6", f"{name} is by a child of {years} alone"
            )
        same = [
            row
            for row in record.rows("consents")
            if at_or_before(form.get("sent_at"), row.get("recorded_at"))
        ]
        if not any(row.get("state") in ("given", "withdrawn") for row in same):
            yield fault("consent-in-ledger", LAW, f"{name} gives consent that the ledger does not hold")


def talk(form: Row, name: str) -> Iterator[str]:
    """Judge the way, the freedom and the understanding of a talk."""
    words = answers(form)
    if words.get("channel_safe") == "no":
        yield fault("consent-by-safe-way", TALK_LAW, f"{name} records consent by a way not safe")
    if words.get("free_will") not in (None, "yes") or words.get("asked_in_private") == "no":
        yield fault("consent-is-free", TALK_LAW, f"{name} records consent of a will that is not free")
    if words.get("alone") == "unsure":
        yield fault("consent-is-free", TALK_LAW, f"{name} records consent of an unsure will")
    if words.get("alone") == "no":
        yield warning("consent-is-free", TALK_LAW, f"{name} records consent with somebody present")
    if words.get("minor_maturity") == "no" and words.get("consent_by") == "person":
        yield fault(
            "consent-understood", TALK_LAW, f"{name} takes consent from a child who does not understand"
        )


def explained(record: Record, form: Row, name: str) -> Iterator[str]:
    """Require everything explained, in a named language."""
    words = answers(form)
    missing = sorted(EXPLAINED - set(words.get("consent_explained") or []))
    if missing and not record.is_erased:
        yield fault("consent-explained", TALK_LAW, f"{name} leaves out {', '.join(missing)}")
    if not words.get("consent_language") and not record.is_erased:
        yield fault("consent-explained", TALK_LAW, f"{name} names no language")


def entries(record: Record) -> Iterator[str]:
    """Require a ledger entry behind each recorded consent."""
    for entry in [*record.events("consent_given"), *record.milestones("consent_recorded")]:
        rows = [row for row in ledger(record, entry.get("at")) if row.get("state") in ("given", "withdrawn")]
        if rows or accepted(record, entry.get("at")) or record.applies_self(entry.get("at")):
            continue
        text = f"{label('entry', entry, 'kind', 'at')} has no given consent in the ledger"
        yield (
            warning("consent-in-ledger", LAW, text)
            if record.is_own
            else fault("consent-in-ledger", LAW, text)
        )
    for row in record.rows("consents"):
        name = label("consent", row, "state", "recorded_at", "withdrawn_at")
        if row.get("state") == "withdrawn" and not row.get("withdrawn_at"):
            yield fault("consent-in-ledger", LAW, f"{name} is withdrawn at no moment")
        if not at_or_before(row.get("recorded_at"), row.get("withdrawn_at")):
            yield fault("consent-in-ledger", LAW, f"{name} is withdrawn before it is recorded")
        if row.get("state") == "given" and not row.get("language") and not record.is_own:
            yield fault("consent-explained", TALK_LAW, f"{name} names no language")


def withdrawals(record: Record) -> Iterator[str]:
    """Confirm a withdrawal of a free will, and decide on nothing but the lapse after it."""
    for form in record.submissions("withdraw"):
        words = answers(form)
        if words.get("withdrawal") != "confirmed":
            continue
        name = label("form withdraw", form, "sent_at")
        is_will = words.get("lapse_reason") != "death"
        if is_will and words.get("free_will") not in (None, "yes"):
            yield fault(
                "withdrawal-is-free", TALK_LAW, f"{name} confirms a withdrawal of a will that is not free"
            )
        alone = words.get("alone") if words.get("lapse_reason") != "death" else None
        if alone == "unsure":
            yield fault("withdrawal-is-free", TALK_LAW, f"{name} confirms a withdrawal of an unsure will")
        if alone == "no":
            yield warning(
                "withdrawal-is-free", TALK_LAW, f"{name} confirms a withdrawal with somebody present"
            )
        yield from after_withdrawal(record, form, name)


def lacks_consent_after(record: Record, back: Row, lapsed_at: Any) -> bool:
    """Tell an examination begun by a court that lapsed for want of consent, and not by an earlier withdrawal."""
    refusals = [
        row for row in record.submissions("verify_consent") if answers(row).get("consent") == "refused"
    ]
    refusals += [
        row
        for row in record.submissions("consent_without_contact")
        if answers(row).get("consent_choice") in ("lapse", "lapse_unconfirmed")
    ]
    return any(
        at_or_before(back.get("at"), row.get("sent_at")) and at_or_before(row.get("sent_at"), lapsed_at)
        for row in refusals
    )


def after_withdrawal(record: Record, form: Row, name: str) -> Iterator[str]:
    """Find an admission that a withdrawal ended, and a refusal after a withdrawal."""
    for row in record.rows("oral_decisions"):
        is_admission = str(row.get("outcome")).startswith("admitted")
        lapses = [one for one in record.resolutions() if one.get("outcome") == "lapsed"]
        lapsed_at = next((one.get("signed_at") for one in lapses), record.case.get("closed_at"))
        # A decision that a court annulled or returned admits nobody any more, neither as spoken nor as written: both are one (43 §).
        stands = not any(
            at_or_before(row.get("recorded_at"), back.get("at"))
            and (
                precedes(back, "at", form, form.get("sent_at"))
                or lacks_consent_after(record, back, lapsed_at)
            )
            for back in record.sent_back()
        )
        before = stands and at_or_before(row.get("given_at"), form.get("sent_at"))
        # A wish lapses nothing if it was the death, confirmed before the lapse was signed, that did.
        is_death = record.died(lapsed_at)
        if before and is_admission and not is_death and record.case.get("outcome") == "lapsed":
            text = f"{name} lapses what {label('oral decision', row, 'given_at')} admitted"
            yield fault("admission-ends-by-removal", "746/2011 38 f §; law.md J 7", text)
    for row in record.resolutions():
        after = not at_or_before(row.get("signed_at"), form.get("sent_at"))
        anew = record.begun_anew(form.get("sent_at"), row.get("signed_at")) or record.applies_self(
            row.get("signed_at")
        )
        if after and not anew and row.get("outcome") == "not_admitted":
            text = f"{label('resolution', row, 'signed_at')} refuses after {name}"
            yield fault("no-merits-after-withdrawal", "law.md J 7", text)


RULES = (before_merits, talks, entries, withdrawals)
