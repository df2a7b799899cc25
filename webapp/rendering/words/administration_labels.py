"""Words of administration: acts in its log, powers by appointment, what programs may do."""

from __future__ import annotations

from webapp.rendering.words.catalogues import marked

ACTS = {
    "person_added": marked("lisäsi henkilön"),
    "person_closed": marked("sulki tunnuksen"),
    "person_reopened": marked("avasi tunnuksen uudelleen"),
    "roles_given": marked("antoi rooleja"),
    "roles_taken": marked("poisti rooleja"),
    "team_changed": marked("vaihtoi alueen"),
    "appointed": marked("kirjasi määräyksen"),
    "appointment_ended": marked("päätti määräyksen"),
    "program_added": marked("lisäsi ohjelman"),
    "program_revoked": marked("päätti ohjelman tunnuksen"),
    "proposed": marked("ehdotti"),
    "refused": marked("hylkäsi ehdotuksen"),
    "replaced": marked("korvasi ehdotuksen"),
    "invited": marked("teki kutsun"),
    "invitation_taken_back": marked("perui kutsun"),
    "invitation_used": marked("kutsu käytettiin"),
    "sessions_ended": marked("päätti istunnot"),
    "absence_recorded": marked("kirjasi poissaolon"),
    "absence_ended": marked("päätti poissaolon"),
    "signed_in": marked("kirjautui"),
    "sign_in_refused": marked("kirjautuminen ei onnistunut"),
    "proof_refused": marked("vahvistus ei onnistunut"),
    "passkey_added": marked("lisäsi pääsyavaimen"),
    "passkey_removed": marked("poisti pääsyavaimen"),
    "password_changed": marked("vaihtoi salasanan"),
    "codes_taken_up": marked("otti kertakoodit käyttöön"),
    "recovery_codes_renewed": marked("teki uudet varakoodit"),
    "data_destroyed": marked("hävitti avaimet, todistus"),
    "master_key_changed": marked("vaihtoi pääavaimen"),
    "page_refused": marked("yritti, mihin ei ollut oikeutta"),
    "emergency_refused": marked("yritti avata hädässä asian, jota ei ole tai jota ei saa avata"),
}
SIGN_IN_WAYS = {
    "provider": marked("viraston kirjautumispalvelussa"),
    "passkey": marked("pääsyavaimella"),
    "password": marked("salasanalla ja kertakoodilla"),
    "invitation": marked("kutsulla"),
}
APPOINTMENTS = {
    "sign_resolutions": marked("allekirjoittaa päätökset"),
    "give_oral_decisions": marked("antaa suullisia päätöksiä"),
    "review_selko": marked("tarkistaa selkokieliset tekstit"),
    "review_sv": marked("tarkistaa ruotsinkieliset tekstit"),
    "review_en": marked("tarkistaa englanninkieliset tekstit"),
    "review_ru": marked("tarkistaa venäjänkieliset tekstit"),
    "review_uk": marked("tarkistaa ukrainankieliset tekstit"),
    "review_ar": marked("tarkistaa arabiankieliset tekstit"),
    "review_fa": marked("tarkistaa persiankieliset tekstit"),
    "review_so": marked("tarkistaa somalinkieliset tekstit"),
    "review_vi": marked("tarkistaa vietnaminkieliset tekstit"),
    "review_fr": marked("tarkistaa ranskankieliset tekstit"),
    "review_es": marked("tarkistaa espanjankieliset tekstit"),
}
SCOPES = {
    "cases:start": marked("panna asioita vireille"),
    "cases:read": marked("lukea asioita"),
    "tasks:read": marked("lukea tehtäviä"),
    "tasks:complete": marked("tehdä tehtäviä"),
    "replies:deliver": marked("toimittaa vastauksia"),
    "messages:deliver": marked("toimittaa tietoja asioihin"),
    "definitions:read": marked("lukea malleja"),
    "deadlines:read": marked("lukea määräaikoja"),
}
