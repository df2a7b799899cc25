"""Words of what goes to people outside: the bases on which they are asked, a code read by phone, a copy of the case file."""

from __future__ import annotations

from webapp.rendering.words.catalogues import marked

BASES = {
    "admin_31": marked("hallintolaki 22, 31 ja 33 §"),
    "consent": marked("henkilön suostumus"),
    "l615_11": marked("615/2020 11 § 1 mom. 2 kohta"),
    "l615_13_1": marked("615/2020 13 § 1 mom."),
    "l615_13_4_3": marked("615/2020 13 § 4 mom. 3 kohta"),
    "l746_58": marked("746/2011 58 §"),
    "henkilön suostumus": marked("henkilön suostumus"),
    "hallintolaki (434/2003) 31 §": marked("hallintolaki (434/2003) 31 §"),
    "hallintolaki (434/2003) 34 §": marked("hallintolaki (434/2003) 34 §"),
    "615/2020 11 § 1 momentti 2 kohta": marked("615/2020 11 § 1 momentti 2 kohta"),
    "615/2020 13 § 1 momentti": marked("615/2020 13 § 1 momentti"),
    "615/2020 13 § 4 momentti 3 kohta": marked("615/2020 13 § 4 momentti 3 kohta"),
}
"""Legal bases of a request, by the form's choice and as its letter has them."""
STATUTES = {
    "615/2020": {
        "fi": "laki henkilötietojen käsittelystä maahanmuuttohallinnossa",
        "sv": "lagen om behandling av personuppgifter i migrationsförvaltningen",
        "en": "Act on the Processing of Personal Data in Immigration Administration",
    },
}
"""Names of the Acts that a basis cites by number alone, in the languages in which authorities are asked."""
NUMBER_SOURCES = {
    "directory": marked("vastaajan omat sivut tai julkinen luettelo"),
    "switchboard": marked("vaihde"),
    "earlier": marked("aiempi puhelu tai tapaaminen"),
    "other": marked("muu lähde"),
}
CODE_CALLS = {
    "read": marked("koodi luettiin puhelimessa"),
    "not_reached": marked("ei tavoitettu"),
    "may_text": marked("koodi saa mennä tekstiviestinä"),
    "texts_ended": marked("koodi ei enää mene tekstiviestinä"),
    "texted": marked("koodi lähetettiin tekstiviestinä"),
    "text_used": marked("tekstiviestin koodilla avattiin pyyntö"),
    "old_given": marked("linkin sivulla annettiin tekstiviestin vanhentunut koodi"),
}
COPY_GROUNDS = {
    "own": marked("henkilö saa omat tietonsa (621/1999 12 §)"),
    "party": marked("asianosainen tai hänen edustajansa (621/1999 11 §)"),
    "consent": marked("henkilön suostumuksella (621/1999 26 §)"),
    "law": marked("muu saaja, jolla on oikeus lain nojalla"),
}
COPY_PROOFS = {
    "document": marked("henkilöllisyysasiakirja nähtiin"),
    "strong": marked("vahva sähköinen tunnistus"),
    "office": marked("viranomainen, varmistettu muuta tietä kuin pyynnöstä"),
}
COPY_WAYS = {
    "in_person": marked("luovutettiin käteen"),
    "secure_mail": marked("turvapostilla"),
    "post": marked("postissa"),
}
PROVISIONS = {
    "621/1999 11 § 2 mom. 1 k.": marked(
        "erittäin tärkeä yleinen etu, lapsen etu tai muu erittäin tärkeä yksityinen etu"
    ),
    "621/1999 11 § 2 mom. 7 k.": marked("uhatun ihmisen yhteystiedot"),
    "1050/2018 34 §": marked("omien tietojen tarkastamisen rajoitus"),
    "621/1999 24 § 1 mom. 24 k.": marked("turvapaikan tai oleskeluluvan hakija"),
    "621/1999 24 § 1 mom. 25 k.": marked("sosiaalihuollon asiakas, terveys, vammaisuus, seksuaalisuus"),
    "621/1999 24 § 1 mom. 26 k.": marked("rikoksen uhri, arkaluonteinen yksityiselämän tieto"),
    "621/1999 24 § 1 mom. 31 k.": marked("salassa pidettävä puhelinnumero tai osoite"),
    "621/1999 24 § 1 mom. 32 k.": marked("henkilökohtaiset olot"),
}
"""Grounds on which something is taken out of a copy, in a few words."""
