"""Finds what the diagrams, the tables and the conditions of forms read and may not: who somebody is.

A forbidden name is found as a whole word of a longer one: `gender` in `parent_gender`. One that ends with `*` is the
beginning of a word, for languages that inflect: `sukupuol*` in `hakijan_sukupuolen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from engine.bpmn.checks.naming import reading_of
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, finding
from engine.guardrails.prover.findings import at
from engine.guardrails.prover.model_index import ModelIndex


def forbidden_reads(
    index: ModelIndex, forbidden: Iterable[str], elements: Iterable[Element], words: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each forbidden name that an element reads, and for each that a condition of a form does.

    A form need not be a task's: an application is sent before any diagram begins.
    """
    patterns = [each.split("_") for each in forbidden]

    @cache
    def is_forbidden(name: str) -> bool:
        return any(_holds(name.split("_"), each) for each in patterns)

    for element in elements:
        for name in sorted(filter(is_forbidden, _read_by(index, element))):
            yield at(element, "guardrail_reads", (), variable=name, **words)
    for form_key, names in sorted(index.surroundings.conditions.items()):
        for name in sorted(filter(is_forbidden, names)):
            yield finding("guardrail_form_reads", form=form_key, variable=name, **words)


def _read_by(index: ModelIndex, element: Element) -> frozenset[str]:
    """Return the names in the element's conditions, loops, timers and mappings, and those its table reads.

    A mapping counts: what it takes from an answer decides under another name.
    """
    texts = [element.properties.get(each, "") for each in ("collection", "input", "output")]
    if element.timer or element.multiple or element.kind == "scriptTask":
        texts.append(element.expression or "")
    texts += [flow.condition or "" for flow in index.flows_from(element)]
    readings = [reading_of(text) for text in texts]
    table = index.surroundings.tables.get(element.properties.get("decision", ""), frozenset())
    return table.union(*(reading.touched for reading in readings if reading is not None))


def _holds(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Return True if the words of the pattern stand one after another among the parts."""
    return any(
        all(_is_word(part, word) for part, word in zip(parts[start:], pattern, strict=False))
        for start in range(len(parts) - len(pattern) + 1)
    )


def _is_word(part: str, word: str) -> bool:
    return part.startswith(word[:-1]) if word.endswith("*") else part == word
