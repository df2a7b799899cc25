"""Words for the engine's enumerated values on staff pages."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale

from engine.domain.parties import OTHER_LANGUAGE
from engine.domain.people import Role
from engine.errors import Names, Refusal
from webapp.http.languages import current_language
from webapp.rendering.words.access_labels import ACTIONS, LOOKED, REASONS
from webapp.rendering.words.administration_labels import (
    ACTS,
    APPOINTMENTS,
    DECISION_KINDS,
    HEARD_EVENTS,
    SCOPES,
    SIGN_IN_WAYS,
)
from webapp.rendering.words.catalogues import gettext, marked
from webapp.rendering.words.deadline_labels import CAUSES, CLOCK_ENTRIES, DEADLINES
from webapp.rendering.words.message_words import ATTACHMENTS, LETTER_WORDS, MAILS
from webapp.rendering.words.outside_labels import (
    BASES,
    CODE_CALLS,
    COPY_GROUNDS,
    COPY_PROOFS,
    COPY_WAYS,
    NUMBER_SOURCES,
    PROVISIONS,
)
from webapp.rendering.words.resolution_labels import (
    CLIENTHOOD_BEGINNINGS,
    CLIENTHOOD_ENDS,
    CORRECTIONS,
    DECISION_WORDS,
    DELIVERIES,
    EXPLANATIONS,
    OWN_PARTS,
    PROOFS,
    RESOLUTION_KINDS,
    RESOLUTIONS,
    VICTIM_TESTS,
)
from webapp.rendering.words.retention_labels import DATA_CLASSES

ROLES = {
    Role.INTAKE: marked("kirjaaja"),
    Role.ON_CALL: marked("päivystäjä"),
    Role.CASEWORKER: marked("käsittelijä"),
    Role.DECISION_MAKER: marked("päätöksentekijä"),
    Role.DIRECTOR: marked("johtaja"),
    Role.MANAGER: marked("esihenkilö"),
    Role.PROCESS_OWNER: marked("prosessin omistaja"),
    Role.AUDITOR: marked("lokien tarkastaja"),
    Role.ADMINISTRATOR: marked("ylläpitäjä"),
    Role.REVIEWER: marked("kielentarkistaja"),
    Role.APPLICANT: marked("hakija"),
    Role.REFERRER: marked("ohjaaja"),
    Role.OUTSIDE_AUTHORITY: marked("muu viranomainen"),
    Role.SYSTEM: marked("järjestelmä"),
}
ONLY_IF_IN_CASE = marked("Vastaa vain, jos kysymys koskee tätä asiaa")
"""Beside a question of a staff form whose condition the page can't try out."""
ONLY_IF_ANSWERED = marked("Vastaa vain, jos vastasit kohtaan ”%(question)s”.")
"""Beside one that waits for a day or for words."""
CLASSES = {"urgent": marked("Kiireellinen"), "child": marked("Lapsi"), "normal": marked("Tavallinen")}
REGIONS = {
    "south": marked("Etelä"),
    "west": marked("Länsi"),
    "east": marked("Itä"),
    "north": marked("Pohjoinen"),
    "aland": marked("Ahvenanmaa"),
    "unknown": marked("aluetta ei ole kirjattu"),
}
CHANNELS = {
    "self": marked("oma hakemus"),
    "referral": marked("ohjattu suostumuksella"),
    "urgent": marked("kiireellinen puhelu"),
    "enquiry": marked("ilmoitus yhteydenotosta"),
}
STATES = {
    "submitted": marked("Saapunut, ei vielä kirjattu vireille"),
    "pending": marked("Vireillä"),
    "closed": marked("Päättynyt"),
}
OUTCOMES = {
    "admitted_35_1": marked("Otettu auttamisjärjestelmään, 35 § 1 momentti"),
    "admitted_35_2": marked("Otettu auttamisjärjestelmään, 35 § 2 momentti"),
    "admitted_35_3": marked("Otettu auttamisjärjestelmään, 35 § 3 momentti"),
    "not_admitted": marked("Ei otettu auttamisjärjestelmään"),
    "not_examined": marked("Jätetty tutkimatta"),
    "lapsed": marked("Rauennut"),
    "transferred": marked("Siirretty toiselle viranomaiselle"),
    "reflection_period": marked("Harkinta-aika"),
    "reflection_refused": marked("Harkinta-aikaa ei annettu"),
    "reflection_extended": marked("Harkinta-aikaa jatkettu"),
    "reflection_not_extended": marked("Harkinta-aikaa ei jatkettu"),
    "reflection_interrupted": marked("Harkinta-aika keskeytetty"),
    "removed": marked("Poistettu auttamisjärjestelmästä"),
    "kept": marked("Poistaminen kumottu, pysyy asiakkaana"),
    **CORRECTIONS,
}
PARTIES = {
    "applicant": marked("Hakija"),
    "child": marked("Lapsi"),
    "guardian": marked("Huoltaja"),
    "representative": marked("Edustaja"),
    "trustee": marked("Edunvalvoja"),
    "agent": marked("Asiamies tai avustaja"),
    "contact_person": marked("Yhteyshenkilö"),
    "referrer": marked("Ohjaaja"),
    "interpreter": marked("Tulkki"),
    "outside_authority": marked("Muu viranomainen"),
    "other": marked("Muu henkilö"),
}
PURPOSES = {
    "referral": marked("Ohjaaminen auttamisjärjestelmään"),
    "tell_referrer_outcome": marked("Ratkaisun kertominen ohjaajalle"),
    "information_request": marked("Tietojen pyytäminen hänestä"),
    "crime_report": marked("Rikosilmoitus poliisille"),
    "hand_over": marked("Tietojen antaminen avun järjestäjälle"),
}
RECIPIENTS = {
    "assistance_system": marked("auttamisjärjestelmä"),
    "referrer": marked("ohjaaja"),
    "outside_authority": marked("muu viranomainen"),
    "police": marked("poliisi"),
    "service_organiser": marked("avun järjestäjä"),
    "other": marked("joku muu"),
}
CONSENTS = {"given": marked("annettu"), "refused": marked("ei annettu"), "withdrawn": marked("peruutettu")}
REQUESTS = {
    "created": marked("lähdössä"),
    "sent": marked("odottaa vastausta"),
    "reminded": marked("muistutettu, odottaa vastausta"),
    "overdue": marked("määräpäivä ohi"),
    "stalled": marked("jumissa"),
    "answered": marked("vastaus saapunut"),
    "more_time": marked("pyytää lisäaikaa"),
    "unreached": marked("ei ole tavoittanut henkilöä, määräaika seisoo"),
    "closed": marked("päättynyt"),
}
CLOSINGS = {
    "answered": marked("vastaus riitti"),
    "proceeded_without": marked("jatkettiin ilman vastausta"),
    "cancelled": marked("pyyntö lopetettiin"),
}
KINDS = {"information": marked("Tietopyyntö"), "hearing": marked("Kuuleminen")}
WAYS = {
    "link": marked("suojattu linkki"),
    "letter": marked("kirje"),
    "phone": marked("puhelin"),
    "sms": marked("tekstiviesti"),
    "email": marked("sähköposti"),
    "post": marked("kirje"),
    "secure_mail": marked("turvaposti"),
    "via_person": marked("toisen ihmisen kautta"),
    "in_person": marked("kasvotusten"),
    "interpreter": marked("tulkin kanssa, tapa ei tiedossa"),
    "writing": marked("kirjallisesti"),
    "electronic": marked("sähköisesti"),
    "acknowledgement": marked("saantitodistuksella"),
    "agent": marked("asiamiehelle"),
    "code": marked("koodilla verkossa"),
    "web": marked("verkkolomake"),
    "video": marked("videopuhelu"),
}
INTERPRETERS = {
    "none": marked("ei tulkkia"),
    "in_room": marked("tulkki samassa paikassa"),
    "remote": marked("tulkki puhelimessa tai videolla"),
    "used": marked("tulkki mukana"),
}
ARRIVALS = {
    "letter": marked("kirjeenä"),
    "handed": marked("annettiin työntekijälle"),
    "call": marked("puhelussa"),
    "meeting": marked("tavatessa"),
}
DOCUMENTS = {
    "resolution": marked("Päätös"),
    "receipt": marked("Vastaanottoilmoitus"),
    "letter": marked("Kirje"),
    "attachment": marked("Liite"),
    "given_copy": marked("Jäljennös asian tiedoista"),
}
NOTICES = {
    "police_reflection": marked("ilmoitus poliisille harkinta-aikaa koskevasta päätöksestä"),
    "service_handover": marked("tuen tarpeen arviointi avun järjestäjälle"),
    "transfer": marked("asian siirto toimivaltaiselle viranomaiselle"),
    "child_welfare": marked("lastensuojeluilmoitus"),
    "police": marked("ilmoitus poliisille"),
    "guardian_application": marked("hakemus edustajan määräämiseksi"),
    "tracing": marked("pyyntö jäljittää vanhempi tai huoltaja"),
    "request": marked("tietopyynnön kirje"),
    "request_closed": marked("kirje, ettei vastausta enää tarvita"),
    "request_new_date": marked("kirje uudesta määräpäivästä"),
    "transferred": marked("siirtokirje henkilölle"),
    "corrected": marked("syntymäajan korjaus poliisille"),
    "transferred_sender": marked("siirtokirje lähettäjälle"),
    "referrer_notice": marked("tieto ratkaisusta ohjaajalle"),
}
LAPSES = {
    "withdrawn": marked("hakija peruutti"),
    "consent_refused": marked("suostumusta ei annettu"),
    "no_consent": marked("suostumusta ei annettu"),
    "not_reached": marked("henkilöä ei ole tavoitettu"),
    "unconfirmed": marked("suostumusta ei saatu vahvistettua"),
    "death": marked("henkilö on kuollut"),
}

