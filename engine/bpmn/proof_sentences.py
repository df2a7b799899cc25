"""The prover's sentences in Finnish: the guardrail, how it could be broken, a way to mend it. No technical words."""

from __future__ import annotations

from typing import Final

from engine.bpmn.sentences import Severity

PROOF_SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    "guardrail_order": (
        "error",
        "Lupaus ”{sentence}” ei toteudu aina. Vaiheeseen ”{name}” pääsee ilman sitä, mitä ennen sitä luvataan: {steps}",
        "Lisää luvattu vaihe tälle reitille tai estä reitti.",
    ),
    "guardrail_owed": (
        "error",
        "Lupaus ”{sentence}” ei toteudu aina. Asia voi päättyä niin, että ”{name}” on tehty mutta luvattu jatko puuttuu: {steps}",
        "Lisää puuttuva vaihe tälle reitille ennen loppua.",
    ),
    "guardrail_missing": (
        "error",
        "Lupaus ”{sentence}” ei toteudu aina. Asia voi päättyä ilman luvattua vaihetta: {steps}",
        "Lisää vaihe tälle reitille tai tarkista, minkä alkujen ja keskeytysten jälkeen se luvataan.",
    ),
    "guardrail_never": (
        "error",
        "Lupaus ”{sentence}” ei toteudu aina. Vaiheeseen ”{name}” pääsee näin: {steps}",
        "Poista vaihe tältä reitiltä.",
    ),
    "guardrail_twice": (
        "error",
        "Lupaus ”{sentence}” ei toteudu aina. Vaihe ”{name}” voi tapahtua kahdesti: {steps}",
        "Estä paluu vaiheeseen tai toinen samanaikainen reitti siihen.",
    ),
    "guardrail_together": (
        "error",
        "Lupaus ”{sentence}” ei toteudu aina. Samassa asiassa voi tapahtua molemmat, viimeksi ”{name}”: {steps}",
        "Erota reitit valinnalla niin, että vain toinen toteutuu.",
    ),
    "guardrail_possible": (
        "error",
        "Lupausta ”{sentence}” ei ole osoitettu todeksi. Kaavion mukaan sen voisi rikkoa näin, mutta kokeiltaessa niin ei käynyt: {steps}",
        "Tarkista, voiko näin käydä. Oletettiin: {assumed}. Jos ei voi, piirrä kaavioon se, mikä sen estää.",
    ),
    "guardrail_not_proven": (
        "error",
        "Lupausta ”{sentence}” ei voitu osoittaa todeksi, koska kaikkia reittejä ei voi tarkistaa tai asia voi jäädä kesken. Julkaiseminen on estetty.",
        "Korjaa ensin muut löydökset ja tarkista uudelleen.",
    ),
    "guardrails_not_proven": (
        "error",
        "Näitä lupauksia ei voitu osoittaa todeksi, koska kaikkia reittejä ei voi tarkistaa tai asia voi jäädä kesken: ”{sentence}”. Julkaiseminen on estetty.",
        "Korjaa ensin muut löydökset ja tarkista uudelleen.",
    ),
    "guardrail_empty": (
        "warning",
        "Lupaus ”{sentence}” pitää vain siksi, että vaihetta, josta se puhuu, ei ole kaaviossa tai siihen ei pääse.",
        "Tarkista, onko virstanpylväs poistettu vahingossa.",
    ),
    "guardrail_scope": (
        "error",
        "Lupauksen ”{sentence}” prosessia {scope} ei ole.",
        "Korjaa lupauksen prosessi tai palauta prosessi.",
    ),
    "guardrail_role": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: kohdan ”{name}” läpi pääsee ilman, että sen tekee rooli {role}.",
        "Siirrä vaihe oikealle uimaradalle tai lisää sitä ennen tehtävä, jonka rooli tekee.",
    ),
    "guardrail_same_person": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: tehtävän ”{name}” voi tehdä sama ihminen.",
        "Lisää tehtävään ominaisuus not_by, jossa on {variable}.",
    ),
    "guardrail_who_unsaid": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: tehtävä ”{name}” ei merkitse tekijäänsä muuttujaan {variable}.",
        "Lisää tehtävän tuloksiin {variable}: actor.id.",
    ),
    "guardrail_timer": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: odotuksella ”{name}” ei ole ajastinta ({timer}).",
        "Lisää ajastin odotuksen rinnalle.",
    ),
    "guardrail_escalation": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: ajastimen ”{name}” jälkeen ei ole tehtävää roolille {role}.",
        "Lisää ajastimen jälkeen tehtävä, jonka rooli tekee.",
    ),
    "guardrail_reads": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: kohta ”{name}” lukee tietoa {variable}.",
        "Poista tieto ehdosta, ajastimesta, luettelosta tai taulukosta.",
    ),
    "guardrail_form_reads": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: lomakkeen {form} ehto lukee tietoa {variable}.",
        "Poista tieto ehdosta: kysymys näytetään kaikille samoin perustein.",
    ),
    "guardrail_table": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: taulun {table} rivi {rule} antaa muuta, kun {example}.",
        "Lisää tauluun sitä ennen rivi, joka antaa {gives}.",
    ),
    "guardrail_table_silent": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: taulussa {table} mikään rivi ei sovi, kun {example}.",
        "Lisää tauluun rivi, joka antaa {gives}.",
    ),
    "guardrail_table_unasked": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: mikään vaihe ei kysy taulua {table}.",
        "Palauta kaavioon sääntötehtävä, joka kysyy taulua.",
    ),
    "guardrail_table_unheard": (
        "error",
        "Lupaus ”{sentence}” ei toteudu: ”{name}” ei ota muuttujaan {output} taulun {table} tulosta.",
        "Kirjoita sääntötehtävän tuloksiin {output}: result.{output}.",
    ),
    "guardrail_table_unproven": (
        "error",
        "Lupausta ”{sentence}” ei voi todistaa: taulun {table} sarake lukee useaa tietoa yhtä aikaa, tai taulu on liian laaja.",
        "Anna kullekin tiedolle oma sarake.",
    ),
    "fact_unlisted": (
        "error",
        "Kohdassa ”{name}” tosiseikalla {fact} on arvo {value}, jota lupausten luettelo ei tunne.",
        "Lisää arvo lupausten tosiseikkoihin tai korjaa ehto.",
    ),
    "stuck": (
        "error",
        "Asia voi jäädä kesken kohtaan ”{name}” eikä pääse enää loppuun: {steps}",
        "Lisää reitti, jota pitkin asia pääsee loppuun.",
    ),
    "stuck_possible": (
        "error",
        "Kaavion mukaan asia voisi jäädä kesken kohtaan ”{name}”, mutta kokeiltaessa niin ei käynyt: {steps}",
        "Tarkista, voiko näin käydä. Oletettiin: {assumed}. Jos ei voi, piirrä kaavioon se, mikä sen estää.",
    ),
    "stuck_at_join": (
        "error",
        "Asia voi jäädä tähän ikuisesti: ”{name}” odottaa haaraa, joka ei koskaan tule. {steps}",
        "Tarkoititko valintaa etkä rinnakkaista yhdistämistä?",
    ),
    "never_called": (
        "warning",
        "Mikään ei kutsu prosessia ”{name}” eikä mikään viesti aloita sitä: sitä ei koskaan suoriteta.",
        "Kutsu sitä vaiheesta, jossa sitä tarvitaan, tai poista sen kaavio.",
    ),
    "reminder_late": (
        "error",
        "Muistutus ”{name}” lähtee vasta, kun määräpäivä ”{due}” on ohi.",
        "Piirrä muistutus ennen määräpäivää tai lyhennä sen aikaa.",
    ),
    "reminder_twice": (
        "error",
        "Sama muistutus lähtee kahdesti samalla hetkellä: ”{other}” ja ”{name}”.",
        "Poista toinen tai piirrä väliin ajastin, jolla on oma aikansa.",
    ),
    "dead": (
        "error",
        "Vaiheeseen ”{name}” ei pääse mitään reittiä.",
        "Poista vaihe tai korjaa ehto, joka estää reitin siihen.",
    ),
    "many": (
        "warning",
        "Kohta ”{name}” voi olla auki kahteen kertaan yhtä aikaa: {steps}",
        "Keskeytä edellinen, kun sama vaihe alkaa uudelleen.",
    ),
    "many_at_join": (
        "error",
        "Kohtaan ”{name}” voi tulla kaksi kulkijaa yhtä aikaa, ja toinen katoaa: {steps}",
        "Varmista, että kohtaan tullaan kerran, tai tee rinnakkaisesta osuudesta aliprosessi.",
    ),
    "error_uncaught": (
        "error",
        "Virhettä {error}, jonka ”{name}” aiheuttaa, ei oteta vastaan missään.",
        "Liitä virheen vastaanottava tapahtuma sen aliprosessin reunaan, jossa virhe syntyy.",
    ),
    "not_explored": (
        "error",
        "Prosessissa ”{name}” on liikaa rinnakkaisia osia: {states} tilannetta käytiin läpi, eikä kaikkia. Julkaiseminen on estetty. Yhtä aikaa auki voivat olla: {widest}",
        "Vähennä rinnakkaisia haaroja tai siirrä osa niistä kutsuttuun prosessiin.",
    ),
    "not_explored_yet": (
        "warning",
        "Prosessin ”{name}” kaikkia tilanteita ei ehditty tarkistaa näin nopeasti: {states} käytiin läpi. Julkaistaessa "
        "tarkistetaan pidempään. Yhtä aikaa auki voivat olla: {widest}",
        "Voit jatkaa. Jos rinnakkaisia haaroja on vähemmän, vastaus tulee heti.",
    ),
    "guardrails_not_proven_yet": (
        "warning",
        "Näitä lupauksia ei ehditty osoittaa todeksi näin nopeasti: ”{sentence}”. Ne tarkistetaan julkaistaessa.",
        "Voit jatkaa. Jos rinnakkaisia haaroja on vähemmän, vastaus tulee heti.",
    ),
    "guardrail_not_proven_yet": (
        "warning",
        "Lupausta ”{sentence}” ei ehditty osoittaa todeksi näin nopeasti. Se tarkistetaan julkaistaessa.",
        "Voit jatkaa. Jos rinnakkaisia haaroja on vähemmän, vastaus tulee heti.",
    ),
}
