"""One word, one thing: the words of README's glossary, and none of the ones it replaces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.conventions.tracked import comments, named, product_files, shown
from tests.counting import OPAQUE, RIDDLE

INSTEAD: Final[Mapping[str, str]] = {
    "ticket": "Case",
    "dossier": "CaseFile",
    "lead": "Enquiry",
    "user": "Party or Actor",
    "client": "Party",
    "consent_flag": "Consent",
    "case_result": "Outcome",
    "decision_result": "Outcome",
    "sign_decision": "Resolution",
    "signed_decision": "Resolution",
    "written_decision": "Resolution",
    "decision_letter": "Resolution",
    "workflow": "ProcessDefinition or Instance",
    "spec": "ProcessDefinition",
    "todo": "UserTask",
    "work_item": "UserTask",
    "human_task": "UserTask",
    "task_owner": "assignee",
    "task_role": "candidate_group",
    "job": "Timer",
    "form_schema": "FormDefinition",
    "form_data": "answers",
    "payload": "answers or variables",
    "event_log": "timeline",
    "case_log": "timeline",
    "sla": "Deadline",
    "promise": "Guardrail",
    "promises": "guardrails",
    "sandbox": "Simulation or TryOut",
    "shelf": "the name of what it holds",
    "rehearsal": "Scenario",
    "bench": "TryOut",
    "memo": "Note",
    "fix": "Correction",
    "substitute": "Deputy",
    "vacation": "Absence",
    "case_unit": "team",
    "own_unit": "team",
    "helper": "the name of what it does",
    "utils": "the name of what it does",
}
"""The words that a name may not hold, and the word of the glossary.

