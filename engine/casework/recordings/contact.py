"""Contacting the person: by a way that they have called safe, or by meeting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from engine.bpmn.host_functions import FUNCTIONS
from engine.casework.case_deadlines import cancel
from engine.casework.consents_to_ask import entry_on, recipient_in_ledger
from engine.casework.contact_channels import allowed_contact, open_ways, reached
from engine.casework.decision_corrections import answers_in, in_force
from engine.casework.letters_under_way import in_danger
from engine.casework.lost_ways import was_safe_on
from engine.casework.next_contact import note_next_contact
from engine.casework.official_requests import NamesPolice, names_police
from engine.casework.party_changes import UNREACHED, is_unreached, release, resume_answer_days
from engine.casework.posted_letters import has_come_back, require_address
from engine.casework.posting import asks_aloud
from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.recordings.paper import require_time
from engine.casework.recordings.recording import Recording
from engine.casework.taken_back import require_not_paused
from engine.casework.urgent_measures import owe_measures
from engine.domain.cases import Case, CaseClass
from engine.domain.consents import ASK_WITH_CONSENT, GIVEN, REFUSED, WITHDRAWN
from engine.domain.deadline_kinds import CONTACT
from engine.domain.interpreters import interpreter_of
from engine.domain.parties import Ground
from engine.domain.people import Role
from engine.domain.safe_contact import PartyNotSafe, WayNotSafe, may_ask_by, safe_ways, unsafe_ways
from engine.errors import Invalid, NotFound
from engine.executor import Work
from engine.letters import Unprintable, unprintable
from engine.storage.parties import Party
from engine.texts import text

ATTEMPT_TABLE: Final = "attempt_days"
"""Gives the number of different days of trying before a client counts as unreachable."""
DAYS_BEFORE_THE_TABLE: Final = 3
"""The number in versions of the procedure that have no such table."""
_IN_LETTER: Final = ("first_needs", "children_needs", "organiser_name")
TELL_WITHHELD: Final = "tell_withheld"
OFFICIAL_BASES = frozenset({"l615_11", "l615_13_1", "l615_13_4_3"})
"""Rights to information from authorities and others that hold it (615/2020 11, 13 §)."""
POLICE_BASES = OFFICIAL_BASES | {"consent"}
"""Bases on which the police may be asked: the question alone reveals the person."""
RIGHT_OF_OTHERS: Final = "l746_58"
"""Choice of forms of earlier versions: 746/2011 58 § makes the reception centre a source only (L 1294/2022)."""


class NoGroundToAskPolice(Invalid):
    sentence = "Poliisilta ei kysytä tällä perusteella. Kysymys jo paljastaa henkilön: valitse lain peruste tai henkilön suostumus."


class NotAsDecided(Invalid):
    sentence = (
        "Päätöksessä avun järjestää toinen. Kirjoita alle, mikä on muuttunut ja mistä se tiedetään, tai valitse sama kuin "
        "päätöksessä."
    )


class TooFewAttempts(Invalid):
    sentence = (
        "Yrityksiä on oltava vähintään {days} eri päivänä. Jätä tehtävä auki, kunnes yrityksiä on tarpeeksi."
    )


def record_contact(work: Work, recording: Recording) -> None:
    """Raise WayNotSafe if the chosen way is not safe today, nor was on the day of the telling. A form without the question
    passes."""
    way = recording.text("contact_channel")
    allowed = allowed_contact(work, recording.case)
    is_safe = way in allowed or was_safe_on(work, recording.case, way, recording.day("told_on"))
    if way and not is_safe:
        raise WayNotSafe(field="contact_channel")
    _require_organiser_as_decided(work, recording)
    if way == "post":
        require_address(work, recording.case, field="contact_channel")
    if recording.text("contact_result") == "unreachable" and recording.asks("attempts"):
        _require_attempts(recording, allowed)
    _require_printable(recording)
    note_next_contact(work, recording.case, recording.answers)
    if recording.text("contact_result") == "unreachable":
        cancel(work, recording.case, CONTACT, "unreachable", recording.task.business_key)


def _require_printable(recording: Recording) -> None:
    """Raise Unprintable of what goes in the letter to the organiser of help: a timer may write it, with nobody to ask."""
    for name in _IN_LETTER:
        if characters := unprintable(recording.text(name)):
            shown = " ".join(characters)
            raise Unprintable(
                text("fi", Unprintable.sentence, characters=shown), field=name, characters=shown
            )


def _require_organiser_as_decided(work: Work, recording: Recording) -> None:
    """Raise NotAsDecided where another organises the help than the decision in force says, and nobody writes why
    (746/2011 38 a, 38 b §)."""
    decision = in_force(work, recording.case)
    decided = answers_in(decision).get("organiser") if decision is not None else None
    organiser = recording.text("service_organiser")
    if decided and organiser not in ("", decided) and recording.lacks("organiser_changed_reasons"):
        raise NotAsDecided(field="service_organiser")


def _require_attempts(recording: Recording, allowed: frozenset[str]) -> None:
    """Giving up takes attempts on different days, each by a way that the person called safe."""
    attempts = recording.rows("attempts")
    for place, each in enumerate(attempts):
        if each.get("attempt_channel") not in allowed:
            raise WayNotSafe(field=f"attempts.{place}.attempt_channel")
    needed = _attempt_days(recording)
    if len({each.get("attempted_on") for each in attempts}) < needed:
        raise TooFewAttempts(field="attempts", days=needed)


def _attempt_days(recording: Recording) -> int:
    try:
        table = recording.models.table(ATTEMPT_TABLE)
    except NotFound:
        return DAYS_BEFORE_THE_TABLE
    case_class = recording.case.case_class
    found = table.evaluate(
        ATTEMPT_TABLE, {"case_class": case_class.value if case_class else None}, functions=FUNCTIONS
    ).result
    return int(found) if isinstance(found, Decimal) else DAYS_BEFORE_THE_TABLE


class ConsentWithdrawn(Invalid):
    sentence = "Henkilö on perunut suostumuksensa tähän. Kysy häneltä uudelleen, tai käytä muuta perustetta."


class NotOfApplicant(Invalid):
    sentence = (
        "Tämä peruste koskee vain hakijaa itseään. Valitse peruste, jolla tältä vastaanottajalta saa kysyä."
    )


class NotOfOfficials(Invalid):
    sentence = (
        "Tämä peruste koskee viranomaisia ja muita, joilla on tieto, ei hakijaa. Hakijalta kysytään hallintolain 22, 31 ja "
        "33 §:n nojalla."
    )


class RightOfOthers(Invalid):
    sentence = (
        "746/2011 58 § antaa tiedonsaantioikeuden muille viranomaisille, ei vastaanottokeskukselle. Valitse 615/2020 11 tai "
        "13 § tai henkilön suostumus."
    )


class NotAnInvestigator(Invalid):
    sentence = "Tällä perusteella kysytään vain poliisilta tai muulta esitutkintaviranomaiselta. Valitse toinen peruste."


class NoConsentToAsk(Invalid):
    sentence = (
        "Henkilön suostumusta siihen, että juuri tältä kysytään, ei ole kirjattu. Kerro, milloin ja miten hän suostui, tai "
        "käytä muuta perustetta."
    )


class NotReached(Invalid):
    sentence = UNREACHED


class LetterCameBack(Invalid):
    sentence = (
        "Kirje palautui, eikä kysymys ole tavoittanut henkilöä. Kysy häneltä toisella turvallisella tavalla ja anna uusi määräpäivä, "
        "tai peru kysymys."
    )


class StillHeld(Invalid):
    sentence = "Henkilön uusia tapoja ei ole vielä kirjattu. Kirjaa ne ensin asian sivulla: Henkilö ja perhe, Muuta tietoja."


class WaysSealed(Invalid):
    sentence = (
        "Asian sisältö on sinetöity. Johtaja kirjaa henkilön tavat asian sivulla: Henkilö ja perhe, Muuta tietoja. Kerro ne hänelle "
        "turvallista tietä."
    )


class WarnFirst(Invalid):
    sentence = (
        "Kirje on matkalla osoitteeseen, joka ei ole turvallinen. Varoita henkilöä turvallista tietä, tai merkitse, ettei "
        "häneen saatu yhteyttä."
    )


class NoWayToConfirm(Invalid):
    sentence = (
        "Mikään hänen tavoistaan ei ole merkitty turvalliseksi, joten entisiä tapoja ei voi vahvistaa. Poista merkinnät ensin "
        "hänen tiedoistaan (asian sivu, Henkilö ja perhe), tai kirjaa uudet tavat."
    )


class SeveralHeld(Invalid):
    sentence = (
        "Yhteys on pysäytetty useampaan: joku heistä ilmoitti, ettei tapa ole turvallinen, ja muilla on sama tapa. Yhden "
        "vahvistus ei koske muita. Avaa kunkin tiedot asian sivulla (Henkilö ja perhe) ja tallenna hänen tapansa."
    )


def record_next_step(work: Work, recording: Recording) -> None:
    """Raise NotReached if a request that never reached the person would count as left without an answer. Another way is one that
    is safe, and leaves time to answer."""
    request = work.stores.requests.find(recording.case.id, recording.task.business_key or "")
    if recording.text("choice") in ("extend", "other_channel"):
        require_not_paused(work, recording.case, field="choice")
    way = recording.text("new_channel")
    if request is not None and asks_aloud(recording.models) and way:
        safe = open_ways(work.stores.parties.of_case(recording.case.id), work.today)
        if request.recipient_role == Role.APPLICANT and not may_ask_by(way, safe):
            raise WayNotSafe(field="new_channel")
        if request.recipient_role == Role.APPLICANT and way == "letter":
            require_address(work, recording.case, field="new_channel")
        require_time(work, recording.day("new_due_on"), "new_due_on", by_letter=way == "letter")
    if recording.text("choice") != "proceed" or request is None:
        return
    if is_unreached(work, recording.case, request):
        raise NotReached(field="choice")
    if has_come_back(work, recording.case, request.reference):
        raise LetterCameBack(field="choice")


def record_withheld(work: Work, recording: Recording) -> None:
    """Record that the person knows by another way of messages that did not leave; the days to answer go on from there.
    Somebody else may know of the matter now: a person says if that is a danger, and if it makes the case urgent."""
    record_contact(work, recording)
    if recording.text("told_result") == "nothing" and _is_letter_in_danger(work, recording):
        raise WarnFirst(field="told_result")
    case = recording.case
    if recording.text("class_raised") == "yes" and case.case_class not in (None, CaseClass.URGENT):
        owe_measures(work, case, recording.models, CaseClass.URGENT)
        work.change_case(case.id, case_class=CaseClass.URGENT)
        work.record(case.id, "class_changed", CaseClass.URGENT.value)
        work.stores.tasks.prioritise(case.id, CaseClass.URGENT.priority)
        case = replace(case, case_class=CaseClass.URGENT)
    if recording.text("told_result") in ("told", "nothing"):
        resume_answer_days(work, case)


def _is_letter_in_danger(work: Work, recording: Recording) -> bool:
    """True of a letter that left for an unsafe address and of which the person was not warned before this task."""
    warned = [
        each.sent_at
        for each in work.stores.submissions.of_case(recording.case.id, TELL_WITHHELD)
        if each.id != recording.submission_id and each.answers.get("told_result") == "told"
    ]
    return bool(in_danger(work, recording.case, max(warned, default=recording.case.received_at)))


def record_contact_change(work: Work, recording: Recording) -> None:
    """The ways have been recorded on the person's page; or they are as they were, and everything to the person goes on."""
    held = [each for each in work.stores.parties.of_case(recording.case.id) if each.held_at is not None]
    # Only the director opens the parties of a sealed case. Nobody else is sent to pages that are not there.
    is_shut = recording.case.is_shut_to(work.actor, recording.case.received_at)
    if held and recording.text("contact_outcome") == "recorded":
        raise (WaysSealed if is_shut else StillHeld)(field="contact_outcome")
    if recording.text("contact_outcome") == "same":
        if _are_all_unsafe(work, recording, held):
            raise (WaysSealed if is_shut else NoWayToConfirm)(field="contact_outcome")
        if len(held) > 1:
            if not is_shut:
                raise SeveralHeld(field="contact_outcome")
            # Others than the person stay stopped until the director has recorded their ways.
            held = [each for each in held if each.kind == "applicant"]
        ground = Ground("call", work.today, recording.text("contact_confirmed_how"))
        for party in held:
            release(work, recording.case, party, party, ground)
            work.record(recording.case.id, "contact_confirmed", party.kind)