OWN_READINGS = {
    "open_by_person": marked("Sallittu: hakija on suostunut saamaan päätöksen verkossa"),
    "open_by_staff": marked("Sallittu: työntekijä on sallinut"),
    "closed_by_person": marked("Estetty: hakija tai joku hänen koodillaan on estänyt"),
    "closed_by_staff": marked("Estetty: työntekijä on estänyt"),
    "not_agreed": marked("Estetty: hakija ei ole suostunut"),
    "of_a_child": marked("Estetty: asia koskee lasta"),
    "no_code": marked("Estetty: henkilötunnusta ei ole kirjattu"),
    "sealed": marked("Estetty: asian sisältö on sinetöity"),
    "another_person": marked("Koodilla tuli joku, joka tunnistautui toiseksi ihmiseksi"),
}
POWERS = {
    "see_documents": marked("nähdä asiakirjat"),
    "answer_requests": marked("vastata pyyntöihin"),
    "receive_decisions": marked("ottaa vastaan päätöksen"),
}
SOURCES = {
    "reply": marked("henkilön vastaus"),
    "call": marked("puhelu henkilön kanssa"),
    "meeting": marked("tapaaminen"),
    "representative": marked("edustaja"),
    "authority": marked("viranomainen"),
    "observation": marked("oma havainto"),
    "own_mistake": marked("oma kirjausvirhe"),
    "registration": marked("kirjaaminen"),
    "document": marked("nähty asiakirja"),
    "same_way": marked("sama osoite tai numero on ilmoitettu vaaralliseksi"),
    "same_person_unsafe": marked("sama henkilö on merkitty vaaralliseksi toisessa asiassa"),
    "same_person_protected": marked("samalla henkilöllä on turvakielto toisessa asiassa"),
}
LINKS = {
    "same_person": marked("Sama ihminen"),
    "family": marked("Samaa perhettä"),
    "same_events": marked("Samoja tapahtumia"),
    "not_same": marked("Ei sama ihminen"),
}
REPORTERS = {"applicant": marked("hakija"), "referrer": marked("ohjaaja"), "code": marked("hakijan koodilla")}
CLOSERS = {"applicant": marked("hakijan koodilla"), "staff": marked("työntekijä")}
NOTES = {
    "statement": marked("lausuma, jolla voi olla merkitystä"),
    "contact": marked("yhteydenotto"),
    "working": marked("työmuistiinpano"),
}
ARRIVED = {
    "appeal": marked("Valitus"),
    "court": marked("Tuomioistuimen kirje"),
    "returned": marked("Palautunut posti"),
    "reply": marked("Vastaus pyyntöön tai kuulemiseen"),
    "withdrawal": marked("Hakemuksen peruutus tai eroaminen"),
    "power": marked("Valtakirja tai sen peruutus"),
    "other": marked("Muu asiakirja"),
}
MEETINGS = {
    "in_person": marked("Tapaaminen"),
    "phone": marked("Puhelu"),
    "video": marked("Videoyhteys"),
}
OWED_BESIDE = {
    "arrival": marked("saapunut asiakirja"),
    "call": marked("luvattu puhelu"),
    "contact": marked("sovittu yhteydenotto"),
    "meeting": marked("tapaaminen"),
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "arrived": ARRIVED,
    "meeting": MEETINGS,
    "own_reading": OWN_READINGS,
    "closer": CLOSERS,
    "link": LINKS,
    "reporter": REPORTERS,
    "source": SOURCES,
    "power": POWERS,
    "class": CLASSES,
    "region": REGIONS,
    "channel": CHANNELS,
    "state": STATES,
    "outcome": OUTCOMES,
    "party": PARTIES,
    "purpose": PURPOSES,
    "recipient": RECIPIENTS,
    "consent": CONSENTS,
    "request": REQUESTS,
    "closing": CLOSINGS,
    "attachment": ATTACHMENTS,
    "kind": KINDS,
    "basis": BASES,
    "way": WAYS,
    "interpreter": INTERPRETERS,
    "mail": MAILS,
    **LETTER_WORDS,
    "arrival": ARRIVALS,
    "resolution": RESOLUTIONS,
    "resolution_kind": RESOLUTION_KINDS,
    "explanation": EXPLANATIONS,
    "victim_tests": VICTIM_TESTS,
    **DECISION_WORDS,
    "own_part": OWN_PARTS,
    "clienthood_beginning": CLIENTHOOD_BEGINNINGS,
    "clienthood_end": CLIENTHOOD_ENDS,
    "delivery": DELIVERIES,
    "proof": PROOFS,
    "document": DOCUMENTS,
    "deadline": DEADLINES,
    "beside": OWED_BESIDE,
    "notice": NOTICES,
    "note": NOTES,
    "number_source": NUMBER_SOURCES,
    "code_call": CODE_CALLS,
    "copy_ground": COPY_GROUNDS,
    "copy_proof": COPY_PROOFS,
    "copy_way": COPY_WAYS,
    "provision": PROVISIONS,
    "clock": CLOCK_ENTRIES,
    "cause": CAUSES,
    "action": ACTIONS,
    "act": ACTS,
    "appointment": APPOINTMENTS,
    "decision_kind": DECISION_KINDS,
    "scope": SCOPES,
    "heard_event": HEARD_EVENTS,
    "sign_in_way": SIGN_IN_WAYS,
    "reason": REASONS,
    "looked": LOOKED,
    "lapse": LAPSES,
    "data_class": DATA_CLASSES,
}


