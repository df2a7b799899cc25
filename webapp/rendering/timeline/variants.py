"""Sentences of events whose facts make the ordinary sentence of their kind untrue, or leave out what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.casework.appeals import REMOVAL
from engine.casework.contact_channels import named_after
from engine.casework.party_changes import STOPPED_MESSAGES
from engine.domain.cases import Channel
from engine.domain.clienthood import KEPT
from engine.domain.parties import SPEAKERS
from engine.domain.people import OPERATOR, SYSTEM, Role
from engine.queries.case_file import CaseEvent, CaseFile
from webapp.rendering.timeline.circumstances import answer_of_task
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import day, moment
from webapp.rendering.words.labels import TABLES, role_name, word
from webapp.rendering.words.request_names import request_of

_BY_SUBJECT: Final[Mapping[tuple[str, str], str]] = {
    ("application_received", "child"): marked("Lapsen asia avattiin toisen asian yhteydessä"),
    ("withdrawal_received", "code"): marked("Hakija ilmoitti koodillaan verkossa peruuttavansa"),
    ("message_received", "application_withdrawn"): marked("Kirjattiin, että hakija peruuttaa hakemuksen"),
    ("message_received", "proceed_without_rest"): marked("Päätettiin jatkaa ilman muita vastauksia"),
    ("message_received", "new_fact"): marked("Kirjattiin uusi seikka ennen päätöksen lähettämistä"),
    ("message_received", "appeal_received"): marked("Kirjattiin, että valitus on saapunut"),
    ("message_received", "correction_needed"): marked("Aloitettiin päätöksen korjaaminen"),
    ("message_received", "mail_returned"): marked("Kirjattiin, että posti palautui"),
    ("message_received", "removal_needed"): marked("Aloitettiin poistamisen harkinta"),
    ("message_received", "reflection_change_needed"): marked("Alettiin valmistella päätöstä harkinta-ajasta"),
    ("clienthood_restored", "corrected"): marked(
        "Asiakkuus jatkuu sittenkin: uusi päätös tuli poistamispäätöksen tilalle"
    ),
    ("clienthood_restored", "recipient_added"): marked(
        "Asiakkuus jatkuu sittenkin: poistaminen annetaan tiedoksi vielä yhdelle"
    ),
    ("clienthood_restored", "admitted"): marked("Asiakkuus jatkuu: henkilö otettiin uudelleen asiakkaaksi"),
    ("message_received", "person_reached"): marked("Kirjattiin, että henkilöön saatiin yhteys"),
}
_BY_FACT: Final[Mapping[tuple[str, str, object], str]] = {
    ("resolution_returned", "to", "reassess"): marked("%(about)s palautettiin uuteen arviointiin"),
    # Records of before letters to a referrer were sent by a person: it was written, and only a message left.
    ("referrer_notified", "sent", True): marked(
        "Ohjaajalle laadittiin kirje ratkaisusta, ja hänelle lähti viesti"
    ),
    ("referrer_notified", "sent", False): marked(
        "Ohjaajalle laadittiin kirje ratkaisusta. Viestiä ei voitu lähettää"
    ),
    ("reply_received", "heard", "heard"): marked("Henkilö tuli kuulluksi"),
    ("reply_received", "heard", "declined"): marked("Henkilö ei halunnut ottaa kantaa"),
    ("reply_received", "heard", "no_answer"): marked("Kuulemiseen ei vastattu määräajassa"),
    ("letter_in_danger", "shown", "opened_by_other"): marked(
        "Joku muu avasi kirjeen, joka oli katsottu saaduksi"
    ),
    ("letter_in_danger", "shown", "not_received"): marked(
        "Henkilö ei ole saanut kirjettä, joka oli katsottu saaduksi"
    ),
    ("on_call_notified", "sent", 0): marked("Päivystäjälle ei saatu ilmoitettua"),
}
_OF_TASKS: Final[Mapping[tuple[str, str, str], str]] = {
    ("reflection_told", "told", "told"): marked("Henkilölle kerrottiin päätöksestä ennen poliisia"),
    ("reflection_told", "told", "no_safe_way"): marked(
        "Henkilölle ei voitu kertoa päätöksestä: turvallista tapaa ei ollut"
    ),
    ("urgent_measures", "measures_done", "done"): marked("Kiireelliset toimet tehtiin"),
    ("urgent_measures", "measures_done", "not_needed"): marked("Kiireellisiä toimia ei tarvittu"),
    ("contact_client", "contact_result", "reached"): marked("Asiakkaaseen saatiin yhteys"),
    ("contact_client", "contact_result", "unreachable"): marked("Asiakasta yritettiin tavoittaa, tuloksetta"),
    ("tell_withheld", "told_result", "told"): marked(
        "Henkilölle kerrottiin, mitä pysäytetyissä viesteissä oli"
    ),
    ("tell_withheld", "told_result", "not_reached"): marked("Henkilöä yritettiin tavoittaa, tuloksetta"),
    ("tell_denied", "denial_told", "told"): marked("Henkilölle kerrottiin, ettei asiakkuutta vahvistettu"),
    ("tell_denied", "denial_told", "not_reached"): marked("Henkilöä yritettiin tavoittaa, tuloksetta"),
    ("other_help", "other_help", "told"): marked("Henkilölle kerrottiin muusta avusta"),
    ("other_help", "other_help", "not_told"): marked("Henkilö ei saanut tietoa muusta avusta"),
    ("post_letter", "posted", "not_posted"): marked("Päätös ei lähtenyt postiin"),
    ("record_delivery", "delivery_result", "failed"): marked("Päätöstä ei saatu annettua"),
}
"""By form, question and answer: the sentence of a task whose result has no event of its own."""
_OF_HEARING: Final[Mapping[str, str]] = {
    "request_sent": marked("Tilaisuus tulla kuulluksi annettiin: %(about)s"),
    "request_reminded": marked("Kuulemisen viimeisestä päivästä muistutettiin: %(about)s"),
    "request_extended": marked("Kuulemiseen annettiin lisäaikaa: %(about)s"),
    "request_stalled": marked("Kuuleminen jumiutui: %(about)s"),
    "reply_received": marked("Vastaus kuulemiseen kirjattiin: %(about)s"),
    "late_reply_received": marked("Vastaus kuulemiseen tuli myöhässä ja kirjattiin: %(about)s"),
}
_HEARING_CLOSED: Final[Mapping[str, str]] = {
    "answered": marked("Kuuleminen päättyi: vastaus saatiin"),
    "proceeded_without": marked("Kuuleminen päättyi: vastausta ei tullut"),
    "cancelled": marked("Kuuleminen lopetettiin"),
}
_HEARING_LETTER: Final[Mapping[str, str]] = {
    "notice_sent": marked("Kirje kuulemisesta lähti"),
    "notice_not_sent": marked("Kirje kuulemisesta ei lähtenyt"),
}
"""Of what asks nothing, but hears the person before a decision (434/2003 34 §)."""
_OF_CONSENT: Final[Mapping[str, str]] = {
    "consent_given": marked("Suostumus kirjattiin: %(about)s"),
    "consent_refused": marked("Suostumusta ei annettu: %(about)s"),
}
_NEVER_LEFT: Final[Mapping[str, tuple[str, str]]] = {
    "receipt_issued": (
        marked("Vastaanottoilmoitus ei lähtenyt: se pysäytettiin %(day)s, koska tapa ei ole turvallinen"),
        "mail_receipt",
    ),
    "request_sent": (
        marked("Tietopyyntö (%(about)s) ei lähtenyt: se pysäytettiin %(day)s, koska tapa ei ole turvallinen"),
        "mail_request",
    ),
    "request_reminded": (
        marked(
            "Muistutus pyynnöstä (%(about)s) ei lähtenyt: se pysäytettiin %(day)s, koska tapa ei ole turvallinen"
        ),
        "mail_reminder",
    ),
    "request_extended": (
        marked(
            "Uusi määräpäivä (%(about)s) ei lähtenyt: se pysäytettiin %(day)s, koska tapa ei ole turvallinen"
        ),
        "mail_new_date",
    ),
}
"""By event: the sentence where its message was withheld, and how the kinds of such messages begin."""
ROLES: Final = frozenset(each.value for each in Role)
LETTERS: Final[Mapping[str, str]] = {
    "delivery_cover": marked("saate"),
    "service_certificate": marked("todistus luovutuksesta"),
    "hearing": marked("kirje kuulemisesta"),
    "request_applicant": marked("tietopyyntö"),
    "request_referrer": marked("tietopyyntö"),
    "request_authority": marked("tietopyyntö"),
    "correction_notice": marked("ilmoitus oikeudelle päätöksen korjaamisesta"),
    "appeal_opinion": marked("lausunto valituksesta oikeudelle"),
}
"""Names of letters that are no notice; those stand among the notices."""
SENDINGS: Final = frozenset({"notice_sent", "notice_not_sent", "notice_not_owed"})
"""Events that say what became of a notice's document."""
_OF_ONE_RECIPIENT: Final = frozenset(
    (
        "appeal_period_started",
        "delivery_switched",
        "kept_for_collection",
        "mail_returned",
        "recipient_added",
        "service_doubted",
        "resolution_dispatched",
        "resolution_served",
    )
)


