"""Sentences in Finnish about an imported diagram: what was changed in it, and what is ignored."""

from __future__ import annotations

from typing import Final

from engine.bpmn.sentences import Severity

IMPORT_SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    "import_encoding": (
        "advice",
        "Tiedoston merkistö oli {encoding}. Se on tallennettu UTF-8-muodossa.",
        "Tarkista, että ä, ö ja muut merkit ovat oikein.",
    ),
    "import_laid_out": (
        "advice",
        "Tiedostossa ei ollut piirrosta, joten kaavio on aseteltu ({count} vaihetta).",
        "Tarkista asettelu ja siirrä ne osat, jotka ovat väärässä paikassa.",
    ),
    "import_too_wide": (
        "warning",
        "Tiedostossa ei ole piirrosta, ja siinä on {count} vaihetta; enintään {most} asetellaan.",
        "Jaa prosessi osiin, jotka kutsuvat toisiaan.",
    ),
    "import_not_drawn": (
        "warning",
        "{count} vaihetta on tiedostossa mutta ei piirroksessa, joten niitä ei näe: {names}",
        "Piirrä ne tai poista ne. Tyhjennä piirros, jos haluat kaavion aseteltavan kokonaan uudelleen.",
    ),
    "import_settings": (
        "advice",
        "Tiedostossa on välineen {tool} asetuksia ({count}): {names}. Ne säilyvät tiedostossa, mutta niitä ei täällä lueta.",
        "Kirjoita sama asia ominaisuuksiin: lomake, rooli, toiminto tai lauseke.",
    ),
    "refused_too_large": (
        "error",
        "Tiedosto on liian suuri: enintään yksi megatavu luetaan.",
        "Jaa malli osiin.",
    ),
    "refused_not_xml": (
        "error",
        "Tiedosto ei ole ehjää XML:ää. Ensimmäinen virhe on rivillä {line}.",
        "Vie kaavio uudelleen siitä välineestä, jolla se on tehty.",
    ),
    "refused_doctype": ("error", "Tiedostossa on DOCTYPE-määrittely.", "Poista se."),
    "refused_encoding": (
        "error",
        "Tiedoston merkistöä ei voi lukea.",
        "Tallenna tiedosto UTF-8-muodossa.",
    ),
    "refused_instruction": ("error", "Tiedostossa on käsittelyohje (<?…?>) rivillä {line}.", "Poista se."),
    "refused_entity": (
        "error",
        "Tiedostossa on nimetty merkkiviittaus rivillä {line}.",
        "Kirjoita merkki itse.",
    ),
    "refused_too_many": ("error", "Tiedostossa on liikaa elementtejä.", "Jaa malli osiin."),
    "refused_too_deep": (
        "error",
        "Tiedostossa on elementtejä sisäkkäin liian monta.",
        "Tee sisäkkäisistä aliprosesseista omia prosesseja, joita kutsutaan.",
    ),
    "refused_xinclude": ("error", "Tiedosto yrittää liittää toisen tiedoston.", "Poista liittäminen."),
    "refused_not_bpmn": (
        "error",
        "Tiedosto ei ole BPMN 2.0 -kaavio ({kind}).",
        "Vie kaavio toisesta välineestä BPMN 2.0 XML -muodossa.",
    ),
    "refused_no_namespace": (
        "error",
        "Tiedostosta puuttuu BPMN:n nimiavaruus.",
        'Lisää juurielementtiin xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" tai vie kaavio uudelleen.',
    ),
    "refused_no_process": (
        "error",
        "Kaaviossa ei ole prosessia.",
        "Vie toisesta välineestä prosessikaavio, ei keskustelua tai koreografiaa.",
    ),
    "refused_not_dmn": (
        "error",
        "Tiedosto ei ole DMN-päätöstaulukko.",
        "Vie taulukko uudelleen DMN-muodossa.",
    ),
    "refused_not_form": (
        "error",
        "Tiedosto ei ole lomake: siitä puuttuu luettelo kentistä (components).",
        "Vie lomake uudelleen siitä välineestä, jolla se on tehty.",
    ),
    "refused_ending": (
        "error",
        "Tiedoston päätettä ei tunneta.",
        "Tuoda voi kaavion (.bpmn), päätöstaulukon (.dmn) tai lomakkeen (.form).",
    ),
    "refused_cost": (
        "error",
        "Tiedoston lukeminen vei liikaa aikaa tai muistia (yli 2 s tai 512 Mt).",
        "Jaa malli osiin.",
    ),
}
