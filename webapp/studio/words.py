"""Words of the studio: outcomes, milestones, events of a draft's history, and all of them for a comparison."""

from __future__ import annotations

from engine.domain.cases import Outcome
from engine.domain.people import Role
from engine.models.comparing import Words
from webapp.http.languages import current_language
from webapp.rendering.timeline.sentences import MILESTONES
from webapp.rendering.words.catalogues import gettext, marked
from webapp.rendering.words.labels import role_name

_OUTCOMES = {
    "admitted_35_1": marked("otettu, 35 § 1 mom."),
    "admitted_35_2": marked("otettu, 35 § 2 mom."),
    "admitted_35_3": marked("otettu, 35 § 3 mom."),
    "not_admitted": marked("ei otettu"),
    "not_examined": marked("jätetty tutkimatta"),
    "lapsed": marked("rauennut"),
    "transferred": marked("siirretty"),
}
_DRAFT_EVENTS = {
    "created": marked("Luonnos aloitettiin"),
    "imported": marked("Tiedostoja tuotiin"),
    "put_back": marked("Palattiin aiempaan tilanteeseen"),
    "file_put_back": marked("Tiedosto palautettiin julkaistuksi"),
    "requested": marked("Julkaisua pyydettiin"),
    "untranslated": marked("Julkaisua pyydettiin, vaikka näitä tekstejä ei ole kaikilla kielillä"),
    "returned": marked("Palautettiin muokattavaksi"),
    "discarded": marked("Luonnos hylättiin"),
    "recovered": marked("Luonnos otettiin uudelleen työn alle"),
    "published": marked("Otettiin käyttöön"),
}


def outcome_name(outcome: str) -> str:
    return gettext(_OUTCOMES[outcome]) if outcome in _OUTCOMES else outcome


def draft_event_name(kind: str) -> str:
    return gettext(_DRAFT_EVENTS[kind]) if kind in _DRAFT_EVENTS else kind


def milestone_names() -> dict[str, str]:
    return {key: gettext(word) for key, word in MILESTONES.items()}


def words() -> Words:
    """Return the reader's language, and the names on screen of what model files know by key."""
    return Words(
        current_language().code,
        milestones=milestone_names(),
        roles={role.value: role_name(role) for role in Role},
        outcomes={outcome.value: outcome_name(outcome.value) for outcome in Outcome},
    )
