"""The opportunity to be heard (434/2003 34, 36 §): given when somebody tells how, on what day, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from engine.casework.contact_channels import open_ways, reached
from engine.casework.lost_ways import lost_on
from engine.casework.postal_addresses import require_postal_address
from engine.casework.recordings.recording import Recording
from engine.clock import noon_of
from engine.domain.cases import Case
from engine.domain.law import PRESUMED_SERVICE_DAYS
from engine.domain.safe_contact import CallNotSafe, PostNotSafe, safe_ways
from engine.errors import Invalid, NotFound
from engine.executor import Work
from engine.instances import CompiledModels
from engine.storage.requests import InformationRequest

TABLE: Final = "hearing_time"
SHORT: Final = "hearing_short_reasons"
WAY: Final = "hearing_way"
BY_POST: Final = "post"
BY_PHONE: Final = "phone"


class TimeTooShort(Invalid):
    sentence = "Aikaa jää tavallista vähemmän. Anna aikaa vähintään %(day)s asti, tai kirjoita, miksi lyhyempi aika riittää."


class LetterTooLate(Invalid):
    sentence = (
        "Kirjeen päivään jää tavallista vähemmän aikaa siitä, kun se tavoittaa henkilön (%(day)s). Valitse, ettei kirje "
        "lähde, niin asia arvioidaan ja kirje tehdään uudelleen, tai kirjoita, miksi lyhyempi aika riittää."
    )


class NoDayLeft(Invalid):
    sentence = (
        "Kirjeen päivä on ohi, kun kirje tavoittaa henkilön (%(day)s): hänelle ei jää aikaa vastata. Valitse, ettei kirje "
        "lähde, niin asia arvioidaan ja kirje tehdään uudelleen."
    )


def reaches_on(way: str, sent_on: date) -> date:
    """Return the day from which the time runs: of a posted letter the seventh day (434/2003 59 §)."""
    return sent_on + timedelta(days=PRESUMED_SERVICE_DAYS) if way == BY_POST else sent_on


def usual_until(models: CompiledModels, reached_on: date) -> date | None:
    """Return the last day of the usual time that the table gives from that day; None in a version without the table."""
    try:
        table = models.table(TABLE)
    except NotFound:
        return None
    found = table.evaluate(TABLE, {"hearing_due_on": None}, functions={"today": lambda: reached_on}).result
    return found if isinstance(found, date) else None


def require_time(work: Work, recording: Recording) -> None:
    """Refuse a day of answer that leaves less than the usual time, unless it is reasoned. Where post alone is safe, the time
    of the letter's way is counted with it."""
    due_on = recording.day("hearing_due_on")
    if recording.text("hearing") != "needed" or due_on is None or not recording.lacks(SHORT):
        return
    ways = open_ways(work.stores.parties.of_case(recording.case.id), work.today)
    only_post = BY_POST in ways and "phone" not in ways
    least = usual_until(recording.models, reaches_on(BY_POST if only_post else "", work.today))
    if least is not None and due_on < least:
        raise TimeTooShort(field="hearing_due_on", day=f"{least.day}.{least.month}.{least.year}")


def record_hearing_given(work: Work, recording: Recording, request: InformationRequest) -> None:
    """The hearing begins on the day on which it was held out to the person, or on which the letter was posted."""
    way = recording.text(WAY)
    sent_on = recording.day("sent_on") or work.today
    require_safe_way(work, recording.case, way, request.party_id, on=sent_on)
    reached_on = reaches_on(way, sent_on)
    day = f"{reached_on.day}.{reached_on.month}.{reached_on.year}"
    if request.due_on is not None and request.due_on <= reached_on:
        # No reasons make up for it: time is given to answer, however short (434/2003 33 §).
        raise NoDayLeft(field="paper_state", day=day)
    least = usual_until(recording.models, reached_on)
    if (
        least is not None
        and request.due_on is not None
        and request.due_on < least
        and not recording.text(SHORT)
    ):
        raise LetterTooLate(field=SHORT, day=day)
    channel = "letter" if way == BY_POST else way
    sent_at = work.now if sent_on == work.today else noon_of(sent_on)
    work.stores.requests.change(request, state="sent", sent_at=sent_at, channel=channel)
    work.record(
        recording.case.id,
        "request_sent",
        request.recipient_role,
        business_key=request.reference,
        channel=channel,
    )


def require_safe_way(
    work: Work, case: Case, way: str, party_id: UUID | None, *, field: str = WAY, on: date | None = None
) -> None:
    """Raise PostNotSafe or CallNotSafe where a hearing reached its person by a way that they have not called safe, or by a
    call to a number, or a letter to an address, that nobody knows. A meeting is always a way. What happened `on` a day before the way was lost stands."""
    if way not in (BY_POST, BY_PHONE):
        return
    parties = work.stores.parties.of_case(case.id)
    heard = next((each for each in parties if each.id == party_id), None)
    if heard is None:
        heard, ways = reached(parties, work.today), open_ways(parties, work.today)
    else:
        ways = frozenset() if heard.is_silent else safe_ways(heard.contact)
    lost = lost_on(work, case, heard, way)
    if on is not None and lost is not None and on <= lost:
        return
    if way == BY_POST and BY_POST not in ways:
        raise PostNotSafe(field=field)
    if way == BY_POST:
        require_postal_address(work, case, heard, field=field, on=on)
    number = heard.contact.get("phone") if heard is not None else None
    if way == BY_PHONE and (BY_PHONE not in ways or not number):
        raise CallNotSafe(field=field)
