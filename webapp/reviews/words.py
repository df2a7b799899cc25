"""Finnish names of places and faults, and of what may be missing from a text."""

from __future__ import annotations

import re
from typing import Final

from engine.domain.text_reviews import Fault, FaultKind
from engine.domain.text_reviews import SourceText as Text
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.translations.sources import Place, PlaceKind, Sources

KINDS: Final = {
    PlaceKind.PAGE: marked("Sivut"),
    PlaceKind.FORM: marked("Lomakkeet"),
    PlaceKind.LETTER: marked("Viestit ja kirjeet"),
    PlaceKind.NOTICE: marked("Ilmoitukset ja virheet"),
}
NAMES: Final = {
    "public/accessibility.html": marked("Saavutettavuusseloste"),
    "public/check.html": marked("Vastausten tarkistus"),
    "public/info.html": marked("Tietoa avusta"),
    "public/not_opened.html": marked("Tämä ei auennut"),
    "public/owner.html": marked("Kuka palvelusta vastaa"),
    "public/paper.html": marked("Paperilomakkeet"),
    "public/privacy.html": marked("Tietosuoja"),
    "public/receipt.html": marked("Kuitti lähetyksestä"),
    "public/safety.html": marked("Turvallisuus laitteella"),
    "public/saved.html": marked("Tallennetun lomakkeen koodi"),
    "public/status.html": marked("Asian tilanne"),
    "public/step.html": marked("Lomakkeen sivu"),
    "public/told.html": marked("Toive on perillä"),
    "layouts/base.html": marked("Jokaisen sivun pohja"),
    "layouts/public.html": marked("Jokaisen sivun ylä- ja alaosa"),
    "components/asides.html": marked("Apua sivun reunassa"),
    "components/back.html": marked("Takaisin"),
    "components/call_now.html": marked("Soita nyt"),
    "components/code.html": marked("Koodin näyttäminen"),
    "components/fields.html": marked("Virheiden luettelo"),
    "components/files.html": marked("Tiedostojen lisääminen"),
    "components/languages.html": marked("Kielen valinta"),
    "components/neutral_question.html": marked("Valmis kysymys"),
    "components/notices.html": marked("Huomautukset"),
    "components/official.html": marked("Viranomaisen pyyntö"),
    "components/phone.html": marked("Puhelinnumero"),
    "components/progress.html": marked("Vaiheen numero"),
    "forms/parts.html": marked("Kysymysten ohjeet"),
    "errors/public.html": marked("Virhesivu"),
    "public/files.html": marked("Hakemuksen tiedostot"),
    "public/reply.html": marked("Vastaaminen kysymyksiin"),
    "public/reply_code.html": marked("Vastaamisen koodi"),
    "public/reply_files.html": marked("Vastauksen tiedostot"),
    "public/reply_saved.html": marked("Tallennettu vastaus"),
    "public/reply_too_late.html": marked("Vastaus, jota ei enää voi lähettää"),
    "public/start.html": marked("Aloitussivu"),
    "public/before.html": marked("Ennen kysymyksiä"),
    "public/stop.html": marked("Viestien pysäyttäminen"),
    "message": marked("Lyhyt viesti"),
    "mail_appeal": marked("Sähköposti: valitus"),
    "mail_contact": marked("Sähköposti: yhteydenotto"),
    "mail_delivery": marked("Sähköposti: päätös"),
    "mail_letter": marked("Sähköposti: tieto kirjeestä"),
    "mail_message": marked("Sähköposti: viesti"),
    "mail_message_closed": marked("Sähköposti: asiaan ei tarvitse enää vastata"),
    "mail_new_date": marked("Sähköposti: lisäaika"),
    "mail_receipt": marked("Sähköposti: kuitti"),
    "mail_reminder": marked("Sähköposti: muistutus"),
    "mail_request": marked("Sähköposti: kysymys"),
    "receipt_application": marked("Kuitti hakemuksesta"),
    "receipt_call": marked("Kuitti puhelusta"),
    "receipt_card": marked("Muistilappu"),
    "receipt_enquiry": marked("Kuitti kysymyksestä"),
    "receipt_referral": marked("Kuitti ohjaamisesta"),
    "explanation": marked("Päätöksen selitys omalla kielellä"),
    "notices": marked("Ilmoitukset"),
    "errors": marked("Virhesivujen tekstit"),
    "answers": marked("Vastausten virheet"),
    "refusals": marked("Miksi jotain ei voi tehdä"),
}
"""Names of places that have no heading of their own, or one that others have too."""
FAULTS: Final = {
    FaultKind.EMPTY: marked("Kirjoita teksti."),
    FaultKind.LONG: marked("Teksti on paljon pidempi kuin lähde. Lyhennä sitä."),
    FaultKind.PLACE_MISSING: marked("Tekstistä puuttuu täydennyskohta %(detail)s. Kopioi se lähteestä."),
    FaultKind.PLACE_UNKNOWN: marked("Lähteessä ei ole täydennyskohtaa %(detail)s. Poista se."),
    FaultKind.MARK: marked("Merkkiä %(detail)s ei voi käyttää. Lainausmerkeiksi käyvät kielesi omat."),
    FaultKind.HIDDEN: marked("Tekstissä on näkymätön merkki. Kirjoita kohta uudelleen näppäimistöllä."),
    FaultKind.FIGURE_MISSING: marked("Tekstistä puuttuu luku %(detail)s. Tarkista luvut lähteestä."),
    FaultKind.FIGURE_UNKNOWN: marked("Lähteessä ei ole lukua %(detail)s. Tarkista luvut lähteestä."),
    FaultKind.NUMBERLESS: marked(
        "Tämä muoto tarkoittaa useaa lukua. Lisää kohta %(detail)s, joka kertoo luvun."
    ),
}


_NAMED: Final = re.compile(r"%\((\w+)\)[sd]")


def shown(text: str) -> str:
    """Return a text as a reviewer reads it: each place as {name}, whatever its part of the program calls it."""
    return _NAMED.sub(r"{\1}", text).replace("%%", "%")


def stored(source: Text, typed: str) -> str:
    """Return what a reviewer typed as its part of the program writes it."""
    named = {f"{{{found[1]}}}": found[0] for found in _NAMED.finditer(source.finnish + source.plural)}
    if "%%" in source.finnish + source.plural:
        typed = typed.replace("%", "%%")
    return re.sub(r"\{\w+\}", lambda found: named.get(found[0], found[0]), typed)


def title_of(sources: Sources, place: Place) -> str:
    """Return the name of a place in the reader's language."""
    return _(NAMES.get(place.key) or sources.titles.get(place) or place.key)


def sentence_of(fault: Fault) -> str:
    found: str = _(FAULTS[fault.kind]) % {"detail": shown(fault.detail)}
    return found