def variant(event: CaseEvent, file: CaseFile) -> str | None:
    """Return the sentence in place of the ordinary one; None where that says what happened."""
    subject = event.subject or ""
    withheld = _withheld(event, file)
    if withheld is not None:
        return withheld
    if event.kind in _OF_KINDS:
        return _OF_KINDS[event.kind](event, file)
    if (event.kind, subject) == _WITHDRAWN and event.facts.get("by") not in (None, "applicant"):
        return _("Kirjattiin tieto, että hakemus peruutetaan")
    if (event.kind, subject) in _BY_SUBJECT:
        return _(_BY_SUBJECT[event.kind, subject])
    if event.kind in _OF_CONSENT and subject in TABLES["purpose"]:
        return _(_OF_CONSENT[event.kind]) % {"about": word(subject, "purpose")}
    for (kind, name, value), sentence in _BY_FACT.items():
        if event.kind == kind and name in event.facts and event.facts[name] == value:
            return _(sentence) % {"about": word(subject, "resolution_kind")}
    return _of_hearing(event, subject) if _is_hearing(event, file) else None


def _of_task(event: CaseEvent, file: CaseFile) -> str | None:
    """Return the sentence of a task that was done; None of most, whose results have events of their own."""
    for (form_key, question, answer), sentence in _OF_TASKS.items():
        if event.facts.get("form_key") == form_key and answer_of_task(event, file, question) == answer:
            return _(sentence)
    return None


