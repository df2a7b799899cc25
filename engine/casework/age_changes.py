"""A corrected birth date makes somebody a child, or an adult: what depends on it is gone through again by a person."""

from __future__ import annotations

from dataclasses import replace

from engine.casework.messages import send_to_staff
from engine.casework.target_pauses import end_pause_of_class
from engine.domain.ages import age_of
from engine.domain.cases import Case, CaseClass
from engine.domain.law import ADULT_AGE, OWN_SAY_AGE
from engine.domain.parties import AGE_DOUBTED
from engine.domain.people import Role
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.storage.parties import Party

AGE_CHANGE = "age_change"
"""The form by which a caseworker records what the age changes."""
BEGINS = "age_changed"
"""Message with which the process begins that asks a caseworker within hours."""


def of_age_born(before: Party, after: Party, work: Work) -> Party:
    """Return the party as a child or an adult by the corrected birth date, or by a doubt that came or ended. A corrected date
    ends the doubt about the one before."""
    age = age_of(after.identity, work.today)
    is_same_date = before.identity.get("born_on") == after.identity.get("born_on")
    if age is None or (is_same_date and before.is_age_doubted == after.is_age_doubted):
        return after
    is_adult = age >= ADULT_AGE
    is_doubted = is_adult and after.is_age_doubted and (is_same_date or not before.is_age_doubted)
    doubt = {AGE_DOUBTED: "yes" if is_doubted else ""} if AGE_DOUBTED in after.identity else {}
    return replace(after, identity={**after.identity, **doubt}, is_minor=is_doubted or not is_adult)


def follow_age(work: Work, case: Case, before: Party, after: Party) -> None:
    """A child's case is one from the case's next version on (746/2011 5 §); a person judges the rest, in a process of its
    own."""
    if after.kind != "applicant" or not (
        before.is_minor != after.is_minor or _is_served_otherwise(work, case, before, after)
    ):
        return
    case_class = case.case_class
    if after.is_minor and case_class is CaseClass.NORMAL:
        case_class = CaseClass.CHILD
        work.change_case(case.id, case_class=case_class)
        work.record(case.id, "class_changed", case_class.value)
        work.stores.tasks.prioritise(case.id, case_class.priority)
        end_pause_of_class(work, case, case_class)
    models = work.instances.models(case.deployment_id)
    if BEGINS not in models.parsed.starts:
        # A version of the models from before that process has no task for it.
        people = [work.stores.people.get(case.caseworker_id)] if case.caseworker_id else []
        for person in people or work.stores.people.with_role(Role.MANAGER):
            send_to_staff(work, models, case.id, person)
        return
    begun = {"is_child": after.is_minor, "case_class": case_class.value if case_class else None}
    work.stores.starts.add(case.id, BEGINS, to_json(begun), work.now)


def _is_served_otherwise(work: Work, case: Case, before: Party, after: Party) -> bool:
    """True once a decision is signed, if the person has a say of their own by one of the dates only: from fifteen they are
    served beside their representative (434/2003 14, 56 §)."""
    ages = [age_of(each.identity, work.today) for each in (before, after)]
    own_say = {age is not None and age >= OWN_SAY_AGE for age in ages}
    signed = any(each.signed_at is not None for each in work.stores.resolutions.of_case(case.id))
    return signed and len(own_say) > 1


def is_age_considered(work: Work, case: Case) -> bool:
    """Return False while a corrected age waits to be gone through."""
    waits = any(each.form_key == AGE_CHANGE for each in work.stores.tasks.open_in(case.id))
    return not waits and not work.stores.starts.is_due(case.id, BEGINS)
