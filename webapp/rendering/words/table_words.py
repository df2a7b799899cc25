"""Grounds that rows of decision tables give, in words of the reader's language. An owner's own ground stays as it was written."""

from __future__ import annotations

from webapp.rendering.words.catalogues import gettext, marked

SHIPPED = marked("Toimitettu malli")
"""Note of the first version of the models, which the program writes at its installation."""
GROUNDS = frozenset(
    {
        marked("Ei kotipaikkaa Suomessa (808/2019 10 §)"),
        marked("Kotipaikan tuomiopiiriä ei ole vahvistettu: asetusten tuomioistuin, tarkista"),
        marked("Sähköinen todisteellinen tiedoksianto suostumuksella (13/2003 18 §)"),
        marked("Posti ei ole turvallinen tai osoitetta ei tunneta"),
        marked("Asiamiehelle, joka kertoo päämiehelleen (434/2003 56 §)"),
        marked("Lapselle on ensin saatava sijainen (442/1999 11 §)"),
        marked("Kuolleelle ei anneta mitään tiedoksi; päätöksentekijä toteaa sen"),
        marked("Kirje turvalliseen osoitteeseen (434/2003 59 §)"),
        marked("Tulkintamme: vain vaiheita, ei sisältöä"),
        marked("Tulkintamme: sama aika kuin 615/2020 15 §:n asiakastiedoilla"),
        marked("Tulkintamme: ilmoitus on asiakirja, jolla velvollisuus (417/2007 25 §) näytetään täytetyksi"),
        marked("615/2020 15 §; erityiset tiedot heti, kun tarpeettomia (vuosittainen tarkistus)"),
        marked("615/2020 15 §: erityiset tiedot heti, kun tarpeettomia"),
        marked("615/2020 15 §: henkilön perustiedot"),
        marked("615/2020 15 §; arkistointi erikseen 17 §"),
        marked("Sinetöity ilman suostumusta; hävitetään valitusajan jälkeen"),
        marked("Vain kulku ja ajat, ei sisältöä"),
        marked("Siirretty toimivaltaiselle (434/2003 21 §)"),
    }
)


def ground_in_words(ground: str) -> str:
    return gettext(ground) if ground in GROUNDS else ground