def _milestone(event: CaseEvent, file: CaseFile) -> str | None:
    """The removal was served, or the decision by which a client who had been removed stays."""
    if event.subject != "removal_served":
        return None
    signed = [each for each in file.resolutions if each.kind == REMOVAL and each.signed_at is not None]
    before = [each for each in signed if each.signed_at and each.signed_at <= event.at]
    newest = max(before, key=lambda each: (each.signed_at, each.round), default=None)
    if newest is None or newest.outcome != KEPT:
        return None
    return _("Vaihe saavutettiin: poistamisen kumoamisesta annettu tieto kaikille")


def _of_hearing(event: CaseEvent, subject: str) -> str | None:
    if event.kind == "request_closed" and subject in _HEARING_CLOSED:
        return _(_HEARING_CLOSED[subject])
    if event.kind in _HEARING_LETTER and subject == "request":
        return _(_HEARING_LETTER[event.kind])
    if event.kind in _OF_HEARING:
        return _(_OF_HEARING[event.kind]) % {"about": role_name(subject) if subject in ROLES else subject}
    return None


def _withheld(event: CaseEvent, file: CaseFile) -> str | None:
    """Return the sentence of a message that never left, since its way became unsafe before."""
    sentence, mails = _NEVER_LEFT.get(event.kind, ("", ""))
    whose = {"referrer"} if event.subject in (Role.REFERRER, Channel.REFERRAL) else {"applicant", *SPEAKERS}
    # Several are asked in one moment: the message of one is stopped, another's leaves.
    stopped = {each.at for each in file.timeline if each.kind == STOPPED_MESSAGES and each.subject in whose}
    for each in file.withheld if mails else ():
        is_theirs = each.written_at == event.at and each.withheld_at in stopped
        if is_theirs and each.kind.startswith(mails):
            about = role_name(event.subject) if event.subject in ROLES else ""
            return _(sentence) % {"about": about, "day": day(each.withheld_at)}
    return None


def _is_hearing(event: CaseEvent, file: CaseFile) -> bool:
    key = event.facts.get("business_key")
    return any(each.reference == key and each.kind == "hearing" for each in file.requests)


def _receipt(event: CaseEvent, file: CaseFile) -> str | None:
    """A receipt was given to somebody only if a message left, or its sender had the page of the receipt before them."""
    if event.facts.get("notice"):
        return _("Vastaanottoilmoitus lähti hakemuksen lähettäjälle")
    is_typed_here = any(each.kind == "application_written_down" for each in file.timeline)
    if file.case.parent_id or is_typed_here or event.subject not in (Channel.SELF, Channel.REFERRAL):
        return _("Saapuminen merkittiin. Vastaanottoilmoitusta ei annettu kenellekään")
    return None