def word(value: object, table: str) -> str:
    """Return the word for an enumerated value; the value itself if a process owner has added it."""
    text = str(getattr(value, "value", value) or "")
    return gettext(TABLES[table][text]) if text in TABLES[table] else text.replace("_", " ")


def role_name(role: Role | str) -> str:
    return gettext(ROLES[Role(role)])


def actor_name(name: str) -> str:
    """Return the name of who stands in the access log; the role's name of who has no account."""
    if not name:
        return gettext("joku ilman tunnusta")
    return role_name(name) if name in {role.value for role in Role} else name


def language_name(code: object) -> str:
    """Return the name of a language in the reader's language."""
    text = code if isinstance(code, str) else ""
    if text == "selko":
        return gettext("selkosuomi")
    if text == OTHER_LANGUAGE:
        return gettext("muu kieli")
    return str(Locale(current_language().locale).languages.get(text, text))


def sentence_of(refusal: Refusal, **instead: object) -> str:
    """Return a refusal's sentence, with its names in the reader's words. `instead`: values in place of its own."""
    values = {**refusal.values, **instead}
    return gettext(refusal.message, **{name: _worded(value) for name, value in values.items()})


def _worded(value: object) -> object:
    if not isinstance(value, Names):
        return value
    return ", ".join(word(each, value.table) for each in value.names)
