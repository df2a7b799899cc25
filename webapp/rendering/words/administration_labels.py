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
    "receiver_added": marked("lisäsi ohjelman osoitteen"),
    "receiver_ended": marked("päätti ohjelman osoitteen"),
    "receiver_key_changed": marked("vaihtoi ohjelman osoitteen avaimen"),
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
    "answers:identity": marked("lukea vastauksia: henkilötiedot"),
    "answers:contact": marked("lukea vastauksia: yhteystiedot"),
    "answers:narrative": marked("lukea vastauksia: kertomus"),
    "answers:decision": marked("lukea vastauksia: päätöksen tiedot"),
    "documents:read": marked("lukea kirjeitä ja päätöksiä"),
    "files:attach": marked("liittää tiedostoja"),
}
HEARD_EVENTS = {
    "application_received": marked("asia saapui"),
    "registered": marked("kirjattiin vireille"),
    "request_sent": marked("tietopyyntö lähti"),
    "request_stalled": marked("pyyntö jumiutui"),
    "reply_received": marked("vastaus saapui"),
    "late_reply_received": marked("vastaus tuli myöhässä"),
    "oral_decision_given": marked("suullinen päätös annettiin"),
    "resolution_signed": marked("päätös allekirjoitettiin"),
    "resolution_dispatched": marked("päätös lähti"),
    "resolution_served": marked("päätös annettiin tiedoksi"),
    "resolution_final": marked("päätös tuli lainvoimaiseksi"),
    "case_closed": marked("asia päättyi"),
}
"""Events that a program hears of, without anything of the case."""