_WITHDRAWN: Final = ("message_received", "application_withdrawn")
_OF_KINDS: Final[Mapping[str, Callable[[CaseEvent, CaseFile], str | None]]] = {
    "receipt_issued": _receipt,
    "task_completed": _of_task,
    "milestone_reached": _milestone,
}


def letter_name(key: str) -> str:
    """Return a letter's name among events, by the key of its text."""
    if key in LETTERS:
        return _(LETTERS[key])
    notice = key.removeprefix("notice_")
    return word(notice, "notice") if notice in TABLES["notice"] else key.replace("_", " ")


def particulars(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the decision that an event is about, for whom it was, and its circumstances."""
    number, to = event.facts.get("number"), event.facts.get("to")
    if isinstance(number, str):
        yield number
    if event.kind == "letter_written" and isinstance(to, str):
        yield _addressee(to, file)
    yield from _circumstances(event, file)
    if event.kind.startswith("task_") and (
        named := request_of(event.facts.get("business_key"), file.requests)
    ):
        yield named
    if event.kind in _OF_ONE_RECIPIENT:
        yield _addressee(str(event.facts.get("business_key") or ""), file)


def _circumstances(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield from whom something is known, when it came or was spoken, and the words that were handed in about it."""
    if event.facts.get("by") in TABLES["party"]:
        yield _("kertoi %(who)s", who=word(event.facts["by"], "party").lower())
    if event.kind == "application_received" and file.case.received_at < event.at:
        # Of what came on paper only the day is known.
        came = moment if event.subject == Channel.URGENT else day
        yield _("saapui %(when)s", when=came(file.case.received_at))
    spoken_at, submission = event.facts.get("spoken_at"), event.facts.get("submission")
    if isinstance(spoken_at, str):
        yield moment(datetime.fromisoformat(spoken_at))
    if event.kind == "oral_decision_moved" and isinstance(event.facts.get("before"), str):
        yield _("kirjattiin ensin %(when)s", when=moment(datetime.fromisoformat(event.facts["before"])))
    if event.kind == "oral_decision_given" and submission:
        yield _answer(submission, "told_to", file)
    if event.kind in ("withdrawal_confirmed", "withdrawal_not_confirmed"):
        yield _answer(submission, "withdrawn_how", file)


def _answer(submission: object, question: str, file: CaseFile) -> str:
    """Return a text that was handed in with a form; empty once it is erased."""
    handed_in = (each for each in file.submissions if str(each.id) == submission)
    return next((str(each.answers.get(question) or "") for each in handed_in), "")


def _addressee(key: str, file: CaseFile) -> str:
    party = named_after(key, tuple(file.parties))
    if party is not None:
        return party.name or word(party.kind, "party")
    return role_name(key) if key in ROLES else ""


BY_PROGRAM: Final = frozenset(
    {
        "appeal_period_started",
        "assignee_notified",
        "clienthood_ended",
        "manager_notified",
        "on_call_notified",
        "resolution_final",
        "retention_set",
    }
)
"""Events that follow from a person's act and are the program's own."""


def who_acted(name: str) -> str:
    """Return the name of who acted; of the program its own word, since its name also means a pending case."""
    if name == OPERATOR.name:
        return _("komentorivi")
    return _("järjestelmä") if name == SYSTEM.name else name


def sendings(file: CaseFile) -> Mapping[UUID, str]:
    """Return of each notice and posted letter, by document: when it left, that it did not, or that nobody has recorded either."""
    recorded = [each for each in file.timeline if each.kind in SENDINGS]
    known = {str(each.facts["document"]): each for each in recorded if each.facts.get("document")}
    # Events of versions before do not name their document.
    is_whole = len(known) == len(recorded)
    found: dict[UUID, str] = {}
    for document in file.documents:
        event = known.get(str(document.id))
        if event is not None and event.kind == "notice_sent":
            found[document.id] = _("Lähti %(day)s", day=_day(event))
        elif event is not None:
            found[document.id] = _("Ei lähtenyt")
        elif is_whole and document.kind.startswith("notice_"):
            found[document.id] = _("Lähettämistä ei ole kirjattu")
    return found


def _day(event: CaseEvent) -> str:
    return day(date.fromisoformat(str(event.facts.get("sent_on") or event.at.date().isoformat())))
