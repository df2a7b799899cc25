"""Expressions written for other tools: name their language, and give the same in FEEL if that is simple."""

from __future__ import annotations

import re
from typing import Final

from engine.bpmn.catalogue import BPMN, local
from engine.bpmn.checks.model import Model
from engine.bpmn.checks.reading import FeelProblem, read
from engine.feel.builtins import BUILTINS

_KNOWN_LANGUAGES: Final = (
    (re.compile(r"feel", re.IGNORECASE), ""),
    (re.compile(r"groovy", re.IGNORECASE), "Groovy"),
    (re.compile(r"javascript|ecmascript|\bjs\b|nashorn", re.IGNORECASE), "JavaScript"),
    (re.compile(r"juel|unified-?expression", re.IGNORECASE), "JUEL"),
    (re.compile(r"xpath", re.IGNORECASE), "XPath"),
    (re.compile(r"mvel", re.IGNORECASE), "MVEL"),
    (re.compile(r"python|jython", re.IGNORECASE), "Python"),
    (re.compile(r"ruby", re.IGNORECASE), "Ruby"),
    (re.compile(r"\bjava\b|java\.com", re.IGNORECASE), "Java"),
    (re.compile(r"drools|kie\.org", re.IGNORECASE), "Drools"),
)
"""Languages that attributes name, with the words people use for them."""
_LOOKS: Final = (
    (re.compile(r"\A\s*[$#]\{.*\}\s*\Z", re.DOTALL), "JUEL"),
    (re.compile(r"\A\s*="), "FEEL, Camunda 8"),
    (re.compile(r"\bgetDataObject\s*\(|\bbpmn:|\A\s*/{1,2}\w+"), "XPath"),
    (re.compile(r"\breturn\b.*;", re.DOTALL), "Java"),
    (re.compile(r"===|!==|\b(?:var|let|const)\s+\w+\s*=|\bfunction\s*\(\s*\)\s*\{"), "JavaScript"),
    (re.compile(r"\bexecution\.(?:get|set)Variable|\bdef\s+\w+\s*="), "Groovy"),
    (re.compile(r"&&|\|\|"), "JavaScript"),
)
_EXAMPLE: Final = 'amount > 100 and state = "open"'
_INTO_FEEL: Final = (
    (re.compile(r"===?"), "="),
    (re.compile(r"!=="), "!="),
    (re.compile(r"\s*&&\s*"), " and "),
    (re.compile(r"\s*\|\|\s*"), " or "),
    (re.compile(r"'([^'\"]*)'"), r'"\1"'),
    (re.compile(r"!\s*(\w+)"), r"not(\1)"),
    (re.compile(r"\beq\b"), "="),
    (re.compile(r"\bne\b"), "!="),
)


def declared_languages(model: Model) -> dict[str, str]:
    """Return the language declared by each expression, by id of the flow or element."""
    found: dict[str, str] = {}
    for root in model.roots.values():
        for node in root.iter(BPMN + "*"):
            declared = node.get("language") or node.get("scriptFormat")
            owner = node
            while declared and local(owner) in _WITHIN and (above := owner.getparent()) is not None:
                owner = above
            if declared:
                found[owner.get("id", "")] = declared
    return found


_WITHIN: Final = frozenset(
    {
        "conditionExpression",
        "timeDuration",
        "timeDate",
        "completionCondition",
        "loopCardinality",
        "timerEventDefinition",
        "multiInstanceLoopCharacteristics",
    }
)


def named(declared: str | None) -> str | None:
    """Return the usual name of a language that an attribute declares; None for FEEL and for an empty one."""
    known = (name for pattern, name in _KNOWN_LANGUAGES if declared and pattern.search(declared))
    return next(known, declared[:40] if declared else None) or None


def looks_like(text: str) -> str | None:
    """Return the probable language of a text that is no FEEL."""
    return next((name for pattern, name in _LOOKS if pattern.search(text)), None)


def in_feel(text: str) -> str:
    """Return the same expression in FEEL if exchanging signs is enough; else an example."""
    inner = re.sub(r"\A\s*(?:[$#]\{(.*)\}|=(.*))\s*\Z", lambda m: m[1] or m[2] or "", text, flags=re.DOTALL)
    for pattern, feel in _INTO_FEEL:
        inner = pattern.sub(feel, inner)
    inner = " ".join(inner.split())
    try:
        found = read(inner)
    except FeelProblem:
        return _EXAMPLE
    return inner if not found.functions - BUILTINS.keys() else _EXAMPLE
