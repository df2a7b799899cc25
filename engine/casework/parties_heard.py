"""The parties who are heard before an adverse decision, each separately (434/2003 14, 34-35 §)."""

from __future__ import annotations

from datetime import date

from engine.clock import day_of
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.law import OWN_SAY_AGE
from engine.executor import Work
from engine.storage.parties import Party

SPEAK_FOR_A_CHILD = ("guardian", "representative", "trustee")


def speaks_for_a_child(party: Party) -> bool:
    """True of a guardian or representative, and of a trustee whose power covers receiving (434/2003 14 § 1 mom.; the task
    of a trustee may cover property alone). Nobody marked unsafe speaks for a child."""
    is_authorised = party.kind != "trustee" or party.is_recipient
    return party.kind in SPEAK_FOR_A_CHILD and is_authorised and not party.is_unsafe


def still_speaks(party: Party, person: Party, day: date) -> bool:
    """False of one whose task ended when the person came of age: a guardian (361/1983 3 §), and who was appointed for the
    child (442/1999 17 § 1 mom. 4 kohta)."""
    if person.is_minor_on(day):
        return True
    ended = SPEAK_FOR_A_CHILD if person.is_minor else ("guardian",)
    return party.kind not in ended


def has_ceased(party: Party, person: Party | None, on: date) -> bool:
    """True of one who did not speak for the person any more on the day: the person had come of age, or they had been removed
    from the case."""
    if person is None or party.id == person.id:
        return False
    if party.removed_at is not None and day_of(party.removed_at) < on:
        return True
    return not still_speaks(party, person, on)


def parties_heard(work: Work, case: Case) -> tuple[Party, ...]:
    """Return an adult, and each trustee who receives decisions for them; a child of 15 or more and each who speaks for the
    child; for a younger child those alone.

    Nobody marked unsafe is heard for another. A child whose age is not known, or whom nobody safe speaks for, is heard.
    """
    parties = work.stores.parties.of_case(case.id)
    person = next((each for each in parties if each.kind == "applicant"), None)
    if person is None:
        return ()
    age = age_of(person.identity, work.today)
    speakers = tuple(each for each in parties if speaks_for_a_child(each))
    if not person.is_minor_on(work.today):
        return (person, *(each for each in speakers if still_speaks(each, person, work.today)))
    has_own_say = age is None or age >= OWN_SAY_AGE or not speakers
    return (person, *speakers) if has_own_say else speakers
