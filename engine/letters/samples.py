"""Invented people and matters for previews. Nobody here exists, and no case is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.domain.wording import Text
from engine.texts import day

_LANGUAGES: Final = ("fi", "sv", "en")
_DAY: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_ANY: Final[Mapping[str, str]] = {
    "about_name": "Aino Esimerkki",
    "admitted": "yes",
    "appeal_arrived_on": "4.1.2027",
    "code": "1234 5678 9012",
    "consent_withdrawn": "",
    "corrected_on": "2.12.2026",
    "corrects_decided_on": "25.11.2026",
    "corrects_kind": "admission",
    "corrects_number": "P-2026-000122",
    "is_at_court": "",
    "is_begun": "yes",
    "is_from_enquiry": "",
    "is_discretionary": "",
    "is_partial": "",
    "is_other_ground": "",
    "is_silent": "",
    "is_consented": "yes",
    "is_identified": "yes",
    "is_copy": "",
    "wrong_text": "1.2.1991",
    "right_text": "1.2.1990",
    "is_corrected_copy": "",
    "is_correction_refused": "",
    "is_decided_anew": "",
    "is_instructed_anew": "",
    "is_new_decision": "",
    "is_reissued_instructions": "",
    "replaces_decided_on": "",
    "replaces_number": "",
    "court_diary_number": "1234/2027",
    "court_received_on": "4.1.2027",
    "born_on_before": "2.1.1990",
    "notified_on": "25.11.2026",
    "contact_email": "kerttu.kasittelija@example.invalid",
    "contact_name": "Kerttu Käsittelijä",
    "contact_phone": "000 000 0003",
    "dated_on": "25.11.2026",
    "decided_on": "25.11.2026",
    "client_since": "2.3.2026",
    "decision_target": "22.12.2026",
    "due_on": "9.12.2026",
    "explanation_code": "en",
    "ground_shown": "",
    "handed_by": "Kerttu Käsittelijä",
    "heard_on": "",
    "hearing_held": "",
    "hearing_opinion": "",
    "hearing_told": "",
    "hearings": "",
    "is_declined": "",
    "is_child": "",
    "oral_answers": "",
    "help_until": "31.12.2026",
    "handed_to": "Maija Esimerkki",
    "link": "https://example.invalid/q/abcd",
    "may_contact": "yes",
    "number": "P-2026-000123",
    "oral_decision_on": "20.11.2026",
    "organiser": "nas",
    "outcome": "admitted",
    "pending_on": "24.11.2026",
    "person_born_on": "1.2.1990",
    "person_name": "Maija Esimerkki",
    "presenter_name": "Kerttu Käsittelijä",
    "read_by": "27.11.2026",
    "reflection_opinion": "",
    "reader": "person",
    "recipient_kind": "person",
    "received_on": "24.11.2026",
    "recipient_name": "Maija Esimerkki",
    "removal_ground": "no_need",
    "takes_effect": "at_once",
    "reference": "2026-000123",
    "reflection_from": "25.11.2026",
    "decided_until": "24.12.2026",
    "reflection_until": "25.12.2026",
    "decision_number": "2026-000123-H1",
    "decision_signed_on": "25.11.2026",
    "sent_on": "25.11.2026",
    "served_on": "2.12.2026",
    "signer_name": "Päivi Päättäjä",
    "transferred_on": "25.11.2026",
    "unreviewed": "",
    "representative_name": "Eino Edustaja",
}
_IN_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "addressee": ("Esimerkin hyvinvointialue", "Exempels välfärdsområde", "Example county"),
    "mother_tongue": ("vietnam", "vietnamesiska", "Vietnamese"),
    "interpreter": (
        "vietnam, mieluiten nainen",
        "vietnamesiska, helst en kvinna",
        "Vietnamese, preferably a woman",
    ),
    "needs": ("Turvallinen majoitus.", "Trygg inkvartering.", "Safe accommodation."),
    "safe_contact": (
        "Puhelin 000 000 0009, aamulla",
        "Telefon 000 000 0009, på morgonen",
        "Telephone 000 000 0009, in the morning",
    ),
    "children": ("Aino Esimerkki, s. 3.4.2018", "Aino Esimerkki, f. 3.4.2018", "Aino Esimerkki, born 3 April 2018"),
    "clarifications": (
        "Henkilön oma kertomus 24.11.2026\nVastaanottokeskuksen lausunto 25.11.2026",
        "Personens egen berättelse 24.11.2026\nFörläggningens utlåtande 25.11.2026",
        "The person's own account, 24 November 2026\nThe reception centre's statement, 25 November 2026",
    ),
    "correction_reasons": (
        "Perusteluissa ei ole virhettä.",
        "Motiveringen innehåller inget fel.",
        "There is no error in the reasons.",
    ),
    "document_name": ("päätös", "beslut", "decision"),
    "documents": ("Päätös\nValitusosoitus", "Beslut\nBesvärsanvisning", "Decision\nAppeal instructions"),
    "entitlement_notes": (
        "Sinulla on tulkki jokaisessa tapaamisessa.",
        "Du har tolk vid varje möte.",
        "You have an interpreter at every meeting.",
    ),
    "explanation": (
        "You have been admitted. This letter tells why and what help you get.",
        "You have been admitted. This letter tells why and what help you get.",
        "You have been admitted. This letter tells why and what help you get.",
    ),
    "explanation_ahead": ("An explanation in this language is at the end of this letter.",) * 3,
    "explanation_title": ("The decision in brief", "The decision in brief", "The decision in brief"),
    "explanation_language": ("englanti", "engelska", "English"),
    "handed_where": ("Esimerkkitie 1, Esimerkkilä", "Exempelvägen 1, Exempelby", "Esimerkkitie 1, Esimerkkilä"),
    "hearing_material": (
        "Muistio tapaamisesta 24.11.2026",
        "Promemoria från mötet 24.11.2026",
        "Note of the meeting of 24 November 2026",
    ),
    "facts": (
        "Lapsi kertoi, ettei hänellä ole turvallista paikkaa.",
        "Barnet berättade att det inte har någon trygg plats.",
        "The child told that they have no safe place.",
    ),
    "ground": ("417/2007 25 §", "417/2007 25 §", "Act 417/2007, section 25"),
    "hearing_subject": (
        "Oletko työskennellyt ilman, että sait palkkaa?",
        "Har du arbetat utan att få lön?",
        "Did you work without being paid?",
    ),
    "interrupted_from": ("24.11.2026", "24.11.2026", "24 November 2026"),
    "interruption_ground": ("contact_renewed", "contact_renewed", "contact_renewed"),
    "legal_basis": (
        "615/2020 13 § 1 momentti",
        "615/2020 13 § 1 mom.",
        "615/2020, section 13, subsection 1",
    ),
    "legal_duty": (
        "Tieto annetaan salassapitosäännösten estämättä.",
        "Uppgiften lämnas ut trots sekretessbestämmelserna.",
        "The information is given notwithstanding secrecy.",
    ),
    "by_text": ("yes", "yes", "yes"),
    "request_reference": ("2026-000123/REQ-1", "2026-000123/REQ-1", "2026-000123/REQ-1"),
    "not_examined_ground": (
        "Asia ei kuulu tämän viranomaisen ratkaistavaksi.",
        "Ärendet hör inte till denna myndighet.",
        "The matter is not for this authority to decide.",
    ),
    "opinion": (
        "Päätös perustuu siihen, mitä hakija kertoi.\n\nValituksessa ei ole uutta selvitystä.",
        "Beslutet grundar sig på det som sökanden berättade.\n\nBesvären innehåller ingen ny utredning.",
        "The decision rests on what the applicant told.\n\nThe appeal brings nothing new.",
    ),
    "withheld": (
        "Henkilön olinpaikkaa ei saa kertoa toiselle huoltajalle.",
        "Den andra vårdnadshavaren får inte få veta var personen vistas.",
        "The other guardian may not learn where the person is.",
    ),
    "organiser_name": (
        "ihmiskaupan uhrien auttamisjärjestelmä",
        "hjälpsystemet för offer för människohandel",
        "the assistance system for victims of human trafficking",
    ),
    "presenter_title": ("erityisasiantuntija", "specialsakkunnig", "senior specialist"),
    "proposed_outcome": ("hakijaa ei oteta asiakkaaksi", "sökanden upptas inte som klient", "the applicant is not admitted"),
    "purpose": ("Hakemuksen arvioimiseen.", "För att bedöma ansökan.", "To assess the application."),
    "questions": (
        "Milloin työ alkoi?\nKuka säilytti asiakirjojasi?",
        "När började arbetet?\nVem förvarade dina handlingar?",
        "When did the work begin?\nWho kept your documents?",
    ),
    "unheard_because": (
        "kuuleminen oli ilmeisen tarpeetonta",
        "det var uppenbart onödigt",
        "hearing was manifestly unnecessary",
    ),
    "unheard_reasons": (
        "Apua ei ole pyydetty.",
        "Ingen hjälp har begärts.",
        "No help was asked for.",
    ),
    "reasons": (
        "Kerroit, että asiakirjasi otettiin sinulta ja että teit työtä ilman palkkaa.\n\nTämä esimerkki on keksitty.",
        "Du berättade att dina handlingar togs från dig och att du arbetade utan lön.\n\nDetta exempel är påhittat.",
        "You told that your documents were taken from you and that you worked without pay.\n\nThis example is invented.",
    ),
    "received_at": ("24.11.2026 klo 14.05", "24.11.2026 kl. 14.05", "24 November 2026 at 14.05"),
    "signer_title": ("johtaja", "föreståndare", "director"),
    "transfer_reason": (
        "Asia kuuluu hyvinvointialueelle.",
        "Ärendet hör till välfärdsområdet.",
        "The matter belongs to the wellbeing services county.",
    ),
    "transfer_to_contact": (
        "Esimerkkikatu 3, 00000 Esimerkkilä",
        "Exempelgatan 3, 00000 Exempelby",
        "Esimerkkikatu 3, 00000 Esimerkkilä",
    ),
    "transfer_to_name": ("Esimerkin hyvinvointialue", "Exempels välfärdsområde", "Example county"),
}  # fmt: skip


def invented(text: Text, language: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return a value for every placeholder of the text; one without an invented value shows its name."""
    places: Mapping[str, Any] = text.get("values", {})
    return {name: given.get(name) or _sample(name, language, f"«{what}»") for name, what in places.items()}


def _sample(name: str, language: str, otherwise: str) -> str:
    if name in _IN_WORDS:
        return _IN_WORDS[name][_LANGUAGES.index(language) if language in _LANGUAGES else 0]
    value = _ANY.get(name, otherwise)
    return day(language, date(*map(int, reversed(value.split("."))))) if _DAY.fullmatch(value) else value
