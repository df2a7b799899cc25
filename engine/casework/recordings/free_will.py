"""A talk about consent, its refusal or a withdrawal counts only if the person's will was free.

A free will, not solitude: an assistant is a right (434/2003 12 §). The person is asked once in private whom they want with
them; nobody marked unsafe stays. A worker who is not sure arranges another talk, and nothing is recorded as the person's will.
"""

from __future__ import annotations

from typing import Final

from engine.casework.recordings.recording import Recording
from engine.errors import Invalid
from forms.definition import FormDefinition

PARENTAL: Final = frozenset({"person_and_guardian", "guardian"})
FOR_A_CHILD: Final = frozenset({"guardian", "substitute"})
BY_A_MINOR_ALONE: Final = "person"
NOT_MATURE: Final = frozenset({"partly", "no"})


def require_free_will(recording: Recording) -> None:
    """Raise Invalid at the first answer that leaves the will in doubt. A form redrawn without the questions has nothing to check."""
    if recording.asks("asked_in_private") and recording.text("asked_in_private") != "yes":
        raise Invalid("Kysy ensin kahden kesken, ketkä henkilö haluaa mukaan.", field="asked_in_private")
    if "unsafe" in _chosen(recording, "present"):
        raise Invalid("Vaaralliseksi merkitty oli mukana. Sovi uusi keskustelu ilman häntä.", field="present")
    if recording.text("spoke_self") == "no":
        raise Invalid(
            "Tahdon kertoo henkilö itse, tarvittaessa tulkin välityksellä. Sovi uusi keskustelu hänen kanssaan.",
            field="spoke_self",
        )
    if recording.asks("free_will") and recording.text("free_will") != "yes":
        raise Invalid("Tahdon vapaudesta ei ole varmuutta. Sovi uusi keskustelu.", field="free_will")
    if recording.asks("channel_safe") and recording.text("channel_safe") != "yes":
        raise Invalid(
            "Tapa ei ollut turvallinen. Sovi uusi keskustelu turvallisella tavalla.", field="channel_safe"
        )


def require_informed(recording: Recording) -> None:
    """Raise Invalid unless everything that the form lists was explained."""
    field = _definition(recording).by_key.get("consent_explained")
    explained = _chosen(recording, "consent_explained")
    if field is not None and not {option.value for option in field.options} <= explained:
        raise Invalid(
            "Suostumus edellyttää, että kaikki on kerrottu. Kerro vielä ne kohdat, joita ei ole valittu.",
            field="consent_explained",
        )


def require_maturity(recording: Recording, *, is_minor: bool, guardian_is_unsafe: bool) -> None:
    """A minor consents by age and development; who does not understand yet can't consent alone."""
    maturity, given_by = recording.text("minor_maturity"), recording.text("consent_by")
    if is_minor and maturity == "not_minor":
        raise Invalid("Henkilö on alaikäinen. Arvioi, ymmärtääkö hän, mihin suostuu.", field="minor_maturity")
    if maturity in NOT_MATURE and given_by == BY_A_MINOR_ALONE:
        raise Invalid(
            "Lapsi ei ymmärrä tätä vielä yksin. Suostumuksen antaa myös huoltaja tai edustaja.",
            field="consent_by",
        )
    if maturity == "not_minor" and given_by in FOR_A_CHILD:
        raise Invalid(
            "Henkilö on täysi-ikäinen, ja suostumuksen antoi muu kuin hän. Valitse, kuka sen antoi, tai arvioi lapsen ymmärrys.",
            field="consent_by",
        )
    if guardian_is_unsafe and given_by in PARENTAL:
        raise Invalid(
            "Huoltaja on merkitty vaaralliseksi. Hänen sijaansa määrätään edustaja.", field="consent_by"
        )


def _definition(recording: Recording) -> FormDefinition:
    return recording.models.form(recording.task.form_key or "")


def _chosen(recording: Recording, question: str) -> frozenset[str]:
    value = recording.answers.get(question)
    return frozenset(value) if isinstance(value, list | tuple) else frozenset()
