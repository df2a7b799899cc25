"""Recipients who have changed since they were listed: service lasts for weeks, and in it birthdays pass and mandates end.

A decision is served on those whom it belongs to then (434/2003 14, 56 §): on who turned fifteen beside who speaks for them, on
an adult alone. Who had it before keeps it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from engine.casework.contact_channels import named_after
from engine.casework.decision_corrections import in_service
from engine.casework.parties_heard import has_ceased
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.law import OWN_SAY_AGE
from engine.executor.engine import Work
from engine.storage.parties import Party


def past_recipients(work: Work, case: Case, keys: Collection[str]) -> frozenset[str]:
    """Return those of the recipients who do not speak for the person any more. Nobody, unless the decision is served on another
    of them in their place: on an adult, on somebody else who speaks for a child."""
    person = work.stores.parties.applicant_of(case.id)
    parties = work.stores.parties.ever_of_case(case.id)
    named = {key: party for key in keys if (party := named_after(key, parties)) is not None}
    if person is None:
        return frozenset()
    past = {key for key, party in named.items() if has_ceased(party, person, work.today)}
    is_minor = person.is_minor_on(work.today)
    others = (party for key, party in named.items() if key not in past)
    is_served = any(each.id != person.id or not is_minor for each in others)
    return frozenset(past) if is_served else frozenset()


def is_served_themselves(person: Party, on: date) -> bool:
    """True of an adult on the day, and of a child who has turned fifteen. False where the age is not known."""
    age = age_of(person.identity, on)
    return age is not None and age >= OWN_SAY_AGE


def added_unreached(work: Work, case: Case, kind: str, attempts: Collection[str]) -> bool:
    """True while somebody to whom the decision that starts appeal periods was found to belong has no attempt of it yet.
    `attempts`: the keys of those who have one."""
    decision = in_service(work, case, kind=kind)
    if decision is None or decision.signed_at is None:
        return False
    prefixes = {each.rpartition("-")[0] for each in attempts}
    added = {
        str(each.facts.get("business_key") or "")
        for each in work.stores.timeline.of_case(case.id, "recipient_added")
        if each.at >= decision.signed_at
    }
    lacking = {each for each in added - set(attempts) if each.rpartition("-")[0] in prefixes}
    return bool(lacking - past_recipients(work, case, {*attempts, *lacking}))