def _are_all_unsafe(work: Work, recording: Recording, held: Sequence[Party]) -> bool:
    """True if every way of the person is marked unsafe: the mark says the opposite of a confirmation."""
    person = reached(work.stores.parties.of_case(recording.case.id), work.today)
    asked = held or ([person] if person is not None else [])
    return any(unsafe_ways(each.contact) and not safe_ways(each.contact) for each in asked)


def record_requests(work: Work, recording: Recording) -> None:
    """Raise WayNotSafe or PartyNotSafe if a row's way or recipient is not safe. Authorities choose their own ways."""
    require_not_paused(work, recording.case, field="round_reason")
    parties = work.stores.parties.of_case(recording.case.id)
    safe = open_ways(parties, work.today)
    referrer = next((each for each in parties if each.kind == "referrer"), None)
    for place, row in enumerate(recording.rows("requests")):
        recipient, way = str(row.get("recipient")), str(row.get("request_channel") or "link")
        if recipient == "referrer" and referrer is not None and referrer.is_unsafe:
            raise PartyNotSafe(field=f"requests.{place}.recipient")
        named = row.get("recipient_name") if recipient != "referrer" else _words_on(referrer)
        if row.get("is_police") == "no" and names_police(named):
            raise NamesPolice(field=f"requests.{place}.is_police")
        _require_basis(row, field=f"requests.{place}.legal_basis")
        if row.get("legal_basis") == "consent":
            _require_consent(work, recording, row, place)
        if recipient == "applicant" and not may_ask_by(way, safe):
            raise WayNotSafe(field=f"requests.{place}.request_channel")
        if recipient == "applicant" and way == "letter":
            require_address(work, recording.case, field=f"requests.{place}.request_channel")
        due_on = row.get("due_on")
        if isinstance(due_on, date):
            require_time(work, due_on, f"requests.{place}.due_on", by_letter=way == "letter")


