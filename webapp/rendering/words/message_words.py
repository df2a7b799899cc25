"""Messages that staff deliver to a case, in words: the button, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from webapp.rendering.words.catalogues import marked

MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "application_withdrawn": (
        marked("Hakija peruuttaa hakemuksen"),
        marked("Käsittelijä varmistaa peruuttamisen henkilöltä itseltään ennen kuin se tulee voimaan."),
    ),
    "proceed_without_rest": (
        marked("Jatka ilman muita vastauksia"),
        marked("Avoimet pyynnöt suljetaan ja asia etenee arviointiin."),
    ),
    "new_fact": (
        marked("Uusi seikka ennen lähettämistä"),
        marked("Päätöksentekijä ratkaisee, vedetäänkö allekirjoitettu päätös takaisin ennen kuin se lähtee."),
    ),
    "appeal_received": (
        marked("Kirjaa valitus"),
        marked(
            "Avaa tehtävän, jossa kerrot päivän, tavan ja asiakirjan. Myös myöhässä tullut lähetetään oikeuteen."
        ),
    ),
    "correction_needed": (
        marked("Korjaa päätöstä"),
        marked(
            "Avaa tehtävän, jossa kerrot, mitä korjataan ja kuka pyysi. Valitusaika ei pysähdy. Päätöksentekijä allekirjoittaa."
        ),
    ),
    "mail_returned": (
        marked("Posti palautui"),
        marked(
            "Kerrot päivän ja kuoren merkinnän. Sitten oletettu tiedoksisaanti kumoutuu, ja sinulle tulee tehtävä valita uusi tapa."
        ),
    ),
    "reflection_change_needed": (
        marked("Päätä harkinta-ajasta"),
        marked(
            "Avaa tehtävän, jossa harkinta-aika annetaan, sitä jatketaan tai se keskeytetään, myös kun edellinen päätös on vielä matkalla. Toinen allekirjoittaa."
        ),
    ),
    "removal_needed": (
        marked("Harkitse poistamista auttamisjärjestelmästä"),
        marked(
            "Avaa tehtävän, jossa arvioit, päättyykö asiakkuus. Myös silloin, kun henkilö haluaa pois tai apu on siirtynyt toiselle."
        ),
    ),
    "person_reached": (
        marked("Henkilöön saatiin yhteys"),
        marked(
            "Yhteydenotto alkaa uudelleen, jos henkilöä ei aiemmin tavoitettu, tai jos asiakirja ei lähtenyt avun järjestäjälle. Jos päätös odottaa noutamista, kerro se hänelle: tiedoksiantoa yritetään uudelleen."
        ),
    ),
}
MAILS: Final[Mapping[str, str]] = {
    "mail_receipt": marked("vastaanottoilmoitus"),
    "mail_request": marked("tietopyyntö"),
    "mail_request_official": marked("tietopyyntö viranomaiselle"),
    "mail_request_referrer": marked("lisätietopyyntö ohjaajalle, joka on ammattilainen"),
    "mail_reminder": marked("muistutus"),
    "mail_reminder_official": marked("muistutus viranomaiselle"),
    "mail_new_date": marked("uusi määräpäivä"),
    "mail_new_date_official": marked("uusi määräpäivä viranomaiselle"),
    "mail_task": marked("uusi tehtävä työntekijälle"),
    "mail_urgent": marked("kiireellinen tehtävä päivystäjälle"),
    "mail_manager": marked("ilmoitus esihenkilölle"),
    "mail_message": marked("viesti"),
    "mail_meeting": marked("muistutus tapaamisesta"),
    "mail_message_closed": marked("asia on käsitelty"),
    "mail_message_closed_official": marked("viranomaiselle: vastausta ei enää tarvita"),
    "mail_letter": marked("tieto kirjeestä"),
    "mail_contact": marked("yhteydenotto"),
    "mail_delivery": marked("päätös on luettavissa"),
    "mail_appeal": marked("valitus"),
    "mail_code": marked("vastauskoodi tekstiviestinä"),
    "question": marked("kysymys, johon ei pääse enää linkillä"),
    "code": marked("hakijan koodi, joka ei enää toimi: anna uusi asian sivulla"),
}
"""Messages that leave the house, or did not, by kind."""
LETTERS_UNDER_WAY: Final[Mapping[str, str]] = {"resolution": marked("Päätös"), "request": marked("Kysymys")}
LETTERS_RECEIVED: Final[Mapping[str, str]] = {
    "received": marked("sai"),
    "not_received": marked("ei saanut"),
    "opened_by_other": marked("joku muu avasi sen"),
    "unknown": marked("ei tiedetä"),
}
LETTERS_ADDRESS: Final[Mapping[str, str]] = {
    "safe": marked("turvallinen"),
    "unsafe": marked("ei turvallinen"),
    "unknown": marked("ei tiedetä"),
}

LETTER_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "letters_address": LETTERS_ADDRESS,
    "letters_received": LETTERS_RECEIVED,
    "letter_under_way": LETTERS_UNDER_WAY,
}

ATTACHMENTS: Final[Mapping[str, str]] = {
    "application": marked("hakemuksen mukana"),
    "reply": marked("vastauksen mukana"),
    "staff": marked("työntekijä lisäsi"),
    "arrival": marked("kirjattu saapuneeksi"),
}
