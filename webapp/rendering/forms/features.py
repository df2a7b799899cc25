"""What forms ask on this installation: no question promises what is not there."""

from __future__ import annotations

from engine.domain.own_reading import AGREEMENT
from forms.definition import FormDefinition, without
from webapp.http.current import settings


def as_asked(definition: FormDefinition) -> FormDefinition:
    """Where nobody can be identified, nobody is asked whether the decision may be opened that way."""
    return definition if settings().identification else without(definition, frozenset({AGREEMENT}))
