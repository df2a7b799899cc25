"""Changes of a party in words: which detail, what it was, what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.domain.parties import FORM_LANGUAGE
from engine.queries.correction_page import Correction
from engine.queries.party_page import Party
from forms.views import WORDS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import short_day
from webapp.rendering.words.labels import TABLES, language_name, word

TIMES: Final = {
    "weekday_morning": marked("arkisin klo 8–12"),
    "weekday_afternoon": marked("arkisin klo 12–16"),
    "weekday_evening": marked("arki-iltaisin"),
    "weekend": marked("viikonloppuna"),
}
REFERRER_KINDS: Final[Mapping[str, str]] = {
    "police": marked("Poliisi"),
    "border_guard": marked("Rajavartiolaitos"),
    "migri": marked("Maahanmuuttovirasto"),
    "reception_centre": marked("Vastaanottokeskus tai säilöönottoyksikkö"),
    "social_services": marked("Sosiaalihuolto"),
    "health_care": marked("Terveydenhuolto"),
    "labour_inspection": marked("Työsuojeluviranomainen"),
    "other_authority": marked("Muu viranomainen"),
    "ngo": marked("Järjestö"),
    "parish": marked("Seurakunta"),
    "company": marked("Yritys"),
    "legal_counsel": marked("Lakimies"),
    "private_person": marked("Yksityishenkilö"),
    "other": marked("Muu"),
}
"""Places where a referrer works or acts, as the forms offer them."""
LABELS: Final[Mapping[str, str]] = {
    "given_names": marked("Etunimet"),
    "family_name": marked("Sukunimi"),
    "referrer_name": marked("Nimi"),
    "referrer_organisation": marked("Järjestö tai viranomainen"),
    "referrer_kind": marked("Missä ohjaaja toimii"),
    "role": marked("Tehtävä tai suhde henkilöön"),
    "born_on": marked("Syntymäaika"),
    "age_doubted": marked("Voi olla lapsi, syntymäaikaa epäillään"),
    "mother_tongue": marked("Äidinkieli"),
    "contact_language": marked("Kieli"),
    "contact_language_other": marked("Mikä muu kieli"),
    "interpreter_needed": marked("Tarvitseeko tulkin"),
    "identity_code": marked("Henkilötunnus"),
    "safe_channels": marked("Turvalliset tavat"),
    "unsafe_channels": marked("Tavat, jotka eivät ole turvallisia"),
    "called_unsafe_on": marked("Yhteydenottoa sanottiin vaaralliseksi"),
    "phone": marked("Puhelin"),
    "sms_phone": marked("Numero tekstiviesteille"),
    "email": marked("Sähköposti"),
    "referrer_phone": marked("Puhelin"),
    "referrer_email": marked("Sähköposti"),
    "postal_address": marked("Postiosoite"),
    "contact_person_name": marked("Kenen kautta"),
    "contact_person_phone": marked("Hänen puhelinnumeronsa"),
    "contact_person_relationship": marked("Kuka hän on henkilölle"),
    "safe_times": marked("Milloin saa soittaa"),
    "if_other_answers": marked("Jos joku muu vastaa"),
    "safe_words": marked("Sanat, jos joku muu vastaa"),
    "may_leave_message": marked("Saa jättää viestin"),
    "electronic_delivery": marked("Päätöksen saa antaa verkossa"),
    "kind": marked("Osa asiassa"),
    "is_unsafe": marked("Merkitty vaaralliseksi"),
    "is_minor": marked("Alaikäinen"),
    "is_recipient": marked("Päätös annetaan erikseen tiedoksi"),
    "is_protected": marked("Turvakielto"),
    "powers": marked("Saa henkilön puolesta"),
    "authorised_on": marked("Alkaen"),
}
IF_OTHER: Final = {
    "wrong_number": marked("Sano soittaneesi väärään numeroon"),
    "hang_up": marked("Sulje puhelin sanomatta mitään"),
    "own_words": marked("Sano henkilön omin sanoin"),
}
UNCERTAIN: Final = {"unknown": marked("ei varmaa")}
HIDDEN: Final = frozenset({"identity_code"})
"""Details that no page shows, before or after."""


@dataclass(frozen=True, slots=True)
class WordedChange:
    at: datetime
    who: str
    source: str
    reason: str
    kind: str
    lines: tuple[tuple[str, str, str], ...]
    """Label, before, after."""


def change_in_words(change: Correction) -> WordedChange:
    source = word(change.source, "source") if change.source in TABLES["source"] else ""
    if source and change.source_on is not None:
        source = f"{source}, {short_day(change.source_on)}"
    lines = tuple(
        (
            _(LABELS[name]) if name in LABELS else name.replace("_", " "),
            "" if name in HIDDEN else detail_in_words(name, change.before.get(name)),
            "" if name in HIDDEN else detail_in_words(name, change.after.get(name)),
        )
        for name in change.after
    )
    return WordedChange(change.made_at, change.made_by_name, source, change.reason, change.kind, lines)


def party_in_words(party: Party) -> str:
    """Return who a party is: their name or what was written of them, and what they are to the person or in the case."""
    role = party.identity.get("role") or party.contact.get("contact_person_relationship")
    what = role if isinstance(role, str) and role else word(party.kind, "party")
    return ", ".join(each for each in (party.name, what) if each)


def details_in_words(party: Party) -> list[tuple[str, str]]:
    """Return label and value of each detail that pages show of a party, in the order of the labels."""
    details = {**party.identity, **party.contact, "powers": list(party.powers)}
    shown = (name for name in LABELS if name in details and name not in HIDDEN)
    worded = ((_(LABELS[name]), detail_in_words(name, details[name])) for name in shown)
    return [(label, words) for label, words in worded if words]


def written_in(identity: Mapping[str, object]) -> str:
    """Return in which language a person filled in the form, in words, if they did not say which they speak with us; else
    nothing."""
    code, spoken = identity.get(FORM_LANGUAGE), identity.get("contact_language")
    if not isinstance(code, str) or (isinstance(spoken, str) and spoken):
        return ""
    return _("kirjoitti lomakkeen kielellä %(language)s", language=language_name(code))


def detail_in_words(name: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(detail_in_words(name, each) for each in value)
    if isinstance(value, bool):
        return _("kyllä") if value else _("ei")
    if isinstance(value, Mapping):
        return _(WORDS.get(str(value.get("skipped")), ""))
    text = value if isinstance(value, str) else ""
    if not text:
        return ""
    if name.endswith("_on"):
        return _day(text)
    known = {
        "kind": TABLES["party"],
        "powers": TABLES["power"],
        "safe_times": TIMES,
        "if_other_answers": IF_OTHER,
        "referrer_kind": REFERRER_KINDS,
        "interpreter_needed": UNCERTAIN,
    }
    if name in ("safe_channels", "unsafe_channels"):
        return word(text, "way")
    if name == "contact_language":
        return language_name(text)
    return _(known[name][text]) if text in known.get(name, ()) else _(WORDS[text]) if text in WORDS else text


def _day(text: str) -> str:
    try:
        return short_day(date.fromisoformat(text))
    except ValueError:
        return text
