"""A consent written down after the person withdrew or refused it: only a later day makes it a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from engine.casework.consents_to_ask import entries_on, recipient_in_ledger
from engine.clock import day_of
from engine.domain.acts import Act
from engine.domain.cases import Case
from engine.domain.chronology import Dated, DatesRejected, Explanation, Order, explained
from engine.domain.consents import ASK_WITH_CONSENT, CRIME_REPORT, GIVEN, POLICE, TELL_REFERRER, Consent
from engine.domain.people import Role
from engine.errors import Invalid
from engine.executor.engine import Work
from forms.conditions import rows_in

_OF_FORMS: Final[Mapping[str, tuple[str, str, str]]] = {
    "write_notice": ("police_consent_on", CRIME_REPORT, POLICE),
    "transfer_ground": ("transfer_consent_on", CRIME_REPORT, POLICE),
    "verify_consent": ("consent_on", TELL_REFERRER, "referrer"),
}
"""Form to its question for the day of a consent that becomes an entry of the ledger, with its purpose and recipient."""
_ASKING: Final = "new_information_request"


class ConsentEnded(Invalid):
    sentence = (
        "Henkilö on tämän päivän jälkeen perunut suostumuksensa tai kieltänyt tämän. Kysy häneltä uudelleen ja kirjoita se "
        "päivä, tai käytä muuta perustetta."
    )


def check_consent_days(
    work: Work, case: Case, form_key: str, answers: Mapping[str, Any], reasons: Mapping[str, str]
) -> tuple[Explanation, ...]:
    """Return the consents of the very day of a refusal, with the reasons. Raise DatesRejected for one without a reason, and
    ConsentEnded for an older one: the last word of the person holds."""
    found: list[Explanation] = []
    problems: dict[str, Order] = {}
    for path, given_on, ended in _written(work, case, form_key, answers):
        try:
            found += _explained(path, given_on, ended, work.today, reasons)
        except DatesRejected as rejected:
            problems |= rejected.problems
    if problems:
        raise DatesRejected(problems)
    return tuple(found)


def _explained(
    path: str, given_on: date, ended: date | None, today: date, reasons: Mapping[str, str]
) -> tuple[Explanation, ...]:
    """Judge one consent beside the day of the newest withdrawal or refusal of the same disclosure; None without one."""
    if ended is None:
        return ()
    if given_on < ended:
        raise ConsentEnded(field=path)
    return explained(
        {path: Dated(Act.DISCLOSURE_CONSENT, given_on)}, {Act.CONSENT_END: ended}, today, reasons
    )


def ended_on(work: Work, case: Case, purpose: str, recipient: str, name: object = "") -> date | None:
    """Return the day of the newest withdrawal or refusal of this disclosure. `name`: of whom is asked, among several."""
    if purpose == ASK_WITH_CONSENT:
        entries: Sequence[Consent] = entries_on(work, case, recipient, name)
    else:
        entries = [
            each
            for each in work.stores.consents.of_case(case.id)
            if (each.purpose, each.recipient) == (purpose, recipient)
        ]
    days = [each.given_on or day_of(each.recorded_at) for each in entries if each.state != GIVEN]
    return max(days, default=None)


def _written(
    work: Work, case: Case, form_key: str, answers: Mapping[str, Any]
) -> Iterator[tuple[str, date, date | None]]:
    """Give each day of a consent among the answers, by the path of its question, and the day of the newest withdrawal or refusal."""
    if form_key == _ASKING:
        for place, row in enumerate(rows_in(answers.get("requests"))):
            given_on = row.get("consent_on")
            if isinstance(given_on, date):
                yield f"requests.{place}.consent_on", given_on, _ended_of(work, case, row)
        return
    question, purpose, recipient = _OF_FORMS.get(form_key, ("", "", ""))
    given_on = answers.get(question)
    is_disclosure = form_key != "verify_consent" or answers.get("referrer_may_know") == "yes"
    if isinstance(given_on, date) and is_disclosure:
        yield question, given_on, ended_on(work, case, purpose, recipient)


def _ended_of(work: Work, case: Case, row: Mapping[str, Any]) -> date | None:
    """Return the day of the newest no to asking the recipient of this row; of a referrer who is of the police, as either."""
    asked = {recipient_in_ledger(row)}
    if row.get("recipient") == Role.REFERRER:
        asked.add(Role.REFERRER.value)
    name = row.get("recipient_name")
    days = (ended_on(work, case, ASK_WITH_CONSENT, each, name) for each in asked)
    return max((each for each in days if each is not None), default=None)