Left out are words that are right for another thing in most places: a contact way, a step of a form, a node of a tree, an
event of BPMN, an error of FEEL, a legal ground, a rule of DMN, a source text, a run of an expression. Compounds and classes catch those where they are wrong.
"""
DIALECT: Final = ("told", "said", "whoever", "ours")
"""Words that name nothing, refused in tests as well."""
ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "engine": frozenset({"payload"}),  # BPMN's word for what a message carries; of a form it is forbidden
    "engine/bpmn": frozenset({"workflow", "spec"}),  # SpiffWorkflow's own words
    "engine/letters/fonts.py": frozenset({"substitute"}),  # a character in the place of one that no font has
    "engine/migration": frozenset({"spec"}),  # it reads stored states of SpiffWorkflow
    "webapp/identification": frozenset({"client"}),  # OpenID Connect's word for this service
    "webapp/settings/identification.py": frozenset({"client"}),  # the same
}
CLASSES: Final[Mapping[str, str]] = {
    r"\w*(Workflow|Node|Job|Ticket|Todo)": "ProcessDefinition, Activity, Timer, Case, UserTask",
    r"(Flow|Activity|Element|Process|Task)Step": "Activity",
    r"Contents|Deployed\w*|\w*Contents": "Bundle or Deployment",
    r"\w*(Sandbox|Box|Rehearsal|Bench)": "Simulation: TryOut, Scenario, RandomWalk, Replay, Demonstration",
    r"\w*(Comment|Memo)": "Note or ContactEntry",
    r"\w*Edit|Edit\w+|\w*Fix": "Correction",
    r"\w*Rule|Rule\w*": "Guardrail",
    r"\w*(Query|Message)Request|Request(Query|Message)": "InformationRequest",
}
CLASSES_ALLOWED: Final[Mapping[str, str]] = {
    "engine/bpmn": r"Box",  # a rectangle of a drawing
    "engine/dmn": r"Rule",  # a decision table has rules
    "engine/feel": r"Node",  # of a parsed expression
}
GUARDRAILS: Final = re.compile(r"guardrail")
"""Modules about guardrails, where `rule` is refused as well."""
UNDONE: Final = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|NotImplemented" r"Error)\b")
# In two halves, so that this line is not what others find when they look for the same.
WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def test_no_name_of_the_product_uses_a_word_that_the_glossary_replaces() -> None:
    found = {
        f"{shown(path)}: {name} (say {INSTEAD[word]})"
        for path in product_files(".py")
        for name in _facts(path).names
        for word in _replaced_in(name)
        if word not in _allowed(path)
    }

    assert found == set()


def test_no_class_of_the_product_uses_a_word_that_the_glossary_replaces() -> None:
    found = {
        f"{shown(path)}: {name} (say {instead})"
        for path in product_files(".py")
        for name in _facts(path).classes
        for pattern, instead in CLASSES.items()
        if re.fullmatch(pattern, name) and not re.fullmatch(_classes_allowed(path), name)
    }

    assert found == set()


def test_a_guardrail_is_no_rule() -> None:
    found = {
        f"{shown(path)}: {name}"
        for path in named(".py")
        if GUARDRAILS.search(shown(path))
        for name in _facts(path).names
        if _contained(name, ("rule", "rules"))
    }

    assert found == set()


def test_no_name_holds_a_word_that_names_nothing() -> None:
    found = {
        f"{shown(path)}: {name}" for path in named(".py") for name in _facts(path).names if _of_dialect(name)
    }

    assert found == set()


def test_docstrings_open_with_a_verb_or_a_noun() -> None:
    assert {
        f"{shown(path)}: {each}"
        for path in named(".py")
        for each in _facts(path).docstrings
        if RIDDLE.match(each)
    } == set()


def test_each_docstring_stands_under_what_it_describes() -> None:
    doubled = {f"{shown(path)}:{line}" for path in named(".py") for line in _facts(path).doubled}

    assert doubled == set()


def test_docstrings_and_comments_hold_no_word_that_names_nothing() -> None:
    assert {
        f"{shown(path)}: {each}"
        for path in named(".py")
        for each in (*_facts(path).docstrings, *(text for _, text in comments(path, OPAQUE)))
        if OPAQUE.search(each)
    } == set()


def test_pages_scripts_and_styles_say_it_plainly() -> None:
    assert {
        shown(path)
        for path in product_files(".js", ".mjs", ".html", ".css")
        if OPAQUE.search(path.read_text())
    } == set()
    assert {
        shown(path)
        for path in product_files(".html", ".css")
        if re.search("promise", path.read_text(), re.IGNORECASE)
    } == set()


def test_nothing_is_left_undone() -> None:
    assert {
        shown(path)
        for path in product_files(".py", ".js", ".mjs", ".html", ".css")
        if UNDONE.search(path.read_text())
    } == set()


def _allowed(path: Path) -> set[str]:
    return {word for folder, words in ALLOWED.items() if shown(path).startswith(folder) for word in words}


def _classes_allowed(path: Path) -> str:
    return "|".join(each for folder, each in CLASSES_ALLOWED.items() if shown(path).startswith(folder))


@cache
def _replaced_in(name: str) -> tuple[str, ...]:
    return _contained(name, INSTEAD)


@cache
def _of_dialect(name: str) -> tuple[str, ...]:
    return _contained(name, DIALECT)


def _contained(name: str, words: Iterable[str]) -> tuple[str, ...]:
    parts = _parts(name)
    return tuple(word for word in words if f"_{word}_" in parts)


@cache
def _parts(name: str) -> str:
    """Return the name in snake case within underscores. The user in a user task is BPMN's, not a person."""
    parts = "_".join(part.lower() for part in WORD.findall(name))
    return f"_{parts}_".replace("_user_task", "_task")


@dataclass
class Facts:
    """All that these tests ask of a file, gathered in one walk over its tree."""

    names: set[str]
    """Every name it gives: of classes, functions, parameters, variables, attributes of self, and its own."""
    classes: list[str] = field(default_factory=list)
    docstrings: list[str] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    """The lines of texts that stand under another text."""


@cache
def _facts(path: Path) -> Facts:
    facts = Facts({path.stem})
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ClassDef(name=name):
                facts.names.add(name)
                facts.classes.append(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                facts.names.add(name)
            case ast.arg(arg=name):
                facts.names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                facts.names.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                facts.names.add(name)
        if isinstance(body := getattr(node, "body", None), list):
            facts.docstrings += [text for each in body if (text := _text(each)) is not None]
            facts.doubled += [
                second.lineno
                for first, second in pairwise(body)
                if _text(first) is not None and _text(second) is not None
            ]
    return facts


def _text(node: ast.stmt) -> str | None:
    """Return the text of a statement that is nothing else."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else None
    return None
