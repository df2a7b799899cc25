"""Words for the values of a resolution on staff pages: its draft, signature, delivery and appeal."""

from __future__ import annotations

from webapp.rendering.words.catalogues import marked

RESOLUTIONS = {
    "prepared": marked("odottaa allekirjoitusta"),
    "returned": marked("palautettu valmisteltavaksi"),
    "signed": marked("allekirjoitettu"),
    "recalled": marked("vedetty takaisin ennen lähettämistä"),
}
RESOLUTION_KINDS = {
    "admission": marked("Päätös"),
    "reflection_period": marked("Päätös harkinta-ajasta"),
    "removal": marked("Päätös poistamisesta"),
    "correction": marked("Päätöksen korjaaminen"),
}
CORRECTIONS = {
    "decided_anew": marked("Ratkaistu uudelleen"),
    "corrected_copy": marked("Kirjoitusvirhe korjattu"),
    "reissued_instructions": marked("Valitusosoitus annettu uudelleen"),
    "correction_refused": marked("Päätöstä ei korjattu"),
    "overtaken": marked("Oikeus palautti asian tutkittavaksi"),
    "person_died": marked("Henkilö on kuollut"),
    "no_new_decision": marked("Uutta päätöstä ei tehty"),
}
CLIENTHOOD_BEGINNINGS = {
    "oral_decision": marked("suullisesta päätöksestä"),
    "resolution": marked("kirjallisesta päätöksestä"),
    "court": marked("oikeuden ratkaisusta"),
}
"""The decision from which somebody is a client."""
CLIENTHOOD_ENDS = {
    "no_need": marked("ei enää tarvitse auttamistoimia"),
    "left_country": marked("on lähtenyt maasta"),
    "wish": marked("halusi pois"),
    "disappeared": marked("on kadonnut"),
    "security": marked("vaarantaa vakavasti yleistä järjestystä tai turvallisuutta"),
    "death": marked("on kuollut"),
}
"""Grounds of 746/2011 38 f §, and death."""
EXPLANATIONS = {
    "class_differs": marked("Kiireellisyysluokka poikkeaa ehdotuksesta"),
    "consent_by_referrer": marked("Suostumus on ohjaajan kirjaama"),
    "answer_not_awaited": marked("Vastausta tietopyyntöön ei odotettu"),
    "facts_missing": marked("Kaikkia tietoja ei ole"),
    "parent_unconfirmed": marked(
        "Mistä tiedetään, että vanhempi on 35 § 1 tai 2 momentissa tarkoitettu henkilö"
    ),
    "age_doubt": marked("Syntymäaika on aikuisen: miksi henkilö voi olla alaikäinen"),
    "unheard": marked("Henkilöä ei kuultu"),
    "child_unreached": marked("12 vuotta täyttänyttä lasta ei kuultu, koska häntä ei tavoiteta"),
    "slip_shown": marked("Mistä näkee, että kohta on kirjoitusvirhe"),
    "correction_unheard": marked("Kuulematta: miksi asianosaista ei kuultu korjaamisesta"),
    "correction_heard": marked("Asianosaista kuultiin korjaamisesta"),
    "correction_agreed": marked("Asianosainen suostui korjaukseen vahingokseen"),
    "groundless_despite": marked("Perusteeton, vaikka arviossa on seikkoja, jotka puoltavat hakemusta"),
    "reflection_held": marked("Henkilöä kuultiin: mistä, miten, milloin ja mihin mennessä"),
    "reflection_opinion": marked("Mitä henkilö sanoi kuulemisessa"),
    "ground_shown": marked("Mikä osoittaa keskeyttämisen perusteen"),
    "short_hearing": marked("Kuulemiseen annettiin tavallista vähemmän aikaa"),
    "hearing_tried": marked("Henkilö ei vastannut: miten ja milloin häntä yritettiin kuulla"),
    "other_language": marked("Päätöksen kieli ei ole asian tai henkilön kieli"),
    "unexplained": marked("Selitystä ei anneta, vaikka henkilö puhuu muuta kieltä tai tarvitsee tulkin"),
    "organiser": marked("Järjestäjä, vaikka kotikuntaa ei ole kirjattu"),
    "outside_unheard": marked("Päätös nojaa muualta saatuun tietoon, josta henkilöä ei kuultu"),
    "unheard_source": marked("Päätös mainitsee aineistoa, josta henkilöä ei kuultu"),
    "oral_held": marked("Henkilö esitti asiansa suullisesti, kuten pyysi"),
    "oral_refused": marked("Pyyntöä esittää asia suullisesti ei hyväksytä"),
    "signed_by_exception": marked("Aiemman luonnoksen valmistelija allekirjoitti"),
    "police_not_explained": marked("Poliisille ilmoittamisesta ei ole kerrottu henkilölle"),
    "other_court": marked("Lausunto menee muuhun tuomioistuimeen kuin valitusosoitus sanoo"),
    "arrival_consent_talk": marked("Keskustelu suostumuksesta oli ennen asian saapumista"),
    "arrival_measures": marked("Kiireelliset toimet olivat ennen asian saapumista"),
    "service_way_lost": marked(
        "Päätös annettiin tiedoksi sinä päivänä, jona saaja merkittiin turvattomaksi tai hänen valtuutensa päättyi"
    ),
    "arrival_oral_decision": marked("Suullinen päätös annettiin ennen asian saapumista"),
    "arrival_registration": marked("Asia tuli vireille ennen saapumistaan"),
    "arrival_contact": marked("Yhteydenotto oli ennen asian saapumista"),
    "arrival_withdrawal": marked("Peruuttaminen oli ennen asian saapumista"),
    "registration_assessment": marked("Asia arvioitiin ennen vireilletuloa"),
    "registration_signature": marked("Päätös allekirjoitettiin ennen vireilletuloa"),
    "hearing_sent_hearing": marked("Henkilöä kuultiin ennen kuin kuuleminen lähti"),
    "notice_sent_consent_withdrawal": marked("Kirje lähti samana päivänä, jona suostumus peruutettiin"),
    "notice_sent_way_lost": marked(
        "Kirje lähti samana päivänä, jona tapa tai vastaanottaja merkittiin vaaralliseksi"
    ),
    "dispatch_way_lost": marked(
        "Päätös lähti samana päivänä, jona tapa tai vastaanottaja merkittiin vaaralliseksi"
    ),
    "question_asked_way_lost": marked(
        "Kysymys esitettiin samana päivänä, jona tapa tai vastaanottaja merkittiin vaaralliseksi"
    ),
    "notice_sent_requests_pause": marked("Kirje lähti samana päivänä, jona henkilö peruutti hakemuksensa"),
    "question_asked_requests_pause": marked(
        "Kysymys esitettiin samana päivänä, jona henkilö peruutti hakemuksensa"
    ),
    "certificate_service": marked("Päätös luovutettiin ennen kuin todistus luovutuksesta laadittiin"),
    "cover_dispatch": marked("Kirjeen lähtöpäivä on ennen kirjeen laatimista"),
    "dispatch_overtaken": marked("Kirje lähti, kun päätös ei ollut enää voimassa"),
    "service_overtaken": marked("Päätös annettiin, kun se ei ollut enää voimassa"),
    "dispatch_recording": marked("Kirje kirjattiin lähteneeksi yli viikon kuluttua"),
    "notice_sent_recording": marked("Kirje kirjattiin lähteneeksi yli viikon kuluttua"),
    "consent_end_disclosure_consent": marked(
        "Henkilö suostui samana päivänä, jona hän perui tai kielsi saman"
    ),
    "arrival_disclosure_consent": marked("Henkilö suostui ennen asian saapumista"),
    "arrival_child_hearing": marked("Lasta kuultiin ennen asian saapumista"),
    "arrival_child_welfare_notice": marked("Lastensuojeluilmoitus tehtiin ennen asian saapumista"),
    "arrival_support": marked("Apua annettiin ennen asian saapumista"),
    "arrival_death": marked("Henkilö kuoli ennen asian saapumista"),
    "recording_reflection": marked("Harkinta-aika alkaa yli kahden viikon päästä"),
    "recording_help_end": marked("Apu jatkuu yli puoli vuotta päätöksen jälkeen"),
    "recording_hold": marked("Päätös odotti lähettämistä yli viikon, tai päivä oli mennyt"),
    "recording_plan": marked("Päivä oli mennyt tai yli vuoden päässä"),
    "assessment_signature": marked("Päätös allekirjoitettiin ennen arviota"),
    "signature_reflection": marked("Harkinta-aika alkaa ennen päätöstä asiakkaaksi ottamisesta"),
    "signature_appeal": marked("Valitus saapui ennen allekirjoitusta"),
    "service_appeal": marked("Valitus saapui ennen tiedoksiantoa"),
    "appeal_court_decision": marked("Ratkaisun päivä on ennen valituksen saapumista"),
    "service_finality_answer": marked("Tuomioistuin vastasi ennen tiedoksiantoa"),
}
"""Matters that the preparer of a decision had to explain."""
VICTIM_TESTS = {
    "met": marked("molemmat uhrin edellytykset täyttyvät"),
    "not_met": marked("uhrin edellytykset eivät täyty"),
    "not_assessed": marked("uhrin edellytyksiä ei ole arvioitu"),
}
HEARINGS = {
    "held": marked("kuultu, tai tilaisuus on annettu"),
    "unnecessary": marked("perusteltu tarpeettomaksi"),
    "not_needed": marked("ei tarvita, ratkaisu on pyydetyn mukainen"),
    "not_examined": marked("ei tarvita, asiaa ei tutkita"),
}
HEARING_EXCEPTIONS = {
    "groundless": marked("vaatimus hylätään heti perusteettomana"),
    "harm": marked("viivytys aiheuttaisi huomattavaa haittaa terveydelle tai turvallisuudelle"),
    "needless": marked("kuuleminen on muusta syystä ilmeisen tarpeetonta"),
    "accepted_wish": marked("oma tahto hyväksytään sellaisenaan"),
}
OUTSIDE = {
    "none": marked("valmistelijan mukaan ei nojaa muilta saatuun tietoon"),
    "heard": marked("nojaa muilta saatuun tietoon, ja henkilöä on valmistelijan mukaan kuultu siitä"),
    "unheard": marked("nojaa muilta saatuun tietoon, josta henkilöä ei ole kuultu"),
}
"""Answers of a preparer about information that is not the person's own."""
HEARING_ANSWERS = {
    "heard": marked("antoi selvityksen"),
    "declined": marked("ei halunnut ottaa kantaa"),
    "no_answer": marked("ei vastannut määräajassa"),
    "none": marked("vastausta ei ole"),
}
CHILD_HEARD = {
    "heard": marked("lasta on kuultu"),
    "offered": marked("lapselle on annettu tilaisuus, hän ei halunnut"),
    "unreachable": marked("lasta ei tavoiteta, eikä häntä ole kuultu"),
    "under_12": marked("lapsi on alle 12-vuotias"),
}
OWN_PARTS = {
    "prepared_this_draft": marked("Olet valmistellut tämän päätöksen"),
    "wrote_its_reasons": marked("Päätöksessä on kirjoittamiasi perusteluja"),
    "prepared_an_earlier_draft": marked("Olet valmistellut aiemman luonnoksen"),
    "gave_oral_decision": marked("Annoit suullisen päätöksen"),
    "assessed": marked("Arvioit asian"),
    "none": marked("Et ole valmistellut etkä arvioinut tätä asiaa"),
}
"""Part that the signer has had in the draft."""
DELIVERIES = {
    "open": marked("ei vielä lähetetty"),
    "dispatched": marked("lähetetty"),
    "served": marked("tiedoksi annettu"),
    "returned": marked("posti palautui"),
    "doubted": marked("osoite ei ole turvallinen, ei katsota saaduksi"),
    "replaced": marked("vaihdettu toiseen tapaan"),
    "kept": marked("säilytetään noudettavana, valitusaika ei ole alkanut"),
}
NO_SAFE_WAYS = {
    "dead": marked("henkilö on kuollut"),
    "recipient_died": marked("huoltaja tai muu vastaanottaja on kuollut"),
    "refuses": marked("henkilö kieltäytyy"),
    "not_reached": marked("henkilöä ei ole tavoitettu"),
    "no_safe_channel": marked("mikään tapa ei ole turvallinen"),
    "deputy_needed": marked("lapselle on ensin saatava sijainen"),
    "speaks_no_more": marked("vastaanottaja ei enää puhu henkilön puolesta"),
}
APPEAL_WAYS = {
    "post": marked("postissa"),
    "email": marked("sähköpostilla"),
    "in_person": marked("tuotiin meille"),
    "court": marked("tuomioistuimesta"),
}
COURT_RESULTS = {
    "upheld": marked("valitus hylättiin"),
    "dismissed": marked("valitus jätettiin tutkimatta"),
    "discontinued": marked("valituksen käsittely raukesi"),
    "changed": marked("päätös muuttui"),
    "annulled": marked("päätös kumottiin"),
    "returned": marked("asia palautettiin"),
    "returned_to_court": marked("asia palautettiin hallinto-oikeuteen"),
    "leave_refused": marked("valituslupaa ei myönnetty"),
}
TAKEN_BACK_BY = {
    "person": marked("henkilö itse"),
    "speaker": marked("alle 15-vuotiaan huoltaja tai edustaja"),
    "other": marked("joku muu"),
}
"""Those who take a withdrawal back."""
NOTICE_WAYS = {
    "secure_mail": marked("turvapostilla"),
    "secure_system": marked("viranomaisten suojatussa järjestelmässä"),
    "phone": marked("puhelin"),
    "in_person": marked("kasvotusten"),
    "post": marked("kirje"),
}
OWN_RESULTS = {
    "leave_refused": marked("valituslupaa ei myönnetty"),
    "upheld": marked("valitus hylättiin"),
    "dismissed": marked("valitus jätettiin tutkimatta"),
    "discontinued": marked("valituksen käsittely raukesi"),
    "restored": marked("hallinto-oikeuden ratkaisu kumottiin tai sitä muutettiin"),
    "returned": marked("asia palautettiin hallinto-oikeuteen"),
}
"""Results of the authority's own appeal."""
FATES = {
    "correct": marked("korjataan"),
    "stands": marked("jää voimaan"),
    "other": marked("muuta, perustelussa"),
}
"""Words for what becomes of a decision made while the one before it was restored."""
OVERRULED = {
    "annulled": marked("kumottu"),
    "returned": marked("palautettu tutkittavaksi"),
    "changed": marked("muutettu tuomioistuimessa"),
}
"""Results of a court for a decision."""
PROOFS = {
    "certificate": marked("tiedoksiantotodistus"),
    "acknowledgement": marked("saantitodistus"),
    "opened": marked("avattu verkossa"),
    "electronic": marked("avattu verkossa"),
    "presumed": marked("katsotaan saaduksi"),
    "receipt": marked("saantitodistus"),
    "told": marked("henkilö vahvisti saaneensa"),
    "in_person": marked("luovutettu henkilökohtaisesti"),
    "agent": marked("annettu asiamiehelle"),
    "letter": marked("lähetetty kirjeenä"),
}
DECISION_WORDS = {
    "hearing": HEARINGS,
    "hearing_exception": HEARING_EXCEPTIONS,
    "hearing_answer": HEARING_ANSWERS,
    "outside": OUTSIDE,
    "child_heard": CHILD_HEARD,
    "overruled": OVERRULED,
    "appeal_way": APPEAL_WAYS,
    "court_result": COURT_RESULTS,
    "own_result": OWN_RESULTS,
    "new_decision_fate": FATES,
    "taken_back_by": TAKEN_BACK_BY,
    "notice_way": NOTICE_WAYS,
    "no_safe_way": NO_SAFE_WAYS,
}
"""By kind of word, those of hearings, service and appeals."""
