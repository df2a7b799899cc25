"""The postal address of a letter's reader: nothing leaves by post for a party whose address nobody has recorded.

An authority's own address need not stand in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.casework.contact_channels import served
from engine.casework.paper_readers import reader_of_paper
from engine.casework.posting import POSTING
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.parties import Party

ADDRESS: Final = "postal_address"
POSTING_DECISION: Final = "post_letter"
_BY_POST: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    POSTING: {"paper_way": frozenset({"post"}), "hearing_way": frozenset({"post"})},
    POSTING_DECISION: {"posted": frozenset({"posted"})},
}
"""Form to its answers that a letter left by post."""


class AddressMissing(Invalid):
    sentence = (
        "Postiosoite puuttuu. Kirjaa osoite asian sivulla (Henkilö ja perhe), jos posti on turvallinen, tai valitse toinen "
        "turvallinen tapa."
    )


def lacks_address(party: Party | None) -> bool:
    """True of a party without a postal address; False of an authority, which is no party."""
    return party is not None and not party.contact.get(ADDRESS)


def require_postal_address(
    work: Work, case: Case, party: Party | None, *, field: str, on: date | None = None
) -> None:
    """Raise AddressMissing if a letter to the party had no address to go to. What left `on` a day before the address was
    taken away had one."""
    if party is None or not lacks_address(party):
        return
    known_until = _known_until(work, case, party)
    if known_until is None or (on or work.today) > known_until:
        raise AddressMissing(field=field)


def withheld_without_address(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the answers that the task does not offer, by question: no letter can have left for a reader who never had an
    address."""
    by_post = _BY_POST.get(task.form_key or "")
    if by_post is None:
        return {}
    if task.form_key == POSTING:
        scope = work.instances.scope_of(case, task.instance_id, task.task_key)
        party = reader_of_paper(work, case, scope).party
    else:
        party = served(work, case, task.business_key)
    if party is None or not lacks_address(party) or _known_until(work, case, party) is not None:
        return {}
    return by_post


def _known_until(work: Work, case: Case, party: Party) -> date | None:
    """Return the day on which the address of a party who has none was taken away; None if there never was one."""
    return max(
        (
            day_of(each.made_at)
            for each in work.stores.corrections.of_subject(case.id, party.id)
            if each.before.get(ADDRESS)
        ),
        default=None,
    )
