"""Findings of the publish gate: a severity, a sentence for process owners, and a way to mend it, by code.

The texts are Finnish, the authority's working language, and msgids of the catalogues of `engine.texts`. A finding
keeps its values, so that `in_language` can write it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.elements import Element
from engine.bpmn.form_sentences import FORM_SENTENCES
from engine.bpmn.import_sentences import IMPORT_SENTENCES
from engine.bpmn.proof_sentences import PROOF_SENTENCES
from engine.bpmn.sentences import SENTENCES, Severity
from engine.bpmn.staff_sentences import STAFF_SENTENCES
from engine.texts import text

ALL_SENTENCES = {**SENTENCES, **PROOF_SENTENCES, **IMPORT_SENTENCES, **STAFF_SENTENCES, **FORM_SENTENCES}


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of a way through the diagrams, in words for people."""

    element_id: str
    process_id: str
    name: str
    role: str | None = None
    assumed: tuple[str, ...] = ()
    """Values that process variables must have after it for the way to go on: ``direction = adverse|partial``."""


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    process_id: str | None
    element_id: str | None
    sentence: str
    way_out: str
    values: Mapping[str, str] = field(default_factory=dict)
    path: tuple[PathStep, ...] = ()
    """The shortest path to the finding, where one was followed."""

    @property
    def guardrails(self) -> tuple[str, ...]:
        """The keys of the guardrails against which it speaks."""
        return tuple((self.values.get("guardrails") or self.values.get("guardrail", "")).split())


def finding(
    code: str,
    *,
    process_id: str | None = None,
    element_id: str | None = None,
    **values: Any,
) -> Finding:
    severity, sentence, way_out = ALL_SENTENCES[code]
    texts = {name: str(value) for name, value in values.items()} | {"element": element_id or "–"}
    texts.setdefault("name", texts["element"])
    return Finding(
        code,
        severity,
        process_id,
        element_id,
        sentence.format_map(texts).strip(),
        way_out.format_map(texts),
        texts,
    )


def at(element: Element, code: str, **values: Any) -> Finding:
    """Make a finding on an element, with its name."""
    name = element.name or element.element_id
    return finding(code, process_id=element.process_id, element_id=element.element_id, name=name, **values)


def in_language(found: Finding, language: str) -> tuple[str, str]:
    """Return sentence and remedy in another language; in Finnish if the catalogue lacks them or another package wrote them."""
    if found.code not in ALL_SENTENCES:
        return found.sentence, found.way_out
    _, sentence, way_out = ALL_SENTENCES[found.code]
    own = {
        name: found.values[f"{name}_{language}"]
        for name in found.values
        if f"{name}_{language}" in found.values
    }
    values = {**found.values, **own}
    return text(language, sentence, **values).strip(), text(language, way_out, **values).strip()