def _words_on(referrer: Party | None) -> str:
    """Return a referrer's name and organisation."""
    return f"{referrer.name} {referrer.identity.get('referrer_organisation') or ''}" if referrer else ""


def _require_basis(row: Mapping[str, Any], field: str) -> None:
    """Refuse a basis that gives us no right to ask this recipient."""
    basis, is_police = row.get("legal_basis"), row.get("is_police") == "yes"
    if basis == RIGHT_OF_OTHERS:
        raise RightOfOthers(field=field)
    if basis in OFFICIAL_BASES and row.get("recipient") == "applicant":
        raise NotOfOfficials(field=field)
    if is_police and basis not in POLICE_BASES:
        raise NoGroundToAskPolice(field=field)
    if basis == "l615_13_4_3" and not is_police:
        raise NotAnInvestigator(field=field)
    if basis == "admin_31" and row.get("recipient") != "applicant":
        raise NotOfApplicant(field=field)


def _require_consent(work: Work, recording: Recording, row: Mapping[str, Any], place: int) -> None:
    """The person agrees that this recipient is asked, and no other. A consent named in the row becomes an entry of the ledger."""
    recipient, name, consent_on = recipient_in_ledger(row), row.get("recipient_name"), row.get("consent_on")
    refused = _refused_referrer(work, recording.case, row)
    if isinstance(consent_on, date):
        # Its day was judged beside the person's last word (`consents_given_anew.py`).
        for each in (recipient, *refused):
            _enter_consent(work, recording, row, each, consent_on)
        return
    if refused:
        raise ConsentWithdrawn(field=f"requests.{place}.legal_basis")
    entry = entry_on(work, recording.case, recipient, name)
    if entry is not None and entry.state == WITHDRAWN:
        raise ConsentWithdrawn(field=f"requests.{place}.legal_basis")
    asked = recording.models.form(recording.task.form_key or "").by_key["requests"].fields
    if entry is None and not any(each.key == "consent_on" for each in asked):
        return
    if entry is None or entry.state == REFUSED:
        raise NoConsentToAsk(field=f"requests.{place}.consent_on")


def _refused_referrer(work: Work, case: Case, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the referrer, where they are of the police and the person's last word on asking the referrer is a no: it holds
    beside a consent to ask the police."""
    if recipient_in_ledger(row) == row.get("recipient") or row.get("recipient") != Role.REFERRER:
        return ()
    last = entry_on(work, case, Role.REFERRER, row.get("recipient_name"))
    return (Role.REFERRER.value,) if last is not None and last.state != GIVEN else ()


def _enter_consent(
    work: Work, recording: Recording, row: Mapping[str, Any], recipient: str, consent_on: date
) -> None:
    work.stores.consents.record(
        recording.case.id,
        purpose=ASK_WITH_CONSENT,
        recipient=recipient,
        state=GIVEN,
        text_version=CONSENT_TEXT,
        recorded_by_role=recording.task.candidate_group.value,
        moment=work.now,
        language=str(row.get("consent_language") or "") or None,
        given_how=str(row.get("consent_how") or "") or None,
        interpreter=interpreter_of(row.get("interpreter_used")),
        given_on=consent_on,
        recorded_by=work.actor.person_id,
        note=str(row.get("recipient_name") or ""),
    )
