"""Rules of the outcome: tests under 35 §, signature, oral decision, 35 § 3."""

from collections.abc import Iterator
from datetime import timedelta

from .moments import day
from .record import ADMITTED, MERITS, REFLECTION, Record, Row, answers, at_or_before, facts, last_before
from .sentences import fault, label, warning

TEST_LAW = "746/2011 35 §; law.md B 1"
SIGN_LAW = "746/2011 33 §; law.md J 12"
ORAL_LAW = "434/2003 43 §; law.md J 7"
PARENT_LAW = "746/2011 35 § 3 mom.; law.md J 8"
TESTS = {
    "35_1": ("may_be_victim", "needs_help"),
    "35_2": ("assists_investigation", "needs_special_help"),
    "35_3": ("child_in_finland", "child_needs_help"),
}
ONCE_LAW = "434/2003 50 §; 808/2019 122 §; law.md C, E"
WRITTEN_WITHIN = timedelta(days=14)
SIGNERS = frozenset({"decision_maker", "director"})


def assessment_of(record: Record, resolution: Row) -> Row | None:
    """Find the assessment on which a resolution rests."""
    return last_before(record.submissions("assessment"), "sent_at", resolution.get("prepared_at"))


def tests(record: Record) -> Iterator[str]:
    """Bind the outcome to the tests of its ground."""
    for row in record.resolutions():
        outcome = row.get("outcome")
        if outcome not in MERITS or row.get("state") == "recalled":
            continue
        form = assessment_of(record, row)
        name = label("resolution", row, "outcome", "prepared_at")
        if form is None:
            yield fault("outcome-after-assessment", "434/2003 31 §", f"{name} has no assessment before it")
            continue
        words = answers(form)
        where = label("assessment", form, "sent_at")
        proposed, ground = words.get("outcome_proposed"), words.get("ground_assessed")
        if proposed and proposed != outcome:
            yield fault(
                "outcome-as-assessed", TEST_LAW, f"{name} departs from {where} that proposes {proposed}"
            )
        if outcome in ADMITTED and ground and outcome != f"admitted_{ground}":
            yield fault("outcome-within-tests", TEST_LAW, f"{name} departs from ground {ground} of {where}")
        yield from bound(words, str(ground), str(outcome), f"{name} contradicts {where}")


def bound(words: Row, ground: str, outcome: str, text: str) -> Iterator[str]:
    """Compare the tests of a ground with an outcome."""
    pair = [(key, words.get(key)) for key in TESTS.get(ground, ())]
    shown = ", ".join(f"{key} {value}" for key, value in pair)
    if not pair or any(value not in ("yes", "no") for _, value in pair):
        return
    passed = all(value == "yes" for _, value in pair)
    if outcome == f"admitted_{ground}" and not passed:
        yield fault("outcome-within-tests", TEST_LAW, f"{text} ({shown})")
    if ground == "35_1" and passed and outcome != "admitted_35_1":
        yield fault("must-be-admitted", TEST_LAW, f"{text} ({shown}); 35 § 1 leaves no choice")


def signatures(record: Record) -> Iterator[str]:
    """Require a signature by one who may sign and did not prepare."""
    for row in record.rows("resolutions"):
        name = label("resolution", row, "state", "prepared_at", "signed_at")
        signer, preparer = row.get("signed_by"), row.get("prepared_by")
        if row.get("state") == "signed" and not (row.get("signed_at") and signer):
            yield fault("signed-by-a-person", SIGN_LAW, f"{name} is signed by nobody")
        if not row.get("signed_at") or not signer:
            continue
        if signer == preparer:
            yield fault("signer-is-no-preparer", SIGN_LAW, f"{name} is prepared and signed by {signer}")
        if not at_or_before(row.get("prepared_at"), row.get("signed_at")):
            yield fault("signed-after-prepared", SIGN_LAW, f"{name} is signed before it is prepared")
        person = record.people.get(str(signer))
        if person and person.get("is_active", True) and not record.roles(signer) & SIGNERS:
            roles = ", ".join(sorted(record.roles(signer))) or "no role"
            yield fault("signed-by-decision-maker", SIGN_LAW, f"{name} is signed by {signer} with {roles}")
        if row.get("kind") == "admission" or REFLECTION in str(row.get("kind")):
            yield from act_of_signing(record, row, name)


def act_of_signing(record: Record, row: Row, name: str) -> Iterator[str]:
    """Require the form of the signature."""
    forms = [
        *[(one, answers(one).get("signature")) for one in record.submissions("sign_resolution")],
        *[
            (one, answers(one).get("reflection_signature"))
            for one in record.submissions("sign_reflection_period")
        ],
    ]
    own = [(one, word) for one, word in forms if one.get("sent_at") == row.get("signed_at")]
    signing = [one for one, word in own if word == "sign" and one.get("sent_by") == row.get("signed_by")]
    if not signing:
        yield fault(
            "signed-by-a-person", SIGN_LAW, f"{name} has no form of its signer that signs at that moment"
        )
    for form in signing:
        for key in ("delegation_confirmed", "not_disqualified", "letter_read"):
            if key in answers(form) and answers(form)[key] is not True:
                yield fault(
                    "signer-confirms", SIGN_LAW, f"{label('form', form, 'sent_at')} leaves {key} open"
                )


