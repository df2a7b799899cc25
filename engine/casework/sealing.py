"""The seal on a case's content: laid when the case lapses without consent, opened when that lapse is no more."""

from __future__ import annotations

from typing import Final

from engine.domain.cases import Case, Outcome
from engine.domain.consents import GIVEN, REFERRAL
from engine.executor.engine import Work

SEALED: Final = "content_sealed"
OPENED: Final = "content_opened"
_APPLIES: Final = "applies_self"


def seal(work: Work, case: Case, lapse_reason: str) -> None:
    """Shut the content to all but the director; the register keeps its minimum (906/2019 25-26 §)."""
    work.change_case(case.id, content_sealed_at=work.now)
    work.record(case.id, SEALED, lapse_reason)


def open_sealed(work: Work, case: Case) -> None:
    """Open the content again: the lapse was sent back, recalled, annulled or changed, or the person consents.
    Nobody reaches, hears or assesses a person whose contact ways and words are shut to them."""
    if case.content_sealed_at is None:
        return
    work.change_case(case.id, content_sealed_at=None)
    work.record(case.id, OPENED)


def seal_again(work: Work, case: Case) -> None:
    """Shut the content again where a lapse without consent is in force again and the person has not consented since it was
    opened: their letter says that it is sealed."""
    events = work.stores.timeline.of_case(case.id, SEALED, OPENED, _APPLIES)
    seals = [each for each in events if each.kind != _APPLIES]
    if not _is_lapsed(work, case) or not seals or seals[-1].kind != OPENED:
        return
    opened_at = seals[-1].at
    consents = work.stores.consents.of_case(case.id)
    consented = [each.recorded_at for each in consents if (each.purpose, each.state) == (REFERRAL, GIVEN)]
    consented += [each.at for each in events if each.kind == _APPLIES]
    if not any(at >= opened_at for at in consented):
        seal(work, case, next(str(each.subject or "") for each in reversed(seals) if each.kind == SEALED))


def _is_lapsed(work: Work, case: Case) -> bool:
    signed = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if (each.kind, each.state) == ("admission", "signed")
    ]
    return bool(signed) and signed[-1].outcome == Outcome.LAPSED
