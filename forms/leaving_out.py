"""A form without some of its questions, where what they promise can't be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from forms.definition import Component, Field, FormDefinition, Group


@lru_cache(maxsize=64)
def without(definition: FormDefinition, keys: frozenset[str]) -> FormDefinition:
    """Kept, because what is compiled from a form hangs on its identity. No condition may read what is left out."""
    steps = (replace(step, components=tuple(_left(step.components, keys))) for step in definition.steps)
    order = tuple(key for key in definition.order if key not in keys)
    return replace(definition, steps=tuple(steps), order=order)


def _left(components: tuple[Component, ...], keys: frozenset[str]) -> Iterator[Component]:
    for component in components:
        if isinstance(component, Group):
            yield replace(component, components=tuple(_left(component.components, keys)))
        elif not (isinstance(component, Field) and component.key in keys):
            yield component