def outcomes(record: Record) -> Iterator[str]:
    """Give the case the outcome that was signed or decided by the court."""
    law = "434/2003 44 §; law.md C"
    signed = [row for row in record.resolutions() if row.get("state") == "signed"]
    courts = record.submissions("court_decision", "own_appeal_result")
    courts = [row for row in courts if answers(row).get("outcome_after")]
    outcome = record.case.get("outcome")
    if signed and outcome and outcome != signed[-1].get("outcome"):
        changed = [row for row in courts if answers(row).get("outcome_after") == outcome]
        if not changed:
            text = f"case {record.case.get('reference')} has outcome {outcome}"
            yield fault(
                "outcome-as-signed", law, f"{text}, {label('resolution', signed[-1], 'outcome')} is signed"
            )
    if outcome in MERITS and not signed and not record.rows("oral_decisions"):
        yield fault("outcome-as-signed", law, f"case outcome {outcome} has no signed resolution")
    if record.case.get("state") == "closed" and not outcome:
        yield fault(
            "outcome-for-every-case", law, f"closed case {record.case.get('reference')} has no outcome"
        )
    for entry in record.milestones("admitted"):
        before = [row for row in signed if at_or_before(row.get("signed_at"), entry.get("at"))]
        by_court = [
            row
            for row in courts
            if answers(row)["outcome_after"] in ADMITTED and at_or_before(row.get("sent_at"), entry.get("at"))
        ]
        admitted = [row for row in before if row.get("outcome") in ADMITTED]
        if not admitted and not by_court and not record.rows("oral_decisions"):
            yield fault(
                "admitted-by-decision", law, f"{label('milestone', entry, 'at')} has no signed admission"
            )


def oral(record: Record) -> Iterator[str]:
    """Give an oral decision by its form and by one who may."""
    for row in record.rows("oral_decisions"):
        name = label("oral decision", row, "outcome", "given_at")
        giver = record.people.get(str(row.get("given_by")))
        if giver and giver.get("is_active", True) and not record.roles(row.get("given_by")) & SIGNERS:
            yield fault("oral-by-decision-maker", SIGN_LAW, f"{name} is given by {row.get('given_by')}")
        if not record.submissions("oral_decision"):
            yield fault("oral-by-its-form", ORAL_LAW, f"{name} has no form oral_decision")


def written(record: Record) -> Iterator[str]:
    """Follow an oral decision by the written one with the same outcome."""
    signed = [row for row in record.resolutions() if row.get("state") == "signed"]
    for row in record.rows("oral_decisions"):
        name = label("oral decision", row, "outcome", "given_at")
        after = [one for one in signed if at_or_before(row.get("given_at"), one.get("signed_at"))]
        if signed and not after:
            yield fault(
                "oral-then-written",
                ORAL_LAW,
                f"{name} follows {label('resolution', signed[-1], 'signed_at')}",
            )
        if not signed and record.case.get("state") == "closed":
            yield fault("oral-then-written", ORAL_LAW, f"{name} has no written decision in the closed case")
        for one in after[:1]:
            text = f"{name} and {label('resolution', one, 'outcome', 'signed_at')}"
            is_death = one.get("outcome") == "lapsed" and record.died(one.get("signed_at"))
            if one.get("outcome") != row.get("outcome") and not is_death:
                yield fault("oral-and-written-agree", ORAL_LAW, f"{text} differ")
            given, on = day(row.get("given_at")), day(one.get("signed_at"))
            if given and on and on - given > WRITTEN_WITHIN:
                yield warning("written-without-delay", ORAL_LAW, f"{text} lie {(on - given).days} days apart")


def children(record: Record) -> Iterator[str]:
    """Admit under 35 § 3 with or after the parent's admission, or with reasons."""
    for row in record.resolutions():
        if row.get("outcome") != "admitted_35_3" or row.get("state") == "recalled":
            continue
        known = [
            one
            for one in record.milestones("parent_admitted", "parent_ground_reasoned")
            if at_or_before(one.get("at"), row.get("signed_at"))
        ]
        reasons = [
            one for one in record.submissions("sign_resolution") if answers(one).get("parent_met_reasons")
        ]
        if not known and not reasons and not record.is_erased:
            text = f"{label('resolution', row, 'signed_at')} has no parent_admitted before it and no reasons"
            yield fault("child-after-parent", PARENT_LAW, text)


def sent_back(record: Record) -> Iterator[str]:
    """Give reasons for each draft sent back, and prepare it anew."""
    for entry in record.rows("sent_back"):
        row = next(
            (one for one in record.rows("resolutions") if one["id"] == entry.get("resolution_id")), None
        )
        if row and row.get("state") == "signed":
            yield fault(
                "returned-is-not-signed", SIGN_LAW, f"{label('resolution', row, 'signed_at')} was sent back"
            )
        if not entry.get("reason") and not record.is_erased:
            yield fault(
                "returned-with-reason", SIGN_LAW, f"resolution {entry.get('resolution_id')} has no reason"
            )


def once(record: Record) -> Iterator[str]:
    """Decide the matter once: anew only when a court sent it back, a recall or a correction opened it."""
    is_open, corrected = True, False
    for event in record.rows("events"):
        kind, subject = event.get("kind"), event.get("subject")
        if kind == "resolution_signed" and subject == "admission":
            if not is_open and not corrected:
                name = label("event", event, "kind", "at")
                yield fault("decided-once", ONCE_LAW, f"{name} follows another decision that nothing opened")
            is_open = corrected = False
        elif kind == "appeal_ended" and facts(event).get("decision") != "removal":
            is_open = is_open or subject in ("annulled", "returned")
        elif kind == "resolution_recalled":
            is_open = True
        elif kind == "correction_begun":
            corrected = True


RULES = (once, tests, signatures, outcomes, oral, written, children, sent_back)
