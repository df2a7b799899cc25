"""One word, one thing: the words of README's glossary, and none of the ones it replaces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.conventions.tracked import named, product_files, shown
from tests.counting import OPAQUE, RIDDLE, Module

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
        for name in _names(path)
        for word in INSTEAD
        if _contains(name, word) and word not in _allowed(path)
    }

    assert found == set()


def test_no_class_of_the_product_uses_a_word_that_the_glossary_replaces() -> None:
    found = {
        f"{shown(path)}: {name} (say {instead})"
        for path in product_files(".py")
        for name in _classes(path)
        for pattern, instead in CLASSES.items()
        if re.fullmatch(pattern, name) and not re.fullmatch(_classes_allowed(path), name)
    }

    assert found == set()


def test_a_guardrail_is_no_rule() -> None:
    found = {
        f"{shown(path)}: {name}"
        for path in named(".py")
        if GUARDRAILS.search(shown(path))
        for name in _names(path)
        if _contains(name, "rule") or _contains(name, "rules")
    }

    assert found == set()


def test_no_name_holds_a_word_that_names_nothing() -> None:
    found = {
        f"{shown(path)}: {name}"
        for path in named(".py")
        for name in _names(path)
        for word in DIALECT
        if _contains(name, word)
    }

    assert found == set()


def test_docstrings_open_with_a_verb_or_a_noun() -> None:
    assert {
        f"{shown(path)}: {each}" for path in named(".py") for each in _docstrings(path) if RIDDLE.match(each)
    } == set()


def test_each_docstring_stands_under_what_it_describes() -> None:
    bodies = (
        (path, getattr(node, "body", None)) for path in named(".py") for node in ast.walk(_module(path).tree)
    )
    doubled = {
        f"{shown(path)}:{second.lineno}"
        for path, body in bodies
        if isinstance(body, list)
        for first, second in pairwise(body)
        if _is_text(first) and _is_text(second)
    }

    assert doubled == set()


def test_docstrings_and_comments_hold_no_word_that_names_nothing() -> None:
    assert {
        f"{shown(path)}: {each}"
        for path in named(".py")
        for each in (*_docstrings(path), *_module(path).comments)
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


@cache
def _module(path: Path) -> Module:
    text = path.read_text()
    return Module(path, text, ast.parse(text))


def _allowed(path: Path) -> set[str]:
    return {word for folder, words in ALLOWED.items() if shown(path).startswith(folder) for word in words}


def _classes_allowed(path: Path) -> str:
    return "|".join(each for folder, each in CLASSES_ALLOWED.items() if shown(path).startswith(folder))


def _contains(name: str, word: str) -> bool:
    return f"_{word}_" in _parts(name)


@cache
def _parts(name: str) -> str:
    """Return the name in snake case within underscores. The user in a user task is BPMN's, not a person."""
    parts = "_".join(part.lower() for part in WORD.findall(name))
    return f"_{parts}_".replace("_user_task", "_task")


def _classes(path: Path) -> Iterator[str]:
    return (node.name for node in ast.walk(_module(path).tree) if isinstance(node, ast.ClassDef))


@cache
def _docstrings(path: Path) -> tuple[str, ...]:
    return tuple(_module(path).docstrings)


@cache
def _names(path: Path) -> frozenset[str]:
    """Every name this file gives: classes, functions, parameters, variables, attributes of self."""
    return frozenset({*_given(_module(path).tree), path.stem})


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _given(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
