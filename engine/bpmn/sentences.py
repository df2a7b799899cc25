"""The gate's sentences in Finnish, by code: severity, problem, way out."""

from __future__ import annotations

from typing import Final, Literal

Severity = Literal["error", "warning", "advice"]

SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    # reading
    "unreadable": (
        "error",
        "Tiedostoa {file} ei voi lukea: {reason}",
        "Tallenna kaavio uudelleen kaavioeditorista.",
    ),
    "unparsed": (
        "error",
        "Kaaviota ei voi suorittaa: {reason}",
        "Korjaa merkitty kohta tai piirrä se uudelleen.",
    ),
    "format": ("error", "Tallennettu versio on tuntematonta muotoa {value}.", "Julkaise versio uudelleen."),
    "too_costly": (
        "error",
        "Kaavion tarkistaminen vei liikaa aikaa tai muistia (yli {seconds} s). Julkaiseminen on estetty.",
        "Jaa kaavio pienemmiksi prosesseiksi ja yksinkertaista lausekkeita.",
    ),
    "no_process": (
        "error",
        "Tiedostossa {file} ei ole BPMN-prosessia.",
        "Tuo prosessikaavio BPMN 2.0 -muodossa tai poista tiedosto.",
    ),
    "many_findings": (
        "advice",
        "Muitakin löydöksiä on: {count}.",
        "Korjaa ensin nämä ja tarkista uudelleen.",
    ),
    # drawing
    "unknown_element": (
        "error",
        "Kaaviossa on merkintä ({tag}), jota ei suoriteta.",
        "Poista ”{name}” tai korvaa se käyttäjän tehtävällä, ajastimella, viestillä tai kutsutulla prosessilla.",
    ),
    "plain_task": (
        "error",
        "Tehtävällä ”{name}” ei ole lajia, joten ei tiedetä, kuka tai mikä sen tekee.",
        "Valitse lajiksi käyttäjän tehtävä, järjestelmän toiminto tai päätöstaulukko.",
    ),
    "message_task": (
        "error",
        "Viestin lähettäminen tai odottaminen tehtävänä (”{name}”) ei pysähdy odottamaan.",
        "Käytä viestitapahtumaa odottamiseen ja järjestelmän toimintoa lähettämiseen.",
    ),
    "event_subprocess": (
        "error",
        "Tapahtuma-aliprosessi ”{element}” käynnistyisi heti asian alkaessa.",
        "Liitä tapahtuma aliprosessin tai kutsutun prosessin reunaan.",
    ),
    "lanes_in_subprocess": (
        "error",
        "Aliprosessin ”{element}” sisällä on uimaratoja, mutta kaikki sen vaiheet tehdään aliprosessin omalla radalla.",
        "Tee siitä oma prosessi ja kutsu sitä.",
    ),
    "unknown_extension": (
        "error",
        "Kohdassa ”{element}” on toisen järjestelmän asetus ({tag}), jota täällä ei lueta.",
        "Poista asetus. Tunnetut asetukset ovat ominaisuuksia (properties).",
    ),
    "unknown_property": (
        "error",
        "Kohdassa ”{element}” on ominaisuus ”{name}”, jota ei tunneta tässä.",
        "Tarkista ominaisuuden nimi tai poista se.",
    ),
    "milestone_here": (
        "error",
        "Virstanpylväs ei voi olla tässä (”{element}”): siihen ei koskaan tulla.",
        "Siirrä virstanpylväs tehtävälle tai tapahtumalle, joka on tämän jälkeen.",
    ),
    "missing_id": ("error", "Kohdalla ”{name}” ei ole tunnusta.", "Anna tunnus tai piirrä kohta uudelleen."),
    "duplicate_id": (
        "error",
        "Tunnus ”{element}” on usealla kohdalla.",
        "Anna kullekin oma tunnus; tunnukset ovat yhteisiä koko kaavioiden joukolle.",
    ),
    "not_executable": (
        "error",
        "Prosessia ei ole merkitty suoritettavaksi.",
        "Valitse prosessin ominaisuuksista ”suoritettava” (isExecutable).",
    ),
    "too_many_nodes": (
        "error",
        "Prosessissa on {count} kohtaa; enintään {most} suoritetaan.",
        "Jaa prosessi useaksi ja kutsu osia.",
    ),
    "several_events": (
        "error",
        "Tapahtumalla ”{name}” on monta syytä.",
        "Piirrä kullekin oma tapahtuma.",
    ),
    "event_kind": (
        "error",
        "Tapahtuma ”{name}” ei voi olla tässä tätä lajia ({event}): se toteutuisi heti tai ei koskaan.",
        "Valitse laji, joka toimii tässä: odottamiseen viesti tai ajastin, loppuun tavallinen, lopettava tai virhe.",
    ),
    "message_unnamed": (
        "error",
        "Tapahtumalla ”{name}” ei ole viestiä.",
        "Valitse viesti ja anna sille nimi.",
    ),
    "error_unnamed": (
        "error",
        "Virhetapahtumalla ”{name}” ei ole koodia.",
        "Valitse virhe ja anna sille koodi.",
    ),
    "timer_kind": (
        "error",
        "Ominaisuuden timer arvo ”{kind}” kohdassa ”{name}” ei ole ajastimen laji.",
        "Käytä jotakin näistä: reminder, due, stalled, escalation, fallback, presumed_service, appeal_period, hold.",
    ),
    # flows
    "dangling_flow": (
        "error",
        "Nuoli {element} ei johda mihinkään.",
        "Vedä nuolen pää kohtaan tai poista nuoli.",
    ),
    "crossing_flow": (
        "error",
        "Nuoli {element} menee aliprosessin rajan yli.",
        "Päätä aliprosessi loppuun ja jatka sen reunalta.",
    ),
    "condition_ignored": (
        "error",
        "Nuolen {element} ehto ei vaikuta mihinkään, koska nuoli ei lähde valinnasta.",
        "Lisää väliin valinta (portti) tai poista ehto.",
    ),
    "no_start": ("error", "Prosessilla tai aliprosessilla ei ole alkua.", "Lisää alkutapahtuma."),
    "no_end": ("error", "Prosessilla tai aliprosessilla ei ole loppua.", "Lisää lopputapahtuma."),
    "several_starts": (
        "error",
        "Prosessissa on tavallinen alku toisen alun rinnalla; tavallinen käynnistyisi aina ensin.",
        "Jätä joko yksi tavallinen alku tai vain viestistä alkavia.",
    ),
    "start_never": (
        "error",
        "Alku ”{name}” odottaa viestiä, mutta prosessi alkaa kutsusta.",
        "Tee alusta tavallinen.",
    ),
    "unreachable": ("error", "Kohtaan ”{name}” ei pääse mitään reittiä.", "Vedä siihen nuoli tai poista se."),
    "after_end": ("error", "Lopusta ”{name}” lähtee nuoli.", "Poista nuoli."),
    "no_way_on": (
        "error",
        "Kohdasta ”{name}” ei pääse eteenpäin.",
        "Vedä siitä nuoli seuraavaan vaiheeseen tai loppuun.",
    ),
    "cannot_end": (
        "error",
        "Kohdasta ”{name}” ei pääse loppuun mitään reittiä: asia jäisi kiertämään.",
        "Lisää kierrokseen tie ulos.",
    ),
    "join_on_cycle": (
        "error",
        "Rinnakkainen osuus on silmukassa: toisella kierroksella ”{name}” ei odottaisi kaikkia haaroja.",
        "Siirrä rinnakkainen osuus aliprosessiin.",
    ),
    "inclusive_alone": (
        "error",
        "Kohdalla ”{name}” ei ole paria: ei ole varmaa, mitä haaroja se odottaa.",
        "Aloita haarat yhdestä samanlaisesta portista, josta kaikki haarat johtavat tähän, tai käytä rinnakkaista "
        "porttia ja kysy kussakin haarassa, tarvitaanko sitä.",
    ),
    "start_twice": (
        "error",
        "Viesti, josta ”{name}” alkaa, aloittaa jo toisen prosessin.",
        "Anna viesteille eri nimet tai tee toisesta kutsuttu prosessi.",
    ),
    "engine_loop": (
        "error",
        "Silmukassa, jossa on ”{name}”, ei ole ihmisen tehtävää eikä ajastinta.",
        "Lisää silmukkaan vaihe, jossa odotetaan.",
    ),
    "many_flows_out": (
        "error",
        "Kohdasta ”{name}” lähtee monta nuolta.",
        "Lisää portti: valinta, jos vain yksi tie kuljetaan, rinnakkainen, jos kaikki.",
    ),
    "no_default": (
        "error",
        "Valinnalla ”{name}” ei ole oletusreittiä. Jos mikään ehto ei täyty, asia pysähtyisi virheeseen.",
        "Merkitse yksi nuoli oletukseksi.",
    ),
    "condition_on_default": (
        "error",
        "Oletusnuolella {element} on ehto.",
        "Poista ehto tai vaihda oletusta.",
    ),
    "no_condition": (
        "error",
        "Valinnan ”{name}” nuolella {element} ei ole ehtoa.",
        "Kirjoita ehto tai merkitse nuoli oletukseksi.",
    ),
    "question_missing": ("advice", "Valinnalla {element} ei ole kysymystä.", "Nimeä valinta kysymyksenä."),
    "boundary_unattached": (
        "error",
        "Reunatapahtuma ”{name}” ei ole kiinni missään.",
        "Siirrä se vaiheen reunaan.",
    ),
    "boundary_on_multiple": (
        "error",
        "Reunatapahtuma ”{name}” on kiinni toistuvassa vaiheessa. Sen keskeyttäminen ei onnistu.",
        "Laita toistuva vaihe yksin aliprosessiin ja kiinnitä tapahtuma aliprosessin reunaan.",
    ),
    "boundary_useless": (
        "error",
        "Reunatapahtuma ”{name}” ei voi koskaan toteutua: kohta ei odota, tai siinä ei synny virhettä.",
        "Siirrä tapahtuma käyttäjän tehtävän, aliprosessin tai kutsutun prosessin reunaan.",
    ),
    "boundary_incoming": ("error", "Reunatapahtumaan ”{name}” tulee nuoli.", "Poista nuoli."),
    "event_gateway_target": (
        "error",
        "Tapahtumavalinnan ”{name}” jälkeen on muuta kuin odottavia tapahtumia.",
        "Vedä nuolet viesteihin ja ajastimeen, joihin ei tule muita nuolia.",
    ),
    "event_gateway_timers": (
        "error",
        "Tapahtumavalinnalla ”{name}” on useita ajastimia. Ne sekoittuisivat keskenään.",
        "Jätä yksi ajastin tai käytä aliprosessin reunassa olevia ajastimia.",
    ),
    "error_twice": (
        "error",
        "Virhe {error} otetaan kiinni kahdessa kohdassa samalla tasolla; se katkaisisi molemmat.",
        "Anna virheille eri koodit.",
    ),
    # multi-instance
    "multiple_kind": (
        "error",
        "Toisto kohdassa ”{name}” ei ole suoritettavaa lajia.",
        "Käytä rinnakkaista toistoa kutsutulla prosessilla; peräkkäinen toisto piirretään silmukkana.",
    ),
    "multiple_data": (
        "error",
        "Toiston asetus ({tag}) katoaa, kun kaavio tallennetaan editorissa.",
        "Käytä ominaisuuksia collection ja element.",
    ),
    "multiple_properties": (
        "error",
        "Toistolta ”{name}” puuttuu kokoelma tai yhden kohteen nimi.",
        "Anna ominaisuudet collection ja element.",
    ),
    "multiple_cardinality": (
        "error",
        "Toistolta ”{name}” puuttuu lukumäärä, tai se ei ole kokoelman koko.",
        "Kirjoita toiston lukumääräksi count(…), jossa on sama kokoelma.",
    ),
    "multiple_not_alone": (
        "error",
        "Toistuva vaihe ”{name}” ei ole yksin aliprosessissa.",
        "Laita se aliprosessiin, jossa on vain alku, tämä vaihe ja loppu.",
    ),
    "multiple_marker": (
        "error",
        "Kohdassa ”{name}” on toiston ominaisuuksia, mutta ei toistoa.",
        "Valitse rinnakkainen toisto tai poista ominaisuudet collection ja element.",
    ),
    # calls
    "call_unknown": (
        "error",
        "Kohta ”{name}” kutsuu prosessia {called}, jota ei ole.",
        "Valitse prosessi, joka kuuluu tähän kokonaisuuteen.",
    ),
    "call_recursive": (
        "error",
        "Prosessit kutsuvat toisiaan kehässä: {ring}.",
        "Piirrä kierros silmukaksi yhden prosessin sisään.",
    ),
    "call_input_missing": (
        "error",
        "Kutsu ”{name}” palauttaa muuttujan {variable}, jonka kutsuttu prosessi asettaa, mutta ei anna sitä mukaan: "
        "toisella kierroksella siinä olisi edellisen kierroksen arvo.",
        "Lisää kutsun input-ominaisuuteen {variable}: null (tai alkuarvo).",
    ),
    "element_twice": (
        "error",
        "Toistot sisäkkäin käyttävät samaa nimeä {variable}.",
        "Anna sisemmälle toistolle toinen element-nimi.",
    ),
    # timers
    "timer_cycle": (
        "error",
        "Toistuva ajastin ”{name}” lähettäisi katkon jälkeen kaikki väliin jääneet kerrat yhtä aikaa.",
        "Käytä kestoa ja piirrä toisto silmukkana.",
    ),
    "timer_empty": ("error", "Ajastimella ”{name}” ei ole aikaa.", "Anna kesto (P7D) tai päivä muuttujasta."),
    "timer_now": (
        "error",
        "Ajastimen ”{name}” päivä riippuu nykyhetkestä, joten se siirtyisi joka askeleella.",
        "Laske päivä muuttujaan aikaisemmassa vaiheessa tai käytä kestoa.",
    ),
    "timer_period": (
        "error",
        "Ajastimen ”{name}” kesto {text} ei ole muotoa päiviä, tunteja ja minuutteja.",
        "Kirjoita esimerkiksi P7D, PT4H tai P1DT12H. Kuukaudet ja vuodet lasketaan määräaikoina.",
    ),
    # expressions
    "feel_broken": (
        "error",
        "Lauseketta kohdassa ”{name}” ({use}) ei voi lukea: {problem}",
        "Korjaa lauseke: {text}",
    ),
    "other_language": (
        "error",
        "Kohdan ”{name}” lauseke ({use}) on kieltä {language}, jota ei suoriteta: {text}",
        "Kirjoita sama FEEL-kielellä, esimerkiksi: {example}",
    ),
    "language_declared": (
        "advice",
        "Kohdan ”{name}” lausekkeen ({use}) kieleksi on merkitty {language}, mutta se luetaan FEEL-kielenä.",
        "Tarkista, että se tarkoittaa samaa.",
    ),
    "not_a_context": (
        "error",
        "Kohdan ”{name}” {use} ei anna nimettyjä arvoja.",
        "Kirjoita aaltosulkeisiin nimi ja arvo, esimerkiksi {{choice: answers.choice}}.",
    ),
    "unknown_name": (
        "error",
        "Kohdan ”{name}” lauseke ({use}) lukee nimeä {variable}, jota mikään ei aseta. {hint}",
        "Tarkista kirjoitusasu tai aseta muuttuja aikaisemmassa vaiheessa.",
    ),
    "unknown_function": (
        "error",
        "Kohdan ”{name}” lauseke ({use}) käyttää toimintoa {function}, jota ei ole.",
        "Tarkista kirjoitusasu.",
    ),
    "forbidden_name": (
        "error",
        "Kohta ”{name}” ratkaisee asian tiedolla {variable}. Apua ei saa rajata sen mukaan.",
        "Poista tieto ehdosta.",
    ),
    "answer_not_variable": (
        "error",
        "Kohta ”{name}” lukee lomakkeen kenttää {variable}, jota ei ole tai jota prosessi ei saa lukea.",
        "Merkitse kenttä lomakkeella prosessin muuttujaksi tai poista se lausekkeesta.",
    ),
    "answers_whole": (
        "error",
        "Kohta ”{name}” siirtää kaikki vastaukset prosessiin.",
        "Nimeä kentät yksitellen: answers.kenttä.",
    ),
    "result_unknown": (
        "error",
        "Kohta ”{name}” lukee tulosta {variable}, jota toiminto ei anna.",
        "Tarkista toiminnon tulokset.",
    ),
    "reserved_name": (
        "error",
        "Kohta ”{name}” asettaa muuttujan {variable}, joka on varattu nimi.",
        "Käytä toista nimeä.",
    ),
    # references
    "form_key_missing": (
        "error",
        "Tehtävällä ”{name}” ei ole lomaketta.",
        "Valitse lomake (ominaisuus form_key).",
    ),
    "form_key_unknown": (
        "error",
        "Tehtävän ”{name}” lomaketta {key} ei ole.",
        "Valitse lomake, joka on olemassa.",
    ),
    "operation_missing": (
        "error",
        "Toiminnolta ”{name}” puuttuu ominaisuus operation.",
        "Valitse toiminto luettelosta.",
    ),
    "operation_unknown": ("error", "Toimintoa {key} (”{name}”) ei ole.", "Valitse toiminto luettelosta."),
    "decision_missing": (
        "error",
        "Kohdalta ”{name}” puuttuu päätöstaulukko.",
        "Valitse päätöstaulukko (ominaisuus decision).",
    ),
    "decision_unknown": (
        "error",
        "Päätöstaulukkoa {key} (”{name}”) ei ole.",
        "Valitse päätöstaulukko, joka on olemassa.",
    ),
    "role_missing": (
        "error",
        "Kukaan ei voi tehdä tehtävää ”{name}”: sillä ei ole uimarataa, jolla on rooli.",
        "Siirrä tehtävä uimaradalle ja anna radalle rooli.",
    ),
    "lane_empty": (
        "advice",
        "Uimaradalla ”{name}” ei ole yhtään vaihetta.",
        "Siirrä sille vaiheita tai poista rata.",
    ),
    "role_unknown": (
        "error",
        "Kohdan ”{name}” uimaradan roolia {role} ei ole.",
        "Valitse rooli luettelosta.",
    ),
}
