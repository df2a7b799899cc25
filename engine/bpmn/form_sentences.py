"""The gate's sentences about forms and the parts that they share, about tables that can't be read, and about names in other languages."""

from __future__ import annotations

from typing import Final

from engine.bpmn.sentences import Severity

_NAME_IT: Final = "Kirjoita se luonnoksen kohdassa Nimet muilla kielillä. Muuttuneen nimen vanha käännös ei enää koske sitä."

FORM_SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    "form_unreadable": (
        "error",
        "Lomaketta {file} ei voi käyttää: {reason}",
        "Korjaa kohta lomake-editorissa tai tuo korjattu tiedosto.",
    ),
    "part_unknown": (
        "error",
        "Lomake {file} käyttää osaa {part}, jota ei ole.",
        "Lisää osa luonnokseen, valitse toinen osa tai poista osan paikka lomakkeesta.",
    ),
    "part_in_itself": (
        "error",
        "Osa on itsensä sisällä: {chain}.",
        "Poista osa itsensä sisältä.",
    ),
    "question_twice": (
        "error",
        "Kahdella kysymyksellä on avain {element}: tiedostoissa {first}.form ja {second}.form.",
        "Poista toinen kysymys tai anna sille toinen avain.",
    ),
    "question_unregistered": (
        "warning",
        "Kysymyksen {element} vastaus on henkilö- tai yhteystieto, mutta se ei tule osapuolten tietoihin.",
        "Valitse kysymyksen asetuksista, kenen tietoihin vastaus kuuluu, tai että se jää lomakkeelle.",
    ),
    "table_cell": (
        "error",
        "Taulun ”{table}” rivin {row} sarakkeessa ”{column}” on ”{text}”, jota ei voi lukea. {problem}",
        "Avaa taulu ja korjaa solu. Tässä sarakkeessa kirjoitetaan esimerkiksi {example}.",
    ),
    "table_unreadable": (
        "error",
        "Päätöstaulua {file} ei voi lukea: {reason}",
        "Avaa taulu taulueditorissa ja korjaa kohta, tai tuo korjattu tiedosto.",
    ),
    "form_untranslated": (
        "warning",
        "Lomakkeen {form} tekstiä ei ole kaikilla kielillä, joilla lomake näytetään (kieliä ilman: {number}): {texts}.",
        "Kielten tarkistajat voivat kääntää tekstin julkaisun jälkeen kohdassa Käännökset, tai tuo lomakkeiden käännökset luonnokseen.",
    ),
    "name_lacks_sv": (
        "warning",
        "Prosessista {process} puuttuu ruotsinkielinen nimi: {names}.",
        _NAME_IT,
    ),
    "name_lacks_en": (
        "warning",
        "Prosessista {process} puuttuu englanninkielinen nimi: {names}.",
        _NAME_IT,
    ),
}
